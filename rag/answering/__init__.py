"""Answering: read the evidence, quote or write, check every sentence, or decline."""
