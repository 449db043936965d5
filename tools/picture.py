"""Make the README's picture of an answer: run the command on a terminal, photograph the page.

``picture.py OUTPUT.png INDEX QUESTION [--language zh]``. Needs Chromium and a font with Chinese.
"""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

COLUMNS = 100
THEME = TerminalTheme(
    (30, 32, 40),
    (222, 224, 230),
    [(30, 32, 40), (240, 110, 110), (130, 200, 130), (230, 190, 90), (110, 160, 240),
     (190, 140, 230), (100, 200, 210), (222, 224, 230)],
    [(120, 124, 135), (250, 140, 140), (150, 220, 150), (250, 214, 120), (140, 185, 250),
     (210, 170, 245), (130, 220, 230), (255, 255, 255)],
)  # fmt: skip
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; background: {background}; color: {foreground}; }}
pre {{ margin: 0; padding: 22px 26px; white-space: pre-wrap; width: 960px; box-sizing: border-box;
      font: 16px/1.55 "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace; }}
{stylesheet}</style><pre>{code}</pre>"""


def on_a_terminal(arguments: list[str]) -> str:
    """Return what the command writes when its standard output is a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    with subprocess.Popen(arguments, stdout=theirs, env=environment):
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 65_536):
                pieces.append(piece)
        except OSError:
            # Linux reports the end of a pseudo-terminal as an input/output error.
            pass
    os.close(ours)
    return b"".join(pieces).decode("utf-8").replace("\r\n", "\n")


def main() -> None:
    """Write the picture."""
    output, index, question, *options = sys.argv[1:]
    command = [sys.executable, "-m", "rag", "ask", question, "--index", index, *options]
    shown = f'\x1b[90m$\x1b[0m rag ask "{question}"\n\n' + on_a_terminal(command).rstrip()
    console = Console(record=True, width=COLUMNS * 4, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(Text.from_ansi(shown))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(
            console.export_html(theme=THEME, code_format=PAGE, inline_styles=True), encoding="utf-8"
        )
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            tab = browser.new_page(device_scale_factor=1.5)
            tab.goto(page.as_uri())
            tab.locator("pre").screenshot(path=output)
            browser.close()


if __name__ == "__main__":
    main()
