"""Turns text into vectors: one port, two engines, and the choice between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.embedding.base import Embedder
    from rag.progress import Progress

BUNDLED = "bundled"

__all__ = ["BUNDLED", "load_embedder"]


def load_embedder(model: str, *, cache_dir: Path, progress: Progress | None = None) -> Embedder:
    """Return the embedder for ``model``: ``"bundled"``, a hub name or a directory.

    The bundled model is made below ``cache_dir`` at first use, which ``progress`` reports as the
    stage ``"convert-model"``. Raise :class:`rag.errors.ModelError` when the model cannot be had,
    :class:`rag.errors.MissingExtra` when the library it needs is not installed.
    """
    if model == BUNDLED:
        from rag.embedding.bundled import ensure_bundled
        from rag.embedding.onnx_engine import OnnxEmbedder

        return OnnxEmbedder(ensure_bundled(cache_dir, progress=progress))
    from rag.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model)
