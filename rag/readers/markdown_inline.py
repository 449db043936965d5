"""The lines of a Markdown paragraph as they are read: no marks, no targets, no tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from rag.readers.drafting import Line, Note
from rag.records import AsideKind

_CODE = "\ue000"
_CODE_END = "\ue001"
_STRONG = "\ue002"
_STRONG_END = "\ue003"
_SOFT, _HARD, _TURN = "\ue007", "\ue008", "\ue009"
_BREAKS = re.compile(f"([{_SOFT}{_HARD}{_TURN}])")
_KEPT = re.compile(f"{_CODE}(\\d+){_CODE_END}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PRIVATE = re.compile("[\ue000-\ue009\u200b\u200c\u2060\ufeff]")
# Lengths are bounded: a sign that is never closed is not looked for to the end of the text.
_WIKI = re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]]{0,200})\]\]")
_LINK = re.compile(
    r"!?\[([^\[\]]{0,500})\]"
    r"\(((?:[./#]|https?:|mailto:|\w[\w./-]{0,200}?\.\w)[^()\n]{0,500}(?:\([^()\n]{0,200}\)[^()\n]{0,200}){0,3})\)"
)
# Emphasis next to full-width punctuation is no emphasis by the letter of CommonMark, but meant.
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,1000}?)(?<=\S)\1", re.DOTALL)
_DROPPED = re.compile(
    r"\{[:#.][^{}\n]{0,200}\}"  # attributes of a heading or a paragraph
    r"|\[\^[^\[\]\s]{1,80}\]"  # a reference to a note that is not there
    r"|\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION|INFO)\]"
    r"|\[\[?(?:toc|_TOC_)\]\]?",
    re.IGNORECASE,
)
_HIGHLIGHT = re.compile(r"(?<!=)==(?=[^\s=])([^=]+?)(?<=\S)==(?!=)")
_RAISED = re.compile(r"(?<![\w\\$])\^([^\s^][^^\n]*?)\^|(?<=[^\s\\$])\^([^\s^(){}$]{1,12})\^")
_SPACE = re.compile(r"[ \t\f\v]{2,}|\t")


@dataclass(slots=True)
class Inline:
    """The lines of one inline token, and what was set aside in it."""

    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_inline(token: Token, number: int) -> Inline:
    """Return the lines of an ``inline`` token whose first line has the number ``number``."""
    reader = _Reader(number)
    for child in token.children or ():
        reader.take(child)
    reader.finish()
    return reader.found


def plain_line(token: Token) -> str:
    """Return an ``inline`` token as one line."""
    return " ".join(line.text for line in read_inline(token, 0).lines if line.text)


class _Reader:
    def __init__(self, number: int) -> None:
        self.found = Inline()
        self.number = number
        self.parts: list[str] = []
        self.codes: list[str] = []
        self.strong = 0
        self.links: list[tuple[str, int]] = []

    def take(self, token: Token) -> None:
        kind = token.type
        if kind == "text":
            self.parts.append(_PRIVATE.sub("", token.content))
        elif kind == "code_inline":
            self.parts.append(f"{_CODE}{len(self.codes)}{_CODE_END}")
            self.codes.append(_PRIVATE.sub("", token.content))
        elif kind in {"softbreak", "hardbreak"}:
            self.parts.append(_HARD if kind == "hardbreak" else _SOFT)
        elif kind == "html_inline":
            if _BREAK.fullmatch(token.content):
                self.parts.append(_TURN)
            elif token.content.startswith("<!--"):
                self.found.notes.append(Note(AsideKind.COMMENT, token.content[4:-3]))
        elif kind == "image":
            words = " ".join([token.content, str(token.attrGet("src") or "")]).strip()
            self.found.notes.append(Note(AsideKind.IMAGE, words))
        elif kind in {"strong_open", "strong_close"}:
            self.strong += 1 if kind == "strong_open" else -1
            self.parts.append(_STRONG if kind == "strong_open" else _STRONG_END)
        elif kind == "link_open":
            self.links.append((str(token.attrGet("href") or ""), len(self.parts)))
        elif kind == "link_close" and self.links:
            target, start = self.links.pop()
            self._note(target, "".join(self.parts[start:]))

    def _note(self, target: str, label: str) -> None:
        label = _PRIVATE.sub("", _KEPT.sub(lambda m: self.codes[int(m.group(1))], label))
        if target and target.removeprefix("mailto:") != label:
            self.found.notes.append(Note(AsideKind.LINK, target, label.strip()))

    def finish(self) -> None:
        """Take away what the parser did not know, put code back, and part the lines."""
        text = self._cleaned("".join(self.parts))
        depth, number = 0, self.number
        pieces = _BREAKS.split(text)
        for piece, sign in zip(pieces[::2], [*pieces[1::2], _HARD], strict=True):
            line = _STRONG * depth + piece
            depth += piece.count(_STRONG) - piece.count(_STRONG_END)
            shown, strong = _measured(line + _STRONG_END * depth, self.codes)
            self.found.lines.append(Line(shown, number, sign != _SOFT, strong))
            number += bool(number) and sign != _TURN
        while self.found.lines and not self.found.lines[-1].text:
            self.found.lines.pop()

    def _cleaned(self, text: str) -> str:
        text = _WIKI.sub(self._wiki, text)
        text = _LINK.sub(self._link, text)
        text = _BOLD.sub(rf"{_STRONG}\2{_STRONG_END}", text)
        text = _HIGHLIGHT.sub(r"\1", _DROPPED.sub("", text))
        text = _RAISED.sub(lambda m: m.group(1) or m.group(2), text)
        return text.replace("**", "")

    def _wiki(self, match: re.Match[str]) -> str:
        if re.search(r"\.(?:jpe?g|png|gif|svg|webp)$", match.group().split("|")[0].strip("[]")):
            self.found.notes.append(Note(AsideKind.IMAGE, match.group().strip("[]")))
            return ""
        return match.group(1)

    def _link(self, match: re.Match[str]) -> str:
        image = match.group().startswith("!")
        kind = AsideKind.IMAGE if image else AsideKind.LINK
        self.found.notes.append(Note(kind, match.group(2), "" if image else match.group(1)))
        return "" if image else match.group(1)


def _measured(text: str, codes: Sequence[str]) -> tuple[str, int]:
    """Return a line without its private signs, and how many characters of its start are bold."""
    text = _SPACE.sub(" ", text.replace("\xa0", " ")).strip()
    text = _KEPT.sub(lambda match: codes[int(match.group(1))], text)
    strong = 0
    if text.startswith(_STRONG):
        depth = 0
        for place, character in enumerate(text):
            depth += (character == _STRONG) - (character == _STRONG_END)
            if depth == 0 and not _reopens(text, place):
                strong = place + 1
                break
        head = _PRIVATE.sub("", text[:strong])
        strong = len(head.strip())
    plain = _PRIVATE.sub("", text).strip()
    # Marks alone after the bold words do not make the line less bold.
    if strong and not plain[strong:].strip(" :：。.!！?？"):
        strong = len(plain)
    return plain, strong


def _reopens(text: str, place: int) -> bool:
    return text[place + 1 :].lstrip().startswith(_STRONG)
