"""What the gate lets through, and what it never does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.errors import SettingsError, UsageError
from rag.records import Document
from rag.web.guard import CONTENT_SECURITY_POLICY, address_names, cookie
from rag.web.login import COOKIE, SESSION_SECONDS, Doorkeeper, TooManyFailures
from rag.web.serving import check_auth, listen

Serve = Callable[..., str]


@pytest.fixture(scope="module")
def page(serve_page: Serve, scripted: Any, article: Document) -> Iterator[httpx.Client]:
    address = serve_page(scripted.bot([article]))
    with httpx.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def locked_address(serve_page: Serve, scripted: Any, article: Document) -> str:
    return serve_page(scripted.bot([article]), auth=("reader", "correct horse"))


@pytest.fixture
def locked(locked_address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=locked_address, timeout=20) as client:
        yield client


CLOSED = [
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=pyproject.toml",
    "/gradio_api/file%3D/etc/passwd",
    "/gradio_api/file/etc/passwd",
    "/file=/etc/passwd",
    "/gradio_api/proxy=http://127.0.0.1:1/",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/component_server",
    "/gradio_api/run/ask",
    "/gradio_api/startup-events",
    "/gradio_api/vibe-edit/",
    "/gradio_api/vibe-code/",
    "/gradio_api/process_recording",
    "/gradio_api/runs",
    "/gradio_api/deep_link",
    "/gradio_api/dev/reload",
    "/gradio_api/stream/a/b/1/playlist.m3u8",
    "/monitoring",
    "/monitoring/summary",
    "/static/../pages.py",
    "/static/..%2fpages.py",
    "/static/page.html",
    "/static/login.html",
    "/assets/index.js",
    "/svelte/x",
    "/theme.css",
    "/docs",
    "/openapi.json",
    "/login",
    "//etc/passwd",
]


@pytest.mark.parametrize("path", CLOSED)
def test_no_file_and_no_side_door_of_the_server_is_reachable(page: httpx.Client, path: str) -> None:
    for method in ("GET", "POST", "HEAD"):
        # The address must arrive as written, not tidied up by the client.
        url = page.base_url.copy_with(raw_path=path.encode())
        response = page.request(method, url)
        assert response.status_code in (404, 405), (method, path)
        assert b"root:" not in response.content


def test_every_answer_carries_the_security_headers(page: httpx.Client) -> None:
    for path in ("/", "/static/main.js", "/api/status", "/nowhere", "/gradio_api/info"):
        headers = page.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
    assert page.get("/").headers["cache-control"] == "no-store"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


def test_a_foreign_host_name_is_refused(page: httpx.Client) -> None:
    assert page.get("/", headers={"host": "evil.example"}).status_code == 421
    port = page.base_url.port
    assert page.get("/", headers={"host": f"localhost:{port}"}).status_code == 200


def test_another_site_cannot_ask_or_read(page: httpx.Client) -> None:
    join = "/gradio_api/queue/join"
    assert page.post(join, headers={"origin": "http://evil.example"}).status_code == 403
    assert page.post(join, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.get("/api/status", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200
    own = str(page.base_url).rstrip("/")
    answer = page.post(join, headers={"origin": own, "sec-fetch-site": "same-origin"}, json={})
    assert answer.status_code not in (403, 421)


def test_a_body_that_is_too_large_is_refused_however_it_is_sent(page: httpx.Client) -> None:
    join = "/gradio_api/queue/join"
    assert page.post(join, content=b"x" * 1_100_000).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    try:
        answer = page.post(join, content=pieces())
    except httpx.TransportError:
        return
    assert answer.status_code >= 400


def test_a_payload_that_pretends_to_be_a_file_reads_none(
    page: httpx.Client, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    pretended = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    body = {
        "data": ["工会驿站有多少", [pretended], "", [], {"file": pretended}],
        "fn_index": 0,
        "session_hash": "s" * 16,
        "simple_format": True,
    }
    page.post("/gradio_api/queue/join", json=body).raise_for_status()
    answer = page.get("/gradio_api/queue/data", params={"session_hash": "s" * 16})
    assert "the secret" not in answer.text


def test_a_locked_page_shows_only_its_login(locked: httpx.Client) -> None:
    home = locked.get("/")
    assert (home.status_code, home.headers["location"]) == (303, "/login")
    for path in ("/api/status", "/api/documents", "/config", "/gradio_api/info"):
        assert locked.get(path).status_code == 401, path
    assert locked.post("/gradio_api/queue/join", json={}).status_code == 401
    assert locked.get("/gradio_api/queue/data?session_hash=a").status_code == 401
    assert locked.get("/login").status_code == 200
    assert locked.get("/static/base.css").status_code == 200


def test_login_and_logout(locked: httpx.Client) -> None:
    wrong = locked.post("/login", data={"username": "reader", "password": "wrong"})
    assert wrong.status_code == 401
    assert "set-cookie" not in wrong.headers
    right = locked.post(
        "/login",
        data={"username": "reader", "password": "correct horse"},
        headers={"accept": "text/html"},
    )
    assert right.status_code == 303
    flags = right.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert locked.get("/").status_code == 200
    assert locked.post("/api/logout").status_code == 200
    assert locked.get("/api/status").status_code == 401


def test_the_doorkeeper_forgets_sessions_and_failures_in_time() -> None:
    now = 0.0
    keeper = Doorkeeper("用户", "密码密码密码", clock=lambda: now)
    token = keeper.admit("用户", "密码密码密码", address="a")
    assert token is not None
    assert keeper.user_of(token) == "用户"
    assert keeper.user_of("another") is None
    now = SESSION_SECONDS - 1
    assert keeper.user_of(token) == "用户"
    now = SESSION_SECONDS + 1
    assert keeper.user_of(token) is None
    for _ in range(5):
        assert keeper.admit("用户", "x", address="a") is None
    with pytest.raises(TooManyFailures):
        keeper.admit("用户", "密码密码密码", address="a")
    assert keeper.admit("用户", "密码密码密码", address="b") is not None
    now += 31
    assert keeper.admit("用户", "密码密码密码", address="a") is not None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
@pytest.mark.parametrize("auth", [None, ("", "long enough"), ("me", ""), ("me", "short")])
def test_a_page_others_can_reach_demands_a_password(
    host: str, auth: tuple[str, str] | None
) -> None:
    with pytest.raises(SettingsError):
        check_auth(host, auth)
    check_auth(host, ("me", "long enough"))
    check_auth("127.0.0.1", auth)


def test_the_next_free_port_is_taken() -> None:
    with listen("127.0.0.1", 18100) as first:
        taken = first.getsockname()[1]
        with listen("127.0.0.1", taken) as second:
            assert second.getsockname()[1] > taken
    with pytest.raises(UsageError):
        listen("no.such.host.invalid", 18100)


def test_names_of_an_address() -> None:
    names = address_names("127.0.0.1", 7860)
    assert names is not None
    assert {"127.0.0.1:7860", "localhost:7860", "[::1]:7860"} <= names
    assert address_names("0.0.0.0", 7860) is None
    assert address_names("10.0.0.7", 80) == frozenset({"10.0.0.7", "10.0.0.7:80"})


def test_cookies_are_read_whatever_they_hold() -> None:
    assert cookie("a=1; rag_session=abc", COOKIE) == "abc"
    assert cookie("", COOKIE) == ""
    assert cookie("{broken", COOKIE) == ""


def test_the_programming_interface_names_one_endpoint(page: httpx.Client) -> None:
    info = page.get("/gradio_api/info").json()
    assert list(info["named_endpoints"]) == ["/ask"]
    assert json.dumps(info).count("/etc") == 0


def test_guessing_is_slowed_down(serve_page: Serve, scripted: Any, article: Document) -> None:
    address = serve_page(scripted.bot([article]), auth=("reader", "correct horse"))
    with httpx.Client(base_url=address, timeout=20) as client:
        for _ in range(5):
            client.post("/login", data={"username": "reader", "password": "guess"})
        data = {"username": "reader", "password": "correct horse"}
        assert client.post("/login", data=data).status_code == 429


def test_the_client_of_gradio_can_ask(page: httpx.Client) -> None:
    from gradio_client import Client

    client = Client(str(page.base_url), verbose=False, analytics_enabled=False)
    event = client.predict("工会驿站有多少个？", api_name="/ask")
    assert event["kind"] == "answer"
    assert event["answer"]["quotes"]
    client.close()
