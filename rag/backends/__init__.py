"""Backends: what turns messages into text, a provider's model or a file on this machine."""
