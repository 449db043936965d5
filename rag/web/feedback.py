"""What readers think of answers, and what was asked without an answer: kept, listed, exported.

Each browser has a secret name of its own and sees only what it sent. Whoever owns the data
directory can read everything in ``feedback.sqlite`` there.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from rag.errors import UsageError
from rag.web.catalogue import not_writable

Kind = Literal["right", "wrong", "wrong_source", "unanswered"]

_MAXIMUM_ENTRIES = 5_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    browser TEXT NOT NULL, id TEXT NOT NULL, time REAL NOT NULL, entry TEXT NOT NULL,
    PRIMARY KEY (browser, id)
) WITHOUT ROWID
"""


class Entry(BaseModel):
    """One remark on one answer. ``gold`` are the ids of the cited documents."""

    browser: str = Field(pattern=r"^[0-9a-f]{32}$")
    id: str = Field(pattern=r"^[0-9a-f-]{8,64}$")
    kind: Kind
    question: str = Field(min_length=1, max_length=2_000)
    standalone: str = Field("", max_length=2_000)
    answer: str = Field("", max_length=4_000)
    short: str = Field("", max_length=1_000)
    quotes: list[str] = Field(default_factory=list, max_length=20)
    gold: list[str] = Field(default_factory=list, max_length=20)
    collection: str = Field("", max_length=40)
    comment: str = Field("", max_length=2_000)
    expected: str = Field("", max_length=2_000)


class Feedback:
    """The remarks of all browsers in one small database. Safe between threads."""

    def __init__(self, directory: Path) -> None:
        """Keep ``feedback.sqlite`` in ``directory``, made at the first remark."""
        self._file = directory / "feedback.sqlite"

    def put(self, entry: Entry) -> None:
        """Keep a remark; a later one with the same id takes its place. Raises IndexNotWritable."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise not_writable(self._file.parent, error) from error
        content = entry.model_dump_json(exclude={"browser"})
        with self._open() as connection, connection:
            connection.execute(_SCHEMA)
            count = connection.execute(
                "SELECT count(*) FROM entries WHERE browser = ?", (entry.browser,)
            ).fetchone()[0]
            if count >= _MAXIMUM_ENTRIES:
                raise UsageError(
                    f"This browser has {count} remarks; export them and remove some.",
                    f"这个浏览器已有 {count} 条反馈，请导出后删除一些。",
                )
            connection.execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)",
                (entry.browser, entry.id, time.time(), content),
            )

    def remove(self, browser: str, identity: str) -> None:
        """Forget a remark."""
        if self._file.exists():
            with self._open() as connection, connection:
                connection.execute(
                    "DELETE FROM entries WHERE browser = ? AND id = ?", (browser, identity)
                )

    def list(self, browser: str) -> list[dict[str, Any]]:
        """Return the remarks of one browser, the newest first."""
        if not self._file.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "SELECT time, entry FROM entries WHERE browser = ? ORDER BY time DESC", (browser,)
            ).fetchall()
        return [{**json.loads(entry), "time": moment} for moment, entry in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=10)) as connection:
                yield connection
        except sqlite3.OperationalError as error:
            raise not_writable(self._file.parent, OSError(0, str(error))) from error


def evaluation_lines(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a line of ``questions.jsonl``, as ``rag eval`` reads it, for each remark that tells.

    A right answer is expected again, from the same documents. One from the wrong source is
    expected from any other. A wrong one counts with the answer its reader wrote down, and is
    left out without. A question without an answer is expected to be declined, unless its
    reader wrote down the answer.
    """
    for entry in entries:
        if not tells(entry):
            continue
        answers = _expected_answers(entry)
        question = {
            "id": f"feedback-{entry['id']}",
            "question": entry["standalone"] or entry["question"],
            "answers": answers,
            "gold": entry["gold"] if entry["kind"] == "right" else [],
            "answerable": bool(answers),
            "kind": f"feedback_{entry['kind']}",
            "why": entry["comment"],
            "source": entry["collection"],
        }
        yield json.dumps({k: v for k, v in question.items() if v != ""}, ensure_ascii=False)


def tells(entry: dict[str, Any]) -> bool:
    """Say whether a remark says what would be right."""
    return entry["kind"] == "unanswered" or bool(_expected_answers(entry))


def _expected_answers(entry: dict[str, Any]) -> list[str]:
    written = entry["expected"].strip()
    if written:
        return [written]
    if entry["kind"] in ("wrong", "unanswered"):
        return []
    forms = [entry["short"], *entry["quotes"]] if entry["kind"] == "right" else [entry["short"]]
    return [form for form in dict.fromkeys(forms) if form.strip()]
