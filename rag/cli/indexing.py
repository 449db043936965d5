"""``rag index``: documents become an index."""

from __future__ import annotations

from pathlib import Path

import click

from rag.cli.door import Door, door
from rag.cli.progress import shown_progress
from rag.cli.render import print_report
from rag.cli.words import help_text


@click.command(
    "index",
    help=help_text(
        "Index files and folders; only what is new or changed is worked on.",
        "为文件和文件夹建立索引；只处理新增和改动的内容。",
    ),
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--rebuild",
    is_flag=True,
    help=help_text("Start the index afresh.", "从头重建索引。"),
)
@click.option(
    "--remove-missing",
    is_flag=True,
    help=help_text("Remove documents whose files have vanished.", "移除文件已不存在的文档。"),
)
@door("index_dir", "embedding_model")
def index_command(
    door: Door, *, paths: tuple[str, ...], rebuild: bool, remove_missing: bool
) -> None:
    """Build or update the index and print what happened."""
    from rag import assembly

    directory = assembly.index_directory(door.settings)
    with shown_progress(door.err, chinese=door.chinese) as progress:
        report = assembly.build_index(
            [Path(path) for path in paths],
            directory,
            settings=door.settings,
            remove_missing=remove_missing,
            rebuild=rebuild,
            progress=progress,
        )
    if door.json:
        door.write_json(report.to_dict())
    else:
        print_report(door, report, str(directory))
