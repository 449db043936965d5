"""Every state of the page, in both languages, light and dark: a picture, and no barrier found."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.web import written
from tests.web.visiting import CONTRAST, OUTPUT, RULES, Visit, axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED = "截至2023年底，全国已建成多少个工会驿站？"
FAR = "2022年世界杯的冠军是哪支球队？"

LANGUAGES = [("zh", {"locale": "zh-CN"}), ("en", {"locale": "en-US"})]


NOTES = {
    "unchecked": ("请自行核对", "check it yourself"),
    "conflict": ("说法不一致", "The documents disagree"),
    "premise": ("前提与文档不符", "takes for granted"),
    "fallback": ("（openai:written：未在时限内答完）", "(openai:written: did not finish in time)"),
    "strange-note": ("附注：strange thing", "Note: strange thing"),
}
"""What is said near the answer, in Chinese and in English."""


class Album:
    """Pictures of states in light and dark, and what axe-core says about each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: dict[str, dict[str, list[str]]] = {"violations": {}, "incomplete": {}}
        self._count = 0

    def keep(self, visit: Visit, state: str) -> None:
        """Look at the state as it is, light and dark; nothing is pressed in between."""
        self._count += 1
        for theme in ("light", "dark"):
            visit.page.evaluate(
                "theme => { document.documentElement.dataset.theme = theme }", theme
            )
            name = f"{self.name}-{self._count:02}-{state}-{theme}"
            visit.picture(name)
            # Only colours depend on the theme.
            rules = RULES if theme == "light" else CONTRAST
            for kind, found in axe(visit.page, rules).items():
                if found:
                    self.found[kind][name] = found

    def close(self) -> None:
        """Keep what was found, and fail where anything was wrong."""
        OUTPUT.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"states": self._count, **self.found}, ensure_ascii=False, indent=1)
        (OUTPUT / f"axe-{self.name}.json").write_text(text, encoding="utf-8")
        assert self.found["violations"] == {}


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Album]]:
    """Return a maker of albums; each is closed, and judged, at the end of the test."""
    albums: list[Album] = []

    def make(name: str) -> Album:
        albums.append(Album(name))
        return albums[-1]

    yield make
    for made in albums:
        made.close()


@pytest.fixture(scope="module")
def gate() -> written.Gate:
    return written.Gate()


@pytest.fixture(scope="module")
def real(
    serve_page: Callable[..., str], settings_maker: Any, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The page as ``rag serve`` gives it."""
    return serve_page(settings_maker(tmp_path_factory.mktemp("real")))


@pytest.fixture(scope="module")
def model(
    serve_page: Callable[..., str],
    settings_maker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    gate: written.Gate,
) -> Iterator[str]:
    """The page with an answerer whose drafts are written down, and a model that is not there."""
    import rag.assembly

    with socket.socket() as unused, pytest.MonkeyPatch.context() as patch:
        unused.bind(("127.0.0.1", 0))
        answerer = rag.assembly.answerer
        patch.setattr(
            rag.assembly,
            "answerer",
            lambda settings: (
                answerer(settings)
                if settings.backend == "extractive"
                else written.WrittenAnswerer(gate.wait)
            ),
        )
        settings = settings_maker(
            tmp_path_factory.mktemp("model"),
            backend="openai:written",
            base_url=f"http://127.0.0.1:{unused.getsockname()[1]}/v1",
        )
        yield serve_page(settings)


def opened(visit: Any, address: str, options: dict[str, Any], view: str = "") -> Visit:
    made: Visit = visit(address, reduced_motion="reduce", **options)
    made.open(view)
    return made


def wait_for_words(page: Any) -> None:
    page.wait_for_function("() => document.querySelector('.said')?.textContent.length > 3")


@pytest.mark.parametrize(("language", "options"), LANGUAGES, ids=["zh", "en"])
def test_the_conversation(
    visit: Any, album: Any, real: str, language: str, options: dict[str, Any]
) -> None:
    pictures = album(f"{language}-chat")
    reader = opened(visit, real, options)
    page = reader.page
    page.wait_for_selector("#examples button")
    pictures.keep(reader, "welcome")
    reader.ask(ASKED)
    pictures.keep(reader, "answer")
    page.hover("button.cite >> nth=0")
    page.wait_for_selector("#tip:visible")
    pictures.keep(reader, "hover")
    page.click("button.cite >> nth=0")
    page.wait_for_selector("mark.quote.lit")
    pictures.keep(reader, "quote-lit")
    page.click(".others summary")
    page.wait_for_selector(".others[open] .scores")
    page.locator("#sources-body").evaluate("element => element.scrollTo(0, 99999)")
    pictures.keep(reader, "uncited-unfolded")
    page.click(".source-foot .act >> nth=0")
    page.wait_for_selector("dialog.reader[open] mark")
    pictures.keep(reader, "whole-document")
    page.keyboard.press("Escape")
    reader.ask("那司机之家呢？")
    pictures.keep(reader, "follow-up")
    reader.ask(FAR)
    page.wait_for_selector(".nearest button")
    pictures.keep(reader, "declined")
    page.hover(".turn >> nth=0 >> .asked")
    page.click(".turn >> nth=0 >> .asked .icon-button")
    page.wait_for_selector(".edit-box textarea")
    pictures.keep(reader, "edit")
    page.keyboard.press("Escape")
    page.click("#scope")
    page.wait_for_selector("dialog[open] .scope-list")
    pictures.keep(reader, "scope")
    page.keyboard.press("Escape")
    page.click("[data-kind=wrong] >> nth=0")
    page.wait_for_selector("[data-kind=wrong][aria-pressed=true]")
    page.click(".turn >> nth=0 >> .acts .act:last-child")
    page.wait_for_selector("dialog[open] #comment")
    pictures.keep(reader, "comment")
    page.keyboard.press("Escape")
    page.click("#clear")
    page.wait_for_selector("dialog[open]")
    pictures.keep(reader, "clear")
    page.keyboard.press("Escape")
    page.click("[data-goto=feedback]")
    page.wait_for_selector(".entry >> nth=1")
    pictures.keep(reader, "feedback")
    page.click("[data-goto=settings]")
    page.wait_for_selector("#view-settings .badge.good")
    pictures.keep(reader, "settings")


@pytest.mark.parametrize(("language", "options"), LANGUAGES, ids=["zh", "en"])
def test_what_a_model_writes(
    visit: Any, album: Any, model: str, gate: written.Gate, language: str, options: dict[str, Any]
) -> None:
    pictures = album(f"{language}-model")
    reader = opened(visit, model, options)
    page = reader.page
    gate.close()
    page.fill("#question", written.HALTING)
    page.press("#question", "Enter")
    try:
        wait_for_words(page)
        pictures.keep(reader, "streaming")
        page.click("#stop")
        page.wait_for_selector(".answer[aria-busy=false]")
    finally:
        gate.open()
    pictures.keep(reader, "stopped")
    for name, question in (
        ("list", written.LIST),
        ("verdicts", written.MIXED),
        ("unchecked", written.UNSUPPORTED),
        ("conflict", written.CONFLICT),
        ("premise", written.PREMISE),
        ("fallback", written.FALLBACK),
        ("strange-note", written.STRANGE),
    ):
        answer = reader.ask(question)
        cautions = answer.locator(".caution").all_inner_texts()
        told = NOTES.get(name, ("", ""))[language == "en"]
        assert told in "".join(cautions)
        if name == "verdicts":
            page.hover(".verdict.partial")
            page.wait_for_selector("#tip:visible")
            pictures.keep(reader, "partly-hover")
            page.hover(".verdict.unsupported >> nth=0")
            page.wait_for_function(
                "() => document.getElementById('tip').textContent.includes('19.5')"
            )
            pictures.keep(reader, "unsupported-hover")
            page.locator(".sentence.unsupported button.cite").click()
            page.wait_for_selector("mark.quote.doubtful.lit")
        pictures.keep(reader, name)
    reader.context.set_offline(True)
    reader.ask(written.SUPPORTED)
    page.wait_for_selector(".caution.failed")
    pictures.keep(reader, "server-gone")
    reader.problems.clear()
    reader.context.set_offline(False)
    page.click("[data-goto=settings]")
    page.wait_for_selector("#view-settings .badge.bad")
    pictures.keep(reader, "settings-unreachable")


@pytest.mark.parametrize(("language", "options"), LANGUAGES, ids=["zh", "en"])
def test_documents(
    visit: Any, album: Any, real: str, language: str, options: dict[str, Any]
) -> None:
    pictures = album(f"{language}-documents")
    reader = opened(visit, real, options, "#documents")
    page = reader.page
    page.wait_for_selector("#view-documents table")
    pictures.keep(reader, "list")
    page.click(".toolbar .plain >> nth=0")
    page.wait_for_selector("#collection-name")
    pictures.keep(reader, "new-collection")
    page.fill("#collection-name", f"灯塔 {language}")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "name => document.getElementById('collection')?.selectedOptions[0].text === name",
        arg=f"灯塔 {language}",
    )
    pictures.keep(reader, "empty-collection")
    page.click(".drop .plain")
    page.wait_for_selector("#paste-text")
    pictures.keep(reader, "paste")
    page.keyboard.press("Escape")
    # Held back, so that the upload can be looked at while it is under way.
    held: list[Any] = []
    holding = True

    def hold(route: Any) -> None:
        if holding:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/upload**", hold)
    files = [
        ("图书馆.txt", "青石镇图书馆共有藏书三万二千册，馆长是周敏。".encode("gb18030")),
        ("坏的.txt", bytes(range(256)) * 30),
        ("program.exe", b"MZ"),
        ("空的.txt", b""),
    ]
    page.locator("input[type=file]").set_input_files(
        [{"name": n, "mimeType": "text/plain", "buffer": content} for n, content in files]
    )
    page.wait_for_selector(".job progress")
    pictures.keep(reader, "uploading")
    holding = False
    for route in held:
        route.continue_()
    page.wait_for_selector(".job .badge.good")
    page.wait_for_selector("#view-documents table")
    page.check("#choose-all")
    pictures.keep(reader, "added-and-refused")
    page.click("#document-tools .danger")
    page.wait_for_selector("dialog[open]")
    pictures.keep(reader, "remove")
    page.keyboard.press("Escape")


@pytest.mark.parametrize(("language", "options"), LANGUAGES, ids=["zh", "en"])
def test_a_phone(
    visit: Any, album: Any, real: str, model: str, language: str, options: dict[str, Any]
) -> None:
    pictures = album(f"{language}-phone")
    phone = {
        "viewport": {"width": 360, "height": 740},
        "has_touch": True,
        "is_mobile": True,
        **options,
    }
    reader = opened(visit, real, phone)
    page = reader.page
    page.wait_for_selector("#examples button")
    pictures.keep(reader, "welcome")
    reader.ask(ASKED)
    pictures.keep(reader, "answer")
    page.tap("button.cite >> nth=0")
    page.wait_for_selector("#sources.open mark.quote.lit")
    pictures.keep(reader, "source")
    page.tap("#close-sources")
    page.wait_for_function("() => !document.querySelector('#sources.open')")
    reader.ask(FAR)
    page.wait_for_selector(".nearest button")
    pictures.keep(reader, "declined")
    page.tap("#open-conversations")
    page.wait_for_selector("#conversations.open")
    pictures.keep(reader, "conversations")
    page.keyboard.press("Escape")
    for view in ("documents", "feedback", "settings"):
        page.tap(f"[data-goto={view}]")
        page.wait_for_function(
            "view => document.getElementById('view-' + view).children.length > 2", arg=view
        )
        pictures.keep(reader, view)
    other = opened(visit, model, phone)
    other.ask(written.MIXED)
    other.page.tap(".verdict.unsupported >> nth=0")
    other.page.wait_for_selector("#tip:visible")
    pictures.keep(other, "verdicts")


@pytest.mark.parametrize(("language", "options"), LANGUAGES, ids=["zh", "en"])
def test_login(
    visit: Any,
    album: Any,
    serve_once: Callable[..., str],
    scripted: Any,
    article: Any,
    language: str,
    options: dict[str, Any],
) -> None:
    pictures = album(f"{language}-login")
    address = serve_once(scripted.bot([article]), auth=("reader", "correct horse"))
    reader = visit(address, **options)
    reader.page.goto(address)
    pictures.keep(reader, "login")
    reader.page.fill("#username", "reader")
    reader.page.fill("#password", "wrong")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("[role=alert]")
    pictures.keep(reader, "refused")
    reader.problems[:] = [text for text in reader.problems if "401" not in text]
