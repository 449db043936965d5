"""``rag info``: what is configured, what is indexed, and whether it works."""

from __future__ import annotations

import platform
from typing import Any

import click

from rag import __version__
from rag.cli.door import Door, door
from rag.cli.words import help_text
from rag.errors import IndexNotFound, RagError


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
            door.out.print(f"  {key}: {'' if value is None else value}", soft_wrap=True)


def _settings(door: Door) -> dict[str, Any]:
    values = door.settings.model_dump(mode="json")
    values["password"] = "(set)" if door.settings.password else None
    return values


def _index(door: Door, *, check: bool) -> dict[str, Any]:
    from rag import assembly
    from rag.index import open_index

    directory = assembly.index_directory(door.settings)
    try:
        index = open_index(directory, embedder=assembly.embedder(door.settings))
    except IndexNotFound as error:
        if check and door.settings.index_dir:
            raise
        return {"directory": str(directory), "state": door.say(str(error), error.chinese)}
    except RagError as error:
        if check:
            raise
        return {"directory": str(directory), "state": door.say(str(error), error.chinese)}
    try:
        return {"directory": str(directory), **index.info()}
    finally:
        index.close()
