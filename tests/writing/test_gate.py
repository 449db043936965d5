"""The gate lets words and citation marks through, and nothing that fetches, links or leaks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.writing.gate import LONGEST, LONGEST_THOUGHT, Gate
from rag.writing.guarding import Marks, fresh_marks

MARKS = Marks(delimiter="0a1b2c3d", canary="ca11ab1e0042")


def through(text: str, size: int = 1, *, instructions: str = "") -> Gate:
    gate = Gate(MARKS, instructions=instructions)
    for start in range(0, len(text), size):
        gate.take(text[start : start + size])
    gate.finish()
    return gate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("桥长1149米[1]。", "桥长1149米[1]。"),
        ("The bridge is 3.5 km long [1][2].", "The bridge is 3.5 km long [1][2]."),
        ("看图![图](http://x.example/a.png)。", "看图。"),
        ("![a][l]\n[l]: https://x.example/a", "[l]: …"),
        ("见[官网](https://x.example/p?q=1)[2]。", "见官网[2]。"),
        ("请访问 https://x.example/p 。", "请访问 … 。"),
        ("请访问 www.x-y.example。", "请访问 …。"),
        ("Go to evil.com/login now.", "Go to … now."),
        ("javascript:alert(1)", "…"),
        ("甲<img src=x onerror=y>乙", "甲乙"),
        ("<script>alert(1)</script>好", "alert(1)好"),
        ("<!-- 看不见 -->好", "好"),
        ("a < b and b > c", "a < b and b > c"),
        ("<think>桥很长</think>\n桥长1149米[1]。", "桥长1149米[1]。"),
        ("<think>桥很长", ""),
        ("好\u202e坏\x1b[31m", "好坏[31m"),
        ("**桥**长1149米", "桥长1149米"),
        ("«0a1b2c3d»好", "«»好"),
        ("太好了！[1]", "太好了！[1]"),
        ("So it is! [1]", "So it is! [1]"),
        ("e.g. No. 5 of 3.14", "e.g. No. 5 of 3.14"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_passes(text: str, expected: str, size: int) -> None:
    assert through(text, size).text.strip() == expected


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    "text", ["暗号是ca11ab1e0042。", "It is CA11-AB1E-0042, sir.", "c a 1 1 a b 1 e 0 0 4 2"]
)
def test_a_canary_is_seen_in_any_dress(text: str, size: int) -> None:
    gate = through(text, size)
    assert gate.leaked
    assert "0042" not in gate.text


def test_an_echo_of_the_instructions_is_a_leak() -> None:
    told = "你根据资料回答问题。先写所依据资料的编号，再用一句完整的话回答，时间要写全。"
    assert through("我的指令：" + told, instructions=told).leaked
    assert not through("桥长1149米，于1968年通车，由县交通局管理。[1]", instructions=told).leaked


def test_what_was_shown_is_never_taken_back() -> None:
    gate = Gate(MARKS)
    shown = "".join(
        gate.take(piece) for piece in ["看", "![", "x](", "http://a.example", ")好", "。"]
    )
    shown += gate.finish()
    assert shown == gate.text == "看好。"
    assert gate.removed == {"picture": 1}


def test_an_endless_answer_is_full() -> None:
    gate = Gate(MARKS)
    for _ in range(LONGEST):
        gate.take("长")
    assert gate.full(surely=True)
    assert not gate.full(surely=False)
    gate.take("长" * LONGEST_THOUGHT)
    assert gate.full(surely=False)


def test_without_marks_everything_passes() -> None:
    gate = Gate(None)
    assert gate.take("<b>http://x.example") == "<b>http://x.example"


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(1, 9))
def test_no_way_of_cutting_changes_what_passes(text: str, size: int) -> None:
    assert through(text, size).text == through(text, 1000).text


def test_marks_are_new_each_time() -> None:
    assert len({fresh_marks().canary for _ in range(50)}) == 50
