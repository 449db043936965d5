"""The few sentences an answer says in its own words, in the language of the question."""

from __future__ import annotations

from rag.text.language import detect_language

_DECLINED = {
    "zh-Hans": "文档中没有提到这个问题的答案。",
    "zh-Hant": "文件中沒有提到這個問題的答案。",
    "en": "The documents do not say.",
}


def declined(question: str) -> str:
    """Return the sentence that says the documents do not answer ``question``."""
    language = detect_language(question)
    if language.startswith("zh"):
        return _DECLINED[language]
    return _DECLINED["en"]
