"""``rag ask`` and ``rag search``: one question, one result."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from rag.cli.door import Door, door
from rag.cli.progress import shown_progress
from rag.cli.words import help_text
from rag.records import Answer, Delta

if TYPE_CHECKING:
    from rag.bot import Bot
    from rag.records import Turn

_MAXIMUM_INPUT = 1 << 20
"""Characters read from standard input; the bot refuses far shorter questions."""

_QUESTION = click.argument("question", nargs=-1, required=True, metavar="QUESTION")


@click.command(
    "ask",
    help=help_text(
        "Ask a question and print its answer with the cited paragraphs ('-' reads the question "
        "from standard input).",
        "提问并显示答案和所引段落（“-”表示从标准输入读取问题）。",
    ),
)
@_QUESTION
@click.option(
    "--full",
    is_flag=True,
    help=help_text("Print the cited passages whole.", "完整显示所引段落。"),
)
@door("index_dir", "strictness", "backend", "base_url", "strict", "passages")
def ask_command(door: Door, *, question: tuple[str, ...], full: bool) -> None:
    """Print the answer to one question."""
    text = _typed(question)
    with open_bot(door) as bot:
        answer_question(door, bot, text, [], full=full)


@click.command(
    "search",
    help=help_text(
        "Print the passages nearest to a query, with their scores.",
        "显示与查询最接近的段落及其得分。",
    ),
)
@click.argument("query", nargs=-1, required=True, metavar="QUERY")
@door("index_dir", "passages")
def search_command(door: Door, *, query: tuple[str, ...]) -> None:
    """Print retrieved passages."""
    text = _typed(query)
    with open_bot(door) as bot:
        hits = bot.search(text, door.settings.passages)
    if door.json:
        door.write_json([asdict(hit) for hit in hits])
        return
    from rag.cli.render import print_hits

    print_hits(door, hits)


def open_bot(door: Door) -> Bot:
    """Open the bot of this run, with progress on standard error while an index is made."""
    from rag import assembly

    with shown_progress(door.err, chinese=door.chinese) as progress:
        return assembly.open_bot(settings=door.settings, progress=progress)


def answer_question(
    door: Door,
    bot: Bot,
    question: str,
    history: list[Turn],
    *,
    indent: int | None = 2,
    full: bool = False,
) -> Answer:
    """Answer one question and print it; ``indent`` is that of the JSON form."""
    from rag.cli.render import print_answer

    watched = door.out.is_terminal and not door.json and door.settings.backend != "extractive"
    answer = _watch(door, bot, question, history) if watched else bot.ask(question, history)
    if door.json:
        door.write_json(answer.to_dict(), indent=indent)
    else:
        print_answer(door, answer, full=full)
    return answer


def _watch(door: Door, bot: Bot, question: str, history: list[Turn]) -> Answer:
    """Show a language model's text while it comes; the checked answer then takes its place."""
    from rich.live import Live
    from rich.text import Text

    from rag.cli.printing import printable

    text = Text()
    with Live(text, console=door.out, transient=True) as live:
        for event in bot.stream(question, history):
            if isinstance(event, Delta):
                text.append(printable(event.text))
                live.update(text)
            elif isinstance(event, Answer):
                return event
    raise AssertionError("a stream ends with an Answer")


def _typed(words: tuple[str, ...]) -> str:
    if words == ("-",):
        return sys.stdin.read(_MAXIMUM_INPUT)
    return " ".join(words)
