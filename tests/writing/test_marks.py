"""Citation marks in every spelling are resolved to numbers and taken out of the text."""

from __future__ import annotations

import pytest

from rag.answering.marks import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲说。[1][2]乙说。[3]", [("甲说。", (1, 2)), ("乙说。", (3,))]),
        ("甲说[1]。乙说。", [("甲说。", (1,)), ("乙说。", ())]),
        ("甲说。[1,2]", [("甲说。", (1, 2))]),
        ("甲说。[1-3]", [("甲说。", (1, 2, 3))]),
        ("甲说。【1】", [("甲说。", (1,))]),
        ("甲说。［１］", [("甲说。", (1,))]),
        ("甲说。[0]", [("甲说。", (0,))]),
        ("甲说。[99]", [("甲说。", (99,))]),
        ("甲说。", [("甲说。", ())]),
        ("甲说。[1, 1、2]", [("甲说。", (1, 2))]),
        ("It is so. [1] And so [2].", [("It is so.", (1,)), ("And so.", (2,))]),
        ("[1]", []),
        ("", []),
        ("见[附录]。", [("见[附录]。", ())]),
    ],
)
def test_marks(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(piece.text, piece.numbers) for piece in parse(text)] == expected


def test_a_range_is_bounded() -> None:
    assert len(parse("甲。[1-999]")[0].numbers) == 21
