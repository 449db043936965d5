"""Provisions asked for by their number."""

from __future__ import annotations

import pytest

from rag.answering.provisions import named_provision
from rag.answering.question import read_question
from tests.answering.builders import candidates, hit

LAW = (
    "第八条 用户不得有下列行为：\n（一）乱停车辆；\n（二）改装车辆。\n"
    "第九条 用户应当按时归还车辆。超过时限的，加收费用。\n"
    "第十条 违反第八条第一项规定的，处五十元罚款。\n第十条之一 本条例另有规定的除外。\n"
    "第二十条 本条例自公布之日起施行。"
)


def _given(question: str, text: str = LAW) -> str:
    sentences = candidates(hit(text, title="云溪市自行车条例"))
    return "".join(s.text for s in named_provision(read_question(question), sentences))


@pytest.mark.parametrize(
    "question",
    ["第九条是怎么规定的？", "第9条说了什么？", "《云溪市自行车条例》第九条的内容是什么？"],
)
def test_a_provision_is_given_whole(question: str) -> None:
    assert _given(question) == "第九条 用户应当按时归还车辆。超过时限的，加收费用。"


def test_its_items_belong_to_it() -> None:
    expected = "第八条 用户不得有下列行为：（一）乱停车辆；（二）改装车辆。"
    assert _given("第八条的规定是什么") == expected


def test_numbers_are_told_apart() -> None:
    assert _given("第十条规定了什么").startswith("第十条 违反")
    assert _given("第十条之一规定了什么").startswith("第十条之一")
    assert _given("第二十条规定了什么").startswith("第二十条")


@pytest.mark.parametrize(
    "question",
    ["第七条规定了什么？", "违反第八条罚多少钱？", "第九条的费用由谁决定？", "规定了什么？"],
)
def test_what_asks_for_more_or_names_none_is_read(question: str) -> None:
    assert _given(question) == ""


def test_english_sections() -> None:
    text = "Section 4 The fee is ten. It is due at once.\nSection 5 There is no refund."
    assert _given("What does Section 4 say?", text) == "Section 4 The fee is ten.It is due at once."
