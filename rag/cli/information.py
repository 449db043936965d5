"""``rag info``: what is configured, what is indexed, and whether it works."""

from __future__ import annotations

import platform
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from rag import __version__
from rag.cli.door import Door, door
from rag.cli.words import help_text
from rag.errors import IndexCorrupt, IndexNotFound, IndexStoreError


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
    }
    if door.json:
        door.write_json(facts)
        return
    for name in ("version", "python"):
        door.out.print(f"{name}: {facts[name]}", soft_wrap=True)
    for name in ("settings", "index"):
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
