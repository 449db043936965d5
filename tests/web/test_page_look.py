"""How the page looks and reads: languages, themes, widths, accessibility, first paint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "截至2023年底，全国已建成多少个工会驿站？"


@pytest.fixture(scope="module")
def address(
    serve_page: Callable[..., str], settings_maker: Any, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return serve_page(settings_maker(tmp_path_factory.mktemp("look")))


@pytest.fixture(scope="module")
def verdicts(serve_page: Callable[..., str], scripted: Any, article: Any) -> str:
    return serve_page(scripted.bot([article]))


def no_sideways_scrolling(page: Any) -> bool:
    """Say whether all fits: a phone would silently zoom out, and the bar would hide a name."""
    return bool(
        page.evaluate(
            """() => {
                const nav = document.querySelector('nav');
                return document.documentElement.scrollWidth <= screen.width
                    && innerWidth <= screen.width && nav.scrollWidth <= nav.clientWidth;
            }"""
        )
    )


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


WIDTHS = [360, 414, 768, 1024, 1280, 1920, 3840]


@pytest.mark.parametrize(
    ("width", "locale"), [*((width, "zh-CN") for width in WIDTHS), (360, "en-US"), (768, "en-US")]
)
def test_every_width_is_readable(visit: Any, address: str, width: int, locale: str) -> None:
    height = {360: 740, 414: 896, 3840: 2160}.get(width, 900)
    phone = width < 600
    reader = visit(
        address,
        viewport={"width": width, "height": height},
        has_touch=phone,
        is_mobile=phone,
        locale=locale,
    )
    page = reader.open()
    assert no_sideways_scrolling(page)
    reader.ask(QUESTION)
    assert no_sideways_scrolling(page)
    reader.picture(f"width-{locale[:2]}-{width}-answer")
    line = page.locator(".said").bounding_box()
    size = float(
        page.evaluate("parseFloat(getComputedStyle(document.querySelector('.said')).fontSize)")
    )
    assert size >= 15
    assert line["width"] / size <= 48, "lines of more than 48 characters are hard to read"
    cite = page.locator("button.cite").first
    cite.tap() if phone else cite.click()
    page.wait_for_selector("mark.quote.lit")
    page.wait_for_function(
        """() => {
            const box = document.querySelector('mark.quote.lit').getClientRects()[0];
            return box.left >= 0 && box.left < innerWidth && box.top >= 0 && box.top < innerHeight;
        }"""
    )
    reader.picture(f"width-{locale[:2]}-{width}-source")
    if width <= 860:
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('#sources.open')")
    for view in ("documents", "feedback", "settings"):
        page.click(f"[data-goto={view}]")
        page.wait_for_function(
            "view => document.getElementById('view-' + view).children.length > 2", arg=view
        )
        assert no_sideways_scrolling(page), view
        reader.picture(f"width-{locale[:2]}-{width}-{view}")
    if width <= 1240:
        page.click("#open-conversations")
        page.wait_for_selector("#conversations.open")
        reader.picture(f"width-{locale[:2]}-{width}-conversations")
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
