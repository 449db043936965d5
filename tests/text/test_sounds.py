"""What sounds alike is told by the documents: homophones exchanged, names in pinyin found."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import pytest

from rag.text.sounds import homophones, respelled, sound_alikes

DOCUMENT = (
    "中央全面深化改革领导小组会议审议通过方案，快递小哥像勤劳的小蜜蜂，技能竞赛项目，罗马皇帝，"
    "张北至胜利的线路，总工程师孙景南，西安绿色出行，吕梁"
)
KNOWN = {a + b for a, b in pairwise(DOCUMENT)}


def known(tokens: Collection[str]) -> dict[str, int]:
    return {token: int(token in KNOWN) for token in tokens}


def pairs(characters: str) -> dict[str, int]:
    return {pair: 1 for pair in KNOWN if pair[0] in characters}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("领导小组会意审义通过了什么方案？", "领导小组会议审议通过了什么方案？"),
        ("勤劳的小密蜂是谁？", "勤劳的小蜜蜂是谁？"),
        ("技能竟赛项目有哪些？", "技能竞赛项目有哪些？"),
        ("技能競賽項目有哪些？", "技能競賽項目有哪些？"),
        ("孙锦南是谁？", "孙景南是谁？"),
        ("光速是每秒多少公里？", "光速是每秒多少公里？"),
        ("What is a bee?", "What is a bee?"),
        ("", ""),
    ],
)
def test_mending(question: str, expected: str) -> None:
    assert respelled(question, sound_alikes(question, known, pairs)) == expected


def test_nothing_is_known_of_an_empty_index() -> None:
    for text in ("技能竟赛项目有哪些？", "Who is Sun Jingnan?"):
        assert (
            sound_alikes(text, lambda tokens: dict.fromkeys(tokens, 0), lambda characters: {}) == []
        )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the Zhangbei to Shengli line", {"Zhangbei": "张北", "Shengli": "胜利"}),
        ("Who is Sun Jingnan?", {"Sun Jingnan": "孙景南"}),
        ("who is sun jingnan", {"jingnan": "景南"}),
        ("Lvliang county", {"Lvliang": "吕梁"}),
        ("孙锦南的职务", {"孙锦南": "孙景南"}),
        ("She can change the long fan", {}),
        ("How many teams took part?", {}),
        ("总工程师是谁", {}),
    ],
)
def test_what_sounds_alike(text: str, found: dict[str, str]) -> None:
    alikes = sound_alikes(text, known, pairs)
    assert {text[one.start : one.end]: one.forms[0] for one in alikes} == found


def test_homophones() -> None:
    assert "议" in homophones("意")
    assert "景" in homophones("锦")
    assert "意" not in homophones("意")
    assert homophones("x") == ""
