"""The list of a model directory's files with their check sums, and the checks against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

FILE_NAME = "manifest.json"

_CHUNK = 1 << 20


class DamagedDirectory(Exception):
    """The directory is not what its manifest says; the text says where."""


def file_digest(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def write_manifest(
    directory: Path,
    content: Mapping[str, Any],
    *,
    file_done: Callable[[], None] = lambda: None,
) -> None:
    """Record ``content`` and, for every file below ``directory``, size, SHA-256 and time.

    ``content`` holds plain JSON values.
    """
    files: dict[str, dict[str, Any]] = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name != FILE_NAME:
            status = path.stat()
            files[path.relative_to(directory).as_posix()] = {
                "size": status.st_size,
                "sha256": file_digest(path),
                "changed": status.st_mtime_ns,
            }
            file_done()
    _write(directory / FILE_NAME, {**content, "files": files})


def check_manifest(directory: Path, content: Mapping[str, Any]) -> None:
    """Raise :class:`DamagedDirectory` unless the directory is whole and made as ``content`` says.

    A file that has the recorded size and time of change is taken as it is; any other (touched,
    copied, restored from a backup) is read and its check sum compared.
    """
    path = directory / FILE_NAME
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        recorded = manifest.pop("self")
        files: dict[str, dict[str, Any]] = manifest["files"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedDirectory(f"{FILE_NAME}: {error}") from error
    if recorded != _own_digest(manifest):
        raise DamagedDirectory(f"{FILE_NAME}: check sum")
    for key, value in content.items():
        if manifest.get(key) != value:
            raise DamagedDirectory(f"{FILE_NAME}: {key}")
    touched = False
    for name, entry in files.items():
        try:
            status = (directory / name).stat()
            if status.st_size != entry["size"]:
                raise DamagedDirectory(f"{name}: {status.st_size} bytes of {entry['size']}")
            if status.st_mtime_ns != entry["changed"]:
                if file_digest(directory / name) != entry["sha256"]:
                    raise DamagedDirectory(f"{name}: check sum")
                entry["changed"] = status.st_mtime_ns
                touched = True
        except OSError as error:
            raise DamagedDirectory(f"{name}: {error.strerror}") from error
    if touched:
        _remember(path, manifest)


def _remember(path: Path, manifest: dict[str, Any]) -> None:
    """Save the new times, so that the next check is quick; a read-only directory stays slow."""
    beside = path.with_name(f"{path.name}.new")
    try:
        _write(beside, manifest)
        beside.replace(path)
    except OSError:
        return


def _write(path: Path, manifest: dict[str, Any]) -> None:
    whole = {**manifest, "self": _own_digest(manifest)}
    path.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _own_digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode("utf-8")).hexdigest()
