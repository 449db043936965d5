"""Contradictions are found on one subject in one scope, and nowhere else."""

from __future__ import annotations

import pytest

from rag.asking.question import read_question
from rag.reading.conflicts import Claim, conflicts
from rag.reading.sought import Beside


def contradict(question: str, first: Claim, *others: Claim) -> tuple[int, ...]:
    asked = read_question(question)
    claims = (first, *others)
    beside = Beside(tuple(c.title for c in claims), "\n".join(c.unit for c in claims))
    weights = dict.fromkeys(asked.tokens, 1.0)
    return conflicts(asked, first, others, weights=weights, beside=beside)


def claim(unit: str, document: str, title: str = "") -> Claim:
    return Claim(unit, document, title=title, around=unit)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("温室每天几点开门？", "温室每天7点开门。", "温室每天10点开门。"),
        ("锅炉房值班电话是多少？", "锅炉房值班电话是3301。", "锅炉房值班电话是3302。"),
        ("配电室的钥匙编号是多少？", "配电室钥匙编号是K11。", "配电室钥匙编号是K25。"),
        ("When was the chapel built?",
         "The chapel was built in 1912.", "The chapel was built in 1921."),
    ],
)  # fmt: skip
def test_two_values_of_one_subject_contradict(question: str, one: str, other: str) -> None:
    assert contradict(question, claim(one, "a", "旧公告"), claim(other, "b", "新公告")) == (0,)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("锅炉房值班电话是多少？", "锅炉房值班电话是3301。", "配电室值班电话是3302。"),
        ("值班电话是多少？", "锅炉房值班电话是3301。", "配电室值班电话是3302。"),
        ("公司招了多少人？", "公司2021年招了46人。", "公司2022年招了58人。"),
        ("隧道有多长？", "隧道长3公里。", "隧道长3千米。"),
        ("使用率是多少？", "使用率是30%。", "使用率是百分之三十。"),
        ("北门几点开？", "北门早上7点开。", "北门旁有9棵树。"),
    ],
)  # fmt: skip
def test_other_subjects_scopes_and_spellings_do_not(question: str, one: str, other: str) -> None:
    assert contradict(question, claim(one, "a", "资料一"), claim(other, "b", "资料二")) == ()


def test_titles_that_differ_in_one_part_tell_two_subjects() -> None:
    one, other = (
        claim("钥匙编号是K11。", "a", "配电室说明"),
        claim("钥匙编号是K25。", "b", "实验室说明"),
    )
    assert contradict("钥匙编号是多少？", one, other) == ()


def test_one_document_does_not_contradict_itself() -> None:
    one, other = claim("温室每天7点开门。", "a"), claim("温室每天10点开门。", "a")
    assert contradict("温室每天几点开门？", one, other) == ()
