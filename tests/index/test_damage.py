"""Files cut off, overwritten, with flipped bits: noticed, never answered from."""

from __future__ import annotations

import random
import sqlite3

import pytest

from rag.errors import IndexCorrupt, IndexMismatch, IndexNotFound, IndexNotWritable, IndexStoreError
from rag.index import check_index, remove_documents
from rag.index import state as state_module
from rag.text.tokens import index_tokens
from tests.index.seeing import newest


@pytest.fixture
def built(workshop):
    workshop.write(
        "c.jsonl",
        [
            {
                "id": f"d{n}",
                "text": f"第{n}篇文档讲的是长城第{n}段的历史。这一段修建于第{n}年，长约{n}公里。",
            }
            for n in range(60)
        ],
    )
    workshop.build()
    return workshop


def answers(index, embedder):
    query, tokens = embedder.embed_query("长城第7段的历史"), index_tokens("长城第7段的历史")
    dense = newest(index).search_dense(query, 10)
    words = newest(index).search_lexical(tokens, 10)
    keys = [score.key for score in dense] + [key for key, _ in words]
    return dense, words, newest(index).passages(keys)


def cache_file(workshop):
    (path,) = workshop.directory.glob("vectors-*.faiss")
    return path


def test_a_cache_that_is_absent_cut_off_or_damaged_is_made_again(built):
    with built.open() as index:
        expected = answers(index, built.embedder)
    path = cache_file(built)
    whole = path.read_bytes()
    generator = random.Random(5)
    damaged = [b"", whole[:7], whole[: len(whole) // 2], whole[:-1], whole + b"x", b"x" * 5000]
    for _ in range(20):
        flipped = bytearray(whole)
        flipped[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
        damaged.append(bytes(flipped))
    for content in damaged:
        path.write_bytes(content)
        with built.open() as index:
            assert answers(index, built.embedder) == expected
    path.unlink()
    with built.open() as index:
        assert answers(index, built.embedder) == expected
    assert path.read_bytes() == whole


def test_a_cache_of_another_state_is_not_used(built, make_workshop):
    """A copy of the database is put back: generation numbers repeat, with other content."""
    backup = built.database.read_bytes()
    built.write("e.jsonl", [{"id": "e", "text": "另一篇文档，讲的是黄河。"}])
    built.build()
    newer = cache_file(built)
    stale = newer.read_bytes()
    built.database.write_bytes(backup)
    built.write("e.jsonl", [{"id": "e", "text": "换了一篇完全不同的文档，讲的是月球。"}])
    built.build()
    path = cache_file(built)
    assert path.name == newer.name
    with built.open() as index:
        expected = answers(index, built.embedder)
        assert index.document("e").text.endswith("月球。")
    path.write_bytes(stale)
    with built.open() as index:
        assert answers(index, built.embedder) == expected
        (first,) = newest(index).search_dense(built.embedder.embed_query("完全不同的文档月球"), 1)
        assert newest(index).passages([first.key])[0].document_id == "e"


def test_an_older_cache_saves_reading_but_is_caught_up_with(built, monkeypatch):
    old = cache_file(built).read_bytes()
    name = cache_file(built).name
    built.write("e.jsonl", [{"id": "e", "text": "另一篇文档，讲的是黄河。"}])
    remove_documents(built.directory, ["d7"])
    built.build()
    cache_file(built).unlink()
    (built.directory / name).write_bytes(old)
    read = []
    original = state_module.rows.vectors_from
    monkeypatch.setattr(
        state_module.rows,
        "vectors_from",
        lambda row, dimension: read.append(row[0]) or original(row, dimension),
    )
    with built.open() as index:
        assert 0 < len(read) < 5
        cached = answers(index, built.embedder)
    for path in built.directory.glob("vectors-*"):
        path.unlink()
    with built.open() as index:
        assert answers(index, built.embedder) == cached


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"no database at all" * 300])
def test_files_that_are_no_index_are_refused_and_left_alone(built, content):
    built.database.write_bytes(content)
    for attempt in (
        built.open,
        built.build,
        lambda: check_index(built.directory),
        lambda: remove_documents(built.directory, ["d1"]),
    ):
        with pytest.raises(IndexCorrupt) as caught:
            attempt()
        assert str(built.directory) in str(caught.value)
        assert "rag index" in str(caught.value)
        assert "rag index" in caught.value.chinese
    assert built.database.read_bytes() == content


def test_a_database_of_another_program_is_never_touched(built, tmp_path):
    built.database.unlink()
    connection = sqlite3.connect(built.database)
    connection.execute("CREATE TABLE precious (a)")
    connection.execute("INSERT INTO precious VALUES (1)")
    connection.commit()
    connection.close()
    content = built.database.read_bytes()
    with pytest.raises(IndexCorrupt, match="not an index of this program"):
        built.open()
    for options in ({}, {"rebuild": True}):
        with pytest.raises(IndexNotWritable, match="another program"):
            built.build(**options)
    assert built.database.read_bytes() == content


def test_another_format_is_refused_with_the_remedy(built):
    connection = sqlite3.connect(built.database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(IndexMismatch, match=r"format 99.*format 2.*rag index --rebuild"):
        built.open()
    with pytest.raises(IndexMismatch):
        built.build()


@pytest.mark.parametrize("directory", ["nowhere", "empty", "sources"])
def test_no_index_there(built, directory):
    (built.directory.parent / "empty").mkdir()
    place = built.directory.parent / directory
    with pytest.raises(IndexNotFound, match="rag index PATH") as caught:
        built.open(place)
    assert str(place) in str(caught.value)
    with pytest.raises(IndexNotFound):
        check_index(place)


def read_all(workshop):
    with workshop.open() as index:
        for summary in index.documents():
            index.document(summary.id)
            index.passages_of(summary.id)
        return answers(index, workshop.embedder)


def check_complains(workshop):
    try:
        return bool(check_index(workshop.directory).problems)
    except IndexStoreError:
        return True


def test_a_database_cut_off_is_noticed(built):
    whole = built.database.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        built.database.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(IndexStoreError):
            read_all(built)
        assert check_complains(built)


@pytest.mark.slow
def test_flipped_bits_never_change_what_is_read(built):
    """Whatever is returned is what was stored; else IndexCorrupt, or the check says so."""
    with built.open() as index:
        documents = {one.id: index.document(one.id) for one in index.documents()}
        expected = answers(index, built.embedder)
        passages = {key: index.passages_of(key) for key in documents}
    whole = built.database.read_bytes()
    generator = random.Random(11)
    unnoticed = []
    for _ in range(120):
        flipped = bytearray(whole)
        place, bit = generator.randrange(len(whole)), generator.randrange(8)
        flipped[place] ^= 1 << bit
        built.database.write_bytes(bytes(flipped))
        for path in built.directory.glob("vectors-*"):
            path.unlink()
        noticed = False
        try:
            with built.open() as index:
                for key, document in documents.items():
                    assert index.document(key) == document
                    assert index.passages_of(key) == passages[key]
                dense, _, found = answers(index, built.embedder)
                assert dense == expected[0]
                assert {one.id: one for one in found}.items() <= {
                    one.id: one for own in passages.values() for one in own
                }.items()
        except IndexStoreError:
            noticed = True
        except Exception as error:
            # Searching may find other words, reading may find another id: never other content.
            raise AssertionError(f"bit {bit} of byte {place}") from error
        if not noticed and not check_complains(built):
            unnoticed.append(place)
    built.database.write_bytes(whole)
    assert check_index(built.directory).problems == ()
    # What is left is unused space of pages, about half of so small a file.
    assert len(unnoticed) < 75
