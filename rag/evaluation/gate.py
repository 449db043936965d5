"""The gate: a fixed sample must not get worse than the recorded baseline by more than noise.

``python -m rag.evaluation.gate`` evaluates the sample and exits with 1 where a measure fell;
``--record`` writes the baseline anew. A measure fell when the paired bootstrap interval of
its difference (99 %, since many measures are looked at) lies wholly on the worse side: the
noise is that of these very questions, not a tolerance somebody chose. An unchanged program
shows no difference at all; losing four questions and winning none is over the line. Costs
depend on the machine and are not judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from rag.errors import EvaluationError, RagError
from rag.evaluation.comparing import Difference, compare
from rag.evaluation.fingerprint import digest_of
from rag.evaluation.measures import MEASURES, Group
from rag.evaluation.observation import Row
from rag.evaluation.presenting import interval, part_name, shown
from rag.evaluation.result import Evaluation, summary_to_dict

LEVEL = 0.99
"""Level of the intervals a fall is judged by."""

SAMPLE: Mapping[str, int | None] = {"seed": None, "cmrc2018": 150, "squad2_en": 100}
"""Sets of ``evals/`` and how many questions of each; None for all."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Fall:
    """A measure that fell in one part of one set."""

    set_name: str
    part: str
    difference: Difference

    def __str__(self) -> str:
        """Say it in one line."""
        measure = MEASURES[self.difference.code]
        found = self.difference
        worse = f"; worse: {', '.join(found.worse)}" if found.worse else ""
        return (
            f"{self.set_name}, {part_name(self.part).english}: {measure.english} "
            f"{shown(found.old, measure)} -> {shown(found.new, measure)} "
            f"(difference {interval(found.low, found.high, measure, signed=True)}{worse})"
        )


def falls(set_name: str, differences: Mapping[str, Mapping[str, Difference]]) -> list[Fall]:
    """Return the measures whose whole interval lies on the worse side."""
    return [
        Fall(set_name, part, found)
        for part, by_code in differences.items()
        for code, found in by_code.items()
        if MEASURES[code].group is not Group.COST
        and MEASURES[code].better
        and max(found.low * MEASURES[code].better, found.high * MEASURES[code].better) < 0
    ]


def baseline_of(evaluations: Mapping[str, Evaluation]) -> dict[str, Any]:
    """Return what is recorded: a row for each question without its costs, and the figures."""
    return {
        "format": FORMAT,
        "sets": {
            name: {
                "digest": evaluation.digest,
                "version": evaluation.system["version"],
                "summary": {
                    part: {"all": _judged(groups["all"])}
                    for part, groups in summary_to_dict(evaluation.summary).items()
                },
                "rows": [_recorded(row) for row in evaluation.rows],
            }
            for name, evaluation in evaluations.items()
        },
    }


def _judged(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {code: v for code, v in figures.items() if MEASURES[code].group is not Group.COST}


def _recorded(row: Row) -> dict[str, Any]:
    return _without_words(row).to_dict()


def _without_words(row: Row) -> Row:
    """Return the row with a digest for the words of the question, and without its costs."""
    return replace(row, question=digest_of(row.question), amounts={})


def read_baseline(path: Path) -> dict[str, tuple[str, list[Row]]]:
    """Return ``(digest of the set, rows)`` by the name of the set."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise ValueError(f"format {values['format']}")
        return {
            name: (recorded["digest"], [Row.from_dict(row) for row in recorded["rows"]])
            for name, recorded in values["sets"].items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(
            f"The baseline {path} cannot be used ({error}); record it with "
            "python -m rag.evaluation.gate --record.",
            f"基线 {path} 不能使用（{error}）；请用 python -m rag.evaluation.gate --record 记录。",
        ) from error


def judge(
    evaluations: Mapping[str, Evaluation], baseline: Mapping[str, tuple[str, Sequence[Row]]]
) -> list[Fall]:
    """Return every measure that fell below the baseline by more than its noise.

    Raises :class:`EvaluationError` where a set is not the one the baseline was recorded on.
    """
    fallen: list[Fall] = []
    for name, evaluation in evaluations.items():
        digest, rows = baseline.get(name, ("", ()))
        if digest != evaluation.digest:
            raise EvaluationError(
                f"The set {name} is not the one of the baseline; record it anew with "
                "python -m rag.evaluation.gate --record.",
                f"题集 {name} 与基线所用的不同；请用 "
                "python -m rag.evaluation.gate --record 重新记录。",
            )
        fallen += falls(
            name, compare(rows, [_without_words(row) for row in evaluation.rows], level=LEVEL)
        )
    return fallen


def evaluate_sample(
    folder: Path, *, say: Callable[[str], None] | None = None
) -> dict[str, Evaluation]:
    """Evaluate the fixed sample of the sets in ``folder`` with default settings."""
    from rag.evaluation.evaluating import evaluate
    from rag.settings import Settings

    evaluations = {}
    for name, limit in SAMPLE.items():
        evaluations[name] = evaluate(folder / name, settings=Settings(), limit=limit)
        if say:
            say(name)
    return evaluations


@click.command(help=__doc__)
@click.option(
    "--evals",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("evals"),
    help="The folder of the shipped sets (default: evals).",
)
@click.option("--record", is_flag=True, help="Write the baseline anew.")
def main(folder: Path, record: bool) -> None:
    """Run the gate; exit with 1 where a measure fell, with an error's own code where one came."""
    try:
        fallen = run(folder, record=record)
    except RagError as error:
        click.echo(str(error), err=True)
        raise SystemExit(error.exit_code) from error
    for fall in fallen:
        click.echo(str(fall))
    if not record:
        click.echo("gate: passed" if not fallen else f"gate: {len(fallen)} measures fell")
    raise SystemExit(1 if fallen else 0)


def run(folder: Path, *, record: bool = False) -> list[Fall]:
    """Evaluate the sample and return what fell; with ``record`` write the baseline instead."""
    path = folder / "baseline.json"
    before = {} if record else read_baseline(path)
    evaluations = evaluate_sample(folder, say=lambda name: click.echo(f"{name}: done", err=True))
    if record:
        text = json.dumps(baseline_of(evaluations), ensure_ascii=False, separators=(",", ":"))
        path.write_text(text.replace('{"key"', '\n{"key"') + "\n", encoding="utf-8")
        click.echo(f"recorded {path}", err=True)
        return []
    return judge(evaluations, before)


if __name__ == "__main__":
    main()
