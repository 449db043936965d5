"""Sets over files: read, refused where a line is wrong, asked with their history, judged whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import EvaluationError
from rag.evaluation.evaluating import evaluate
from rag.evaluation.observation import Observation, SeenHit
from rag.evaluation.reading import read_set
from rag.evaluation.scoring import score
from rag.evaluation.sets import MAIN, STANDALONE
from rag.evaluation.together import FOLLOW_UPS, WRITTEN_OUT, groups_of

QUESTION: dict[str, Any] = {
    "id": "q1", "question": "门禁卡丢了怎么补办", "kind": "howto", "answers": ["当天可取"],
    "gold": ["a/cards.md"], "section": "补办", "answerable": True,
    "evidence": ["- 带身份证到前台\n- 当天可取"],
}  # fmt: skip
FOLLOW_UP: dict[str, Any] = {
    "id": "q2", "question": "多少钱", "kind": "followup", "answers": ["20元"],
    "gold": ["a/cards.md"], "section": "", "answerable": True, "evidence": ["工本费20元"],
    "history": ["门禁卡丢了怎么补办"], "standalone": "补办门禁卡多少钱",
}  # fmt: skip
NONE: dict[str, Any] = {
    "id": "q3", "question": "食堂几点关门", "kind": "unanswerable", "answers": [], "gold": [],
    "section": "", "evidence": [], "answerable": False,
}  # fmt: skip


def _write(folder: Path, rows: list[dict[str, Any]]) -> Path:
    (folder / "docs" / "a").mkdir(parents=True, exist_ok=True)
    steps = "门禁卡丢失后按下列步骤补办：\n\n- 带身份证到前台\n- 当天可取"
    text = f"# 门禁卡\n\n## 补办\n\n{steps}\n\n补办工本费20元。\n"
    (folder / "docs" / "a" / "cards.md").write_text(text, encoding="utf-8")
    (folder / "docs" / "b.txt").write_text("图书馆周一闭馆，其余日子九点开门。\n", encoding="utf-8")
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "questions.jsonl").write_text(lines + "\n", encoding="utf-8")
    return folder


def test_a_follow_up_is_asked_as_typed_and_written_out(tmp_path: Path) -> None:
    found = read_set(_write(tmp_path / "set", [QUESTION, FOLLOW_UP, NONE]))
    assert [(q.key, q.part) for q in found.questions] == [
        ("q1", MAIN), ("q2", MAIN), ("q3", MAIN), ("standalone/q2", STANDALONE),
    ]  # fmt: skip
    assert found.questions[1].history == ("门禁卡丢了怎么补办",)
    assert found.questions[3].text == "补办门禁卡多少钱"
    assert found.questions[3].history == ()
    assert found.documents == {"a/cards.md", "b.txt"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"anwsers": []}, "the field anwsers is unknown"),
        ({"gold": ["a/card.md"]}, "gold id a/card.md is not in the corpus"),
        ({"evidence": []}, "answerable, but without gold or evidence"),
        ({"answerable": "yes"}, "answerable is not true or false"),
        ({"history": ["早"]}, "a history, but no standalone form"),
        ({"question": ""}, "no question"),
    ],
)
def test_a_wrong_line_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    folder = _write(tmp_path / "set", [{**QUESTION, **change}])
    with pytest.raises(EvaluationError, match=rf"questions\.jsonl:1: .*{said}"):
        read_set(folder)


def _seen(key: str, text: str, **more: Any) -> Observation:
    values: dict[str, Any] = {
        "key": key, "question": "", "standalone": "", "outcome": "answered", "confidence": 0.5,
        "text": text, "short": "", "sentences": (), "citations": (), "hits": (), "backend": "x",
    }  # fmt: skip
    return Observation(**{**values, **more})


def test_what_an_answer_shows_is_counted(tmp_path: Path) -> None:
    found = read_set(_write(tmp_path / "set", [QUESTION]))
    text = (tmp_path / "set" / "docs" / "a" / "cards.md").read_text(encoding="utf-8")
    hits = (
        SeenHit("b.txt", 0, 9, 1.0),
        SeenHit("a/cards.md", 0, len(text), 0.9, "门禁卡 › 补办"),
    )
    seen = _seen("q1", "当天可取。[1]", short="当天可取", shown=hits, briefed=True)
    (row,) = score(
        found.questions, {"q1": seen}, aliases=found.aliases(),
        text_of=lambda name: text if name == "a/cards.md" else "图书馆周一闭馆",
    )  # fmt: skip
    values = {code: above / below for code, (above, below) in row.values.items()}
    assert row.right
    assert values["evidence_whole"] == 0
    assert values["evidence_share"] == 0.5
    assert values["headline_right"] == 1
    assert (values["section@1"], values["section@3"]) == (0, 1)
    assert (values["found@1"], values["found@3"]) == (0, 1)
    assert values["briefed"] == 0
    assert row.amounts["length"] == len("当天可取。")
    declined = _seen("q1", "文档中没有提到：当天可取", outcome="declined")
    (row,) = score(found.questions, {"q1": declined}, aliases={}, text_of=lambda _: text)
    assert not row.right
    assert row.values["evidence_share"] == (0.0, 1.0)
    assert "length" not in row.amounts


@pytest.mark.slow
def test_a_set_over_files_is_evaluated(tmp_path: Path) -> None:
    folder = _write(tmp_path / "files", [QUESTION, FOLLOW_UP, NONE])
    evaluation = evaluate(folder)
    everything = evaluation.summary[MAIN]["all"]
    assert everything["section@5"].value == 1
    assert everything["evidence_whole"].count == 2
    assert everything["declined"].count == 1
    assert evaluation.summary[STANDALONE]["all"]["contains"].count == 1
    assert "q2/1" in evaluation.observed
    assert evaluation.observed["q1"].shown
    lines = groups_of([evaluation])
    assert lines[FOLLOW_UPS][0] == lines[WRITTEN_OUT][0] == 1
