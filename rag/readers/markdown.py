"""Markdown: its blocks through markdown-it, without a mark left in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.drafting import Draft, of_text
from rag.readers.finishing import finish, groups
from rag.readers.markdown_blocks import BlockReader, parser
from rag.readers.markdown_marks import turn_marks
from rag.records import AsideKind, BlockKind, Document

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?\n)?(?:\1|\.\.\.)[ \t]*(?=\n|\Z)", re.DOTALL)
_FIELD = re.compile(
    r"^([A-Za-z_][\w-]*)[ \t]*[:=][ \t]*(.*?)[ \t]*$((?:\n[ \t]+\S.*)*)", re.MULTILINE
)
_BREAK = re.compile(r"\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
_SHOWN = ("subtitle", "description", "summary", "excerpt")
_KNOWN = {
    "author": "author",
    "date": "date",
    "publisher": "publisher",
    "source": "publisher",
    "url": "url",
}


def read_markdown(path: Path) -> Iterable[Document]:
    """Read a Markdown file as one document.

    Marks of site builders (``:::``, ``{% %}``), comments, link targets and images are set aside;
    the fields of front matter become metadata. Raises UnreadableDocument as ``decode`` and
    ``read_bytes`` do.
    """
    decoded = decode(read_bytes(path), path=path)
    text = _BREAK.sub("\n", decoded.text)
    drafts, metadata, title = markdown_drafts(text, mdx=path.suffix.lower() == ".mdx")
    document = finish(
        drafts.drafts,
        group=drafts.group,
        title=title,
        fallback=printable(path.stem),
        metadata=metadata | decoded.metadata(),
    )
    if not document.text.strip():
        raise empty(path)
    return [document]


def markdown_drafts(text: str, *, mdx: bool = False) -> tuple[BlockReader, dict[str, str], str]:
    """Return the reader of a text with its drafts, the fields of its front matter, its title."""
    front = _FRONT_MATTER.match(text)
    metadata = _fields(front.group(2) or "") if front else {}
    body = "\n" * front.group().count("\n") + text[front.end() :] if front else text
    marks = turn_marks(body, mdx=mdx)
    reader = BlockReader(groups(), marks.html)
    if front:
        reader.drafts.append(
            Draft(
                BlockKind.PARAGRAPH,
                of_text(BlockKind.PARAGRAPH, front.group()).lines,
                aside=AsideKind.FRONT_MATTER,
            )
        )
    reader.read(parser().parse(marks.text))
    title = metadata.pop("title", "")
    first = next(
        (n for n, d in enumerate(reader.drafts) if d.kind is BlockKind.HEADING and d.level <= 2),
        None,
    )
    shown = [metadata[name] for name in _SHOWN if name in metadata]
    if not any(draft.aside is None for draft in reader.drafts):
        shown = [title, *metadata.values()]
    # A page shows its description under its title.
    over = first is not None and reader.drafts[first].level == 1
    place = first + 1 if over and first is not None else int(front is not None)
    reader.drafts[place:place] = [
        of_text(BlockKind.PARAGRAPH, line) for line in shown if line and line not in body
    ]
    if not title and first is not None:
        title = reader.drafts[first].text
    return reader, metadata, title


def _fields(text: str) -> dict[str, str]:
    """Return the fields of front matter that are one value each."""
    found: dict[str, str] = {}
    for name, first, more in _FIELD.findall(text):
        value = first
        if value in {"", ">", ">-", "|", "|-"}:
            value = " ".join(line.strip() for line in more.split("\n")).strip()
            if value.startswith("- ") or re.match(r"[\w-]+:", value):
                continue
        plain = " ".join(value.split()).strip("\"'")
        if plain:
            lower = name.lower()
            found.setdefault(_KNOWN.get(lower, "title" if lower == "title" else name), plain)
    return found
