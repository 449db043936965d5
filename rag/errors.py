"""The one error tree. Every message is one sentence a user can act on.

::

    RagError                    exit code 1
    ├── UsageError              2   a question, argument or option that cannot be used
    ├── SettingsError           2   an unknown key or a value out of range
    ├── DocumentError           3   carries the path
    │   ├── UnsupportedDocument     no reader for this kind of file
    │   └── UnreadableDocument      damaged, binary, undecodable, forbidden, too large
    ├── IndexStoreError         4   carries the index directory
    │   ├── IndexNotFound           no index there
    │   ├── IndexCorrupt            fails its checks
    │   ├── IndexMismatch           made with another model, chunking or format
    │   ├── IndexLocked             another process is writing
    │   └── IndexNotWritable        read-only or out of space
    ├── PromptError             5   a prompt file misses a placeholder
    ├── MissingExtra            6   an optional package is not installed
    ├── ModelError              7   an embedding model or an LLM provider failed
    └── EvaluationError         8   a question set or a report cannot be used
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class RagError(Exception):
    """Base of every error this package raises on purpose.

    Carries its message in both languages of the interface: ``str(error)`` is the
    English one, ``error.chinese`` the Chinese one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, chinese: str = "") -> None:
        super().__init__(message)
        self.chinese = chinese or message


class UsageError(RagError):
    """A question, argument or option that cannot be used."""

    exit_code = 2


class SettingsError(RagError):
    """A setting that is unknown or out of range."""

    exit_code = 2


class DocumentError(RagError):
    """A document that cannot be read; ``path`` names it."""

    exit_code = 3

    def __init__(self, path: Path | str, message: str, chinese: str = "") -> None:
        super().__init__(message, chinese)
        self.path = Path(path)


class UnsupportedDocument(DocumentError):
    """No reader is registered for this kind of file."""


class UnreadableDocument(DocumentError):
    """The file is damaged, binary, undecodable, forbidden or too large."""


class EmptyDocument(UnreadableDocument):
    """The file holds no text; what it held before is forgotten."""


class IndexStoreError(RagError):
    """The saved index cannot be used; ``directory`` names it."""

    exit_code = 4

    def __init__(self, directory: Path | str, message: str, chinese: str = "") -> None:
        super().__init__(message, chinese)
        self.directory = Path(directory)


class IndexNotFound(IndexStoreError):
    """There is no index in the directory."""


class IndexCorrupt(IndexStoreError):
    """The index fails its own checks."""


class IndexMismatch(IndexStoreError):
    """The index was made with another model, chunking or format."""


class IndexLocked(IndexStoreError):
    """Another process is writing to the index."""


class IndexNotWritable(IndexStoreError):
    """The index directory is read-only or out of space."""


class PromptError(RagError):
    """A prompt file is missing or lacks a placeholder."""

    exit_code = 5


class MissingExtra(RagError):
    """An optional package is not installed; ``extra`` names the extra to install."""

    exit_code = 6

    def __init__(self, extra: str, message: str, chinese: str = "") -> None:
        super().__init__(message, chinese)
        self.extra = extra


class ModelError(RagError):
    """An embedding model or an LLM provider failed; ``code`` names how where that is known."""

    exit_code = 7

    def __init__(self, message: str, chinese: str = "", *, code: str = "") -> None:
        super().__init__(message, chinese)
        self.code = code


class EvaluationError(RagError):
    """A question set, baseline or report cannot be used."""

    exit_code = 8
