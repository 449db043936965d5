"""How the page looks and reads: languages, themes, widths, accessibility, first paint."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "截至2023年底，全国已建成多少个工会驿站？"
FOLDER = Path(__file__).resolve().parents[2] / "build" / "page"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(
    serve_page: Callable[..., str], settings_maker: Any, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return serve_page(settings_maker(tmp_path_factory.mktemp("look")))


@pytest.fixture(scope="module")
def verdicts(serve_page: Callable[..., str], scripted: Any, article: Any) -> str:
    return serve_page(scripted.bot([article]))


def findings(page: Any) -> list[str]:
    """Return what axe-core finds, one line each."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed")
    source = axe.AXE_FILE_PATH.read_text(encoding="utf-8")
    # Through the debugger: the policy of the page lets no foreign script in, and must not.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": source})
    options = json.dumps({"runOnly": RULES})
    call = f"axe.run(document, {options}).then(found => JSON.stringify(found.violations))"
    answer = session.send(
        "Runtime.evaluate", {"expression": call, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:150]}"
        for violation in json.loads(answer["result"]["value"])
        for node in violation["nodes"]
    ]


def no_sideways_scrolling(page: Any) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


STATES = [
    ("zh-light", {"locale": "zh-CN"}),
    ("en-dark", {"locale": "en-US", "color_scheme": "dark"}),
    ("zh-dark", {"locale": "zh-CN", "color_scheme": "dark"}),
    ("en-light", {"locale": "en-GB"}),
]


@pytest.mark.parametrize(("name", "options"), STATES, ids=[name for name, _ in STATES])
def test_every_state_is_accessible(
    visit: Any, address: str, verdicts: str, name: str, options: dict[str, Any]
) -> None:
    found: dict[str, list[str]] = {}
    reader = visit(address, **options)
    page = reader.open()
    page.wait_for_selector("#examples button", timeout=120_000)

    def check(state: str, of: Any = reader) -> None:
        of.page.wait_for_timeout(300)
        of.picture(f"{name}-{state}")
        if lines := findings(of.page):
            found[state] = lines

    check("1-welcome")
    reader.ask(QUESTION)
    check("2-answer")
    page.locator("button.cite").first.hover()
    check("3-hover")
    page.locator("button.cite").first.click()
    page.wait_for_timeout(500)
    check("4-source")
    page.locator(".source-foot .act").first.click()
    page.wait_for_selector("dialog.reader[open]")
    check("5-document")
    page.keyboard.press("Escape")
    reader.ask("2022年世界杯的冠军是哪支球队？")
    check("6-declined")
    for number, view in enumerate(("documents", "feedback", "settings"), start=7):
        page.click(f"[data-goto={view}]")
        page.wait_for_function(
            "view => document.getElementById('view-' + view).children.length > 1", arg=view
        )
        check(f"{number}-{view}")
    other = visit(verdicts, **options)
    other.open()
    other.ask("请给出三种判定的例子")
    other.page.hover(".verdict.unsupported")
    check("10-verdicts", other)
    assert found == {}


def test_the_language_follows_the_browser_and_can_be_switched(visit: Any, address: str) -> None:
    chinese = visit(address, locale="zh-TW").open()
    assert chinese.locator("h1").inner_text() == "文档问答"
    assert chinese.locator("html").get_attribute("lang") == "zh-Hans"
    reader = visit(address, locale="fr-FR")
    page = reader.open()
    assert page.locator("h1").inner_text() == "Ask the documents"
    reader.ask(QUESTION)
    page.click("[data-goto=settings]")
    page.get_by_text("中文", exact=True).click()
    page.wait_for_selector("html[lang=zh-Hans][data-ready]")
    page.wait_for_selector("#view-settings:not([hidden])")
    page.click("[data-goto=chat]")
    assert page.locator("h1").inner_text() == "文档问答"
    assert page.locator("button.cite").count() >= 1


def test_dark_follows_the_system_and_the_choice_is_remembered(visit: Any, address: str) -> None:
    reader = visit(address, color_scheme="dark")
    page = reader.open("#settings")

    def ground() -> int:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour[4:-1].split(","))

    assert ground() < 150
    page.wait_for_selector("input[name=theme]")
    page.locator("input[name=theme]").nth(1).check()
    assert ground() > 600
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert ground() > 600


@pytest.mark.parametrize("width", [360, 414, 768, 1024, 1280, 1920, 3840])
def test_every_width_is_readable(visit: Any, address: str, width: int) -> None:
    height = {360: 740, 414: 896, 3840: 2160}.get(width, 900)
    phone = width < 600
    reader = visit(
        address, viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone
    )
    page = reader.open()
    assert no_sideways_scrolling(page)
    reader.ask(QUESTION)
    assert no_sideways_scrolling(page)
    reader.picture(f"width-{width}-answer")
    line = page.locator(".said").bounding_box()
    size = float(
        page.evaluate("parseFloat(getComputedStyle(document.querySelector('.said')).fontSize)")
    )
    assert size >= 15
    assert line["width"] / size <= 48, "lines of more than 48 characters are hard to read"
    cite = page.locator("button.cite").first
    cite.tap() if phone else cite.click()
    page.wait_for_selector("mark.quote.lit")
    page.wait_for_timeout(500)
    box = page.locator("mark.quote.lit").first.bounding_box()
    assert 0 <= box["x"] < width
    assert 0 <= box["y"] < height
    reader.picture(f"width-{width}-source")
    if width <= 860:
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('#sources.open')")
    for view in ("documents", "feedback", "settings"):
        page.click(f"[data-goto={view}]")
        page.wait_for_timeout(400)
        assert no_sideways_scrolling(page), view
        reader.picture(f"width-{width}-{view}")
    if width <= 1240:
        page.click("#open-conversations")
        page.wait_for_timeout(400)
        reader.picture(f"width-{width}-conversations")
        assert page.locator("#new-conversation").is_visible()


def test_no_line_begins_with_closing_punctuation_or_a_mark(visit: Any, verdicts: str) -> None:
    starts = """() => {
        const bad = [];
        const said = document.querySelector('.said');
        const walker = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        let last = null;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (let n = 0; n < node.length; n += 1) {
                range.setStart(node, n); range.setEnd(node, n + 1);
                const box = range.getClientRects()[0];
                if (!box || !box.width) continue;
                const fresh = last === null || box.left < last - 40;
                const text = node.data[n];
                if (fresh && last !== null && (/[，。、；：？！”’）》」』】]/.test(text) ||
                    node.parentElement.closest('.cite'))) bad.push(text);
                last = box.left;
            }
        }
        return bad;
    }"""
    for width in range(340, 520, 12):
        reader = visit(verdicts, viewport={"width": width, "height": 700})
        page = reader.open()
        reader.ask("请给出三种判定的例子")
        assert page.evaluate(starts) == [], width
        reader.context.close()


def test_reduced_motion_and_high_contrast_are_respected(visit: Any, address: str) -> None:
    reader = visit(address, reduced_motion="reduce", forced_colors="active")
    page = reader.open()
    reader.ask(QUESTION)
    page.locator("button.cite").first.click()
    page.wait_for_selector("mark.quote.lit")
    reader.picture("high-contrast")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.act')).transitionDuration") == "0s"
    )


def test_first_paint_first_words_and_full_answer(visit: Any, address: str) -> None:
    """Figures for the report; only a page that hardly comes at all fails."""
    figures: dict[str, list[float]] = {"paint": [], "ready": [], "first_words": [], "answer": []}
    for _ in range(5):
        reader = visit(address)
        began = time.perf_counter()
        page = reader.open()
        figures["ready"].append((time.perf_counter() - began) * 1000)
        figures["paint"].append(
            page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        )
        page.evaluate(
            """() => {
                const list = document.getElementById('turns');
                new MutationObserver(() => {
                    const said = list.querySelector('.said')?.textContent;
                    if (said && !window.firstWords) window.firstWords = performance.now();
                    if (list.querySelector('.answer[aria-busy=false]') && !window.answered)
                        window.answered = performance.now();
                }).observe(list, {subtree: true, childList: true, attributes: true});
                document.getElementById('composer').addEventListener('submit', () => {
                    window.asked = performance.now();
                }, true);
            }"""
        )
        page.fill("#question", QUESTION)
        page.click("#send")
        page.wait_for_function("() => window.answered")
        asked, words, answered = page.evaluate("[window.asked, window.firstWords, window.answered]")
        figures["first_words"].append(words - asked)
        figures["answer"].append(answered - asked)
    medians = {name: round(statistics.median(values)) for name, values in figures.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "figures.json").write_text(json.dumps(medians), encoding="utf-8")
    print(f"milliseconds, median of five: {medians}")
    assert medians["paint"] < 10_000
