"""Digests of what a result depends on, so that a stored result is never taken for a new one."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent

_NO_INFLUENCE = frozenset({"web", "cli", "evaluation", "__pycache__", "_resources"})
"""Parts of the package that cannot change what the bot answers."""

_BUILDING = ("records.py", "chunking.py", "lexical.py", "vectors.py", "text", "readers",
             "embedding", "index")  # fmt: skip
"""What the contents of an index depend on."""


@cache
def answering_code() -> str:
    """Return the digest of all code and data of the package that an answer depends on.

    Read once in a process: what runs is what was loaded, whatever happens to the files.
    """
    return _digest(_files(_PACKAGE, skip=_NO_INFLUENCE))


@cache
def building_code() -> str:
    """Return the digest of the code and data that the contents of an index depend on."""
    chosen = [_PACKAGE / name for name in _BUILDING]
    return _digest(file for path in chosen if path.exists() for file in _files(path))


def digest_of(*parts: str) -> str:
    """Return one digest (16 hexadecimal digits) of several texts."""
    joined = "\0".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(joined.encode(), digest_size=8).hexdigest()


def _files(path: Path, skip: frozenset[str] = frozenset({"__pycache__"})) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for child in sorted(path.iterdir()):
        if child.name not in skip:
            yield from _files(child, skip)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for file in files:
        digest.update(f"{file.relative_to(_PACKAGE).as_posix()}\0".encode())
        content = file.read_bytes()
        if file.suffix == ".py":
            content = _meaning(content.decode())
        digest.update(hashlib.blake2b(content, digest_size=16).digest())
    return digest.hexdigest()


def _meaning(source: str) -> bytes:
    """Return the syntax tree as text: comments, layout and docstrings do not count."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree).encode()
