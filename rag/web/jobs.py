"""Indexing in the background: it goes on when the page is closed, one piece of work at a time."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.errors import IndexNotFound, RagError, UsageError
from rag.progress import Progress
from rag.records import BuildReport
from rag.web.asking import failure
from rag.web.catalogue import Collection, not_writable
from rag.web.library import Library, files_of

_LOG = logging.getLogger(__name__)

SECONDS_WITHOUT_UPLOAD = 10.0
"""How long a reader who uploaded may take to ask for the indexing himself."""

_KEPT = 30
_WAITING = 50

Work = Callable[[Progress], BuildReport]


@dataclass(slots=True)
class Job:
    """One piece of work as the page shows it. ``state``: waiting, running, done or failed."""

    id: str
    collection: str
    kind: str
    state: str = "waiting"
    stage: str = ""
    done: int = 0
    total: int = 0
    report: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    work: Work | None = field(default=None, repr=False)

    def view(self) -> dict[str, Any]:
        """Return the job as JSON."""
        keys = ("id", "collection", "kind", "state", "stage", "done", "total", "report", "error")
        return {key: getattr(self, key) for key in keys}


class Jobs:
    """Runs work on collections in one thread and remembers how it ended."""

    def __init__(self, library: Library) -> None:
        """Take up what an earlier run of the server did not finish."""
        self._library = library
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._queue: queue.Queue[Job | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._timers: dict[str, threading.Timer] = {}
        if library.catalogue is not None:
            for collection in library.catalogue.all():
                if collection.pending.exists():
                    self.add(collection)

    def of(self, collection: str) -> list[dict[str, Any]]:
        """Return the jobs of a collection, the newest first."""
        with self._lock:
            jobs = [job.view() for job in self._jobs.values() if job.collection == collection]
        return jobs[::-1]

    def expect(self, collection: Collection) -> None:
        """Index what is being uploaded even if nobody comes to ask for it."""
        mark_pending(collection)
        timer = threading.Timer(SECONDS_WITHOUT_UPLOAD, self._add_unasked, [collection])
        timer.daemon = True
        with self._lock:
            earlier, self._timers[collection.name] = self._timers.get(collection.name), timer
        if earlier is not None:
            earlier.cancel()
        timer.start()

    def _add_unasked(self, collection: Collection) -> None:
        try:
            self.add(collection)
        except RagError as error:
            _LOG.warning("what was uploaded is not indexed yet: %s", error)

    def add(self, collection: Collection) -> Job:
        """Index what was uploaded to a collection and is new or changed."""
        with self._lock:
            timer = self._timers.pop(collection.name, None)
        if timer is not None:
            timer.cancel()
        return self._start(collection, "add", lambda progress: self._index(collection, progress))

    def reindex(self, collection: Collection) -> Job:
        """Read every source again: changed ones are replaced, vanished ones removed."""
        return self._start(
            collection,
            "reindex",
            lambda progress: self._index(collection, progress, everything=True),
        )

    def remove(self, collection: Collection, ids: Sequence[str]) -> Job:
        """Remove documents, and the uploaded files of which nothing is left."""
        return self._start(
            collection, "remove", lambda _progress: self._remove(collection, frozenset(ids))
        )

    def close(self) -> None:
        """Let the running work end, start no more."""
        with self._lock:
            timers, self._timers = list(self._timers.values()), {}
        for timer in timers:
            timer.cancel()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(60)

    def _start(self, collection: Collection, kind: str, work: Work) -> Job:
        if not collection.writable:
            raise UsageError(
                "The shipped documents cannot be changed; make a collection of your own.",
                "随附的文档不能修改，请新建自己的文档集。",
            )
        job = Job(secrets.token_hex(8), collection.name, kind, work=work)
        with self._lock:
            if sum(other.state == "waiting" for other in self._jobs.values()) >= _WAITING:
                raise UsageError(
                    "Too much is waiting to be indexed; try again when some of it is done.",
                    "等待索引的任务太多，请稍后再试。",
                )
            self._jobs[job.id] = job
            for old in [key for key, other in self._jobs.items() if other.report or other.error]:
                if len(self._jobs) <= _KEPT:
                    break
                del self._jobs[old]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="rag-jobs", daemon=True)
                self._thread.start()
        self._queue.put(job)
        return job

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            job.state = "running"

            def told(stage: str, done: int, total: int, job: Job = job) -> None:
                job.stage, job.done, job.total = stage, done, total

            try:
                assert job.work is not None
                job.report = _shown(job.work(told))
                job.state = "done"
            except Exception as error:  # noqa: BLE001 - shown to the reader, logged if unmeant
                job.error = failure(error)
                job.state = "failed"
            job.work = None

    def _index(
        self, collection: Collection, progress: Progress, *, everything: bool = False
    ) -> BuildReport:
        paths: list[Path] = [collection.files] if files_of(collection.files) else []
        vanished: list[str] = []
        if everything:
            elsewhere, vanished = self._sources(collection)
            paths += elsewhere
        if not paths and not vanished:
            raise UsageError("There is nothing to index yet.", "还没有可以索引的文件。")
        report = BuildReport()
        if paths:
            mark_pending(collection)
            report = self._build(collection, paths, progress, remove_missing=everything)
            collection.pending.unlink(missing_ok=True)
        if vanished:
            from rag.index import remove_documents

            removed = remove_documents(collection.index, vanished)
            report = replace(report, removed=report.removed + removed)
        return report

    def _build(
        self, collection: Collection, paths: list[Path], progress: Progress, *, remove_missing: bool
    ) -> BuildReport:
        from rag.index import build_index

        settings = self._library.settings
        assert settings is not None
        return build_index(
            paths,
            collection.index,
            embedder=self._library.embedder(progress),
            chunk_maximum=settings.chunk_maximum,
            chunk_minimum=settings.chunk_minimum,
            part_target=settings.part_target,
            remove_missing=remove_missing,
            progress=progress,
        )

    def _sources(self, collection: Collection) -> tuple[list[Path], list[str]]:
        """Return the files indexed from elsewhere, and the documents of which no file is left."""
        try:
            documents = self._library.open_index(collection).documents()
        except (IndexNotFound, UsageError):
            return [], []
        own = str(collection.files) + "/"
        there = {path for document in documents for path in document.paths if Path(path).exists()}
        vanished = [
            document.id
            for document in documents
            if not there.intersection(document.paths)
            and not all(path.startswith(own) for path in document.paths)
        ]
        return [Path(path) for path in sorted(there) if not path.startswith(own)], vanished

    def _remove(self, collection: Collection, ids: frozenset[str]) -> BuildReport:
        from rag.index import remove_documents

        own = str(collection.files) + "/"
        kept: set[str] = set()
        going: set[str] = set()
        for document in self._library.open_index(collection).documents():
            (going if document.id in ids else kept).update(document.paths)
        removed = remove_documents(collection.index, sorted(ids))
        for path in going - kept:
            if path.startswith(own):
                Path(path).unlink(missing_ok=True)
        return BuildReport(removed=removed)


def mark_pending(collection: Collection) -> None:
    """Note on disk that uploaded files wait to be indexed; a new server takes them up."""
    try:
        collection.pending.parent.mkdir(parents=True, exist_ok=True)
        collection.pending.touch()
    except OSError as error:
        raise not_writable(collection.pending.parent, error) from error


def _shown(report: BuildReport) -> dict[str, Any]:
    """Return a report without the server's folders."""
    view = report.to_dict()
    for refusal in view["refused"]:
        path = refusal["path"]
        name = refusal["path"] = Path(path).name
        for key in ("reason", "reason_chinese"):
            refusal[key] = refusal[key].replace(path, name)
    return view
