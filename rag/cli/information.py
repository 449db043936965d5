"""``rag info``: what is configured, what is indexed, and whether it works."""

from __future__ import annotations

import platform
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from rag import __version__
from rag.cli.door import Door, door
from rag.cli.words import help_text
from rag.errors import IndexCorrupt, IndexNotFound, IndexStoreError

if TYPE_CHECKING:
    from rag.index import Index


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
            facts["state"] = _check(door, index)
        return facts


def _check(door: Door, index: Index) -> str:
    """Read everything once, which raises where a check sum fails, and search for something."""
    from rag import assembly
    from rag.cli.progress import shown_progress

    summaries = index.documents()
    with shown_progress(door.err, chinese=door.chinese) as progress:
        for done, summary in enumerate(summaries, 1):
            text = index.document(summary.id).text
            passages = index.passages_of(summary.id)
            if any(text[passage.start : passage.end] != passage.text for passage in passages):
                raise IndexCorrupt(
                    index.directory,
                    f"A passage of {summary.id} in {index.directory} is not in its document; "
                    "run rag index --rebuild.",
                    f"{index.directory} 中 {summary.id} 的段落与文档不符，"
                    "请运行 rag index --rebuild。",
                )
            progress("check", done, len(summaries))
    with assembly.open_bot(index.directory, settings=door.settings) as bot:
        bot.search("rag", 1)
    return door.say("sound", "完好")
