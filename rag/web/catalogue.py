"""The collections on disk: an index directory each, and the files that came through the page."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from rag.errors import IndexNotWritable, UsageError

DEFAULT = "default"

MAXIMUM_LABEL = 60
MAXIMUM_COLLECTIONS = 50

_LABEL_FILE = "collection.json"
_PENDING = "pending"
_NAME = re.compile(r"[0-9a-f]{8}")
_UNWELCOME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection. ``label`` is empty for the default one: the page has words for it.

    ``index`` is the directory of its index, ``files`` the folder of what was uploaded to it.
    ``made`` says that the page made it, so that the page may remove it. ``writable`` is False
    for the shipped documents, which are not the user's to change.
    """

    name: str
    label: str
    index: Path
    files: Path
    made: bool = False
    writable: bool = True

    @property
    def pending(self) -> Path:
        """The mark of an indexing that was begun and not finished."""
        return self.files.parent / _PENDING


class Catalogue:
    """The default collection and those made by the page below ``root``. Safe between threads."""

    def __init__(self, root: Path, default: Collection) -> None:
        """Keep made collections in folders of ``root``."""
        self._root = root
        self._default = default
        self._lock = threading.Lock()

    def all(self) -> list[Collection]:
        """Return the default collection and then the made ones by label."""
        folders = sorted(self._root.iterdir()) if self._root.is_dir() else []
        made = [
            self._made(folder)
            for folder in folders
            if _NAME.fullmatch(folder.name) and (folder / _LABEL_FILE).is_file()
        ]
        return [self._default, *sorted(made, key=lambda collection: collection.label)]

    def get(self, name: str) -> Collection:
        """Return a collection by name, empty meaning the default. Raises UsageError."""
        for collection in self.all():
            if collection.name == (name or DEFAULT):
                return collection
        raise UsageError(
            "This collection is gone; reload the page and choose another.",
            "这个文档集已经不在了，请刷新页面后另选一个。",
        )

    def create(self, label: str) -> Collection:
        """Make an empty collection. Raises UsageError for a label that is taken or unusable."""
        label = clean_label(label)
        with self._lock:
            existing = self.all()
            if any(collection.label == label for collection in existing):
                raise UsageError(
                    f"There is already a collection {label}; choose another name.",
                    f"已有名为“{label}”的文档集，请换一个名字。",
                )
            if len(existing) > MAXIMUM_COLLECTIONS:
                raise UsageError(
                    f"There are {MAXIMUM_COLLECTIONS} collections; remove one first.",
                    f"文档集已有 {MAXIMUM_COLLECTIONS} 个，请先删除一个。",
                )
            folder = self._root / secrets.token_hex(4)
            try:
                (folder / "files").mkdir(parents=True)
                text = json.dumps({"label": label}, ensure_ascii=False)
                (folder / _LABEL_FILE).write_text(text, encoding="utf-8")
            except OSError as error:
                raise not_writable(self._root, error) from error
            return self._made(folder)

    def remove(self, name: str) -> None:
        """Remove a made collection with its index and its uploaded files. Raises UsageError."""
        collection = self.get(name)
        if not collection.made:
            raise UsageError(
                "This collection was not made on this page; remove it with your file manager.",
                "这个文档集不是在页面上建立的，请用文件管理器删除。",
            )
        # Out of sight first: a removal that is interrupted leaves no half collection.
        folder = collection.files.parent
        hidden = folder.with_name(f".removed-{folder.name}-{secrets.token_hex(4)}")
        try:
            folder.rename(hidden)
        except OSError as error:
            raise not_writable(folder, error) from error
        shutil.rmtree(hidden, ignore_errors=True)

    def _made(self, folder: Path) -> Collection:
        try:
            label = json.loads((folder / _LABEL_FILE).read_text(encoding="utf-8"))["label"]
        except (OSError, ValueError, KeyError, TypeError):
            label = folder.name
        return Collection(folder.name, str(label), folder / "index", folder / "files", made=True)


def clean_label(label: str) -> str:
    """Return a label fit to be shown. Raises UsageError where nothing is left of it."""
    text = " ".join(_UNWELCOME.sub(" ", unicodedata.normalize("NFC", label)).split())
    if not text or len(text) > MAXIMUM_LABEL:
        raise UsageError(
            f"A collection needs a name of 1 to {MAXIMUM_LABEL} characters.",
            f"文档集的名字须有 1 到 {MAXIMUM_LABEL} 个字符。",
        )
    return text


def safe_relative(name: str) -> Path:
    """Return a path below a folder for the name a browser gave, whatever that name holds.

    Folders of the name are kept; ``..``, absolute and hidden parts, control and direction
    characters are not. Raises UsageError where no file name is left.
    """
    parts = []
    for part in unicodedata.normalize("NFC", name).replace("\\", "/").split("/"):
        cleaned = " ".join(_UNWELCOME.sub("_", part).split()).lstrip(".").strip()
        if cleaned:
            parts.append(_shortened(cleaned))
    if not parts:
        raise UsageError("The file has no usable name; rename it.", "文件名无法使用，请改名。")
    return Path(*parts[-4:])


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 12:
        stem, suffix = name, ""
    while len(f"{stem}.{suffix}".encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}.{suffix}" if suffix else stem


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all. Raises IndexNotWritable."""
    beside = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise not_writable(path.parent, error) from error


def not_writable(directory: Path, error: OSError) -> IndexNotWritable:
    """Return the error of a folder that takes no files, with the system's reason."""
    return IndexNotWritable(
        directory,
        f"{directory} cannot be written ({error.strerror}); free space or change its permissions.",
        f"无法写入 {directory}（{error.strerror}），请腾出空间或修改权限。",
    )
