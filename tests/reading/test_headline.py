"""A short answer stands in front only whole, and only where it is likely right."""

from __future__ import annotations

import pytest

from rag.asking.question import read_question
from rag.reading.headline import headline, rated_spans, spans_that_fit
from tests.reading.builders import candidates, hit, said


def fitting(text: str, **scores: float) -> list[str]:
    found = hit(text)
    spans = spans_that_fit(candidates(found)[0], [said(found, **scores)])
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("租金为人民币128,600元。", "600元", "128,600元"),
        ("客服电话400-820-8820。", "820", "400-820-8820"),
        ("型号为K10。", "10", "K10"),
        ("价格¥1,299.00。", "299.00", "¥1,299.00"),
        ("It is called Postgres today.", "gres", "Postgres"),
    ],
)
def test_no_headline_begins_or_ends_inside_a_number_or_word(
    text: str, cut: str, whole: str
) -> None:
    assert fitting(text, **{cut: 9.0, whole: 5.0}) == [whole]


def test_the_number_of_an_item_is_no_headline() -> None:
    assert fitting("3. Zhang owns the database.", **{"3": 9.0, "Zhang": 5.0}) == ["Zhang"]


def test_a_span_elsewhere_is_not_in_the_candidate() -> None:
    found = hit("桥长九百米。塔高三十米。")
    spans = spans_that_fit(candidates(found)[0], [said(found, 九百米=3.0, 三十米=8.0)])
    assert [found.passage.text[s.start : s.end] for s in spans] == ["九百米"]


def test_what_is_unlikely_is_not_put_in_front() -> None:
    found = hit("桥长900米，宽30米。")
    question = read_question("桥有多长？")
    readings = [said(found, **{"900米": 12.0, "30米": -9.0})]
    sure = headline(question, candidates(found)[0], readings, 0.99)
    assert sure is not None
    assert found.passage.text[sure.start : sure.end] == "900米"
    doubtful = [said(found, **{"900米": -9.0, "30米": -9.1})]
    assert headline(question, candidates(found)[0], doubtful, 0.1) is None


def test_the_value_of_another_year_is_not_put_in_front() -> None:
    text = "统计局2023年公布，2022年产量900吨。"
    found = hit(text)
    readings = [said(found, **{"900吨": 12.0})]
    asked = {year: read_question(f"{year}年产量多少吨？") for year in (2022, 2023)}
    shown = {y: headline(q, candidates(found)[0], readings, 0.99) for y, q in asked.items()}
    assert shown[2022] is not None
    assert shown[2023] is None


def test_rated_spans_come_best_first() -> None:
    found = hit("桥长九百米，宽三十米。")
    rated = rated_spans(
        read_question("桥有多长？"), candidates(found)[0], [said(found, 九百米=6.0, 三十米=5.0)]
    )
    scores = [score for score, _ in rated]
    assert scores == sorted(scores, reverse=True)
    assert len(rated) == 2
