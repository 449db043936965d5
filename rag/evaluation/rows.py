"""Read the lines of a set: JSON objects with an id, and the lists of texts in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.evaluation.flaws import Flaws


def rows_of(file: Path, flaws: Flaws, *, unique: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ``("file:line", object)`` for each line that holds a JSON object with an id."""
    seen: dict[str, int] = {}
    for number, raw in enumerate(file.read_bytes().split(b"\n"), start=1):
        where = f"{file.name}:{number}"
        if not raw.strip():
            continue
        try:
            row = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            flaws.add(
                where, f"not UTF-8 (byte {error.start})", f"不是 UTF-8（第 {error.start} 字节）"
            )
            continue
        except json.JSONDecodeError as error:
            flaws.add(where, f"not JSON ({error.msg})", f"不是 JSON（{error.msg}）")
            continue
        if isinstance(row, dict) and type(row.get("id")) is int:
            row["id"] = str(row["id"])
        if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
            flaws.add(where, 'not an object with a text "id"', "不是带文本 id 的对象")
            continue
        if unique and row["id"] in seen:
            first = seen[row["id"]]
            flaws.add(
                where,
                f"id {row['id']} is already on line {first}",
                f"id {row['id']} 与第 {first} 行重复",
            )
            continue
        seen[row["id"]] = number
        yield where, row


def texts_of(row: Mapping[str, Any], name: str, where: str, flaws: Flaws) -> tuple[str, ...]:
    """Return a field that holds a text or a list of texts; blank texts are left out."""
    value = row.get(name)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(item for item in value if item.strip())
    flaws.add(where, f"{name} is not a list of texts", f"{name} 不是文本列表")
    return ()


def parts_of(row: Mapping[str, Any], where: str, flaws: Flaws) -> tuple[tuple[str, ...], ...]:
    """Return ``answers_all``: for each part that is needed its accepted forms."""
    value = row.get("answers_all") or []
    parts = [[item] if isinstance(item, str) else item for item in value]
    for part in parts:
        if not (isinstance(part, list) and part and all(isinstance(f, str) for f in part)):
            flaws.add(
                where,
                "answers_all is not a list of lists of texts",
                "answers_all 不是文本列表的列表",
            )
            return ()
    return tuple(tuple(part) for part in parts)
