"""The whole evaluation with a real bot on a small set: indexed, stored, resumed, repeated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from rag.errors import EvaluationError, IndexNotFound
from rag.evaluation import evaluate
from rag.evaluation.evaluating import Evaluation
from rag.evaluation.gate import baseline_of, judge, read_baseline
from rag.evaluation.runner import Store
from rag.settings import Settings

DOCUMENTS = [
    {
        "id": "d1",
        "title": "驿站",
        "text": "截至2023年底，全国已建工会驿站18.42万个，年服务突破10亿人次。",
    },
    {
        "id": "d2",
        "title": "表彰",
        "text": "2024年，255个集体和1088名个人获得全国五一劳动奖状和奖章。",
    },
    {"id": "d3", "title": "会议", "text": "中国工会第十八次全国代表大会在北京人民大会堂开幕。"},
    {"id": "d4", "title": "热线", "text": "12351是工会服务职工热线，全天有人接听。"},
    {"id": "d5", "title": "会议", "text": "中国工会第十八次全国代表大会在北京人民大会堂开幕。"},
]
QUESTIONS = [
    {"id": "q1", "question": "全国已建成多少个工会驿站？", "answers": ["18.42万个"], "gold": ["d1"],
     "answerable": True, "kind": "number"},
    {"id": "q2", "question": "有多少名个人获得奖章？", "answers": ["1088名"], "gold": ["d2"],
     "answerable": True, "kind": "number"},
    {"id": "q3", "question": "中国工会第十八次全国代表大会在哪里开幕？", "answers": ["人民大会堂"],
     "gold": ["d5"], "answerable": True, "kind": "fact"},
    {"id": "u1", "question": "2022年世界杯的冠军是哪支球队？", "answers": [], "gold": [],
     "answerable": False, "kind": "unanswerable_off_topic"},
]  # fmt: skip
TURNS = [
    {"question": "12351是什么？", "standalone": "12351是什么？", "answers": ["工会服务职工热线"],
     "gold": ["d4"], "answerable": True},
    {"question": "它全天有人接听吗？", "standalone": "12351热线全天有人接听吗？",
     "answers": ["有人接听"], "gold": ["d4"], "answerable": True},
]  # fmt: skip


def _lines(file: Path, rows: list[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text(text + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # The cache may be kept between runs: each test has a set nobody has evaluated before.
    name = f"small-{uuid4().hex}"
    folder = tmp_path / name
    _lines(folder / "corpus.jsonl", [*DOCUMENTS, {"id": "d0", "title": "", "text": name}])
    _lines(folder / "questions.jsonl", QUESTIONS)
    _lines(folder / "conversations.jsonl", [{"id": "c1", "kind": "pronoun", "turns": TURNS}])
    return folder


def _figures(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [{**row.to_dict(), "amounts": {}} for row in evaluation.rows]


@pytest.mark.slow
def test_a_set_is_evaluated_stored_and_asked_only_once(folder: Path) -> None:
    stages: list[tuple[str, int, int]] = []
    first = evaluate(folder, progress=lambda *news: stages.append(news))
    all_questions = first.summary["questions"]["all"]
    assert all_questions["recall@5"].value == 1
    # d3 and d5 are equal: whichever the index returns first is the gold one.
    assert all_questions["recall@1"].value == 1
    assert all_questions["offsets_valid"].value == 1
    assert all_questions["contains"].count == 3
    assert all_questions["declined"].count == 1
    assert all_questions["cpu_total_p50"].value > 0
    assert first.summary["conversations"]["all"]["turn_recall@1"].value == 1
    assert "checker" in first.summary
    assert first.counts["turns"] == 2
    assert first.observed["c1/2"].reference_top == "d4"
    assert ("ask", 6, 6) in stages
    assert "embed" in {stage for stage, _, _ in stages}

    stages.clear()
    again = evaluate(folder, progress=lambda *news: stages.append(news))
    assert "embed" not in {stage for stage, _, _ in stages}
    # Stored observations keep even their times: nothing was asked.
    assert again.observed == first.observed
    assert again.rows == first.rows
    assert again.summary == first.summary

    fresh = evaluate(folder, fresh=True)
    assert _figures(fresh) == _figures(first)


@pytest.mark.slow
def test_an_interrupted_evaluation_goes_on(folder: Path) -> None:
    whole = evaluate(folder, check=False)
    (file,) = (Settings().cache_dir / "evaluation" / "runs").glob(f"{folder.name}-*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    # A kill in the middle of the third line.
    file.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    resumed = evaluate(folder, check=False)
    assert _figures(resumed) == _figures(whole)
    assert resumed.observed["q1"] == whole.observed["q1"]
    assert len(file.read_bytes().splitlines()) == 6


@pytest.mark.slow
def test_questions_for_an_existing_index(folder: Path, tmp_path: Path) -> None:
    from rag.assembly import build_index

    build_index([folder / "corpus.jsonl"], tmp_path / "index")
    file = tmp_path / "mine.jsonl"
    _lines(file, QUESTIONS)
    found = evaluate(file, index_dir=tmp_path / "index")
    assert found.name == "mine"
    # Without a corpus nothing tells that d3 and d5 are equal, so only the cut at 5 is sure.
    assert found.summary["questions"]["all"]["recall@5"].value == 1
    assert found.summary["questions"]["all"]["offsets_valid"].value == 1
    _lines(file, [{**QUESTIONS[0], "gold": ["d9"]}])
    with pytest.raises(EvaluationError, match=r"mine\.jsonl:1: gold id d9"):
        evaluate(file, index_dir=tmp_path / "index")
    with pytest.raises(EvaluationError, match="name the index to ask with --index"):
        evaluate(file)
    with pytest.raises(IndexNotFound):
        evaluate(folder, index_dir=tmp_path / "none")


@pytest.mark.slow
def test_an_index_without_the_gold_document_is_named(folder: Path, tmp_path: Path) -> None:
    from rag.assembly import build_index

    _lines(tmp_path / "other" / "corpus.jsonl", DOCUMENTS[1:])
    build_index([tmp_path / "other" / "corpus.jsonl"], tmp_path / "index")
    with pytest.raises(EvaluationError, match=r"questions\.jsonl:1: gold id d1"):
        evaluate(folder, index_dir=tmp_path / "index")


@pytest.mark.slow
def test_the_gate_passes_on_itself_and_fails_on_worse(folder: Path, tmp_path: Path) -> None:
    found = evaluate(folder, check=False)
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(baseline_of({"small": found})), encoding="utf-8")
    baseline = read_baseline(file)
    assert judge({"small": found}, baseline) == []
    with pytest.raises(EvaluationError, match="is not the one of the baseline"):
        judge({"other": found}, baseline)
    file.write_text("{}")
    with pytest.raises(EvaluationError, match="cannot be used"):
        read_baseline(file)


@pytest.mark.slow
def test_the_command_line(folder: Path, tmp_path: Path) -> None:
    from rag.evaluation.cli import eval_command

    run = CliRunner().invoke(
        eval_command,
        [str(folder), "--json", str(tmp_path / "a.json"), "--language", "zh"],
        catch_exceptions=False,
    )
    assert run.exit_code == 0
    assert "召回率@1" in run.stdout
    assert "提问" in run.stderr
    run = CliRunner().invoke(
        eval_command,
        [str(folder), "--compare", str(tmp_path / "a.json"), "--report", str(tmp_path / "a.html"),
         "--language", "en", "--limit", "3", "--kinds", "number,unanswerable_off_topic"],
        catch_exceptions=False,
    )  # fmt: skip
    assert run.exit_code == 0
    assert "difference" in run.stdout
    assert "seed" not in run.stdout
    assert "<h2>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"No question of .* is left"):
        CliRunner().invoke(eval_command, [str(folder), "--kinds", "none"], catch_exceptions=False)


def test_rewrites_are_completed_without_any_index(tmp_path: Path) -> None:
    rows = [
        {"id": "C_1-2", "history": ["Who led the Normans", "Rollo"], "utterance": "When did he die",
         "rewrite": "When did Rollo die"},
        {"id": "C_1-3", "history": ["Who led the Normans", "Rollo"], "utterance": "Why",
         "rewrite": "Why"},
    ]  # fmt: skip
    _lines(tmp_path / "talk" / "rewrites.jsonl", rows)
    found = evaluate(tmp_path / "talk", resamples=50)
    figures = found.summary["rewrites"]["all"]
    assert figures["rewrite_f1"].count == 2
    assert figures["rewrite_unchanged_f1"].value > 0.5
    assert found.cases == ()


def test_a_store_forgets_half_a_line_and_can_start_afresh(tmp_path: Path) -> None:
    from rag.evaluation.observation import Observation

    seen = Observation("k", "问", "问", "declined", 0.1, "无", "", (), (), (), "extractive")
    file = tmp_path / "runs" / "a.jsonl"
    Store(file).add("at", seen)
    with file.open("ab") as stream:
        stream.write(b'{"at": "half", "se')
    store = Store(file)
    assert store.get("at") == seen
    assert store.get("half") is None
    store.add("next", seen)
    assert Store(file).get("next") == seen
    assert Store(file, fresh=True).get("at") is None
