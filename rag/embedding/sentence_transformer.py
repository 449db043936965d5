"""The other engine: any sentence-transformers model, by hub name or path.

Importing this module is cheap; the library and torch are imported when an embedder is made.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.pooling import part_matrix, unit, weighted_mean, windows
from rag.embedding.preparation import PreparedText, prepare
from rag.errors import MissingExtra, ModelError

if TYPE_CHECKING:
    from rag.embedding.base import Matrix, Span, Vector

_BATCH = 8
_GROUP = 32
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
# A stretch cut out of a text may need a token more at its edges than it had within the text.
_SLACK = 2
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a prepared text that the model reads in one pass."""

    start: int
    end: int
    tokens: int


class SentenceTransformerEmbedder:
    """Vectors of a sentence-transformers model; see :class:`rag.embedding.base.Embedder`.

    The model's own prompts are used: ``query`` for questions and the first of ``document``,
    ``passage`` and ``corpus`` it has for passages. Texts longer than the model reads go through in
    windows whose vectors are averaged by number of tokens. Part vectors come from the token states
    of the whole text where the model pools by the mean, otherwise from the parts on their own.
    """

    def __init__(self, name_or_path: str, *, name: str | None = None) -> None:
        """Load the model; raise :class:`ModelError` when it cannot be had or used.

        Raise :class:`MissingExtra` when sentence-transformers is not installed. ``name`` is what
        the embedder calls itself, by default ``name_or_path``.
        """
        self.name = name or name_or_path
        self.engine = "sentence-transformers"
        self._model = _load(name_or_path)
        # Tokenisers of the Hugging Face kind refuse to be used by two threads at once.
        self._lock = threading.Lock()
        prompts: dict[str, str | None] = self._model.prompts
        self._query_prompt = prompts.get("query") or ""
        self._passage_prompt = (
            next((prompts[key] for key in _PASSAGE_PROMPTS if prompts.get(key)), None) or ""
        )
        tokenizer = getattr(self._model[0], "tokenizer", None)
        self._tokenizer: Any = tokenizer if getattr(tokenizer, "is_fast", False) else None
        self._specials = tuple(
            special
            for special in getattr(tokenizer, "all_special_tokens", ())
            if len(special) > 2 and not special[0].isalnum()
        )
        self._states_usable = self._tokenizer is not None and _pools_by_mean(self._model)
        self.dimension = int(self._encode([" "], self._query_prompt, query=True)[0].shape[0])
        self.digest = self._digest()

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question: float32, shape ``[dimension]``, unit length."""
        with self._lock:
            prepared = prepare(text, self._specials)
            cuts = self._windows(prepared.text, self._query_prompt)
            texts = [prepared.text[cut.start : cut.end] for cut in cuts]
            vectors = self._encode(texts, self._query_prompt, query=True)
        return weighted_mean(vectors, [cut.tokens for cut in cuts])

    def embed_passages(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]] | None = None
    ) -> list[Matrix]:
        """Return a matrix of unit rows for each text: the whole, then each of its parts."""
        spans: Sequence[Sequence[Span]] = [()] * len(texts) if parts is None else parts
        if len(spans) != len(texts):
            raise ValueError(f"{len(texts)} texts but parts for {len(spans)}")
        matrices: list[Matrix] = []
        for first in range(0, len(texts), _GROUP):
            group, cuts = texts[first : first + _GROUP], spans[first : first + _GROUP]
            if self._states_usable and any(cuts):
                matrices += self._with_states(group, cuts)
            else:
                matrices += self._alone(group, cuts)
        return matrices

    def _alone(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> list[Matrix]:
        """Embed wholes and parts as texts of their own."""
        pieces: list[str] = []
        for text, spans in zip(texts, parts, strict=True):
            pieces += [text, *(text[start:end] for start, end in spans)]
        with self._lock:
            prepared = [prepare(piece, self._specials).text for piece in pieces]
            cuts = [self._windows(piece, self._passage_prompt) for piece in prepared]
            stretches = [
                piece[cut.start : cut.end]
                for piece, own in zip(prepared, cuts, strict=True)
                for cut in own
            ]
            vectors = iter(self._encode(stretches, self._passage_prompt, query=False))
        rows = [
            weighted_mean([next(vectors) for _ in own], [cut.tokens for cut in own]) for own in cuts
        ]
        matrices: list[Matrix] = []
        at = 0
        for text, spans in zip(texts, parts, strict=True):
            block = np.stack(rows[at : at + 1 + len(spans)])
            for row, (start, end) in enumerate(spans, 1):
                if not text[start:end].strip():
                    block[row] = block[0]
            matrices.append(block)
            at += 1 + len(spans)
        return matrices

    def _with_states(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> list[Matrix]:
        """Embed wholes and pool the parts from the states of their tokens."""
        with self._lock:
            prepared = [prepare(text, self._specials) for text in texts]
            cuts = [self._windows(item.text, self._passage_prompt) for item in prepared]
            stretches = [
                item.text[cut.start : cut.end]
                for item, own in zip(prepared, cuts, strict=True)
                for cut in own
            ]
            passes = iter(
                self._model.encode_document(
                    stretches,
                    prompt=self._passage_prompt,
                    batch_size=_BATCH,
                    output_value=None,
                    show_progress_bar=False,
                )
            )
            return [
                self._pool(item, own, [next(passes) for _ in own], spans)
                for item, own, spans in zip(prepared, cuts, parts, strict=True)
            ]

    def _pool(
        self,
        prepared: PreparedText,
        cuts: list[_Window],
        passes: list[dict[str, Any]],
        parts: Sequence[Span],
    ) -> Matrix:
        prompt = self._passage_prompt
        vectors: list[Vector] = []
        states: list[Matrix] = []
        starts: list[int] = []
        for cut, features in zip(cuts, passes, strict=True):
            vectors.append(_array(features["sentence_embedding"]))
            kept = _array(features["attention_mask"]).astype(bool)
            places = self._tokenizer(
                prompt + prepared.text[cut.start : cut.end],
                return_offsets_mapping=True,
                truncation=True,
                max_length=self._model.max_seq_length,
                verbose=False,
            )["offset_mapping"]
            tokens = _array(features["token_embeddings"])[: len(kept)][kept]
            for (start, end), state in zip(places, tokens, strict=True):
                if end > start >= len(prompt):
                    starts.append(prepared.origin(cut.start + start - len(prompt)))
                    states.append(state)
        whole = weighted_mean([unit(vector) for vector in vectors], [cut.tokens for cut in cuts])
        if not states:
            return np.repeat(whole[np.newaxis], 1 + len(parts), axis=0)
        return part_matrix(whole, np.stack(states), starts, parts)

    def _windows(self, text: str, prompt: str) -> list[_Window]:
        limit = self._model.max_seq_length
        if self._tokenizer is None or limit is None or len(text) + len(prompt) + 4 < limit:
            return [_Window(0, len(text), max(1, len(text)))]
        encode = self._tokenizer
        places = encode(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)[
            "offset_mapping"
        ]
        frame = (
            len(encode(prompt, verbose=False)["input_ids"])
            if prompt
            else (encode.num_special_tokens_to_add())
        )
        capacity = max(1, limit - frame - _SLACK)
        cuts = windows(len(places), capacity)
        if len(cuts) == 1:
            return [_Window(0, len(text), max(1, len(places)))]
        bounds = [0, *(places[start][0] for start, _ in cuts[1:]), len(text)]
        return [
            _Window(start, end, last - first)
            for start, end, (first, last) in zip(bounds[:-1], bounds[1:], cuts, strict=True)
        ]

    def _encode(self, texts: list[str], prompt: str, *, query: bool) -> list[Vector]:
        encode = self._model.encode_query if query else self._model.encode_document
        vectors = encode(texts, prompt=prompt, batch_size=_BATCH, show_progress_bar=False)
        return [unit(vector) for vector in np.asarray(vectors, dtype=np.float32)]

    def _digest(self) -> str:
        """Hash the weights and what else the vectors depend on."""
        digest = hashlib.sha256()
        settings = [self._query_prompt, self._passage_prompt, self._model.max_seq_length]
        digest.update(json.dumps([*settings, str(self._model)]).encode("utf-8"))
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}".encode())
            raw = tensor.detach().cpu().contiguous().reshape(-1).view(_torch().uint8)
            digest.update(raw.numpy().data)
        return digest.hexdigest()


def _torch() -> Any:
    import torch

    return torch


def _array(tensor: Any) -> Any:
    return tensor.detach().cpu().numpy()


def _pools_by_mean(model: Any) -> bool:
    """Tell whether the vector is the plain mean of the last token states, at length 1."""
    kinds = [type(module).__name__ for module in model]
    return (
        kinds[:2] == ["Transformer", "Pooling"]
        and set(kinds[2:]) <= {"Normalize"}
        and model[1].pooling_mode == "mean"
    )


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
    except Exception as error:
        lines = str(error).strip().splitlines()
        reason = lines[0].rstrip(".") if lines else type(error).__name__
        raise ModelError(
            f"Cannot load the embedding model {name_or_path} ({reason}); check the name, the path "
            f"and the connection, or use the model named bundled, which needs none.",
            f"无法加载向量模型 {name_or_path}（{reason}）；"
            f"请检查名称、路径和网络，或使用无需联网的内置模型 bundled。",
        ) from error
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
