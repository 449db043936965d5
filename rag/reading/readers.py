"""Which reader reads: the bundled one, none, or a model of the Hugging Face kind by name or path.

``SpanReader`` in ``span_reader`` is what they have in common. Models of other people are either
extractive question answering (they find spans, and "no answer" at their first token) or
cross-encoders that rank (they say how relevant a window is, and find no spans).

Importing this module is cheap; torch is imported when a model of that kind is opened.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import MissingExtra, ModelError, RagError
from rag.reading.span_reader import (
    GRAPH,
    BundledReader,
    SpanReader,
    Tokens,
    WindowReading,
    window_reading,
)

if TYPE_CHECKING:
    from rag.progress import Progress
    from rag.reading.windows import Window

BUNDLED = "bundled"
OFF = "off"

_HALVES = re.compile("[\ud800-\udfff]")
_TOKENS = 512
"""Tokens read at once by a model that does not say how many it can read."""


def open_reader(
    name: str, *, cache_dir: Path, progress: Progress | None = None
) -> SpanReader | None:
    """Return the reader of that name; None for ``off``, or where the bundled one has no words.

    Raise ModelError where the model cannot be had or is of neither kind, MissingExtra where
    transformers is not installed.
    """
    if name == OFF:
        return None
    if name == BUNDLED:
        return _bundled(cache_dir, progress)
    return _opened(name)


def _bundled(cache_dir: Path, progress: Progress | None) -> BundledReader | None:
    from rag.embedding.packed import is_packaged

    if not is_packaged():
        return None
    from rag.embedding.bundled import ensure_bundled
    from rag.embedding.network import WordNetwork

    return BundledReader(WordNetwork(GRAPH, ensure_bundled(cache_dir, progress=progress)))


def _opened(name: str) -> SpanReader:
    try:
        import transformers
    except ImportError as error:
        raise MissingExtra(
            "transformers",
            f"The reader {name} needs transformers ({error}); "
            f"run: pip install sentence-transformers",
            f"阅读模型 {name} 需要 transformers（{error}）；"
            f"请运行：pip install sentence-transformers",
        ) from error
    try:
        config = _from_disk_or_hub(transformers.AutoConfig.from_pretrained, name)
        kinds = config.architectures or [""]
        if kinds[0].endswith("ForQuestionAnswering"):
            return QuestionAnsweringReader(name)
        if kinds[0].endswith("ForSequenceClassification") and config.num_labels <= 2:
            return RankingReader(name)
    except RagError:
        raise
    except Exception as error:
        lines = str(error).strip().splitlines()
        reason = lines[0].rstrip(".") if lines else type(error).__name__
        raise ModelError(
            f"Cannot load the reader {name} ({reason}); check the name, the path and the "
            f"connection, or use the reader named {BUNDLED}, which needs none.",
            f"无法加载阅读模型 {name}（{reason}）；"
            f"请检查名称、路径和网络，或使用无需联网的内置模型 {BUNDLED}。",
        ) from error
    raise ModelError(
        f"The model {name} ({kinds[0] or 'of an unknown kind'}) cannot read for answers; name a "
        f"model for question answering or a cross-encoder with one score.",
        f"模型 {name}（{kinds[0] or '类型不明'}）不能用来查找答案；"
        f"请指定抽取式问答模型，或只给出一个分数的交叉编码器。",
    )


def _from_disk_or_hub(make: Callable[..., Any], name: str) -> Any:
    """Load from the directory or the hub's cache; ask the hub only for what is in neither."""
    try:
        return make(name, local_files_only=True)
    except (OSError, ValueError):
        if Path(name).exists():
            raise
    return make(name)


class QuestionAnsweringReader:
    """Any extractive model of ``AutoModelForQuestionAnswering``.

    What such a model gives at its first token stands for "no answer" (as SQuAD 2.0 has it); one
    that never learned that answers everything. Relevance is the score of its best span.
    """

    def __init__(self, name: str) -> None:
        """Load the model; whatever it raises is for the caller to word."""
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._tokenizer = _from_disk_or_hub(AutoTokenizer.from_pretrained, name)
        if not self._tokenizer.is_fast:
            raise ValueError("its tokeniser does not tell where tokens stand")
        self._model = _from_disk_or_hub(AutoModelForQuestionAnswering.from_pretrained, name).eval()
        self._tokens = _tokens_read(self._tokenizer, self._model.config)
        # Tokenisers of the Hugging Face kind refuse to be used by two threads at once.
        self._lock = threading.Lock()

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Return what each window holds for ``question``, in their order."""
        return [self._read(question, window) for window in windows]

    def _read(self, question: str, window: Window) -> WindowReading:
        import torch

        with self._lock:
            # The question gives way only where it alone fills the model.
            encoded = self._tokenizer(
                _shortened(self._tokenizer, _storable(question), self._tokens // 2),
                _storable(window.text),
                truncation="only_second",
                max_length=self._tokens,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            owners = encoded.sequence_ids(0)
        offsets = encoded.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            out = self._model(**encoded)
        begins, ends = (side[0].float().numpy() for side in (out.start_logits, out.end_logits))
        own = [n for n, owner in enumerate(owners) if owner == 1 and offsets[n][0] < offsets[n][1]]
        reading = window_reading(
            window,
            Tokens(
                [offsets[n][0] for n in own], [offsets[n][1] for n in own], begins[own], ends[own]
            ),
            nothing=(float(begins[0]), float(ends[0])),
            relevance=0.0,
        )
        return _with_relevance(reading)


def _with_relevance(reading: WindowReading) -> WindowReading:
    # A window in which nothing can be read is as good as without an answer.
    best = reading.spans[0].score if reading.spans else -reading.nothing
    return replace(reading, relevance=best)


class RankingReader:
    """Any cross-encoder of sentence-transformers that gives a text one score, or two classes.

    It finds no spans; relevance is the score before it is squeezed into 0 to 1.
    """

    def __init__(self, name: str) -> None:
        """Load the model; whatever it raises is for the caller to word."""
        from sentence_transformers import CrossEncoder

        self._model = _from_disk_or_hub(CrossEncoder, name)
        self._lock = threading.Lock()

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """Return how relevant each window is to ``question``, in their order."""
        if not windows:
            return []
        from torch.nn import Identity

        pairs = [(_storable(question), _storable(_titled(window))) for window in windows]
        with self._lock:
            scores = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        rows = np.asarray(scores, dtype=np.float64).reshape(len(windows), -1)
        odds = rows[:, -1] - (rows[:, 0] if rows.shape[1] == 2 else 0.0)
        return [
            WindowReading(window, (), (), (), relevance=relevance)
            for window, relevance in zip(windows, odds.tolist(), strict=True)
        ]


def _titled(window: Window) -> str:
    title = window.hit.passage.title
    return f"{title}\n{window.text}" if title else window.text


def _storable(text: str) -> str:
    """Return the text, of the same length, without halves of surrogate pairs."""
    return _HALVES.sub("\ufffd", text)


def _tokens_read(tokenizer: Any, config: Any) -> int:
    limits = (tokenizer.model_max_length, getattr(config, "max_position_embeddings", _TOKENS))
    return int(min(_TOKENS, *limits))


def _shortened(tokenizer: Any, question: str, most: int) -> str:
    """Return the question, cut after ``most`` tokens."""
    places = tokenizer(
        question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )["offset_mapping"]
    return question if len(places) <= most else question[: places[most - 1][1]]
