"""PDF: the text of its pages as a person reads it, each character with its page and its box."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UnreadableDocument
from rag.readers import ocr
from rag.readers.decoding import read_bytes
from rag.readers.discovery import printable
from rag.readers.finishing import finish, groups
from rag.readers.isolation import sign_of_life
from rag.readers.layout import Run, encode
from rag.readers.pdf_furniture import judge, set_furniture_apart
from rag.readers.pdf_lines import Line, Page, read_page
from rag.readers.pdf_structure import Outline, structure
from rag.readers.pdf_unicode import mend
from rag.records import Aside, AsideKind, Document, Place

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
# Signs taken away in front of an item or at the end of a line.
_FARTHEST = 10


def read_pdf(path: Path) -> Iterable[Document]:
    """Read a PDF as one document.

    Pages without usable text are named in the metadata (``pages_missing`` and
    ``pages_unreliable``, as ``3, 7-9``). Raises UnreadableDocument for a file that is damaged,
    locked by a password, too large, or has no usable text on any page.
    """
    import pypdfium2

    data = mend(read_bytes(path))
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _unopened(path, str(error)) from error
    try:
        return [_read(path, document)]
    finally:
        document.close()


def _read(path: Path, document: PdfDocument) -> Document:
    name = printable(path)
    count = len(document)
    if count > MOST_PAGES:
        raise UnreadableDocument(
            path,
            f"{name} has {count:,} pages, the limit is {MOST_PAGES:,}; split the file.",
            f"{name} 有 {count:,} 页,超过 {MOST_PAGES:,} 页的上限,请拆分文件。",
        )
    pages, faults, recognised = _pages(path, document)
    if not any(page.lines for page in pages):
        raise _no_text(path, faults)
    found = assembled(path, pages, _outline(document), _information(document))
    metadata = dict(found.metadata) | {"pages": str(count)}
    for reason in ("missing", "unreliable"):
        numbers = [number for number, why in faults.items() if why == reason]
        if numbers:
            metadata[f"pages_{reason}"] = ranges(numbers)
    if recognised:
        metadata["pages_recognised"] = ranges(recognised)
    return replace(found, metadata=metadata)


def assembled(
    path: Path, pages: Sequence[Page], outline: Outline, information: Mapping[str, str]
) -> Document:
    """Return the document that the lines of pages make; running lines are set aside."""
    apart = set_furniture_apart(pages)
    group = groups()
    found = structure([page for page in pages if page.lines], outline, group)
    written = finish(
        found.drafts,
        group=group,
        title=_title(information.get("title", ""), pages),
        fallback=printable(path.stem),
        metadata={key: value for key, value in information.items() if key != "title"},
    )
    placed = _placed(written, found.sources, pages)
    aside = list(placed.aside) + _running(apart, placed.places)
    aside.sort(key=lambda one: one.at)
    return replace(placed, aside=tuple(aside))


def _pages(path: Path, document: PdfDocument) -> tuple[list[Page], dict[int, str], list[int]]:
    """Return the pages, why pages have no text, and which ones it was recognised on."""
    pages: list[Page] = []
    recognised: list[int] = []
    recognises = ocr.is_installed()
    faults: dict[int, str] = {}
    characters = 0
    for index in range(len(document)):
        sign_of_life()
        page = read_page(document, index)
        reason = judge(page)
        if reason:
            page.lines = ocr.recognise_page(document, index, page) if recognises else []
            if page.lines:
                recognised.append(page.number)
            else:
                faults[page.number] = reason
        characters += sum(len(line.text) for line in page.lines)
        if characters > MOST_CHARACTERS:
            raise UnreadableDocument(
                path,
                f"{printable(path)} holds more than {MOST_CHARACTERS:,} characters; split it.",
                f"{printable(path)} 的文字超过 {MOST_CHARACTERS:,} 个字符,请拆分文件。",
            )
        pages.append(page)
    return pages, faults, recognised


def _placed(
    document: Document, sources: Mapping[int, list[Line]], pages: Sequence[Page]
) -> Document:
    """Return the document with pages for places, and the boxes of its characters."""
    runs: list[Run] = []
    places: list[Place] = []
    ends = [place.start for place in document.places[1:]] + [len(document.text)]
    for place, end in zip(document.places, ends, strict=True):
        for run in _runs(document.text, place.start, end, sources.get(place.line, [])):
            if not places or places[-1].page != run.page:
                places.append(Place(run.start, page=run.page))
            runs.append(run)
    sizes = {page.number: (page.width, page.height) for page in pages if page.lines}
    return replace(document, places=tuple(places), layout=encode(runs, sizes))


def _runs(text: str, start: int, end: int, lines: Sequence[Line]) -> Iterator[Run]:
    """Yield where ``text[start:end]``, made of the lines, stands on their pages.

    The text has all the characters of the lines but for signs taken away, in their order, and
    spaces between them.
    """
    origin = [(n, k) for n, line in enumerate(lines) for k in range(len(line.text))]
    matched: list[tuple[int, int, int]] = []
    at = 0
    for offset in range(start, end):
        character = text[offset]
        ahead = at
        last = min(len(origin), at + (1 if character.isspace() else _FARTHEST))
        while ahead < last and lines[origin[ahead][0]].text[origin[ahead][1]] != character:
            ahead += 1
        if ahead == last:
            continue
        matched.append((offset, *origin[ahead]))
        at = ahead + 1
    for _, group in groupby(enumerate(matched), lambda one: (one[1][1], one[1][0] - one[0])):
        part = [entry for _, entry in group]
        line = lines[part[0][1]]
        while part and text[part[-1][0]].isspace():
            part.pop()
        if part:
            yield Run(
                part[0][0], line.page, line.bottom, line.top,
                [line.lefts[k] for _, _, k in part], [line.rights[k] for _, _, k in part],
            )  # fmt: skip


def _running(apart: Sequence[Sequence[Line]], places: Sequence[Place]) -> list[Aside]:
    """Return what pages print again and again, each text once, where its first page starts."""
    starts: dict[int, int] = {}
    for place in places:
        starts.setdefault(place.page, place.start)
    seen: dict[str, Aside] = {}
    for lines in apart:
        for line in lines:
            seen.setdefault(
                line.text, Aside(AsideKind.FURNITURE, line.text, starts.get(line.page, 0))
            )
    return list(seen.values())


def _outline(document: PdfDocument) -> list[tuple[int, str, int]]:
    entries = []
    for item in document.get_toc(max_depth=6):
        target = item.get_dest()
        index = target.get_index() if target is not None else None
        entries.append((item.level, item.get_title(), 0 if index is None else index + 1))
        if len(entries) >= 5_000:
            break
    return entries


def _information(document: PdfDocument) -> dict[str, str]:
    """Return title, author and date as the file states them."""
    stated = document.get_metadata_dict()
    found = {}
    for key, name in (("title", "Title"), ("author", "Author")):
        if value := " ".join(stated.get(name, "").split()):
            found[key] = value
    date = stated.get("ModDate") or stated.get("CreationDate") or ""
    digits = date.removeprefix("D:")[:8]
    if len(digits) == 8 and digits.isdecimal():
        found["modified"] = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return found


def _title(stated: str, pages: Sequence[Page]) -> str:
    """Return the title: the largest line of the first pages, else what the file states."""
    first = next((page for page in pages if page.lines), None)
    suffixes = (".doc", ".docx", ".pdf", ".ppt", ".pptx", ".xls", ".xlsx", ".dvi", ".tex", ".indd")
    usable = (
        bool(stated) and not stated.lower().endswith(suffixes) and "Microsoft Word" not in stated
    )
    if first is not None:
        largest = max(line.size for line in first.lines)
        smallest = min(line.size for line in first.lines)
        lines = [line for line in first.lines if line.size > 0.95 * largest]
        text = " ".join(line.text for line in lines[:3])
        if largest > 1.15 * smallest and len(lines) <= 3 and 2 <= len(text) <= 80:
            return text if not usable or len(text) >= len(stated) or stated not in text else stated
    return stated if usable else ""


def ranges(numbers: Sequence[int]) -> str:
    """Return page numbers as people write them: ``3, 7-9``."""
    parts = []
    for _, group in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return ", ".join(parts)


def _unopened(path: Path, reason: str) -> UnreadableDocument:
    name = printable(path)
    if "password" in reason.lower():
        return UnreadableDocument(
            path,
            f"{name} is locked with a password; save a copy without one.",
            f"{name} 有密码保护,请另存一份没有密码的文件。",
        )
    return UnreadableDocument(
        path,
        f"{name} is not a readable PDF; open it in a viewer and save it again.",
        f"{name} 不是可读取的 PDF,请用阅读器打开并重新保存。",
    )


def _no_text(path: Path, faults: Mapping[int, str]) -> UnreadableDocument:
    name = printable(path)
    if not faults:
        return UnreadableDocument(
            path, f"{name} has no text on any page.", f"{name} 的所有页面都没有文字。"
        )
    numbers = ranges(list(faults))
    scan = "missing" in faults.values()
    why = "is a scan without text" if scan else "has a text layer that cannot be trusted"
    reason = "是没有文字层的扫描件" if scan else "的文字层不可靠"
    if ocr.is_installed():
        return UnreadableDocument(
            path,
            f"{name} {why} (page {numbers}), and no text was recognised.",
            f"{name} {reason}(第 {numbers} 页),未识别出文字。",
        )
    return UnreadableDocument(
        path,
        f"{name} {why} (page {numbers}); install the extra for recognising text: "
        f'pip install "rag[ocr]".',
        f'{name} {reason}(第 {numbers} 页),请安装文字识别扩展:pip install "rag[ocr]"。',
    )
