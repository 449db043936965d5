"""Checking: every sentence of a draft is held against its passages, and an answer composed."""
