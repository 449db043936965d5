"""What an index gives back beside documents and passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rag.records import Span


@dataclass(frozen=True, slots=True)
class DenseScore:
    """Inner products (cosines) of a question with a passage: its whole, and its best part.

    ``part_span`` is the place of that part in the passage; all of it where there are no parts.
    """

    key: int
    whole: float
    part: float
    part_span: Span


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text. ``paths`` are all files it was found in."""

    id: str
    source: str
    title: str
    characters: int
    passages: int
    metadata: Mapping[str, str]
    paths: tuple[str, ...]
