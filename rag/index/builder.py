"""Build, change and rebuild a saved index."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.index import cache
from rag.index.database import WriteLock, check_place, database_path, writing
from rag.index.pipeline import Pipeline
from rag.index.planning import Change
from rag.index.schema import DATABASE, Recipe
from rag.index.state import load
from rag.index.store import Store
from rag.progress import Progress, silent
from rag.readers import SourceFile, discover
from rag.readers.discovery import printable
from rag.records import BuildReport

if TYPE_CHECKING:
    from rag.embedding.base import Embedder

_logger = logging.getLogger(__name__)


def build_index(
    paths: Sequence[Path | str],
    directory: Path | str,
    *,
    embedder: Embedder,
    chunk_maximum: int,
    chunk_minimum: int,
    part_target: int,
    remove_missing: bool = False,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Make the index in ``directory`` hold what the files under ``paths`` say now.

    Only what is new or changed is read and embedded. Sources that vanished from below ``paths``
    stay unless ``remove_missing``. With ``rebuild`` all is made anew beside the old index, which
    answers until the new one takes its place. Each document is stored in a transaction: a build
    that is interrupted keeps what it has reported as written, and goes on from there next time.

    Files that cannot be used are named in the report. Raises UsageError or DocumentError where
    there is nothing to read or nothing of it can be used, IndexMismatch where the index was made
    with another model or chunking, IndexLocked, IndexNotWritable, IndexCorrupt, ModelError.
    """
    started = time.monotonic()
    directory = Path(directory)
    given = [Path(os.path.abspath(Path(path).expanduser())) for path in paths]  # noqa: PTH100
    sources = discover(given)
    check_place(directory)
    sources = _outside(sources, directory)
    if not sources:
        raise DocumentError(
            given[0],
            f"{given[0]} holds no document; put documents there or name another folder.",
            f"{given[0]} 中没有文档；请放入文档，或指定其他文件夹。",
        )
    recipe = Recipe.of(
        embedder,
        chunk_maximum=chunk_maximum,
        chunk_minimum=chunk_minimum,
        part_target=part_target,
    )
    with WriteLock(directory) as lock:
        existed = (directory / DATABASE).exists()
        try:
            store = Store.open(directory, recipe, rebuild=rebuild)
        except BaseException:
            if not existed:
                lock.remove()
            raise
        try:
            pipeline = Pipeline(store, embedder, progress or silent)
            leaving = _vanished(store, given, sources) if remove_missing else ()
            pipeline.run(sources, leaving)
            _check_any(pipeline, len(sources))
            store.publish()
        except BaseException:
            if store.unused:
                store.discard()
                if not existed:
                    lock.remove()
            raise
        finally:
            store.close()
        totals = store.generation
        _save_cache(directory, recipe.dimension)
    counts = pipeline.counts
    return BuildReport(
        added=counts[Change.ADDED],
        unchanged=counts[Change.UNCHANGED],
        replaced=counts[Change.REPLACED],
        removed=counts[Change.REMOVED],
        duplicates=counts[Change.DUPLICATE],
        refused=tuple(pipeline.refusals),
        documents=totals.documents,
        passages=totals.passages,
        vectors=totals.vectors,
        seconds=time.monotonic() - started,
    )


def remove_documents(directory: Path | str, ids: Collection[str]) -> int:
    """Remove documents from the index and return how many there were; unknown ids count nothing.

    The files they came from are not touched: indexing them again brings the documents back.
    Raises IndexNotFound, IndexLocked, IndexNotWritable, IndexCorrupt.
    """
    directory = Path(directory)
    database_path(directory)
    with WriteLock(directory):
        store = Store.open(directory, None)
        try:
            catalogue = store.catalogue()
            paths = {path for identity in ids for path in catalogue.paths_of(identity)}
            steps = [catalogue.remove(identity) for identity in dict.fromkeys(ids)]
            found = [step for step in steps if step is not None]
            if found:
                with store.transaction():
                    for step in found:
                        store.apply(step.operations)
                    for path in paths:
                        store.forget_source(path)
        finally:
            store.close()
        _save_cache(directory, store.recipe.dimension)
    return len(found)


def _outside(sources: Sequence[SourceFile], directory: Path) -> list[SourceFile]:
    """Leave out the files of the index itself, should it lie among the documents."""
    own = os.path.realpath(directory)
    return [
        source
        for source in sources
        if os.path.commonpath([own, os.path.realpath(source.path)]) != own
    ]


def _vanished(store: Store, given: Sequence[Path], sources: Sequence[SourceFile]) -> list[str]:
    """Return the known sources below the given paths that are no longer there."""
    present = {printable(source.path) for source in sources}
    roots = tuple(f"{printable(path).rstrip('/')}/" for path in given)
    return [
        path
        for path in store.sources()
        if path not in present and path.startswith(roots) and not os.path.lexists(path)
    ]


def _check_any(pipeline: Pipeline, sources: int) -> None:
    """Raise DocumentError where every source was refused and nothing else was done."""
    if not pipeline.refusals or pipeline.counts.total():
        return
    if sources == 1 and pipeline.errors:
        raise pipeline.errors[0]
    first = pipeline.refusals[0]
    raise DocumentError(
        first.path,
        f"None of the {sources} files could be indexed; the first one: {first.reason}",
        f"{sources} 个文件均无法收入索引；第一个的原因：{first.reason_chinese}",
    )


def _save_cache(directory: Path, dimension: int) -> None:
    """Write the vector cache of the newest generation, unless it is there."""
    store = Store.open(directory, None)
    try:
        if cache.current(directory, store.generation.number):
            return
        with writing(directory):
            state = load(
                store.connection,
                directory,
                dimension,
                known=cache.states(directory, dimension),
            )
        cache.write(directory, state)
    except OSError as error:
        # Nothing is lost: the next one to open the index makes it again.
        _logger.warning("the vector cache of %s could not be written: %s", directory, error)
    finally:
        store.close()
