"""The conversation in a real browser: ask, stream, check the source, change one's mind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from rag.records import Document
from tests.web.written import Gate

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VERDICTS = "请给出三种判定的例子"


@pytest.fixture(scope="module")
def long_article(scripted: Any, article: Document) -> Document:
    paragraphs = [
        f"这是第{number}段闲话，与问题无关，只为让文档更长一些。" * 6 for number in range(120)
    ]
    middle = [article.text[block.start : block.end] for block in article.blocks]
    found: Document = scripted.document(
        "news/works.txt",
        "工会工作",
        [*paragraphs[:60], *middle, *paragraphs[60:]],
        date="2024-05-01",
        publisher="劳动报",
    )
    return found


@pytest.fixture(scope="module")
def address(serve_page: Callable[..., str], scripted: Any, long_article: Document) -> str:
    return serve_page(scripted.bot([long_article], pause=0.05))


@pytest.fixture(scope="module")
def slow_address(serve_page: Callable[..., str], scripted: Any, long_article: Document) -> str:
    return serve_page(scripted.bot([long_article], pause=1.0))


def wait_until_in_view(page: Any, selector: str) -> None:
    """Wait until an element can be seen: inside the window and not covered."""
    page.wait_for_function(
        """selector => {
            const element = document.querySelector(selector);
            const box = element.getClientRects()[0];
            const x = box.left + Math.min(20, box.width / 2), y = box.top + box.height / 2;
            const top = document.elementFromPoint(x, y);
            return top === element || element.contains(top);
        }""",
        arg=selector,
    )


def test_an_answer_streams_and_ends_with_checked_sentences(visit: Any, slow_address: str) -> None:
    reader = visit(slow_address)
    page = reader.open()
    page.fill("#question", VERDICTS)
    page.press("#question", "Enter")
    # All at one moment: between two looks the answer may have ended.
    page.wait_for_function(
        """() => document.querySelector('.said')?.textContent.length > 5
            && document.querySelector('.answer[aria-busy=true]')
            && !document.querySelector('button.cite')"""
    )
    page.wait_for_selector(".answer[aria-busy=false]")
    assert page.locator(".short").inner_text()
    assert page.locator(".sentence").count() == 3
    assert page.locator("button.cite").count() == 3
    classes = [page.locator(".verdict").nth(n).get_attribute("class") for n in range(3)]
    assert classes == ["verdict supported", "verdict partial", "verdict unsupported"]
    assert "把握很大" in page.locator(".sure").inner_text()
    assert "说法不一致" in page.locator(".caution").inner_text()
    page.hover(".verdict.unsupported")
    assert "18.5万" in page.locator("#tip").inner_text()
    label = page.locator(".verdict.unsupported").get_attribute("aria-label")
    assert "18.5万" in label


def test_hover_shows_the_quote_and_a_click_brings_it_into_view(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    reader.ask("工会驿站建成了多少个？")
    cite = page.locator("button.cite").first
    cite.hover()
    tip = page.locator("#tip").inner_text()
    sentence = page.locator(".sentence").first.evaluate("element => element.firstChild.textContent")
    assert sentence.strip()[:10] in tip
    assert "工会工作" in tip
    # The tip itself can be reached with the pointer, and stays meanwhile.
    page.hover("#tip")
    page.wait_for_timeout(400)
    assert page.locator("#tip").is_visible()
    page.mouse.move(0, 0)
    page.wait_for_selector("#tip", state="hidden")
    page.locator("#sources-body").evaluate("element => element.scrollTo(0, 99999)")
    cite.click()
    page.wait_for_selector("mark.quote.lit")
    wait_until_in_view(page, "mark.quote.lit")
    assert page.evaluate("document.activeElement.matches('mark.quote')")
    source = page.locator(".source.lit")
    assert "2024-05-01" in source.inner_text()
    assert "劳动报" in source.inner_text()
    assert source.locator(".near").count() > 0
    # And back: from the quote to the mark of its sentence.
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('button.cite')")
    assert page.locator(".sentence.lit").count() == 1


def test_the_whole_document_opens_at_the_quote(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    reader.ask("工会驿站建成了多少个？")
    page.locator(".source-foot .act").first.click()
    page.wait_for_selector("dialog.reader[open] mark")
    wait_until_in_view(page, "dialog.reader mark")
    text = page.locator(".reader-text").inner_text()
    page.locator(".reader-text .more:visible").first.click()
    page.wait_for_function(
        "length => document.querySelector('.reader-text').innerText.length > length", arg=len(text)
    )
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.reader", state="hidden")
    assert page.evaluate("document.activeElement.closest('.source-foot') !== null")


def test_a_declined_answer_shows_the_nearest(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    answer = reader.ask("没有的事情在哪里？")
    assert "文档中没有提到" in answer.inner_text()
    assert answer.locator("button.cite").count() == 0
    assert answer.locator(".nearest button").count() == 3
    answer.locator(".nearest button").nth(1).click()
    page.wait_for_selector(".source.lit")
    wait_until_in_view(page, ".source.lit h3")
    assert page.locator(".others .scores").first.inner_text()


def test_a_follow_up_shows_how_it_was_understood(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    reader.ask("工会驿站建成了多少个？")
    assert page.locator(".standalone").count() == 0
    reader.ask("司机呢？")
    assert "理解为：工会驿站建成了多少个，司机呢？" in page.locator(".standalone").inner_text()


def test_stop_keeps_what_was_said_and_retry_asks_again(visit: Any, slow_address: str) -> None:
    reader = visit(slow_address)
    page = reader.open()
    page.fill("#question", "工会驿站建成了多少个？")
    page.press("#question", "Enter")
    page.wait_for_function("() => document.querySelector('.said')?.textContent.length > 5")
    page.click("#stop")
    page.wait_for_selector(".answer[aria-busy=false]")
    assert "已停止" in page.locator(".answer-head").inner_text()
    said = page.locator(".said").inner_text()
    assert len(said) > 5
    assert page.evaluate("document.activeElement.id") == "question"
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".said").inner_text() == said
    page.get_by_role("button", name="重新回答").click()
    page.wait_for_selector(".answer[aria-busy=true]")
    page.keyboard.press("Escape")
    page.wait_for_selector(".answer[aria-busy=false]")


def test_edit_asks_anew_and_drops_what_came_after(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    reader.ask("工会驿站建成了多少个？")
    reader.ask("没有的事情在哪里？")
    page.locator(".turn").first.hover()
    page.get_by_role("button", name="修改问题").first.click()
    box = page.locator(".edit-box textarea")
    assert box.input_value() == "工会驿站建成了多少个？"
    box.fill("网约车司机占多少？")
    box.press("Enter")
    page.wait_for_selector(".turn:nth-child(1) .answer[aria-busy=false]")
    assert page.locator(".turn").count() == 1
    assert page.locator(".asked-text").inner_text() == "网约车司机占多少？"


def test_copy_gives_the_citations_as_text(visit: Any, address: str) -> None:
    reader = visit(address, permissions=["clipboard-read", "clipboard-write"])
    page = reader.open()
    reader.ask("工会驿站建成了多少个？")
    page.get_by_role("button", name="复制").click()
    page.wait_for_selector(".toast.shown")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[1]" in copied.split("\n\n")[0]
    assert copied.startswith(page.locator(".short").inner_text())
    assert "[1] 工会工作, 2024-05-01, 劳动报" in copied
    assert "“" in copied


def test_conversations_are_kept_apart_in_this_browser(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    reader.ask("工会驿站建成了多少个？")
    page.click("#new-conversation")
    reader.ask("没有的事情在哪里？")
    listed = page.locator("#conversation-list li")
    assert listed.count() == 2
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".asked-text").inner_text() == "没有的事情在哪里？"
    listed.nth(1).locator("button").first.click()
    page.get_by_role("heading", name="工会驿站建成了多少个？").wait_for()
    assert page.locator("button.cite").count() == 2
    other = visit(address).open()
    assert other.locator("#conversation-list li").count() == 0
    listed.nth(0).hover()
    listed.nth(0).get_by_role("button", name="删除对话").click()
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_function("() => document.querySelectorAll('#conversation-list li').length === 1")
    page.click("#clear")
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_selector("#welcome:not([hidden])")
    assert (
        page.evaluate(
            "Object.keys(localStorage).filter(k => k.startsWith('rag.conversation.')).length"
        )
        <= 1
    )


def test_everything_is_reached_with_the_keyboard_alone(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    page.keyboard.type("工会驿站建成了多少个？")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer[aria-busy=false]")
    page.wait_for_function("() => document.activeElement.id === 'question'")

    def tab_to(selector: str, *, key: str = "Tab", limit: int = 60) -> None:
        for _ in range(limit):
            page.keyboard.press(key)
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} was not reached")

    tab_to("button.cite", key="Shift+Tab")
    assert page.locator("#tip").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("#tip", state="hidden")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('mark.quote')")
    tab_to(".source-foot .act")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.reader[open]")
    page.keyboard.press("Escape")
    tab_to("[data-goto=settings]", key="Shift+Tab", limit=90)
    page.keyboard.press("Enter")
    page.wait_for_selector("#view-settings:not([hidden]) input[name=theme]")
    tab_to("input[name=theme]")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.locator("#skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.locator("#view-settings").is_visible()
    tab_to("input[name=theme]")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_input_method_is_not_cut_short_by_enter(visit: Any, address: str) -> None:
    page = visit(address).open()
    page.fill("#question", "gonghui")
    page.locator("#question").evaluate(
        """box => box.dispatchEvent(new KeyboardEvent('keydown',
            {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
    )
    assert page.locator(".turn").count() == 0
    page.press("#question", "Shift+Enter")
    assert page.locator(".turn").count() == 0
    assert "\n" in page.locator("#question").input_value()


def test_nothing_jumps_while_an_answer_streams(visit: Any, slow_address: str) -> None:
    reader = visit(slow_address)
    page = reader.open()
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({type: 'layout-shift'}) }"""
    )
    box = page.locator(".composer-box").bounding_box()
    reader.ask("工会驿站建成了多少个？")
    assert page.locator(".composer-box").bounding_box() == box
    assert page.evaluate("window.shift") < 0.05


def test_examples_are_asked_with_one_click(visit: Any, serve_page: Any, scripted: Any) -> None:
    paragraphs = [f"第{n}号铁路全长{n}56公里，沿途风景很好。" for n in range(3, 9)]
    document = scripted.document("rail.txt", "铁路", ["这条山谷铁路全长256公里。", *paragraphs])
    page = visit(serve_page(scripted.bot([document]))).open()
    page.wait_for_selector("#examples button")
    question = page.locator("#examples button").first.evaluate("e => e.firstChild.textContent")
    page.locator("#examples button").first.click()
    page.wait_for_selector(".answer[aria-busy=false]")
    assert page.locator(".asked-text").inner_text() == question


def test_a_full_server_says_so(visit: Any, serve_page: Any, scripted: Any, article: Any) -> None:
    gate = Gate()
    question = "工会驿站建成了多少个？"
    bot = scripted.bot([article], before=lambda asked: asked == question and gate.wait())
    address = serve_page(bot, together=1, waiting=1)
    readers = [visit(address) for _ in range(3)]
    try:
        # One is answered, one waits behind him, and for a third there is no room.
        for reader, said in zip(readers, ("正在检索", "马上轮到", "太多"), strict=True):
            page = reader.open()
            page.fill("#question", question)
            page.press("#question", "Enter")
            page.wait_for_function(
                "said => document.querySelector('.answer')?.innerText.includes(said)", arg=said
            )
            reader.picture(f"zh-queue-{'busy' if said == '太多' else 'waiting'}")
    finally:
        gate.open()
    for reader in readers[:2]:
        reader.page.wait_for_selector("button.cite")
    readers[2].page.get_by_role("button", name="重新回答").click()
    readers[2].page.wait_for_selector("button.cite")
    for reader in readers:
        reader.problems[:] = [text for text in reader.problems if "503" not in text]


def test_a_typed_question_outlives_the_page(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    page.fill("#question", "还没有问完的问")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.input_value("#question") == "还没有问完的问"
    page.press("#question", "Enter")
    page.wait_for_selector(".answer[aria-busy=false]")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.input_value("#question") == ""


def test_reasons_show_on_touch(visit: Any, address: str) -> None:
    reader = visit(address, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = reader.open()
    reader.ask(VERDICTS)
    page.tap(".verdict.unsupported")
    page.wait_for_selector("#tip:visible")
    assert "18.5万" in page.locator("#tip").inner_text()
    page.tap(".sure")
    page.wait_for_function("() => document.getElementById('tip').textContent.includes('91%')")
    page.tap(".said", position={"x": 5, "y": 5})
    page.wait_for_selector("#tip", state="hidden")


def test_a_server_that_is_gone_is_said(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    page.wait_for_load_state("networkidle")
    reader.context.set_offline(True)
    reader.ask("工会驿站建成了多少个？")
    assert "连不上服务器" in page.locator(".caution.failed").inner_text()
    reader.context.set_offline(False)
    page.get_by_role("button", name="重新回答").click()
    page.wait_for_selector("button.cite")
    reader.problems.clear()


def test_stored_conversations_of_any_shape_do_not_break_the_page(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open()
    for broken in ("{", "null", "[1,2]", json.dumps([{"id": 3}, None, {"id": "x", "title": None}])):
        page.evaluate("text => localStorage.setItem('rag.conversations', text)", broken)
        page.evaluate("text => localStorage.setItem('rag.conversation.x', text)", broken)
        page.evaluate("localStorage.setItem('rag.current', '\"x\"')")
        page.reload()
        page.wait_for_selector("html[data-ready]")
    reader.ask("工会驿站建成了多少个？")
    assert page.locator("button.cite").count() == 2
