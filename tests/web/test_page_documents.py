"""Documents, feedback and settings in a real browser, on a real index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIBRARY = "青石镇图书馆共有藏书三万二千册，馆长是周敏。图书馆每天上午八点半开门。\n"


@pytest.fixture(scope="module")
def address(
    serve_page: Callable[..., str], settings_maker: Any, tmp_path_factory: pytest.TempPathFactory
) -> str:
    return serve_page(settings_maker(tmp_path_factory.mktemp("documents")))


def add(page: Any, *files: dict[str, Any]) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def test_upload_ask_restrict_and_remove(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open("#documents")
    page.wait_for_selector(".drop")
    add(
        page,
        file("图书馆.txt", LIBRARY.encode("gb18030")),
        file("坏的.txt", bytes(range(256)) * 30),
        file("program.exe", b"MZ"),
        file("空的.txt", b""),
    )
    page.wait_for_selector(".job .badge.good")
    page.wait_for_function(
        "() => document.querySelector('#view-documents table')?.innerText.includes('图书馆.txt')",
    )
    said = page.locator("#jobs").inner_text()
    for name in ("坏的.txt", "program.exe", "空的.txt"):
        assert name in said
    assert "新增 1 篇" in said
    reader.picture("documents-added-zh")
    page.get_by_role("checkbox", name="图书馆").check()
    page.get_by_role("button", name="只问选中的").click()
    page.wait_for_selector("#view-chat:not([hidden])")
    assert "已选 1 篇" in page.locator("#scope").inner_text()
    answer = reader.ask("青石镇图书馆的馆长是谁？")
    assert "周敏" in answer.inner_text()
    assert page.locator(".source h3").all_inner_texts() != []
    page.click("#scope")
    page.wait_for_selector("dialog[open] .scope-list")
    reader.picture("scope-zh")
    page.locator("dialog[open] input:checked").uncheck()
    page.locator("dialog[open] button[type=submit]").click()
    page.get_by_role("button", name="全部文档").wait_for()
    page.click("[data-goto=documents]")
    page.get_by_role("checkbox", name="图书馆").check()
    page.get_by_role("button", name="删除选中的").click()
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_function(
        "() => !document.querySelector('#view-documents table').innerText.includes('图书馆.txt')",
    )


def test_paste_into_a_collection_of_ones_own(visit: Any, address: str) -> None:
    reader = visit(address, locale="en-US")
    page = reader.open("#documents")
    page.get_by_role("button", name="New collection").click()
    page.fill("#collection-name", "Lighthouses")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('#collection')?.selectedOptions[0].text === 'Lighthouses'"
    )
    page.get_by_role("button", name="Paste text").click()
    page.fill("#paste-title", "Skerry")
    page.fill("#paste-text", "The Skerry lighthouse is 42 metres high. It was built in 1931.")
    reader.picture("paste-en")
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_selector("#view-documents table")
    page.click("[data-goto=chat]")
    answer = reader.ask("How high is the Skerry lighthouse?")
    assert "42 metres" in answer.inner_text()
    page.click("[data-goto=documents]")
    page.get_by_role("button", name="Delete collection").click()
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_function(
        "() => document.querySelector('#collection')?.selectedOptions[0].text === 'Default'"
    )


def test_indexing_goes_on_when_the_page_is_closed(
    visit: Any, address: str, wait_until: Any
) -> None:
    first = visit(address)
    page = first.open("#documents")
    page.wait_for_selector(".drop")
    lines = [f"第{n}条记录说明了第{n}件事情的经过，地点在第{n}号院子。\n\n" * 3 for n in range(60)]
    add(page, *[file(f"记录{n}.txt", line.encode()) for n, line in enumerate(lines[:12])])
    # Closed in the midst of it: some files are uploaded, some perhaps not yet.
    page.wait_for_function("() => document.querySelector('.job progress')?.value > 3")
    first.context.close()
    again = visit(address).open("#documents")
    again.wait_for_function(
        "() => document.querySelector('#view-documents table')?.innerText.includes('记录2.txt')",
    )


def test_a_drop_is_taken_with_its_names(visit: Any, address: str) -> None:
    page = visit(address).open("#documents")
    page.wait_for_selector(".drop")
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(['拖进来的文件说，桥长八百米。'], '拖放.md'));
            const area = document.querySelector('.drop');
            area.dispatchEvent(new DragEvent('dragover', {dataTransfer: transfer, bubbles: true}));
            area.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true}));
        }"""
    )
    page.wait_for_function(
        "() => document.querySelector('#view-documents table')?.innerText.includes('拖放.md')",
    )


def test_what_is_pasted_is_taken(visit: Any, address: str) -> None:
    page = visit(address).open("#documents")
    page.wait_for_selector(".drop")
    paste = """content => {
        const transfer = new DataTransfer();
        if (content.file) transfer.items.add(new File([content.text], content.file));
        else transfer.setData('text/plain', content.text);
        document.body.dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: transfer, bubbles: true}));
    }"""
    page.evaluate(paste, {"file": "剪贴.txt", "text": "剪贴板里的文件说，塔高五十米。"})
    page.wait_for_function(
        "() => document.querySelector('#view-documents table')?.innerText.includes('剪贴.txt')"
    )
    page.evaluate(paste, {"text": "剪贴板里的文字说，井深九米。"})
    page.wait_for_selector("dialog[open] #paste-text")
    assert page.input_value("#paste-text") == "剪贴板里的文字说，井深九米。"
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_function(
        "() => document.querySelector('#view-documents table')?.innerText.includes('井深九米')"
    )


def test_feedback_is_listed_and_exported(visit: Any, address: str, tmp_path: Path) -> None:
    from rag.evaluation.reading import read_set

    reader = visit(address, accept_downloads=True)
    page = reader.open()
    reader.ask("截至2023年底，全国已建成多少个工会驿站？")
    page.get_by_role("button", name="正确", exact=True).click()
    page.wait_for_selector("[data-kind=right][aria-pressed=true]")
    page.reload()
    page.wait_for_selector("[data-kind=right][aria-pressed=true]")
    with page.expect_response("**/api/feedback"):
        reader.ask("2022年世界杯的冠军是哪支球队？")
    page.click("[data-goto=feedback]")
    page.wait_for_selector(".entry >> nth=1")
    assert page.locator(".entry").count() == 2
    page.get_by_role("button", name="补充说明").first.click()
    page.fill("#expected", "阿根廷队")
    page.fill("#comment", "文档以后会补上")
    page.locator("dialog[open] button[type=submit]").click()
    page.wait_for_function(
        "() => document.querySelector('.entries').innerText.includes('阿根廷队')"
    )
    reader.picture("feedback-zh")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出评测题").click()
    exported = tmp_path / "questions.jsonl"
    download.value.save_as(exported)
    lines = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    assert {line["kind"] for line in lines} == {"feedback_right", "feedback_unanswered"}
    assert len(read_set(exported).questions) == 2
    other = visit(address).open("#feedback")
    other.get_by_text("还没有记录。").wait_for()
    assert other.locator(".entry").count() == 0


def test_settings_change_the_answers(visit: Any, address: str) -> None:
    reader = visit(address)
    page = reader.open("#settings")
    page.wait_for_selector("#passages")
    page.fill("#passages", "2")
    page.keyboard.press("Tab")
    page.locator("input[name=strictness][value=low]").check()
    page.wait_for_selector(".badge.good")
    page.click("[data-goto=chat]")
    reader.ask("截至2023年底，全国已建成多少个工会驿站？")
    assert page.locator(".source").count() == 2
    page.reload()
    page.click("[data-goto=settings]")
    page.wait_for_selector("#passages")
    assert page.locator("#passages").input_value() == "2"
    assert page.locator("input[name=strictness][value=low]").is_checked()
