"""The one way long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``; ``total`` is 0 while it is unknown.

Stages are short lower-case codes (``"convert-model"``, ``"read"``, ``"embed"``, ``"write"``);
whoever shows them to a person translates them.
"""


def silent(stage: str, done: int, total: int) -> None:
    """Ignore progress."""
