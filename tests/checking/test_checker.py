"""The checker lets through what a passage says and names the reason for what it does not."""

from __future__ import annotations

import pytest

from rag.checking.checker import check_sentence
from rag.records import Verdict

PASSAGE = (
    "组织实施“双15工程”(2023年底全国工会驿站达到15万个),截至2023年底,已建工会驿站18.42万个,"
    "年服务突破10亿人次。255个集体和1088名个人分获全国五一劳动奖状、奖章。"
    "2015年7月6日,主持召开首次中央党的群团工作会议。工会没有取消这一制度。"
)
ENGLISH = (
    "The bridge was opened on 3 May 1932 by Jane Cole. It is 1,149 metres long and has 8 lanes."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "截至2023年底,已建工会驿站18.42万个",
        "截至2023年底，已建工会驿站18.42万个。",
        "截至2023年底,已建工會驛站18.42萬個",
        "截至2023年底,已建工会驿站184,200个。",
        "首次中央党的群团工作会议于2015年7月6日召开。",
        "获全国五一劳动奖章的个人有1088名。",
    ],
)
def test_supported(sentence: str) -> None:
    check = check_sentence(sentence, PASSAGE)
    assert (check.verdict, check.reasons) == (Verdict.SUPPORTED, ())


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("截至2023年底,已建工会驿站18.24万个。", "number:18.24万"),
        ("2015年7月8日,主持召开首次中央党的群团工作会议。", "date:2015年7月8日"),
        ("2016年主持召开首次中央党的群团工作会议。", "date:2016年"),
        ("1088个集体和255名个人分获全国五一劳动奖状、奖章。", "exchanged:255"),
        ("工会取消了这一制度。", "negation"),
        ("2015年7月6日,主持召开首次中央党的妇联工作会议。", "replaced:妇联"),
        ("《工人日报》报道,已建工会驿站18.42万个。", "name:工人日报"),
    ],
)
def test_unsupported_with_its_reason(sentence: str, reason: str) -> None:
    check = check_sentence(sentence, PASSAGE)
    assert check.verdict is Verdict.UNSUPPORTED
    assert reason in check.reasons


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("The bridge was opened on 3 May 1932 by Jane Cole.", Verdict.SUPPORTED),
        ("The bridge was opened by Jane Cole on 3 May 1932.", Verdict.SUPPORTED),
        ("The bridge is 1149 metres long.", Verdict.SUPPORTED),
        ("The bridge was opened on 3 May 1932 by Mary Stone.", Verdict.UNSUPPORTED),
        ("The bridge was not opened on 3 May 1932 by Jane Cole.", Verdict.UNSUPPORTED),
        ("The bridge is 1,194 metres long.", Verdict.UNSUPPORTED),
        ("The bridge has 9 lanes.", Verdict.UNSUPPORTED),
    ],
)
def test_english(sentence: str, verdict: Verdict) -> None:
    assert check_sentence(sentence, ENGLISH).verdict is verdict


def test_another_language_is_only_partly_checkable() -> None:
    check = check_sentence("By the end of 2023 there were 184,200 stations.", PASSAGE)
    assert (check.verdict, check.reasons) == (Verdict.PARTIAL, ("other-language",))
    check = check_sentence("By the end of 2023 there were 194,200 stations.", PASSAGE)
    assert check.verdict is Verdict.UNSUPPORTED


def test_an_unrelated_sentence_is_unsupported() -> None:
    assert check_sentence("光在真空中传播得最快。", PASSAGE).verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize("sentence", ["", "  ", "。", "”"])
def test_an_empty_sentence_supports_nothing(sentence: str) -> None:
    assert check_sentence(sentence, PASSAGE).reasons == ("empty",)


def test_the_stretch_of_an_exact_quote_is_exact() -> None:
    quote = "年服务突破10亿人次"
    check = check_sentence(quote, PASSAGE)
    assert PASSAGE[check.start : check.end] == quote
