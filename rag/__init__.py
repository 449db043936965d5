"""Ask your own documents, get checked citations.

::

    from rag import ask, build_index, open_bot

    build_index(["reports/"], "reports.index")
    bot = open_bot("reports.index")
    answer = bot.ask("全国有多少职工之家？")
    print(answer.text, answer.citations[0].quote)

Every name loads its module at first use, so ``import rag`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assembly import ask, build_index, open_bot
    from rag.bot import Bot
    from rag.errors import (
        DocumentError,
        EmptyDocument,
        EvaluationError,
        IndexCorrupt,
        IndexLocked,
        IndexMismatch,
        IndexNotFound,
        IndexNotWritable,
        IndexStoreError,
        MissingExtra,
        ModelError,
        PromptError,
        RagError,
        SettingsError,
        UnreadableDocument,
        UnsupportedDocument,
        UsageError,
    )
    from rag.records import (
        Answer,
        Aside,
        AsideKind,
        Block,
        BlockKind,
        BuildReport,
        Citation,
        Delta,
        Document,
        Hit,
        Outcome,
        Passage,
        Place,
        Refusal,
        Retrieved,
        Sentence,
        StreamEvent,
        Turn,
        Usage,
        Verdict,
    )
    from rag.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Aside",
    "AsideKind",
    "Block",
    "BlockKind",
    "Bot",
    "BuildReport",
    "Citation",
    "Delta",
    "Document",
    "DocumentError",
    "EmptyDocument",
    "EvaluationError",
    "Hit",
    "IndexCorrupt",
    "IndexLocked",
    "IndexMismatch",
    "IndexNotFound",
    "IndexNotWritable",
    "IndexStoreError",
    "MissingExtra",
    "ModelError",
    "Outcome",
    "Passage",
    "Place",
    "PromptError",
    "RagError",
    "Refusal",
    "Retrieved",
    "Sentence",
    "Settings",
    "SettingsError",
    "StreamEvent",
    "Turn",
    "UnreadableDocument",
    "UnsupportedDocument",
    "Usage",
    "UsageError",
    "Verdict",
    "__version__",
    "ask",
    "build_index",
    "open_bot",
]

_ELSEWHERE = {
    "ask": "rag.assembly",
    "build_index": "rag.assembly",
    "open_bot": "rag.assembly",
    "Bot": "rag.bot",
    "Settings": "rag.settings",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    home = _ELSEWHERE.get(name)
    if home is None:
        home = "rag.records" if hasattr(import_module("rag.records"), name) else "rag.errors"
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
