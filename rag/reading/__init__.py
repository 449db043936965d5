"""Read what was found: which units answer a question, and how surely."""
