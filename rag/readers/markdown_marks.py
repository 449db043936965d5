"""Marks that site builders add to Markdown, turned into what a Markdown parser knows.

VitePress and other ``:::`` containers, GitBook and Jekyll tags, MkDocs notes, components of MDX.
Every line stays at its number, so that places hold. A container with a title becomes a pair: its
title is the term, what it holds the definition. Structure is handed to the parser as comments that
begin with ``SIGN``; code is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

SIGN = "\ue004"
"""Begins the comments that are instructions: term TITLE, tab TITLE, end, link URL, html N."""

_FENCE = re.compile(r"\s*(?:[-*+>]\s+|\d{1,9}[.)]\s+)*(`{3,}|~{3,})([^`]*)$")
_CONTAINER = re.compile(r"\s*(:{3,})\s*([\w-]*)\s*(.*?)\s*$")
_TAB = re.compile(r"={2,}\s+(\S.*?)\s*$")
_NOTE = re.compile(r"(?:!!!|\?\?\?\+?)\s+[\w -]+?(?:\s+\"(.*)\")?\s*$")
_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_TAG = re.compile(r"\{%-?((?:(?!\{%|%\}).){0,2000})%\}", re.DOTALL)
_TAG_TARGET = re.compile(
    r"(?<=\]\()\s*\{%-?\s*\S+\s+[\"']?([^\"'%]{0,500})[\"']?(?:(?!%\}).){0,500}%\}", re.DOTALL
)
_VALUE_TARGET = re.compile(r"(?<=\]\()([^()\s{]{0,500})\{\{[^{}]{0,200}\}\}([^()\s]{0,500})")
_VALUE = re.compile(r"(?<!\$)\{\{[^{}\n]{0,500}\}\}")
_QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
_TITLE = re.compile(r"\b(?:title|label|name|summary)\s*=\s*[\"']([^\"']*)[\"']")
_ADDRESS = re.compile(r"\b(?:url|src|href)\s*=\s*[\"']([^\"']*)[\"']")
_COMPONENT = re.compile(
    r"\s*<(/?)([A-Z][\w.]*)((?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{[^{}]*\})*?)(/?)>\s*$"
)
_IMPORT = re.compile(
    r"(?:import\s.*\sfrom\s.*|import\s+[\"'].*|export\s+(?:const|default|let)\b.*)$"
)
_EXPRESSION_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_ATTRIBUTES = re.compile(
    r"\s*\{:[^}]*\}\s*$|\s*\{:?toc\}\s*$|\s*\[\[?_?toc_?\]\]?\s*$|\s*\[\s*\]\(#\S*\)\s*$",
    re.IGNORECASE,
)
_TABLE = re.compile(r"^ {0,12}<(table|dl)\b", re.IGNORECASE | re.MULTILINE)
_UNTITLED = frozenset({"tabs", "tab-group", "code-group", "raw", "columns", "steps"})
_SILENT = frozenset(
    {"image", "image_with_class", "include", "asset", "page", "link", "figure", "img"}
)


@dataclass(slots=True)
class Marks:
    """The text with marks turned, and the HTML taken out of it as ``(source, line)``."""

    text: str
    html: list[tuple[str, int]] = field(default_factory=list)


def turn_marks(text: str, *, mdx: bool = False) -> Marks:
    """Return Markdown without site builders' marks, line for line."""
    marks = Marks("")
    turned = []
    for is_code, part in _segments(text):
        turned.append(part if is_code else _outside_spans(part, _turn_tags))
    text = "".join(turned)
    lines = text.split("\n")
    _Containers(lines, mdx=mdx).turn()
    marks.text = _take_tables("\n".join(lines), marks.html)
    return marks


def instruction(what: str, value: str = "") -> str:
    """Return an instruction to the reader of the tokens as a comment."""
    return f"<!--{SIGN}{what} {' '.join(value.split())}-->"


def _segments(text: str) -> Iterable[tuple[bool, str]]:
    """Yield runs of lines, and whether they are fenced code."""
    run: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line.rstrip("\r\n"))
        if not fence and match is not None:
            yield False, "".join(run)
            run, fence = [line], match.group(1)
            continue
        run.append(line)
        closes = match is not None and not match.group(2).strip()
        if fence and closes and match is not None and match.group(1).startswith(fence):
            yield True, "".join(run)
            run, fence = [], ""
    yield bool(fence), "".join(run)


def _outside_spans(text: str, change: Callable[[str], str]) -> str:
    """Change a text, but not the code spans in it."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue005{len(kept) - 1}\ue006"

    # A span holds no blank line; tags may hold backquotes, so they are matched around spans.
    changed = change(_SPAN.sub(lambda m: m.group() if "\n\n" in m.group() else keep(m), text))
    return re.sub("\ue005(\\d+)\ue006", lambda m: kept[int(m.group(1))], changed)


def _turn_tags(text: str) -> str:
    text = _TAG_TARGET.sub(lambda m: "".join(m.group(1).split()), text)
    text = _VALUE_TARGET.sub(r"\1\2", text)
    text = _TAG.sub(lambda match: _turned_tag(text, match), text)
    return _VALUE.sub("", text)


def _turned_tag(text: str, match: re.Match[str]) -> str:
    """Return what stands for a tag; its line breaks are kept."""
    body = match.group(1).strip().removesuffix("-").rstrip()
    name = body.split(maxsplit=1)[0] if body else ""
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    after = text[match.end() :].split("\n", 1)[0]
    alone = not before.strip() and not after.strip()
    breaks = "\n" * match.group().count("\n")
    title, address = _TITLE.search(body), _ADDRESS.search(body)
    if name == "tab" and title is not None:
        return instruction("tab", title.group(1)) + breaks
    if name in {"endtab", "endalert"} and alone:
        return instruction("end")
    if name == "alert":
        quoted = _QUOTED.search(body)
        return instruction("term", quoted.group(1) if quoted else "") + breaks
    if address is not None and not before.strip():
        return instruction("link", address.group(1)) + breaks
    if alone:
        return (instruction("comment", body) if not name.startswith("end") else "") + breaks
    quoted = _QUOTED.search(body)
    return (quoted.group(1) if quoted and name not in _SILENT else "") + breaks


class _Containers:
    """Turns the containers in lines, in place."""

    def __init__(self, lines: list[str], *, mdx: bool) -> None:
        self.lines = lines
        self.mdx = mdx
        self.open: list[tuple[int, bool, str]] = []
        self.fence = ""

    def turn(self) -> None:
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            if not self._in_code(line):
                self._turn_line(number, line)
            number += 1

    def _in_code(self, line: str) -> bool:
        match = _FENCE.match(line.rstrip("\r"))
        if self.fence:
            if match and match.group(1).startswith(self.fence) and not match.group(2).strip():
                self.fence = ""
            return True
        if match:
            self.fence = match.group(1)
        return bool(match)

    def _turn_line(self, number: int, line: str) -> None:
        container = _CONTAINER.match(line)
        if container is not None:
            self._container(number, *container.groups())
        elif self.open and self.open[-1][2] == "tabs" and (tab := _TAB.match(line)):
            colons, titled, name = self.open[-1]
            self.lines[number] = (instruction("end") if titled else "") + instruction(
                "tab", tab.group(1)
            )
            self.open[-1] = (colons, True, name)
        elif note := _NOTE.match(line):
            self._dedent(number, note.group(1) or "")
        elif _ATTRIBUTES.match(line) or (self.mdx and _IMPORT.match(line)):
            self.lines[number] = ""
        elif component := _COMPONENT.match(line):
            self._component(number, *component.groups())
        elif self.mdx and _EXPRESSION_COMMENT.search(line):
            self.lines[number] = _EXPRESSION_COMMENT.sub("", line)

    def _container(self, number: int, colons: str, name: str, title: str) -> None:
        if not name and not title:
            if self.open:
                _, titled, _ = self.open.pop()
                self.lines[number] = instruction("end") if titled else ""
            else:
                self.lines[number] = ""
            return
        title = re.sub(r"\{[^{}]*\}", "", title).strip()
        shown = "" if name in _UNTITLED or re.match(r"[\w-]+:\S+$", title) else title
        if name in {"timeline", "card", "step"} and not shown:
            shown = title
        self.open.append((len(colons), bool(shown), name))
        self.lines[number] = instruction("term", shown) if shown else ""

    def _dedent(self, number: int, title: str) -> None:
        self.lines[number] = instruction("term", title) if title else ""
        for later in range(number + 1, len(self.lines)):
            line = self.lines[later]
            if line.strip() and not line.startswith(("    ", "\t")):
                if title and not self.lines[later - 1].strip():
                    self.lines[later - 1] = instruction("end")
                return
            self.lines[later] = line.removeprefix("\t") if line[:1] == "\t" else line[4:]

    def _component(self, number: int, close: str, name: str, body: str, alone: str) -> None:
        title = _TITLE.search(body)
        if alone or not name:
            self.lines[number] = instruction("comment", self.lines[number].strip())
        elif close:
            titled = self.open and self.open[-1][2] == name and self.open.pop()[1]
            self.lines[number] = instruction("end") if titled else ""
        else:
            self.open.append((0, title is not None, name))
            what = "tab" if name.startswith("Tab") else "term"
            self.lines[number] = instruction(what, title.group(1)) if title else ""


def _take_tables(text: str, taken: list[tuple[str, int]]) -> str:
    """Take HTML tables and definition lists out: blank lines in them would tear them apart."""
    parts: list[str] = []
    position = 0
    fences = [
        (match.start(), match.end())
        for match in re.finditer(
            r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1", text, re.MULTILINE | re.DOTALL
        )
    ]
    for match in _TABLE.finditer(text):
        if match.start() < position or any(a <= match.start() < b for a, b in fences):
            continue
        end = _closed_at(text, match.start(), match.group(1))
        source = text[match.start() : end]
        parts.append(text[position : match.start()])
        parts.append(instruction("html", str(len(taken))) + "\n" * source.count("\n") + "\n"[:0])
        taken.append((source, text.count("\n", 0, match.start()) + 1))
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _closed_at(text: str, start: int, name: str) -> int:
    """Return where the element that opens at ``start`` is closed, or the text ends."""
    depth = 0
    for tag in re.finditer(rf"<(/?){name}\b[^>]*>", text[start:], re.IGNORECASE):
        depth += -1 if tag.group(1) else 1
        if depth <= 0:
            return start + tag.end()
    return len(text)
