from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import UnreadableDocument
from rag.readers import discover, read_documents
from rag.readers.jsonl import MAXIMUM_LINE
from rag.records import BlockKind, Document


def _read(path: Path) -> list[Document]:
    return read_documents(discover([path])[0])


def _write(path: Path, *records: object, encoding: str = "utf-8", end: str = "\n") -> Path:
    lines = [json.dumps(record, ensure_ascii=False) + end for record in records]
    path.write_bytes("".join(lines).encode(encoding))
    return path


def test_ids_texts_and_metadata_are_kept(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "c.jsonl",
        {
            "id": "a#1",
            "title": " 标题\n一 ",
            "text": " 首行\n\n 次行 \n",
            "url": "http://x",
            "n": 3,
        },
        {"id": 7, "text": "整数", "ok": True, "score": 0.5, "list": [1], "none": None},
    )
    first, second = _read(path)
    assert (first.id, first.title, first.text) == ("a#1", "标题 一", " 首行\n\n 次行 \n")
    assert first.source == f"{path}#a#1"
    assert dict(first.metadata) == {"url": "http://x", "n": "3", "encoding": "utf-8"}
    assert [first.text[b.start : b.end] for b in first.blocks] == ["首行", "次行"]
    assert [document.place(0).line for document in (first, second)] == [1, 2]
    assert (second.id, second.title) == ("7", "")
    assert dict(second.metadata) == {"ok": "true", "score": "0.5", "encoding": "utf-8"}


def test_every_line_stays_text_even_what_looks_like_furniture(tmp_path: Path) -> None:
    texts = ["新浪新闻客户端", "Copyright © 2024", "2024年05月01日 09:00 某某新闻", "标题"]
    path = _write(tmp_path / "c.jsonl", *({"id": str(n), "text": t} for n, t in enumerate(texts)))
    for document, text in zip(_read(path), texts, strict=True):
        (block,) = document.blocks
        assert block.kind is BlockKind.PARAGRAPH
        assert (block.start, block.end) == (0, len(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_unicode_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    # 上 is 4E0A: its low byte is a line feed.
    records = [{"id": str(n), "text": f"上海 {n} 𠮷\u2028行"} for n in range(3)]
    path = _write(tmp_path / "c.jsonl", *records, encoding=encoding, end=end)
    assert [(d.id, d.text) for d in _read(path)] == [(r["id"], r["text"]) for r in records]


def test_a_corpus_in_gb18030(tmp_path: Path) -> None:
    records = [{"id": str(n), "text": f"第{n}条:工会工作的重心所在"} for n in range(5000)]
    path = _write(tmp_path / "c.jsonl", *records, encoding="gb18030")
    documents = _read(path)
    assert [document.text for document in documents] == [record["text"] for record in records]
    assert documents[0].metadata["encoding"] == "gb18030"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "2", "text": "x"', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ('{"text": "x"}', '"id"'),
        ('{"id": "", "text": "x"}', '"id"'),
        ('{"id": true, "text": "x"}', '"id"'),
        ('{"id": null, "text": "x"}', '"id"'),
        ('{"id": {"a": 1}, "text": "x"}', '"id"'),
        ('{"id": "1", "text": "x"}', "was used in line 1"),
        ('{"id": "2"}', '"text"'),
        ('{"id": "2", "text": 5}', '"text"'),
        ('{"id": "2", "text": ""}', "empty"),
        ('{"id": "2", "text": " \\n "}', "empty"),
        ('{"id": "2", "text": "x", "title": ["t"]}', '"title"'),
        ('{"id": "2", "text": "half \\ud83d"}', "surrogate"),
        ('{"id": "2", "text": "nul \\u0000"}', "NUL"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(f'{{"id":"1","text":"好"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="line 3") as caught:
        _read(path)
    assert reason in str(caught.value)
    assert "第 3 行" in caught.value.chinese
    assert caught.value.path == path


def test_a_damaged_byte_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    good = "".join(json.dumps({"id": str(n), "text": "好"}) + "\n" for n in range(20_000))
    path.write_bytes(good.encode() + b'{"id":"x","text":"\xe5\xa5"}\n')
    with pytest.raises(UnreadableDocument, match=r"line 20001: it is not valid utf-8"):
        _read(path)
    path.write_bytes('{"id":"x","text":"工会工作的重心'.encode() + b'\xe5"}\n' + good.encode())
    with pytest.raises(UnreadableDocument, match="line 1: it is not valid utf-8"):
        _read(path)


def test_a_line_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(
        '{"id":"1","text":"a"}\n{"id":"2","text":"' + "a" * MAXIMUM_LINE + '"}\n', encoding="utf-8"
    )
    with pytest.raises(UnreadableDocument, match="line 2: it is longer"):
        _read(path)


def test_one_line_of_many_megabytes_is_read(tmp_path: Path) -> None:
    text = "工会工作的重心所在。" * 300_000
    path = _write(tmp_path / "c.jsonl", {"id": "1", "text": text}, encoding="gb18030")
    (document,) = _read(path)
    assert document.text == text


def test_a_binary_file_named_jsonl_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 10)
    with pytest.raises(UnreadableDocument, match="PDF"):
        _read(tmp_path / "c.jsonl")


@pytest.mark.slow
def test_a_corpus_of_a_hundred_thousand_lines_keeps_every_id(tmp_path: Path) -> None:
    path = _write(tmp_path / "c.jsonl", *({"id": f"d{n}", "text": "x"} for n in range(100_000)))
    documents = _read(path)
    assert len({document.id for document in documents}) == 100_000


def test_the_open_corpora_are_read_exactly(shared: Path) -> None:
    for path in sorted((shared / "evals").glob("*/corpus.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        expected = [json.loads(line) for line in path.read_bytes().split(b"\n") if line.strip()]
        assert len(lines) >= len(expected) > 0
        documents = _read(path)
        assert [(d.id, d.text) for d in documents] == [(e["id"], e["text"]) for e in expected]
