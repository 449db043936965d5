"""The gate before everything: who may ask what, how much, and what a browser may load.

Gradio answers on many paths this page does not need (files, proxies, uploads, editors); only
the listed ones are let through. The rest of the rules follow the OWASP cheat sheets on content
security policy, cross-site request forgery and DNS rebinding.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from rag.web.login import COOKIE, Doorkeeper

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

_HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }.items()
)

_NOT_KEPT = (b"cache-control", b"no-store")

_OPEN_PATHS = re.compile(
    r"/(?:login|favicon\.ico|robots\.txt|static/[\w.-]+)?"
    r"|/api/[\w/-]+"
    r"|/config/?"
    r"|/gradio_api/(?:info/?|queue/(?:join|data)|cancel|call/(?:v2/)?ask(?:/[0-9a-f]{1,64})?"
    r"|heartbeat/[\w-]{1,64})"
)

_WITHOUT_LOGIN = re.compile(r"/login|/favicon\.ico|/robots\.txt|/static/[\w.-]+")

UPLOAD_PATH = "/api/upload"

JSON_LIMIT = 1_000_000
"""Bytes of a request that is not an upload."""


class Guard:
    """ASGI middleware that refuses before anything else runs."""

    def __init__(
        self,
        application: Application,
        *,
        hosts: frozenset[str] | None,
        doorkeeper: Doorkeeper | None,
        upload_limit: int,
    ) -> None:
        """Wrap an application.

        ``hosts`` are the names a browser may call this server by (None: any, which is only
        safe with a doorkeeper). ``upload_limit`` is in bytes for one upload request.
        """
        self._application = application
        self._hosts = hosts
        self._doorkeeper = doorkeeper
        self._upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on one connection."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(send, refusal)
            return
        counted = _limited(receive, self._limit(scope["path"]))
        await self._application(scope, counted, _dressed(send, scope))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> _Refusal | None:
        path, method = scope["path"], scope["method"]
        if not _OPEN_PATHS.fullmatch(path) or (path == "/login" and self._doorkeeper is None):
            return _Refusal(404, "not_found")
        if self._hosts is not None and _host(headers) not in self._hosts:
            return _Refusal(421, "wrong_host")
        if not _same_origin(headers, read_only=method in ("GET", "HEAD"), path=path):
            return _Refusal(403, "cross_site")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._limit(path):
            return _Refusal(413, "too_large")
        if self._doorkeeper is None:
            return None
        user = self._doorkeeper.user_of(cookie(headers.get("cookie", ""), COOKIE))
        if user is None and not _WITHOUT_LOGIN.fullmatch(path):
            return _Refusal(303, "login", "/login") if path == "/" else _Refusal(401, "login")
        scope["rag.user"] = user
        return None

    def _limit(self, path: str) -> int:
        return self._upload_limit if path == UPLOAD_PATH else JSON_LIMIT


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    code: str
    location: str = ""


def address_names(host: str, port: int) -> frozenset[str] | None:
    """Return the ``Host`` headers accepted when listening on ``host``; None where any is."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return None
    names = {"localhost", "127.0.0.1", "::1", host} if is_loopback(host) else {host}
    names = {f"[{name}]" if ":" in name else name for name in names}
    return frozenset(names | {f"{name}:{port}" for name in names})


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach ``host``."""
    return host in ("localhost", "::1") or host.startswith("127.")


def cookie(header: str, name: str) -> str:
    """Return the value of one cookie of a ``Cookie`` header, empty where there is none."""
    try:
        cookies: SimpleCookie = SimpleCookie(header)
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _host(headers: dict[str, str]) -> str:
    return headers.get("host", "").strip().lower()


def _same_origin(headers: dict[str, str], *, read_only: bool, path: str) -> bool:
    site = headers.get("sec-fetch-site", "none")
    if read_only:
        # A link from elsewhere may open the page itself, nothing else.
        return site in ("same-origin", "none") or path in ("/", "/login")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != _host(headers):
        return False
    return site in ("same-origin", "none")


def _limited(receive: Receive, limit: int) -> Receive:
    """Count a body that did not say its length; past the limit it ends as a disconnect."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                return {"type": "http.disconnect"}
        return message

    return counted


def _dressed(send: Send, scope: Scope) -> Send:
    """Add the security headers; only static files may be kept by the browser."""
    own = () if scope["path"].startswith("/static/") else (_NOT_KEPT,)

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS, *own]
        await send(message)

    return dressed


async def _refuse(send: Send, refusal: _Refusal) -> None:
    body = json.dumps({"error": refusal.code}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        _NOT_KEPT,
        *_HEADERS,
    ]
    if refusal.location:
        headers.append((b"location", refusal.location.encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
