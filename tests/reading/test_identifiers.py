from __future__ import annotations

import pytest

from rag.reading.codes import find_codes, near
from rag.reading.identifiers import marks, marks_of
from rag.text.normal import normal_form
from rag.text.prepared import Prepared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第三季度", "Q3"), ("三季度", "the third quarter"),
        ("V2版", "version 2"), ("首届", "第1届"),
        ("第五届", "第5届"), ("Class II", "class 2"), ("25级", "2025级"), ("上半年", "H1"),
        ("2021年", "2019-2022年"), ("2021年", "2019年以来"),
        ("周三", "周一至周五"), ("1990年代", "1993年"),
    ],
)  # fmt: skip
def test_spellings_and_ranges_of_one_thing_meet(one: str, other: str) -> None:
    ours, theirs = (marks(Prepared(text)) for text in (one, other))
    assert any(a.key == b.key and a.meets(b) for a in ours for b in theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第三季度", "第二季度"), ("v2.10", "v2.1"), ("3月", "5月"), ("第三次", "第五次"),
        ("附件B", "附件C"),
        ("三年级", "四年级"), ("Section 4", "Section 4A"),
        ("GB 1023", "GB/T 1023"), ("周六", "周一至周五"),
        ("2018年", "2019年以来"), ("一期", "二期"), ("北区", "南区"), ("500毫克", "250毫克"),
    ],
)  # fmt: skip
def test_different_things_of_one_kind_share_a_key_and_do_not_meet(one: str, other: str) -> None:
    ours, theirs = (marks(Prepared(text)) for text in (one, other))
    alike = [(a, b) for a in ours for b in theirs if a.key == b.key]
    assert any(not a.meets(b) for a, b in alike)


def test_prices_and_plain_words_mark_nothing_that_a_version_is_compared_with() -> None:
    assert not marks_of(Prepared("售价3.5元，共2个版面，IP为v字"), ("version", ""))


def test_codes_are_found_whole() -> None:
    text = normal_form("报错E1010：POST /v1/user 或 --max-size、db.host；重5kg，well-known，v2.10")
    codes = [text[start:end] for start, end in find_codes(text)]
    assert codes == ["e1010", "/v1/user", "--max-size", "db.host", "v2.10"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("e1001", "e1010", True), ("/v1/user", "/v2/user", True), ("/v1/user", "/v1/users", True),
        ("0x51a", "0x51a0", True), ("get_item", "get_items", True), ("db.host", "db.port", True),
        ("e1001", "e1001", False), ("e1001", "/v1/user", False), ("ip68", "x86", False),
    ],
)  # fmt: skip
def test_codes_of_one_list_are_near(one: str, other: str, alike: bool) -> None:
    assert near(one, other) is alike
