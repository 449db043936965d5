"""Several sets over files as one table: each set, each kind, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.evaluation.intervals import RESAMPLES
from rag.evaluation.observation import Row
from rag.evaluation.result import Evaluation, summary_to_dict
from rag.evaluation.sets import MAIN, STANDALONE
from rag.evaluation.summary import ALL, Figures, figures

COLUMNS = (
    ("contains", "form", "含答案"),
    ("evidence_whole", "whole", "证据全"),
    ("evidence_share", "pieces", "证据份"),
    ("length_p50", "len50", "长50"),
    ("length_p90", "len90", "长90"),
    ("evidence_length_p50", "ev50", "证长50"),
    ("evidence_length_p90", "ev90", "证长90"),
    ("section@1", "sec@1", "章@1"),
    ("section@3", "sec@3", "章@3"),
    ("section@5", "sec@5", "章@5"),
    ("found@1", "in@1", "段@1"),
    ("found@5", "in@5", "段@5"),
    ("briefed", "given", "给模型"),
    ("headline_right", "short ok", "短对"),
    ("headline_shown", "shown", "短展示"),
    ("answerable_declined", "decl. wrong", "误拒"),
    ("declined", "decl. right", "正拒"),
    ("auroc_right", "auroc", "AUROC"),
    ("ece_right", "ece", "校准误差"),
)
"""Codes of the measures of the table, and their short names in English and Chinese."""

FOLLOW_UPS = "follow-ups"
WRITTEN_OUT = "follow-ups written out"


def groups_of(
    evaluations: Sequence[Evaluation], *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, tuple[int, Figures]]:
    """Return for each line of the table the number of questions and the figures.

    A line is ``"all"``, ``"set:…"``, ``"follow-ups"``, ``"follow-ups written out"`` or
    ``"kind:…"``.
    """
    by_set = {found.name: [row for row in found.rows if row.part == MAIN] for found in evaluations}
    rows = [row for members in by_set.values() for row in members]
    members: dict[str, list[Row]] = {ALL: rows}
    if len(by_set) > 1:
        members |= {f"set:{name}": found for name, found in by_set.items()}
    members[FOLLOW_UPS] = [row for row in rows if row.qtype == "followup"]
    members[WRITTEN_OUT] = [
        row for found in evaluations for row in found.rows if row.part == STANDALONE
    ]
    for kind in sorted({row.kind for row in rows}):
        members[f"kind:{kind}"] = [row for row in rows if row.kind == kind]
    return {
        name: (len(found), figures(found, seed=seed, resamples=resamples))
        for name, found in members.items()
        if found
    }


def together_to_dict(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """Return plain JSON values: the figures of each line, and each evaluation whole."""
    figures_of = {name: found for name, (_, found) in groups_of(evaluations).items()}
    return {
        "together": summary_to_dict({MAIN: figures_of})[MAIN],
        "sets": [found.to_dict() for found in evaluations],
    }
