"""A finished evaluation, and its form on disk."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.cases import Case
from rag.evaluation.comparing import Difference
from rag.evaluation.observation import Observation, Row
from rag.evaluation.sets import Question, Warned
from rag.evaluation.summary import Figures

FORMAT = 1
"""Version of the JSON form of an evaluation."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished evaluation.

    ``summary[part][group][code]`` are the estimates; ``rows`` what each question contributed;
    ``system`` describes what was evaluated and where, ``options`` how; ``asked`` are the questions
    and ``observed`` what came of each by its key.
    """

    name: str
    digest: str
    rows: tuple[Row, ...]
    summary: Mapping[str, Mapping[str, Figures]]
    system: Mapping[str, Any]
    options: Mapping[str, Any]
    counts: Mapping[str, int]
    warnings: tuple[Warned, ...] = ()
    cases: tuple[Case, ...] = ()
    observed: Mapping[str, Observation] = field(default_factory=dict)
    asked: tuple[Question, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values: all figures, a row and an answer for each question."""
        return {
            "format": FORMAT,
            "set": self.name,
            "digest": self.digest,
            "counts": dict(self.counts),
            "warnings": [asdict(warning) for warning in self.warnings],
            "system": dict(self.system),
            "options": dict(self.options),
            "summary": summary_to_dict(self.summary),
            "rows": [row.to_dict() for row in self.rows],
            "answers": [_answer(seen) for seen in self.observed.values()],
            "cases": [case.to_dict() for case in self.cases],
        }


def summary_to_dict(summary: Mapping[str, Mapping[str, Figures]]) -> dict[str, Any]:
    """Return ``{part: {group: {code: [value, low, high, count]}}}``, numbers rounded."""
    return {
        part: {
            group: {
                code: [round(e.value, 6), round(e.low, 6), round(e.high, 6), e.count]
                for code, e in figures.items()
            }
            for group, figures in groups.items()
        }
        for part, groups in summary.items()
    }


def _answer(seen: Observation) -> dict[str, Any]:
    return {
        "key": seen.key,
        "standalone": seen.standalone,
        "outcome": seen.outcome,
        "text": seen.text,
        "short": seen.short,
        "confidence": round(seen.confidence, 4),
        "documents": list(dict.fromkeys(seen.documents))[:10],
        "citations": [[c.document, c.start, c.end, c.support] for c in seen.citations],
    }


def write_json(
    evaluations: Evaluation | Sequence[Evaluation],
    path: Path | str,
    *,
    comparison: Mapping[str, Mapping[str, Difference]] | None = None,
) -> None:
    """Save the evaluation, and a comparison where there is one; nan is written as null.

    Several become an object with the figures of all sets over files together under
    ``"together"`` and each evaluation whole under ``"sets"``. ``-`` prints them.
    """
    several = [evaluations] if isinstance(evaluations, Evaluation) else list(evaluations)
    values = several[0].to_dict()
    if len(several) > 1:
        from rag.evaluation.together import together_to_dict

        values = together_to_dict(several)
    if comparison is not None:
        values["comparison"] = {
            part: {code: found.to_dict() for code, found in by_code.items()}
            for part, by_code in comparison.items()
        }
    text = json.dumps(_without_nan(values), ensure_ascii=False, default=str, allow_nan=False)
    if str(path) == "-":
        sys.stdout.write(text + "\n")
    else:
        Path(path).write_text(text + "\n", encoding="utf-8")


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return value


def load_rows(path: Path | str) -> list[Row]:
    """Return the rows of an evaluation saved as JSON; raises :class:`EvaluationError`."""
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise ValueError(f"format {values['format']}")
        return [Row.from_dict(row) for row in values["rows"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(
            f"{path} is no evaluation saved by `rag eval --json` ({error}); evaluate again.",
            f"{path} 不是 `rag eval --json` 保存的评测结果（{error}）；请重新评测。",
        ) from error
