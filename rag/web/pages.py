"""The files a browser gets: the page in one of two languages, styles, scripts."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from rag import saying

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
THEMES = ("auto", "light", "dark")

_FOLDER = Path(__file__).resolve().parent
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent; ``tag`` is its entity tag."""

    content: bytes
    kind: str
    tag: str


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Return the texts of the page by key, the words of all codes among them."""
    file = _FOLDER / "texts" / f"{language}.json"
    own: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return {**saying.words(language), **own}


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return every styles, script and drawing file by name; nothing else can be fetched."""
    files = {}
    for path in sorted((_FOLDER / "static").iterdir()):
        if path.suffix in _KINDS:
            content = path.read_bytes()
            tag = hashlib.sha256(content).hexdigest()[:24]
            files[path.name] = StaticFile(content, _KINDS[path.suffix], f'"{tag}"')
    return files


def choose_language(fixed: str, chosen: str, accepted: str) -> Language:
    """Return the language of the page.

    ``fixed`` is the setting (``auto`` leaves it open), ``chosen`` what the reader picked
    before, ``accepted`` the browser's ``Accept-Language`` (RFC 9110, section 12.5.4).
    """
    for language in LANGUAGES:
        if chosen == language:
            return language
    for language in LANGUAGES:
        if fixed == language:
            return language
    ranked = []
    for position, entry in enumerate(accepted.split(",")):
        tag, _, weight = entry.partition(";q=")
        try:
            ranked.append((-float(weight or 1), position, tag.strip().lower()))
        except ValueError:
            continue
    for _, _, tag in sorted(ranked):
        for language in LANGUAGES:
            if tag == language or tag.startswith(f"{language}-"):
                return language
    return "en"


def render(
    name: str,
    language: Language,
    *,
    theme: str = "auto",
    boot: Mapping[str, Any] | None = None,
    error: str = "",
) -> bytes:
    """Fill the template ``name`` with texts.

    ``boot`` reaches the scripts as JSON; ``error`` is the key of a text to show.
    """
    words = texts(language)
    scripts = (file for file in static_files() if file.endswith(".js") and file != "main.js")
    filled = {
        "language": "zh-Hans" if language == "zh" else "en",
        "theme": theme if theme in THEMES else "auto",
        "error": f'<p class="error" role="alert">{html.escape(words[error])}</p>' if error else "",
        # A "<" inside a script element could end it; JSON has another way to write it.
        "boot": json.dumps(
            {"language": language, "theme": theme, "texts": words, **(boot or {})},
            ensure_ascii=False,
        ).replace("<", "\\u003c"),
        "preload": "\n".join(
            f'<link rel="modulepreload" href="static/{script}">' for script in scripts
        ),
    }
    template = (_FOLDER / "static" / name).read_text(encoding="utf-8")

    def fill(match: re.Match[str]) -> str:
        key = match[1]
        return filled[key] if key in filled else html.escape(words[key])

    return _PLACE.sub(fill, template).encode()
