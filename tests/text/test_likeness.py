"""Texts are nearly equal when only trifles differ; a number is never a trifle."""

from __future__ import annotations

import pytest

from rag.text.likeness import nearly_equal

TEXT = "截至2023年底，全国已建成工会驿站18.42万个，年服务突破10亿人次，覆盖主要城市和重点区域。"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (TEXT, True),
        (TEXT.replace("，", ", "), True),
        (TEXT.replace("万个", "萬個").replace("驿", "驛"), True),
        ("据悉，" + TEXT, True),
        (TEXT.replace("18.42", "15.42"), False),
        (TEXT.replace("2023", "2022"), False),
        (TEXT + "各地工会还在车站、码头和商圈设立了新的服务点，供户外劳动者休息。", False),
        ("光速是每秒三十万公里。", False),
        ("", False),
    ],
)
def test_likeness(other: str, expected: bool) -> None:
    assert nearly_equal(TEXT, other) is expected
    assert nearly_equal(other, TEXT) is expected
