"""What every kind of sibling is made with: a case, documents around it, chances by seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

DECLINED = {"outcome": "declined", "or_note": "premise"}
"""The check of what the documents do not say: declined, or said to be about something else."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case before it is written. ``near``: a near miss, which must be answered (or declined)
    as if the fault were not there."""

    question: str
    check: Mapping[str, Any]
    documents: Mapping[str, str]
    expect: str = ""
    near: bool = False
    history: tuple[str, ...] = ()
    steps: tuple[tuple[str, ...], ...] = ()
    stream: str = ""


Maker = Callable[[random.Random], Iterator[Case]]
"""Yields cases of one kind for ever, different ones as far as its words reach."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its name and what makes its cases."""

    name: str
    make: Maker = field(repr=False)


def pick(chance: random.Random, values: Sequence[T], count: int) -> list[T]:
    """Return ``count`` different values in a random order."""
    return chance.sample(list(values), count)


_AROUND = (
    ("食堂.md", "# 食堂\n\n食堂早餐六点半开始，晚餐五点半开始。周末只开一楼。\n"),
    ("公园.md", "# 青石公园\n\n青石公园位于白河北岸，占地42公顷，园内有人工湖一座，可以租船，每小时40元。\n"),
    ("自行车.md", "# 自行车棚\n\n车棚在西门内侧，每晚十一点上锁。无牌车辆每月清理一次。\n"),
    ("图书室.md", "# 图书室\n\n图书室每证可借书八册，借期30天，可续借一次。逾期每册每天罚款0.2元。\n"),
    ("garden.md", "# Garden club\n\nThe club meets every second Sunday behind the boat house. Bring gloves.\n"),
    ("浇花.txt", "走廊的绿萝每周浇水两次，由值日生负责。\n"),
)  # fmt: skip


def around(chance: random.Random, count: int = 1) -> dict[str, str]:
    """Return documents about something else."""
    return dict(pick(chance, _AROUND, count))


def write(kind: str, cases: Sequence[Case], folder: Path) -> None:
    """Write the cases of a kind as ``folder/kind-NN/`` (``kind-NN-near/``)."""
    for number, case in enumerate(cases):
        own = folder / f"{kind}-{number:02}{'-near' if case.near else ''}"
        for name, text in case.documents.items():
            file = own / "documents" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))
        values: dict[str, Any] = {
            "question": case.question,
            "expect": case.expect,
            "check": dict(case.check),
            "kind": kind,
            "near": case.near,
        }
        if case.history:
            values["history"] = list(case.history)
        if case.steps:
            values["steps"] = [list(step) for step in case.steps]
        if case.stream:
            (own / "stream.sse").write_text(case.stream, encoding="utf-8")
        text = json.dumps(values, ensure_ascii=False, indent=1)
        (own / "case.json").write_text(text + "\n", encoding="utf-8")
