"""Measure the bot on question sets: figures with intervals, a report, a paired comparison.

::

    from rag.evaluation import evaluate, write_report

    evaluation = evaluate("evals/seed")
    print(evaluation.summary["questions"]["all"]["recall@1"])
    write_report(evaluation, "report.html")

A consumer of the bot: nothing of the product imports this package but the command line.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.evaluation.comparing import Difference, compare
    from rag.evaluation.evaluating import evaluate
    from rag.evaluation.reading import read_set
    from rag.evaluation.report import write_report
    from rag.evaluation.result import Evaluation, load_rows
    from rag.evaluation.sets import QuestionSet, sample

__all__ = [
    "Difference",
    "Evaluation",
    "QuestionSet",
    "compare",
    "evaluate",
    "load_rows",
    "read_set",
    "sample",
    "write_report",
]

_HOMES = {
    "Difference": "comparing",
    "compare": "comparing",
    "Evaluation": "result",
    "evaluate": "evaluating",
    "load_rows": "result",
    "read_set": "reading",
    "write_report": "report",
    "QuestionSet": "sets",
    "sample": "sets",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rag.evaluation' has no attribute {name!r}")
    return getattr(import_module(f"rag.evaluation.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
