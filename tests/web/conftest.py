"""A page in a thread of its own and a real browser."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.records import Document
from tests.web.scripted import ScriptedBot, make_document
from tests.web.visiting import BROWSERS, FLAGS, Visit


def _wait_until(condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
    """Return when a condition holds; fail when it never does."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "the condition never held"
        time.sleep(0.02)


@contextmanager
def served(source: Any, **options: Any) -> Iterator[str]:
    """Run the page in a thread and give its address."""
    import uvicorn

    from rag.web.app import build_page
    from rag.web.serving import listen

    listener = listen("127.0.0.1", 7860)
    port = listener.getsockname()[1]
    application = build_page(source, port=port, **options)
    config = uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., None]:
    """Return a function that returns when a condition holds and fails when it never does."""
    return _wait_until


@pytest.fixture
def serve_once() -> Iterator[Callable[..., str]]:
    """Return a function that serves a source and returns the address; all end with the test."""
    with ExitStack() as stack:
        yield lambda source, **options: stack.enter_context(served(source, **options))


@pytest.fixture(scope="module")
def serve_page() -> Iterator[Callable[..., str]]:
    """Return a function that serves a bot and returns the address; all end with the module."""
    with ExitStack() as stack:
        yield lambda source, **options: stack.enter_context(served(source, **options))


@pytest.fixture(scope="session")
def scripted() -> SimpleNamespace:
    """Return the makers of scripted bots and documents."""
    return SimpleNamespace(bot=ScriptedBot, document=make_document)


@pytest.fixture(scope="session")
def article() -> Document:
    """Return a small article of three sections with an astral character in it."""
    return make_document(
        "news/works.txt",
        "工会工作",
        [
            "服务职工",
            "截至2023年底，全国已建成工会驿站18.5万个。户外劳动者可以在这里歇脚、喝水。𠮷田先生也来过。",
            "组织建设",
            "2023年，新就业形态劳动者加入工会1200万人。网约车司机占其中的一半。",
            "每年的五月一日是国际劳动节。这一天放假。",
        ],
        date="2024-05-01",
        publisher="劳动报",
    )


@pytest.fixture(scope="session")
def seed_index(model_cache: Path) -> Path:
    """Return a directory with an index of the shipped documents; what is kept is only updated."""
    from rag.assembly import build_index
    from rag.settings import Settings

    directory = model_cache / "index-of-the-page"
    seeds = Path(__file__).resolve().parents[2] / "seeds"
    settings = Settings(cache_dir=model_cache, data_dir=model_cache / "data")
    build_index([seeds], directory, settings=settings)
    return directory


@pytest.fixture(scope="session")
def settings_maker(seed_index: Path, model_cache: Path) -> Callable[..., Any]:
    """Return a maker of settings on a copy of the index of the shipped documents."""
    from rag.settings import Settings

    def make(folder: Path, **changes: Any) -> Settings:
        directory = folder / "index"
        if not directory.exists():
            shutil.copytree(seed_index, directory)
        values = {"index_dir": directory, "cache_dir": model_cache, "data_dir": folder / "data"}
        return Settings(**{**values, **changes})

    return make


@pytest.fixture
def make_settings(settings_maker: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Return ``settings_maker`` for the folder of one test."""
    return lambda **changes: settings_maker(tmp_path, **changes)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a headless Chromium, or skip loudly where there is none."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("PLAYWRIGHT IS MISSING: the page is not tested in a browser")
    if executable is None:
        pytest.skip("NO CHROMIUM HERE: the page is not tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Return a maker of visits; at the end none may have had problems or left the server."""
    visits: list[Visit] = []

    def make(address: str, **options: Any) -> Visit:
        visits.append(Visit(browser, address, **options))
        return visits[-1]

    yield make
    for made in visits:
        made.context.close()
    assert [problem for made in visits for problem in made.problems] == []
    assert [url for made in visits for url in made.elsewhere] == []
