"""Ask your own documents, get checked citations."""

__version__ = "0.1.0"
