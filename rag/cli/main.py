"""The entry point: find the verb, run it, turn every ending into an exit code and one sentence."""

from __future__ import annotations

import io
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec

import click

from rag import __version__
from rag.cli.words import help_text, is_chinese, named_language
from rag.errors import RagError, SettingsError

INTERRUPTED = 130
"""128 + SIGINT, as shells count."""

BROKEN_PIPE = 141
"""128 + SIGPIPE: whoever read our output has left."""

UNEXPECTED = 70
"""EX_SOFTWARE of sysexits.h: a defect of this program."""

_VERBS = {
    "index": "rag.cli.indexing",
    "ask": "rag.cli.asking",
    "search": "rag.cli.asking",
    "chat": "rag.cli.chatting",
    "serve": "rag.cli.serving",
    "info": "rag.cli.information",
    "eval": "rag.evaluation.cli",
}


class _Verbs(click.Group):
    """Loads a verb's module when the verb is named, so that none pays for another."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [name for name, module in _VERBS.items() if find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = getattr(import_module(_VERBS[cmd_name]), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=help_text(
        "Ask your own documents, get short answers with checked citations.",
        "向自己的文档提问，得到附有核对过的引用的简短答案。",
    ),
    epilog=help_text('Start with: rag ask "QUESTION"', '从这里开始：rag ask "问题"'),
)
@click.version_option(__version__, prog_name="rag", message="%(prog)s %(version)s")
def _rag() -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never lets an exception out."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    if not debug:
        # Notices of libraries mean nothing to the person at the terminal.
        warnings.simplefilter("ignore")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot spell a character shows a question mark in its place.
        sys.stdout.reconfigure(errors="replace")
    try:
        code = _run(given)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, click.Abort):
        return _end(given, "Interrupted.", "已中断。", INTERRUPTED)
    except BrokenPipeError:
        # The interpreter flushes once more on its way out; that must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except click.ClickException as error:
        return _end(given, *_usage(error), error.exit_code)
    except RagError as error:
        if debug:
            traceback.print_exc()
        return _end(given, str(error), error.chinese, error.exit_code)
    except OSError as error:
        if debug:
            traceback.print_exc()
        what = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        return _end(
            given,
            f"The system refused ({what}); mend that and try again.",
            f"系统拒绝了操作（{what}），请排除后重试。",
            1,
        )
    except Exception as error:  # noqa: BLE001 - a person gets one sentence, whatever went wrong
        if debug:
            traceback.print_exc()
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return _end(
            given,
            f"This is a defect of rag ({what}); "
            "please report it with what the same command prints with --debug.",
            f"这是 rag 的缺陷（{what}），请加上 --debug 重新运行，并把输出报告给维护者。",
            UNEXPECTED,
        )


def _run(arguments: list[str]) -> int:
    try:
        with _rag.make_context("rag", arguments or ["--help"]) as context:
            result = _rag.invoke(context)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    return result if isinstance(result, int) else 0


def _end(arguments: list[str], english: str, chinese: str, code: int) -> int:
    preference = named_language(arguments)
    if preference is None:
        preference = _settings_language()
    message = chinese if is_chinese(preference) else english
    try:
        print(message.encode("utf-8", "replace").decode(), file=sys.stderr)
    except BrokenPipeError:
        return BROKEN_PIPE
    return code


def _settings_language() -> str | None:
    from rag.settings import Settings

    try:
        return Settings().language
    except SettingsError:
        return None


def _usage(error: click.ClickException) -> tuple[str, str]:
    """Return click's complaint as one sentence in English and in Chinese."""
    context: click.Context | None = getattr(error, "ctx", None)
    place = context.command_path if context else "rag"
    see, see_chinese = f"see `{place} --help`.", f"请看 `{place} --help`。"
    if isinstance(error, click.NoSuchOption | click.exceptions.NoSuchCommand):
        if isinstance(error, click.NoSuchOption):
            kind, kind_chinese, name = "option", "选项", error.option_name
            known = [
                flag
                for option in (context.command.params if context else [])
                for flag in option.opts
            ]
        else:
            kind, kind_chinese, name = "command", "命令", error.command_name
            known = list(_VERBS)
        for near in get_close_matches(name, known, n=1):
            see, see_chinese = f"did you mean {near}?", f"您是否想用 {near}？"
        return f"There is no {kind} {name}; {see}", f"没有{kind_chinese} {name}，{see_chinese}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.make_metavar(context) if context else str(error.param.name)
        return f"{name} is missing; {see}", f"缺少 {name}，{see_chinese}"
    if isinstance(error, click.BadOptionUsage):
        name = error.option_name
        need, need_chinese = (
            ("needs a", "需要一个") if "requires" in error.message else ("takes no", "不需要")
        )
        return (
            f"The option {name} {need} value; {see}",
            f"选项 {name} {need_chinese}值，{see_chinese}",
        )
    detail = error.format_message().rstrip(".")
    return f"{detail}; {see}", f"命令用法有误（{detail}），{see_chinese}"
