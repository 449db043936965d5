"""From bytes to the exact text, or a refusal that says why.

Order: byte order mark, strict UTF-8, then every other candidate that decodes without a
single error, the likeliest text first. Likelihood is a plain character model for each
script (Zipf over short frequency lists, and the rows of the national character sets for
rarer ones); all candidates explain the same bytes, so the sums compare directly.

Decoding is always strict: a text is never made by dropping or replacing bytes.
"""

from __future__ import annotations

import math
import re
import stat
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from rag.errors import UnreadableDocument

MAXIMUM_BYTES = 100_000_000
"""Default limit for a file that is read whole."""

BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"PK\x03\x04", "ZIP / Office"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x7fELF", "ELF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office 97"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\xca\xfe\xba\xbe", "Java class"),
    (b"OggS\x00", "Ogg"),
    (b"ID3\x03", "MP3"),
    (b"ID3\x04", "MP3"),
)
# What a page declares, as browsers read it (WHATWG Encoding Standard): the wider superset.
_DECLARED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
}
_SAMPLE_BYTES = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1c-\x1f\x7f]")
_MAXIMUM_CONTROL_SHARE = 0.02
_WORST_MEAN = math.log(3e-7)
_ENOUGH_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Decoded:
    """An exact text and the codec it came from.

    ``text.encode(encoding)`` gives the bytes again, without the byte order mark that
    ``byte_order_mark`` reports.
    """

    text: str
    encoding: str
    byte_order_mark: bool = False

    def metadata(self) -> dict[str, str]:
        """Return what a document keeps on record about its encoding."""
        marked = {"byte_order_mark": "yes"} if self.byte_order_mark else {}
        return {"encoding": self.encoding} | marked


def read_bytes(path: Path, *, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """Return the bytes of a regular file; its size is checked before it is opened.

    Raises UnreadableDocument for a folder, a device, a broken link, a file that is
    forbidden, empty or larger than ``maximum_bytes``.
    """
    check_file(path, maximum_bytes=maximum_bytes)
    try:
        with path.open("rb") as file:
            data = file.read(maximum_bytes + 1)
    except OSError as error:
        raise _forbidden(path, error) from error
    if len(data) > maximum_bytes:
        raise _too_large(path, len(data), maximum_bytes)
    return data


def read_head(path: Path, *, minimum: int, maximum: int) -> bytes:
    """Return the first lines of a file: whole lines, ``minimum`` bytes of them if there are.

    Where no line ends before ``maximum`` bytes, that many bytes are returned as they are.
    Raises UnreadableDocument where the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            head = file.read(minimum)
            if len(head) == minimum:
                head += file.readline(maximum)
    except OSError as error:
        raise _forbidden(path, error) from error
    return head


def check_file(path: Path, *, maximum_bytes: int | None) -> None:
    """Refuse what cannot be a readable text file without opening it.

    Raises UnreadableDocument; ``maximum_bytes`` None sets no limit.
    """
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise UnreadableDocument(
            path,
            f"{path} is a broken link or has vanished; restore it or remove the link.",
            f"{path} 是失效的链接或已不存在,请恢复文件或删除该链接。",
        ) from error
    except OSError as error:
        raise _forbidden(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableDocument(
            path,
            f"{path} is a folder that cannot be read as a file; check its permissions.",
            f"{path} 是文件夹,不能当作文件读取,请检查权限。",
        )
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableDocument(
            path,
            f"{path} is a device or pipe; give a regular file.",
            f"{path} 是设备或管道,请提供普通文件。",
        )
    if maximum_bytes is not None and status.st_size > maximum_bytes:
        raise _too_large(path, status.st_size, maximum_bytes)
    if status.st_size == 0:
        raise empty(path)


def empty(path: Path) -> UnreadableDocument:
    """Return the refusal of a file without any text."""
    return UnreadableDocument(
        path,
        f"{path} holds no text; remove it or fill it.",
        f"{path} 没有任何文字,请删除它或写入内容。",
    )


def _too_large(path: Path, size: int, limit: int) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path} has {size / 1e6:.0f} MB, the limit is {limit / 1e6:.0f} MB; split the file.",
        f"{path} 有 {size / 1e6:.0f} MB,超过 {limit / 1e6:.0f} MB 的上限,请拆分文件。",
    )


def _forbidden(path: Path, error: OSError) -> UnreadableDocument:
    reason = error.strerror or type(error).__name__
    return UnreadableDocument(
        path,
        f"{path} cannot be read ({reason}); check its permissions.",
        f"{path} 无法读取({reason}),请检查权限。",
    )


def decode(data: bytes, *, path: Path, declared: str = "") -> Decoded:
    """Return the exact text of ``data``.

    ``declared`` is the encoding a page or a header names; it is tried before the
    candidates, never trusted where the bytes contradict it. ``path`` names the file in errors.
    Raises UnreadableDocument for binary content, undecodable bytes and empty text.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise UnreadableDocument(
                path,
                f"{path} is a {kind} file, not text; convert it to text first.",
                f"{path} 是 {kind} 文件,不是文本,请先转换为文本。",
            )
    decoded = _decode(data, path, declared)
    if not decoded.text.strip():
        raise empty(path)
    if "\0" in decoded.text or _control_share(decoded.text) > _MAXIMUM_CONTROL_SHARE:
        raise _binary(path)
    return decoded


def _decode(data: bytes, path: Path, declared: str) -> Decoded:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), encoding, byte_order_mark=True)
            except UnicodeDecodeError as error:
                raise _damaged(path, encoding, error.start + len(mark)) from error
    text = _strict(data, "utf-8")
    if text is not None and _surely_utf8(text):
        return Decoded(text, "utf-8")
    name = _DECLARED.get(declared.strip().lower(), "")
    if name and (text := _strict(data, name)) is not None and _plausible(text, name):
        return Decoded(text, name)
    if text is None:
        _refuse_damaged_utf8(data, path)
    return _likeliest(data, path)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _surely_utf8(text: str) -> bool:
    """Tell whether valid UTF-8 can be nothing else.

    A few pairs of bytes may also be a word of GB18030 (模, 某某, 元), and ASCII with control
    characters may be UTF-16: those are weighed with the other candidates.
    """
    if _CONTROL.search(text[:_SAMPLE_BYTES]):
        return False
    foreign = [character for character in text[:_SAMPLE_BYTES] if character > "\x7f"]
    return not 0 < len(foreign) <= 6 or max(foreign) > "\u07ff" or bool(_WESTERN.search(text))


def _refuse_damaged_utf8(data: bytes, path: Path) -> None:
    """Refuse UTF-8 with a few bad bytes rather than read it as something else."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Counting only: this text is thrown away.
        guess = data[:_SAMPLE_BYTES].decode("utf-8", "replace")
        bad = guess.count("�")
        good = sum(1 for character in guess if character > "\u07ff") - bad
        if good > 10 * bad and good >= 4:
            raise _damaged(path, "utf-8", error.start) from error


def _likeliest(data: bytes, path: Path) -> Decoded:
    sample = data
    if len(data) > _SAMPLE_BYTES:
        # A line feed is never part of a longer character in the candidates of one and two bytes.
        cut = data.rfind(b"\n", 0, _SAMPLE_BYTES) + 1
        sample = data[: cut or _SAMPLE_BYTES]
        if sample.isascii():
            sample = data
    ranked = []
    furthest = 0
    for order, (encoding, prior) in enumerate(_CANDIDATES):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError as error:
            if not (sample is not data and error.start >= len(sample) - 4):
                furthest = max(furthest, error.start)
                continue
            text = sample[: error.start].decode(encoding)
        ranked.append((-prior - _likelihood(text, encoding), order, encoding))
    for _, _, encoding in sorted(ranked)[:2]:
        whole = _strict(data, encoding)
        if whole is not None and _plausible(whole, encoding):
            return Decoded(whole, encoding)
    if b"\0" in data or _control_share(data[:_SAMPLE_BYTES].decode("latin-1")) > 0.05:
        raise _binary(path)
    raise UnreadableDocument(
        path,
        f"{path} is in no known text encoding (first doubt at byte {furthest}); "
        "save it as UTF-8, or restore it if it is damaged.",
        f"{path} 的文字编码无法识别(从第 {furthest} 字节起),请另存为 UTF-8,或恢复损坏的文件。",
    )


def _binary(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path} is binary, not text; convert it to text first.",
        f"{path} 是二进制文件,不是文本,请先转换为文本。",
    )


def _damaged(path: Path, encoding: str, position: int) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path} is damaged or cut off: not valid {encoding} at byte {position}; restore the file.",
        f"{path} 已损坏或不完整:第 {position} 字节不是有效的 {encoding},请恢复该文件。",
    )


def _control_share(text: str) -> float:
    sample = text[:_SAMPLE_BYTES]
    return len(_CONTROL.findall(sample)) / max(1, len(sample))


def _plausible(text: str, encoding: str) -> bool:
    """Tell whether a decoded text reads like its scripts: random bytes do not."""
    sample = text[:_SAMPLE_BYTES]
    foreign = [character for character in sample if character > "\x7f"]
    if len(foreign) < _ENOUGH_CHARACTERS:
        return True
    model = _model(encoding)
    return sum(map(model, foreign)) / len(foreign) > _WORST_MEAN


def _likelihood(text: str, encoding: str) -> float:
    """Return the log likelihood of a text under the character model of an encoding."""
    model = _model(encoding)
    total = sum(count * model(character) for character, count in Counter(text).items())
    return total - _GLUED_COST * len(_GLUED.findall(text))


# An ideograph or syllable glued to a small Latin letter is the trace of a Western text that
# was cut into pairs: "don’t" as Windows-1252 bytes.
_WESTERN = re.compile(r"[A-Za-z][à-öø-ž]|[à-öø-žÀ-ÖØ-Þ][a-z]")
_GLUED = re.compile(r"[a-z][\u3400-\u9fff\uac00-\ud7a3]")
_GLUED_COST = math.log(20)
_ASCII = math.log(1.5e-2)
_ASCII_RARE = math.log(1e-3)
_PLAIN = " \t\n\r,.:;!?-()/'\"%"
_NEVER = math.log(1e-12)
_PUNCTUATION = dict.fromkeys("，。、（）《》“”：；？！…—·「」『』　【】‘’", math.log(4e-3))
_SYMBOLS = dict.fromkeys(
    "∼～•‧≤≥×÷±°℃→←■●★▲○◆□※≈≠√△①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ％－／．＋＝αβγμπ", math.log(1e-4)
)
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")

_CANDIDATES = (
    ("utf-8", math.log(100)),
    ("gb18030", 0.0),
    ("big5hkscs", math.log(0.3)),
    ("cp950", math.log(1e-3)),
    ("cp932", math.log(0.1)),
    ("cp949", math.log(0.03)),
    ("euc_jp", math.log(0.02)),
    ("cp1252", math.log(0.1)),
    ("utf-16-le", math.log(1e-2)),
    ("utf-16-be", math.log(1e-2)),
)


@cache
def _frequencies(script: str) -> dict[str, float]:
    """Return the log frequency of each listed character of a script (a Zipf curve with a cut)."""
    lines = files("rag.readers").joinpath("frequencies.txt").read_text("utf-8").splitlines()
    listed = next(line for line in lines if line.startswith(script + " "))
    return {
        character: math.log(0.02 / (1 + rank / 8)) - rank / 2000
        for rank, character in enumerate(listed.split(" ", 1)[1])
    }


_SCRIPTS = {
    "gb18030": (("simplified", 1.0), ("traditional", 0.03)),
    "big5hkscs": (("traditional", 1.0),),
    "cp950": (("traditional", 1.0),),
    "cp932": (("kana", 1.0), ("kanji", 0.6)),
    "euc_jp": (("kana", 1.0), ("kanji", 0.6)),
    "cp949": (("hangul", 1.0),),
    "cp1252": (),
}
_EVERY_SCRIPT = (
    ("simplified", 0.5),
    ("traditional", 0.3),
    ("kana", 0.3),
    ("kanji", 0.2),
    ("hangul", 0.3),
)


@cache
def _model(encoding: str) -> Callable[[str], float]:
    """Return the function from a character to its log likelihood under an encoding."""
    table: dict[str, float] = {}
    if encoding == "cp1252":
        table |= dict.fromkeys(
            "éèêàâçùûôîïëüöäßñáíóúåøæÉÜÖÄ’‘“”–—…•©®°£€§«»·\xa0", math.log(2e-3)
        )
    elif encoding == "utf-8":
        table |= dict.fromkeys("éèêàâçùûôîïëüöäßñáíóúåøæÉÜÖÄ’“”–—…•©®°£€§·", math.log(1e-3))
    if encoding != "cp1252":
        table |= _SYMBOLS | _PUNCTUATION
    for script, weight in _SCRIPTS.get(encoding, _EVERY_SCRIPT):
        for character, value in _frequencies(script).items():
            table[character] = max(table.get(character, _NEVER), value + math.log(weight))

    @cache
    def model(character: str) -> float:
        if character in table:
            return table[character]
        return _rare(character, encoding)

    return model


def _rare(character: str, encoding: str) -> float:
    """Return the log likelihood of a character that no list holds."""
    code = ord(character)
    if code < 0x80:
        if _CONTROL.match(character) or character in "\x0b\x0c":
            return _NEVER
        return _ASCII if character.isalnum() or character in _PLAIN else _ASCII_RARE
    if code < 0xA0 or 0xE000 <= code < 0xF900 or code in {0xFFFD, 0xFFFE, 0xFFFF}:
        return _NEVER
    if _FULL_WIDTH.match(character):
        return math.log(1e-4)
    if 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:
        return math.log(_row_weight(character, encoding))
    if code >= 0x3400 and code != 0xFFFD and not 0xFF00 <= code <= 0xFFEF:
        return math.log(2e-8)
    if 0xFF61 <= code <= 0xFF9F:
        return math.log(1e-5)
    return math.log(1e-6) if encoding != "cp1252" else math.log(1e-5)


def _row_weight(character: str, encoding: str) -> float:
    """Weigh an unlisted character by its row: national sets put the common ones first."""
    narrow = {"gb18030": "gb2312", "cp949": "euc_kr", "cp932": "shift_jis"}.get(encoding, encoding)
    try:
        lead = character.encode(narrow)[0]
    except UnicodeEncodeError:
        return 3e-8
    common = {
        "gb2312": lead <= 0xD7,
        "big5hkscs": 0xA4 <= lead <= 0xC6,
        "cp950": 0xA4 <= lead <= 0xC6,
        "shift_jis": lead <= 0x98,
        "euc_jp": lead <= 0xCF,
        "euc_kr": lead <= 0xC8,
    }.get(narrow, True)
    return 4e-6 if common else 5e-7


__all__ = ["BYTE_ORDER_MARKS", "MAXIMUM_BYTES", "Decoded", "check_file", "decode", "empty", "read_bytes", "read_head"]
