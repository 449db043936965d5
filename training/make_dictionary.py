"""Make the table of words in two languages that ships: ``rag/text/dictionary.txt.gz``.

Usage: python training/make_dictionary.py CEDICT

CEDICT is the dictionary CC-CEDICT (CC BY-SA 4.0) in its text form, compressed with gzip. A line of
the table holds the index tokens of an English word or phrase and Chinese words for it, those that
mean little else first.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from pathlib import Path

from rag.text.tokens import index_tokens
from rag.text.translation import TABLE

_LINE = re.compile(r"^\S+ (\S+) \[[^\]]*\] /(.+)/\s*$")
_ASIDE = re.compile(r"\s*\([^)]*\)")
_NO_MEANING = re.compile(r"variant of|^see |^surname|^abbr|^old |^CL:|^used |^also |particle")
_ARTICLE = re.compile(r"^(?:to be|to|the|an|a) ")
_WORD = re.compile(r"[㐀-鿿]{2,6}")
_MOST_WORDS = 3
_MOST_TRANSLATIONS = 40
_LESS = 0.8
"""How much less each further meaning of a Chinese word counts."""


def table(path: Path) -> dict[str, list[str]]:
    """Return Chinese words by the tokens of English words and phrases of at most three words."""
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _LINE.match(line)
            if entry is None or not _WORD.fullmatch(entry[1]):
                continue
            meanings = [
                _ARTICLE.sub("", piece.strip().lower())
                for meaning in entry[2].split("/")
                if not _NO_MEANING.search(meaning)
                for piece in re.split("[;,]", _ASIDE.sub("", meaning))
            ]
            for place, meaning in enumerate(meanings):
                key = " ".join(index_tokens(meaning))
                if key and len(meaning.split()) <= _MOST_WORDS and key.isascii():
                    known = found[key].get(entry[1], 0.0)
                    found[key][entry[1]] = max(known, _LESS**place)
    return {
        key: sorted(words, key=lambda word: (-words[word], word))[:_MOST_TRANSLATIONS]
        for key, words in sorted(found.items())
    }


def main() -> None:
    """Read the dictionary and write the table."""
    lines = (f"{key}\t{' '.join(words)}\n" for key, words in table(Path(sys.argv[1])).items())
    # No time and name in the header: the same table is the same file.
    TABLE.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    main()
