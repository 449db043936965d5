"""``rag serve``: the chat page."""

from __future__ import annotations

import os
import sys
from typing import NoReturn
from urllib.parse import urlsplit

import click

from rag.cli.asking import open_bot
from rag.cli.door import Door, door
from rag.cli.words import help_text


@click.command(
    "serve",
    help=help_text("Serve the chat page until Ctrl-C.", "启动聊天页面，按 Ctrl-C 结束。"),
)
@door("index_dir", "strictness", "backend", "base_url", "strict", "passages", "host", "port")
def serve_command(door: Door) -> None:
    """Serve the page and print its address."""
    settings = door.settings
    # What the page needs is made here, where progress can be seen, and errors end the command.
    open_bot(door).close()
    from rag.web.serving import serve

    auth = None
    if settings.username and settings.password:
        auth = (settings.username, settings.password.get_secret_value())
    try:
        serve(
            settings,
            host=settings.host,
            port=settings.port,
            language=settings.language,
            auth=auth,
            ready=lambda address: _announce(door, address),
        )
    except KeyboardInterrupt:
        # The ordinary way to end a page, and no failure.
        door.err.print(door.say("\nStopped.", "\n已停止。"))
        _leave()


def _leave() -> NoReturn:
    """End the process at once.

    A thread of the page that is inside native code while the interpreter takes itself apart
    would abort it. What is on disk is whole at any moment.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _announce(door: Door, address: str) -> None:
    port = door.settings.port
    if urlsplit(address).port != port:
        door.err.print(
            door.say(
                f"Port {port} is taken; the next free one is used.",
                f"端口 {port} 已被占用，改用下一个空闲端口。",
            ),
            style="yellow",
        )
    if door.json:
        door.write_json({"address": address}, indent=None)
        return
    door.out.print(
        door.say(
            f"The page is at {address} (Ctrl-C ends it).", f"页面地址：{address}（按 Ctrl-C 结束）"
        ),
        style="bold",
        soft_wrap=True,
    )
