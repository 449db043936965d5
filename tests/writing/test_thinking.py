"""Thinking aloud is taken out in every shape, however it is cut into pieces; answers stay."""

from __future__ import annotations

import pytest

from rag.writing.gate import Gate
from rag.writing.guarding import fresh_marks
from rag.writing.thinking import spoken

ANSWER = "差旅费应在30天内报销[1]。"
THOUGHT = "也许90天，先看文档[1]。"

SHAPES = [
    "<think>{0}</think>{1}",
    "<think>\n{0}\n</think>\n\n{1}",
    "{0}</think>{1}",
    "{0}\n</think>\n\n{1}",
    "<THINK>{0}</THINK>{1}",
    "< think >{0}< / think >{1}",
    "<think >{0}</ think>{1}",
    "<thinking>{0}</thinking>{1}",
    "<reasoning>{0}</reasoning>{1}",
    "<thought>{0}</thought>{1}",
    "<reflection>{0}</reflection>{1}",
    "<scratchpad>{0}</scratchpad>{1}",
    '<think time="3">{0}</think>{1}',
    "<seed:think>{0}</seed:think>{1}",
    "<antThinking>{0}</antThinking>{1}",
    "<思考>{0}</思考>{1}",
    "<think>{0}<think>{0}</think>{0}</think>{1}",
    "<think><think>{0}</think>{1}",
    "<think>{0}</think>\n</think>\n{1}",
    "<think></think>{0}</think>{1}",
    "[THINK]{0}[/THINK]{1}",
    "【思考】{0}【/思考】{1}",
    "◁think▷{0}◁/think▷{1}",
    "＜think＞{0}＜/think＞{1}",
    "&lt;think&gt;{0}&lt;/think&gt;{1}",
    "<|thinking|>{0}<|/thinking|>{1}",
    "<|begin_of_thought|>{0}<|end_of_thought|><|begin_of_solution|>{1}<|end_of_solution|>",
    "<|START_THINKING|>{0}<|END_THINKING|><|START_RESPONSE|>{1}<|END_RESPONSE|>",
    "<|channel|>analysis<|message|>{0}<|end|><|start|>assistant<|channel|>final<|message|>{1}",
    "<|channel|>analysis<|message|>{0}<|end|><|start|>assistant<|channel|>final<|message|>{1}<|return|>",
    "<|channel|>commentary<|message|>{0}<|channel|>final<|message|>{1}",
    "<|channel>thought\n{0}<channel|>{1}",
    "analysis{0}assistantfinal{1}",
    "Thinking...\n{0}\n...done thinking.\n\n{1}",
    "{0}<answer>{1}</answer>",
    "<think>{0}</think><answer>{1}</answer>",
    "<think/>{1}",
    "{1}<think>{0}</think>",
]


def through(text: str, size: int) -> tuple[str, str]:
    gate = Gate(fresh_marks())
    for start in range(0, len(text), size):
        gate.take(text[start : start + size])
    gate.finish()
    return gate.text.strip(), str(gate.removed)


@pytest.mark.parametrize("size", [1, 4, 10_000])
@pytest.mark.parametrize("shape", SHAPES)
def test_only_the_answer_is_left(shape: str, size: int) -> None:
    text, removed = through(shape.format(THOUGHT, ANSWER), size)
    assert text == ANSWER
    assert removed == "{}"


@pytest.mark.parametrize(
    "text",
    [
        "<think>{0}",
        "<think>{0}</think>",
        "{0}</think>",
        "<think>{0}\n\n{1}",
        "<|channel|>analysis<|message|>{0}",
        "[THINK]{0}",
        "< Think >\n{0}\n{1}",
        "analysis{0}",
    ],
)
@pytest.mark.parametrize("size", [1, 10_000])
def test_thinking_alone_leaves_nothing(text: str, size: int) -> None:
    assert through(text.format(THOUGHT, ANSWER), size)[0] == ""


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        "a < b 且 b > c[1]。",
        "分析：该方法有效[1]。",
        "【第三条】应当公开[1]。",
        "analysis of variance is used[1].",
        "[1] 见《思考》一书。",
        "他想了想（thinking），说好[2]。",
    ],
)
def test_an_answer_without_thinking_stays(text: str) -> None:
    assert spoken(text, ended=True) == text
    assert through(text, 1)[0] == text


def test_what_cannot_be_thinking_any_more_is_shown_at_once() -> None:
    gate = Gate(fresh_marks())
    assert gate.take(f"<think>{THOUGHT}") == ""
    assert gate.take("</think>差旅费") == "差旅费"
