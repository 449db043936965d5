"""Settings become objects: the one place that knows every part and imports the heavy ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexCorrupt, IndexMismatch, IndexNotFound
from rag.progress import Progress
from rag.records import Answer, BuildReport, Turn
from rag.resources import prompts_directory, seeds_directory
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.backends.base import Backend
    from rag.backends.pacing import Limits
    from rag.bot import Bot
    from rag.embedding.base import Embedder
    from rag.index import Index
    from rag.reading.span_reader import SpanReader
    from rag.writing.answerer import Answerer
    from rag.writing.language_model import Prompts


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
    from rag.index import open_index

    settings = settings or Settings()
    directory = Path(index_dir) if index_dir else chosen_directory(settings)
    model = embedder(settings, progress)
    if index_dir or directory == index_directory(settings):
        index = open_index(directory, embedder=model)
    else:
        index = shipped_index(directory, model, settings=settings, progress=progress)
    return bot_of(
        index, model, answerer(settings, progress), span_reader(settings, progress), settings
    )


def bot_of(
    index: Index, model: Embedder, answerer: Answerer, reader: SpanReader | None, settings: Settings
) -> Bot:
    """Return a bot made of parts that are there already."""
    from rag.bot import Bot
    from rag.reading.confidence import Strictness
    from rag.search import Retriever

    return Bot(
        index,
        Retriever(index, model),
        answerer,
        reader=reader,
        passages=settings.passages,
        strictness=Strictness(settings.strictness),
    )


def shipped_index(
    directory: Path, model: Embedder, *, settings: Settings, progress: Progress | None = None
) -> Index:
    """Open the index of the shipped documents; it is made again whenever it cannot be used.

    Nobody's work is in it. Errors as for ``build_index``.
    """
    from rag.index import open_index

    try:
        return open_index(directory, embedder=model)
    except (IndexNotFound, IndexCorrupt, IndexMismatch):
        build_index(
            [seeds_directory()], directory, settings=settings, rebuild=True, progress=progress
        )
        return open_index(directory, embedder=model)


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


def span_reader(settings: Settings, progress: Progress | None = None) -> SpanReader | None:
    """Return the reader the settings name; None where it is off or its words cannot be had.

    The bundled one stands on the bundled model's words, whatever model embeds. Raises ModelError
    where a model cannot be had or used, MissingExtra where it needs a package.
    """
    from rag.reading.readers import open_reader

    return open_reader(settings.reader, cache_dir=settings.cache_dir, progress=progress)


def answerer(settings: Settings, progress: Progress | None = None) -> Answerer:
    """Return the answerer the settings name, a language model's with its fallback behind it.

    Raises SettingsError for a name that is none, MissingExtra where a package is not
    installed, ModelError where the model cannot be set up, PromptError where a prompt is
    unusable.
    """
    from rag.backends.naming import EXTRACTIVE, parse_backend
    from rag.writing.quoting import ExtractiveAnswerer

    name = parse_backend(settings.backend)
    if name.provider == EXTRACTIVE:
        return ExtractiveAnswerer()
    from rag.writing.falling_back import FallingBackAnswerer
    from rag.writing.language_model import LanguageModelAnswerer

    return FallingBackAnswerer(
        LanguageModelAnswerer(
            backend(settings, progress), prompts=prompts(settings), limits=limits(settings)
        ),
        ExtractiveAnswerer(),
        fallback=settings.fallback,
        strict=settings.strict,
        completing=settings.follow_ups == "model",
    )


def backend(settings: Settings, progress: Progress | None = None) -> Backend:
    """Return the language model the settings name. Raises as ``answerer`` does."""
    from rag.backends.naming import parse_backend
    from rag.backends.opening import open_backend

    return open_backend(
        parse_backend(settings.backend),
        base_url=settings.base_url,
        timeout=settings.request_timeout,
        context_tokens=settings.context_tokens,
        cache_dir=settings.cache_dir,
        progress=progress,
    )


def limits(settings: Settings) -> Limits:
    """Return how long a language model may take and how often it is asked again."""
    from rag.backends.pacing import Limits

    return Limits(
        first_token=settings.first_token_timeout,
        whole=settings.request_timeout,
        retries=settings.retries,
    )


def prompts(settings: Settings) -> dict[str, Prompts]:
    """Return the prompts by language, the user's own before the shipped ones.

    Raises PromptError where one is missing or unusable.
    """
    from rag.writing.language_model import load_prompts

    own = [settings.prompts_dir] if settings.prompts_dir else []
    return load_prompts([*own, prompts_directory()])


def chosen_directory(settings: Settings) -> Path:
    """Return the index that is asked: the named one, else the user's own, else the seeds'."""
    directory = index_directory(settings)
    if settings.index_dir or (directory / "index.sqlite").exists():
        return directory
    return settings.cache_dir / "seeds-index"
