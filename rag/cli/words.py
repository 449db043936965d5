"""Which of its two languages the command line speaks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence


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
