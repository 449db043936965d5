"""Homophones are exchanged where the documents know the new neighbours and not the old ones."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import pytest

from rag.text.spelling import homophones, mend

DOCUMENT = (
    "中央全面深化改革领导小组会议审议通过方案，快递小哥像勤劳的小蜜蜂，技能竞赛项目，罗马皇帝"
)
KNOWN = {a + b for a, b in pairwise(DOCUMENT)}


def known(tokens: Collection[str]) -> dict[str, int]:
    return {token: int(token in KNOWN) for token in tokens}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("领导小组会意审义通过了什么方案？", "领导小组会议审议通过了什么方案？"),
        ("勤劳的小密蜂是谁？", "勤劳的小蜜蜂是谁？"),
        ("技能竟赛项目有哪些？", "技能竞赛项目有哪些？"),
        ("技能競賽項目有哪些？", "技能競賽項目有哪些？"),
        ("光速是每秒多少公里？", "光速是每秒多少公里？"),
        ("What is a bee?", "What is a bee?"),
        ("", ""),
    ],
)
def test_mending(question: str, expected: str) -> None:
    assert mend(question, known) == expected


def test_nothing_is_known_of_an_empty_index() -> None:
    assert mend("技能竟赛项目有哪些？", lambda tokens: dict.fromkeys(tokens, 0)) == (
        "技能竟赛项目有哪些？"
    )


def test_characters_sound_like_themselves() -> None:
    table = homophones()
    assert len(table) > 3000
    assert all(character in alike for character, alike in table.items())
    assert "议" in table["意"]
