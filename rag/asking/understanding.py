"""From what was typed to what is asked: the one way into this room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice

from rag.asking.apart import taken_apart
from rag.asking.asked import Asked, Intent, Lookup
from rag.asking.followup import Followed, context, followed
from rag.asking.intents import intent_of, is_small_talk, without_courtesy
from rag.asking.names import renamed
from rag.asking.question import Question, asks_for_a_kind, read_question, topic_of
from rag.asking.titles import title_meant
from rag.records import Hit, Turn
from rag.text.sounds import respelled

_NEARER = 0.003
"""Cosine by which what is found first must lie nearer for a question to be changed; the scores of
two questions cannot be compared otherwise."""

_NAMES = 4
"""Names tried for one that the question names."""
_HITS = 8


def understood(
    typed: str,
    history: Sequence[Turn],
    lookup: Lookup,
    *,
    within: Collection[str] | None = None,
    completed: str | None = None,
) -> Asked:
    """Return what is asked, ready to be searched and read.

    ``history`` are the turns before, oldest first; ``lookup`` tells what the documents hold,
    ``within`` limits it to the documents with these ids. ``completed`` is the question as a
    language model wrote it out, where one was asked.
    """
    documents = _Documents(lookup, within)
    intent, about = intent_of(typed)
    if intent is Intent.ABOUT:
        about, found = documents.title(about, history)
        intent = Intent.ABOUT if found else Intent.QUESTION
    if intent is not Intent.QUESTION:
        return _plain(typed, intent, about)
    question = without_courtesy(typed)
    if completed:
        return replace(_whole(completed, documents), typed=typed)
    follow = followed(question, history, documents.nearness)
    if follow is None:
        return replace(_whole(question, documents), typed=typed)
    return _going_on(typed, question, follow)


def _plain(typed: str, intent: Intent, about: str) -> Asked:
    return Asked(typed, typed, (typed,), typed, read_question(typed), intent=intent, about=about)


def _whole(question: str, documents: _Documents) -> Asked:
    """Return what a question that is complete asks."""
    question = documents.mended(question)
    other = documents.renamed(question)
    parts = taken_apart(other)
    return Asked(
        typed=question,
        standalone=question,
        searched=tuple(dict.fromkeys((other, question))),
        read=other,
        question=read_question(other),
        parts=parts,
        surely=bool(parts),
    )


def _going_on(typed: str, question: str, follow: Followed) -> Asked:
    """Return what a follow-up asks: written out where that is certain, else both as one text."""
    # All of the earlier question would be answered once more; its topic says what is meant.
    topic = topic_of(follow.earlier)
    text = follow.written or (f"{topic}，{question}" if topic else follow.together)
    return Asked(
        typed=typed,
        standalone=follow.written or typed,
        searched=(follow.written or follow.together,),
        read=text,
        question=_of_kind(read_question(text), question, follow.earlier),
    )


def _of_kind(whole: Question, question: str, earlier: str) -> Question:
    """Return the question with the kind that its later half asks for, else that of the earlier."""
    deciding = question if asks_for_a_kind(question) else earlier
    return replace(whole, kind=read_question(deciding).kind)


class _Documents:
    """What the documents say to one form of a question or another."""

    def __init__(self, lookup: Lookup, within: Collection[str] | None) -> None:
        self._lookup = lookup
        self._within = within

    def nearness(self, text: str) -> float:
        """Return the cosine of the passage found first."""
        hits = self._found(text, 1)
        return hits[0].scores["dense"] if hits else 0.0

    def title(self, about: str, history: Sequence[Turn]) -> tuple[str, bool]:
        """Return the title of the document that is meant, and whether there is one.

        What is not named is the document that the conversation is about, or all there are (an
        empty title).
        """
        turns = [turn for turn in history if not is_small_talk(turn.question)]
        if about:
            title = title_meant(about, [hit.passage for hit in self._found(about, _HITS)])
            return title, bool(title)
        hits = self._found(context(turns), 1) if turns else ()
        return (hits[0].passage.title if hits else ""), True

    def mended(self, question: str) -> str:
        """Return the question with characters mistyped for homophones exchanged.

        It is changed only where what is found first then lies nearer.
        """
        other = respelled(question, self._lookup.sound_alikes(question))
        if other == question:
            return question
        gained = self.nearness(other) - self.nearness(question)
        return other if gained >= _NEARER else question

    def renamed(self, question: str) -> str:
        """Return the question with the other name the documents have for what it names.

        It is changed only where what is found first then lies nearer.
        """
        hits = self._found(question, _HITS)
        naming = self._lookup.naming(question, within=self._within)
        texts = [*naming, *(hit.passage.text for hit in hits)]
        options = list(islice(renamed(question, texts), _NAMES))
        scores = [self.nearness(option) for option in options]
        if not hits or max(scores, default=0.0) < hits[0].scores["dense"] + _NEARER:
            return question
        return options[scores.index(max(scores))]

    def _found(self, text: str, count: int) -> Sequence[Hit]:
        return self._lookup.search(text, count, within=self._within)
