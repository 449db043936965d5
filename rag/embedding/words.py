"""The file of word vectors in 4-bit blocks: written once, mapped by every network on top of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.packed import BLOCK, PackedModel

_PAGE = 65536  # a mapped tensor has to start at a page, and some systems have pages of 64 KiB


def scales_place(rows: int, hidden: int) -> int:
    """Return the offset in bytes of the scales, float32 ``[rows, hidden / 32]``.

    Before them, from the first byte, stand the pairs of numbers, uint8 ``[rows, hidden / 2]``.
    """
    size = rows * hidden // 2
    return size + -size % _PAGE


def write_words(model: PackedModel, path: Path) -> None:
    """Write the word vectors of ``model``, as they are packed, to ``path``."""
    rows, hidden = model.config.vocabulary, model.config.hidden
    with path.open("wb") as numbers, path.open("r+b") as scales:
        scales.seek(scales_place(rows, hidden))
        for scale, whole in model.blocks("emb.word", hidden):
            pairs = (whole + 8).astype(np.uint8).reshape(-1, hidden // 2, 2)
            numbers.write((pairs[:, :, 0] | pairs[:, :, 1] << 4).tobytes())
            scales.write(scale.tobytes())


class WordTable:
    """Looks words up in the file that ``write_words`` wrote; threads may share it."""

    def __init__(self, path: Path, *, rows: int, hidden: int) -> None:
        """Map ``path``; raise ``OSError`` or ``ValueError`` when it is not such a file."""
        place = scales_place(rows, hidden)
        self._pairs = np.memmap(path, np.uint8, "r", 0, (rows, hidden // 2))
        self._scales = np.memmap(path, np.float32, "r", place, (rows, hidden // BLOCK))

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of token ids, float32 ``[tokens, hidden]``."""
        pairs = self._pairs[ids]
        whole = np.stack([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
        scales: NDArray[np.float32] = self._scales[ids]
        blocks = whole.reshape(*scales.shape, BLOCK) * scales[..., np.newaxis]
        return blocks.reshape(len(ids), -1)
