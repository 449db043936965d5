"""The mapped table gives the very word vectors of the packed file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rag.embedding.bundled import TABLE
from rag.embedding.packed import PackedModel
from rag.embedding.words import WordTable


def test_vectors_are_those_of_the_packed_file(packed: PackedModel, bundled_directory: Path) -> None:
    config = packed.config
    table = WordTable(bundled_directory / TABLE, rows=config.vocabulary, hidden=config.hidden)
    rows = next(packed.matrices("emb.word", config.hidden))
    ids = np.random.default_rng(0).integers(0, len(rows), 300)
    assert np.array_equal(table.vectors(ids), rows[ids])
