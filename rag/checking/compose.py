"""Turn a draft into the one Answer: every unit through the checker, every quote located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag import saying
from rag.asking.asked import Asked
from rag.checking.checker import Check, blanked, located
from rag.checking.declining import declines
from rag.checking.draft import Draft, DraftSentence, Quote
from rag.checking.holding import SUSPICIOUS, held_against
from rag.checking.showing import plain_text
from rag.reading.units import heading_above
from rag.records import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Hit,
    Outcome,
    Passage,
    Sentence,
    Span,
    Verdict,
)
from rag.text.language import detect_language
from rag.text.sentences import split_sentences

_WORTH = {Verdict.SUPPORTED: 1.0, Verdict.PARTIAL: 0.5, Verdict.UNSUPPORTED: 0.0}
_ORDER = list(_WORTH)
_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.DEFINITION})
"""Blocks of which single sentences are quoted; others are quoted whole."""

ABSENCE = "absence"
"""Reason of a sentence that only says what the documents do not tell: no passage can prove it."""

_Checked = tuple[Sentence, list[Citation]]


def compose(
    asked: Asked,
    draft: Draft,
    *,
    hits: Sequence[Hit],
    confidence: float,
    backend: str,
    seconds: Mapping[str, float],
) -> Answer:
    """Return the answer with every unit checked against the passages it cites.

    A draft without one supported unit becomes ``UNCHECKED``, a declined or empty one
    ``DECLINED``; numbers of hits that do not exist are dropped. Sentences that rest on text
    which speaks to a model are taken out; with ``draft.strict`` every unsupported one is, and
    spare quotes take their place. Where nothing else is left they are the answer, marked as a
    fallback. ``hits`` are those that are shown; others that are cited join them.

    ``confidence`` in [0, 1] is the reading's, and is that of quotes; for what a model wrote see
    ``written_confidence``.
    """
    by_number = {hit.rank: hit for hit in (*hits, *draft.given)}
    checked = [_check(piece, by_number, draft) for piece in draft.sentences]
    notes = list(draft.notes)
    if draft.written:
        verdicts = [sentence.verdict for sentence, _ in checked if _claims(sentence)]
        kept = [pair for pair in checked if not _removed(pair[0], draft.strict)]
        quoted_instead = False
        if len(kept) < len(checked):
            notes.append(f"removed:{len(checked) - len(kept)}")
            if not kept and draft.spare:
                notes.append(f"fallback:{backend}: unsupported")
                backend, quoted_instead = draft.spare_backend, True
            if draft.strict or not kept:
                kept = _replaced(kept, draft, by_number)
        if not quoted_instead:
            confidence = written_confidence(confidence, verdicts)
        checked = kept
    citations: list[Citation] = []
    sentences = [_placed(sentence, found, citations) for sentence, found in checked]
    shown = _with_cited(hits, by_number, citations)
    if draft.declined or not sentences:
        outcome, text = Outcome.DECLINED, _declined(asked, hits)
        sentences, citations = [], []
    else:
        sound = any(sentence.verdict is Verdict.SUPPORTED for sentence in sentences)
        outcome = Outcome.ANSWERED if sound else Outcome.UNCHECKED
        text = "".join(_marked(sentence, citations) for sentence in sentences).strip()
    numbers = {hit.rank for hit in shown}
    return Answer(
        question=asked.typed,
        standalone_question=asked.standalone,
        text=text,
        sentences=tuple(sentences),
        outcome=outcome,
        confidence=confidence,
        citations=tuple(citations),
        hits=shown,
        backend=draft.backend or backend,
        short=draft.short if outcome is Outcome.ANSWERED else "",
        usage=replace(
            draft.usage,
            left_out=tuple(number for number in draft.usage.left_out if number in numbers),
        ),
        seconds=dict(seconds),
        notes=tuple(dict.fromkeys(notes)),
    )


def written_confidence(confidence: float, verdicts: Sequence[Verdict]) -> float:
    """Return the confidence in what a model wrote, in [0, 1].

    ``confidence`` is the reading's: the chance that the passages answer. It is multiplied by the
    mean worth of the sentences that claim something: 1 for a supported one, 1/2 for a partly
    supported one, 0 for an unsupported one. Nothing claimed is worth nothing.
    """
    worths = [_WORTH[verdict] for verdict in verdicts]
    return confidence * sum(worths) / len(worths) if worths else 0.0


def _claims(sentence: Sentence) -> bool:
    return sentence.reasons != (ABSENCE,)


def _declined(asked: Asked, hits: Sequence[Hit]) -> str:
    return saying.declined(
        asked.standalone,
        [hit.passage.title for hit in hits],
        detect_language(asked.typed),
        changed=asked.standalone != asked.typed,
    )


def _with_cited(
    hits: Sequence[Hit], known: Mapping[int, Hit], citations: Sequence[Citation]
) -> tuple[Hit, ...]:
    """Return the hits shown and those cited beside them, with the passages that are cited."""
    shown = {hit.rank: hit for hit in hits}
    shown.update({c.number: known[c.number] for c in citations})
    return tuple(shown[number] for number in sorted(shown))


def _removed(sentence: Sentence, strict: bool) -> bool:
    if sentence.reasons == (SUSPICIOUS,):
        return True
    return strict and sentence.verdict is Verdict.UNSUPPORTED


def _replaced(kept: Sequence[_Checked], draft: Draft, hits: Mapping[int, Hit]) -> list[_Checked]:
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


def _check(piece: DraftSentence, hits: Mapping[int, Hit], draft: Draft) -> _Checked:
    if piece.quotes:
        quotes = _verified(piece, hits)
        if quotes:
            numbers = tuple(dict.fromkeys(quote.number for quote in quotes))
            return Sentence(piece.text, numbers, Verdict.SUPPORTED), quotes
    if draft.written and declines(piece.text):
        return Sentence(piece.text, (), Verdict.PARTIAL, (ABSENCE,)), []
    numbers = tuple(number for number in dict.fromkeys(piece.numbers) if number in hits)
    if draft.written and not piece.numbers:
        numbers = _holding(piece.text, draft)
    checks = {
        number: held_against(piece.text, hits[number], draft.tainted.get(number, ()))
        for number in numbers
    }
    verdict, reasons = _best(list(checks.values()))
    citations = [_citation(hits[number], check) for number, check in checks.items()]
    return Sentence(piece.text, numbers, verdict, reasons), citations


def _verified(piece: DraftSentence, hits: Mapping[int, Hit]) -> list[Citation]:
    """Return the quotes of a unit as citations, none where they are not its very text."""
    found = []
    for quote in piece.quotes:
        passage = hits[quote.number].passage if quote.number in hits else None
        if passage is None or not passage.start <= quote.start < quote.end <= passage.end:
            return []
        found.append(_quoted(quote, passage))
    return found if "\n".join(citation.quote for citation in found) == piece.text else []


def _holding(text: str, draft: Draft) -> tuple[int, ...]:
    """Return the number of the first passage that holds an uncited sentence word for word."""
    for hit in draft.given:
        passage = blanked(hit.passage.text, draft.tainted.get(hit.rank, ()))
        if located(text, passage) is not None:
            return (hit.rank,)
    return ()


def _best(checks: Sequence[Check]) -> tuple[Verdict, tuple[str, ...]]:
    if not checks:
        return Verdict.UNSUPPORTED, ("no-citation",)
    best = min(checks, key=lambda check: _ORDER.index(check.verdict))
    return best.verdict, best.reasons


def _placed_under(passage: Passage, offset: int) -> Passage:
    """Return the passage under the very headings that stand above an offset of it."""
    return replace(passage, heading=heading_above(passage, offset))


def _quoted(quote: Quote, passage: Passage) -> Citation:
    return Citation(
        number=quote.number,
        passage=_placed_under(passage, quote.start),
        quote=passage.text[quote.start - passage.start : quote.end - passage.start],
        start=quote.start,
        end=quote.end,
        support=Verdict.SUPPORTED,
        blocks=_clipped(passage, quote.start, quote.end),
        lit=quote.lit,
        place=passage.place(quote.start),
    )


def _citation(hit: Hit, check: Check) -> Citation:
    """Return the stretch a sentence was held against, widened to what can be read alone."""
    passage = hit.passage
    exact = (passage.start + check.start, passage.start + check.end)
    start, end = _widened(passage, *exact)
    return Citation(
        number=hit.rank,
        passage=_placed_under(passage, start),
        quote=passage.text[start - passage.start : end - passage.start],
        start=start,
        end=end,
        support=check.verdict,
        reasons=check.reasons,
        blocks=_clipped(passage, start, end),
        lit=(exact,) if exact != (start, end) and exact[0] < exact[1] else (),
        place=passage.place(start),
    )


def _clipped(passage: Passage, start: int, end: int) -> tuple[Block, ...]:
    """Return the blocks of a passage inside ``[start, end)``, cut to it."""
    found = []
    for block in passage.blocks:
        if block.start < end and start < block.end:
            low, high = max(start, block.start), min(end, block.end)
            cells = tuple((max(low, a), max(low, min(high, b))) for a, b in block.cells)
            found.append(replace(block, start=low, end=high, cells=cells))
    return tuple(found)


def _widened(passage: Passage, start: int, end: int) -> Span:
    """Return the whole sentences, items, rows and code around a stretch of the document.

    A few copied words alone prove little.
    """
    blocks = passage.blocks or (Block(BlockKind.PARAGRAPH, passage.start, passage.end),)
    low, high = start, end
    for block in blocks:
        if block.start >= max(end, start + 1) or block.end <= start:
            continue
        for first, last in _readable(passage, block):
            if first < end and start < last:
                low, high = min(low, first), max(high, last)
    return low, high


def _readable(passage: Passage, block: Block) -> list[Span]:
    if block.kind not in _PROSE:
        return [(block.start, block.end)]
    text = passage.text[block.start - passage.start : block.end - passage.start]
    return [(block.start + first, block.start + last) for first, last in split_sentences(text)]


def _placed(sentence: Sentence, found: Sequence[Citation], citations: list[Citation]) -> Sentence:
    """Add the citations of a unit to those of the answer and note their places."""
    for citation in found:
        if citation not in citations:
            citations.append(citation)
    return replace(sentence, quotes=tuple(citations.index(citation) for citation in found))


def _marked(sentence: Sentence, citations: Sequence[Citation]) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    text = _shown(sentence, citations).strip()
    if "\n" in text or _is_quoted(sentence, citations):
        return f"{text}{marks}\n\n"
    gap = "\n" if "\n" in sentence.text[-1:] else ("" if _ends_cjk(text) else " ")
    return f"{text}{marks}{gap}"


def _shown(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """Return the text of a unit; one that was quoted has its bullets."""
    if _is_quoted(sentence, citations):
        quotes = [citations[place] for place in sentence.quotes]
        return "\n".join(plain_text(quote.passage, quote.start, quote.end) for quote in quotes)
    return sentence.text


def _is_quoted(sentence: Sentence, citations: Sequence[Citation]) -> bool:
    """Tell a unit that was quoted from a sentence that a model wrote."""
    quotes = [citations[place] for place in sentence.quotes]
    return bool(quotes) and "\n".join(quote.quote for quote in quotes) == sentence.text


def _ends_cjk(text: str) -> bool:
    return bool(text) and ord(text[-1]) > 0x2E7F
