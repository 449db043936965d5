"""The open real collections: nothing that answers is lost, no mark is left in the text."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from rag.readers import discover, read_documents
from rag.records import BlockKind, Document
from tests.readers.lawful import assert_lawful

_MARKS = re.compile(
    r"\|\s*:?-{2,}\s*\||\*\*|\]\(|^:::|\{%|%\}|<!--|-->|&nbsp;|&#x|</?(?:div|td|tr|table|br|img|details)\b"
    r"|^---$|^#{1,6} |!\[|\[\^|[\ue000-\uf8ff]",
    re.MULTILINE,
)


def _check(shared: Path) -> Any:
    specification = importlib.util.spec_from_file_location("check", shared / "real" / "check.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _documents(folder: Path) -> dict[str, Document]:
    return {d.id: d for source in discover([folder]) for d in read_documents(source)}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["law", "campus2", "cook", "audacity", "tts", "githtml"])
def test_the_evidence_of_every_question_stands_in_the_text(shared: Path, name: str) -> None:
    check = _check(shared)
    folder = shared / "real" / name
    documents = _documents(folder / "docs")
    missing = []
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        for gold in question["gold"][:1]:
            said = check.norm(documents[gold].text)
            missing += [p for p in check.pieces(question["evidence"]) if p not in said]
    assert missing == []
    for document in documents.values():
        assert_lawful(document)
        code = [b for b in document.blocks if b.kind is BlockKind.CODE]
        # The manuals of a program that is about such marks name them.
        for match in _MARKS.finditer(document.text) if name != "githtml" else ():
            inside = any(b.start <= match.start() < b.end for b in code)
            assert inside, (document.id, document.text[match.start() - 40 : match.end() + 40])
