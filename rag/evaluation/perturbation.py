"""Sentences that a passage supports and sentences that it does not, made from gold sentences.

Every gold sentence (a support sentence of the set, else the sentence of the gold document
that holds the answer) is told in ways that stay true and in ways that do not. All choices
follow from a digest of the question's key: the same set gives the same sentences. Made by
rules, a few in a hundred are not quite what they should be; two runs share them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from rag.evaluation.matching import bare, contains
from rag.evaluation.restating import statement
from rag.evaluation.scoring import locate
from rag.evaluation.sets import CorpusDocument, Question
from rag.text.dates import find_dates
from rag.text.numbers import find_numbers
from rag.text.sentences import split_sentences

SUPPORTED = ("verbatim", "clause", "shortened", "other_script", "number_form", "statement")
"""Ways of telling a sentence that keep it true."""

FALSIFIED = (
    "changed_number", "changed_date", "exchange", "name", "negation", "wrong_statement",
    "wrong_passage",
)  # fmt: skip
"""Ways that do not."""

_CLAUSE = re.compile(r"[^,，;；。!！?？]+")
_ANY_NEGATION = re.compile(
    r"[不没未无非]|\b(?:not|never|no|none|neither|nor|without|cannot)\b|n't\b", re.IGNORECASE
)
# The first rule that fits is applied once. Verbs whose plain negation is common come first,
# the copula after them, since 是 also stands inside other words.
_NEGATED = (
    (
        re.compile(r"位于|属于|包括|成为|获得|参加|发现|建立|成立|使用|出现|发生|进入|担任|举行"),
        "没有{}",
    ),
    (re.compile(r"(?<=[^\W\d])(?:可以|能够|應該|应该)"), "不{}"),
    (re.compile(r"(?<![但只就还也若要于总可正還於總或凡])是(?![否非])"), "不{}"),
    (re.compile(r"\b(?:is|was|are|were|can|could|will|would|has|had)\b(?! been\b)"), "{} not"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to be checked against a passage, how it was made, and whether it holds."""

    key: str
    document: str
    kind: str
    sentence: str
    passage: str
    supported: bool


def claims(questions: Sequence[Question], corpus: Mapping[str, CorpusDocument]) -> Iterator[Claim]:
    """Yield the claims made from each distinct gold sentence of the questions."""
    answers = _answers_by_type(questions)
    seen: set[str] = set()
    for question in questions:
        for document, sentence in _gold_sentences(question, corpus):
            if bare(sentence) in seen:
                continue
            seen.add(bare(sentence))
            passage = corpus[document].text
            made = {
                "verbatim": sentence,
                "clause": _clause(question, sentence),
                "shortened": _shortened(question, sentence),
                "other_script": _other_script(sentence),
                "number_form": _number_form(sentence),
                "statement": statement(question.text, _plain_answer(question)),
                "changed_number": _changed_number(question.key, sentence, passage),
                "changed_date": _changed_date(question.key, sentence, passage),
                "exchange": _exchanged(sentence),
                "name": _other_name(question, sentence, passage, answers),
                "negation": _negated(sentence),
                "wrong_statement": _wrong_statement(question, passage, answers),
            }
            for kind, text in made.items():
                # A sentence that came out unchanged is no other way of telling it.
                if text and (kind == "verbatim" or text != sentence):
                    yield Claim(question.key, document, kind, text, passage, kind in SUPPORTED)
            other = _wrong_passage(question, sentence, document, corpus)
            if other:
                yield Claim(question.key, document, "wrong_passage", sentence, other, False)


def _gold_sentences(
    question: Question, corpus: Mapping[str, CorpusDocument]
) -> Iterator[tuple[str, str]]:
    """Yield ``(document, sentence)``, cut from the document's own text."""
    for document in question.gold:
        text = corpus[document].text
        given = [place for place in (locate(s, text) for s in question.support) if place]
        if not given:
            given = [
                (start, end)
                for start, end in split_sentences(text)
                if contains(text[start:end], question.forms)
            ][:1]
        for start, end in given:
            yield document, text[start:end].strip()


def _draw(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(parts).encode(), digest_size=6).digest())


def _clause(question: Question, sentence: str) -> str:
    """Return the clause that holds the answer, alone, where the sentence has several."""
    for match in _CLAUSE.finditer(sentence):
        clause = match.group().strip()
        if len(clause) >= 8 and contains(clause, question.forms) and clause != sentence:
            return clause
    return ""


def _shortened(question: Question, sentence: str) -> str:
    """Leave out one clause that neither begins nor ends the sentence nor holds the answer.

    Chinese sentences only: in English the comma more often divides what belongs together.
    """
    clauses = re.split(r"(，|,(?![\d ]))", sentence)
    for place in range(2, len(clauses) - 2, 2):
        kept = "".join(clauses[:place] + clauses[place + 2 :])
        if contains(kept, question.forms) and not contains(clauses[place], question.forms):
            return kept
    return ""


def _plain_answer(question: Question) -> str:
    return question.answers[0] if question.answers and not question.answers_all else ""


@cache
def _converter(direction: str) -> Any:
    from opencc import OpenCC

    return OpenCC(direction)


def _other_script(sentence: str) -> str:
    """Return the sentence in the other Chinese script; itself where there is none."""
    simplified = str(_converter("t2s").convert(sentence))
    return simplified if simplified != sentence else str(_converter("s2t").convert(sentence))


def _number_form(sentence: str) -> str:
    """Write one large whole number out in digits: 18.42万 becomes 184200."""
    dates = find_dates(sentence)
    for quantity in find_numbers(sentence):
        text = sentence[quantity.start : quantity.end]
        unit = re.search(r"[万亿萬億]", text)
        digits = re.match(r"[\d.]+", text)
        whole = quantity.value == quantity.value.to_integral_value()
        inside = any(d.start < quantity.end and quantity.start < d.end for d in dates)
        rest = text[unit.end() :] if unit else ""
        followed = re.match(r"\d", rest + sentence[quantity.end :])
        if unit and digits and whole and not inside and not followed:
            return (
                f"{sentence[: quantity.start]}{int(quantity.value)}{rest}{sentence[quantity.end :]}"
            )
    return ""


def _changed_digits(key: str, digits: str, passage: str) -> str:
    """Return the number with one digit changed, such that it stands nowhere in the passage."""
    places = [index for index, character in enumerate(digits) if "0" <= character <= "9"]
    if not places:
        return ""
    start = _draw(key, digits)
    for step in range(9 * len(places)):
        place = places[(start + step) % len(places)]
        digit = (int(digits[place]) + 1 + (start + step) // len(places) % 9) % 10
        changed = f"{digits[:place]}{digit}{digits[place + 1 :]}"
        if changed != digits and not changed.startswith("0") and changed not in passage:
            return changed
    return ""


def _changed_number(key: str, sentence: str, passage: str) -> str:
    dates = find_dates(sentence)
    spans = [
        (q.start, q.end)
        for q in find_numbers(sentence)
        if not any(d.start < q.end and q.start < d.end for d in dates)
    ]
    return _with_changed_digits(key, sentence, passage, spans)


def _changed_date(key: str, sentence: str, passage: str) -> str:
    return _with_changed_digits(
        key, sentence, passage, [(d.start, d.end) for d in find_dates(sentence)]
    )


def _with_changed_digits(
    key: str, sentence: str, passage: str, spans: Sequence[tuple[int, int]]
) -> str:
    numbers = [
        (start + match.start(), start + match.end())
        for start, end in spans
        for match in re.finditer(r"\d+(?:\.\d+)?", sentence[start:end], re.ASCII)
    ]
    if not numbers:
        return ""
    start, end = numbers[_draw(key, sentence) % len(numbers)]
    changed = _changed_digits(key, sentence[start:end], passage)
    return f"{sentence[:start]}{changed}{sentence[end:]}" if changed else ""


def _exchanged(sentence: str) -> str:
    """Swap the first two numbers of unequal value that have the same unit class."""
    dates = find_dates(sentence)
    found = [
        q
        for q in find_numbers(sentence)
        if not any(d.start < q.end and q.start < d.end for d in dates)
    ]
    for first, second in pairwise(found):
        if first.value != second.value and first.percent == second.percent:
            one, other = sentence[first.start : first.end], sentence[second.start : second.end]
            between = sentence[first.end : second.start]
            return f"{sentence[: first.start]}{other}{between}{one}{sentence[second.end :]}"
    return ""


def _answers_by_type(questions: Sequence[Question]) -> dict[str, list[tuple[str, str]]]:
    """Return, for each type of question, ``(document, answer)`` of short wordy answers."""
    found: dict[str, list[tuple[str, str]]] = {}
    for question in questions:
        if question.answers and question.gold and not question.answers_all:
            answer = question.answers[0].strip()
            if 2 <= len(answer) <= 15 and not re.search(r"\d|[一二三四五六七八九十百千万]", answer):
                kind = question.qtype or question.kind
                found.setdefault(kind, []).append((question.gold[0], answer))
    return found


def _other_answer(
    question: Question,
    mine: str,
    passage: str,
    answers: Mapping[str, Sequence[tuple[str, str]]],
) -> str:
    """Return another question's answer of the same type, of like length, not in the passage."""
    kind = question.qtype or question.kind
    if kind in ("why", "how", "list"):
        return ""
    others = {
        answer
        for document, answer in answers.get(kind, ())
        if document not in question.gold and bare(answer) not in bare(passage)
    }
    return min(
        others,
        key=lambda answer: (abs(len(answer) - len(mine)), _draw(question.key, answer)),
        default="",
    )


def _other_name(
    question: Question,
    sentence: str,
    passage: str,
    answers: Mapping[str, Sequence[tuple[str, str]]],
) -> str:
    """Put another question's answer in the place of the answer."""
    kind = question.qtype or question.kind
    mine = next((a for d, a in answers.get(kind, ()) if d in question.gold and a in sentence), "")
    if not mine or not contains(mine, question.forms):
        return ""
    other = _other_answer(question, mine, passage, answers)
    return sentence.replace(mine, other, 1) if other else ""


def _wrong_statement(
    question: Question, passage: str, answers: Mapping[str, Sequence[tuple[str, str]]]
) -> str:
    """Answer the question with a number of another value, else with another's answer."""
    mine = _plain_answer(question)
    if re.search(r"\d", mine):
        other = _with_changed_digits(question.key, mine, passage, [(0, len(mine))])
    else:
        other = _other_answer(question, mine, passage, answers)
    return statement(question.text, other) if mine else ""


def _negated(sentence: str) -> str:
    if _ANY_NEGATION.search(sentence):
        return ""
    for pattern, form in _NEGATED:
        match = pattern.search(sentence)
        if match:
            changed = form.format(match.group())
            return f"{sentence[: match.start()]}{changed}{sentence[match.end() :]}"
    return ""


def _wrong_passage(
    question: Question, sentence: str, document: str, corpus: Mapping[str, CorpusDocument]
) -> str:
    """Return the most similar passage of the same article (else of a sample) without the answer."""
    title = corpus[document].title
    near = [d for d in corpus.values() if title and d.title == title and d.id not in question.gold]
    if not near:
        every = list(corpus.values())
        first = _draw(question.key) % len(every)
        drawn = (every + every)[first : first + min(20, len(every))]
        near = [d for d in drawn if d.id not in question.gold]
    wanted = _bigrams(sentence)
    best = sorted(near, key=lambda d: (-len(wanted & _bigrams(d.text)), d.id))
    for other in best:
        if not contains(other.text, question.forms):
            return other.text
    return ""


def _bigrams(text: str) -> frozenset[str]:
    form = bare(text)
    return frozenset(a + b for a, b in pairwise(form))
