"""Words of a question in the other language."""

from __future__ import annotations

import pytest

from rag.text.tokens import index_tokens
from rag.text.translation import Translated, share, translations


def _found(question: str, text: str) -> list[dict[frozenset[str], int]]:
    """Return the words of the question that the text holds in the other language."""
    tokens = index_tokens(text)
    return translations(question, lambda asked: {token: tokens.count(token) for token in asked})


@pytest.mark.parametrize(
    ("question", "text", "least"),
    [
        ("What does corporal punishment cause?", "体罚导致恐惧。", 2),
        ("Which trade unions did students join?", "學生加入了工會。", 2),
        ("化石出现在哪种岩石中？", "Fossils appear in sedimentary rocks.", 2),
        ("工会有多少会员？", "The labor union has many members.", 1),
    ],
)
def test_a_text_in_the_other_language_holds_the_words(question: str, text: str, least: int) -> None:
    assert len(_found(question, text)) >= least


def test_the_longest_phrase_that_the_documents_hold_is_taken() -> None:
    assert _found("corporal punishment", "体罚与惩罚") == [{frozenset({"体罚"}): 1}]
    assert _found("corporal punishment", "惩罚") == [{frozenset({"惩罚"}): 1}]


@pytest.mark.parametrize("question", ["", "2023?", "Who is it?", "？！", "Zxqv wvbn?", "Ποιος;"])
def test_what_the_dictionary_does_not_have_is_left_out(question: str) -> None:
    assert _found(question, "谁知道它是什么？") == []


def test_share_counts_each_word_once_by_its_weight() -> None:
    words = [
        Translated((frozenset({"学生"}), frozenset({"门生"})), 3.0),
        Translated((frozenset({"体罚"}),), 1.0),
    ]
    assert share(words, frozenset({"学生", "门生"})) == 0.75
    assert share(words, frozenset({"体罚"})) == 0.25
    assert share(words, frozenset()) == share([], frozenset({"学生"})) == 0.0
