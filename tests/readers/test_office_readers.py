"""Word, Excel, PowerPoint, OpenDocument, e-books, mail, archives: what people see, in blocks."""

# ruff: noqa: E501 - small files in their own formats are written as they are

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from rag.errors import UnreadableDocument, UnsupportedDocument
from rag.readers import discover, read_documents
from rag.readers.docx import read_docx
from rag.readers.docx_numbering import han, roman, spelled
from rag.readers.epub import read_epub
from rag.readers.mail import header, read_eml, read_mbox, read_mht
from rag.readers.msg import read_msg
from rag.readers.odf import read_odf
from rag.readers.pptx import read_pptx
from rag.readers.rtf import read_rtf
from rag.readers.sniffing import kind_of
from rag.readers.xlsx import column_number, number_text, read_xls, read_xlsx
from rag.records import AsideKind, BlockKind, Document

_BESIDE = [folder / "shared" / "samples" for folder in Path(__file__).resolve().parents[3:5]]
_SAMPLES = next((folder for folder in _BESIDE if folder.is_dir()), _BESIDE[0])
_SMALL = _SAMPLES / "small"
with_samples = pytest.mark.skipif(not _SAMPLES.is_dir(), reason="the samples are not beside")


def _rows(document: Document) -> list[dict[str, str]]:
    return [
        dict(zip(b.names, (document.text[s:e] for s, e in b.cells), strict=False))
        for b in document.blocks
        if b.kind is BlockKind.ROW
    ]


def _texts(document: Document, kind: BlockKind) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


def _word(tmp_path: Path, body: str, others: Mapping[str, str] | None = None) -> Document:
    path = tmp_path / "made.docx"
    kinds = "".join(
        f'<Relationship Id="r{n}" Type="x/{name.removesuffix(".xml")}" Target="{name}"/>'
        for n, name in enumerate(others or {})
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
        )
        package.writestr("word/_rels/document.xml.rels", f"<Relationships>{kinds}</Relationships>")
        for name, text in (others or {}).items():
            package.writestr(f"word/{name}", text)
    (document,) = read_docx(path)
    return document


def _p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def _numbered(depth: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'


def test_numbers_of_word_are_counted(tmp_path: Path) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>{legal}</w:lvl>'
        for n, (style, text, legal) in enumerate(
            [
                ("chineseCountingThousand", "第%1条", ""),
                ("decimal", "%1.%2", "<w:isLgl/>"),
                ("bullet", "", ""),
            ]
        )
    )
    numbering = (
        f'<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    body = "".join(
        _p(text, _numbered(depth))
        for depth, text in [
            (0, "总则"),
            (1, "甲方义务"),
            (1, "乙方义务"),
            (0, "期限"),
            (1, "一年"),
            (2, "可续签"),
        ]
    )
    document = _word(tmp_path, body, {"numbering.xml": numbering})
    assert _texts(document, BlockKind.ITEM) == [
        "第一条 总则", "1.1 甲方义务", "1.2 乙方义务", "第二条 期限", "2.1 一年", "可续签",
    ]  # fmt: skip
    assert [b.marker for b in document.blocks][-1] == "•"
    assert [b.level for b in document.blocks] == [1, 2, 2, 1, 2, 3]


def test_numbers_in_other_scripts() -> None:
    assert [han(n) for n in (1, 10, 12, 20, 101, 110, 2024)] == [
        "一", "十", "十二", "二十", "一百零一", "一百一十", "二千零二十四",
    ]  # fmt: skip
    assert [roman(n) for n in (4, 9, 14, 40)] == ["iv", "ix", "xiv", "xl"]
    assert spelled(28, "lowerLetter") == "bb"
    assert spelled(3, "chineseLegalSimplified") == "叁"


def test_merged_cells_of_word_are_filled_down(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_p(text)}</w:tc>"

    rows = [
        "<w:trPr><w:tblHeader/></w:trPr>" + cell("部门") + cell("姓名") + cell("电话"),
        cell("财务部", '<w:vMerge w:val="restart"/>') + cell("张三") + cell("8001"),
        cell("", "<w:vMerge/>") + cell("李四") + cell("8002"),
    ]
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    document = _word(tmp_path, table)
    assert _rows(document) == [
        {"部门": "财务部", "姓名": "张三", "电话": "8001"},
        {"部门": "财务部", "姓名": "李四", "电话": "8002"},
    ]


def test_changes_are_read_as_accepted(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>价格为</w:t></w:r><w:del><w:r><w:delText>100</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>120</w:t></w:r></w:ins><w:r><w:t>元。</w:t></w:r></w:p>"
    )
    assert _word(tmp_path, body).text == "价格为120元。"


@with_samples
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("track_changes_insertion", "This is a text with two exciting insertions."),
        ("track_changes_deletion", "This is a text with a deletion."),
    ],
)
def test_real_changes_are_read_as_accepted(name: str, text: str) -> None:
    (document,) = read_docx(_SMALL / f"{name}.docx")
    assert document.text == text


@with_samples
def test_moved_text_notes_and_boxes_are_there_once() -> None:
    (moved,) = read_docx(_SMALL / "track_changes_move.docx")
    assert moved.text.count("Here is the text to be moved.") == 1
    (notes,) = read_docx(_SMALL / "footnote_endnote.docx")
    assert notes.text.endswith("[1] My note.\n\n[2] This is an endnote at the end of the document.")
    (boxes,) = read_docx(_SMALL / "textbox.docx")
    assert boxes.text.count("Case closed.") == 1


def _book(path: Path, rows: str, styles: str = "") -> Document:
    relations = (
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/>'
        '<Relationship Id="r2" Type="x/styles" Target="styles.xml"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "xl/workbook.xml",
            '<w xmlns:r="r"><sheets><sheet name="销售" sheetId="4" r:id="r1"/></sheets></w>',
        )
        package.writestr("xl/_rels/workbook.xml.rels", relations)
        package.writestr("xl/styles.xml", f"<s>{styles}</s>")
        package.writestr("xl/s.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    (document,) = read_xlsx(path)
    return document


def test_values_of_a_sheet_are_written_as_people_see_them(tmp_path: Path) -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/></cellXfs>'

    def text(reference: str, value: str) -> str:
        return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'

    rows = (
        f'<row r="1">{text("A1", "2024年销售表")}</row>'
        f'<row r="3">{text("A3", "产品")}{text("B3", "日期")}{text("C3", "数量")}{text("D3", "占比")}</row>'
        f'<row r="4">{text("A4", "茶叶")}<c r="B4" s="1"><v>45292</v></c><c r="C4"><v>14.0</v></c>'
        '<c r="D4" s="2"><v>0.125</v></c></row>'
    )
    document = _book(tmp_path / "book.xlsx", rows, styles)
    assert _rows(document) == [
        {"产品": "茶叶", "日期": "2024-01-01", "数量": "14", "占比": "12.50%"}
    ]
    place = document.place(document.text.index("茶叶"))
    assert (place.part, place.line) == ("销售", 4)
    assert _texts(document, BlockKind.PARAGRAPH) == ["2024年销售表"]


def test_numbers_and_letters_of_columns() -> None:
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]
    assert [number_text(value) for value in (14.0, 0.1, 1e20)] == ["14", "0.1", "1e+20"]


@with_samples
def test_real_workbooks() -> None:
    (document,) = read_xlsx(_SAMPLES / "chatglm_closed.xlsx")
    rows = _rows(document)
    assert rows[1]["title"] == "当前的运行环境是什么，windows还是Linux"
    assert document.place(document.text.index("当前的运行环境是什么")).line == 3
    (old,) = read_xls(_SMALL / "legacy.xls")
    assert {"Year": "2024", "Freshwater Ducks": "180"} in _rows(old)


@with_samples
def test_slides_have_titles_lists_tables_and_numbers() -> None:
    (document,) = read_pptx(_SAMPLES / "powerpoint_sample.pptx")
    assert "Second slide title" in _texts(document, BlockKind.HEADING)
    assert document.place(document.text.index("Second slide title")).page == 2
    assert any(block.kind is BlockKind.ROW for block in document.blocks)


@with_samples
def test_open_document_text() -> None:
    (document,) = read_odf(_SMALL / "text.odt")
    assert _texts(document, BlockKind.HEADING)
    assert document.text.strip()


@with_samples
def test_an_e_book_with_a_missing_picture_is_read_chapter_by_chapter() -> None:
    (document,) = read_epub(_SAMPLES / "debmake-doc.zh-cn.epub")
    parts = {place.part for place in document.places}
    assert len(parts) >= 10
    assert document.title == "Debian 维护者指南"
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end
        end = block.end


@with_samples
def test_real_mail() -> None:
    (gbk,) = read_eml(_SMALL / "gbk_charset.eml")
    assert "From: from@there.com" in gbk.text
    nested = list(read_eml(_SMALL / "four_nested_emails.eml"))
    assert len(nested) == 3
    assert nested[2].id.count("#") == 2
    mail, *attached = read_msg(_SMALL / "attachment.msg")
    assert mail.title == "Email with Attachment"
    assert [document.id for document in attached] == ["#test.txt"]
    assert "report.pdf" in mail.metadata["attachments_unread"]


def test_mail_with_charsets_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    body = "明天上午九点开会。".encode("gb18030")
    path.write_bytes(
        b"From: =?x-gbk?B?1cXI/Q==?= <z@x.cn>\r\nTo: l@x.cn\r\nSubject: =?gb2312?B?u+HS6Q==?=\r\n"
        b"Date: Mon, 02 Sep 2024 08:00:00 +0800\r\nContent-Type: text/plain; charset=X-GBK\r\n\r\n"
        + body
    )
    (document,) = read_eml(path)
    assert document.title == "会议"
    assert document.metadata["date"] == "2024-09-02"
    assert "张三" in document.text
    assert "明天上午九点开会。" in document.text
    assert header("=?unknown-x?B?1cXI/Q==?=")


def test_attachments_are_documents_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(
        b"From: a@x.cn\nTo: b@x.cn\nSubject: Report\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee the report.\n'
        b'--b\nContent-Type: text/markdown; name="r.md"\nContent-Disposition: attachment; filename="r.md"\n\n'
        b"# Results\n\nSales rose by 3 %.\n--b--\n"
    )
    (source,) = discover([path])
    mail, attached = read_documents(source)
    assert mail.id == "m.eml"
    assert attached.id == "m.eml#r.md"
    assert attached.text == "Results\n\nSales rose by 3 %."


def test_a_box_of_mails_and_a_saved_page(tmp_path: Path) -> None:
    box = tmp_path / "b.mbox"
    one = b"From a@x Mon Sep  2 08:00:00 2024\nFrom: a@x.cn\nSubject: %s\n\nWords of %s.\n\n"
    box.write_bytes(one % (b"One", b"one") + one % (b"Two", b"two"))
    assert [(d.id, d.title) for d in read_mbox(box)] == [("#1", "One"), ("#2", "Two")]
    page = tmp_path / "p.mht"
    page.write_bytes(
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://x.cn/a\nSubject: s\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset=utf-8\n\n'
        b"<html><head><title>T</title></head><body><h1>Head</h1><p>All the words.</p></body></html>\n--b--\n"
    )
    assert kind_of(page) == ".mht"
    (document,) = read_mht(page)
    assert "All the words." in document.text
    assert document.metadata["url"] == "https://x.cn/a"


def test_rich_text_in_chinese(tmp_path: Path) -> None:
    path = tmp_path / "r.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 \'d6\'d0\'ce\'c4 \u25991?\u26412?\par Second.\par}"
    )
    (document,) = read_rtf(path)
    assert "中文" in document.text
    assert "文本" in document.text


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("docs/a.md", "# A\n\nWords of a.")
        archive.writestr("docs/b.bin", b"\x00\x01\x02")
        archive.writestr("../../evil.txt", "Words of evil.")
        archive.writestr("__MACOSX/a.md", "noise")
    (source,) = discover([path])
    documents = read_documents(source)
    assert [document.id for document in documents] == ["all.zip#docs/a.md"]
    assert "b.bin" in documents[0].metadata["members_unread"]


@with_samples
def test_content_counts_more_than_the_name(tmp_path: Path) -> None:
    path = tmp_path / "really.txt"
    path.write_bytes((_SAMPLES / "multicolumn_en.pdf").read_bytes())
    (source,) = discover([path])
    (document,) = read_documents(source)
    assert document.title == "Two-Column Document with Lorem Ipsum"
    assert kind_of(_SAMPLES / "asvs4_zh.docx") == ".docx"
    assert kind_of(_SAMPLES / "debmake-doc.zh-cn.epub") == ".epub"
    assert kind_of(_SMALL / "text.odt") == ".odt"
    assert [kind_of(_SMALL / f"legacy.{s}") for s in ("doc", "xls")] == [".doc", ".xls"]
    assert kind_of(_SMALL / "attachment.msg") == ".msg"


def test_what_is_not_read_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.rar"
    path.write_bytes(b"Rar!\x1a\x07\x00" + b"\x00" * 50)
    (source,) = discover([path])
    with pytest.raises(UnsupportedDocument, match="unpack") as caught:
        read_documents(source)
    assert "解压" in caught.value.chinese
    old = tmp_path / "b.ppt"
    old.write_bytes(b"not old at all")
    monkeypatch.setenv("PATH", str(tmp_path))
    (_, source) = discover([tmp_path])
    with pytest.raises(UnreadableDocument, match=r"\.pptx"):
        read_documents(source)


def test_headers_footers_and_comments_stand_aside(tmp_path: Path) -> None:
    document = _word(
        tmp_path,
        _p("正文内容在这里。"),
        {
            "header.xml": f'<w:hdr xmlns:w="w">{_p("内部资料")}</w:hdr>',
            "comments.xml": f'<w:comments xmlns:w="w"><w:comment>{_p("请核对")}</w:comment></w:comments>',
        },
    )
    assert document.text == "正文内容在这里。"
    assert {(a.kind, a.text) for a in document.aside} == {
        (AsideKind.FURNITURE, "内部资料"), (AsideKind.COMMENT, "请核对"),
    }  # fmt: skip
