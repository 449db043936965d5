"""A relation that a question asks for must be spoken of."""

from __future__ import annotations

import pytest

from rag.answering.kinship import relation_asked, relation_told
from rag.answering.question import read_question


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("沈砚秋的女儿叫什么名字？", "其长女沈若兰继承父业。", True),
        ("沈砚秋的女儿是谁？", "沈砚秋，字墨林，号南屏居士。", False),
        ("沈砚秋的儿子是谁？", "父亲沈伯安经营丝行，母亲姓钱。", False),
        ("沈硯秋的兒子是誰？", "次子沈若松早逝。", True),
        ("沈砚秋的父亲是谁？", "沈砚秋是沈伯安之子。", True),
        ("沈砚秋的老师是谁？", "1889年中秀才，后放弃科举。", False),
        ("沈砚秋的老师是谁？", "他师从宫部金吾。", True),
        ("谁是沈砚秋的妻子？", "1901年与周氏成婚。", True),
        ("Who was Rollo's son?", "Rollo was a Viking leader.", False),
        ("Who was Rollo's wife?", "Rollo married Poppa.", True),
        ("沈砚秋的妈妈是谁害的？", "凶手是傅某。", True),
        ("沈砚秋是哪里人？", "浙江湖州人。", True),
    ],
)
def test_what_a_relation_needs(question: str, sentence: str, told: bool) -> None:
    assert relation_told(relation_asked(read_question(question)), sentence) is told
