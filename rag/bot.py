"""The bot: asked, searched, read, written, checked. Stateless, shared between threads."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rag import saying
from rag.asking.asked import Asked, Intent
from rag.asking.understanding import understood
from rag.checking.compose import compose
from rag.checking.draft import Draft
from rag.errors import UsageError
from rag.evidence import Evidence, under_one_numbering
from rag.index import Index
from rag.reading.confidence import Strictness, threshold
from rag.reading.proposal import Reading
from rag.reading.reading import read
from rag.reading.span_reader import SpanReader
from rag.records import Answer, Delta, Hit, Outcome, Retrieved, StreamEvent, Turn
from rag.search import Retriever
from rag.text.language import detect_language
from rag.writing.answerer import Answerer, Completer
from rag.writing.overview import overview

MAXIMUM_QUESTION = 2000
"""Characters a question may have."""

_EVIDENCE = 12
"""Hits looked at to decide whether the documents answer, whatever number is shown."""

_COURTESIES = (Intent.GREETING, Intent.THANKS)

_MORE = 3
"""Hits shown in addition for each further thing that a question asks."""


class Bot:
    """Answers questions about one index."""

    def __init__(
        self,
        index: Index,
        retriever: Retriever,
        answerer: Answerer,
        *,
        reader: SpanReader | None,
        passages: int,
        strictness: Strictness,
    ) -> None:
        """Take the parts as they are; ``passages`` is how many hits the answerer reads."""
        self.index = index
        self._retriever = retriever
        self.answerer = answerer
        self._reader = reader
        self._passages = passages
        self._strictness = strictness

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        within: Collection[str] | None = None,
    ) -> Answer:
        """Answer a question from the documents.

        ``history`` holds the earlier turns, oldest first; ``within`` limits the search to
        these document ids. Raises UsageError for an empty or overlong question, ModelError
        where a model fails, IndexStoreError where the index does.
        """
        for event in self.stream(question, history, within=within):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with an Answer")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        within: Collection[str] | None = None,
    ) -> Iterator[StreamEvent]:
        """Yield one ``Retrieved``, any number of ``Delta`` and, last, the ``Answer``.

        Arguments and errors as for ``ask``; closing the iterator stops the work, a language
        model's too. A ``Delta`` without text only tells that a model is still at work. The
        text of the ``Answer`` takes the place of all pieces: what was checked may differ.
        """
        clock = _Clock()
        asked = self._asked(_checked(question), history, within)
        if asked.intent in _COURTESIES:
            yield Retrieved(asked.standalone, ())
            yield self._courteous(asked)
            return
        if asked.intent is Intent.ABOUT:
            reading = overview(asked, self.index, within=within)
            shown = reading.evidence.hits
            clock.stop("search")
        else:
            several = self._searched(asked, within)
            clock.stop("search")
            least = threshold(
                self._strictness,
                read=self._reader is not None,
                joined=bool(history) and asked.read != asked.standalone,
            )
            reading = read(asked, several, self._reader, least=least)
            shown = _shown([reading.evidence, *several[1:]], self._passages)
        yield Retrieved(asked.standalone, shown)
        draft = None
        for piece in self.answerer.stream(reading, history):
            if isinstance(piece, Draft):
                draft = piece
            else:
                yield Delta(piece)
        assert draft is not None, "an answerer ends with a Draft"
        clock.stop("answer")
        answer = compose(
            asked,
            draft,
            hits=_with_cited(shown, reading),
            confidence=reading.confidence,
            backend=self.answerer.name,
            seconds=clock.seconds,
        )
        yield replace(answer, notes=(*answer.notes, *_vanished(answer)))

    def search(
        self, question: str, k: int = 5, *, within: Collection[str] | None = None
    ) -> list[Hit]:
        """Return the best ``k`` passages, best first, with the parts of their scores.

        Raises UsageError for an empty or overlong question or ``k`` below 1.
        """
        if k < 1:
            raise UsageError("Ask for at least one passage (k >= 1).", "至少要一个段落（k >= 1）。")
        return self._retriever.search(_checked(question), k, within=within)

    def _courteous(self, asked: Asked) -> Answer:
        """Return the reply to a greeting or thanks, which no document is needed for."""
        titles = [summary.title for summary in self.index.documents()]
        text = saying.courtesy(asked.intent, titles, detect_language(asked.typed))
        return Answer(
            question=asked.typed,
            standalone_question=asked.standalone,
            text=text,
            sentences=(),
            outcome=Outcome.ANSWERED,
            confidence=1.0,
            citations=(),
            hits=(),
            backend=self.answerer.name,
        )

    def _asked(
        self, question: str, history: Sequence[Turn], within: Collection[str] | None
    ) -> Asked:
        completed = None
        if history and isinstance(self.answerer, Completer):
            completed = self.answerer.complete(question, history)
        return understood(question, history, self._retriever, within=within, completed=completed)

    def _searched(self, asked: Asked, within: Collection[str] | None) -> tuple[Evidence, ...]:
        """Return the evidence of a question and of the parts it may fall into."""
        depth = max(_EVIDENCE, self._passages)
        whole = self._retriever.evidence(asked.searched[0], depth, within=within)
        whole = replace(whole, question=asked.read)
        if not asked.parts:
            return (whole,)
        parts = [self._retriever.evidence(part, depth, within=within) for part in asked.parts]
        count = self._passages + _MORE * (len(parts) - 1)
        if not asked.surely:
            return under_one_numbering([whole, *parts], count, leading=self._passages)
        *parts, whole = under_one_numbering([*parts, whole], count)
        return (whole, *parts)

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def __enter__(self) -> Bot:
        """Return the bot itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()


class _Clock:
    """Wall seconds by stage, and in all."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._stages: dict[str, float] = {}

    def stop(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self._stages[stage] = now - self._last
        self._last = now

    @property
    def seconds(self) -> dict[str, float]:
        """Return the seconds of each stage and of all together."""
        return {**self._stages, "total": self._last - self._began}


def _shown(several: Sequence[Evidence], passages: int) -> tuple[Hit, ...]:
    """Return the hits a reader sees: the first ones, or all that several parts share."""
    if len(several) == 1:
        return several[0].hits[:passages]
    hits = {hit.rank: hit for evidence in several for hit in evidence.hits}
    return tuple(hits[rank] for rank in sorted(hits))


def _with_cited(shown: Sequence[Hit], reading: Reading) -> tuple[Hit, ...]:
    """Return the hits shown and those below them that answer."""
    hits = {hit.rank: hit for hit in shown}
    for proposal in reading.proposals:
        hits.update({extent.hit.rank: extent.hit for extent in proposal.extents})
    return tuple(hits[rank] for rank in sorted(hits))


def _vanished(answer: Answer) -> list[str]:
    """Return a note for each cited file that is no longer where it was indexed from."""
    sources = dict.fromkeys(citation.passage.source for citation in answer.citations)
    # What follows a "#" is a line or a member of the file, unless a file is named so.
    gone = [
        Path(source.partition("#")[0])
        for source in sources
        if Path(source).is_absolute() and not Path(source).exists()
    ]
    return list(dict.fromkeys(f"vanished:{path.name}" for path in gone if not path.exists()))


def _checked(question: str) -> str:
    question = question.strip()
    if not any(character.isalnum() for character in question):
        raise UsageError("The question is empty: type a question.", "问题是空的：请输入一个问题。")
    if len(question) > MAXIMUM_QUESTION:
        raise UsageError(
            f"The question has {len(question)} characters; "
            f"shorten it to {MAXIMUM_QUESTION} or fewer.",
            f"问题有 {len(question)} 个字符，请缩短到 {MAXIMUM_QUESTION} 个以内。",
        )
    return question
