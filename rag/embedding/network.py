"""A network of our own on top of the bundled model's vocabulary and word vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding.bundled import TABLE
from rag.embedding.onnx_engine import open_session
from rag.embedding.unigram import FILE_NAME as VOCABULARY
from rag.embedding.unigram import open_vocabulary
from rag.embedding.words import WordTable
from rag.errors import ModelError


class WordNetwork:
    """Runs a graph from ``words``, float32 [1, tokens, hidden], to ``logits`` [1, tokens, n].

    Runs on the thread that calls it; threads may share it.
    """

    def __init__(self, graph: Path, directory: Path) -> None:
        """Open ``graph`` with the words of the bundled model's ``directory``.

        Raise :class:`ModelError` when one of them cannot be used.
        """
        try:
            self.tokenizer = open_vocabulary(directory / VOCABULARY)
            self._session = open_session(graph)
            hidden = int(self._session.get_inputs()[0].shape[2])
            self._words = WordTable(directory / TABLE, rows=self.tokenizer.mask + 1, hidden=hidden)
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"The reader {graph} cannot be opened ({reason}); install the package again.",
                f"无法打开阅读模型 {graph}（{reason}）；请重新安装本软件包。",
            ) from error

    def run(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the numbers for each token, float32 ``[tokens, n]``."""
        words = self._words.vectors(ids)[np.newaxis]
        logits: NDArray[np.float32] = self._session.run(None, {"words": words})[0][0]
        return logits
