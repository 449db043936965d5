"""Greetings, thanks and "what is this about" are told from questions."""

from __future__ import annotations

import pytest

from rag.asking.asked import Intent
from rag.asking.intents import intent_of, is_small_talk, without_courtesy


@pytest.mark.parametrize("typed", ["你好", "您好！", "早上好呀", "Hi", "hello, good morning"])
def test_greetings(typed: str) -> None:
    assert intent_of(typed) == (Intent.GREETING, "")


@pytest.mark.parametrize(
    "typed",
    ["谢谢", "好的，谢谢", "谢谢你啊", "OK thanks!", "thank you so much", "知道了", "ok", "再见"],
)
def test_thanks(typed: str) -> None:
    assert intent_of(typed) == (Intent.THANKS, "")
    assert is_small_talk(typed)


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("这篇文章讲了什么？", ""),
        ("这篇文章主要讲了什么", ""),
        ("概括一下这篇文章", ""),
        ("请把这篇文章概括一下", ""),
        ("请总结这份报告", ""),
        ("这份文档的主要内容是什么", ""),
        ("有哪些文档？", ""),
        ("总结一下《远山》的主要内容", "远山"),
        ("云帆打印机手册讲了什么", "云帆打印机手册"),
        ("What is this document about?", ""),
        ("what's the report about", ""),
        ("Summarize this article please", ""),
        ("what documents do you have", ""),
        ("what does the travel guide cover?", "travel guide"),
        ("Give me a summary of the leave policy document", "leave policy document"),
    ],
)
def test_what_a_document_is_about(typed: str, about: str) -> None:
    assert intent_of(typed) == (Intent.ABOUT, about)


@pytest.mark.parametrize(
    "typed",
    [
        "好吃吗",
        "第八条讲了什么",
        "这个合同什么时候到期",
        "安全报告什么时候发布",
        "行政处罚有哪些",
        "文章介绍了哪些人物",
        "what is the report date?",
        "what is FMLA about?",
        "what does error 9997 mean",
        "good practice guide?",
    ],
)
def test_questions(typed: str) -> None:
    assert intent_of(typed) == (Intent.QUESTION, "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("谢谢，那P20呢？", "那P20呢？"),
        ("Thanks, and the Osprey?", "and the Osprey?"),
        ("好的标准是什么", "好的标准是什么"),
        ("谢谢", "谢谢"),
    ],
)
def test_courtesy_in_front_is_left_out(typed: str, expected: str) -> None:
    assert without_courtesy(typed) == expected
