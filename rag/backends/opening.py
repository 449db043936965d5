"""Open the backend that one string names."""

from __future__ import annotations

from pathlib import Path

from rag.backends.base import Backend
from rag.backends.naming import LOCAL, BackendName
from rag.progress import Progress


def open_backend(
    name: BackendName,
    *,
    base_url: str | None,
    timeout: float,
    context_tokens: int | None,
    cache_dir: Path,
    progress: Progress | None = None,
) -> Backend:
    """Return a backend that can be asked; the provider's library is loaded here.

    ``timeout`` is in seconds; ``context_tokens`` None takes the backend's default. Raises
    MissingExtra, SettingsError or ModelError, each with the remedy.
    """
    if name.provider == LOCAL:
        from rag.backends.local import open_local

        return open_local(
            name, cache_dir=cache_dir, context_tokens=context_tokens, progress=progress
        )
    from rag.backends.remote import connect

    return connect(name, base_url=base_url, timeout=timeout, context_tokens=context_tokens)
