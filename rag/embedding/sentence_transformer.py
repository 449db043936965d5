"""The other engine: any sentence-transformers model, by hub name or path.

Importing this module is cheap; the library and torch are imported when an embedder is made.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.pooling import embed_with_parts, unit, weighted_mean, windows
from rag.embedding.preparation import prepare
from rag.errors import MissingExtra, ModelError, RagError

if TYPE_CHECKING:
    from rag.embedding.base import Matrix, Span, Vector

_BATCH = 8
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
# A stretch cut out of a text may need a token more at its edges than it had within the text.
_SLACK = 2
_SIGNS = 8
_PATIENCE = 10.0


class SentenceTransformerEmbedder:
    """Vectors of a sentence-transformers model; see :class:`rag.embedding.base.Embedder`.

    The model's own prompts are used: ``query`` for questions and the first of ``document``,
    ``passage`` and ``corpus`` it has for passages. Texts longer than the model reads go through in
    windows whose vectors are averaged by number of tokens.
    """

    def __init__(self, name_or_path: str) -> None:
        """Load the model; raise :class:`ModelError` when it cannot be had or used.

        Raise :class:`MissingExtra` when sentence-transformers is not installed.
        """
        self.name = name_or_path
        self.engine = "sentence-transformers"
        # Tokenisers of the Hugging Face kind refuse to be used by two threads at once.
        self._lock = threading.Lock()
        try:
            self._model = _load(name_or_path)
            self._use_settings()
            self.dimension = len(self._vectors([" "], self._query_prompt, query=True)[0])
            self.digest = self._digest()
        except RagError:
            raise
        except Exception as error:
            lines = str(error).strip().splitlines()
            reason = lines[0].rstrip(".") if lines else type(error).__name__
            raise ModelError(
                f"Cannot load the embedding model {name_or_path} ({reason}); check the name, the "
                f"path and the connection, or use the model named bundled, which needs none.",
                f"无法加载向量模型 {name_or_path}（{reason}）；"
                f"请检查名称、路径和网络，或使用无需联网的内置模型 bundled。",
            ) from error

    def _use_settings(self) -> None:
        prompts: dict[str, str | None] = self._model.prompts
        self._query_prompt = prompts.get("query") or ""
        given = (prompts.get(key) for key in _PASSAGE_PROMPTS)
        self._passage_prompt = next((prompt for prompt in given if prompt), "")
        tokenizer: Any = getattr(self._model[0], "tokenizer", None)
        self._tokenizer = tokenizer if getattr(tokenizer, "is_fast", False) else None
        self._specials = tuple(
            special
            for special in getattr(tokenizer, "all_special_tokens", ())
            if len(special) > 2 and not special[0].isalnum()
        )

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question: float32, shape ``[dimension]``, unit length."""
        return self._vectors([text], self._query_prompt, query=True)[0]

    def embed_passages(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]] | None = None
    ) -> list[Matrix]:
        """Return a matrix of unit rows for each text: the whole, then each of its parts."""
        return embed_with_parts(
            texts, parts, lambda pieces: self._vectors(pieces, self._passage_prompt, query=False)
        )

    def _vectors(self, texts: list[str], prompt: str, *, query: bool) -> list[Vector]:
        encode = self._model.encode_query if query else self._model.encode_document
        with self._lock:
            cuts = [self._windows(prepare(text, self._specials), prompt) for text in texts]
            found = encode(
                [stretch for own in cuts for stretch, _ in own],
                prompt=prompt,
                batch_size=_BATCH,
                show_progress_bar=False,
            )
        rows = iter(np.asarray(found, dtype=np.float32))
        return [
            weighted_mean([unit(next(rows)) for _ in own], [tokens for _, tokens in own])
            for own in cuts
        ]

    def _windows(self, text: str, prompt: str) -> list[tuple[str, int]]:
        """Cut a text into stretches the model can read, each with its number of tokens."""
        tokenizer, limit = self._tokenizer, self._model.max_seq_length
        # A tokeniser makes at most one token of a byte, and adds a few signs.
        most = len((prompt + text).encode("utf-8")) + _SIGNS
        if tokenizer is None or limit is None or most < limit:
            return [(text, 1)]
        places = tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )["offset_mapping"]
        frame = len(tokenizer(prompt, verbose=False)["input_ids"])
        cuts = windows(len(places), max(1, limit - frame - _SLACK))
        bounds = [0, *(places[first][0] for first, _ in cuts[1:]), len(text)]
        return [
            (text[start:end], last - first)
            for (start, end), (first, last) in zip(pairwise(bounds), cuts, strict=True)
        ]

    def _digest(self) -> str:
        """Hash the weights and what else the vectors depend on."""
        import torch

        digest = hashlib.sha256()
        kinds = [(type(module).__name__, _pooling(module)) for module in self._model]
        settings = [self._query_prompt, self._passage_prompt, self._model.max_seq_length, kinds]
        digest.update(json.dumps(settings).encode("utf-8"))
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}".encode())
            raw = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
            digest.update(raw.numpy().data)
        return digest.hexdigest()


def _pooling(module: Any) -> str:
    return str(getattr(module, "pooling_mode", ""))


def _load(name_or_path: str) -> Any:
    try:
        import sentence_transformers
        from transformers.utils import logging as messages
    except ImportError as error:
        raise MissingExtra(
            "sentence-transformers",
            f"The embedding model {name_or_path} needs sentence-transformers ({error}); "
            f"run: pip install sentence-transformers",
            f"向量模型 {name_or_path} 需要 sentence-transformers（{error}）；"
            f"请运行：pip install sentence-transformers",
        ) from error
    make = sentence_transformers.SentenceTransformer
    logging: Any = messages  # has no types
    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        return _from_disk_or_hub(make, name_or_path).eval()
    finally:
        if bars:
            logging.enable_progress_bar()


def _from_disk_or_hub(make: Any, name_or_path: str) -> Any:
    """Load from the directory or the hub's local cache; ask the hub only for what is in neither."""
    try:
        return make(name_or_path, local_files_only=True)
    except (OSError, ValueError):
        if Path(name_or_path).exists():
            raise
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    # Loading tries every file six times; without a connection that takes a minute to fail.
    try:
        HfApi().model_info(name_or_path, timeout=_PATIENCE)
    except HfHubHTTPError:
        # The hub answered; loading knows more names, such as those without an owner.
        return make(name_or_path)
    return make(name_or_path)
