"""From paths to documents.

``discover`` lists the files, ``read_documents`` reads one of them into documents whose
blocks say what each stretch is. Nothing is dropped: what is not text is set aside
on record.
"""

from rag.readers.decoding import MAXIMUM_BYTES
from rag.readers.discovery import SourceFile, discover
from rag.readers.registry import (
    ENTRY_POINT_GROUP,
    Reader,
    iterate_documents,
    read_documents,
    supported_suffixes,
)

__all__ = [
    "ENTRY_POINT_GROUP",
    "MAXIMUM_BYTES",
    "Reader",
    "SourceFile",
    "discover",
    "iterate_documents",
    "read_documents",
    "supported_suffixes",
]
