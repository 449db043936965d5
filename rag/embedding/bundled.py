"""Makes the bundled model's directory, once, and hands it out checked.

The directory is a sentence-transformers model with the graph of the light engine beside it. It is
built in a neighbour directory and renamed into place, under a lock, so that neither a kill nor a
second process ever shows a half-made model to anybody.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.embedding.manifest import DamagedDirectory, check_manifest, write_manifest
from rag.embedding.packed import (
    PACKAGE,
    PACKAGE_VERSION,
    SHA256,
    packed_file,
    read_packed,
)
from rag.errors import ModelError
from rag.progress import Progress, silent

NAME = "multilingual-e5-small"
GRAPH = "model.onnx"
EXACT_GRAPH = "exact.onnx"
TABLE = "words.table"
STAGE = "convert-model"

# Raise this number whenever the conversion gives other vectors: indexes made before are refused.
FORMAT = 1

_ORIGIN = {"model": f"intfloat/{NAME}", "source_sha256": SHA256, "format": FORMAT}
_NEEDED = 340 * 1024**2
_FILES = 13

_README = f"""# {NAME}

Converted from the 4-bit file of the package {PACKAGE} {PACKAGE_VERSION} (MIT licence), which holds
intfloat/{NAME} (MIT licence; Wang et al. 2024, "Multilingual E5 Text Embeddings",
arXiv:2402.05672). Questions begin with "query: ", passages with "passage: ".

`model.safetensors` and the files around it are for sentence-transformers; `{GRAPH}` (with
`{TABLE}`) and `unigram.npz` are for the light engine. This directory may be deleted: it is made
again at the next use.
"""


def bundled_directory(cache_dir: Path) -> Path:
    """Return where the bundled model is, or will be, below ``cache_dir``."""
    return cache_dir / f"{NAME}-{FORMAT}"


def ensure_bundled(cache_dir: Path, *, progress: Progress | None = None) -> Path:
    """Return the checked directory of the bundled model, making or mending it where needed.

    Raise :class:`ModelError` when the package is absent, the disk is full or the cache directory
    cannot be written.
    """
    target = bundled_directory(cache_dir)
    if _is_whole(target):
        return target
    report = progress or silent
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _locked(cache_dir / f".{target.name}.lock", report):
            # Another process may have made it while this one waited.
            if not _is_whole(target):
                _replace(target, report)
    except OSError as error:
        raise _cannot_write(cache_dir, error) from error
    return target


def convert(directory: Path, *, progress: Progress | None = None, exact: bool = False) -> None:
    """Write every file of the model into ``directory``, an existing and empty one.

    ``exact`` adds the graph in float32, against which the quantised one is tested.
    Raise :class:`ModelError` when the package is absent or damaged, ``OSError`` when writing
    fails.
    """
    from rag.embedding import checkpoint, graph, unigram

    report = progress or silent
    done, total = 0, 2 + _FILES + exact
    report(STAGE, done, total)

    def step() -> None:
        nonlocal done, total
        done += 1
        total = max(total, done)
        report(STAGE, done, total)

    model = read_packed(packed_file())
    total += (2 + exact) * model.config.layers
    step()
    unigram.write_vocabulary(model.vocabulary, directory / unigram.FILE_NAME)
    step()
    table = directory / TABLE
    graph.write_graph(model, directory / GRAPH, table=table, quantised=True, layer_done=step)
    if exact:
        graph.write_graph(
            model, directory / EXACT_GRAPH, table=table, quantised=False, layer_done=step
        )
    checkpoint.write_checkpoint(model, directory, layer_done=step)
    (directory / "README.md").write_text(_README, encoding="utf-8")
    for path in directory.rglob("*"):
        _sync(path)
    write_manifest(directory, _ORIGIN, file_done=step)
    for path in (directory / "manifest.json", directory):
        _sync(path)
    report(STAGE, total, total)


def _is_whole(target: Path) -> bool:
    if not target.is_dir():
        return False
    try:
        check_manifest(target, _ORIGIN)
    except DamagedDirectory:
        return False
    return True


def _replace(target: Path, progress: Progress) -> None:
    """Build the directory beside ``target`` and put it there; the lock is held."""
    beside, old = (target.with_name(f"{target.name}.{end}") for end in ("partial", "old"))
    for leftover in (beside, old):
        if leftover.exists():
            shutil.rmtree(leftover)
    free = shutil.disk_usage(target.parent).free
    if free < _NEEDED:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    beside.mkdir()
    try:
        convert(beside, progress=progress)
        if target.exists():
            target.rename(old)
        beside.rename(target)
        _sync(target.parent)
    finally:
        for leftover in (beside, old):
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _locked(path: Path, progress: Progress) -> Iterator[None]:
    """Hold an exclusive lock that the system lets go of when the process ends, however it does."""
    import fcntl

    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("wait-model", 0, 0)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(cache_dir: Path, error: OSError) -> ModelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        size = _NEEDED // 1024**2
        return ModelError(
            f"The bundled model needs {size} MB in {cache_dir}, and the disk is full; "
            f"free some space or choose another cache directory (RAG_CACHE_DIR).",
            f"内置模型需要在 {cache_dir} 占用 {size} MB，但磁盘已满；"
            f"请清理空间或改用其他缓存目录（RAG_CACHE_DIR）。",
        )
    return ModelError(
        f"Cannot write the bundled model to {cache_dir} ({error.strerror}); "
        f"make it writable or choose another cache directory (RAG_CACHE_DIR).",
        f"无法把内置模型写入 {cache_dir}（{error.strerror}）；"
        f"请使其可写或改用其他缓存目录（RAG_CACHE_DIR）。",
    )
