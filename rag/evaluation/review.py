"""A page to judge answers by reading, quickly and with keys; and the judgements read back.

The page is one file that needs no network. It keeps the judgements in the browser and saves them
as a JSON file, which ``rag eval --judged`` counts by set and kind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rag.errors import EvaluationError
from rag.evaluation.observation import Observation, SeenCitation, SeenSentence
from rag.evaluation.result import Evaluation
from rag.evaluation.sets import MAIN, Question
from rag.records import BlockKind, Outcome

FORMAT = 1
"""Version of the file of judgements."""


class Judgement(StrEnum):
    """What a reader finds of one answer."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    WRONGLY_DECLINED = "wrongly_declined"
    RIGHTLY_DECLINED = "rightly_declined"


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer as a reader judged it; ``remark`` is what the reader wrote beside it."""

    key: str
    part_of: str
    kind: str
    answerable: bool
    judgement: Judgement
    remark: str = ""


def write_review(
    evaluations: Sequence[Evaluation], path: Path | str, *, chinese: bool = True
) -> None:
    """Write the page on which the answers of these evaluations are judged."""
    items = [
        _item(found.name, question, found.observed[question.key])
        for found in evaluations
        for question in found.asked
        if question.part == MAIN
    ]
    environment = Environment(
        loader=PackageLoader("rag.evaluation", ""), autoescape=True, undefined=StrictUndefined
    )
    # Without this sign nothing in the data can end the script element or begin another.
    data = json.dumps(items, ensure_ascii=False).replace("<", "\\u003c")
    page = environment.get_template("review.html.j2").render(
        names=" + ".join(found.name for found in evaluations),
        stored="-".join(found.digest[:8] for found in evaluations)
        + "-"
        + "-".join(sorted({str(found.system.get("code", "")) for found in evaluations})),
        data=Markup(data),  # noqa: S704 - JSON without the sign that opens a tag
        format=FORMAT,
        chinese=chinese,
    )
    Path(path).write_text(page, encoding="utf-8")


def _item(name: str, question: Question, seen: Observation) -> dict[str, Any]:
    wanted = question.answers_all or (question.forms,)
    return {
        "key": question.key,
        "set": name,
        "kind": question.kind,
        "answerable": question.answerable,
        "question": question.text,
        "history": list(question.history),
        "standalone": question.standalone,
        "understood": seen.standalone if seen.standalone != question.text else "",
        "wanted": [" / ".join(forms) for forms in wanted if forms],
        "gold": list(question.gold),
        "section": question.section,
        "evidence": list(question.evidence or question.support),
        "note": question.note,
        "declined": seen.outcome == Outcome.DECLINED,
        "outcome": seen.outcome,
        "confidence": round(seen.confidence, 2),
        "notes": list(seen.notes),
        "short": seen.short,
        "units": [unit for sentence in seen.sentences for unit in _units(sentence, seen)]
        or [{"kind": BlockKind.PARAGRAPH, "text": seen.text}],
        "sources": [f"[{c.number}] {c.document} {c.start}-{c.end}" for c in seen.citations],
    }


def _units(sentence: SeenSentence, seen: Observation) -> list[dict[str, Any]]:
    """Return the blocks of what a unit of the answer quotes; its bare text where none fit."""
    said = "".join(sentence.text.split())
    quoted = [
        citation
        for citation in seen.citations
        if citation.number in sentence.citations and citation.blocks
        if "".join(citation.quote.split()) in said
    ]
    if sum(len("".join(citation.quote.split())) for citation in quoted) != len(said):
        return [{"kind": BlockKind.PARAGRAPH, "text": sentence.text}]
    return [_unit(citation, block) for citation in quoted for block in citation.blocks]


def _unit(citation: SeenCitation, block: Mapping[str, Any]) -> dict[str, Any]:
    def text(start: int, end: int) -> str:
        return citation.quote[max(0, start - citation.start) : max(0, end - citation.start)]

    return {
        "kind": block["kind"],
        "level": block["level"],
        "marker": block["marker"],
        "text": text(block["start"], block["end"]),
        "cells": [text(start, end) for start, end in block["cells"]],
    }


def read_judged(path: Path | str) -> list[Judged]:
    """Return the judgements that the page saved; raises :class:`EvaluationError`."""
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise ValueError(f"format {values['format']}")
        return [
            Judged(
                row["key"],
                row["set"],
                row["kind"],
                bool(row["answerable"]),
                Judgement(row["judgement"]),
                str(row.get("remark", "")),
            )
            for row in values["judgements"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(
            f"{path} holds no judgements saved by a page of `rag eval --review` ({error}); "
            "save them again.",
            f"{path} 不是 `rag eval --review` 页面保存的评判结果（{error}）；请重新保存。",
        ) from error


def tally(judged: Sequence[Judged]) -> dict[str, Counter[Judgement]]:
    """Return the counts of ``"all"``, of each ``"set:…"`` and of each ``"kind:…"``."""
    groups: dict[str, Counter[Judgement]] = {"all": Counter(j.judgement for j in judged)}
    for prefix, values in (
        ("set", [j.part_of for j in judged]),
        ("kind", [j.kind for j in judged]),
    ):
        for value in sorted(set(values)):
            groups[f"{prefix}:{value}"] = Counter(
                j.judgement for j, own in zip(judged, values, strict=True) if own == value
            )
    return groups


def right_share(counts: Mapping[Judgement, int]) -> float:
    """Return the share that a reader is content with: right, or rightly declined."""
    total = sum(counts.values())
    good = counts.get(Judgement.RIGHT, 0) + counts.get(Judgement.RIGHTLY_DECLINED, 0)
    return good / total if total else 0.0
