"""A page in a thread of its own, a real browser, and a bot whose answers are written down."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.records import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Delta,
    Document,
    Hit,
    Outcome,
    Passage,
    Retrieved,
    Sentence,
    Verdict,
)

SEED_TITLE = "推动新时代新征程工会工作高质量发展"


def make_document(identity: str, title: str, paragraphs: list[str], **metadata: str) -> Document:
    """Build a document of one block per paragraph."""
    text, blocks = "", []
    for paragraph in paragraphs:
        start = len(text)
        text += paragraph
        heading = len(paragraph) < 25 and not paragraph.endswith(("。", "."))
        kind = BlockKind.HEADING if heading else BlockKind.BODY
        blocks.append(Block(start, len(text), kind, 2 if heading else 0))
        text += "\n\n"
    return Document(identity, f"/nowhere/{identity}", title, text, metadata, tuple(blocks))


class ScriptedIndex:
    """Documents in memory, with the few verbs the page uses."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = {document.id: document for document in documents}

    def document(self, identity: str) -> Document:
        return self._documents[identity]

    def documents(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(
                id=document.id,
                title=document.title,
                metadata=document.metadata,
                characters=len(document.text),
                passages=len(document.blocks),
                paths=(document.source,),
            )
            for document in self._documents.values()
        ]

    @property
    def document_count(self) -> int:
        return len(self._documents)

    @property
    def passage_count(self) -> int:
        return sum(len(document.blocks) for document in self._documents.values())


class ScriptedBot:
    """Answers by the words of a question, at the pace it is told; every text is its own."""

    def __init__(self, documents: list[Document], *, pause: float = 0.0) -> None:
        self.index = ScriptedIndex(documents)
        self.pause = pause
        self.closed_early = 0
        self.passages = [
            Passage(
                f"{document.id}#{ordinal}",
                document.id,
                ordinal,
                document.source,
                document.title,
                "",
                block.start,
                block.end,
                document.text[block.start : block.end],
            )
            for document in documents
            for ordinal, block in enumerate(document.blocks)
            if block.kind is BlockKind.BODY
        ]

    def ask(self, question: str, history: Any = (), *, within: Any = None) -> Answer:
        *_, answer = self.stream(question, history, within=within)
        assert isinstance(answer, Answer)
        return answer

    def search(self, question: str, k: int = 5, *, within: Any = None) -> list[Hit]:
        letters = set(question)
        chosen = [p for p in self.passages if within is None or p.document_id in within]
        ranked = sorted(chosen, key=lambda p: -len(letters & set(p.text)))[:k]
        return [
            Hit(
                p,
                rank,
                1 / rank,
                {"dense": 0.9 - rank / 50, "lexical": 12.5 / rank, "fused": 1 / rank},
            )
            for rank, p in enumerate(ranked, 1)
        ]

    def stream(
        self, question: str, history: Any = (), *, within: Any = None
    ) -> Iterator[Retrieved | Delta | Answer]:
        standalone = question
        if history and len(question) < 12:
            standalone = f"{history[-1].question.rstrip('？?')}，{question}"
        hits = tuple(self.search(standalone, within=within))
        finished = False
        try:
            time.sleep(self.pause)
            yield Retrieved(standalone, hits)
            answer = self._answer(question, standalone, hits)
            for piece in re.findall(r".{1,6}", answer.text, re.DOTALL):
                time.sleep(self.pause / 5)
                yield Delta(piece)
            finished = True
            yield answer
        finally:
            self.closed_early += not finished

    def _answer(self, question: str, standalone: str, hits: tuple[Hit, ...]) -> Answer:
        if "没有" in question or "nothing" in question or not hits:
            return Answer(
                question,
                standalone,
                "文档中没有提到这个问题的答案。",
                (),
                Outcome.DECLINED,
                0.12,
                (),
                hits,
                "extractive",
                seconds={"total": 0.2},
            )
        citations, sentences = [], []
        verdicts = [Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNSUPPORTED]
        wanted = 3 if "判定" in question else 2
        for hit, verdict in zip(hits[:wanted], verdicts, strict=False):
            text = hit.passage.text
            stop = text.find("。") + 1 or min(len(text), 60)
            start = text[: stop - 1].rfind("。") + 1
            mark = verdict if wanted == 3 else Verdict.SUPPORTED
            reasons = ("number:18.5万",) if mark is Verdict.UNSUPPORTED else ()
            citations.append(
                Citation(
                    hit.rank,
                    hit.passage,
                    text[start:stop],
                    hit.passage.start + start,
                    hit.passage.start + stop,
                    mark,
                    reasons,
                )
            )
            sentences.append(Sentence(text[start:stop], (hit.rank,), mark, reasons))
        spoken = "".join(f"{s.text}[{s.citations[0]}]" for s in sentences)
        return Answer(
            question,
            standalone,
            spoken,
            tuple(sentences),
            Outcome.ANSWERED,
            0.91,
            tuple(citations),
            hits,
            "extractive",
            short=sentences[0].text[:12],
            seconds={"search": 0.05, "answer": 0.1, "total": 0.15},
            notes=("conflict",) if wanted == 3 else (),
        )

    def close(self) -> None:
        """Nothing is open."""


def _wait_until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
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
def seed_index(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """Return a directory with an index of the shipped documents."""
    from rag.assembly import build_index
    from rag.settings import Settings

    directory = tmp_path_factory.mktemp("seeds") / "index"
    seeds = Path(__file__).resolve().parents[2] / "seeds"
    settings = Settings(cache_dir=model_cache, data_dir=directory.parent)
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


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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


class Visit:
    """One page in a browser profile of its own, and what went wrong in it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        values = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **options}
        self.context = browser.new_context(**values)
        self.address = address
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def open(self, view: str = "") -> Any:
        self.page.goto(f"{self.address}/{view}")
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def ask(self, question: str) -> Any:
        """Ask, wait for the end of the answer and return its element."""
        turn = self.page.locator(".turn").count() + 1
        self.page.fill("#question", question)
        self.page.press("#question", "Enter")
        answer = self.page.locator(f".turn:nth-child({turn}) .answer")
        self.page.wait_for_selector(
            f".turn:nth-child({turn}) .answer[aria-busy=false]", timeout=120_000
        )
        return answer

    def picture(self, name: str) -> None:
        """Keep a picture of the page as build output."""
        folder = Path(__file__).resolve().parents[2] / "build" / "page"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")


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
