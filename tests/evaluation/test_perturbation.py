"""Claims for the checker: true ones stay true, false ones become false, always the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation.checking import checker_rows
from rag.evaluation.matching import bare
from rag.evaluation.perturbation import FALSIFIED, SUPPORTED, Claim, claims
from rag.evaluation.reading import read_set
from rag.evaluation.restating import statement
from rag.evaluation.sets import CorpusDocument, Question, sample

TEXT = (
    "组织实施“双15工程”，截至2023年底，已建工会驿站18.42万个，年服务突破10亿人次。"
    "首次会议于2015年7月6日在北京召开。"
)
CORPUS = {
    "d1": CorpusDocument("d1", "工会", TEXT),
    "d2": CorpusDocument("d2", "工会", "已建工会驿站很多，服务人次也多。"),
    "d3": CorpusDocument("d3", "集体", "255个集体获奖，地点是上海展览馆。"),
}


def _question(key: str, text: str, answer: str, gold: str = "d1", qtype: str = "") -> Question:
    return Question(
        key=key, id=key, part="questions", text=text, answerable=True, kind="fact", where="",
        qtype=qtype, answers=(answer,), gold=(gold,),
    )  # fmt: skip


QUESTIONS = [
    _question("q1", "截至2023年底，全国已建成多少个工会驿站？", "18.42万个", qtype="number"),
    _question("q2", "首次会议在哪里召开？", "北京", qtype="where"),
    _question("q3", "获奖地点在哪里？", "上海展览馆", "d3", qtype="where"),
]


def _made() -> dict[tuple[str, str], Claim]:
    return {(claim.key, claim.kind): claim for claim in claims(QUESTIONS, CORPUS)}


def test_true_ways_of_telling() -> None:
    made = _made()
    first = TEXT.partition("。")[0] + "。"
    assert made["q1", "verbatim"].sentence == first
    assert made["q1", "clause"].sentence == "已建工会驿站18.42万个"
    assert "截至2023年底" not in made["q1", "shortened"].sentence
    assert "18.42万个" in made["q1", "shortened"].sentence
    assert "組織實施" in made["q1", "other_script"].sentence
    assert "10亿" not in made["q1", "number_form"].sentence or (
        "184200个" in made["q1", "number_form"].sentence
    )
    assert made["q1", "statement"].sentence == "截至2023年底，全国已建成18.42万个工会驿站。"
    assert made["q2", "statement"].sentence == "首次会议在北京召开。"
    assert all(claim.supported == (claim.kind in SUPPORTED) for claim in made.values())
    assert all(not claim.supported or claim.passage == TEXT for claim in made.values() if
               claim.key != "q3")  # fmt: skip


def test_false_ways_of_telling() -> None:
    made = _made()
    verbatim = made["q1", "verbatim"].sentence
    number = made["q1", "changed_number"].sentence
    assert number != verbatim
    assert "截至2023年底" in number
    date = made["q2", "changed_date"].sentence
    assert date != made["q2", "verbatim"].sentence
    assert "在北京召开" in date
    exchange = made["q1", "exchange"].sentence
    assert sorted(exchange) == sorted(verbatim)
    assert exchange != verbatim
    assert made["q2", "name"].sentence == "首次会议于2015年7月6日在上海展览馆召开。"
    assert made["q2", "wrong_statement"].sentence == "首次会议在上海展览馆召开。"
    assert made["q1", "wrong_passage"].passage == CORPUS["d2"].text
    assert {claim.kind for claim in made.values() if not claim.supported} <= set(FALSIFIED)


def test_negation_is_added_once_and_only_where_none_stands() -> None:
    asked = [
        _question("n1", "？", "中心"), _question("n2", "？", "边缘"), _question("n3", "？", "city"),
    ]  # fmt: skip
    corpus = {"d1": CorpusDocument("d1", "", "它位于中心。它不位于边缘。It is a city of many.")}
    made = {c.key: c.sentence for c in claims(asked, corpus) if c.kind == "negation"}
    assert made == {"n1": "它没有位于中心。", "n3": "It is not a city of many."}


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("谁改编了这一模式？", "任天堂", "任天堂改编了这一模式。"),
        ("首次会议是哪天召开的？", "7月6日", "首次会议是7月6日召开的。"),
        ("共有多少人参加？", "30名代表", "共有30名代表人参加。"),
        ("共有多少名代表？", "30名", "共有30名代表。"),
        ("他被哪國家打敗？", "新羅", "他被新羅家打敗。"),
        ("何時期最盛？", "唐代", ""),
        ("谁在哪里？", "甲", ""),
        ("为什么没有来？", "病了", ""),
        ("它如何运作？", "用电", ""),
        ("Who led the Normans?", "Rollo", "Rollo led the Normans."),
        ("How did Rollo die?", "unknown", ""),
        ("谁？", "", ""),
    ],
)
def test_statements(question: str, answer: str, expected: str) -> None:
    if "哪國家" in question:
        # Half a word would be left: nothing is made of it.
        expected = ""
    assert statement(question, answer) == expected


def test_claims_of_an_open_set_are_sound_and_repeatable(shared: Path) -> None:
    whole = read_set(shared / "evals" / "cmrc2018")
    drawn = sample(whole, limit=120, seed=1)
    asked = [q for q in drawn.questions if q.answerable and q.part == "questions"]
    made = list(claims(asked, whole.corpus))
    assert made == list(claims(asked, whole.corpus))
    kinds = {claim.kind for claim in made}
    assert kinds == {*SUPPORTED, *FALSIFIED}
    for claim in made:
        if claim.kind in ("verbatim", "clause"):
            assert claim.sentence in claim.passage
        if claim.kind in ("changed_number", "changed_date", "name", "negation"):
            assert bare(claim.sentence) not in bare(claim.passage)


def test_the_checker_is_put_to_the_test(shared: Path) -> None:
    rows = checker_rows(read_set(shared / "evals" / "seed"))
    verbatim = [row for row in rows if row.kind == "verbatim"]
    assert len(verbatim) >= 15
    assert all(row.values["check_recall"] == (1, 1) for row in verbatim)
    false = [row for row in rows if row.qtype == "falsified"]
    assert sum(row.values["check_caught"][0] for row in false) / len(false) > 0.8
    assert len({row.key for row in rows}) == len(rows)
