"""Judging an answer as a whole: the comparison, the pieces of evidence, the short answer."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from rag.evaluation.whole import headline_right, letters, pieces, shown_share, stands_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**4 年**  |  ==1,199== 元", "4年1199元"),
        ('见[规定](./a.md#b)，<td align="left">Ｋ１０</td>', "见规定k10"),
        ("{% hint %}Use <name> here.[^2] A&#x20;B", "usenameherea\u3000b".replace("\u3000", "")),
        ("", ""),
    ],
)
def test_only_letters_and_digits_are_compared(text: str, expected: str) -> None:
    assert letters(text) == expected


def test_pieces_are_lines_and_cells() -> None:
    evidence = ["先看：\n\n1. 一步\n- 二步\n```sh\nls -a\n```", "| 端口 | 用途 |\n| --- | --- |"]
    assert pieces(evidence) == ["先看", "一步", "二步", "lsa", "端口", "用途"]
    assert pieces(["<tr><td>A 1</td><td>B</td></tr>"]) == ["a1", "b"]


def test_the_share_shown_and_the_forms_that_stand() -> None:
    assert shown_share("端口：8450（网页）", ["| 端口 | 用途 |\n| 8450 | 网页 |"]) == 0.75
    assert shown_share("任何", []) == 0.0
    assert stands_in("4年 1,199元", [["4 年 | 1199"]])
    assert not stands_in("甲", [["甲"], ["乙"]])
    assert not stands_in("甲", [])


@pytest.mark.parametrize(
    ("short", "forms", "question", "right"),
    [
        ("百分之二百", ["百分之二百的工资报酬"], "周末加班工资算几倍", True),
        ("1199元", ["4 年 | 1199"], "空调租4年多少钱", False),  # more than the form, none held
        ("1199", ["4 年 | 1199"], "空调租4年多少钱", True),
        ("4 年", ["4 年 | 1199"], "空调租4年多少钱", False),
        ("600元", ["128,600元"], "多少钱", False),  # cut inside a number
        ("每天128,600元整", ["128,600元"], "多少钱", True),
        ("盘子", ["鱼在蒸的过程中会将水滴到盘子"], "为啥垫起来", False),
        ("将水滴到盘子", ["鱼在蒸的过程中会将水滴到盘子"], "为啥垫起来", True),
        ("可以", ["可以缴费至满十五年"], "能补缴吗", None),
        ("", ["x"], "q", None),
    ],
)
def test_a_short_answer(short: str, forms: list[str], question: str, right: bool | None) -> None:
    assert headline_right(short, forms, question) is right


def _reference(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("check", shared / "real" / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_comparison_is_that_of_the_open_sets(shared: Path) -> None:
    reference = _reference(shared)
    rows = [
        json.loads(line)
        for file in sorted((shared / "real").glob("*/questions.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert rows
    for row in rows:
        assert pieces(row["evidence"]) == reference.pieces(row["evidence"]), row["id"]
        for text in (*row["evidence"], *row["answers"], *row.get("evidence_raw", [])):
            assert letters(text) == reference.norm(text), row["id"]
            if row["answerable"] and not row.get("evidence_raw"):
                assert shown_share("\n".join(row["evidence"]), row["evidence"]) == 1.0
