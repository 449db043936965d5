"""Mend the character tables of a PDF that PDFium would drop in part.

A ToUnicode table may map ranges of codes (``<1cfe><1d00><672a>``) whose low byte wraps. PDFium
discards the whole block such a range stands in, up to a hundred ranges, and gives the codes
themselves for characters: text is lost without a word. The ranges are split at the wrap before
the file is opened. Only tables are touched, and no offset of the file moves: a mended table takes
the room of the old one, or is added at the end as a newer revision of its object.
"""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(
    rb"(\d{1,9})\s+(\d{1,5})\s+obj\b((?:(?!endobj|stream).){0,600}?)stream\r?\n", re.DOTALL
)
_BLOCK = re.compile(rb"(\d+)(\s+beginbfrange)(.*?)(endbfrange)", re.DOTALL)
_RANGE = re.compile(
    rb"<\s*([0-9A-Fa-f]+)\s*>\s*<\s*([0-9A-Fa-f]+)\s*>\s*(<[^>]*>|\[[^\]]*\])", re.DOTALL
)
_COMMENT_FREE = re.compile(rb"\n%[^\n]*|[ \t]+(?=[\r\n])|[\r\n]+(?=[\r\n])")
_LARGEST_TABLE = 4_000_000
_PEEK = 4096


def mend(data: bytes) -> bytes:
    """Return the file with its wrapping ranges split; the same object where there are none."""
    patches: list[tuple[int, int, bytes]] = []
    revisions: list[tuple[int, int, bytes]] = []
    for match in _STREAM.finditer(data):
        head = match.group(3)
        if b"/Subtype" in head or b"/Length1" in head or b"/ObjStm" in head or b"/Width" in head:
            continue
        read = _table(data, match.end(), head)
        if read is None:
            continue
        table, taken, packed = read
        mended = _split_ranges(table)
        if mended == table:
            continue
        room = _fitted(mended, taken, packed)
        if room is not None:
            patches.append((match.end(), taken, room))
        else:
            revisions.append((int(match.group(1)), int(match.group(2)), mended))
    if not patches and not revisions:
        return data
    changed = bytearray(data)
    for start, taken, room in patches:
        changed[start : start + taken] = room
    return _revised(bytes(changed), revisions)


def _table(data: bytes, start: int, head: bytes) -> tuple[bytes, int, bool] | None:
    """Return a character table, the bytes it takes, and whether it is compressed."""
    if b"/Filter" not in head:
        end = data.find(b"endstream", start, start + _LARGEST_TABLE)
        table = data[start:end] if end > 0 else b""
        return (table, len(table), False) if b"beginbfrange" in table else None
    if b"FlateDecode" not in head or b"DecodeParms" in head:
        return None
    try:
        opening = zlib.decompressobj().decompress(data[start : start + _PEEK], _PEEK)
        if b"begincmap" not in opening and b"CIDInit" not in opening:
            return None
        whole = zlib.decompressobj()
        table = whole.decompress(data[start : start + _LARGEST_TABLE], _LARGEST_TABLE)
    except zlib.error:
        return None
    if not whole.eof or b"beginbfrange" not in table:
        return None
    taken = len(data[start : start + _LARGEST_TABLE]) - len(whole.unused_data)
    return table, taken, True


def _split_ranges(table: bytes) -> bytes:
    def block(match: re.Match[bytes]) -> bytes:
        entries = _RANGE.findall(match.group(3))
        ranges = [one for low, high, to in entries for one in _split(low, high, to)]
        if len(ranges) == len(entries):
            return match.group()
        # A block may hold a hundred ranges at most.
        parts = [ranges[n : n + 100] for n in range(0, len(ranges), 100)]
        return b"\n".join(
            b"%d beginbfrange\n%s\nendbfrange" % (len(part), b"\n".join(part)) for part in parts
        )

    return _BLOCK.sub(block, table)


def _split(low: bytes, high: bytes, to: bytes) -> list[bytes]:
    """Return a range in parts whose low byte does not wrap."""
    first, last = int(low, 16), int(high, 16)
    whole = b"<%s><%s>%s" % (low, high, to)
    target = re.sub(rb"\s", b"", to[1:-1])
    if len(low) != 4 or first >> 8 == last >> 8 or not first < last or to[:1] == b"[":
        return [whole]
    if len(target) < 4 or len(target) % 4:
        return [whole]
    stem, unit = target[:-4], int(target[-4:], 16)
    if unit + last - first > 0xFFFF:
        return [whole]
    parts = []
    start = first
    while start <= last:
        end = min(last, start | 0xFF)
        parts.append(b"<%04x><%04x><%s%04x>" % (start, end, stem, unit + start - first))
        start = end + 1
    return parts


def _fitted(table: bytes, room: int, packed: bool) -> bytes | None:
    """Return the table in exactly ``room`` bytes, None where it takes more."""
    for form in (table, _COMMENT_FREE.sub(b"", table)):
        body = zlib.compress(form, 9) if packed else form
        if len(body) <= room:
            return body + b"\n" * (room - len(body))
    return None


def _revised(data: bytes, revisions: list[tuple[int, int, bytes]]) -> bytes:
    """Return the file with newer revisions of its objects at the end."""
    found = re.findall(rb"startxref\s+(\d+)", data)
    if not revisions or not found:
        return data
    previous = int(found[-1])
    parts, offsets, at = [data, b"\n"], [], len(data) + 1
    for number, generation, table in revisions:
        body = zlib.compress(table, 9)
        head = b"%d %d obj\n<</Length %d/Filter/FlateDecode>>stream\n" % (
            number, generation, len(body),
        )  # fmt: skip
        whole = head + body + b"\nendstream\nendobj\n"
        offsets.append((number, generation, at))
        parts.append(whole)
        at += len(whole)
    entries = b"".join(
        b"%d 1\n%010d %05d n \n" % (number, offset, generation)
        for number, generation, offset in sorted(offsets)
    )
    trailer = _trailer(data, previous)
    parts.append(
        b"xref\n%strailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (entries, trailer, previous, at)
    )
    return b"".join(parts)


def _trailer(data: bytes, previous: int) -> bytes:
    """Return size, root and keys of the last trailer, be it a table's or a stream's."""
    head = data[previous : previous + 4] == b"xref"
    start = data.find(b"trailer", previous) if head else previous
    text = data[start : start + 4096]
    kept = re.findall(rb"/(?:Size\s+\d+|Root\s+\d+\s+\d+\s+R|Info\s+\d+\s+\d+\s+R)", text)
    return b"".join(dict.fromkeys(kept))
