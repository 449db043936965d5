from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import DocumentError, UnreadableDocument, UnsupportedDocument, UsageError
from rag.readers import discover, read_documents


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "文档"
    for name in ("b.txt", "a.md", "sub/c.txt", "sub/deep/d.html", "song.mp3"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"内容 {name}", encoding="utf-8")
    for name in (".hidden.txt", ".git/config.txt", "sub/.cache/x.txt"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return root


def test_a_folder_is_read_recursively_sorted_without_hidden_files(tree: Path) -> None:
    sources = discover([tree])
    assert [source.id for source in sources] == [
        "a.md",
        "b.txt",
        "song.mp3",
        "sub/c.txt",
        "sub/deep/d.html",
    ]
    for source in sources:
        assert source.path.is_absolute()
        assert source.path == tree / source.id
        assert source.size == source.path.stat().st_size


def test_the_order_of_the_paths_and_repetitions_change_nothing(tree: Path) -> None:
    once = discover([tree])
    assert discover([tree, tree, tree / "b.txt"]) == once
    assert discover([tree / "sub", tree]) != []
    assert [s.path for s in discover([tree, tree / "sub"])] == [s.path for s in once]


def test_a_single_file_is_named_by_its_file_name_even_if_hidden(tree: Path) -> None:
    assert [source.id for source in discover([tree / "sub" / "c.txt"])] == ["c.txt"]
    assert [source.id for source in discover([tree / ".hidden.txt"])] == [".hidden.txt"]


def test_relative_paths_become_absolute(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert discover([Path("sub")])[0].path == tree / "sub" / "c.txt"
    assert discover([Path("sub/../sub")])[0].id == "c.txt"


def test_same_names_in_two_folders_get_different_ids(tmp_path: Path) -> None:
    for folder in ("one/docs", "two/docs"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.txt").write_text(folder, encoding="utf-8")
    (tmp_path / "one/docs/only.txt").write_text("only", encoding="utf-8")
    ids = [source.id for source in discover([tmp_path / "one/docs", tmp_path / "two/docs"])]
    assert len(set(ids)) == 3
    assert "only.txt" in ids
    assert ids == [source.id for source in discover([tmp_path / "two/docs", tmp_path / "one/docs"])]


def test_links_are_followed_once_and_loops_end(tree: Path) -> None:
    (tree / "sub" / "loop").symlink_to(tree, target_is_directory=True)
    (tree / "again.txt").symlink_to(tree / "b.txt")
    (tree / "self").symlink_to(tree / "self")
    sources = discover([tree])
    real = [os.path.realpath(source.path) for source in sources]
    assert len(real) == len(set(real))
    assert {source.id for source in sources} >= {"a.md", "sub/c.txt", "sub/deep/d.html"}


def test_what_cannot_be_read_is_returned_and_refused_by_name(tree: Path) -> None:
    (tree / "broken.txt").symlink_to(tree / "nowhere.txt")
    os.mkfifo(tree / "pipe.txt")
    by_id = {source.id: source for source in discover([tree])}
    for name in ("broken.txt", "pipe.txt"):
        with pytest.raises(UnreadableDocument, match=name):
            read_documents(by_id[name])
    with pytest.raises(UnsupportedDocument, match=r"song\.mp3") as caught:
        read_documents(by_id["song.mp3"])
    assert caught.value.path == tree / "song.mp3"
    assert ".jsonl" in str(caught.value)
    assert ".jsonl" in caught.value.chinese


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_forbidden_files_and_folders_are_refused_by_name(tree: Path) -> None:
    (tree / "b.txt").chmod(0)
    (tree / "sub").chmod(0)
    try:
        by_id = {source.id: source for source in discover([tree])}
        for name in ("b.txt", "sub"):
            with pytest.raises(UnreadableDocument, match=name):
                read_documents(by_id[name])
    finally:
        (tree / "sub").chmod(0o755)


def test_missing_paths_empty_folders_and_no_paths_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="absent") as caught:
        discover([tmp_path / "absent"])
    assert "不存在" in caught.value.chinese
    (tmp_path / "empty" / "below").mkdir(parents=True)
    with pytest.raises(DocumentError, match="no file"):
        discover([tmp_path / "empty"])
    with pytest.raises(UsageError):
        discover([])


def test_a_file_name_that_is_no_text_gets_an_id_that_is(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xb9\xa4\xbb\xe1.txt"
    Path(os.fsdecode(odd)).write_text("工会", encoding="utf-8")
    (source,) = discover([tmp_path])
    source.id.encode("utf-8")
    (document,) = read_documents(source)
    document.source.encode("utf-8")
    document.title.encode("utf-8")
    assert document.text == "工会"
