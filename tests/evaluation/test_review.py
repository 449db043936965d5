"""The page on which answers are judged by reading, and the judgements read back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag.errors import EvaluationError
from rag.evaluation.cli import eval_command
from rag.evaluation.observation import Observation, SeenCitation, SeenSentence
from rag.evaluation.result import Evaluation
from rag.evaluation.review import Judgement, read_judged, right_share, tally, write_review
from rag.evaluation.sets import MAIN, STANDALONE, Question

EVIL = "</script><script>alert(1)</script><!--"
ROW = {
    "kind": "row",
    "start": 10,
    "end": 18,
    "level": 0,
    "marker": "",
    "cells": [(10, 12), (15, 18)],
}


def _evaluation() -> Evaluation:
    question = Question(
        key="q1", id="q1", part=MAIN, text=f"多少{EVIL}", answerable=True, kind="table",
        where="q:1", answers=("8450",), gold=("a.md",), filed=True, evidence=("| 网页 | 8450 |",),
        history=("端口有哪些",), standalone="网页的端口是多少",
    )  # fmt: skip
    other = Question(
        key="standalone/q1", id="q1", part=STANDALONE, text="x", answerable=True, kind="table",
        where="q:1",
    )  # fmt: skip
    text = "网页 | 8450"
    seen = Observation(
        key="q1", question="", standalone="网页的端口", outcome="answered", confidence=0.81,
        text=f"{text}[1]", short="8450", sentences=(SeenSentence(text, (1,), "supported"),),
        citations=(
            SeenCitation(1, "a.md", text, 10, 19, "supported", True, (),
                         ({**ROW, "end": 19, "cells": [(10, 12), (15, 19)]},)),
        ),
        hits=(), backend="extractive",
    )  # fmt: skip
    return Evaluation(
        name="ports", digest="0" * 32, rows=(), summary={}, system={}, options={}, counts={},
        observed={"q1": seen, "standalone/q1": seen}, asked=(question, other),
    )  # fmt: skip


def _items(page: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    items: list[dict[str, Any]] = json.loads(found.group(1))
    return items


def test_the_page_holds_what_a_reader_needs_and_nothing_from_outside(tmp_path: Path) -> None:
    write_review([_evaluation()], tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    (item,) = _items(page)
    assert item["question"] == f"多少{EVIL}"
    assert item["history"] == ["端口有哪些"]
    assert item["evidence"] == ["| 网页 | 8450 |"]
    assert item["units"] == [
        {"kind": "row", "level": 0, "marker": "", "text": "网页 | 8450", "cells": ["网页", "8450"]}
    ]
    assert page.count("<script") == 2
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page


def test_judgements_are_read_back_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "judged.json"
    found = [
        ("table", "right"),
        ("table", "partly"),
        ("list", "wrong"),
        ("none", "rightly_declined"),
    ]
    rows = [
        {"key": f"q{n}", "set": "law", "kind": kind, "answerable": kind != "none",
         "judgement": judgement, "remark": ""}
        for n, (kind, judgement) in enumerate(found)
    ]  # fmt: skip
    file.write_text(json.dumps({"format": 1, "judgements": rows}), encoding="utf-8")
    counts = tally(read_judged(file))
    assert counts["all"][Judgement.RIGHT] == 1
    assert counts["kind:table"][Judgement.PARTLY] == 1
    assert right_share(counts["all"]) == 0.5
    told = CliRunner().invoke(eval_command, ["--judged", str(file), "--language", "en"])
    assert told.exit_code == 0
    assert re.search(r"table\s*│\s*2\s*│\s*1\s*│\s*1", told.output)
    file.write_text(json.dumps({"format": 1, "judgements": [{**rows[0], "judgement": "fine"}]}))
    with pytest.raises(EvaluationError, match="holds no judgements"):
        read_judged(file)
