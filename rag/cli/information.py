"""``rag info``: what is configured, what is indexed, and whether it works."""

from __future__ import annotations

import platform
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag import __version__
from rag.cli.door import Door, door
from rag.cli.progress import shown_progress
from rag.cli.words import help_text
from rag.errors import IndexCorrupt, IndexNotFound, IndexStoreError, RagError

if TYPE_CHECKING:
    from rag.backends.base import Backend
    from rag.backends.pacing import Limits


@click.command(
    "info",
    help=help_text(
        "Show the settings, the index and the model (--check: prove that they work).",
        "显示设置、索引和模型（--check：检查它们是否可用）。",
    ),
)
@click.option(
    "--check",
    is_flag=True,
    help=help_text("Verify the whole index and ask a question.", "完整校验索引并试着提问。"),
)
@door("index_dir", "embedding_model", "backend", "base_url")
def info_command(door: Door, *, check: bool) -> None:
    """Print the state; with ``--check``, end with the error's exit code where something fails."""
    facts: dict[str, Any] = {
        "version": __version__,
        "python": platform.python_version(),
        "settings": _settings(door),
        "index": _index(door, check=check),
        "backend": _backend(door, check=check),
    }
    if door.json:
        door.write_json(facts)
        return
    for name in ("version", "python"):
        door.out.print(f"{name}: {facts[name]}", soft_wrap=True)
    for name in ("settings", "index", "backend"):
        door.out.print(f"{name}:", style="bold")
        for key, value in facts[name].items():
            door.out.print(f"  {key}: {_shown(value)}", soft_wrap=True)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {part}" for key, part in value.items())
    return "" if value is None else str(value)


def _settings(door: Door) -> dict[str, Any]:
    values = door.settings.model_dump(mode="json")
    values["password"] = "(set)" if door.settings.password else None
    return values


def _index(door: Door, *, check: bool) -> dict[str, Any]:
    from rag import assembly
    from rag.index import open_index

    directory = assembly.chosen_directory(door.settings)
    try:
        index = open_index(directory, embedder=assembly.embedder(door.settings))
    except IndexStoreError as error:
        missing = isinstance(error, IndexNotFound)
        if missing and directory != assembly.index_directory(door.settings):
            state = door.say(
                "made from the shipped documents at the first question",
                "将在第一次提问时由随附文档建立",
            )
        elif check:
            raise
        else:
            state = door.say(str(error), error.chinese)
        return {"directory": str(directory), "state": state}
    with closing(index):
        facts = {"directory": str(directory), **index.info()}
        if check:
            facts["state"] = _check(door, directory)
        return facts


def _check(door: Door, directory: Path) -> str:
    """Compare every row with what it must be, then search for something."""
    from rag import assembly
    from rag.index import check_index

    problems = check_index(directory).problems
    if problems:
        raise IndexCorrupt(
            directory,
            f"The index in {directory} is damaged ({'; '.join(problems[:3])}); "
            f"run: rag index --rebuild PATH… --index {directory}",
            f"索引 {directory} 已损坏（{'；'.join(problems[:3])}）；"
            f"请运行：rag index --rebuild 路径… --index {directory}",
        )
    with assembly.open_bot(directory, settings=door.settings) as bot:
        bot.search("rag", 1)
    return door.say("sound", "完好")


def _backend(door: Door, *, check: bool) -> dict[str, Any]:
    """Tell what writes the answers; with ``check`` ask it for a word, so that it must answer."""
    from rag import assembly
    from rag.backends.naming import EXTRACTIVE, LOCAL, parse_backend

    settings = door.settings
    name = parse_backend(settings.backend)
    facts: dict[str, Any] = {"name": name.whole}
    if name.provider == EXTRACTIVE:
        return {**facts, "state": door.say("built in", "内置")}
    if name.provider != LOCAL:
        # Whether a key is there, never the key.
        if name.key_variable:
            state = door.say("set", "已设置") if name.key_is_set else door.say("not set", "未设置")
            facts["key"] = f"{name.key_variable} {state}"
        facts["base_url"] = settings.base_url
    facts["prompts"] = {
        f"{kind}.{language}": getattr(loaded, kind).version or door.say("own", "自定")
        for language, loaded in assembly.prompts(settings).items()
        for kind in ("answer", "small", "complete")
    }
    try:
        if name.provider == LOCAL and not check:
            from rag.backends.local import find_local

            # Nobody who asks for the state wants a model of a gigabyte made.
            path = find_local(name, cache_dir=settings.cache_dir)
            exists = path.is_file()
            later = door.say("made at the first question", "将在第一次提问时生成")
            return {**facts, "file": str(path), "state": "" if exists else later}
        with shown_progress(door.err, chinese=door.chinese) as progress:
            backend = assembly.backend(settings, progress)
        with closing(backend):
            facts["context_tokens"] = backend.context_tokens
            facts["small"] = backend.small
            if check:
                began = time.perf_counter()
                _greet(backend, assembly.limits(settings))
                facts["answers_in_seconds"] = round(time.perf_counter() - began, 2)
    except RagError as error:
        if check:
            raise
        return {**facts, "state": door.say(str(error), error.chinese)}
    if check:
        return {**facts, "state": door.say("answers", "有回应")}
    return {**facts, "state": door.say("not asked (--check asks it)", "未询问（--check 会询问）")}


def _greet(backend: Backend, limits: Limits) -> None:
    """Ask for one word. Raises ModelError where nothing comes."""
    from rag.backends.base import Request
    from rag.backends.pacing import generate

    request = Request([("system", "Answer with one word."), ("human", "Say: ready")], maximum=8)
    for piece in generate(backend, request, limits):
        if piece.text.strip():
            return
