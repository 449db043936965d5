"""The question sets the reader learns from, in one form, and what is left out of their answers.

Each set is a file of questions with their paragraphs, one JSON row a line (gzip or plain):
``{"id", "lang", "question", "context", "title", "answers": [{"text", "start"}], "answerable"}``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class SetUse:
    """How one set is used: its language group, its share of that group, and of what kind it is.

    ``limit`` is the most of its questions that are taken, ``spans`` whether its answers are
    spans to be learned (else only that the paragraph answers).
    """

    name: str
    group: str
    share: float
    limit: int
    spans: bool = True


SETS = (
    SetUse("zh_cmrc2018_train", "zh", 0.66, 9175),
    SetUse("zh_drcd_train_part", "zh", 0.20, 1830),
    SetUse("drcd_test", "zh", 0.09, 1500),
    SetUse("cmrc_trial", "zh", 0.05, 800),
    SetUse("en_squad11_train", "en", 0.43, 5000),
    SetUse("en_squad2_dev_rest", "en", 0.25, 4719),
    SetUse("en_squad2_train_part", "en", 0.03, 347),
    SetUse("en_nq_paragraph", "en", 0.14, 2500),
    SetUse("en_afriqa", "en", 0.08, 1200),
    SetUse("en_boolq_dev", "en", 0.04, 600, spans=False),
    SetUse("en_selqa", "en", 0.03, 500, spans=False),
    SetUse("ja_jsquad", "other", 0.25, 900),
    SetUse("ja_jaquad", "other", 0.20, 800),
    SetUse("fa_pquad", "other", 0.15, 600),
    SetUse("he_heq", "other", 0.10, 400),
    SetUse("th_iapp", "other", 0.10, 400),
    SetUse("no_norquad", "other", 0.08, 300),
    SetUse("ar_arcd", "other", 0.06, 250),
    SetUse("pt_faquad", "other", 0.06, 250),
)

SHARES = {"zh": 0.55, "en": 0.35, "other": 0.10}
"""Of the questions of a run, the share that each group of languages has."""


@dataclass(frozen=True, slots=True)
class LearningQuestion:
    """A question on a paragraph; ``answers`` are texts and places there, the first to be learned.

    ``answers`` is empty where the paragraph does not answer (``answerable`` false) or does so
    without a span.
    """

    id: str
    set_name: str
    group: str
    question: str
    title: str
    context: str
    answers: tuple[tuple[str, int], ...]
    answerable: bool
    spans: bool


def path_of(name: str, folder: Path) -> Path:
    """Return the file of the set ``name`` below ``folder``."""
    packed = folder / "more" / f"{name}.jsonl.gz"
    return packed if packed.exists() else folder / f"{name}.jsonl"


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def questions_of(use: SetUse, folder: Path) -> Iterator[LearningQuestion]:
    """Yield the questions of a set."""
    path = path_of(use.name, folder)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield LearningQuestion(
                id=row["id"],
                set_name=use.name,
                group=use.group,
                question=row["question"].strip(),
                title=row.get("title") or "",
                context=row["context"],
                answers=tuple(_answers(row)) if use.spans else (),
                answerable=row.get("answerable", True),
                spans=use.spans,
            )


def _answers(row: dict[str, Any]) -> Iterator[tuple[str, int]]:
    given = row.get("answers") or []
    if "start" in row:
        given = [{"text": row["answer"], "start": row["start"]}]
    for answer in given:
        text = answer["text"]
        start, end = shortened(row["question"], text)
        yield text[start:end], answer["start"] + start


_WHEN = re.compile(
    r"什么时候|何时|哪一?年|几年|哪一?天|几月|什麼時候|何時|哪一?個?月|when|what year",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[一-鿿]{2}[元一二三四五六七八九十]{1,3}年（\d{3,4}年）|(?:公元前?|西元前?|约)?\d{1,4}年"
    r"(?:\d{1,2}月|第?[一二三四]季度?|初|末|底)?(?:\d{1,2}[日号號])?|\d{1,2}月(?:\d{1,2}[日号號])?)"
)
_COUNT = re.compile(r"多少|几[^乎年月]|幾[^乎年月]|多[高长大重宽深远]")
_AMOUNT = re.compile(
    r"[约約近]?[\d,，.]*[\d零一二三四五六七八九十百千兩两][\d,.万萬亿億零一二三四五六七八九十百千兩两]*"
    r"(?:多|余|餘)?[%％个個人名年月日天次米公里平方英尺千克吨噸元美架艘座所位首部集岁歲种種家层層段分秒小时場场]{0,4}"
)
_LEAD = re.compile(
    r"(?:[其它他她]|这|這|该|該)?(?:主要)?(?:是|为|為|被称为|又称为?|又名|名为|因为|因為|由于|由於|总?共有?)"
)
_ENDS = " 。，、；：,.;:\t\n"
_WHOLE = 12
"""Answers of at most so many characters stay as they are but for marks at their end."""


def shortened(question: str, answer: str) -> tuple[int, int]:
    """Return the part of an annotated answer that alone answers ``question``.

    People marked whole clauses where a date, a number or a name was asked for, and the reader
    copies what they marked. A date or an amount is taken out only where the answer has one.
    """
    start, end = 0, len(answer)
    while end > start and answer[end - 1] in _ENDS:
        end -= 1
    if start == end:
        return 0, len(answer)
    if end <= _WHOLE or not any("㐀" <= character <= "鿿" for character in question):
        return start, end
    for asked, told in ((_WHEN, _DATE), (_COUNT, _AMOUNT)):
        found = list(told.finditer(answer)) if asked.search(question) else []
        if found:
            return found[0].span() if len(found) == 1 else (start, end)
    echo = 0
    while echo < end - 4 and answer[: echo + 1] in question:
        echo += 1
    if echo >= 2 and answer[echo] not in "的之 （(":
        start = echo
    lead = _LEAD.match(answer, start)
    return (lead.end() if lead and lead.end() < end - 3 else start), end
