"""What every verb gets: its settings, its two streams and its language; and the shared options."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from rag.cli.words import help_text, is_chinese
from rag.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

Verb = Callable[..., Any]


@dataclass(frozen=True)
class Door:
    """The command line of one run: the result goes to ``out``, all else to ``err``."""

    settings: Settings
    chinese: bool
    json: bool
    debug: bool

    @functools.cached_property
    def out(self) -> Console:
        """Return the console of standard output."""
        from rich.console import Console

        return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)

    @functools.cached_property
    def err(self) -> Console:
        """Return the console of standard error."""
        from rich.console import Console

        return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)

    @property
    def language(self) -> str:
        """Return the language that is spoken, as ``rag.saying`` knows it."""
        return "zh" if self.chinese else "en"

    def say(self, english: str, chinese: str) -> str:
        """Return the text in the language of this run."""
        return chinese if self.chinese else english

    def write_json(self, value: object, *, indent: int | None = 2) -> None:
        """Print a value as JSON on standard output, Chinese characters readable."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent, default=str) + "\n")
        sys.stdout.flush()


_OPTIONS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "index_dir": (
        ("--index",),
        {
            "metavar": "DIR",
            "help": help_text(
                "The index (default: your own, else that of the shipped documents).",
                "索引目录（默认：您自己的索引；没有时用随附文档的索引）。",
            ),
        },
    ),
    "strictness": (
        ("--strictness",),
        {
            "metavar": "low|normal|high",
            "help": help_text("How much evidence an answer needs.", "给出答案需要多充分的证据。"),
        },
    ),
    "backend": (
        ("--backend",),
        {
            "metavar": "NAME",
            "help": help_text(
                "extractive (default, no LLM), provider:model or local:FILE.gguf.",
                "extractive（默认，不用大模型）、提供方:模型 或 local:文件.gguf。",
            ),
        },
    ),
    "base_url": (
        ("--base-url",),
        {
            "metavar": "URL",
            "help": help_text(
                "Address of an OpenAI-compatible server.", "兼容 OpenAI 接口的服务器地址。"
            ),
        },
    ),
    "strict": (
        ("--strict",),
        {
            "is_flag": True,
            "flag_value": True,
            "help": help_text(
                "Take out what an LLM wrote without support; quote instead.",
                "去掉大模型没有依据的句子，代之以原文引文。",
            ),
        },
    ),
    "passages": (
        ("-k", "--passages"),
        {
            "metavar": "N",
            "help": help_text("How many passages to use.", "使用多少个段落。"),
        },
    ),
    "embedding_model": (
        ("--embedding-model",),
        {
            "metavar": "MODEL",
            "help": help_text(
                "bundled, or a sentence-transformers model by name or path.",
                "bundled，或 sentence-transformers 模型的名称或路径。",
            ),
        },
    ),
    "host": (
        ("--host",),
        {
            "metavar": "ADDRESS",
            "help": help_text("Address to listen on.", "监听地址。"),
        },
    ),
    "port": (
        ("--port",),
        {
            "metavar": "N",
            "help": help_text(
                "Port; the next free one is taken when it is in use.",
                "端口；被占用时自动使用下一个空闲端口。",
            ),
        },
    ),
}


def door(*names: str) -> Callable[[Verb], Verb]:
    """Give a verb the named settings as options, and a ``Door`` as its first argument.

    Options are handed to ``Settings`` as typed, so one place judges every value.
    """

    def decorate(verb: Verb) -> Verb:
        @functools.wraps(verb)
        def run(*, as_json: bool, debug: bool, language: str | None, **options: Any) -> Any:
            given = {name: options.pop(name) for name in names}
            given["language"] = language
            settings = Settings(
                **{name: value for name, value in given.items() if value is not None}
            )
            return verb(Door(settings, is_chinese(settings.language), as_json, debug), **options)

        wrapped: Verb = run
        for decorator in reversed([_option(name) for name in names] + _common()):
            wrapped = decorator(wrapped)
        return wrapped

    return decorate


def _option(name: str) -> Callable[[Verb], Verb]:
    flags, attributes = _OPTIONS[name]
    return click.option(*flags, name, default=None, **attributes)


def _common() -> list[Callable[[Verb], Verb]]:
    return [
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            help=help_text("Print the result as JSON.", "以 JSON 输出结果。"),
        ),
        click.option(
            "--language",
            metavar="auto|zh|en",
            default=None,
            help=help_text("Language of the messages.", "提示信息的语言。"),
        ),
        click.option(
            "--debug",
            is_flag=True,
            help=help_text("Show the traceback of an error.", "出错时显示完整的调用栈。"),
        ),
    ]
