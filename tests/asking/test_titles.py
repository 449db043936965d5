"""A name means a document whose title or file is called so."""

from __future__ import annotations

import pytest

from rag.asking.titles import title_meant
from rag.records import Passage

PASSAGES = [
    Passage("law/契税法.md#0", "law/契税法.md", 0, "", "中华人民共和国契税法", "", 0, 1, "x"),
    Passage("a#0", "a", 0, "", "劳动合同法实施条例(2008-09-18)", "", 0, 1, "x"),
    Passage("travel-guide.md#0", "travel-guide.md", 0, "", "Booking travel", "", 0, 1, "x"),
]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("契税法", "中华人民共和国契税法"),
        ("劳动合同法实施条例", "劳动合同法实施条例(2008-09-18)"),
        ("travel guide", "Booking travel"),
        ("booking travel", "Booking travel"),
        ("劳动合同", ""),
        ("远山", ""),
        ("", ""),
    ],
)
def test_titles(name: str, title: str) -> None:
    assert title_meant(name, PASSAGES) == title
