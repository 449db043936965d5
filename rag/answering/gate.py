"""What comes from a model passes here, piece by piece, before anyone sees it.

No picture, no HTML, no link, no control character, no thinking aloud, none of the request's
secret marks, and an end to what does not end. Citation marks pass.
"""

from __future__ import annotations

import re

from rag.answering.guarding import Marks
from rag.text.normal import normal_form

LONGEST = 4000
"""Characters an answer may have; a model that goes on is stopped."""

_LONGEST_HELD = 600
"""Characters of an unfinished construct that are waited for; longer ones are let go as text."""

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)\s*", re.DOTALL | re.IGNORECASE)
_THINKING_OPEN = re.compile(r"<think(?:ing)?>(?!.*</think(?:ing)?>)", re.DOTALL | re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\]|)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)?")
_REFERENCE = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z!?][^<>\n]*>?", re.DOTALL)
_HOSTS = (
    "com|cn|net|org|io|info|biz|top|xyz|app|dev|ai|cc|me|ru|site|online|shop|club|vip|gov|edu|tk|ml"
    "|example|test|invalid|evil|link|click|live|pro|co|uk|de|jp|hk|tw|us|eu"
)
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\b(?:javascript|data|mailto|vbscript):)"
    r"[^\s<>\"'，。；！？、（）【】《》“”]*"
    rf"|\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_HOSTS})\b(?:[/:?#][^\s，。；！？、（）【】]*)?",
    re.IGNORECASE | re.ASCII,
)
_EMPHASIS = re.compile(r"\*\*|^#{1,6} ", re.MULTILINE)
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_UNFINISHED = re.compile(r"(?:!?\[[^\[\]\n]*(?:\](?:\([^)\n]*)?)?|!|<[^<>]*|[!-;=?-~]+)\Z")
"""A tail that may still become a picture, a link, a tag or an address."""

_LONGEST_ECHO = 24
"""Letters in a row that an answer may share with the instructions."""

_NOT_WORD = re.compile(r"[\W_]+")


class Gate:
    """Filters one answer as it streams.

    ``take`` returns what may be shown so far, ``finish`` the rest; ``text`` is all that was
    let through. ``leaked`` tells that a secret mark came: nothing of the answer may be used.
    ``full`` tells that the answer is too long and the model should be stopped. ``removed``
    counts what was taken out, by kind.
    """

    def __init__(self, marks: Marks | None, *, instructions: str = "") -> None:
        """Take the secret marks of the request and what else must not come back.

        Without marks everything passes.
        """
        self._marks = marks
        told = _letters(instructions)
        self._echoes = {told[n : n + _LONGEST_ECHO] for n in range(len(told) - _LONGEST_ECHO + 1)}
        self._raw = ""
        self._sent = ""
        self.removed: dict[str, int] = {}
        self.leaked = False

    @property
    def text(self) -> str:
        """Return everything that was let through."""
        return self._sent

    @property
    def full(self) -> bool:
        """Return whether the answer has reached its greatest length."""
        return len(self._raw) >= LONGEST

    def take(self, piece: str) -> str:
        """Take a piece and return what may be shown now, often nothing yet."""
        self._raw += piece
        if self._marks is None:
            self._sent += piece
            return piece
        ready = self._ready()
        return self._show(ready)

    def finish(self) -> str:
        """Return what was held back and may be shown now that nothing follows."""
        if self._marks is None:
            return ""
        return self._show(len(self._raw))

    def _ready(self) -> int:
        """Return how many characters are settled whatever follows."""
        thinking = _THINKING_OPEN.search(self._raw)
        if thinking:
            return thinking.start()
        held = _UNFINISHED.search(self._raw)
        if held and len(self._raw) - held.start() <= _LONGEST_HELD:
            return held.start()
        return len(self._raw)

    def _show(self, ready: int) -> str:
        clean = self._cleaned(self._raw[:ready])
        if self.leaked:
            return ""
        # What is settled stays as it is: cleaning more text never changes what came before.
        fresh = clean[len(self._sent) :] if clean.startswith(self._sent) else ""
        self._sent += fresh
        return fresh

    def _cleaned(self, text: str) -> str:
        marks = self._marks
        assert marks is not None
        plain = _letters(text)
        runs = (plain[n : n + _LONGEST_ECHO] for n in range(len(plain) - _LONGEST_ECHO + 1))
        if marks.canary in plain or (self._echoes and any(run in self._echoes for run in runs)):
            self.leaked = True
        text = text.replace(marks.delimiter, "")
        removed: dict[str, int] = {}
        for kind, pattern, instead in (
            ("thinking", _THINKING, ""),
            ("picture", _PICTURE, ""),
            ("link", _LINK, r"\1"),
            ("link", _REFERENCE, ""),
            ("html", _TAG, ""),
            ("link", _ADDRESS, "…"),
            ("control", _CONTROL, ""),
        ):
            text, count = pattern.subn(instead, text)
            if count:
                removed[kind] = removed.get(kind, 0) + count
        self.removed = removed
        text = _EMPHASIS.sub("", text)
        return text.replace(marks.sign, "").lstrip()


def _letters(text: str) -> str:
    return _NOT_WORD.sub("", normal_form(text))
