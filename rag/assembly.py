"""Settings become objects: the one place that knows every part and imports the heavy ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexCorrupt, IndexMismatch, IndexNotFound
from rag.progress import Progress
from rag.records import Answer, BuildReport, Turn
from rag.resources import seeds_directory
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.answering.draft import Answerer
    from rag.bot import Bot
    from rag.embedding.base import Embedder


def build_index(
    paths: Sequence[Path | str],
    index_dir: Path | str | None = None,
    *,
    settings: Settings | None = None,
    remove_missing: bool = False,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Index files and folders, embedding only what is new or changed.

    ``index_dir`` is the directory to create or update (default: the settings' own); with
    ``remove_missing`` documents whose files have vanished go, with ``rebuild`` a new index
    takes the place of the old one, which answers until then. Raises
    DocumentError where nothing can be read, IndexStoreError where the directory cannot be
    used, ModelError where the embedding model cannot be loaded.
    """
    from rag.index import build_index as build

    settings = settings or Settings()
    return build(
        [Path(path) for path in paths],
        Path(index_dir) if index_dir else index_directory(settings),
        embedder=embedder(settings, progress),
        chunk_maximum=settings.chunk_maximum,
        chunk_minimum=settings.chunk_minimum,
        part_target=settings.part_target,
        remove_missing=remove_missing,
        rebuild=rebuild,
        progress=progress,
    )


def open_bot(
    index_dir: Path | str | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Bot:
    """Open a bot on an index; with none named and none built yet, on the shipped seeds.

    Raises IndexStoreError where the index is missing, damaged or made differently, ModelError
    where a model cannot be loaded.
    """
    from rag.answering.confidence import Strictness
    from rag.bot import Bot
    from rag.index import open_index
    from rag.retrieval import Retriever

    settings = settings or Settings()
    directory = Path(index_dir) if index_dir else chosen_directory(settings)
    model = embedder(settings, progress)
    try:
        index = open_index(directory, embedder=model)
    except (IndexNotFound, IndexCorrupt, IndexMismatch):
        if index_dir or directory == index_directory(settings):
            raise
        # That of the seeds is made again whenever it cannot be used: nobody's work is in it.
        build_index(
            [seeds_directory()], directory, settings=settings, rebuild=True, progress=progress
        )
        index = open_index(directory, embedder=model)
    return Bot(
        index,
        Retriever(index, model),
        answerer(settings),
        passages=settings.passages,
        strictness=Strictness(settings.strictness),
    )


def ask(
    question: str,
    *,
    index_dir: Path | str | None = None,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
) -> Answer:
    """Open a bot, ask one question, close it. Errors as for ``open_bot`` and ``Bot.ask``."""
    with open_bot(index_dir, settings=settings) as bot:
        return bot.ask(question, history)


def index_directory(settings: Settings) -> Path:
    """Return the directory that is used when none is named."""
    return settings.index_dir or settings.data_dir / "index"


def embedder(settings: Settings, progress: Progress | None = None) -> Embedder:
    """Return the embedder the settings name, ready to embed."""
    from rag.embedding import load_embedder

    return load_embedder(settings.embedding_model, cache_dir=settings.cache_dir, progress=progress)


def answerer(settings: Settings) -> Answerer:
    """Return the answerer the settings name."""
    from rag.answering.extractive import ExtractiveAnswerer

    return ExtractiveAnswerer()


def chosen_directory(settings: Settings) -> Path:
    """Return the index that is asked: the named one, else the user's own, else the seeds'."""
    directory = index_directory(settings)
    if settings.index_dir or (directory / "index.sqlite").exists():
        return directory
    return settings.cache_dir / "seeds-index"
