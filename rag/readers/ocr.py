"""Recognise text in pictures and scanned pages, where the extra ``ocr`` is installed.

Results are kept by the digest of the picture, so that a folder that was interrupted goes on at
the page where it stopped, and the same page is never recognised twice.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import UnreadableDocument
from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.isolation import sign_of_life
from rag.readers.pdf_lines import Line, Page
from rag.readers.pdf_order import by_columns, by_height, find_gutter

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

    from rag.records import Document

SCALE = 150 / 72
"""Pixels a point: 150 dots an inch are enough, more take longer and read no better."""
_LIKELY = 0.5
"""Lines the model is less sure of are noise."""
_MOST_PIXELS = 60_000_000
_SECONDS = 120.0


def is_installed() -> bool:
    """Tell whether the extra is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read_image(path: Path) -> Iterable[Document]:
    """Read a picture, or the pages of a TIFF, as one document.

    Raises UnreadableDocument for a damaged or too large picture, one without text, and where the
    extra is missing.
    """
    from PIL import Image, ImageSequence, UnidentifiedImageError

    from rag.readers.pdf import assembled

    if not is_installed():
        raise missing(path)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    pages: list[Page] = []
    try:
        with Image.open(path) as image:
            for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
                picture = _upright(frame).convert("RGB")
                width, height = picture.size
                pages.append(Page(number, width / SCALE, height / SCALE))
                pages[-1].lines = recognise(picture, number, pages[-1].height)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        name = printable(path)
        raise UnreadableDocument(
            path,
            f"{name} is not a readable picture ({error}); open it and save it again.",
            f"{name} 不是可读取的图片({error}),请打开后重新保存。",
        ) from error
    if not any(page.lines for page in pages):
        raise empty(path)
    document = assembled(path, pages, [], {})
    return [replace(document, metadata=dict(document.metadata) | {"recognised": "yes"})]


def recognise_page(document: PdfDocument, index: int, page: Page) -> list[Line]:
    """Return the lines that a page of a PDF shows, in reading order."""
    bitmap = document[index].render(scale=SCALE)
    return recognise(bitmap.to_pil().convert("RGB"), page.number, page.height)


def recognise(picture: Image, number: int, height: float) -> list[Line]:
    """Return the lines of a picture at ``SCALE``, in reading order, a box for each character."""
    sign_of_life(_SECONDS)
    digest = hashlib.sha256(repr(picture.size).encode() + picture.tobytes()).hexdigest()
    kept = _folder() / digest[:2] / f"{digest}.json"
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = _run(picture)
        _keep(kept, found)
    lines = [line for entry in found if (line := _line(entry, number, height)) is not None]
    width = picture.size[0] / SCALE
    gutter = find_gutter(lines, width)
    return by_height(lines) if gutter is None else by_columns(lines, gutter)


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _folder() -> Path:
    from platformdirs import user_cache_path

    return Path(os.environ.get("RAG_CACHE_DIR") or user_cache_path("rag")) / "ocr"


def _keep(path: Path, found: list[Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        half.replace(path)
    except OSError:
        # Without a cache it is recognised again.
        return


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _run(picture: Image) -> list[list[Any]]:
    """Return lines as text, left, top, right, bottom (pixels), and places of characters."""
    import numpy as np

    result = _engine()(np.asarray(picture), return_word_box=True, return_single_char_box=True)
    texts, boxes, scores = result.txts or (), result.boxes, result.scores or ()
    words = getattr(result, "word_results", None) or [None] * len(texts)
    found: list[list[Any]] = []
    for place, (text, score) in enumerate(zip(texts, scores, strict=True)):
        if score < _LIKELY or not text.strip():
            continue
        corners = np.asarray(boxes[place], dtype=float)
        box = [float(v) for v in (*corners.min(axis=0), *corners.max(axis=0))]
        found.append([text, *box, _characters(words[place] if place < len(words) else None)])
    return found


def _characters(words: Any) -> list[list[Any]]:
    """Return each recognised sign with its left and right edge."""
    found: list[list[Any]] = []
    for entry in words or []:
        if not isinstance(entry, list | tuple) or len(entry) < 3:
            continue
        corners = [float(point[0]) for point in entry[2]]
        found.append([str(entry[0]), min(corners), max(corners)])
    return found


def _line(entry: list[Any], number: int, height: float) -> Line | None:
    text, left, top, right, bottom, signs = entry
    text = str(text).strip()
    if not text:
        return None
    lefts, rights = _edges(text, left / SCALE, right / SCALE, signs)
    high = (bottom - top) / SCALE
    # A line's box is about a quarter higher than its type.
    return Line(
        number,
        text,
        lefts,
        rights,
        height - bottom / SCALE,
        height - top / SCALE,
        round(high * 0.8),
    )


def _edges(
    text: str, left: float, right: float, signs: list[list[Any]]
) -> tuple[list[float], list[float]]:
    """Return the edges of each character: those recognised, between them in equal steps."""
    lefts: list[float] = []
    rights: list[float] = []
    at = 0
    for sign, start, end in signs:
        found = text.find(sign, at)
        if found < 0 or found > at + 2:
            continue
        for _ in range(at, found):
            edge = rights[-1] if rights else left
            lefts.append(edge)
            rights.append(edge)
        step = (end - start) / SCALE / max(1, len(sign))
        for place in range(len(sign)):
            lefts.append(start / SCALE + place * step)
            rights.append(start / SCALE + (place + 1) * step)
        at = found + len(sign)
    if at == 0:
        step = (right - left) / len(text)
        edges = [left + place * step for place in range(len(text) + 1)]
        return edges[:-1], edges[1:]
    missing_signs = len(text) - at
    step = max(0.0, right - rights[-1]) / missing_signs if missing_signs else 0.0
    for _ in range(missing_signs):
        lefts.append(rights[-1])
        rights.append(rights[-1] + step)
    return lefts, rights


def missing(path: Path) -> UnreadableDocument:
    """Return the refusal of a picture where the extra is not installed."""
    name = printable(path)
    return UnreadableDocument(
        path,
        f'{name} is a picture; install the extra for recognising text: pip install "rag[ocr]".',
        f'{name} 是图片,请安装文字识别扩展:pip install "rag[ocr]"。',
    )
