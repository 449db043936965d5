"""From sources to stored documents: read, chunk, embed in slices, commit whole documents.

Documents wait in the order they were read. What is complete is committed every few seconds,
several whole documents in one transaction; a document is never stored in part.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.chunking import chunk, passage_parts
from rag.errors import DocumentError, EmptyDocument, ModelError
from rag.index import rows
from rag.index.planning import Catalogue, Change, Operation, Put, Step
from rag.index.store import Prepared, SourceState, Store
from rag.progress import Progress
from rag.readers import SourceFile, read_documents
from rag.readers.discovery import printable
from rag.records import Document, Refusal

if TYPE_CHECKING:
    from rag.embedding.base import Embedder

SLICE = 128
"""Texts given to the embedder at once: enough for it to sort and to keep its threads busy."""

COMMIT_SECONDS = 2.0
"""A commit waits for the disk several times (80 ms where it is slow), so documents share one."""

COMMIT_PASSAGES = 4096

WINDOW = 16_384
"""Passages read ahead of the embedder; a collection below that has an exact progress total."""


@dataclass(slots=True)
class _Waiting:
    """A passage without vectors, what to embed for it, and the work it belongs to."""

    work: _Work
    prepared: Prepared
    texts: Sequence[str]


@dataclass(slots=True)
class _Work:
    """One transaction's worth: operations, the passages of their document, a source read."""

    operations: Sequence[Operation] = ()
    passages: list[Prepared] = field(default_factory=list)
    missing: int = 0
    source: SourceState | None = None


class Pipeline:
    """Carries sources into a store. ``counts`` and ``refusals`` say what happened."""

    def __init__(self, store: Store, embedder: Embedder, progress: Progress) -> None:
        self._store = store
        self._embedder = embedder
        self._progress = progress
        self._recipe = store.recipe
        self._catalogue: Catalogue = store.catalogue()
        self._known = store.sources()
        self._works: deque[_Work] = deque()
        self._waiting: deque[_Waiting] = deque()
        self._committed_at = time.monotonic()
        self._committed = 0
        self._planned = 0
        self._buffered = 0
        self._embedded = 0
        self._to_embed = 0
        self._unread = 0.0
        self._conflicts: dict[SourceFile, list[Refusal]] = {}
        self.counts: Counter[Change] = Counter()
        self.refusals: list[Refusal] = []
        self.errors: list[DocumentError] = []

    def run(self, sources: Sequence[SourceFile], leaving: Collection[str]) -> None:
        """Make the store agree with ``sources``, and forget the paths in ``leaving``."""
        total_bytes = sum(source.size for source in sources)
        seen_bytes = 0
        for number, source in enumerate(sources, start=1):
            seen_bytes += source.size
            self._unread = (total_bytes - seen_bytes) / max(seen_bytes, 1)
            self._read(source, leaving)
            self._progress("read", number, len(sources))
        # An id refused because another source held it may be free now that all have been read.
        conflicts, self._conflicts = self._conflicts, {}
        for source, refusals in conflicts.items():
            self.refusals = [one for one in self.refusals if one not in refusals]
            self._read(source, leaving, again=True)
        self._drain()
        for path in leaving:
            self._catalogue.begin(path)
            with self._store.transaction():
                for step in self._catalogue.finish():
                    self.counts[step.change] += 1
                    self._store.apply(step.operations)
                self._store.forget_source(path)

    def _read(self, source: SourceFile, leaving: Collection[str], *, again: bool = False) -> None:
        path = printable(source.path)
        state = _state_of(source.path, path)
        if state.digest and state.digest == self._known.get(path, _NEVER).digest:
            self.counts[Change.UNCHANGED] += self._catalogue.count_at(path)
            return
        try:
            documents = read_documents(source)
        except DocumentError as error:
            self.errors.append(error)
            self.refusals.append(Refusal(path, str(error), error.chinese))
            if isinstance(error, EmptyDocument) and path in self._known:
                self._catalogue.begin(path)
                for gone in self._catalogue.finish():
                    self._add(gone)
                self._works.append(_Work(source=state))
            return
        self._catalogue.begin(path)
        refused: list[Refusal] = []
        for document in documents:
            step = self._catalogue.plan(document, named=document.source != path, leaving=leaving)
            if isinstance(step, Refusal):
                refused.append(step)
            elif step.operations or not again:
                self._add(step)
        for step in self._catalogue.finish():
            self._add(step)
        if refused:
            self.refusals.extend(refused)
            self._conflicts[source] = refused
            # Read again next time, so that what was refused is told again.
            state = SourceState(path, b"", state.size, state.modified)
        self._works.append(_Work(source=state))

    def _add(self, step: Step) -> None:
        self.counts[step.change] += 1
        if not step.operations:
            return
        work = _Work(step.operations)
        for operation in step.operations:
            if isinstance(operation, Put):
                self._prepare(work, operation.document)
        self._works.append(work)
        self._planned += 1
        self._buffered += len(work.passages)
        if self._buffered >= WINDOW:
            self._drain()

    def _prepare(self, work: _Work, document: Document) -> None:
        recipe = self._recipe
        passages = chunk(document, maximum=recipe.chunk_maximum, minimum=recipe.chunk_minimum)
        for passage in passages:
            spans = passage_parts(passage, target=recipe.part_target)
            texts = rows.embedded_texts(passage, spans)
            digest = rows.input_digest(texts)
            known = self._store.known_vectors(digest)
            prepared = Prepared(passage, spans, digest, known)
            work.passages.append(prepared)
            if known is None:
                work.missing += 1
                self._to_embed += 1
                self._waiting.append(_Waiting(work, prepared, texts))

    def _drain(self) -> None:
        """Embed and store all that waits."""
        # What is not read yet is expected to hold as many passages a byte as what is.
        total = round(self._to_embed * (1 + self._unread))
        while self._waiting:
            batch = [self._waiting.popleft()]
            texts = len(batch[0].texts)
            while self._waiting and texts + len(self._waiting[0].texts) <= SLICE:
                batch.append(self._waiting.popleft())
                texts += len(batch[-1].texts)
            self._embed(batch)
            self._progress("embed", self._embedded, total)
            self._commit(at_once=False)
        self._commit(at_once=True)

    def _embed(self, waiting: Sequence[_Waiting]) -> None:
        texts = [text for one in waiting for text in one.texts]
        vectors = iter(self._embedder.embed_passages(texts))
        for one in waiting:
            matrix = np.concatenate([next(vectors) for _ in one.texts])
            if matrix.shape[1:] != (self._recipe.dimension,) or not np.isfinite(matrix).all():
                raise ModelError(
                    f"The embedding model {self._embedder.name} gave no usable vectors; choose "
                    "another one and build again.",
                    f"向量模型 {self._embedder.name} 未给出可用的向量；请更换模型后重新建立索引。",
                )
            one.prepared.vectors = matrix.astype(np.float16)
            one.work.missing -= 1
        self._embedded += len(waiting)

    def _commit(self, *, at_once: bool) -> None:
        """Store the documents that are complete, in order, when it is time."""
        due = at_once or time.monotonic() - self._committed_at >= COMMIT_SECONDS
        batch: list[_Work] = []
        passages = 0
        while self._works and not self._works[0].missing:
            batch.append(self._works.popleft())
            passages += len(batch[-1].passages)
            if passages >= COMMIT_PASSAGES:
                self._store_all(batch)
                batch, passages = [], 0
        if batch and due:
            self._store_all(batch)
        else:
            self._works.extendleft(reversed(batch))

    def _store_all(self, batch: Sequence[_Work]) -> None:
        with self._store.transaction():
            for work in batch:
                self._store.apply(work.operations, work.passages)
                if work.source is not None:
                    self._store.record_source(work.source)
        self._buffered -= sum(len(work.passages) for work in batch)
        self._committed += sum(work.source is None for work in batch)
        self._committed_at = time.monotonic()
        self._progress("write", self._committed, self._planned)


_NEVER = SourceState("", b"", 0, 0)


def _state_of(file: Path, path: str) -> SourceState:
    """Return what tells whether a file has changed; no digest where it cannot be read."""
    try:
        if not file.is_file():
            return SourceState(path, b"", 0, 0)
        status = file.stat()
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
    except OSError:
        # Reading it raises the refusal that names the reason.
        return SourceState(path, b"", 0, 0)
    return SourceState(path, digest, status.st_size, status.st_mtime_ns)
