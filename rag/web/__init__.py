"""The chat page: ask, read, check the source at a glance.

Gradio supplies the queue, the streaming and the programming interface (its server mode); the
page itself is our own, so that a strict content security policy holds and no text of a
document is ever taken for markup. Nothing here is imported before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.web.app import build_page
    from rag.web.serving import serve

__all__ = ["build_page", "serve"]


def __getattr__(name: str) -> Any:
    if name == "build_page":
        from rag.web.app import build_page

        return build_page
    if name == "serve":
        from rag.web.serving import serve

        return serve
    raise AttributeError(f"module 'rag.web' has no attribute {name!r}")
