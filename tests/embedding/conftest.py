"""The bundled model and texts to try it on."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from rag.embedding import bundled, graph, unigram
from rag.embedding.onnx_engine import OnnxEmbedder
from rag.embedding.packed import PackedModel, packed_file, read_packed

ODD_LINES = [
    "",
    " ",
    "\n\t　",
    "🎉🎊 生日快乐 👨‍👩‍👧‍👦 🇨🇳 ☀️",
    "𠮷野家的㐀字、龘靐齉爩、𪚥𪚥",
    "한국어와 日本語とｶﾞｷﾞｸﾞ",
    "e\u0301te\u0301 nai\u0308ve A\u030angstro\u0308m",
    "ก็ำ ที่นี่ ภาษาไทย",
    "مرحبا بالعالم ١٢٣",
    "Ⅷ ㍿ ① ½ ﬁ ２０２４年，ＡＢＣ～",
    "-----==== 。。。。！！！",
    "x" * 300,
    "价格：￥1,299.00（含税 13%）",
    "<tag> &amp; https://example.org/a?b=c#d user@example.org",
    "a\u200bb\ufeffc\u00a0d\u2028e",
    "tab\tnew\nline\r\nend",
    "Straße GROẞ İstanbul ǅ",
]


@pytest.fixture(scope="session")
def bundled_directory(model_cache: Path) -> Path:
    """Return the converted model of the session."""
    return bundled.ensure_bundled(model_cache)


@pytest.fixture(scope="session")
def packed() -> PackedModel:
    """Return the parsed source file."""
    return read_packed(packed_file())


@pytest.fixture(scope="session")
def light(bundled_directory: Path) -> OnnxEmbedder:
    """Return the engine users get by default."""
    return OnnxEmbedder(bundled_directory)


@pytest.fixture(scope="session")
def exact(packed: PackedModel, tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    """Return the same network without quantised layers."""
    directory = tmp_path_factory.mktemp("exact")
    table = directory / bundled.TABLE
    graph.write_graph(packed, directory / bundled.EXACT_GRAPH, table=table, quantised=False)
    unigram.write_vocabulary(packed.vocabulary, directory / unigram.FILE_NAME)
    return OnnxEmbedder(directory, graph=bundled.EXACT_GRAPH)


@pytest.fixture(scope="session")
def lines() -> list[str]:
    """Return a few hundred varied lines: the seeds, the open corpora where present, odd ones."""
    root = Path(__file__).resolve().parents[2]
    texts = [path.read_text("utf-8") for path in sorted((root / "seeds").glob("*.txt"))]
    found = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    choose = random.Random(7)
    for path in sorted((root.parent / "shared" / "evals").glob("*/corpus.jsonl")):
        with path.open(encoding="utf-8") as file:
            rows = [json.loads(line)["text"] for line in file]
        for text in choose.sample(rows, min(len(rows), 30)):
            start = choose.randrange(max(1, len(text) - 40))
            found.append(text[start : start + choose.choice([20, 80, 300])].strip())
    mixed = ["".join(choose.sample(found, 2))[:200].strip() for _ in range(40)]
    return [*ODD_LINES, *found, *mixed]
