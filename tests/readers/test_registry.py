from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from rag.errors import UnreadableDocument
from rag.readers import (
    MAXIMUM_BYTES,
    discover,
    iterate_documents,
    read_documents,
    registry,
    supported_suffixes,
)
from rag.records import Document

PLUGIN = """
from rag.records import Document

def read(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        if line == "fail":
            raise RuntimeError("no such cell")
        yield Document(id=f"row-{number}", source="", title="", text=line)

def read_one(path):
    return [Document(id="", source="", title="t", text=path.read_text(encoding="utf-8"))]
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "plugin"
    folder.mkdir()
    (folder / "reader_plugin_for_test.py").write_text(PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    points = [
        EntryPoint("tab", "reader_plugin_for_test:read", registry.ENTRY_POINT_GROUP),
        EntryPoint(".Note", "reader_plugin_for_test:read_one", registry.ENTRY_POINT_GROUP),
        EntryPoint("txt", "reader_plugin_for_test:read_one", registry.ENTRY_POINT_GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry._plugins.cache_clear()
    yield tmp_path
    registry._plugins.cache_clear()
    sys.modules.pop("reader_plugin_for_test", None)


def _read(path: Path) -> list[Document]:
    return read_documents(discover([path])[0])


def test_the_suffixes_that_the_readme_names_are_supported() -> None:
    assert {".txt", ".text", ".md", ".markdown", ".mdx", ".jsonl", ".html", ".htm"} | {
        ".rst",
        ".adoc",
        ".csv",
        ".tsv",
    } <= set(supported_suffixes())


def test_a_plugin_adds_a_format(plugin: Path) -> None:
    (plugin / "table.TAB").write_text("一\n二\n", encoding="utf-8")
    documents = _read(plugin / "table.TAB")
    assert [document.id for document in documents] == ["row-0", "row-1"]
    assert all(document.source == str(plugin / "table.TAB") for document in documents)
    assert all(document.blocks[0].end == 1 for document in documents)
    assert {".tab", ".note"} <= set(supported_suffixes())


def test_a_document_without_id_takes_the_name_of_its_file(plugin: Path) -> None:
    (plugin / "x.note").write_text("记", encoding="utf-8")
    (document,) = _read(plugin / "x.note")
    assert (document.id, document.title) == ("x.note", "t")


def test_a_plugin_cannot_take_a_built_in_format_over(plugin: Path) -> None:
    (plugin / "x.txt").write_text("记\n\n录", encoding="utf-8")
    assert _read(plugin / "x.txt")[0].metadata["encoding"] == "utf-8"


def test_a_failing_plugin_is_a_refused_document_with_its_cause(plugin: Path) -> None:
    (plugin / "x.tab").write_text("a\nfail\n", encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="no such cell") as caught:
        _read(plugin / "x.tab")
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert caught.value.path == plugin / "x.tab"


def test_suffixes_are_read_without_regard_to_case(tmp_path: Path) -> None:
    (tmp_path / "A.TXT").write_text("内容", encoding="utf-8")
    assert _read(tmp_path / "A.TXT")[0].text == "内容"


def test_a_large_file_is_refused_by_size_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UnreadableDocument, match="200 MB"):
        _read(path)
    small = tmp_path / "small.txt"
    small.write_text("字" * 100, encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="limit"):
        read_documents(discover([small])[0], maximum_bytes=299)
    assert read_documents(discover([small])[0], maximum_bytes=300)


@pytest.mark.slow
def test_a_limit_above_the_default_is_honoured(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    line = "字" * 1_000_000
    path.write_text((line + "\n") * 34, encoding="utf-8")
    source = discover([path])[0]
    assert source.size > MAXIMUM_BYTES
    with pytest.raises(UnreadableDocument, match="limit"):
        read_documents(source)
    (document,) = read_documents(source, maximum_bytes=source.size)
    assert len(document.blocks) == 34


def test_a_corpus_line_of_200_mb_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "line.jsonl"
    with path.open("wb") as file:
        file.write(b'{"id": "1", "text": "')
        file.truncate(200_000_000)
    with pytest.raises(UnreadableDocument):
        _read(path)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl", "a.rst", "a.adoc", "a.csv"])
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n ", "\u3000\n\n".encode(), b"\xef\xbb\xbf"])
def test_a_file_without_text_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableDocument, match=r"holds no (text|document)") as caught:
        _read(tmp_path / name)
    assert "没有" in caught.value.chinese


def test_documents_of_a_corpus_are_yielded_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"id":"1","text":"一"}\nnot json\n', encoding="utf-8")
    documents = iterate_documents(discover([path])[0])
    assert next(documents).id == "1"
    with pytest.raises(UnreadableDocument, match="line 2"):
        next(documents)
    with pytest.raises(UnreadableDocument, match="line 2"):
        _read(path)
