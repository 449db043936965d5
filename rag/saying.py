"""Every code that is said to people, in words: one file of ``rag/words`` for each language.

Codes come as ``code`` or ``code:detail``. Words may hold the place ``{detail}``; where the key
``KIND_CODE_why`` exists it is said when there is a detail. A code without words is said as it is,
so that nothing is ever hidden; a test sees to it that every code has words in every language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
"""Languages that have words for everything; others, such as ``zh-Hant``, for a part."""

CONFIDENCE = ((0.85, "high"), (0.6, "fair"), (0.35, "low"), (0.0, "very_low"))
"""Least confidence of each level, highest first."""

_FOLDER = Path(__file__).resolve().parent / "words"
_NEAREST = 3
"""Documents named where none answers."""


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the words of a language by key, ``KIND_CODE``.

    What a variety of a language (``zh-Hant``) does not say is said as in the language itself; a
    language without a file is answered in English.
    """
    file = _FOLDER / f"{language}.toml"
    if not file.is_file():
        return words(language.partition("-")[0] if "-" in language else "en")
    kinds = tomllib.loads(file.read_text(encoding="utf-8"))
    own = {f"{kind}_{code}": text for kind, codes in kinds.items() for code, text in codes.items()}
    return own if language in LANGUAGES else {**words(language.partition("-")[0]), **own}


def said(kind: str, code: str, language: str) -> str:
    """Return a code of a kind (``note``, ``reason``, ``stage``, …) in words."""
    name, _, detail = code.partition(":")
    known = words(language)
    key = f"{kind}_{name}"
    if kind == "note" and name == "fallback":
        detail = _why_it_failed(detail, language)
    if detail and f"{key}_why" in known:
        key = f"{key}_why"
    return known[key].format(detail=detail) if key in known else code


def confidence_level(confidence: float) -> str:
    """Return the level of a confidence in [0, 1], a code of the kind ``confidence``."""
    return next(level for least, level in CONFIDENCE if confidence >= least)


def declined(question: str, titles: Sequence[str], language: str, *, changed: bool) -> str:
    """Return what is said where the documents do not answer: that, and what was searched.

    ``question`` is the question as searched, told where it was ``changed``; ``titles`` are of
    the nearest documents.
    """
    known = words(language)
    parts = [known["declined_answer"]]
    if changed:
        parts.append(known["declined_searched"].format(question=question))
    nearest = list(dict.fromkeys(filter(None, titles)))[:_NEAREST]
    if nearest:
        named = known["declined_between"].join(nearest)
        parts.append(known["declined_nearest"].format(titles=named))
    return ("" if language.startswith("zh") else " ").join(parts)


def courtesy(code: str, titles: Sequence[str], language: str) -> str:
    """Return the reply to a ``greeting``, which names the first of ``titles``, or to ``thanks``."""
    known = words(language)
    named = known["courtesy_between"].join(list(dict.fromkeys(filter(None, titles)))[:_NEAREST])
    return known[f"courtesy_{code}"].format(titles=named)


def _why_it_failed(detail: str, language: str) -> str:
    """Return ``NAME: CODE`` of a failed model with the code in words."""
    name, colon, why = detail.rpartition(": ")
    return f"{name}{colon}{said('fallback', why, language)}" if colon else detail
