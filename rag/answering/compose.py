"""Turn a draft into the one Answer: every sentence through the checker, every quote located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering import conflict, premise, texts
from rag.answering.checker import Check, check_sentence
from rag.answering.declining import declines
from rag.answering.draft import Draft, DraftSentence, Quote
from rag.answering.guarding import blanked
from rag.records import Answer, Citation, Hit, Outcome, Sentence, Verdict
from rag.text.sentences import split_sentences

_WORTH = {Verdict.SUPPORTED: 1.0, Verdict.PARTIAL: 0.5, Verdict.UNSUPPORTED: 0.0}
_ORDER = list(_WORTH)

_CONFLICT = 0.5
"""What is left of the confidence where documents disagree: one of two is right."""

_DENIED = 0.3
"""What is left of it where they deny what the question takes for granted: they do not answer."""

ABSENCE = "absence"
"""Reason of a sentence that only says what the documents do not tell: no passage can prove it."""

SUSPICIOUS = "suspicious"
"""Reason of a sentence that rests on text which speaks to a model alone."""


def compose(
    question: str,
    standalone: str,
    draft: Draft,
    *,
    hits: Sequence[Hit],
    confidence: float,
    backend: str,
    seconds: Mapping[str, float],
) -> Answer:
    """Return the answer with every sentence checked against the passages it cites.

    A draft without one supported sentence becomes ``UNCHECKED``, a declined or empty one
    ``DECLINED``; numbers of hits that do not exist are dropped. Sentences that rest on text
    which speaks to a model are taken out; with ``draft.strict`` every unsupported one is, and
    spare quotes take their place. Where nothing else is left they are the answer, marked as a
    fallback.

    ``confidence`` in [0, 1] is the reading's. For an answer that a model wrote it is
    multiplied by the mean worth of the sentences it wrote: 1 for a supported one, 1/2 for a
    partly supported one, 0 for an unsupported one. It is halved where documents disagree, and
    falls to three tenths where they deny what the question takes for granted.
    """
    by_number = {hit.rank: hit for hit in hits}
    checked = [_check(piece, by_number, draft) for piece in draft.sentences]
    notes = list(draft.notes)
    if draft.written:
        worth = _mean([_WORTH[sentence.verdict] for sentence, _ in checked])
        kept = [pair for pair in checked if not _removed(pair[0], draft.strict)]
        if len(kept) < len(checked):
            notes.append(f"removed:{len(checked) - len(kept)}")
            if not kept and draft.spare:
                notes.append(f"fallback:{backend}: unsupported")
                backend, worth = draft.spare_backend, 1.0
            if draft.strict or not kept:
                kept = _replaced(kept, draft, by_number)
        confidence *= worth
        checked = kept
    if conflict.NOTE in notes:
        confidence *= _CONFLICT
    if premise.NOTE in notes:
        confidence *= _DENIED
    sentences = [sentence for sentence, _ in checked]
    citations: list[Citation] = []
    for _, found in checked:
        citations.extend(citation for citation in found if citation not in citations)
    if draft.declined or not sentences:
        outcome, text = Outcome.DECLINED, texts.declined(question)
        sentences, citations = [], []
    else:
        sound = any(sentence.verdict is Verdict.SUPPORTED for sentence in sentences)
        outcome = Outcome.ANSWERED if sound else Outcome.UNCHECKED
        text = "".join(_marked(sentence) for sentence in sentences)
    return Answer(
        question=question,
        standalone_question=standalone,
        text=text.strip(),
        sentences=tuple(sentences),
        outcome=outcome,
        confidence=confidence if draft.confidence is None else draft.confidence,
        citations=tuple(citations),
        hits=tuple(hits),
        backend=draft.backend or backend,
        short=draft.short if outcome is Outcome.ANSWERED else "",
        usage=draft.usage,
        seconds=dict(seconds),
        notes=tuple(notes),
    )


def _removed(sentence: Sentence, strict: bool) -> bool:
    if sentence.reasons == (SUSPICIOUS,):
        return True
    return strict and sentence.verdict is Verdict.UNSUPPORTED


def _replaced(
    kept: Sequence[tuple[Sentence, list[Citation]]], draft: Draft, hits: Mapping[int, Hit]
) -> list[tuple[Sentence, list[Citation]]]:
    """Return the kept sentences and the spare quotes that say something they do not."""
    cited = {(c.number, c.start, c.end) for _, citations in kept for c in citations}
    added = []
    for piece in draft.spare:
        sentence, citations = _check(piece, hits, draft)
        covered = any(
            number == c.number and start <= c.start and c.end <= end
            for c in citations
            for number, start, end in cited
        )
        if citations and not covered:
            added.append((sentence, citations))
    return [*kept, *added]


def _check(
    piece: DraftSentence, hits: Mapping[int, Hit], draft: Draft
) -> tuple[Sentence, list[Citation]]:
    numbers = tuple(number for number in dict.fromkeys(piece.numbers) if number in hits)
    if draft.written and declines(piece.text):
        return Sentence(piece.text, (), Verdict.PARTIAL, (ABSENCE,)), []
    checks = {
        number: _held_against(piece.text, hits[number], draft.tainted.get(number, ()))
        for number in numbers
    }
    quotes = {quote.number: quote for quote in piece.quotes}
    citations = [
        _citation(hits[number], quotes.get(number), check, whole=draft.written)
        for number, check in checks.items()
    ]
    verdict, reasons = _best(list(checks.values()))
    return Sentence(piece.text, numbers, verdict, reasons), citations


def _held_against(text: str, hit: Hit, tainted: Sequence[tuple[int, int]]) -> Check:
    """Check against the passage without what speaks to a model.

    A sentence that only that text supports is told apart from one that nothing supports.
    """
    passage = hit.passage.text
    if not tainted:
        return check_sentence(text, passage)
    check = check_sentence(text, blanked(passage, tainted))
    if check.verdict is Verdict.UNSUPPORTED:
        whole = check_sentence(text, passage)
        if whole.verdict is not Verdict.UNSUPPORTED:
            return Check(Verdict.UNSUPPORTED, (SUSPICIOUS,), whole.start, whole.end, whole.coverage)
    return check


def _best(checks: Sequence[Check]) -> tuple[Verdict, tuple[str, ...]]:
    if not checks:
        return Verdict.UNSUPPORTED, ("no-citation",)
    best = min(checks, key=lambda check: _ORDER.index(check.verdict))
    return best.verdict, best.reasons


def _citation(hit: Hit, quote: Quote | None, check: Check, *, whole: bool) -> Citation:
    passage = hit.passage
    start, end = (quote.start, quote.end) if quote else (check.start, check.end)
    if whole and not quote:
        start, end = _widened(passage.text, start, end)
    return Citation(
        number=hit.rank,
        passage=passage,
        quote=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
        support=check.verdict,
        reasons=check.reasons,
    )


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the whole sentences around a stretch: a few copied words alone prove little."""
    touched = [span for span in split_sentences(text) if span[0] < end and start < span[1]]
    if not touched:
        return start, end
    return min(start, touched[0][0]), max(end, touched[-1][1])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _marked(sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    text = sentence.text.strip()
    gap = "\n" if "\n" in sentence.text[-1:] else ("" if _ends_cjk(text) else " ")
    return f"{text}{marks}{gap}"


def _ends_cjk(text: str) -> bool:
    return bool(text) and ord(text[-1]) > 0x2E7F
