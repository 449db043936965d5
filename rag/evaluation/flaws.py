"""What can be wrong with a question set: flaws that stop an evaluation, flaws that narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.sets import CorpusDocument, Question, Warned
from rag.text.normal import normal_form

_SHOWN = 12
"""Flaws spelled out in one message; the rest are counted."""

_USED = (
    "id", "question", "answers", "answers_all", "gold", "gold_mode", "support", "evidence",
    "foreign_answers", "answerable", "kind", "qtype", "standalone", "correction", "refuted_by",
    "refuted_in", "variant_of", "base_kind", "about", "turns", "history", "utterance", "rewrite",
)  # fmt: skip
_NOTES = ("split", "source", "why", "bm25_top", "gold_first20", "title", "section")
"""Fields in which a set's makers keep notes; no measure uses them."""


class Flaws:
    """Collects what is wrong, to be raised together."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def add(self, where: str, english: str, chinese: str) -> None:
        """Note a flaw at a place such as ``questions.jsonl:12``."""
        self.found.append((where, english, chinese))

    def raise_if_any(self, name: str) -> None:
        """Raise :class:`EvaluationError` that lists the flaws of the set ``name``."""
        if not self.found:
            return
        more = len(self.found) - _SHOWN
        english = "; ".join(f"{where}: {text}" for where, text, _ in self.found[:_SHOWN])
        chinese = "；".join(f"{where}：{text}" for where, _, text in self.found[:_SHOWN])
        if more > 0:
            english, chinese = f"{english}; and {more} more", f"{chinese}；另有 {more} 处"
        raise EvaluationError(
            f"The question set {name} cannot be used, correct these lines: {english}.",
            f"题集 {name} 不能使用，请改正以下各行：{chinese}。",
        )


def check_questions(asked: Sequence[Question], known: Collection[str] | None, flaws: Flaws) -> None:
    """Add the flaws that would make a figure wrong."""
    ids = None if known is None else frozenset(known)
    for question in asked:
        for gold in (*question.gold, *question.refuted_in):
            if ids is not None and gold not in ids:
                flaws.add(
                    question.where,
                    f"gold id {gold} is not in the corpus",
                    f"标准段落 {gold} 不在语料中",
                )
        if question.answerable and not question.forms:
            flaws.add(question.where, "answerable, but without answers", "可回答，却没有给出答案")
        if not question.answerable and (question.gold or question.forms):
            flaws.add(
                question.where,
                "not answerable, but with gold or answers",
                "不可回答，却给出了标准段落或答案",
            )


def unknown_fields(file: Path, rows: Sequence[Mapping[str, Any]]) -> list[Warned]:
    """Return a warning for each field that no measure knows."""
    allowed = {*_USED, *_NOTES}
    turns = [t for row in rows for t in row.get("turns") or [] if isinstance(t, dict)]
    names = Counter(name for row in [*rows, *turns] for name in row if name not in allowed)
    return [
        Warned(
            f"{file.name}: the field {name} ({count} lines) is unknown and not used.",
            f"{file.name}：不认识字段 {name}（{count} 行），未使用。",
        )
        for name, count in sorted(names.items())
    ]


def narrowing(asked: Sequence[Question], corpus: Mapping[str, CorpusDocument]) -> list[Warned]:
    """Return the warnings about what the set cannot measure."""
    warnings: list[Warned] = []
    if asked and all(question.answerable for question in asked):
        warnings.append(
            Warned(
                "The set holds no unanswerable question: declining is not measured.",
                "题集里没有不可回答的问题：无法衡量拒答。",
            )
        )
    if asked and not any(question.answerable for question in asked):
        warnings.append(
            Warned(
                "The set holds no answerable question: retrieval and answers are not measured.",
                "题集里没有可回答的问题：无法衡量检索与回答。",
            )
        )
    goldless = [q.where for q in asked if q.answerable and not q.gold]
    if goldless:
        warnings.append(
            Warned(
                f"{len(goldless)} answerable questions name no gold document (first: "
                f"{goldless[0]}): they count in no retrieval or citation figure.",
                f"{len(goldless)} 个可回答问题没有标准段落（首个：{goldless[0]}）："
                "不计入检索与引用指标。",
            )
        )
    astray = [q.where for q in asked if corpus and _support_missing(q, corpus)]
    if astray:
        warnings.append(
            Warned(
                f"{len(astray)} questions have a support sentence that is not in a gold document "
                f"(first: {astray[0]}): that sentence is not used.",
                f"{len(astray)} 个问题的证据句不在标准段落中（首个：{astray[0]}）：该句未使用。",
            )
        )
    return warnings


def _support_missing(question: Question, corpus: Mapping[str, CorpusDocument]) -> bool:
    texts = [_squeezed(corpus[gold].text) for gold in question.gold]
    return any(not any(_squeezed(s) in text for text in texts) for s in question.support)


def _squeezed(text: str) -> str:
    return "".join(normal_form(text).split())
