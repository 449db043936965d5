"""Which of its two languages the command line speaks, and its recurring words in both."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

STAGES = {
    "convert-model": ("Preparing the embedding model (once)", "准备嵌入模型（仅一次）"),
    "wait-model": ("Waiting for another process to prepare the model", "等待另一进程准备模型"),
    "read": ("Reading documents", "读取文档"),
    "embed": ("Embedding passages", "计算段落向量"),
    "write": ("Writing the index", "写入索引"),
    "load": ("Loading", "加载"),
    "model": ("Joining the language model (once)", "拼合语言模型（仅一次）"),
}
"""Stage codes of ``rag.progress`` in words (English, Chinese)."""


def locale_is_chinese(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the locale of messages is a Chinese one (POSIX: LC_ALL, LC_MESSAGES, LANG)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name)
        if value:
            return value.lower().startswith("zh")
    return False


def is_chinese(preference: str | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether to speak Chinese (``preference``: zh, en, or auto for the locale's)."""
    if preference in ("zh", "en"):
        return preference == "zh"
    return locale_is_chinese(environment)


def named_language(arguments: Sequence[str]) -> str | None:
    """Return the value of ``--language`` in raw arguments, for errors that come before parsing."""
    for position, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument.startswith("--language="):
            return argument.partition("=")[2]
        if argument == "--language" and position + 1 < len(arguments):
            return arguments[position + 1]
    return None


def help_text(english: str, chinese: str) -> str:
    """Return the help text in the language of the locale."""
    return chinese if locale_is_chinese() else english
