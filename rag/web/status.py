"""What the settings of the page show: what answers, whether it can be reached, what is indexed."""

from __future__ import annotations

import socket
import time
from typing import Any
from urllib.parse import urlsplit

from rag.backends.naming import EXTRACTIVE
from rag.errors import RagError
from rag.web.library import MAXIMUM_PASSAGES, STRICTNESSES, Library

_SECONDS_TO_CONNECT = 3.0


def status_view(library: Library, collection: str) -> dict[str, Any]:
    """Return how questions are answered here and what the collection's index is made of."""
    settings = library.settings
    view: dict[str, Any] = {
        "managed": settings is not None,
        "preparing": library.preparing,
        "backends": library.backends(),
        "strictnesses": STRICTNESSES,
        "maximum_passages": MAXIMUM_PASSAGES,
    }
    if settings is not None:
        view |= {
            "backend": settings.backend,
            "strictness": settings.strictness,
            "passages": settings.passages,
            "embedding_model": settings.embedding_model,
        }
    if library.preparing is None:
        try:
            with library.bot(collection, {}) as bot:
                index = bot.index
                view["documents"] = index.document_count
                view["passages_indexed"] = index.passage_count
        except RagError as error:
            view["problem"] = {"en": str(error), "zh": error.chinese}
    return view


def reach_view(library: Library) -> dict[str, Any]:
    """Try whether the configured backend can be reached; nothing is asked of it.

    ``state`` is ``built_in``, ``reached`` (with ``milliseconds``), ``unreachable`` (with ``why``:
    ``refused``, ``silent``, ``unknown_name`` or ``other``, and the system's ``reason``) or
    ``unknown`` for a provider without an address of its own.
    """
    settings = library.settings
    if settings is None or settings.backend == EXTRACTIVE:
        return {"state": "built_in"}
    if settings.base_url is None:
        return {"state": "unknown"}
    address = urlsplit(settings.base_url)
    port = address.port or (443 if address.scheme == "https" else 80)
    began = time.perf_counter()
    try:
        with socket.create_connection((address.hostname or "", port), _SECONDS_TO_CONNECT):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        return {"state": "unreachable", "why": _why(error), "reason": reason}
    return {"state": "reached", "milliseconds": round((time.perf_counter() - began) * 1000)}


def _why(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, TimeoutError):
        return "silent"
    return "unknown_name" if isinstance(error, socket.gaierror) else "other"
