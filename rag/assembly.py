"""Settings become objects: the one place that knows every part and imports the heavy ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import (
    IndexCorrupt,
    IndexMismatch,
    IndexNotFound,
    MissingExtra,
    ModelError,
    SettingsError,
)
from rag.progress import Progress
from rag.records import Answer, BuildReport, Turn
from rag.resources import prompts_directory, seeds_directory
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.answering.draft import Answerer
    from rag.bot import Bot
    from rag.embedding.base import Embedder


EXTRACTIVE = "extractive"


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
    """Return the answerer the settings name: ``extractive``, or a langchain ``provider:model``.

    Raises MissingExtra where the provider's package is not installed, ModelError where the
    model cannot be set up, PromptError where a prompt is unusable.
    """
    if settings.backend == EXTRACTIVE:
        from rag.answering.extractive import ExtractiveAnswerer

        return ExtractiveAnswerer()
    from rag.answering.language_model import LanguageModelAnswerer
    from rag.prompts import load_prompt

    own = [settings.prompts_dir] if settings.prompts_dir else []
    prompts = {
        language: load_prompt(
            f"answer.{language}.txt",
            directories=[*own, prompts_directory()],
            placeholders=("passages", "question"),
        )
        for language in ("zh", "en")
    }
    return LanguageModelAnswerer(
        settings.backend, _chat_model(settings), prompts=prompts, passages=settings.passages
    )


def _chat_model(settings: Settings) -> BaseChatModel:
    """Return the langchain chat model named ``provider:model``; keys stay in the environment."""
    provider, separator, model = settings.backend.partition(":")
    if not (provider and separator and model):
        raise SettingsError(
            f"The backend {settings.backend!r} must be extractive or provider:model, "
            "for example openai:gpt-5-mini.",
            f"backend {settings.backend!r} 须为 extractive 或 provider:model，"
            "例如 openai:gpt-5-mini。",
        )
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": settings.request_timeout}
    if settings.base_url:
        options["base_url"] = settings.base_url
    try:
        chat: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
        return chat
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise MissingExtra(
            package,
            f"The backend {provider} needs the package {package}; install it with pip.",
            f"后端 {provider} 需要软件包 {package}；请用 pip 安装。",
        ) from error
    except Exception as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ModelError(
            f"The language model {settings.backend} cannot be set up ({reason}); check the "
            "provider's name and its key in the environment.",
            f"无法设置语言模型 {settings.backend}（{reason}）；"
            "请检查提供方名称及环境变量中的密钥。",
        ) from error


def chosen_directory(settings: Settings) -> Path:
    """Return the index that is asked: the named one, else the user's own, else the seeds'."""
    directory = index_directory(settings)
    if settings.index_dir or (directory / "index.sqlite").exists():
        return directory
    return settings.cache_dir / "seeds-index"
