"""How much of a question stands in a text as it is written."""

from __future__ import annotations

import pytest

from rag.text.phrases import Phrases, flat
from rag.text.tokens import index_tokens


def phrases(question: str) -> Phrases:
    return Phrases(question, dict.fromkeys(index_tokens(question), 1.0))


def test_a_name_of_several_scripts_counts_with_its_neighbours() -> None:
    asked = phrases("什么是“新双15工程”？")
    right = flat("近日，新双１５工程正式启动。")
    apart = flat("新建了双塔，15个工程队进场。")
    assert asked.share(right) > asked.share(apart)
    assert (asked.quoted(right), asked.quoted(apart)) == (1.0, 0.0)


def test_words_are_neighbours_two_by_two() -> None:
    asked = phrases("travel comp time")
    assert asked.share(flat("Travel  comp\ntime is paid.")) == 1.0
    assert asked.share(flat("comp time")) == pytest.approx(0.5)
    assert asked.share(flat("time to travel")) == 0.0


def test_rare_neighbours_weigh_more() -> None:
    weights = dict.fromkeys(index_tokens("孙景南的职务"), 0.1) | {"孙景": 5.0, "景南": 5.0}
    asked = Phrases("孙景南的职务", weights)
    assert asked.share(flat("孙景南出席")) > 0.5 > asked.share(flat("他的职务"))


@pytest.mark.parametrize("question", ["", "？", "甲", "“”", "a"])
def test_questions_with_nothing_in_them(question: str) -> None:
    asked = phrases(question)
    for text in ("", "甲乙丙"):
        assert asked.share(text) == 0.0
        assert asked.quoted(text) == 0.0
