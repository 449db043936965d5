"""The page as an application: Gradio's queue and interface behind our own page and gate."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

# Gradio reads these once, when it is imported: nothing is reported, nothing is kept.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
# Statistics nobody can see here, made with pandas after each question.
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**12))

import gradio
from fastapi import FastAPI
from gradio.events import api
from starlette.concurrency import run_in_threadpool

from rag.readers import supported_suffixes
from rag.settings import Settings
from rag.web.asking import answer_events
from rag.web.documents import FILE_LIMIT, add_document_routes, add_reading_routes
from rag.web.feedback import Feedback
from rag.web.guard import Guard, address_names
from rag.web.jobs import Jobs
from rag.web.library import Library
from rag.web.login import Doorkeeper
from rag.web.remarks import add_feedback_routes
from rag.web.routes import add_routes

if TYPE_CHECKING:
    from rag.bot import Bot

ASK_TOGETHER = 4
"""Questions answered at the same time; the others wait their turn."""

WAITING_LIMIT = 60
"""Questions that may wait; the next one is told that the server is busy."""

_SECONDS_BETWEEN_LOOKS = 0.01


def build_page(
    source: Bot | Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    language: str = "auto",
    auth: tuple[str, str] | None = None,
    together: int = ASK_TOGETHER,
    waiting: int = WAITING_LIMIT,
) -> FastAPI:
    """Return the page as an ASGI application, Gradio mounted inside.

    ``source`` is a bot, or settings: only then can documents be managed and feedback be kept.
    ``host`` and ``port`` say by which names browsers may call it; ``auth`` is a user name and
    a password; ``together`` questions run at once and ``waiting`` more may queue.
    """
    parts = _Parts(source, host, port, language, auth, together, waiting)

    async def assemble() -> FastAPI:
        return parts.assemble()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Outside a loop Gradio makes several of its own and never closes them.
        return asyncio.run(assemble())
    return parts.assemble()


@dataclass(frozen=True, slots=True)
class _Parts:
    source: Bot | Settings
    host: str
    port: int
    language: str
    auth: tuple[str, str] | None
    together: int
    waiting: int

    def assemble(self) -> FastAPI:
        source = self.source
        library = (
            Library.from_settings(source) if isinstance(source, Settings) else Library.of(source)
        )
        jobs = Jobs(library)
        application = FastAPI(
            openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan(library, jobs)
        )
        doorkeeper = Doorkeeper(*self.auth) if self.auth else None
        blocks = _queue(library, together=self.together, waiting=self.waiting)
        boot = {
            "ask": next(iter(blocks.fns)),
            "managed": library.settings is not None,
            "login": self.auth is not None,
            "suffixes": supported_suffixes(),
            "file_limit": FILE_LIMIT,
        }
        add_routes(application, library, doorkeeper=doorkeeper, language=self.language, boot=boot)
        add_reading_routes(application, library)
        if library.settings is not None:
            add_document_routes(application, library, jobs)
            add_feedback_routes(application, Feedback(library.settings.data_dir))
        gradio.mount_gradio_app(
            application,
            blocks,
            path="",
            server_name=self.host,
            server_port=self.port,
            footer_links=[],
            run_history=False,
            allowed_paths=[],
            blocked_paths=["/"],
            show_error=False,
            max_file_size=1,
            ssr_mode=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
        )
        application.add_middleware(
            Guard,
            hosts=address_names(self.host, self.port),
            doorkeeper=doorkeeper,
            upload_limit=FILE_LIMIT,
        )
        return application


def _lifespan(
    library: Library, jobs: Jobs
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_application: FastAPI) -> AsyncIterator[None]:
        thread = threading.Thread(target=library.prepare, name="rag-prepare", daemon=True)
        thread.start()
        yield
        await run_in_threadpool(jobs.close)
        await run_in_threadpool(library.close)

    return lifespan


def _queue(library: Library, *, together: int, waiting: int) -> Any:
    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        collection: str = "",
        documents: list[str] | None = None,
        options: dict[str, Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Answer a question from the documents; the last event holds the whole answer."""
        yield from answer_events(
            library,
            question,
            history=history or [],
            collection=collection,
            documents=documents or [],
            options=options or {},
        )

    with gradio.Blocks(title="rag", analytics_enabled=False) as blocks:
        api(ask, api_name="ask", concurrency_limit=together, concurrency_id="ask")
    blocks.queue(max_size=waiting, default_concurrency_limit=together)
    # Of itself Gradio looks for questions a thousand times a second: a twentieth of a processor
    # for a page that nobody asks.
    blocks._queue.sleep_when_free = _SECONDS_BETWEEN_LOOKS  # noqa: SLF001
    return blocks
