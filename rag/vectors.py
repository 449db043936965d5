"""Nearest vectors by inner product: exact up to a size, approximate beyond it.

Vectors are kept in half precision. For unit vectors of a few hundred dimensions that moves an
inner product by less than 1e-4 and halves disk, memory and the time of a search; the scores
themselves are computed in single precision on the stored values.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import faiss as typed_faiss
import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float32]
Halves: TypeAlias = NDArray[np.float16]
Positions: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

EXACT_LIMIT = 200_000
"""Vectors searched one by one, in about 14 ms on one core; beyond, cells are worth training."""

_TRAINING_PER_CELL = 48
"""Vectors per cell to train on; FAISS warns below 39."""

_CELLS_SEARCHED = 64
"""Cells an approximate search visits (recall@10 0.93 at a million vectors)."""

_SPARSE = 0.1
"""Below this share of allowed vectors every cell is visited: few distances, no misses."""

_RETRAINED_AT = 2
"""Growth since the training at which the cells are trained again."""

# The package's type stubs describe the C++ signatures, not the Python ones.
faiss: Any = typed_faiss

# A second thread makes one query faster on an idle machine and forty times slower on a busy one.
faiss.omp_set_num_threads(1)


class VectorIndex:
    """Unit vectors at positions 0, 1, 2 ... that can be searched.

    Never changed once made, so threads may share it; ``changed`` returns a new one.
    """

    def __init__(self, index: Any, ids: Positions, trained_on: int) -> None:
        # ids[position] is the number of a vector in FAISS: ascending, with gaps where cells
        # lost vectors. Searched cells cannot be renumbered, so positions are looked up.
        self._index = index
        self._ids = ids
        self._trained_on = trained_on

    @classmethod
    def build(cls, vectors: Halves, *, exact_limit: int = EXACT_LIMIT) -> VectorIndex:
        """Index ``vectors`` (shape ``[count, dimension]``, unit rows).

        More than ``exact_limit`` of them are grouped into ``4 * sqrt(count)`` cells and kept as
        bytes (inverted file with an 8-bit scalar quantiser), which takes CPU time to train.
        """
        count, dimension = vectors.shape
        ids = np.arange(count, dtype=np.int64)
        if count <= exact_limit:
            exact = faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
            if count:
                rows = np.ascontiguousarray(vectors)
                exact.add_sa_codes(rows.view(np.uint8).reshape(count, -1))
            return cls(exact, ids, 0)
        cells = round(4 * math.sqrt(count))
        coarse = faiss.IndexFlatIP(dimension)
        approximate = faiss.IndexIVFScalarQuantizer(
            coarse, dimension, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        # Fewer are trained on only where a caller sets a limit far below the default.
        approximate.cp.min_points_per_centroid = 1
        # The same sample for the same vectors: a rebuilt index answers like the lost one.
        chosen = np.random.default_rng(count).choice(
            count, size=min(count, cells * _TRAINING_PER_CELL), replace=False
        )
        approximate.train(vectors[np.sort(chosen)].astype(np.float32))
        _add(approximate, vectors, ids)
        return cls(approximate, ids, count)

    @property
    def count(self) -> int:
        """Number of vectors."""
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._index.d)

    @property
    def exact(self) -> bool:
        """Whether every vector is compared, so that nothing can be missed."""
        return self._trained_on == 0

    def search(
        self, query: Matrix, limit: int, allowed: Mask | None = None
    ) -> tuple[Positions, Matrix]:
        """Return positions and inner products of the nearest vectors, best first.

        ``query`` has shape ``[dimension]``; ``allowed`` (shape ``[count]``) restricts the search.
        Fewer than ``limit`` come back where there are no more. An approximate index returns
        approximate inner products.
        """
        allowed_count = self.count if allowed is None else int(allowed.sum())
        limit = min(limit, allowed_count)
        if limit <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        options: dict[str, Any] = {}
        if allowed is not None:
            options["sel"] = self._selector(allowed)
        if self.exact:
            parameters = faiss.SearchParameters(**options)
        else:
            cells = self._index.nlist
            sparse = allowed_count < _SPARSE * self.count
            visited = cells if sparse else min(_CELLS_SEARCHED, cells)
            parameters = faiss.SearchParametersIVF(nprobe=visited, **options)
        row = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        scores, ids = self._index.search(row, limit, params=parameters)
        # FAISS fills up what it did not find with number -1.
        found = ids[0] >= 0
        return np.searchsorted(self._ids, ids[0][found]), scores[0][found]

    def changed(
        self, kept: Mask, added: Halves, *, exact_limit: int = EXACT_LIMIT
    ) -> VectorIndex | None:
        """Return an index of the ``kept`` vectors (shape ``[count]``), then the ``added`` ones.

        None where that is not worth it and the index should be built from all vectors: the
        number crosses ``exact_limit``, or has doubled or halved since the cells were trained.
        """
        count = int(kept.sum()) + len(added)
        if self.exact != (count <= exact_limit):
            return None
        if self.exact:
            codes = faiss.vector_to_array(self._index.codes).view(np.float16)
            stored = codes.reshape(self.count, self.dimension)
            return VectorIndex.build(np.concatenate([stored[kept], added]), exact_limit=exact_limit)
        if not self._trained_on / _RETRAINED_AT < count < self._trained_on * _RETRAINED_AT:
            return None
        copy = faiss.clone_index(self._index)
        if not kept.all():
            copy.remove_ids(self._selector(~kept))
        first = int(self._ids[-1]) + 1
        new = np.arange(first, first + len(added), dtype=np.int64)
        _add(copy, added, new)
        return VectorIndex(copy, np.concatenate([self._ids[kept], new]), self._trained_on)

    def _selector(self, chosen: Mask) -> Any:
        bits = np.zeros(int(self._ids[-1]) + 1, dtype=np.bool_)
        bits[self._ids[chosen]] = True
        return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))

    def to_bytes(self) -> bytes:
        """Return the index as bytes for ``from_bytes``; they carry no check sum."""
        head = np.array([self._trained_on, self.count], dtype="<i8").tobytes()
        ids = self._ids.astype("<i8").tobytes()
        return b"".join([head, ids, faiss.serialize_index(self._index).data])

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> VectorIndex:
        """Return the index of ``to_bytes``.

        FAISS does not notice flipped bits: check the sum of the bytes before. Raises RuntimeError
        or ValueError for bytes that are no index.
        """
        trained_on, count = np.frombuffer(data, dtype="<i8", count=2).tolist()
        ids = np.frombuffer(data, dtype="<i8", count=count, offset=16).astype(np.int64)
        serialised = np.frombuffer(data, dtype=np.uint8, offset=16 + 8 * count)
        return cls(faiss.deserialize_index(serialised), ids, trained_on)


def _add(index: Any, vectors: Halves, ids: Positions, size: int = 65_536) -> None:
    for start in range(0, len(vectors), size):
        rows = np.ascontiguousarray(vectors[start : start + size], dtype=np.float32)
        index.add_with_ids(rows, ids[start : start + size])
