"""From bytes to the exact text, or a refusal that says why.

Order: byte order mark, strict UTF-8, then every other candidate that decodes without a
single error, the likeliest text first.

Decoding is always strict: a text is never made by dropping or replacing bytes.
"""

from __future__ import annotations

import math
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from rag.errors import EmptyDocument, UnreadableDocument
from rag.readers.discovery import printable
from rag.readers.likelihood import CANDIDATES, CONTROL, WESTERN, likelihood, model_of

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
_SAMPLE_BYTES = 65_536
_MAXIMUM_CONTROL_SHARE = 0.02
_MAXIMUM_ACCENTED = 0.4
# Candidates so close in log likelihood that the next one may be right (big5hkscs, cp950).
_CLOSE = 20.0
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_COMMON = math.log(1e-6)
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


def read_bytes(path: Path, *, maximum_bytes: int | None = None) -> bytes:
    """Return the bytes of a regular file; its size is checked before it is opened.

    Raises UnreadableDocument for a folder, a device, a broken link, a file that is
    forbidden, empty or larger than ``maximum_bytes`` (None: no limit).
    """
    check_file(path, maximum_bytes=maximum_bytes)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _forbidden(path, error) from error


def read_head(path: Path, *, minimum: int, maximum: int) -> bytes:
    """Return the first lines of a file: whole lines, ``minimum`` bytes of them if there are.

    Where no line ends within ``maximum`` bytes more, they are cut there, perhaps inside a
    character. Raises UnreadableDocument where the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            head = file.read(minimum)
            return head + file.readline(maximum) if len(head) == minimum else head
    except OSError as error:
        raise _forbidden(path, error) from error


def check_file(path: Path, *, maximum_bytes: int | None) -> None:
    """Refuse what cannot be a readable text file without opening it.

    Raises UnreadableDocument; ``maximum_bytes`` None sets no limit.
    """
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise UnreadableDocument(
            path,
            f"{printable(path)} is a broken link or has vanished; restore it or remove the link.",
            f"{printable(path)} 是失效的链接或已不存在,请恢复文件或删除该链接。",
        ) from error
    except OSError as error:
        raise _forbidden(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableDocument(
            path,
            f"{printable(path)} is a folder that cannot be read as a file; check its permissions.",
            f"{printable(path)} 是文件夹,不能当作文件读取,请检查权限。",
        )
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableDocument(
            path,
            f"{printable(path)} is a device or pipe; give a regular file.",
            f"{printable(path)} 是设备或管道,请提供普通文件。",
        )
    if maximum_bytes is not None and status.st_size > maximum_bytes:
        raise _too_large(path, status.st_size, maximum_bytes)
    if status.st_size == 0:
        raise empty(path)


def empty(path: Path) -> EmptyDocument:
    """Return the refusal of a file without any text."""
    return EmptyDocument(
        path,
        f"{printable(path)} holds no text; remove it or fill it.",
        f"{printable(path)} 没有任何文字,请删除它或写入内容。",
    )


def _too_large(path: Path, size: int, limit: int) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{printable(path)} has {size / 1e6:.0f} MB, the limit is {limit / 1e6:.0f} MB; "
        "split the file.",
        f"{printable(path)} 有 {size / 1e6:.0f} MB,超过 {limit / 1e6:.0f} MB 的上限,请拆分文件。",
    )


def _forbidden(path: Path, error: OSError) -> UnreadableDocument:
    reason = error.strerror or type(error).__name__
    return UnreadableDocument(
        path,
        f"{printable(path)} cannot be read ({reason}); check its permissions.",
        f"{printable(path)} 无法读取({reason}),请检查权限。",
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
                f"{printable(path)} is a {kind} file, not text; convert it to text first.",
                f"{printable(path)} 是 {kind} 文件,不是文本,请先转换为文本。",
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
    if name and (text := _strict(data, name)) is not None and _is_plausible(text, name):
        return Decoded(text, name)
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
    if CONTROL.search(text[:_SAMPLE_BYTES]):
        return False
    foreign = [character for character in text[:_SAMPLE_BYTES] if character > "\x7f"]
    return not 0 < len(foreign) <= 6 or max(foreign) > "\u07ff" or bool(WESTERN.search(text))


def _likeliest(data: bytes, path: Path) -> Decoded:
    """Return the likeliest text of all candidates, or refuse the bytes.

    Candidates are compared with their errors counted: a damaged file is refused as such,
    never read as a stranger encoding that happens to take its bytes.
    """
    sample = _sample(data)
    ranked = []
    for order, (encoding, prior) in enumerate(CANDIDATES):
        guess = sample.decode(encoding, "replace")
        if not encoding.startswith("utf-16") or _is_common(guess, encoding):
            ranked.append((-prior - likelihood(guess, encoding), order, encoding))
    ranked.sort()
    if b"\0" in data and not ranked[0][2].startswith("utf-16"):
        raise _binary(path)
    best = ranked[0]
    for cost, _, encoding in ranked:
        whole = _strict(data, encoding) if cost <= best[0] + _CLOSE else None
        if whole is None:
            continue
        if not _is_plausible(whole, encoding):
            break
        return Decoded(whole, encoding)
    try:
        data.decode(best[2])
    except UnicodeDecodeError as error:
        if _is_plausible(sample.decode(best[2], "replace"), best[2]):
            raise _damaged(path, best[2], error.start) from error
    if _control_share(sample.decode("latin-1")) > _MAXIMUM_CONTROL_SHARE:
        raise _binary(path)
    raise UnreadableDocument(
        path,
        f"{printable(path)} is in no known text encoding; "
        "save it as UTF-8, or convert it if it is binary.",
        f"{printable(path)} 的文字编码无法识别,请另存为 UTF-8;若是二进制文件请先转换。",
    )


def _sample(data: bytes) -> bytes:
    """Return whole lines from the first byte on that is not ASCII."""
    first = _NOT_ASCII.search(data)
    # Only ASCII stands before it, so any place there is the start of a character.
    start = max(0, first.start() - 1000) if first is not None and b"\0" not in data else 0
    sample = data[start : start + _SAMPLE_BYTES]
    if len(sample) < _SAMPLE_BYTES:
        return sample
    return sample[: sample.rfind(b"\n") + 1] or sample


def _binary(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{printable(path)} is binary, not text; convert it to text first.",
        f"{printable(path)} 是二进制文件,不是文本,请先转换为文本。",
    )


def _damaged(path: Path, encoding: str, position: int) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{printable(path)} is damaged or cut off: not valid {encoding} at byte {position}; "
        "restore the file.",
        f"{printable(path)} 已损坏或不完整:第 {position} 字节不是有效的 {encoding},请恢复该文件。",
    )


def _control_share(text: str) -> float:
    sample = text[:_SAMPLE_BYTES]
    return len(CONTROL.findall(sample)) / max(1, len(sample))


def _is_common(text: str, encoding: str) -> bool:
    """Tell whether half of a text is common characters: any bytes make some UTF-16."""
    model = model_of(encoding)
    common = sum(1 for character in text if model(character) > _COMMON)
    return common >= 0.5 * len(text)


def _is_plausible(text: str, encoding: str) -> bool:
    """Tell whether a decoded text reads like its scripts: random bytes do not."""
    sample = text[:_SAMPLE_BYTES]
    foreign = [character for character in sample if character > "\x7f"]
    if encoding == "cp1252" and len(foreign) > _MAXIMUM_ACCENTED * len(sample):
        return False
    if len(foreign) < _ENOUGH_CHARACTERS:
        return True
    model = model_of(encoding)
    return sum(map(model, foreign)) / len(foreign) > _WORST_MEAN


__all__ = [
    "BYTE_ORDER_MARKS",
    "MAXIMUM_BYTES",
    "Decoded",
    "check_file",
    "decode",
    "empty",
    "read_bytes",
    "read_head",
]
