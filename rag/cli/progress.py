"""How far long work is: a bar on a terminal, plain lines elsewhere, nothing when it is quick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from rag import saying
from rag.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

_LINES = 10
"""Plain lines per stage at most, one for each tenth."""


@contextmanager
def shown_progress(console: Console, *, chinese: bool) -> Iterator[Progress]:
    """Yield a ``Progress`` that shows itself on ``console`` (standard error)."""
    if console.is_terminal:
        with _bar(console, chinese) as report:
            yield report
    else:
        yield _lines(console, chinese)


def _title(stage: str, chinese: bool) -> str:
    return saying.said("stage", stage, "zh" if chinese else "en")


@contextmanager
def _bar(console: Console, chinese: bool) -> Iterator[Progress]:
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    tasks: dict[str, TaskID] = {}
    lock = Lock()

    def report(stage: str, done: int, total: int) -> None:
        with lock:
            if stage not in tasks:
                # Started at the first news: a verb with nothing to wait for shows no bar.
                bars.start()
                tasks[stage] = bars.add_task(_title(stage, chinese), total=None)
            bars.update(tasks[stage], completed=done, total=total or None)

    try:
        yield report
    finally:
        if tasks:
            bars.stop()


def _lines(console: Console, chinese: bool) -> Progress:
    last: dict[str, int] = {}
    lock = Lock()

    def report(stage: str, done: int, total: int) -> None:
        step = done * _LINES // total if total else 0
        with lock:
            if last.get(stage, -1) >= step:
                return
            last[stage] = step
            count = f" {done}/{total}" if total else ""
            console.print(f"{_title(stage, chinese)}{count}", soft_wrap=True)

    return report
