"""What may reach a terminal, and how lines are broken there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

if TYPE_CHECKING:
    from rag.cli.door import Door

# Escape sequences of a document must not reach the terminal (C0 and C1 but tab and newline), nor
# may marks that reverse the reading direction.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return the text, of equal length, with each control character replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r", " "))


def place_of(source: str) -> str:
    """Return a source as seen from the working directory where it lies below it."""
    try:
        return str(Path(source).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return source


def shortened(text: str, limit: int = 120) -> str:
    """Return the text in one line of at most ``limit`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def line(door: Door, text: Text) -> None:
    """Print a text; without a terminal there is no width to break lines for."""
    door.out.print(text, soft_wrap=not door.out.is_terminal)


def indented(door: Door, text: Text) -> None:
    """Print a text, its lines set in by four columns."""
    if door.out.is_terminal:
        door.out.print(Padding(text, (0, 0, 0, 4), expand=False))
        return
    for part in text.split("\n", allow_blank=True):
        door.out.print(Text("    ") + part, soft_wrap=True)
