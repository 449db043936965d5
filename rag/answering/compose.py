"""Turn a draft into the one Answer: every sentence through the checker, every quote located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering import texts
from rag.answering.checker import Check, check_sentence
from rag.answering.draft import Draft, DraftSentence, Quote
from rag.records import Answer, Citation, Hit, Outcome, Sentence, Verdict


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

    A draft without one supported or partly supported sentence becomes ``UNCHECKED``, a
    declined or empty one ``DECLINED``; numbers of hits that do not exist are dropped.
    """
    by_number = {hit.rank: hit for hit in hits}
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for piece in draft.sentences:
        checked, found = _check(piece, by_number)
        sentences.append(checked)
        citations.extend(citation for citation in found if citation not in citations)
    if draft.declined or not sentences:
        outcome, text = Outcome.DECLINED, texts.declined(question)
        sentences, citations = [], []
    else:
        sound = any(sentence.verdict is not Verdict.UNSUPPORTED for sentence in sentences)
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
        backend=backend,
        short=draft.short if outcome is Outcome.ANSWERED else "",
        usage=draft.usage,
        seconds=dict(seconds),
        notes=draft.notes,
    )


def _check(piece: DraftSentence, hits: Mapping[int, Hit]) -> tuple[Sentence, list[Citation]]:
    numbers = tuple(number for number in dict.fromkeys(piece.numbers) if number in hits)
    checks = {number: check_sentence(piece.text, hits[number].passage.text) for number in numbers}
    quotes = {quote.number: quote for quote in piece.quotes}
    citations = [
        _citation(hits[number], quotes.get(number), check) for number, check in checks.items()
    ]
    verdict, reasons = _best(list(checks.values()))
    return Sentence(piece.text, numbers, verdict, reasons), citations


def _best(checks: Sequence[Check]) -> tuple[Verdict, tuple[str, ...]]:
    if not checks:
        return Verdict.UNSUPPORTED, ("no-citation",)
    order = [Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNSUPPORTED]
    best = min(checks, key=lambda check: order.index(check.verdict))
    return best.verdict, best.reasons


def _citation(hit: Hit, quote: Quote | None, check: Check) -> Citation:
    start, end = (quote.start, quote.end) if quote else (check.start, check.end)
    passage = hit.passage
    return Citation(
        number=hit.rank,
        passage=passage,
        quote=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
        support=check.verdict,
        reasons=check.reasons,
    )


def _marked(sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    text = sentence.text.strip()
    gap = "\n" if "\n" in sentence.text[-1:] else ("" if _ends_cjk(text) else " ")
    return f"{text}{marks}{gap}"


def _ends_cjk(text: str) -> bool:
    return bool(text) and ord(text[-1]) > 0x2E7F
