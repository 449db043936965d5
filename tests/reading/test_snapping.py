"""Edges of short answers."""

from __future__ import annotations

import pytest

from rag.reading.snapping import snapped, trimmed, wholes


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("出版《春秋》一书", 2, 5, "《春秋》"),
        ("他说：“好”。", 3, 6, "“好”"),
        ("，甲、乙。", 0, 5, "甲、乙"),
        ("在（北京市", 1, 5, "北京市"),
        ("。。。", 0, 3, ""),
    ],
)
def test_punctuation_at_the_edges_goes_and_pairs_stay(
    text: str, start: int, end: int, expected: str
) -> None:
    begin, stop = trimmed(text, start, end)
    assert text[begin:stop] == expected


@pytest.mark.parametrize(
    ("text", "cut", "expected"),
    [
        ("电话400-820-8820转1", "820", "400-820-8820"),
        ("售价¥1,299.00元", "1,299", "¥1,299.00"),
        ("型号K10和K20", "10", "K10"),
        ("增长3.5%左右", "3", "3.5%"),
        ("于2024-05-01发布", "05", "2024-05-01"),
        ("in Washington today", "Wash", "Washington"),
        ("写信到help@example.org即可", "example", "help@example.org"),
        ("1990-1995年", "1990", "1990"),
        ("2008年北京", "2008年", "2008年"),
    ],
)
def test_a_span_is_widened_to_whole_things(text: str, cut: str, expected: str) -> None:
    start = text.index(cut)
    begin, end = snapped(wholes(text), start, start + len(cut))
    assert text[begin:end] == expected
