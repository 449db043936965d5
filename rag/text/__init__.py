"""Text: normal form, language, sentences, tokens, numbers, dates. (TEXT: read UPDATE 02:22 in CONTRACT.md)"""
