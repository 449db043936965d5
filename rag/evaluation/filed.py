"""Read a set over files: ``docs/`` with documents as people have them, and ``questions.jsonl``.

Each question names the text that answers it (``evidence``), so that an answer can be judged as a
whole. Every field is described in ``evals/README.md``; one that is not known is refused, because a
misspelt field would silently change what is measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.flaws import Flaws, check_questions, narrowing
from rag.evaluation.rows import parts_of, rows_of, texts_of
from rag.evaluation.sets import MAIN, STANDALONE, Question, QuestionSet

DOCUMENTS = "docs"
"""The folder that holds the documents of a set over files."""

FIELDS = frozenset({
    "id", "question", "kind", "answers", "answers_all", "gold", "section", "term", "evidence",
    "evidence_raw", "answerable", "history", "standalone", "note",
})  # fmt: skip
"""Every field a question may have."""


def is_filed(path: Path) -> bool:
    """Tell whether a directory is a set over files."""
    return (path / DOCUMENTS).is_dir() and (path / "questions.jsonl").is_file()


def read_filed(path: Path) -> QuestionSet:
    """Read a set over files.

    A follow-up is asked twice: as typed, after its ``history``, and in its ``standalone`` form.
    Raises :class:`EvaluationError` naming the line of each malformed question, unknown field and
    gold file that is not there.
    """
    folder = path / DOCUMENTS
    files = {
        file.relative_to(folder).as_posix(): hashlib.blake2b(
            file.read_bytes(), digest_size=16
        ).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    source = path / "questions.jsonl"
    flaws = Flaws()
    questions = []
    for where, row in rows_of(source, flaws, unique=True):
        questions.append(_question(row, where, flaws))
    check_questions(questions, files, flaws)
    flaws.raise_if_any(path.name)
    if not questions:
        raise EvaluationError(
            f"The question set {path} holds no question.", f"题集 {path} 里没有问题。"
        )
    digest = hashlib.blake2b(source.read_bytes(), digest_size=16)
    for name, content in files.items():
        digest.update(f"{name}\0{content}".encode())
    return QuestionSet(
        name=path.resolve().name,
        path=path,
        digest=digest.hexdigest(),
        questions=(*questions, *filter(None, map(_written_out, questions))),
        warnings=tuple(narrowing(questions, {})),
        folder=folder,
        files=files,
    )


def _question(row: Mapping[str, Any], where: str, flaws: Flaws) -> Question:
    for name in sorted(set(row) - FIELDS):
        flaws.add(where, f"the field {name} is unknown", f"不认识字段 {name}")
    text, answerable = row.get("question"), row.get("answerable")
    if not isinstance(text, str) or not text.strip():
        flaws.add(where, "no question", "没有 question")
        text = ""
    if not isinstance(answerable, bool):
        flaws.add(where, "answerable is not true or false", "answerable 不是 true 或 false")
        answerable = False
    history = texts_of(row, "history", where, flaws)
    standalone = str(row.get("standalone") or "")
    if history and not standalone:
        flaws.add(where, "a history, but no standalone form", "有 history，却没有 standalone")
    evidence = texts_of(row, "evidence", where, flaws)
    gold = tuple(dict.fromkeys(texts_of(row, "gold", where, flaws)))
    if answerable and not (evidence and gold):
        flaws.add(
            where, "answerable, but without gold or evidence", "可回答，却没有 gold 或 evidence"
        )
    return Question(
        key=row["id"],
        id=row["id"],
        part=MAIN,
        text=text,
        answerable=answerable,
        kind=str(row.get("kind") or "question"),
        where=where,
        qtype="followup" if history else "single",
        answers=texts_of(row, "answers", where, flaws),
        answers_all=parts_of(row, where, flaws),
        gold=gold,
        standalone=standalone,
        filed=True,
        evidence=evidence,
        section=str(row.get("section") or ""),
        term=str(row.get("term") or ""),
        history=history,
        note=str(row.get("note") or ""),
    )


def _written_out(question: Question) -> Question | None:
    """Return a follow-up as a question of its own, None for any other question."""
    if not question.history:
        return None
    return replace(
        question,
        key=f"{STANDALONE}/{question.key}",
        part=STANDALONE,
        text=question.standalone,
        variant_of=question.id,
        history=(),
        standalone="",
    )
