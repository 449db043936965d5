"""Where an index may lie: read-only places, full disks, beside another writer."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from rag.errors import IndexLocked, IndexNotWritable, IndexStoreError
from rag.index import check_index, remove_documents
from rag.index.database import WriteLock
from rag.text.tokens import index_tokens
from tests.index.seeing import newest


def corpus(count, words=3):
    return [
        {"id": f"d{n}", "title": "", "text": f"第{n}篇文档讲的是长城第{n}段的历史。" * words}
        for n in range(count)
    ]


@pytest.fixture
def built(workshop):
    workshop.write("c.jsonl", corpus(40))
    workshop.build()
    return workshop


_ASK = """
import sys
from rag.index import open_index
from rag.text.tokens import index_tokens
from hashing_embedder import HashingEmbedder

embedder = HashingEmbedder()
with open_index(sys.argv[1], embedder=embedder) as index, index.snapshot() as view:
    found = view.search_dense(embedder.embed_query("长城第7段的历史"), 3)
    words = view.search_lexical(index_tokens("长城第7段的历史"), 3)
    keys = [score.key for score in found] + [key for key, _ in words]
    print(" ".join(passage.document_id for passage in view.passages(keys)))
    print(index.document_count)
"""


def ask(run_script, directory, prefix=()):
    process = run_script(_ASK, directory, prefix=prefix)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    ids, count = output.splitlines()
    return ids.split(), int(count)


def mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], check=False, capture_output=True)


@pytest.fixture
def mounted(tmp_path):
    """Return a function that mounts something, or skips; all is undone at the end."""
    points = []

    def at(name, *arguments):
        point = tmp_path / name
        point.mkdir()
        done = mount(*arguments, point)
        if done.returncode:
            pytest.skip(f"this machine lets nobody mount: {done.stderr.decode().strip()}")
        points.append(point)
        return point

    yield at
    for point in reversed(points):
        subprocess.run(["umount", "-l", str(point)], check=True)


@pytest.fixture
def read_only(mounted):
    def make(directory):
        point = mounted("read-only", "--bind", directory)
        assert mount("-o", "remount,bind,ro", point).returncode == 0
        with pytest.raises(OSError, match="Read-only") as caught:
            (point / "x").touch()
        assert caught.value.errno == errno.EROFS
        return point

    return make


def leave_a_journal(workshop, run_script):
    """Kill a writer that has pages of an unfinished transaction in the file."""
    script = """
import os, signal, sys, sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 2")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE documents SET text = 'overwritten'")
connection.execute("UPDATE vectors SET vectors = x'00'")
connection.execute("CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                   "SELECT i + 1 FROM n WHERE i < 2000) SELECT i, zeroblob(500) FROM n")
os.kill(os.getpid(), signal.SIGKILL)
"""
    process = run_script(script, workshop.database)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    journal = workshop.directory / "index.sqlite-journal"
    assert journal.stat().st_size > 0
    return journal


@pytest.mark.slow
@pytest.mark.parametrize("cached", [True, False])
def test_questions_on_a_read_only_file_system(built, read_only, run_script, cached):
    expected = ask(run_script, built.directory)
    if not cached:
        for path in built.directory.glob("vectors-*"):
            path.unlink()
    before = sorted(path.name for path in built.directory.iterdir())
    point = read_only(built.directory)
    assert ask(run_script, point) == expected
    assert check_index(point).problems == ()
    assert sorted(path.name for path in built.directory.iterdir()) == before


@pytest.mark.slow
def test_what_a_killed_writer_left_on_a_read_only_file_system(built, read_only, run_script):
    expected = ask(run_script, built.directory)
    journal = leave_a_journal(built, run_script)
    point = read_only(built.directory)
    assert ask(run_script, point) == expected
    assert check_index(point).problems == ()
    with built.open(point) as index:
        assert index.document_count == 40
        # Rolled back elsewhere, and then changed: the private copy is left for the new state.
        built.write("more.jsonl", [{"id": "moon", "text": "月球。"}])
        built.build()
        assert not journal.exists()
        assert index.document_count == 41


def test_a_writer_killed_while_the_index_is_open_elsewhere(built, read_only, run_script):
    point = read_only(built.directory)
    query = built.embedder.embed_query("长城第7段的历史")
    with built.open(point) as index:
        expected = newest(index).search_dense(query, 5)
        leave_a_journal(built, run_script)
        assert newest(index).search_dense(query, 5) == expected
        assert index.document("d7").text.startswith("第7篇")
        built.write("more.jsonl", [{"id": "moon", "text": "月球。"}])
        built.build()
        assert index.document_count == 41


@pytest.mark.slow
def test_what_a_killed_writer_left_is_rolled_back_by_the_next_reader(built, run_script):
    expected = ask(run_script, built.directory)
    journal = leave_a_journal(built, run_script)
    assert ask(run_script, built.directory) == expected
    assert not journal.exists()
    assert check_index(built.directory).problems == ()


def test_writing_to_a_read_only_file_system_says_so(built, read_only):
    point = read_only(built.directory)
    built.directory = point
    built.write("more.jsonl", [{"id": "moon", "text": "月球。"}])
    for attempt in (built.build, lambda: remove_documents(point, ["d1"])):
        with pytest.raises(IndexNotWritable, match="cannot be written") as caught:
            attempt()
        assert "无法写入" in caught.value.chinese
    built.directory = point / "deeper" / "index"
    with pytest.raises(IndexNotWritable):
        built.build()


def let_others_read(workshop, scripts):
    for path in (workshop.directory, *workshop.directory.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for folder in (workshop.directory.parent, *scripts.parents, scripts):
        if folder.owner() == "root" and len(folder.parts) > 2:
            folder.chmod(0o755)


@pytest.mark.slow
@pytest.mark.parametrize("journal", [False, True])
def test_another_user_may_ask_but_not_write(built, run_script, is_root, journal, tmp_path):
    setpriv = shutil.which("setpriv")
    if not (is_root and setpriv):
        pytest.skip("only root can become another user, with setpriv")
    prefix = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("this machine does not let root become another user")
    expected = ask(run_script, built.directory)
    if journal:
        leave_a_journal(built, run_script)
    let_others_read(built, tmp_path)
    before = sorted((path.name, path.stat().st_size) for path in built.directory.iterdir())
    assert ask(run_script, built.directory, prefix) == expected
    assert sorted((path.name, path.stat().st_size) for path in built.directory.iterdir()) == before


def test_a_second_writer_is_told_who_is_first(built, tmp_path):
    with WriteLock(built.directory):
        for attempt in (built.build, lambda: remove_documents(built.directory, ["d1"])):
            with pytest.raises(IndexLocked, match=rf"pid {os.getpid()}\).*wait until") as caught:
                attempt()
            assert str(built.directory) in str(caught.value)
            assert f"pid {os.getpid()}" in caught.value.chinese
        # Readers are not locked out.
        with built.open() as index:
            assert index.document_count == 40
    assert built.build().unchanged == 40


def test_a_writer_at_work_locks_out_others_until_it_ends(built):
    built.write("more.jsonl", corpus(60)[40:])
    original = built.embedder.embed_passages
    errors = []

    def build_inside(texts, parts=None):
        try:
            built.build()
        except IndexLocked as error:
            errors.append(error)
        return original(texts, parts)

    built.embedder.embed_passages = build_inside
    assert built.build().added == 20
    assert errors


def test_the_first_of_two_builds_at_once_wins_and_nothing_breaks(workshop):
    workshop.write("c.jsonl", corpus(40))
    outcomes = []

    def build():
        try:
            outcomes.append(workshop.build().documents)
        except IndexLocked:
            outcomes.append("locked")

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {40, "locked"}
    assert 40 in outcomes
    assert check_index(workshop.directory).problems == ()


def fill(folder):
    """Fill a file system to its last byte."""
    with (folder / "filling").open("ab", buffering=0) as stream:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


@pytest.mark.slow
def test_a_full_disk_keeps_what_was_written(workshop, mounted):
    folder = mounted("small", "-t", "tmpfs", "-o", "size=3m", "tmpfs")
    workshop.directory = folder / "index"
    workshop.write("a.jsonl", corpus(40))
    workshop.build()
    before = workshop.contents()
    workshop.write("b.jsonl", [{**line, "id": f"b{line['id']}"} for line in corpus(2000, 5)])
    with pytest.raises(IndexNotWritable, match="free space") as caught:
        workshop.build()
    assert "释放磁盘空间" in caught.value.chinese
    after = workshop.contents()
    assert before.items() <= after.items()
    assert check_index(workshop.directory).problems == ()
    # Not a byte is left: questions, and the cache they would like to write.
    fill(folder)
    for path in workshop.directory.glob("vectors-*"):
        path.unlink()
    fill(folder)
    assert workshop.contents() == after
    with pytest.raises(IndexNotWritable):
        workshop.build()
    with workshop.open() as index:
        assert newest(index).search_lexical(index_tokens("长城第7段"), 3)
    assert mount("-o", "remount,size=64m", folder).returncode == 0
    assert workshop.build().documents == 2040
    assert check_index(workshop.directory).problems == ()


def test_a_disk_too_full_to_begin(workshop, mounted):
    folder = mounted("small", "-t", "tmpfs", "-o", "size=300k", "tmpfs")
    workshop.write("a.jsonl", corpus(40))
    workshop.directory = folder / "index"
    fill(folder)
    with pytest.raises(IndexNotWritable):
        workshop.build()
    (folder / "filling").unlink()
    (folder / "index").mkdir(exist_ok=True)
    with (folder / "filling").open("wb") as stream:
        stream.write(b"x" * 280_000)
    with pytest.raises(IndexNotWritable):
        workshop.build()
    left = sorted(path.name for path in workshop.directory.iterdir())
    assert "index.sqlite" not in left


@pytest.mark.slow
def test_a_limit_on_the_size_of_files_keeps_what_was_written(workshop, run_script):
    """The same without mounting: writes beyond 1 MB fail."""
    workshop.write("a.jsonl", corpus(40))
    workshop.build()
    before = workshop.contents()
    workshop.write("b.jsonl", [{**line, "id": f"b{line['id']}"} for line in corpus(2000, 5)])
    script = """
import resource, sys
from rag.index import build_index
from rag.errors import IndexNotWritable
from hashing_embedder import HashingEmbedder

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    build_index([sys.argv[1]], sys.argv[2], embedder=HashingEmbedder(), chunk_maximum=200,
                chunk_minimum=20, part_target=40)
except IndexNotWritable as error:
    print(error)
"""
    process = run_script(script, workshop.sources, workshop.directory)
    output, errors = process.communicate()
    assert "cannot be written" in output, errors
    assert before.items() <= workshop.contents().items()
    assert check_index(workshop.directory).problems == ()
    assert workshop.build().documents == 2040


def test_a_cache_that_cannot_be_written_is_no_failure(workshop, monkeypatch, caplog):
    def full(directory, state):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rag.index.cache.write", full)
    workshop.write("a.jsonl", corpus(40))
    assert workshop.build().documents == 40
    assert "could not be written" in caplog.text
    with workshop.open() as index:
        assert index.document_count == 40
    assert not list(workshop.directory.glob("vectors-*"))


def test_an_index_that_may_not_be_read(built, run_script, is_root, tmp_path):
    if not is_root or not shutil.which("setpriv"):
        built.database.chmod(0)
        with pytest.raises(IndexStoreError, match="cannot be read"):
            built.open()
        return
    let_others_read(built, tmp_path)
    built.database.chmod(0o600)
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    process = run_script(_ASK, built.directory, prefix=prefix)
    _, errors = process.communicate()
    assert "IndexCorrupt" in errors
    assert "cannot be read (Permission denied)" in errors


def test_odd_names_of_directories(workshop):
    workshop.write("a.txt", "长城的文档，写得很短。")
    for name in ("目录 with spaces", "a?mode=ro&x=%41#b", "quote'\""):
        workshop.directory = workshop.sources.parent / name
        workshop.build()
        assert list(workshop.contents()) == ["a.txt"]
        assert Path(workshop.directory / "index.sqlite").is_file()
