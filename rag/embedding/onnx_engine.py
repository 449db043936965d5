"""The light engine: the bundled encoder under ONNX Runtime, without torch.

Texts go through one at a time (a padded batch is slower on a processor), on a session of one
thread; passages are shared out to a few Python threads that call the one session, which lets the
interpreter go while it computes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.bundled import FORMAT, GRAPH
from rag.embedding.checkpoint import PROMPTS
from rag.embedding.packed import SHA256
from rag.embedding.pooling import embed_with_parts, weighted_mean, windows
from rag.embedding.preparation import prepare
from rag.embedding.unigram import FILE_NAME as VOCABULARY
from rag.embedding.unigram import open_vocabulary
from rag.errors import ModelError

if TYPE_CHECKING:
    from rag.embedding.base import Matrix, Span, Vector

_POSITIONS = 512
_WORKERS = 2


class OnnxEmbedder:
    """Vectors of the bundled model; see :class:`rag.embedding.base.Embedder`.

    Texts of more than 512 tokens are read in windows of like size, each with the prefix, and their
    vectors averaged by number of tokens.
    """

    def __init__(
        self, directory: Path, *, graph: str = GRAPH, name: str = "bundled", workers: int = _WORKERS
    ) -> None:
        """Open the model ``directory``; raise :class:`ModelError` when it cannot be used.

        ``graph`` names the file of the network, ``workers`` the number of threads that
        :meth:`embed_passages` uses.
        """
        self.name = name
        self.engine = "onnx-int8" if graph == GRAPH else "onnx-exact"
        # The weights follow from these three alone; the bytes of the file also depend on the
        # version of onnx that wrote it.
        self.digest = hashlib.sha256(f"{SHA256} {FORMAT} {self.engine}".encode()).hexdigest()
        self._workers = workers
        try:
            self._tokenizer = open_vocabulary(directory / VOCABULARY)
            self._session = open_session(directory / graph)
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"The embedding model in {directory} cannot be opened ({reason}); "
                f"delete that directory and it will be made again.",
                f"无法打开 {directory} 中的向量模型（{reason}）；删除该目录后会自动重新生成。",
            ) from error
        self.dimension = int(self._session.get_outputs()[1].shape[1])
        self._query_prefix = self._tokenizer.encode(PROMPTS["query"])[0]
        self._passage_prefix = self._tokenizer.encode(PROMPTS["passage"])[0]

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question: float32, shape ``[dimension]``, unit length."""
        return self._vector(text, self._query_prefix)

    def embed_passages(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]] | None = None
    ) -> list[Matrix]:
        """Return a matrix of unit rows for each text: the whole, then each of its parts."""
        return embed_with_parts(texts, parts, self._passages)

    def _passages(self, texts: list[str]) -> list[Vector]:
        prefix = self._passage_prefix
        if len(texts) < 2 or self._workers < 2:
            return [self._vector(text, prefix) for text in texts]
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(lambda text: self._vector(text, prefix), texts))

    def _vector(self, text: str, prefix: list[int]) -> Vector:
        tokenizer = self._tokenizer
        ids, _ = tokenizer.encode(prepare(text, tokenizer.specials))
        cuts = windows(len(ids), _POSITIONS - 2 - len(prefix))
        vectors: list[Vector] = []
        for start, end in cuts:
            row = [tokenizer.begin, *prefix, *ids[start:end], tokenizer.end]
            inputs = {"input_ids": np.array([row], dtype=np.int64)}
            vectors.append(self._session.run(["sentence"], inputs)[0][0])
        return weighted_mean(vectors, [end - start for start, end in cuts])


def open_session(path: Path) -> Any:
    """Return a session that computes on the thread that calls it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph is written as it is meant to run; further rewriting makes it slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )
