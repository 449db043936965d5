"""English paragraphs of a Wikipedia dump, and the words that mean the same or the opposite."""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import wikitextparser

_TABLE = re.compile(r"\{\|.*?\|\}", re.DOTALL)
_REFERENCE = re.compile(r"<ref[^>/]*/>|<ref.*?</ref>|<!--.*?-->", re.DOTALL)
_MARKUP = re.compile(r"^[*#:;|!{=]|\bthumb\b|\||\{\{|\}\}|\[\[|\]\]|<")
_EMPTY_BRACKETS = re.compile(r"\s*\(\s*[;,]?\s*\)")
_SPACE = re.compile(r"\s+")
_SHORTEST, _LONGEST = 250, 1500


def paragraphs(dump: Path) -> Iterator[tuple[str, str]]:
    """Yield the title and text of each paragraph of the articles in a MediaWiki XML dump."""
    with bz2.open(dump) as file:
        title = ""
        for _, element in ET.iterparse(file):  # noqa: S314 - a file of one's own choosing
            tag = element.tag.rsplit("}", 1)[-1]
            if tag == "title":
                title = element.text or ""
            elif tag == "text" and ":" not in title and element.text:
                for text in _plain(element.text):
                    yield title, text
            elif tag == "page":
                element.clear()


def _plain(source: str) -> Iterator[str]:
    if source.lstrip().lower().startswith("#redirect"):
        return
    text = wikitextparser.parse(_REFERENCE.sub("", _TABLE.sub("", source))).plain_text()
    for line in text.splitlines():
        paragraph = _SPACE.sub(" ", _EMPTY_BRACKETS.sub("", line)).strip()
        if _SHORTEST <= len(paragraph) <= _LONGEST and not _MARKUP.search(paragraph):
            yield paragraph


class Thesaurus:
    """Words of the same and of the opposite meaning, from a folder of WordNet's data files.

    Both look-ups are by lemma and part of speech: noun, verb, adj or adv.
    """

    def __init__(self, folder: Path) -> None:
        self.alike: dict[tuple[str, str], list[str]] = {}
        self.opposite: dict[tuple[str, str], list[str]] = {}
        for part in ("noun", "verb", "adj", "adv"):
            lines = (folder / f"data.{part}").read_text(encoding="latin-1").splitlines()
            meanings = [line.split(" | ")[0].split() for line in lines if line[0] != " "]
            words = {fields[0]: _words(fields) for fields in meanings}
            for fields in meanings:
                self._add_opposites(fields, words, part)
            for line in (folder / f"index.{part}").read_text(encoding="latin-1").splitlines():
                if line[0] != " ":
                    fields = line.split()
                    commonest = words[fields[-int(fields[2])]]
                    self.alike[fields[0], part] = [
                        word for word in commonest if word.isalpha() and word != fields[0]
                    ]

    def _add_opposites(self, fields: list[str], words: dict[str, list[str]], part: str) -> None:
        """Add the antonyms that a meaning points to, where they are of the same part of speech."""
        at = 4 + 2 * len(words[fields[0]])
        pointers = fields[at + 1 : at + 1 + 4 * int(fields[at])]
        for sign, offset, _, places in zip(*[iter(pointers)] * 4, strict=True):
            if sign == "!" and offset in words:
                here, there = (int(place, 16) - 1 for place in (places[:2], places[2:]))
                if min(here, there) >= 0:
                    key = words[fields[0]][here], part
                    self.opposite.setdefault(key, []).append(words[offset][there])


def _words(fields: list[str]) -> list[str]:
    count = int(fields[3], 16)
    return [re.sub(r"\(.*\)", "", word).lower() for word in fields[4 : 4 + 2 * count : 2]]
