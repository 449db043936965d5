"""The bot: complete a follow-up, search, answer, check. Stateless, shared between threads."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from rag.answering import premise
from rag.answering.compose import compose
from rag.answering.confidence import Strictness, threshold
from rag.answering.draft import Answerer, Completer, Draft
from rag.answering.followup import completions
from rag.answering.reading import Reading, read_several
from rag.answering.span_reader import SpanReader
from rag.answering.subquestions import taken_apart
from rag.errors import UsageError
from rag.evidence import Evidence, under_one_numbering
from rag.index import Index
from rag.records import Answer, Delta, Hit, Retrieved, StreamEvent, Turn
from rag.search import Retriever

MAXIMUM_QUESTION = 2000
"""Characters a question may have."""

_EVIDENCE = 10
"""Hits looked at to decide whether the documents answer, whatever number is shown."""


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
        began = time.perf_counter()
        question = _checked(question)
        standalone = self._standalone(question, history, within)
        standalone = self._retriever.mended(standalone, within=within)
        several, surely = self._evidence(standalone, within)
        other = self._retriever.renamed(standalone, several[0].hits, within=within)
        if other != standalone:
            standalone = other
            several, surely = self._evidence(other, within)
        found = time.perf_counter()
        shown = _shown(several, self._passages)
        yield Retrieved(standalone, shown)
        draft = None
        least = threshold(self._strictness, read=self._reader is not None)
        reading = read_several(several, self._reader, least=least, surely=surely)
        if reading.confidence < least:
            notes = (premise.NOTE,) if reading.refuted_by else ()
            draft = Draft(sentences=(), declined=True, notes=notes)
        else:
            for piece in self.answerer.stream(_within(reading, len(shown)), history):
                if isinstance(piece, Draft):
                    draft = piece
                else:
                    yield Delta(piece)
        assert draft is not None, "an answerer ends with a Draft"
        ended = time.perf_counter()
        yield compose(
            question,
            standalone,
            draft,
            hits=shown,
            confidence=reading.confidence,
            backend=self.answerer.name,
            seconds={"search": found - began, "answer": ended - found, "total": ended - began},
        )

    def _evidence(
        self, question: str, within: Collection[str] | None
    ) -> tuple[tuple[Evidence, ...], bool]:
        """Return the evidence of a question and of the parts it may fall into.

        Also whether it surely asks these parts.
        """
        depth = max(_EVIDENCE, self._passages)
        whole = self._retriever.evidence(question, depth, within=within)
        asked, surely = taken_apart(question)
        if len(asked) == 1:
            return (whole,), surely
        parts = [self._retriever.evidence(part, depth, within=within) for part in asked]
        count = self._passages + _MORE * (len(asked) - 1)
        if not surely:
            return under_one_numbering([whole, *parts], count, leading=self._passages), surely
        *parts, whole = under_one_numbering([*parts, whole], count)
        return (whole, *parts), surely

    def _standalone(
        self, question: str, history: Sequence[Turn], within: Collection[str] | None
    ) -> str:
        """Return the complete question: the model's where it is asked for one, else by rules."""
        written = None
        if history and isinstance(self.answerer, Completer):
            written = self.answerer.complete(question, history)
        if written:
            return written
        return self._retriever.likeliest(completions(question, history), within=within)

    def search(
        self, question: str, k: int = 5, *, within: Collection[str] | None = None
    ) -> list[Hit]:
        """Return the best ``k`` passages, best first, with the parts of their scores.

        Raises UsageError for an empty or overlong question or ``k`` below 1.
        """
        if k < 1:
            raise UsageError("Ask for at least one passage (k >= 1).", "至少要一个段落（k >= 1）。")
        return self._retriever.search(_checked(question), k, within=within)

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def __enter__(self) -> Bot:
        """Return the bot itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()


def _shown(several: Sequence[Evidence], passages: int) -> tuple[Hit, ...]:
    """Return the hits a reader sees: the first ones, or all that several parts share."""
    if len(several) == 1:
        return several[0].hits[:passages]
    hits = {hit.rank: hit for evidence in several for hit in evidence.hits}
    return tuple(hits[rank] for rank in sorted(hits))


def _within(reading: Reading, count: int) -> Reading:
    """Return the reading with its first hits alone: nothing else may be cited."""
    sentences = tuple(ranked for ranked in reading.sentences if ranked.candidate.hit.rank <= count)
    denial = reading.refuted_by
    return replace(
        reading,
        evidence=reading.evidence.first(count),
        sentences=sentences,
        refuted_by=denial if denial and denial.hit.rank <= count else None,
        together=tuple(s for s in reading.together if s.hit.rank <= count),
    )


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
