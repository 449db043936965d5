"""The page: nothing from outside, everything escaped, both languages, plots that are drawn."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag.errors import EvaluationError
from rag.evaluation.cases import worst_cases
from rag.evaluation.comparing import compare
from rag.evaluation.observation import Observation, SeenCitation, SeenHit, SeenSentence
from rag.evaluation.open_sets import END, START, found_sets, rewrite, table
from rag.evaluation.report import report_page, write_report
from rag.evaluation.result import Evaluation, load_rows, write_json
from rag.evaluation.scoring import score
from rag.evaluation.sets import Question, Warned
from rag.evaluation.summary import summarise

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7*7 }}"
TEXTS = {"d1": f"标准段落{EVIL}。答案是甲。", "d2": f"别的段落{EVIL}。"}


@pytest.fixture
def evaluation() -> Evaluation:
    asked, seen = [], {}
    for n in range(40):
        answerable = n % 4 > 0
        key = f"q{n}{EVIL}"
        asked.append(
            Question(
                key=key, id=key, part="questions", text=f"问题{n}{EVIL}", answerable=answerable,
                kind=("span" if answerable else "unanswerable_far") + EVIL, where="q.jsonl:1",
                answers=("甲" + EVIL,) if answerable else (), gold=("d1",) if answerable else (),
                support=("答案是甲。",) if answerable else (), about="" if answerable else f"u{n}",
            )
        )  # fmt: skip
        found = "d1" if n % 3 else "d2"
        text = TEXTS[found]
        seen[key] = Observation(
            key=key, question="", standalone=f"独立{EVIL}",
            outcome="answered" if n % 5 else "declined",
            confidence=(n * 37 % 100) / 100, text=f"答案{EVIL}[1]", short=EVIL,
            sentences=(SeenSentence(f"答案{EVIL}", (1,), EVIL),),
            citations=(SeenCitation(1, found, text[:4], 0, 4, "supported", True),),
            hits=(SeenHit(found, 0, len(text), 1.0),), backend=EVIL,
            cpu={"search": 0.01, "answer": 0.02, "total": 0.03},
            wall={"search": 0.01, "answer": 0.02, "total": 0.03},
        )  # fmt: skip
    rows = score(asked, seen, aliases={}, text_of=TEXTS.__getitem__)
    return Evaluation(
        name=f"set{EVIL}", digest="0" * 32, rows=tuple(rows), summary=summarise(rows, resamples=50),
        system={"version": "0", "code": "c", "backend": EVIL, "peak_memory_mb": 100.0,
                "settings": {"embedding_model": EVIL}},
        options={"limit": 5, "seed": 0}, counts={"documents": 2, "questions": 40, "variants": 0,
                                                 "turns": 0},
        warnings=(Warned(f"careful{EVIL}", f"注意{EVIL}"),),
        cases=tuple(worst_cases(asked, rows, seen, aliases={}, text_of=TEXTS.__getitem__)),
        observed=seen,
    )  # fmt: skip


class _Page(HTMLParser):
    """Collects elements, and checks that they close in order."""

    _void = frozenset({"meta", "input", "br", "img", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self._void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def _parsed(page: str) -> _Page:
    parser = _Page()
    parser.feed(page)
    parser.close()
    assert not parser.open
    return parser


def test_the_page_is_whole_escaped_and_asks_for_nothing(evaluation: Evaluation) -> None:
    worse = [replace(row, values={**row.values, "contains": (0.0, 1.0)}) if row.answerable else row
             for row in evaluation.rows]  # fmt: skip
    page = report_page(evaluation, comparison=compare(evaluation.rows, worse))
    parser = _parsed(page)
    tags = {tag for tag, _ in parser.elements}
    assert not tags & {"script", "img", "iframe", "link", "object", "embed", "form"}
    for _, attributes in parser.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert not {"href", "src", "action"} & set(attributes)
    assert "url(" not in page
    assert "@import" not in page
    assert "{{ 7*7 }}" in parser.words
    assert parser.words.count("<script>alert(1)</script>") > 40
    assert sum(tag == "mark" for tag, _ in parser.elements) > 0
    assert sum("plot" in (a.get("class") or "") for t, a in parser.elements if t == "svg") == 3


def test_every_word_is_there_in_both_languages(evaluation: Evaluation) -> None:
    page = report_page(evaluation)
    parser = _parsed(page)
    zh = sum((a.get("class") or "").split(" ")[0] == "zh" for _, a in parser.elements)
    en = sum((a.get("class") or "").split(" ")[0] == "en" for _, a in parser.elements)
    assert zh == en > 100
    assert 'id="show-zh" checked' in page
    english = report_page(evaluation, chinese=False)
    assert 'id="show-en" checked' in english
    assert '<html lang="en">' in english


def test_plots_stay_inside_their_frame(evaluation: Evaluation) -> None:
    page = report_page(evaluation)
    for points in re.findall(r'points="([^"]+)"', page):
        for x, y in (pair.split(",") for pair in points.split()):
            assert 0 <= float(x) <= 440
            assert 0 <= float(y) <= 300
    assert not re.search(r"\bnan\b", page)


def test_the_page_is_the_same_every_time(evaluation: Evaluation, tmp_path: Path) -> None:
    write_report(evaluation, tmp_path / "a.html")
    write_report(evaluation, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_an_evaluation_of_nothing_but_rewrites_has_a_page(evaluation: Evaluation) -> None:
    empty = replace(
        evaluation, rows=(), summary={}, cases=(), system={**evaluation.system}, warnings=()
    )
    _parsed(report_page(empty))


def test_json_is_strict_and_can_be_compared_with(evaluation: Evaluation, tmp_path: Path) -> None:
    file = tmp_path / "e.json"
    write_json(evaluation, file, comparison=compare(evaluation.rows, evaluation.rows))
    values = json.loads(file.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert len(values["answers"]) == 40
    assert values["summary"]["questions"]["all"]["contains"][3] == 30
    assert values["comparison"]["questions"]["contains"]["difference"] == 0
    again = compare(load_rows(file), evaluation.rows)["questions"]
    assert all(abs(found.difference) < 1e-5 for found in again.values())
    assert not any(found.worse or found.better for found in again.values())


@pytest.mark.parametrize("content", ["", "{}", '{"format": 99}', "[1]"])
def test_what_is_no_evaluation_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "e.json"
    file.write_text(content)
    with pytest.raises(EvaluationError, match="is no evaluation"):
        load_rows(file)
    with pytest.raises(EvaluationError, match="is no evaluation"):
        load_rows(tmp_path / "none.json")


def test_the_table_is_rewritten_between_its_markers(evaluation: Evaluation, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"前\n{START}\nbefore\n{END}\n后\n", encoding="utf-8")
    for _ in range(2):
        rewrite(readme, table([replace(evaluation, name="set")]))
        text = readme.read_text(encoding="utf-8")
        assert text.startswith(f"前\n{START}\n\n**Retrieval and answers**")
        assert text.endswith(f"{END}\n后\n")
        assert "before" not in text
        assert text.count("| set | 40 |") == 3
    readme.write_text("nothing", encoding="utf-8")
    with pytest.raises(EvaluationError, match="lacks the lines"):
        rewrite(readme, "")


def test_sets_are_found_with_the_seed_among_the_news(shared: Path) -> None:
    found = [(path.name, len(extra)) for path, extra in found_sets(shared / "evals")]
    assert found[:3] == [("seed", 0), ("seed", 1), ("cmrc2018", 0)]
    assert ("canard_en", 0) in found
    assert "news_distractors" not in dict(found)
