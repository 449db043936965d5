"""Text without models: normal form, language, sentences, index tokens, numbers and dates."""
