"""Files made to harm a reader: the process that asks is unharmed and gets a reason."""

# ruff: noqa: E501 - small files in their own formats are written as they are

from __future__ import annotations

import os
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from rag.errors import DocumentError, UnreadableDocument
from rag.readers import discover, read_documents
from rag.readers.isolation import Limits, read_isolated

_SHORT = Limits(processor=2, longest=4, silence=20.0)
_PDF = "rag.readers.pdf:read_pdf"
_DOCX = "rag.readers.docx:read_docx"
_XLSX = "rag.readers.xlsx:read_xlsx"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def _pdf(objects: list[bytes]) -> bytes:
    data, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count, table, count, start,
    )  # fmt: skip


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def _form_bomb() -> bytes:
    """Return nine levels of forms, each drawing the next ten times."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    forms = []
    for level in range(9):
        extra = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
        if level < 8:
            extra += b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + level)
        forms.append(_stream(b"/F Do " * 10 if level < 8 else b"0 0 m 1 1 l S ", extra))
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page,
                 _stream(b"/F Do " * 10), *forms])  # fmt: skip


def _flate_bomb() -> bytes:
    packed = zlib.compress(zlib.compress(zlib.compress(b"0 0 m 1 1 l S " * 20_000_000, 9), 9), 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>"
    content = _stream(packed, b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")
    return _pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content]
    )


def _page_loop() -> bytes:
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"])


def _package(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {"[Content_Types].xml": _TYPES, **parts}.items():
            package.writestr(name, content)
    return path


def _word(path: Path, body: str, head: str = "") -> Path:
    text = (
        f'<?xml version="1.0"?>{head}<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
    )
    return _package(path, {"word/document.xml": text})


@pytest.mark.slow
def test_forms_in_forms_end_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "forms.pdf"
    path.write_bytes(_form_bomb())
    with pytest.raises(UnreadableDocument) as caught:
        read_isolated(path, _PDF, _SHORT)
    assert any(reason in str(caught.value) for reason in ("too long", "its reader stop"))
    assert caught.value.chinese != str(caught.value)


@pytest.mark.slow
def test_a_stream_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flate.pdf"
    path.write_bytes(_flate_bomb())
    assert path.stat().st_size < 5_000
    with pytest.raises(UnreadableDocument):
        read_isolated(path, _PDF, Limits(memory=500_000_000, processor=4, longest=5))


def test_a_page_tree_that_holds_itself_ends(tmp_path: Path) -> None:
    path = tmp_path / "loop.pdf"
    path.write_bytes(_page_loop())
    with pytest.raises(UnreadableDocument):
        read_isolated(path, _PDF, _SHORT)


def test_what_is_no_pdf_at_all_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(3000))
    with pytest.raises(UnreadableDocument, match=r"broken\.pdf"):
        read_isolated(path, _PDF, _SHORT)


def test_a_part_larger_than_the_limit_is_refused_from_its_header(tmp_path: Path) -> None:
    path = _package(tmp_path / "big.docx", {"word/document.xml": b" " * 310_000_000})
    began = time.monotonic()
    with pytest.raises(UnreadableDocument, match="unpacks to more"):
        read_isolated(path, _DOCX, _SHORT)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_document_type_is_refused(tmp_path: Path, head: str) -> None:
    path = _word(tmp_path / "entity.docx", "<w:p><w:r><w:t>hello</w:t></w:r></w:p>", head)
    with pytest.raises(UnreadableDocument, match="document type"):
        read_isolated(path, _DOCX, _SHORT)


def test_tables_nested_without_end_are_refused(tmp_path: Path) -> None:
    path = _word(tmp_path / "nested.docx", "<w:tbl><w:tr><w:tc>" * 20_000)
    with pytest.raises(UnreadableDocument, match="nested"):
        read_isolated(path, _DOCX, _SHORT)


def test_a_sheet_with_one_far_cell_is_read(tmp_path: Path) -> None:
    sheet = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="str"><v>far</v></c></row></sheetData></worksheet>'
    relations = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet1.xml"/></Relationships>'
    path = _package(
        tmp_path / "far.xlsx",
        {
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations,
            "xl/sheet1.xml": sheet,
        },
    )
    (document,) = read_isolated(path, _XLSX, _SHORT)
    assert document.text == "S\n\nfar"
    assert document.place(document.text.index("far")).line == 1_048_576


def test_many_paragraphs_are_read_or_refused_in_time(tmp_path: Path) -> None:
    path = _word(tmp_path / "many.docx", "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 400_000)
    began = time.monotonic()
    with pytest.raises(UnreadableDocument):
        read_isolated(path, _DOCX, _SHORT)
    assert time.monotonic() - began < 30


def test_a_reader_that_hangs_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "still.txt"
    path.write_text("x", encoding="utf-8")
    module = tmp_path / "hanging.py"
    module.write_text(
        "import time\ndef read(path):\n    time.sleep(60)\n    return []\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        began = time.monotonic()
        with pytest.raises(UnreadableDocument, match="too long"):
            read_isolated(path, "hanging:read", Limits(silence=1.0))
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    import os; os.abort()", "stop"),
        ("    return ['x' * 10 ** 10]", "memory"),
        ("    path.with_suffix('.left').write_text('x' * 100)", "could not be read"),
    ],
)
def test_a_reader_that_dies_gives_a_reason(tmp_path: Path, body: str, reason: str) -> None:
    path = tmp_path / "any.txt"
    path.write_text("x", encoding="utf-8")
    (tmp_path / "dying.py").write_text(
        f"def read(path):\n{body}\n    return []\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        with pytest.raises(UnreadableDocument) as caught:
            read_isolated(path, "dying:read", Limits(memory=800_000_000))
    assert reason in str(caught.value)


def test_the_other_files_of_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_page_loop())
    _word(tmp_path / "b.docx", "<w:p><w:r><w:t>Good news for all readers.</w:t></w:r></w:p>")
    (tmp_path / "c.docx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "d.md").write_text("# Title\n\nGood words.", encoding="utf-8")
    read, refused = [], []
    for source in discover([tmp_path]):
        try:
            read += [document.id for document in read_documents(source)]
        except DocumentError as error:
            refused.append(error.path.name)
    assert read == ["b.docx", "d.md"]
    assert refused == ["a.pdf", "c.docx"]


def test_an_archive_of_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2_001):
            archive.writestr(f"{number}.txt", "x")
    (source,) = discover([path])
    with pytest.raises(UnreadableDocument, match="limits"):
        read_documents(source)


def test_no_key_reaches_the_child(tmp_path: Path) -> None:
    path = tmp_path / "any.txt"
    path.write_text("x", encoding="utf-8")
    (tmp_path / "telling.py").write_text(
        "import os\nfrom rag.records import Document\n"
        "def read(path):\n    return [Document('', '', '', ' '.join(os.environ))]\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
        patch.setenv("OPENAI_API_KEY", "secret")
        (document,) = read_isolated(path, "telling:read")
    assert "PATH" in document.text
    assert "API_KEY" not in document.text
