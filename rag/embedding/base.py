"""The port every embedding engine fills: two verbs, one for questions, one for passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[np.float32]
    Matrix: TypeAlias = NDArray[np.float32]

Span: TypeAlias = tuple[int, int]
"""A stretch ``text[start:end]`` of a text, in code points."""


@runtime_checkable
class Embedder(Protocol):
    """Turns text into unit vectors whose inner product is their cosine.

    Implementations are safe to share between threads. They never fail on odd text
    (empty, lone surrogates, literal special tokens, longer than the model reads).
    """

    @property
    def name(self) -> str:
        """The model as the user named it: ``"bundled"``, a hub name or a path."""

    @property
    def engine(self) -> str:
        """What computes the vectors, for example ``"onnx-int8"``."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of the weights in use; equal digests give equal vectors."""

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question: float32, shape ``[dimension]``, unit length."""

    def embed_passages(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]] | None = None
    ) -> list[Matrix]:
        """Return one matrix of unit rows for each text, in order.

        Row 0 is the whole text, row ``1 + j`` is ``text[start:end]`` of its part ``j``:
        float32, shape ``[1 + len(parts[i]), dimension]``. Without ``parts`` each matrix
        has the one row. Each part is embedded alone. Parts may overlap and may leave gaps; a
        part without a visible character has the vector of the whole.
        """
