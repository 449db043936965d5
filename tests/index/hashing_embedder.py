"""A test tool that fills the embedder's port: words hashed into a few dimensions, no model.

Texts that share words get a high cosine, so retrieval can be checked; equal texts get equal
vectors. Also importable by the processes the tests start and kill.
"""

from __future__ import annotations

import zlib

import numpy as np

from rag.text.tokens import index_tokens


class HashingEmbedder:
    """Deterministic, fast, honest about being no language model."""

    def __init__(self, dimension: int = 64, digest: str = "5eed" * 16) -> None:
        self.name = "hashing"
        self.engine = "test"
        self.dimension = dimension
        self.digest = digest
        self.embedded = 0

    def embed_query(self, text):
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for token in index_tokens(text):
            code = zlib.crc32(token.encode("utf-8", "replace"))
            vector[code % self.dimension] += 1 if code & 0x8000_0000 else -1
        return vector / np.linalg.norm(vector)

    def embed_passages(self, texts, parts=None):
        self.embedded += len(texts)
        spans = parts if parts is not None else [()] * len(texts)
        return [
            np.stack(
                [self.embed_query(text), *(self.embed_query(text[a:b]) for a, b in text_spans)]
            )
            for text, text_spans in zip(texts, spans, strict=True)
        ]
