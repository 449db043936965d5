"""How often short texts are decoded right, on thousands of slices of the open corpora.

The bounds lie a little below what was measured; a change of the model that costs more fails.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import UnreadableDocument
from rag.readers.decoding import decode

SLICES = 600
# Characters in the slice: smallest share decoded right.
LEGACY = {2: 0.98, 3: 0.985, 4: 0.99, 8: 0.995, 16: 0.998, 64: 0.999}
# Two or three characters in UTF-16 without a mark are often printable ASCII: no rule can tell.
WIDE = {2: 0.80, 3: 0.92, 4: 0.97, 8: 0.995, 16: 0.998, 64: 0.999}


def _texts(shared: Path, *names: str) -> list[str]:
    return [
        json.loads(line)["text"]
        for name in names
        for line in (shared / "evals" / name / "corpus.jsonl").read_bytes().splitlines()
    ]


def _slices(texts: list[str], length: int, encoding: str) -> Iterator[tuple[str, bytes]]:
    source = random.Random(f"{length} {encoding}")
    found = 0
    while found < SLICES:
        text = source.choice(texts)
        start = source.randrange(max(1, len(text) - length + 1))
        part = text[start : start + length]
        if len(part) < length or part.isascii() or not part.strip() or "\0" in part:
            continue
        try:
            data = part.encode(encoding)
        except UnicodeEncodeError:
            continue
        found += 1
        yield part, data


def _share(texts: list[str], length: int, encoding: str) -> float:
    right = 0
    for text, data in _slices(texts, length, encoding):
        try:
            right += decode(data, path=Path("x.txt")).text == text
        except UnreadableDocument:
            continue
    return right / SLICES


@pytest.fixture(scope="module")
def corpora(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    shared = Path(request.config.rootpath).parent / "shared"
    if not shared.is_dir():
        pytest.skip("the open evaluation sets are not beside this checkout")
    return {
        "simplified": _texts(shared, "news_distractors", "xquad_zh", "dureader_robust"),
        "traditional": _texts(shared, "drcd"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("length", LEGACY)
@pytest.mark.parametrize(
    ("script", "encoding"), [("simplified", "gb18030"), ("traditional", "big5hkscs")]
)
def test_national_encodings(
    corpora: dict[str, list[str]], script: str, encoding: str, length: int
) -> None:
    assert _share(corpora[script], length, encoding) >= LEGACY[length]


@pytest.mark.slow
@pytest.mark.parametrize("length", WIDE)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("script", ["simplified", "traditional"])
def test_utf16_without_a_mark(
    corpora: dict[str, list[str]], script: str, encoding: str, length: int
) -> None:
    assert _share(corpora[script], length, encoding) >= WIDE[length]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("script", ["simplified", "traditional"])
def test_unicode_that_shows_itself_is_always_right(
    corpora: dict[str, list[str]], script: str, encoding: str
) -> None:
    for length in (2, 3, 4, 16):
        assert _share(corpora[script], length, encoding) == 1.0
