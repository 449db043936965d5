"""Both languages say the same things, and nothing is asked for that no text says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.saying import words
from rag.web.pages import LANGUAGES, choose_language, render, static_files, texts

WEB = Path(__file__).resolve().parents[2] / "rag" / "web"

SAID_ELSEWHERE = re.compile(
    r"(score|report|job|feedback|strictness|theme|unreachable)_[\w-]+"
    r"|login_(wrong|pause)|answered"
)


def used_keys() -> set[str]:
    found = set()
    for file in (WEB / "static").iterdir():
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"\"([\w-]+)\"", text))
        found |= set(re.findall(r"\{\{(\w+)\}\}", text))
    return found


def test_both_languages_have_the_same_keys_and_places() -> None:
    chinese, english = (texts(language) for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    for key in chinese:
        places = [sorted(re.findall(r"\{(\w+)\}", said[key])) for said in (chinese, english)]
        assert places[0] == places[1], key
        assert chinese[key].strip()
        assert english[key].strip()
        assert not re.search(r"[㐀-鿿]", english[key]), key


def test_every_text_asked_for_exists() -> None:
    asked = set()
    for file in (WEB / "static").iterdir():
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r"\bt\(\s*\"([\w-]+)\"", text))
        for pair in re.findall(r"\bt\([^\"()]+ \? \"([\w-]+)\" : \"([\w-]+)\"", text):
            asked |= set(pair)
        asked |= set(re.findall(r"\{\{(\w+)\}\}", text))
    asked -= {"boot", "preload", "error"}
    assert {key for key in asked if key not in texts("zh")} == set()


def test_no_text_is_left_over() -> None:
    left = {key for key in texts("zh") if key not in used_keys() and not SAID_ELSEWHERE.match(key)}
    left -= words("zh").keys()
    assert not left


@pytest.mark.parametrize(
    ("fixed", "chosen", "accepted", "language"),
    [
        ("auto", "", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("auto", "", "zh-TW", "zh"),
        ("auto", "", "en-GB,zh;q=0.5", "en"),
        ("auto", "", "zh;q=0.3,en;q=0.9", "en"),
        ("auto", "", "fr,de;q=0.5", "en"),
        ("auto", "", "", "en"),
        ("auto", "", "zh;q=nonsense,,;q=", "en"),
        ("zh", "", "en", "zh"),
        ("zh", "en", "zh", "en"),
        ("auto", "xx", "zh", "zh"),
    ],
)
def test_the_language_follows_choice_setting_and_browser(
    fixed: str, chosen: str, accepted: str, language: str
) -> None:
    assert choose_language(fixed, chosen, accepted) == language


def test_the_page_is_filled_and_its_data_cannot_end_the_script() -> None:
    page = render("page.html", "zh", boot={"evil": "</script><script>alert(1)</script>"}).decode()
    assert "{{" not in page
    assert "<script>alert" not in page
    data = re.search(r'id="boot">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["evil"].startswith("</script>")


def test_a_theme_from_a_cookie_cannot_leave_its_attribute() -> None:
    page = render("page.html", "en", theme='dark" onload="x').decode()
    assert "onload" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_scripts_and_styles_name_no_other_place() -> None:
    for name, file in static_files().items():
        text = file.content.decode()
        addresses = set(re.findall(r"https?://[\w./-]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}, name
        assert "innerHTML" not in text, name
        assert "eval(" not in text, name
