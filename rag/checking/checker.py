"""Check one sentence against the passage it cites, by rules that can name their reasons.

The order is: an exact quote is supported; otherwise the best stretch of the passage is found
and every number, date, name and negation of the sentence must stand there, in the same
surroundings, and most of its content words too. No model is asked.

Reasons are codes, ``kind`` or ``kind:detail``: ``number:…``, ``date:…``, ``name:…``,
``exchanged:…``, ``negation``, ``coverage``, ``other-language``, ``empty``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise

from rag.records import Span, Verdict
from rag.text.dates import DateMention, find_dates
from rag.text.language import dominant_script
from rag.text.normal import normal_form, normal_form_with_offsets
from rag.text.numbers import Quantity, find_numbers
from rag.text.sentences import split_sentences
from rag.text.tokens import index_tokens

_FULL_COVERAGE = 0.7
_LEAST_COVERAGE = 0.45
_SURROUNDINGS = 10
_NEW_CHARACTERS = 3
"""Content characters in a row, no neighbouring pair of which the passage holds."""

_NEGATIONS = re.compile(
    r"不(?!仅|断|但|少|管|论|同|过|久|只|单|得不|一样|锈|动产)|没有|没能|未(?!来|必|婚)|并非|(?<!除)非(?!常|洲|法|政府|物质)"
    r"|无(?!论|数|线|人机|锡|疑|限)|禁止|拒绝|否认|取消"
    r"|\bnot\b|n't\b|\bnever\b|\bno\b|\bnone\b|\bneither\b|\bwithout\b|\bcannot\b"
)
_NAMES = re.compile(
    r"《([^《》]{1,40})》|[“\"「『]([^”\"」』]{2,30})[”\"」』]|\b([A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)"
)
_CONTENT_RUN = re.compile(r"[㐀-鿿\U00020000-\U000323af]{2,}|[a-z]{3,}")
_FUNCTION = re.compile(
    r"[的了在于是中和与及等把被对从为有所其之这那个一也都就而且并或上下里后前时\W\d万亿千百_]"
)
_LITTLE = re.compile(
    r"[的了在于是与及把被为之也都就而且并或]|^(?:the|an?|of|is|are|was|were|to|and|in)$"
)
_VALUE = "#@"
"""How tokens of numbers and dates begin."""
_CLAUSE_MARK = re.compile(r"[,;:!?。](?!\d)|\.(?=\s|$)|\n")
_ANCHOR = 3
"""Characters that must agree on both sides of a replacement."""

_TRIM = " \t\r\n。．.！!？?；;，,、：:“”\"'「」『』（）()[]【】"


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on a sentence and the stretch of the passage it was held against.

    ``passage[start:end]`` is that stretch; ``coverage`` in [0, 1] is the share of the
    sentence's tokens that it holds.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    start: int
    end: int
    coverage: float


def check_sentence(
    sentence: str, passage: str, *, context: str = "", rows: Sequence[Span] = ()
) -> Check:
    """Return whether ``passage`` says what ``sentence`` says, and why not where it does not.

    ``context`` is what stands over the passage, its title and headings for one: names, dates and
    numbers told there are told. ``rows`` are places of rows of tables: what one row tells is not
    mixed with the next one's unless the sentence tells several numbers.
    """
    wanted = normal_form(sentence).strip(_TRIM)
    if not wanted:
        return Check(Verdict.UNSUPPORTED, ("empty",), 0, 0, 0.0)
    exact = located(sentence, passage)
    if exact is not None:
        return Check(Verdict.SUPPORTED, (), *exact, 1.0)
    start, end, covered = _best_stretch(sentence, passage, context, rows)
    stretch = passage[start:end]
    around = f"{context}\n{stretch}" if context else stretch
    hard = [
        *_missing_dates(sentence, around),
        *_missing_numbers(sentence, around),
        *_exchanged_numbers(sentence, stretch),
        *_missing_names(sentence, f"{context}\n{passage}"),
    ]
    same_script = dominant_script(sentence) == dominant_script(stretch)
    if same_script:
        hard += _replaced(sentence, stretch, normal_form(context))
    if _negated(sentence) != _negated(stretch, sentence):
        hard.append("negation")
    if hard:
        return Check(Verdict.UNSUPPORTED, tuple(hard), start, end, covered)
    if not same_script:
        return Check(Verdict.PARTIAL, ("other-language",), start, end, covered)
    if covered < _LEAST_COVERAGE:
        return Check(Verdict.UNSUPPORTED, ("coverage",), start, end, covered)
    if covered < _FULL_COVERAGE:
        return Check(Verdict.PARTIAL, ("coverage",), start, end, covered)
    return Check(Verdict.SUPPORTED, (), start, end, covered)


def located(sentence: str, passage: str) -> Span | None:
    """Return where the passage holds a sentence word for word, None where it does not."""
    wanted = normal_form(sentence).strip(_TRIM)
    if not wanted:
        return None
    normal, offsets = normal_form_with_offsets(passage)
    place = normal.find(wanted)
    if place < 0:
        return None
    last = place + len(wanted) - 1
    return offsets[place], offsets[last] + 1


def blanked(text: str, spans: Sequence[Span]) -> str:
    """Return the text of equal length with the spans blank."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _best_stretch(
    sentence: str, passage: str, context: str, rows: Sequence[Span]
) -> tuple[int, int, float]:
    """Return the one to three neighbouring sentences that hold most of the tokens.

    A longer stretch must gain at least a twentieth of the tokens for each sentence more. What
    ``context`` holds is held; little words say nothing.
    """
    tokens = frozenset(index_tokens(sentence))
    tokens = frozenset(t for t in tokens if t[0] in _VALUE or not _LITTLE.search(t)) or tokens
    above = frozenset(index_tokens(context)) & tokens
    spans = split_sentences(passage)
    several = not rows or len(_plain_numbers(sentence)) > 1
    bags = [frozenset(index_tokens(passage[a:b])) for a, b in spans]
    best, chosen = -1.0, (0, len(passage), 0.0)
    for first in range(len(spans)):
        held = above
        for last in range(first, min(first + 3, len(spans))):
            if last > first and not several and _touched(spans[first][0], spans[last][1], rows):
                break
            held |= bags[last] & tokens
            covered = len(held) / max(1, len(tokens))
            value = covered - 0.05 * (last - first)
            if value > best:
                best, chosen = value, (spans[first][0], spans[last][1], covered)
    return chosen


def _touched(start: int, end: int, rows: Sequence[Span]) -> bool:
    return any(low < end and start < high for low, high in rows)


def _missing_numbers(sentence: str, stretch: str) -> list[str]:
    here = {(q.value, q.percent) for q in _plain_numbers(stretch)}
    here |= {(q.value, q.percent) for q in find_numbers(stretch)}
    for date in find_dates(stretch):
        here |= {(Decimal(n), False) for n in (date.year, date.month, date.day) if n}
    return [
        f"number:{sentence[q.start : q.end]}"
        for q in _plain_numbers(sentence)
        if (q.value, q.percent) not in here
    ]


def _plain_numbers(text: str) -> list[Quantity]:
    """Return the numbers that are not part of a date."""
    dates = find_dates(text)
    return [
        quantity
        for quantity in find_numbers(text)
        if not any(d.start < quantity.end and quantity.start < d.end for d in dates)
    ]


def _missing_dates(sentence: str, stretch: str) -> list[str]:
    here = find_dates(stretch)
    return [
        f"date:{sentence[date.start : date.end]}"
        for date in find_dates(sentence)
        if not any(_agrees(date, other) for other in here)
    ]


def _agrees(claimed: DateMention, found: DateMention) -> bool:
    pairs = ((claimed.year, found.year), (claimed.month, found.month), (claimed.day, found.day))
    return all(a is None or a == b for a, b in pairs)


def _exchanged_numbers(sentence: str, stretch: str) -> list[str]:
    """Return numbers that stand in the surroundings of another number of the stretch."""
    claimed = _plain_numbers(sentence)
    found = _plain_numbers(stretch)
    if len({q.value for q in found}) < 2:
        return []
    reasons = []
    for quantity in claimed:
        around = _surroundings(sentence, quantity)
        same = [
            _alike(around, _surroundings(stretch, q)) for q in found if q.value == quantity.value
        ]
        other = [
            _alike(around, _surroundings(stretch, q))
            for q in found
            if q.value != quantity.value and any(c.value == q.value for c in claimed)
        ]
        if same and other and max(other) > max(same) + 1:
            reasons.append(f"exchanged:{sentence[quantity.start : quantity.end]}")
    return reasons


def _surroundings(text: str, quantity: Quantity) -> frozenset[str]:
    before = re.split(r"[,，。;；]", text[max(0, quantity.start - _SURROUNDINGS) : quantity.start])
    after = re.split(r"[,，。;；]", text[quantity.end : quantity.end + _SURROUNDINGS])
    pairs: set[str] = set()
    for side in (normal_form(before[-1]), normal_form(after[0])):
        pairs.update(a + b for a, b in pairwise(side) if (a + b).isalpha())
    return frozenset(pairs)


def _alike(first: frozenset[str], second: frozenset[str]) -> int:
    return len(first & second)


def _missing_names(sentence: str, passage: str) -> list[str]:
    """Return quoted titles, Latin names and content runs that the passage does not hold."""
    normal = normal_form(passage)
    reasons = []
    for match in _NAMES.finditer(sentence):
        name = next(group for group in match.groups() if group)
        starts_sentence = match.start() == 0 and match.group(3) is not None
        if not starts_sentence and normal_form(name).strip() not in normal:
            reasons.append(f"name:{name}")
    pairs = {a + b for a, b in pairwise(normal)}
    for run in _CONTENT_RUN.findall(normal_form(sentence)):
        if ord(run[0]) < 0x3400:
            continue
        for piece in _uncovered(run, pairs):
            if not any(piece in reason for reason in reasons):
                reasons.append(f"name:{piece}")
    return reasons


def _replaced(sentence: str, stretch: str, context: str) -> list[str]:
    """Return what stands in the place of something else in an otherwise alike stretch.

    Only new content counts: words that the stretch holds elsewhere may have been moved, and those
    of ``context`` put in for a pronoun.
    """
    claimed, found = normal_form(sentence).strip(_TRIM), normal_form(stretch)
    matcher = SequenceMatcher(None, found, claimed, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= _ANCHOR]
    gaps = [
        (before.a + before.size, after.a, before.b + before.size, after.b)
        for before, after in pairwise(blocks)
    ]
    if blocks:
        first, last = blocks[0], blocks[-1]
        gaps.append((_clause_start(found, first.a), first.a, 0, first.b))
        end = last.a + last.size
        gaps.append((end, _clause_end(found, end), last.b + last.size, len(claimed)))
    reasons = []
    for old_start, old_end, new_start, new_end in gaps:
        old = found[old_start:old_end].strip(_TRIM)
        new = claimed[new_start:new_end].strip(_TRIM)
        if (
            any(piece not in found and piece not in context for piece in _content(new))
            and any(piece not in claimed for piece in _content(old))
            and len(old) <= 3 * len(new) + 4
        ):
            reasons.append(f"replaced:{new}")
    return reasons


def _clause_start(text: str, place: int) -> int:
    return max((match.end() for match in _CLAUSE_MARK.finditer(text, 0, place)), default=0)


def _clause_end(text: str, place: int) -> int:
    match = _CLAUSE_MARK.search(text, place)
    return match.start() if match else len(text)


def _content(text: str) -> list[str]:
    """Return the runs of content characters between function words, two or more long."""
    return [piece for piece in _FUNCTION.split(text) if len(piece) >= 2]


def _uncovered(run: str, pairs: set[str]) -> Sequence[str]:
    """Return the stretches of three or more characters no neighbouring pair of which occurs."""
    marks = [run[n : n + 2] in pairs for n in range(len(run) - 1)]
    pieces, begin = [], None
    for place, known in enumerate([*marks, True]):
        if not known and begin is None:
            begin = place
        if known and begin is not None:
            piece = run[begin + 1 : place]
            if len(_FUNCTION.sub("", piece)) >= _NEW_CHARACTERS:
                pieces.append(piece)
            begin = None
    return pieces


def _negated(text: str, like: str | None = None) -> bool:
    """Return whether the text holds an odd number of negations.

    With ``like``, only clauses that share words with it count: a stretch of several clauses
    may deny something else.
    """
    clauses = re.split(r"[,，;；。!！?？]", normal_form(text))
    if like is not None:
        wanted = frozenset(index_tokens(like))
        clauses = [
            clause
            for clause in clauses
            if len(wanted & frozenset(index_tokens(clause)))
            >= 0.4 * max(1, len(frozenset(index_tokens(clause))))
        ]
    return sum(len(_NEGATIONS.findall(clause)) for clause in clauses) % 2 == 1
