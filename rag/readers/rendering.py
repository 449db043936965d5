"""Draw a page of a PDF as a picture, the words that answer framed; no script of it ever runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.readers.discovery import printable
from rag.readers.isolation import Limits, call_isolated

Frame = tuple[float, float, float, float]
"""Left, bottom, right, top in points from the page's lower left corner."""

_LIMITS = Limits(memory=2_000_000_000, processor=20, longest=30, silence=40.0, output=60_000_000)
_MOST_PIXELS = 40_000_000
_COLOUR = (255, 196, 0)
_MARGIN = 1.5


def page_png(path: Path, page: int, scale: float = 1.5, boxes: Iterable[Frame] = ()) -> bytes:
    """Return page ``page`` (from 1) as a PNG of ``scale`` pixels a point, boxes framed.

    The page is drawn in a child process. Raises UnreadableDocument for a file that cannot be
    drawn and for a page it does not have.
    """
    frames = [list(map(float, box)) for box in boxes]
    return call_isolated(path, "rag.readers.rendering:draw", [page, scale, frames], _LIMITS)


def draw(path: Path, page: int, scale: float, boxes: Sequence[Sequence[float]]) -> bytes:
    """Return a page as a PNG; see ``page_png``, which calls this in a process of its own."""
    import io

    import pypdfium2
    from PIL import ImageDraw

    from rag.readers.pdf_unicode import mend

    document = pypdfium2.PdfDocument(mend(path.read_bytes()))
    if not 1 <= page <= len(document):
        name = printable(path)
        raise UnreadableDocument(path, f"{name} has no page {page}.", f"{name} 没有第 {page} 页。")
    shown = document[page - 1]
    width, height = shown.get_size()
    largest = (_MOST_PIXELS / max(1.0, width * height)) ** 0.5
    scale = max(0.05, min(scale, largest))
    picture = shown.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    pencil = ImageDraw.Draw(picture, "RGBA")
    for left, bottom, right, top in boxes:
        corners = (
            (left - _MARGIN) * scale,
            (height - top - _MARGIN) * scale,
            (right + _MARGIN) * scale,
            (height - bottom + _MARGIN) * scale,
        )
        if corners[2] > corners[0] and corners[3] > corners[1]:
            pencil.rectangle(
                corners, fill=(*_COLOUR, 70), outline=(*_COLOUR, 255), width=max(1, round(scale))
            )
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()
