"""Citation marks in every spelling are resolved to numbers and taken out of the text."""

from __future__ import annotations

import pytest

from rag.writing.marks import parse


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
        ("甲说（见文档1）。", [("甲说。", (1,))]),
        ("甲说（根据资料 2）。", [("甲说。", (2,))]),
        ("So it is (see source 1).", [("So it is.", (1,))]),
        ("甲说（见图1）。", [("甲说（见图1）。", ())]),
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
