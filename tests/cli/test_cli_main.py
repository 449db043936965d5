"""Every ending of the command line: its exit code and its one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from rag import errors
from rag.cli import main as entry
from rag.cli.door import Door, door
from rag.cli.main import main


def ending(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Return the exit code and the one line on standard error; nothing may be printed else."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    return code, captured.err.strip()


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Offer a verb ``fail`` that raises what the test puts into the list."""
    planned: list[BaseException] = []

    @click.command("fail")
    @door("index_dir")
    def fail_command(door: Door) -> None:
        raise planned[0]

    module = ModuleType("failing")
    module.__spec__ = entry.__spec__
    module.fail_command = fail_command  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "failing", module)
    monkeypatch.setitem(entry._VERBS, "fail", "failing")
    return planned


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--help"], ["-h"]):
        assert main(arguments) == 0
        out = capsys.readouterr().out
        for verb in ("index", "ask", "search", "chat", "serve", "info", "eval"):
            assert f"\n  {verb} " in out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("rag 0.")


@pytest.mark.parametrize("verb", ["index", "ask", "search", "chat", "serve", "info", "eval"])
def test_every_verb_has_help_and_the_shared_options(
    capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    assert main([verb, "--help"]) == 0
    out = capsys.readouterr().out
    for option in ("--json", "--language", "--debug", "--index"):
        assert option in out


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["aks"], "There is no command aks; did you mean ask?", "没有命令 aks"),
        (["zzz"], "There is no command zzz; see `rag --help`.", "请看 `rag --help`。"),
        (["ask", "x", "--jsn"], "There is no option --jsn; did you mean --json?", "没有选项 --jsn"),
        (["ask"], "QUESTION is missing; see `rag ask --help`.", "缺少 QUESTION"),
        (["index"], "is missing", "缺少"),
        (["ask", "x", "--index"], "The option --index needs a value", "选项 --index 需要一个值"),
        (["ask", "x", "--json=1"], "The option --json takes no value", "选项 --json 不需要值"),
        (["chat", "x"], "chat", "命令用法有误"),
        (["ask", "x", "--strictness", "hi"], "one of low, normal, high", "之一"),
        (["search", "x", "-k", "0"], "a whole number from 1 to 50", "整数"),
        (["ask", "x", "--base-url", "here"], "http://", "http://"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], english: str, chinese: str
) -> None:
    code, message = ending(capsys, *arguments)
    assert code == 2
    assert english in message
    code, message = ending(capsys, *arguments[:1], "--language=zh", *arguments[1:])
    assert code == 2
    assert chinese in message


def test_the_language_of_errors(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raising: list[BaseException],
) -> None:
    raising.append(errors.UsageError("It is so.", "是这样。"))
    assert ending(capsys, "fail") == (2, "It is so.")
    assert ending(capsys, "fail", "--language", "zh") == (2, "是这样。")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert ending(capsys, "fail") == (2, "是这样。")
    assert ending(capsys, "fail", "--language", "en") == (2, "It is so.")
    Path("rag.toml").write_text('language = "en"\n', encoding="utf-8")
    assert ending(capsys, "fail") == (2, "It is so.")
    Path("rag.toml").write_text('langage = "en"\n', encoding="utf-8")
    code, message = ending(capsys, "fail")
    assert code == 2
    assert "您是否想用 language？" in message


@pytest.mark.parametrize(
    "error",
    [
        errors.RagError("a"),
        errors.SettingsError("a"),
        errors.UnreadableDocument("p", "a"),
        errors.IndexLocked("d", "a"),
        errors.PromptError("a"),
        errors.MissingExtra("x", "a"),
        errors.ModelError("a"),
        errors.EvaluationError("a"),
    ],
)
def test_an_error_ends_with_its_own_code(
    capsys: pytest.CaptureFixture[str],
    raising: list[BaseException],
    error: errors.RagError,
) -> None:
    raising.append(error)
    assert ending(capsys, "fail") == (error.exit_code, "a")


def test_a_defect_asks_for_a_report_and_debug_shows_where(
    capsys: pytest.CaptureFixture[str], raising: list[BaseException]
) -> None:
    raising.append(ZeroDivisionError("odd\nthing"))
    code, message = ending(capsys, "fail")
    assert code == 70
    assert "ZeroDivisionError: odd" in message
    assert "--debug" in message
    assert main(["fail", "--debug"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_a_refusal_of_the_system_is_one_sentence(
    capsys: pytest.CaptureFixture[str], raising: list[BaseException]
) -> None:
    raising.append(OSError(28, "No space left on device", "somewhere"))
    code, message = ending(capsys, "fail")
    assert code == 1
    assert "No space left on device: somewhere" in message


def test_ctrl_c_is_one_line(
    capsys: pytest.CaptureFixture[str], raising: list[BaseException]
) -> None:
    raising.append(KeyboardInterrupt())
    assert ending(capsys, "fail") == (130, "Interrupted.")
    assert ending(capsys, "fail", "--language", "zh") == (130, "已中断。")


def test_a_closed_pipe_is_quiet() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "rag", "--help"], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == ""


def test_an_output_that_cannot_spell_chinese_gets_something() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "LC_ALL": "zh_CN.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "rag", "--help"], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0
    assert "?" in done.stdout
    assert done.stderr == ""
