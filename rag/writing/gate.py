"""What comes from a model passes here, piece by piece, before anyone sees it.

No thinking aloud, no picture, no HTML, no link, no control character, none of the request's
secret marks, and an end to what does not end. Citation marks pass.
"""

from __future__ import annotations

import re

from rag.text.normal import normal_form
from rag.writing.guarding import Marks
from rag.writing.thinking import spoken

LONGEST = 4000
"""Characters an answer may have; a model that goes on is stopped."""

LONGEST_THOUGHT = 20_000
"""Characters a model may write with its thinking, or before it is sure that it does not think."""

_LONGEST_HELD = 600
"""Characters of an unfinished construct that are waited for; longer ones are let go as text."""

_PICTURE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\]|)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)?")
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
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_TAKEN_OUT = (
    ("picture", _PICTURE, ""),
    ("link", _LINK, r"\1"),
    ("html", _TAG, ""),
    ("link", _ADDRESS, "…"),
    ("control", _CONTROL, ""),
)
"""What is taken out, by its kind, and what is put in its place."""

_EMPHASIS = re.compile(r"\*\*|^#{1,6} ", re.MULTILINE)
_UNFINISHED = re.compile(r"(?:!?\[[^\[\]\n]*(?:\](?:\([^)\n]*)?)?|!|<[^<>]*|[!-;=?-~]+)\Z")
"""A tail that may still become a picture, a link, a tag or an address."""

_LONGEST_ECHO = 24
"""Letters in a row that an answer may share with the instructions."""

_NOT_WORD = re.compile(r"[\W_]+")


class Gate:
    """Filters one answer as it streams.

    ``take`` returns what may be shown so far, ``finish`` the rest; ``text`` is all that was
    let through. ``leaked`` tells that a secret mark came: nothing of the answer may be used.
    ``removed`` counts what was taken out, by kind. Where only the end of a thought is marked,
    ``text`` begins anew behind it: what ``take`` had returned was no answer.
    """

    def __init__(self, marks: Marks | None, *, instructions: str = "") -> None:
        """Take the secret marks of the request and what else must not come back.

        Without marks everything passes.
        """
        self._marks = marks
        told = _letters(instructions)
        self._echoes = {told[n : n + _LONGEST_ECHO] for n in range(len(told) - _LONGEST_ECHO + 1)}
        self._raw = ""
        self._spoken = ""
        self._tail = ""
        self._letters = ""
        self.text = ""
        self.removed: dict[str, int] = {}
        self.leaked = False

    def full(self, *, surely: bool) -> bool:
        """Return whether the model should be stopped.

        ``surely`` tells that what is let through is an answer and not unmarked thinking.
        """
        longest = LONGEST if surely else LONGEST_THOUGHT
        return len(self._spoken) >= longest or len(self._raw) >= LONGEST_THOUGHT

    def take(self, piece: str) -> str:
        """Take a piece and return what may be shown now, often nothing yet."""
        self._raw += piece
        if self._marks is not None:
            self._look_for_leaks(piece, self._marks)
        return self._advance(ended=False)

    def finish(self) -> str:
        """Return what was held back and may be shown now that nothing follows."""
        return self._advance(ended=True)

    def _advance(self, *, ended: bool) -> str:
        said = self._raw if self._marks is None else spoken(self._raw, ended=ended)
        if not said.startswith(self._spoken):
            self.text = self._spoken = self._tail = ""
            self.removed = {}
        self._tail += said[len(self._spoken) :]
        self._spoken = said
        return self._show(len(self._tail) if ended or self._marks is None else self._ready())

    def _look_for_leaks(self, piece: str, marks: Marks) -> None:
        before = len(self._letters)
        self._letters += _letters(piece)
        fresh = self._letters[max(0, before - _LONGEST_ECHO) :]
        runs = (fresh[n : n + _LONGEST_ECHO] for n in range(len(fresh) - _LONGEST_ECHO + 1))
        if marks.canary in fresh or (self._echoes and any(run in self._echoes for run in runs)):
            self.leaked = True

    def _ready(self) -> int:
        """Return how many characters of the tail are settled whatever follows."""
        ready = len(self._tail)
        held = _UNFINISHED.search(self._tail)
        if held and ready - held.start() <= _LONGEST_HELD:
            ready = held.start()
        for _, pattern, _ in _TAKEN_OUT:
            for match in pattern.finditer(self._tail):
                if match.start() < ready < match.end():
                    ready = match.start()
        return ready

    def _show(self, ready: int) -> str:
        settled, self._tail = self._tail[:ready], self._tail[ready:]
        if self.leaked:
            return ""
        fresh = settled if self._marks is None else self._cleaned(settled, self._marks)
        if not self.text:
            fresh = fresh.lstrip()
        self.text += fresh
        return fresh

    def _cleaned(self, text: str, marks: Marks) -> str:
        for kind, pattern, instead in _TAKEN_OUT:
            text, count = pattern.subn(instead, text)
            if count:
                self.removed[kind] = self.removed.get(kind, 0) + count
        return _EMPHASIS.sub("", text).replace(marks.delimiter, "")


def _letters(text: str) -> str:
    return _NOT_WORD.sub("", normal_form(text))
