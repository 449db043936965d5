"""``rag chat``: several turns, each understood in the light of those before."""

from __future__ import annotations

import sys
from collections import deque

import click

from rag.cli.asking import answer_question, open_bot
from rag.cli.door import Door, door
from rag.cli.words import help_text
from rag.errors import UsageError
from rag.records import Turn

_REMEMBERED = 10
"""Turns kept: follow-ups refer to the last few."""

_ENDINGS = {"/quit", "/exit", "/q"}


@click.command(
    "chat",
    help=help_text(
        "Ask several questions in a row; /quit ends, /new forgets what was said.",
        "连续提问；输入 /quit 结束，/new 忘掉之前的对话。",
    ),
)
@door("index_dir", "strictness", "backend", "base_url", "strict", "passages")
def chat_command(door: Door) -> None:
    """Answer line after line until the input ends."""
    at_terminal = sys.stdin.isatty()
    if at_terminal:
        import readline  # noqa: F401 - gives input() editing and history
    history: deque[Turn] = deque(maxlen=_REMEMBERED)
    with open_bot(door) as bot:
        if at_terminal:
            door.err.print(
                door.say("Ask away; /quit ends.", "请提问；输入 /quit 结束。"), style="dim"
            )
        while True:
            line = _next_line(door, at_terminal=at_terminal)
            if line is None or line.strip() in _ENDINGS:
                return
            if line.strip() == "/new":
                history.clear()
                continue
            if not line.strip():
                continue
            try:
                answer = answer_question(door, bot, line, list(history), indent=None)
            except UsageError as error:
                door.err.print(door.say(str(error), error.chinese), style="yellow")
                continue
            history.append(Turn(answer.question, answer.text, answer.standalone_question))
            if not door.json:
                door.out.print()


def _next_line(door: Door, *, at_terminal: bool) -> str | None:
    """Return the next line, or None at the end of the input."""
    if not at_terminal:
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None
    try:
        return input(door.say("You: ", "您："))
    except EOFError:
        print(file=sys.stderr)
        return None
