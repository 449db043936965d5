"""``rag serve``: the chat page."""

from __future__ import annotations

import click

from rag.cli.door import Door, door
from rag.cli.words import help_text


@click.command(
    "serve",
    help=help_text("Serve the chat page until Ctrl-C.", "启动聊天页面，按 Ctrl-C 结束。"),
)
@door("index_dir", "strictness", "backend", "base_url", "passages", "host", "port")
def serve_command(door: Door) -> None:
    """Serve the page and print its address."""
    raise NotImplementedError
