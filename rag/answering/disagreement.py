"""Hold an answer that a model wrote against the documents it does not cite.

Documents may be wrong, old or planted. Where one is cited for a number or a date and another
says otherwise, the reader gets both. (Quotes are compared by ``conflict``: there it is known
which stretch of a sentence is the answer.)
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from rag.answering.conflict import NOTE
from rag.answering.draft import Draft, quoted
from rag.answering.features import SentenceCandidate
from rag.answering.question import Question, QuestionKind
from rag.answering.reading import Reading
from rag.text.dates import find_dates
from rag.text.numbers import find_numbers
from rag.text.tokens import index_tokens

_PASSAGE_COVERED = 0.8
_SENTENCE_COVERED = 0.4
"""Shares of the question's tokens that the passage and the sentence must hold. Of 202 learning
questions for a number or a date, each on one document, one was taken for a conflict."""


def with_other_side(draft: Draft, reading: Reading) -> Draft:
    """Return the draft with the quote of one document that disagrees, and a note of it.

    Only questions for a number or a date are looked at: values can be compared, words cannot.
    """
    question = reading.question
    if draft.declined or question.kind not in (QuestionKind.NUMBER, QuestionKind.WHEN):
        return draft
    cited = {number for piece in draft.sentences for number in piece.numbers}
    documents = {
        hit.rank: hit.passage.document_id for hit in reading.evidence.hits if hit.rank in cited
    }
    said = _values(question, " ".join(piece.text for piece in draft.sentences))
    if not said or not documents:
        return draft
    for ranked in reading.sentences:
        candidate = ranked.candidate
        if candidate.hit.passage.document_id in documents.values():
            continue
        other = _values(question, candidate.text)
        if other and not other & said and _about(question, candidate):
            piece = quoted(candidate)
            return replace(draft, sentences=(*draft.sentences, piece), notes=(*draft.notes, NOTE))
    return draft


def _values(question: Question, text: str) -> frozenset[Hashable]:
    if question.kind is QuestionKind.WHEN:
        return frozenset(date.year for date in find_dates(text) if date.year)
    asked = {quantity.value for quantity in question.numbers}
    return frozenset(
        quantity.value
        for quantity in find_numbers(text)
        if quantity.value not in asked and not quantity.ordinal
    )


def _about(question: Question, candidate: SentenceCandidate) -> bool:
    tokens = frozenset(question.tokens)
    if not tokens:
        return False
    in_passage = len(tokens & candidate.passage_tokens) / len(tokens)
    in_sentence = len(tokens & frozenset(index_tokens(candidate.text))) / len(tokens)
    return in_passage >= _PASSAGE_COVERED and in_sentence >= _SENTENCE_COVERED
