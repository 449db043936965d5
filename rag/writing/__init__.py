"""Writing: quotes or a language model turn a reading into a draft."""
