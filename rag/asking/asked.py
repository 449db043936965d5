"""What was typed, understood: the value that the search and the reading work on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rag.asking.question import Question
from rag.records import Hit
from rag.text.sounds import SoundAlike


class Intent(StrEnum):
    """What somebody who types wants.

    ``ABOUT`` asks what a document is about ("summarise the report", "这篇文章讲了什么"); it and
    ``GREETING`` and ``THANKS`` are answered without reading for an answer.
    """

    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Asked:
    """A typed question, ready to be searched and read.

    ``typed`` is as typed. ``standalone`` is the complete question that people are shown; it is
    ``typed`` unless it was completed or mended with certainty. ``searched`` are the texts to
    search with, best first, never empty. ``read`` is the complete text that passages are read
    with; for a follow-up that could not be written out it holds the earlier question too.
    ``question`` is what ``read`` asks for. ``parts`` are several things asked in one, each
    complete, empty for one; ``surely`` tells that it asks all of them. ``about`` names the
    document that ``Intent.ABOUT`` means, empty for whatever there is.
    """

    typed: str
    standalone: str
    searched: tuple[str, ...]
    read: str
    question: Question
    parts: tuple[str, ...] = ()
    surely: bool = False
    intent: Intent = Intent.QUESTION
    about: str = ""


class Lookup(Protocol):
    """What understanding a question needs to know of the documents."""

    def search(
        self, question: str, k: int, *, within: Collection[str] | None = None
    ) -> Sequence[Hit]:
        """Return the best ``k`` passages, best first, with the parts of their scores."""
        ...

    def sound_alikes(self, text: str) -> Sequence[SoundAlike]:
        """Return what the documents write otherwise in a text but sounds the same."""
        ...

    def naming(self, question: str, *, within: Collection[str] | None = None) -> Sequence[str]:
        """Return texts that hold words of the question and may say how else a thing is called."""
        ...
