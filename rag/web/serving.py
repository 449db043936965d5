"""Find a port, refuse an open door without a lock, run until stopped."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import SettingsError, UsageError
from rag.web.guard import is_loopback

if TYPE_CHECKING:
    from rag.bot import Bot
    from rag.settings import Settings

_PORTS_TRIED = 50
_BACKLOG = 512
_SHORTEST_PASSWORD = 8
_SECONDS_TO_FINISH = 3
_CONNECTIONS = 400


def serve(
    source: Bot | Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    language: str = "auto",
    auth: tuple[str, str] | None = None,
    open_browser: bool = False,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the page until Ctrl-C or a termination signal.

    ``source`` is a bot, or settings (then documents can be managed as well). When ``port`` is
    taken the next free one is used; ``ready`` gets the address. ``language`` is ``zh``, ``en``
    or ``auto`` (the browser's). Raises SettingsError when ``host`` can be reached from elsewhere
    and ``auth``, a user name and a password, is missing, and UsageError when no port is free.
    """
    check_auth(host, auth)
    listener = listen(host, port)
    port = listener.getsockname()[1]
    try:
        import uvicorn

        from rag.web.app import build_page

        application = build_page(source, host=host, port=port, language=language, auth=auth)
        server = uvicorn.Server(
            uvicorn.Config(
                application,
                log_level="warning",
                access_log=False,
                server_header=False,
                limit_concurrency=_CONNECTIONS,
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )
        )
        # From here on the system lets callers in to wait, so the address holds when it is told.
        listener.listen(_CONNECTIONS)
        address = f"http://{_shown(host)}:{port}/"
        if ready is not None:
            ready(address)
        if open_browser:
            webbrowser.open(address)
        server.run(sockets=[listener])
    finally:
        listener.close()


def check_auth(host: str, auth: tuple[str, str] | None) -> None:
    """Raise SettingsError where others could reach the page without a good password."""
    if is_loopback(host):
        return
    if auth is None or not all(auth):
        raise SettingsError(
            f"Listening on {host} lets others reach the page: set a user name and a password "
            "(RAG_USERNAME and RAG_PASSWORD), or listen on 127.0.0.1.",
            f"监听 {host} 会让其他人访问这个页面：请设置用户名和密码"
            "（RAG_USERNAME 和 RAG_PASSWORD），或改为监听 127.0.0.1。",
        )
    if len(auth[1]) < _SHORTEST_PASSWORD:
        raise SettingsError(
            f"The password of a page others can reach needs {_SHORTEST_PASSWORD} characters.",
            f"他人可访问的页面，密码至少要有 {_SHORTEST_PASSWORD} 个字符。",
        )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the first free port from ``port`` on. Raises UsageError."""
    for candidate in range(port, min(port + _PORTS_TRIED, 65_536)):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, candidate, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
        except OSError:
            raise UsageError(
                f"There is no address {host} here; use 127.0.0.1 or 0.0.0.0.",
                f"本机没有 {host} 这个地址，请用 127.0.0.1 或 0.0.0.0。",
            ) from None
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            # Only now is the port taken: two sockets may be bound to one, as long as none listens.
            listener.listen(_BACKLOG)
        except OSError as error:
            listener.close()
            problem = error
            continue
        return listener
    raise UsageError(
        f"No port from {port} on can be used on {host} ({problem.strerror}); choose another "
        "with --port.",
        f"{host} 上从 {port} 开始没有可用的端口（{problem.strerror}），请用 --port 另选一个。",
    )


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
