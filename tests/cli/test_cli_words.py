"""Which language is spoken."""

from __future__ import annotations

import pytest

from rag.cli.words import is_chinese, locale_is_chinese, named_language


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_TW"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN", "LC_MESSAGES": "zh_CN", "LC_ALL": "C"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, True),
    ],
)
def test_the_locale_decides(environment: dict[str, str], chinese: bool) -> None:
    assert locale_is_chinese(environment) is chinese


def test_a_preference_beats_the_locale() -> None:
    assert is_chinese("zh", {"LANG": "en_US"})
    assert not is_chinese("en", {"LANG": "zh_CN"})
    assert is_chinese("auto", {"LANG": "zh_CN"})
    assert is_chinese(None, {"LANG": "zh_CN"})


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["ask", "--language", "zh", "x"], "zh"),
        (["ask", "--language=en"], "en"),
        (["ask", "--language"], None),
        (["ask", "--", "--language", "zh"], None),
        ([], None),
    ],
)
def test_the_option_is_seen_before_parsing(arguments: list[str], language: str | None) -> None:
    assert named_language(arguments) == language
