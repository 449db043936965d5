from __future__ import annotations

import codecs
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.readers.decoding import Decoded, decode, read_bytes

PATH = Path("文件.txt")

SIMPLIFIED = (
    "老灯塔立在长堤的尽头,镇上已经没有人记得它的灯上一次亮起是什么时候。渔民们说,灯是在1952年冬天熄灭的,"
    "那一年看塔人病倒了,没有人来接替他。镇议会写过许多封信,部里却从来没有答复。"
)
TRADITIONAL = (
    "老燈塔立在長堤的盡頭，鎮上已經沒有人記得它的燈上一次亮起是什麼時候。漁民們說，燈是在冬天熄滅的，"
    "那一年看塔人病倒了，沒有人來接替他。鎮議會寫過許多封信，部裡卻從來沒有答覆。"
)
JAPANESE = (
    "古い灯台は長い突堤の先に立っていて、町の人は誰も、その明かりが最後にともったのがいつだったかを"
    "覚えていなかった。漁師たちは、灯台守が病気になった冬に消えたのだと言っていた。カメラとコーヒー。"
)
KOREAN = (
    "오래된 등대는 긴 방파제 끝에 서 있었고 마을 사람들은 그 불이 마지막으로 켜진 것이 "
    "언제였는지 기억하지 못했다. "
    "어부들은 등대지기가 병이 난 겨울에 불이 꺼졌다고 말했다."
)
FRENCH = (
    "Le vieux phare se dressait au bout de la jetée, et personne ne se rappelait quand sa lampe "
    "avait été allumée pour la dernière fois. « L’hiver », disaient les pêcheurs, « où le gardien "
    "est tombé malade »."
)
LEGACY = [
    (SIMPLIFIED, "gb18030"),
    (SIMPLIFIED, "gbk"),
    (SIMPLIFIED, "gb2312"),
    (TRADITIONAL, "big5"),
    (TRADITIONAL, "big5hkscs"),
    (TRADITIONAL, "cp950"),
    (TRADITIONAL, "gb18030"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "cp932"),
    (JAPANESE, "euc_jp"),
    (KOREAN, "euc_kr"),
    (KOREAN, "cp949"),
    (FRENCH, "cp1252"),
]
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def _decode(data: bytes) -> Decoded:
    return decode(data, path=PATH)


@pytest.mark.parametrize(("text", "encoding"), LEGACY)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
def test_every_legacy_encoding_is_told(text: str, encoding: str, end: str) -> None:
    data = (text + end).encode(encoding)
    decoded = _decode(data)
    assert decoded.text == text + end
    assert decoded.text.encode(decoded.encoding) == data
    assert not decoded.byte_order_mark


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, JAPANESE, KOREAN, FRENCH, "plain\n"])
@pytest.mark.parametrize("encoding", UNICODE)
def test_every_unicode_encoding_is_told(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    decoded = _decode(data)
    assert decoded.text == text
    assert decoded.byte_order_mark == (encoding in {"utf-8-sig", "utf-16", "utf-32"})
    assert ("byte_order_mark" in decoded.metadata()) == decoded.byte_order_mark
    mark = "\ufeff".encode(decoded.encoding) if decoded.byte_order_mark else b""
    assert mark + decoded.text.encode(decoded.encoding) == data


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32-be"])
def test_big_endian_marks(encoding: str) -> None:
    decoded = _decode(("\ufeff" + SIMPLIFIED).encode(encoding))
    assert (decoded.text, decoded.encoding) == (SIMPLIFIED, encoding)


@pytest.mark.parametrize(
    "text",
    [
        "朱镕基",
        "李堃",
        "总理朱镕基会见了李堃先生。",
        "㐀㐁是扩展区的汉字,𠮷野家的𠮷也是,它们在这里用四个字节表示。",
        "陶喆、张玮玮、周杰伦的歌",
        "价格为100元(含税),约合€13",
    ],
)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_rare_names_and_four_byte_characters(text: str, encoding: str) -> None:
    assert _decode(text.encode(encoding)).text == text


def test_characters_of_hong_kong() -> None:
    text = "呢個係香港嘅士多啤梨,佢哋喺度食緊嘢,啲人話𠝹開個橙,冚唪唥都喺晒度。"
    decoded = _decode(text.encode("big5hkscs"))
    assert (decoded.text, decoded.encoding) == (text, "big5hkscs")


def test_signs_that_only_the_windows_code_page_holds() -> None:
    text = "票價€13，" + TRADITIONAL
    assert _decode(text.encode("cp950")).text == text


def test_western_quotes_are_not_read_as_chinese() -> None:
    text = "I don’t know the café’s “opening” hours – it’s near the old pier."
    assert _decode(text.encode("cp1252")).text == text


def test_words_that_are_also_valid_utf8() -> None:
    # 模 and 元 are pairs of bytes that strict UTF-8 takes for a Latin or Greek letter.
    assert _decode("2023年12月1日,共计18元".encode("gb18030")).text == "2023年12月1日,共计18元"
    for text in ("模块", "模型", "129元", "小小"):
        assert _decode(text.encode("gb18030")).text == text
    for text in ("é", "naïve", "Übung", "Привет", "Ελλάδα", "שלום", "¿Qué?", "10 €", "5 µm"):
        assert _decode(text.encode("utf-8")).text == text


def test_line_ends_are_never_translated() -> None:
    text = "一\r\n二\r三\n四\u2028五\x85六\x0c七"
    assert _decode(text.encode("utf-8")).text == text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), st.booleans())
def test_any_utf8_text_is_exact(text: str, mark: bool) -> None:
    if not text.strip() or text.startswith("\ufeff"):
        return
    data = text.encode("utf-8-sig" if mark else "utf-8")
    try:
        decoded = _decode(data)
    except UnreadableDocument:
        pytest.fail(f"{text!r} was refused")
    if mark or decoded.encoding == "utf-8":
        assert decoded.text == text
    assert decoded.text.encode(decoded.encoding) == data[3 * mark :]


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_exactly_or_refused(data: bytes) -> None:
    try:
        decoded = _decode(data)
    except UnreadableDocument:
        return
    assert decoded.text.strip()
    assert "\0" not in decoded.text
    body = data
    if decoded.byte_order_mark:
        body = data[len("\ufeff".encode(decoded.encoding)) :]
    # The strict codec gave exactly this text: nothing was dropped or put in.
    assert codecs.decode(body, decoded.encoding, "strict") == decoded.text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\nplain enough", "PDF"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        (b"\x7fELF\x02\x01\x01" + bytes(40), "ELF"),
        (b"SQLite format 3\x00" + bytes(84), "SQLite"),
        (b"\x1f\x8b\x08" + os.urandom(50), "gzip"),
        (b"\xff\xd8\xff\xe0" + os.urandom(50), "JPEG"),
        (bytes(range(256)) * 4, "binary"),
        (b"text\0text\0text", "binary"),
        ("文字".encode() * 20 + b"\0", "binary"),
        (b"\x01\x02\x03\x04 control \x05\x06", "binary"),
        (b"\x1b[31mred\x1b[0m" * 3, "binary"),
    ],
)
def test_binary_content_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason) as caught:
        _decode(data)
    assert str(PATH) in str(caught.value)
    assert str(PATH) in caught.value.chinese


def test_random_bytes_are_refused() -> None:
    source = random.Random(7)
    for length in (1_000, 10_000):
        for low in (0, 128):
            data = bytes(source.randrange(low, 256) for _ in range(length))
            with pytest.raises(UnreadableDocument):
                _decode(data)


@pytest.mark.parametrize(
    ("text", "encoding"), [(SIMPLIFIED, "utf-8"), *[pair for pair in LEGACY if pair[1] != "cp1252"]]
)
def test_a_file_cut_within_a_character_is_refused(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    for end in range(40, len(data)):
        try:
            expected = data[:end].decode(encoding)
        except UnicodeDecodeError:
            with pytest.raises(UnreadableDocument, match="damaged or cut off"):
                _decode(data[:end])
        else:
            assert _decode(data[:end]).text == expected


def test_a_broken_byte_is_named_by_its_place() -> None:
    data = bytearray(SIMPLIFIED.encode("utf-8"))
    data[30] = 0xFF
    with pytest.raises(UnreadableDocument, match="not valid utf-8 at byte 30"):
        _decode(bytes(data))
    with pytest.raises(UnreadableDocument, match="utf-16-le at byte"):
        _decode(b"\xff\xfe" + SIMPLIFIED.encode("utf-16-le")[:-1])


def test_the_declared_encoding_helps_and_is_not_trusted() -> None:
    assert decode(b"\xb0\xa1", path=PATH, declared="euc-kr").text == "가"
    assert decode("啊".encode("gb18030"), path=PATH, declared="GB2312").text == "啊"
    assert decode(SIMPLIFIED.encode("utf-8"), path=PATH, declared="gb2312").text == SIMPLIFIED
    assert decode(SIMPLIFIED.encode("gb18030"), path=PATH, declared="utf-8").text == SIMPLIFIED
    assert decode(SIMPLIFIED.encode("gb18030"), path=PATH, declared="nonsense").text == SIMPLIFIED


def test_the_sample_reaches_the_first_characters_that_tell() -> None:
    for text, encoding in LEGACY:
        padded = "plain line\n" * 60_000 + text + "\n" + "rest\n" * 60_000
        assert _decode(padded.encode(encoding)).text == padded
    one_line = SIMPLIFIED.replace("\n", "") * 3_000
    assert _decode(one_line.encode("gb18030")).text == one_line


def test_reading_checks_before_it_opens(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="folder"):
        read_bytes(tmp_path)
    with pytest.raises(UnreadableDocument, match="vanished"):
        read_bytes(tmp_path / "absent")
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bytes(tmp_path / "a", maximum_bytes=5) == b"12345"
    with pytest.raises(UnreadableDocument, match="limit"):
        read_bytes(tmp_path / "a", maximum_bytes=4)
