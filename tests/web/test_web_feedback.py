"""Remarks are kept per browser and come out as a question set that is read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from rag.errors import IndexNotWritable
from rag.evaluation.reading import read_set
from rag.web.feedback import Entry, Feedback, evaluation_lines, tells

ONE, OTHER = "1" * 32, "2" * 32


def entry(kind: str, number: int = 1, /, browser: str = ONE, **more: Any) -> Entry:
    values: dict[str, Any] = {
        "browser": browser,
        "id": f"{number:08x}",
        "kind": kind,
        "question": f"问题{number}？",
        "answer": "答案是甲。[1]",
        "short": "甲",
        "quotes": ["答案是甲。"],
        "gold": ["doc-1"],
    }
    return Entry(**{**values, **more})


@pytest.fixture
def feedback(tmp_path: Path) -> Feedback:
    return Feedback(tmp_path / "data")


def test_each_browser_sees_its_own_remarks(feedback: Feedback) -> None:
    assert feedback.list(ONE) == []
    feedback.put(entry("right"))
    feedback.put(entry("wrong", 2))
    feedback.put(entry("wrong", 3, browser=OTHER))
    assert {kept["id"] for kept in feedback.list(ONE)} == {"00000001", "00000002"}
    assert {kept["id"] for kept in feedback.list(OTHER)} == {"00000003"}
    assert all("browser" not in kept for kept in feedback.list(ONE))
    feedback.remove(OTHER, "00000001")
    assert len(feedback.list(ONE)) == 2
    feedback.remove(ONE, "00000001")
    assert len(feedback.list(ONE)) == 1


def test_a_second_thought_takes_the_place_of_the_first(feedback: Feedback) -> None:
    feedback.put(entry("right"))
    feedback.put(entry("wrong", comment="其实不对"))
    [kept] = feedback.list(ONE)
    assert (kept["kind"], kept["comment"]) == ("wrong", "其实不对")


def test_the_export_is_a_question_set(feedback: Feedback, tmp_path: Path) -> None:
    nothing: dict[str, Any] = {"short": "", "quotes": [], "gold": []}
    remarks = [
        entry("right"),
        entry("wrong", 2),
        entry("wrong", 3, expected="乙", comment="见第二段"),
        entry("wrong_source", 4),
        entry("unanswered", 5, **nothing),
        entry("unanswered", 6, **nothing, expected="丙", standalone="完整的问题？"),
    ]
    for remark in remarks:
        feedback.put(remark)
    file = tmp_path / "questions.jsonl"
    lines = list(evaluation_lines(feedback.list(ONE)))
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    questions = {q.id: q for q in read_set(file, document_ids={"doc-1"}).questions}
    assert len(questions) == 5
    right = questions["feedback-00000001"]
    assert right.answerable
    assert right.gold == ("doc-1",)
    assert right.answers == ("甲", "答案是甲。")
    assert questions["feedback-00000003"].answers == ("乙",)
    assert questions["feedback-00000003"].gold == ()
    assert questions["feedback-00000004"].answers == ("甲",)
    assert not questions["feedback-00000005"].answerable
    found = questions["feedback-00000006"]
    assert (found.text, found.answers, found.answerable) == ("完整的问题？", ("丙",), True)


def test_a_remark_that_does_not_say_what_is_right_is_not_exported(feedback: Feedback) -> None:
    feedback.put(entry("wrong"))
    [kept] = feedback.list(ONE)
    assert not tells(kept)
    assert list(evaluation_lines([kept])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"browser": "short"},
        {"browser": "1" * 31 + "'"},
        {"kind": "other"},
        {"question": ""},
        {"question": "长" * 2001},
        {"comment": "长" * 2001},
        {"quotes": ["q"] * 21},
        {"id": "../x"},
    ],
)
def test_a_malformed_remark_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        entry("right", **wrong)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexNotWritable):
        Feedback(tmp_path / "file").put(entry("right"))


def test_lines_are_plain_json(feedback: Feedback) -> None:
    feedback.put(entry("right", question='引号"与\n换行\u2028'))
    [line] = evaluation_lines(feedback.list(ONE))
    assert "\n" not in line
    assert json.loads(line)["question"].startswith("引号")
