"""Hostile and odd texts: no function of the package may raise or run away."""

from collections.abc import Callable

import pytest

from rag.text.dates import find_dates
from rag.text.language import detect_language
from rag.text.normal import normal_form, normal_form_with_offsets
from rag.text.numbers import find_numbers
from rag.text.sentences import split_sentences
from rag.text.tokens import index_tokens

LENGTH = 6000
"""Long enough for Python's limit on the digits of integers (4,300) and to feel a square."""

FUNCTIONS: list[Callable[[str], object]] = [
    normal_form,
    normal_form_with_offsets,
    detect_language,
    split_sentences,
    find_dates,
    find_numbers,
    index_tokens,
]
UNITS = [
    *["1", "一", "万", "零", "十", "1,", "1.", "1万", "1-", "1 ", "1/", "½", " ", "\n", ".", ". "],
    *["。", "……", "字；", "“", '"', "（", "(a", "》", "one ", "twenty-", "a ", "a", "A.", "a@"],
    *["http://", "e\u0301", "\u0301", "\u200b", "\u1112\u1161", "1年", "十月", "年", "May "],
    *["1 May ", "in 1952 ", "一分之", "第", "负", "-1", "$1", "½年", "\ud800", "\x00", "🙂", "กา"],
    *["#", "'", "'s "],
]


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_repetition(unit: str) -> None:
    text = unit * (LENGTH // len(unit))
    for function in FUNCTIONS:
        function(text)


def test_long_codes_are_no_numbers_but_can_be_searched() -> None:
    code = "123456789" * 6
    assert find_numbers(f"编号{code}，共3个")[0].start == len(code) + 4
    assert len(find_numbers(f"编号{code}，共3个")) == 1
    assert index_tokens(code) == index_tokens(f"{code}")
    assert index_tokens(code)[0].startswith("#123456789")
    assert set(index_tokens(code)) & set(index_tokens(f"请查{code}。"))


def test_long_words_are_cut_in_the_same_way() -> None:
    word = "ab" * 100
    assert index_tokens(word) == index_tokens(word.upper())
    assert len(index_tokens(word)[0]) <= 40
