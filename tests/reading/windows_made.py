"""Windows without a search behind them."""

from __future__ import annotations

from rag.reading.windows import Window
from rag.records import Hit, Passage


def hit(text: str, *, title: str = "") -> Hit:
    """Return a hit whose passage is ``text``."""
    return Hit(Passage("d#0", "d", 0, "/d", title, "", 0, len(text), text), 1, 1.0)


def whole(found: Hit) -> Window:
    """Return the window that is the whole passage."""
    return Window(found, 0, len(found.passage.text), ())
