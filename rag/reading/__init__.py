"""Reading: from what was found to what answers, with one confidence."""
