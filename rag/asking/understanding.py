"""From what was typed to what is asked: the one way into this room."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from rag.asking.apart import taken_apart
from rag.asking.asked import Asked, Intent, Lookup
from rag.asking.followup import completions
from rag.asking.intents import intent_of
from rag.asking.names import renamed
from rag.asking.question import read_question
from rag.records import Turn
from rag.text.sounds import respelled

_CLEARLY_BETTER = 0.12
"""Of 2,900 questions of CMRC 2018 and DRCD two sound ones gained so much by being changed; of the
eight mistyped ones that were noticed there and about the shipped article six did."""

_BETTER = 0.02
_NEARER = 0.01
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
    intent, about = intent_of(typed)
    if intent is not Intent.QUESTION:
        return Asked(
            typed, typed, (typed,), typed, read_question(typed), intent=intent, about=about
        )
    search = _Search(lookup, within)
    standalone = completed or search.likeliest(completions(typed, history))
    standalone = search.renamed(search.mended(standalone))
    parts, surely = taken_apart(standalone)
    return Asked(
        typed=typed,
        standalone=standalone,
        searched=(standalone,),
        read=standalone,
        question=read_question(standalone),
        parts=tuple(parts) if len(parts) > 1 else (),
        surely=surely,
    )


class _Search:
    """What the documents say to one form of a question or another."""

    def __init__(self, lookup: Lookup, within: Collection[str] | None) -> None:
        self._lookup = lookup
        self._within = within

    def mended(self, question: str) -> str:
        """Return the question with characters mistyped for homophones exchanged.

        It is changed only where what is found first then fits clearly better.
        """
        other = respelled(question, self._lookup.sound_alikes(question))
        if other == question:
            return question
        gained = self._score(other) - self._score(question)
        return other if gained >= _CLEARLY_BETTER else question

    def renamed(self, question: str) -> str:
        """Return the question with the other name the documents have for what it names.

        It is changed only where what is found first then fits better.
        """
        hits = self._lookup.search(question, _HITS, within=self._within)
        naming = self._lookup.naming(question, within=self._within)
        texts = [*naming, *(hit.passage.text for hit in hits)]
        options = list(islice(renamed(question, texts), _NAMES))
        scores = [self._score(option) for option in options]
        if not hits or max(scores, default=0.0) < hits[0].score + _BETTER:
            return question
        return options[scores.index(max(scores))]

    def likeliest(self, questions: Sequence[str]) -> str:
        """Return the first of the questions, or another one whose first hit is nearer in meaning.

        Words are not counted here: the one that says more of them would win.
        """
        if len(questions) == 1:
            return questions[0]
        cosines = [*self._cosines(questions)]
        best = max(cosines)
        return questions[cosines.index(best) if best >= cosines[0] + _NEARER else 0]

    def _cosines(self, questions: Sequence[str]) -> Iterator[float]:
        for question in questions:
            hits = self._lookup.search(question, 1, within=self._within)
            yield hits[0].scores["dense"] if hits else 0.0

    def _score(self, question: str) -> float:
        hits = self._lookup.search(question, 1, within=self._within)
        return max((hit.score for hit in hits), default=0.0)
