"""Which document a name means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from rag.records import Passage
from rag.text.tokens import index_tokens

_LEAST_OF_NAME = 0.9
_LEAST_OF_TITLE = 0.7
"""Shares of the tokens of a name and of a title that must be common to both: "劳动合同" is not the
title "劳动合同法实施条例"."""
_WORDS = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
"""What a title adds in brackets, such as the date of a law."""


def title_meant(name: str, passages: Sequence[Passage]) -> str:
    """Return the title of the one among ``passages`` whose document is called so, else nothing."""
    asked = _tokens(name)
    for passage in passages:
        stem = PurePosixPath(passage.document_id).stem
        if any(_same(asked, called) for called in (passage.title, stem)):
            return passage.title
    return ""


def _same(asked: frozenset[str], title: str) -> bool:
    called = _tokens(_ASIDE.sub("", title))
    common = len(asked & called)
    enough_of_name = common >= _LEAST_OF_NAME * len(asked)
    return bool(common) and enough_of_name and common >= _LEAST_OF_TITLE * len(called)


def _tokens(name: str) -> frozenset[str]:
    return frozenset(index_tokens(" ".join(_WORDS.findall(name))))
