"""The answerer that needs no language model: it quotes the sentences that answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answering import conflict, premise
from rag.answering.draft import Draft, quoted
from rag.answering.enumeration import asks_for_several, short_of, whole_list
from rag.answering.features import SentenceCandidate
from rag.answering.reading import RankedSentence, Reading
from rag.answering.span import short_answer
from rag.records import Turn

_MAXIMUM_SENTENCES = 2

_LEAST_SECOND = 0.15
"""Of the probabilities of the first two sentences, the share that the second must have to be
quoted. On 2,031 open questions it is quoted in 44 % of the answers and loses 1 % of what quoting it
always would find; a bound on its own probability lost twice that at the same length."""


class ExtractiveAnswerer:
    """Quotes one or two sentences exactly, the most probable first."""

    name = "extractive"

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield each sentence as text and, last, the draft; earlier turns are not needed."""
        del history
        listed = _listed(reading)
        chosen, notes = ([(reading, one) for one in listed], ()) if listed else _chosen(reading)
        pieces = []
        for _, candidate in chosen:
            piece = quoted(candidate)
            pieces.append(piece)
            yield f"{piece.text}[{candidate.hit.rank}]"
        if listed:
            short = short_of(listed)
        elif premise.NOTE in notes:
            short = ""
        else:
            short = "；".join(_shorts(chosen, several=bool(reading.parts)))
        yield Draft(sentences=tuple(pieces), declined=not pieces, short=short, notes=notes)


def _listed(reading: Reading) -> list[SentenceCandidate]:
    """Return the whole list that the best sentence belongs to, where a list is asked for."""
    alone = not reading.parts and reading.refuted_by is None
    if not alone or not reading.sentences or not asks_for_several(reading.question):
        return []
    candidates = [ranked.candidate for ranked in reading.sentences]
    return whole_list(candidates[0], candidates)


def _chosen(
    reading: Reading,
) -> tuple[list[tuple[Reading, SentenceCandidate]], tuple[str, ...]]:
    """Return the sentences to quote, each with the reading it answers, and notes for the reader.

    Of several things asked each is answered with one sentence. What denies the question's
    premise is all there is to say; a sentence that contradicts the first goes before others.
    """
    if reading.parts:
        firsts = [(part, part.sentences[0].candidate) for part in reading.parts]
        notes = tuple(f"unanswered:{question}" for question in reading.unanswered)
        return [*{(c.hit.rank, c.start): (part, c) for part, c in firsts}.values()], notes
    if reading.refuted_by is not None:
        return [(reading, reading.refuted_by)], (premise.NOTE,)
    chosen = [ranked.candidate for ranked in choose(reading.sentences)]
    others = [ranked.candidate for ranked in reading.sentences[1:]]
    against = conflict.conflicting(chosen[0], others, reading.windows) if chosen else None
    if against is None:
        return [(reading, candidate) for candidate in chosen], ()
    return [(reading, chosen[0]), (reading, against)], (conflict.NOTE,)


def _shorts(chosen: Sequence[tuple[Reading, SentenceCandidate]], *, several: bool) -> list[str]:
    """Return the short answers: the first sentence's, or one for each thing asked."""
    found = [short_answer(*one) for one in (chosen if several else chosen[:1])]
    return [*dict.fromkeys(short for short in found if short)]


def choose(ranked: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Return the sentences to quote: the best, and another one that may hold the answer too."""
    chosen = list(ranked[:1])
    for other in ranked[1:]:
        both = chosen[0].probability + other.probability
        if len(chosen) == _MAXIMUM_SENTENCES or other.probability < _LEAST_SECOND * both:
            break
        if all(other.candidate.text.strip() != kept.candidate.text.strip() for kept in chosen):
            chosen.append(other)
    return chosen
