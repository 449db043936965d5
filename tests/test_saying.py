"""Every code that is said to people has words in every language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from rag import saying
from rag.backends.failure import _SENTENCES
from rag.records import Verdict
from rag.saying import CONFIDENCE, LANGUAGES, confidence_level, declined, said, words

PRODUCT = Path(saying.__file__).resolve().parent


def source(*rooms: str) -> str:
    files = [f for room in rooms for f in sorted((PRODUCT / room).rglob("*.py"))]
    files += [PRODUCT / room for room in rooms if room.endswith(".py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def reasons() -> set[str]:
    text = source("checking")
    return (
        set(re.findall(r"f\"([a-z-]+):\{(?:sentence|name|piece|new)", text))
        | set(re.findall(r"UNSUPPORTED, \(\"([a-z-]+)\",\)", text))
        | set(re.findall(r"PARTIAL, \(\"([a-z-]+)\",\)", text))
        | set(re.findall(r"append\(\"([a-z-]+)\"\)", text))
        | set(re.findall(r"^(?:ABSENCE|SUSPICIOUS) = \"([a-z-]+)\"", text, re.MULTILINE))
    )


def notes() -> set[str]:
    text = source("checking/compose.py", "writing", "reading")
    kinds = re.search(r"_TOLD_KINDS = \((.*?)\)", text)
    assert kinds is not None
    return (
        set(re.findall(r"^(?:NOTE|CUT|CONFLICT) = \"([a-z-]+)\"", text, re.MULTILINE))
        | set(re.findall(r"(?:append\(|notes=tuple\(|note = |\[)\s*f\"([a-z]+):", text))
        | {f"removed-{kind}" for kind in re.findall(r"\"([a-z]+)\"", kinds[1])}
    )


def failures() -> set[str]:
    text = source("backends", "writing", "checking")
    return (
        set(_SENTENCES)
        | set(re.findall(r"code=\"([a-z-]+)\"", text))
        | set(re.findall(r"Failure\(\"([a-z-]+)\"", text))
        | set(re.findall(r"fallback:\{\w+\}: ([a-z-]+)\"", text))
        | set(re.findall(r"error\.code or '([a-z-]+)'", text))
    )


def stages() -> set[str]:
    text = source("backends", "embedding", "index", "evaluation", "web")
    return set(re.findall(r"(?:tell|told|progress)\(\"([a-z-]+)\"", text)) | set(
        re.findall(r"^STAGE = \"([a-z-]+)\"", text, re.MULTILINE)
    )


CODES = {
    "reason": (reasons(), {"number", "date", "name", "exchanged", "replaced", "negation",
                           "coverage", "other-language", "empty", "no-citation", "absence",
                           "suspicious"}),
    "note": (notes(), {"conflict", "premise", "unanswered", "fallback", "suspicious", "removed",
                       "removed-link", "removed-picture", "removed-html", "cut"}),
    "fallback": (failures(), {"timeout", "thinking", "unsupported", "setup", "failed"}),
    "stage": (stages(), {"convert-model", "wait-model", "model", "read", "embed", "write", "open",
                         "ask", "check"}),
    "verdict": ({str(verdict) for verdict in Verdict}, {"supported"}),
    "why": ({str(verdict) for verdict in Verdict}, {"supported"}),
    "confidence": ({level for _, level in CONFIDENCE}, {"high"}),
}  # fmt: skip
"""By kind: the codes the source emits, and some of them that must be among these."""


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(kind: str, language: str) -> None:
    found, known = CODES[kind]
    assert known <= found
    assert {code for code in found if f"{kind}_{code}" not in words(language)} == set()


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_all_languages_say_the_same_with_the_same_details() -> None:
    first, *others = (words(language) for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
        assert all(places(first[key]) == places(other[key]) for key in first)
    assert all(text.strip() for text in first.values())


def test_a_variety_of_a_language_falls_back_on_it() -> None:
    assert words("zh-Hant").keys() == words("zh").keys()
    assert words("zh-Hant")["declined_answer"] != words("zh")["declined_answer"]
    assert words("zh-Hans") == words("zh")
    assert words("ja") == words("en")


FAILED = "The language model failed ({}); this answer was taken straight from the documents."


@pytest.mark.parametrize(
    ("kind", "code", "english"),
    [
        ("reason", "number:18万", "The number “18万” is not in the quote."),
        ("note", "removed", "Sentences without support were taken out."),
        ("note", "removed:2", "Sentences without support were taken out (2)."),
        ("note", "fallback:openai:m: timeout", FAILED.format("openai:m: did not finish in time")),
        ("note", "fallback:x: new", FAILED.format("x: new")),
        ("note", "later:more", "later:more"),
        ("stage", "read", "Reading documents"),
        ("reason", "name:{0}", "“{0}” is not in the quote."),
    ],
)  # fmt: skip
def test_codes_in_words(kind: str, code: str, english: str) -> None:
    assert said(kind, code, "en") == english


@pytest.mark.parametrize(
    ("confidence", "level"),
    [(1.0, "high"), (0.87, "high"), (0.85, "high"), (0.84, "fair"), (0.35, "low"), (0, "very_low")],
)
def test_one_table_of_confidence(confidence: float, level: str) -> None:
    assert confidence_level(confidence) == level


def test_declining_names_what_was_searched() -> None:
    said = declined("桥有多长？", ["桥", "桥", "路", "河", "海"], "zh", changed=True)
    assert said == "文档中没有提到这个问题的答案。查找的是“桥有多长？”。最接近的文档：桥、路、河。"
    plain = declined("How long?", [], "en", changed=False)
    assert plain == "The documents do not say."
