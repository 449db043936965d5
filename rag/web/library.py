"""Bots for the collections of a page: opened when first asked, shared between all readers."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.backends.naming import EXTRACTIVE
from rag.errors import IndexNotFound, SettingsError, UsageError
from rag.progress import Progress
from rag.records import Document
from rag.settings import Settings
from rag.web.catalogue import DEFAULT, Catalogue, Collection
from rag.web.examples import make_examples
from rag.web.views import Lookup

if TYPE_CHECKING:
    from rag.bot import Bot
    from rag.embedding.base import Embedder
    from rag.index import Index
    from rag.reading.span_reader import SpanReader
    from rag.writing.answerer import Answerer

_LOG = logging.getLogger(__name__)

OPTIONS = ("strictness", "passages", "backend")
"""Settings a reader may change for his own questions."""

STRICTNESSES = ("low", "normal", "high")

MAXIMUM_PASSAGES = 20


class Library:
    """What the page asks. Made ``of`` one bot, or ``from_settings`` with collections."""

    def __init__(self, *, catalogue: Catalogue | None = None, settings: Settings | None = None):
        self.catalogue = catalogue
        self.settings = settings
        self._bot: Bot | None = None
        self._lock = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._indexes: dict[str, Index] = {}
        self._embedder: Embedder | None = None
        self._reader: tuple[SpanReader | None] | None = None
        self._answerers: dict[str, Answerer] = {}
        self._examples: dict[str, tuple[object, list[dict[str, str]]]] = {}
        self.preparing: dict[str, Any] | None = None

    @classmethod
    def of(cls, bot: Bot) -> Library:
        """Offer one bot as it is; documents cannot be managed."""
        library = cls()
        library._bot = bot
        return library

    @classmethod
    def from_settings(cls, settings: Settings) -> Library:
        """Offer the index the settings name, and the collections below their data directory."""
        from rag.assembly import index_directory

        own = index_directory(settings)
        given = settings.index_dir is not None or (own / "index.sqlite").exists()
        directory = own if given else settings.cache_dir / "seeds-index"
        digest = hashlib.sha256(str(directory).encode()).hexdigest()[:16]
        files = settings.data_dir / "uploads" / digest / "files"
        default = Collection(DEFAULT, "", directory, files, writable=given)
        return cls(
            catalogue=Catalogue(settings.data_dir / "collections", default), settings=settings
        )

    @contextmanager
    def bot(self, collection: str, options: Mapping[str, Any]) -> Iterator[Bot]:
        """Lend a bot on a collection, opened at first use.

        Raises UsageError for an unknown collection, SettingsError for options out of range,
        IndexStoreError and ModelError where it cannot be opened.
        """
        if self._bot is not None:
            if collection not in ("", DEFAULT):
                raise UsageError("There is one collection only.", "只有一个文档集。")
            yield self._bot
            return
        yield self._make(self.place(collection), self._chosen(options))

    def prepare(self) -> None:
        """Open the default collection, telling in ``preparing`` how far that is. Never raises."""
        if self.catalogue is None:
            return

        def told(stage: str, done: int, total: int) -> None:
            self.preparing = {"stage": stage, "done": done, "total": total}

        told("open", 0, 0)
        try:
            self.open_index(self.catalogue.get(DEFAULT), told)
        except Exception:  # noqa: BLE001 - a thread's last line
            # Whoever asks gets the same error in words; here it only goes to the log.
            _LOG.exception("the index could not be opened")
        finally:
            self.preparing = None

    def examples(self, collection: str) -> list[dict[str, str]]:
        """Return example questions of a collection, made anew when its documents change.

        They are tried with the built-in answerer: no language model is paid for them.
        """
        with (
            self.bot(collection, {"backend": EXTRACTIVE}) as bot,
            self._guard(f"examples {collection}"),
        ):
            state = (bot.index.document_count, bot.index.passage_count)
            kept = self._examples.get(collection)
            if kept is None or kept[0] != state:
                made = [example.view() for example in make_examples(bot)]
                kept = self._examples[collection] = (state, made)
            return kept[1]

    def place(self, name: str) -> Collection:
        """Return a collection by name. Raises UsageError for an unknown one."""
        if self.catalogue is None:
            raise UsageError(
                "The documents of this page cannot be managed; start it with rag serve.",
                "这个页面不能管理文档，请用 rag serve 启动。",
            )
        return self.catalogue.get(name)

    def lookup(self, bot: Bot) -> Lookup:
        """Return a finder of documents that reads each one once."""

        @lru_cache(maxsize=32)
        def find(identity: str) -> Document | None:
            try:
                found: Document | None = bot.index.document(identity)
            except (UsageError, KeyError):
                return None
            return found

        return find

    def embedder(self, progress: Progress | None = None) -> Embedder:
        """Return the embedder of all collections, loaded at first use."""
        from rag.assembly import embedder

        assert self.settings is not None
        with self._guard("embedder"):
            if self._embedder is None:
                self._embedder = embedder(self.settings, progress)
            return self._embedder

    def reader(self) -> SpanReader | None:
        """Return the trained reader of all collections, loaded at first use; None without one."""
        from rag.assembly import span_reader

        assert self.settings is not None
        with self._guard("reader"):
            if self._reader is None:
                self._reader = (span_reader(self.settings),)
            return self._reader[0]

    def open_index(self, collection: Collection, progress: Progress | None = None) -> Index:
        """Return the index of a collection, opened at first use; the shipped one is built then."""
        from rag.assembly import shipped_index
        from rag.index import open_index

        assert self.settings is not None
        embedder = self.embedder(progress)
        with self._guard(collection.name):
            index = self._indexes.get(collection.name)
            if index is not None:
                return index
            if collection.made or collection.writable:
                try:
                    index = open_index(collection.index, embedder=embedder)
                except IndexNotFound:
                    if not collection.made:
                        raise
                    raise UsageError(
                        "This collection has no documents yet; add some under Documents.",
                        "这个文档集里还没有文档，请先在“文档”页添加。",
                    ) from None
            else:
                index = shipped_index(
                    collection.index, embedder, settings=self.settings, progress=progress
                )
            self._indexes[collection.name] = index
            return index

    def forget(self, name: str) -> None:
        """Close the index of a collection that is about to go."""
        with self._guard(name):
            index = self._indexes.pop(name, None)
        if index is not None:
            index.close()

    def close(self) -> None:
        """Close every index that was opened here and let the models go."""
        for name in list(self._indexes):
            self.forget(name)
        self._embedder = None
        self._reader = None
        self._answerers.clear()

    @contextmanager
    def _guard(self, name: str) -> Iterator[None]:
        with self._lock:
            lock = self._opening.setdefault(name, threading.Lock())
        with lock:
            yield

    def _chosen(self, options: Mapping[str, Any]) -> Settings:
        """Return the settings with a reader's choices; other keys than the offered are left out."""
        assert self.settings is not None
        chosen = {key: options[key] for key in OPTIONS if options.get(key) is not None}
        if chosen.get("backend", self.settings.backend) not in self.backends():
            raise SettingsError(
                "This way of answering is not offered here; choose another in the settings.",
                "这里不提供这种回答方式，请在设置中另选。",
            )
        if chosen.get("strictness", "normal") not in STRICTNESSES:
            raise SettingsError(
                f"The strictness must be one of {', '.join(STRICTNESSES)}.",
                f"严格程度须为 {'、'.join(STRICTNESSES)} 之一。",
            )
        passages = chosen.get("passages", 5)
        if type(passages) is not int or not 1 <= passages <= MAXIMUM_PASSAGES:
            raise SettingsError(
                f"The number of passages must be from 1 to {MAXIMUM_PASSAGES}.",
                f"段落数须为 1 到 {MAXIMUM_PASSAGES}。",
            )
        return self.settings.model_copy(update=chosen)

    def backends(self) -> list[str]:
        """Return the backends a reader may choose: the configured and the built-in one."""
        if self.settings is None:
            return []
        return list(dict.fromkeys([self.settings.backend, EXTRACTIVE]))

    def _make(self, collection: Collection, settings: Settings) -> Bot:
        from rag.assembly import answerer, bot_of

        index = self.open_index(collection)
        with self._guard("answerers"):
            if settings.backend not in self._answerers:
                self._answerers[settings.backend] = answerer(settings)
            chosen = self._answerers[settings.backend]
        return bot_of(index, self.embedder(), chosen, self.reader(), settings)


def files_of(folder: Path) -> list[Path]:
    """Return the files below a folder, hidden ones left out, in order."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )
