"""Visits to the page in a real browser: open, ask, keep pictures, look for barriers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

OUTPUT = Path(__file__).resolve().parents[2] / "build" / "page"
"""Where pictures and figures are kept."""

PATIENCE = 120_000
"""Milliseconds to wait for a state that must come."""

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

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""All that axe-core knows, but for rules that are not yet part of WCAG's levels A and AA."""

CONTRAST = ["color-contrast"]


class Visit:
    """One page in a browser profile of its own, and what went wrong in it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        values = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **options}
        self.context = browser.new_context(**values)
        # A machine may be busy: what comes late is not wrong, what never comes is.
        self.context.set_default_timeout(PATIENCE)
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
        self.page.wait_for_selector(f".turn:nth-child({turn}) .answer[aria-busy=false]")
        return answer

    def settle(self) -> None:
        """Wait until fonts are there and nothing moves any more."""
        self.page.evaluate(
            """async () => {
                await document.fonts.ready;
                const frame = () => new Promise(requestAnimationFrame);
                await frame(); await frame();
                const moving = document.getAnimations().filter(
                    (found) => found.effect.getTiming().iterations !== Infinity);
                await Promise.allSettled(moving.map((found) => found.finished));
            }"""
        )

    def picture(self, name: str) -> None:
        """Keep a picture of the page as build output."""
        OUTPUT.mkdir(parents=True, exist_ok=True)
        self.settle()
        self.page.screenshot(path=OUTPUT / f"{name}.png")


def axe(page: Any, rules: list[str]) -> dict[str, list[str]]:
    """Return what axe-core found wrong (``violations``) and could not judge (``incomplete``)."""
    base = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed")
    source = base.AXE_FILE_PATH.read_text(encoding="utf-8")
    # Through the debugger: the policy of the page lets no foreign script in, and must not.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": source})
    options = json.dumps({"runOnly": rules})
    call = f"axe.run(document, {options}).then(found => JSON.stringify(found))"
    answer = session.send(
        "Runtime.evaluate", {"expression": call, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    found = json.loads(answer["result"]["value"])
    return {
        kind: [
            f"{rule['id']} ({rule['impact']}): {node['html'][:150]}"
            for rule in found[kind]
            for node in rule["nodes"]
        ]
        for kind in ("violations", "incomplete")
    }
