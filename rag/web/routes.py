"""The plain requests of the page: itself, its files, documents, login."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from rag.errors import RagError, UsageError
from rag.web.asking import failure
from rag.web.guard import cookie
from rag.web.library import Library
from rag.web.login import COOKIE, SESSION_SECONDS, Doorkeeper, TooManyFailures
from rag.web.pages import choose_language, render, static_files
from rag.web.status import reach_view, status_view


def add_routes(
    application: FastAPI,
    library: Library,
    *,
    doorkeeper: Doorkeeper | None,
    language: str,
    boot: Mapping[str, Any],
) -> None:
    """Add every route of the page to an application."""

    def page(request: Request, name: str, status: int = 200, *, error: str = "") -> Response:
        header = request.headers.get("cookie", "")
        chosen = choose_language(
            language,
            cookie(header, "rag_language"),
            request.headers.get("accept-language", ""),
        )
        theme = cookie(header, "rag_theme")
        body = render(name, chosen, theme=theme, boot=boot, error=error)
        return Response(body, status_code=status, media_type="text/html")

    @application.get("/")
    def home(request: Request) -> Response:
        return page(request, "page.html")

    @application.get("/static/{name}")
    def static(name: str, request: Request) -> Response:
        file = static_files().get(name)
        if file is None:
            return Response(status_code=404)
        headers = {"etag": file.tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.kind, headers=headers)

    @application.get("/favicon.ico")
    def favicon(request: Request) -> Response:
        return static("icon.svg", request)

    @application.get("/api/status")
    def status(collection: str = "") -> Any:
        return status_view(library, collection)

    @application.post("/api/reach")
    def reach() -> Any:
        return reach_view(library)

    @application.get("/api/examples")
    def examples(collection: str = "") -> Any:
        try:
            return {"examples": library.examples(collection)}
        except UsageError:
            # An empty collection has none, and says so itself when it is asked.
            return {"examples": []}

    _add_failures(application)
    if doorkeeper is not None:
        _add_login(application, doorkeeper, page)


def _add_failures(application: FastAPI) -> None:
    @application.exception_handler(RagError)
    async def refused(_request: Request, error: RagError) -> Response:
        return JSONResponse(failure(error), status_code=400)

    @application.exception_handler(Exception)
    async def failed(_request: Request, error: Exception) -> Response:
        return JSONResponse(failure(error), status_code=500)


def _add_login(application: FastAPI, doorkeeper: Doorkeeper, page: Callable[..., Response]) -> None:
    @application.get("/login")
    def login_page(request: Request) -> Response:
        return page(request, "login.html")

    @application.post("/login")
    async def login(request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (fields.get(key, [""])[0] for key in ("username", "password"))
        address = request.client.host if request.client else ""
        try:
            token = await run_in_threadpool(doorkeeper.admit, name, password, address=address)
        except TooManyFailures:
            return page(request, "login.html", 429, error="login_pause")
        if token is None:
            return page(request, "login.html", 401, error="login_wrong")
        browser = "text/html" in request.headers.get("accept", "")
        response: Response = (
            RedirectResponse("/", status_code=303) if browser else JSONResponse({"ok": True})
        )
        response.set_cookie(
            COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="strict"
        )
        return response

    @application.post("/api/logout")
    def logout(request: Request) -> Response:
        doorkeeper.dismiss(cookie(request.headers.get("cookie", ""), COOKIE))
        response = JSONResponse({"ok": True})
        response.delete_cookie(COOKIE)
        return response
