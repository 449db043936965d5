"""Names from a browser cannot leave their folder; collections come and go whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import IndexNotWritable, UsageError
from rag.web.catalogue import (
    DEFAULT,
    Catalogue,
    Collection,
    clean_label,
    safe_relative,
    write_whole,
)


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder(name: str) -> None:
    try:
        relative = safe_relative(name)
    except UsageError:
        return
    root = Path("/root/of/uploads")
    assert root in (root / relative).resolve().parents
    for part in relative.parts:
        assert part not in ("", ".", "..")
        assert not part.startswith(".")
        assert len(part.encode()) <= 130
        assert part.isprintable() or not any(ord(c) < 32 for c in part)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("报告.txt", "报告.txt"),
        ("文件夹/子/报告.txt", "文件夹/子/报告.txt"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Users\\me\\a.txt", "C_/Users/me/a.txt"),
        ("/abs/a.txt", "abs/a.txt"),
        ("a/../b.txt", "a/b.txt"),
        ("evil\u202etxt.exe", "evil_txt.exe"),
        ("tab\tname.md", "tab_name.md"),
        (".htaccess", "htaccess"),
    ],
)
def test_names_stay_readable(name: str, path: str) -> None:
    assert safe_relative(name) == Path(path)


def test_a_long_name_keeps_its_suffix() -> None:
    relative = safe_relative("长" * 300 + ".md")
    assert relative.suffix == ".md"
    assert len(relative.name.encode()) <= 120


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    default = Collection(DEFAULT, "", tmp_path / "index", tmp_path / "files")
    return Catalogue(tmp_path / "collections", default)


def test_collections_are_made_listed_and_removed(catalogue: Catalogue) -> None:
    assert [collection.name for collection in catalogue.all()] == [DEFAULT]
    second = catalogue.create("  乙  组 ")
    first = catalogue.create("甲组")
    assert second.label == "乙 组"
    assert [c.label for c in catalogue.all()] == ["", *sorted(["乙 组", "甲组"])]
    assert catalogue.get(first.name) == first
    (first.files / "a.txt").write_text("x", encoding="utf-8")
    catalogue.remove(first.name)
    assert not first.files.exists()
    with pytest.raises(UsageError):
        catalogue.get(first.name)
    with pytest.raises(UsageError):
        catalogue.remove(DEFAULT)
    with pytest.raises(UsageError):
        catalogue.create("乙 组")


@pytest.mark.parametrize("name", ["../../x", "abc", "........", "deadbeef", "DEADBEEF"])
def test_a_name_that_is_no_collection_opens_none(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(UsageError):
        catalogue.get(name)


def test_foreign_folders_are_not_collections(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.create("一")
    (tmp_path / "collections" / "deadbeef").mkdir()
    (tmp_path / "collections" / "notes.txt").write_text("x", encoding="utf-8")
    broken = tmp_path / "collections" / "0badf00d"
    broken.mkdir()
    (broken / "collection.json").write_text("{broken", encoding="utf-8")
    assert [c.label for c in catalogue.all()] == ["", "0badf00d", "一"]


@pytest.mark.parametrize("label", ["", "   ", "\n\t", "/", "长" * 61])
def test_unusable_labels(label: str) -> None:
    with pytest.raises(UsageError):
        clean_label(label)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    write_whole(target, b"one")
    write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert [path.name for path in target.parent.iterdir()] == ["b.txt"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(IndexNotWritable):
        write_whole(tmp_path / "file" / "b.txt", b"three")
