"""The file underneath: connections, one writer at a time, errors in words.

The database keeps a rollback journal, not a write-ahead log. A closed index is then one plain
file, readable from a directory nobody can write to; readers never write; nothing has to be
switched while others have it open. A journal that a killed writer left behind is rolled back by
the next one who opens the file and may write; who may not reads a private copy.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from rag.errors import IndexCorrupt, IndexLocked, IndexNotFound, IndexNotWritable, IndexStoreError
from rag.index import schema
from rag.index.schema import DATABASE

LOCK = "index.lock"
NEW = "index.sqlite.new"
"""An index that is not yet in use."""

_OWN_FILES = frozenset({DATABASE, f"{DATABASE}-journal", NEW, f"{NEW}-journal", LOCK})

DATABASE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file raises; the second where SQLite's own message quotes the damage."""

_PATIENCE = 60.0
"""Seconds a reader waits for a commit, and a commit for readers."""

_HEADER = 100
"""Bytes of the header of a database file."""

_COPY_ATTEMPTS = 3

_FULL = frozenset({sqlite3.SQLITE_FULL})
_UNWRITABLE = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open an existing database file; transactions are begun by hand.

    A reader may write all the same while it opens: rolling back what a killed writer left.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    # Functions hidden in the schema of a foreign file are not run.
    connection.execute("PRAGMA trusted_schema = OFF")
    if write:
        connection.execute("PRAGMA journal_mode = DELETE")
        # EXTRA also syncs the directory, so that a journal, once gone, stays gone.
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA cache_size = -65536")
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Turn errors of SQLite while reading into errors of the index."""
    try:
        yield
    except DATABASE_ERRORS as error:
        if _primary(error) in _BUSY:
            raise locked(directory) from error
        raise schema.damaged(directory, str(error)) from error


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the file system while writing into errors of the index."""
    try:
        yield
    except DATABASE_ERRORS as error:
        code = _primary(error)
        if code in _BUSY:
            raise locked(directory) from error
        if code in _FULL or code in _UNWRITABLE:
            raise not_writable(directory, str(error)) from error
        raise schema.damaged(directory, str(error)) from error
    except OSError as error:
        raise not_writable(directory, error.strerror or str(error)) from error


def locked(directory: Path, holder: str = "") -> IndexLocked:
    """Return the error for an index another process is writing to."""
    who = f" ({holder})" if holder else ""
    chinese = f"（{holder}）" if holder else ""
    return IndexLocked(
        directory,
        f"Another process{who} is using the index in {directory}; wait until it is done, or stop "
        "it, then run the command again.",
        f"另一个进程{chinese}正在使用索引 {directory}；请等它结束或将其停止，然后重新运行命令。",
    )


def not_writable(directory: Path, reason: str) -> IndexNotWritable:
    """Return the error for a directory that takes no (more) data."""
    return IndexNotWritable(
        directory,
        f"The index in {directory} cannot be written ({reason}); what was in it before is kept: "
        "free space or make it writable, then run the command again.",
        f"无法写入索引 {directory}（{reason}），原有内容保持不变；"
        "请释放磁盘空间或修改权限，然后重新运行命令。",
    )


def check_place(directory: Path) -> None:
    """Refuse to put an index among files that are not its own. Raises IndexNotWritable."""
    path = directory / DATABASE
    with writing(directory):
        if directory.exists() and not directory.is_dir():
            raise _unsuitable(directory, "is a file, not a directory", "是文件而不是目录")
        if path.exists():
            with path.open("rb") as stream:
                head = stream.read(_HEADER)
            application = int.from_bytes(head[68:72], "big")
            whole = len(head) == _HEADER and head.startswith(b"SQLite format 3\0")
            if whole and application != schema.APPLICATION_ID:
                raise _unsuitable(
                    directory,
                    f"holds a database {DATABASE} of another program",
                    f"中的数据库 {DATABASE} 属于其他程序",
                )
            return
        for entry in directory.iterdir() if directory.exists() else ():
            own = entry.name in _OWN_FILES or entry.match("vectors-*.faiss*")
            if not own and not entry.name.startswith(".") and entry.name != "lost+found":
                raise _unsuitable(
                    directory,
                    f"holds other files, such as {entry.name}",
                    f"中有其他文件（如 {entry.name}）",
                )


def _unsuitable(directory: Path, reason: str, chinese: str) -> IndexNotWritable:
    return IndexNotWritable(
        directory,
        f"{directory} {reason}, so no index is put there; name an empty directory with --index.",
        f"{directory} {chinese}，不能在此建立索引；请用 --index 指定一个空目录。",
    )


def database_path(directory: Path) -> Path:
    """Return the path of the database; raise IndexNotFound where there is none."""
    path = directory / DATABASE
    try:
        found = path.is_file()
    except OSError as error:
        raise _not_readable(directory, error.strerror or str(error)) from error
    if not found:
        raise IndexNotFound(
            directory,
            f"There is no index in {directory}; run: rag index PATH… --index {directory}",
            f"{directory} 中没有索引；请运行：rag index 路径… --index {directory}",
        )
    return path


def readable_path(directory: Path) -> tuple[Path, tempfile.TemporaryDirectory[str] | None]:
    """Return a database that can be read now, checked to be one of ours.

    Usually the one in ``directory``. Where a killed writer left a journal that cannot be rolled
    back there (a read-only place), a private copy, and the folder that holds it. Raises
    IndexNotFound, IndexCorrupt, IndexMismatch.
    """
    path = database_path(directory)
    try:
        with open(path, "rb"):  # noqa: PTH123 - says why it cannot be read, which SQLite does not
            pass
    except OSError as error:
        raise _not_readable(directory, error.strerror or str(error)) from error
    try:
        _probe(path, directory)
    except DATABASE_ERRORS as error:
        if is_unwritable(error) and journal_of(path).exists():
            folder = _private_copy(path, directory)
            copy = Path(folder.name) / DATABASE
            with reading(directory):
                _probe(copy, directory)
            return copy, folder
        with reading(directory):
            raise
    return path, None


def _probe(path: Path, directory: Path) -> None:
    connection = connect(path)
    try:
        schema.check_format(connection, directory)
        schema.read_generation(connection, directory)
    finally:
        connection.close()


def _private_copy(path: Path, directory: Path) -> tempfile.TemporaryDirectory[str]:
    """Copy database and journal, as they were at one moment, to a temporary folder."""
    folder = tempfile.TemporaryDirectory(prefix="rag-index-")
    try:
        for _ in range(_COPY_ATTEMPTS):
            files = [path, journal_of(path)]
            before = [state_of(file) for file in files]
            with suppress(FileNotFoundError):
                for file in files:
                    shutil.copyfile(file, Path(folder.name) / file.name)
                if before == [state_of(file) for file in files]:
                    return folder
    except OSError as error:
        folder.cleanup()
        raise _not_readable(directory, error.strerror or str(error)) from error
    folder.cleanup()
    raise locked(directory)


def journal_of(path: Path) -> Path:
    """Return the path of the rollback journal of a database."""
    return path.with_name(f"{path.name}-journal")


def state_of(path: Path) -> tuple[int, int, int, int]:
    """Return what changes when the file at ``path`` is replaced or written; zeros if absent."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0, 0, 0)
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _not_readable(directory: Path, reason: str) -> IndexStoreError:
    return IndexCorrupt(
        directory,
        f"The index in {directory} cannot be read ({reason}); make it readable or name another "
        "directory with --index.",
        f"无法读取索引 {directory}（{reason}）；请修改其权限，或用 --index 指定其他目录。",
    )


def is_unwritable(error: BaseException) -> bool:
    """Whether SQLite failed because it may not write (to roll back, even for reading)."""
    return _primary(error) in _UNWRITABLE


def _primary(error: BaseException) -> int:
    """Return SQLite's primary result code: the low byte of the extended one."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


class WriteLock:
    """Held by the one process that changes an index; makes the directory if need be.

    The lock is the kernel's (``flock``): it ends with the process, however that ends.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.created_directory = False
        self._descriptor = -1

    def __enter__(self) -> WriteLock:
        """Take the lock; raise IndexLocked or IndexNotWritable."""
        with writing(self._directory):
            if not self._directory.is_dir():
                with suppress(FileExistsError):
                    self._directory.mkdir(parents=True)
                    self.created_directory = True
            self._descriptor = self._acquire()
            os.ftruncate(self._descriptor, 0)
            # Only read to name the holder, so a full disk may cut it short.
            with suppress(OSError):
                os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)
        return self

    def _acquire(self) -> int:
        path = self._directory / LOCK
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Someone may have removed the file between opening and locking it.
                with suppress(FileNotFoundError):
                    if os.fstat(descriptor).st_ino == path.stat().st_ino:
                        return descriptor
            except OSError as error:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                os.close(descriptor)
                if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                    raise locked(self._directory, f"pid {holder}" if holder else "") from None
                raise
            os.close(descriptor)

    def remove(self) -> None:
        """Remove lock file and, if this lock made it, the directory: nothing came of it."""
        (self._directory / LOCK).unlink(missing_ok=True)
        if self.created_directory:
            with suppress(OSError):
                self._directory.rmdir()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the lock go."""
        os.close(self._descriptor)


def sync_directory(directory: Path) -> None:
    """Make renames in ``directory`` survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
