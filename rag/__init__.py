"""Ask your own documents, get checked citations."""
