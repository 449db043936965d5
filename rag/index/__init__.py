"""The saved index: documents, passages, vectors and words in one directory.

``index.sqlite`` is the truth; everything in it is committed by whole documents and carries check
sums. ``vectors-<generation>.faiss`` is a shortcut that can be deleted at any time, ``index.lock``
keeps a second writer out. The directory may be copied, moved, made read-only or deleted.
"""

from rag.index.builder import build_index, remove_documents
from rag.index.checking import IndexCheck, check_index
from rag.index.opened import Index, open_index
from rag.index.rows import DocumentSummary, StoredPassage
from rag.index.view import DenseScore, View

__all__ = [
    "DenseScore",
    "DocumentSummary",
    "Index",
    "IndexCheck",
    "StoredPassage",
    "View",
    "build_index",
    "check_index",
    "open_index",
    "remove_documents",
]
