"""Evaluate every open set found and rewrite the table in ``evals/README.md``.

``python -m rag.evaluation.open_sets`` takes the sets of ``../shared/evals`` where that folder
exists, else those shipped in ``evals/``; ``--results DIR`` keeps the JSON and the report of
each set.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import click

from rag.errors import EvaluationError, RagError
from rag.evaluation.evaluating import evaluate
from rag.evaluation.measures import MEASURES
from rag.evaluation.presenting import interval, part_name, shown
from rag.evaluation.report import write_report
from rag.evaluation.result import Evaluation, write_json
from rag.evaluation.sets import MAIN, REWRITES
from rag.evaluation.summary import ALL, Figures
from rag.settings import Settings

START, END = "<!-- table: begin -->", "<!-- table: end -->"
"""Markers in the README between which the table stands."""

_ORDER = ("seed", "cmrc2018", "drcd", "xquad_zh", "xquad_en", "squad2_en", "dureader_robust",
          "canard_en")  # fmt: skip

_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Retrieval and answers",
     ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "contains", "contains_answered",
      "short_exact", "short_f1", "sentence_f1", "length")),
    ("Citations and declining",
     ("citation_precision", "citation_recall", "support_precision", "support_recall",
      "offsets_valid", "supported", "declined", "decline_precision", "answerable_declined",
      "auroc", "declined_within", "aurc", "ece", "foreign_grounded")),
    ("Conversations, rewritten follow-ups, variants, false premises, the checker",
     ("turn_contains", "turn_recall@1", "turn_declined", "standalone_f1", "standalone_same",
      "rewrite_f1", "rewrite_exact", "rewrite_unchanged_f1", "variant_kept", "variant_found",
      "premise_handled", "premise_refuted", "check_precision", "check_recall", "check_caught")),
    ("Cost of a question",
     ("cpu_search_p50", "cpu_answer_p50", "cpu_total_p50", "cpu_total_p95", "wall_total_p50",
      "wall_total_p95")),
)  # fmt: skip


def found_sets(folder: Path) -> list[tuple[Path, tuple[Path, ...]]]:
    """Return ``(set, distractor files)`` for each set in the folder, in the usual order.

    The seed questions come a second time among the news, where these are there.
    """
    sets = [
        path
        for path in folder.iterdir()
        if any((path / name).is_file() for name in ("questions.jsonl", "rewrites.jsonl"))
    ]
    sets.sort(key=lambda path: (path.name not in _ORDER, _place(path.name), path.name))
    found: list[tuple[Path, tuple[Path, ...]]] = []
    news = folder / "news_distractors" / "corpus.jsonl"
    for path in sets:
        found.append((path, ()))
        if path.name == "seed" and news.is_file():
            found.append((path, (news,)))
    return found


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def table(evaluations: Sequence[Evaluation]) -> str:
    """Return the tables as Markdown: a row for each set and part, intervals in brackets."""
    blocks = []
    for title, codes in _TABLES:
        lines = []
        for evaluation in evaluations:
            for part, groups in evaluation.summary.items():
                cells = [_cell(code, groups[ALL]) for code in codes]
                if any(cells):
                    count = sum(row.part == part for row in evaluation.rows)
                    lines.append((_label(evaluation, part), count, cells))
        used = [place for place in range(len(codes)) if any(line[2][place] for line in lines)]
        if not used:
            continue
        heads = [MEASURES[codes[place]].english for place in used]
        rows = [
            " | ".join([label, str(count), *(cells[place] or "–" for place in used)])
            for label, count, cells in lines
        ]
        blocks.append(
            "\n".join(
                [
                    f"**{title}**\n",
                    f"| set | n | {' | '.join(heads)} |",
                    f"|---|---|{'---|' * len(heads)}",
                    *(f"| {row} |" for row in rows),
                ]
            )
        )
    return "\n\n".join(blocks)


def _label(evaluation: Evaluation, part: str) -> str:
    if part in (MAIN, REWRITES):
        return evaluation.name
    return f"{evaluation.name}: {part_name(part).english}"


def _cell(code: str, figures: Figures) -> str:
    estimate = figures.get(code)
    if estimate is None or math.isnan(estimate.value):
        return ""
    measure = MEASURES[code]
    bounds = interval(estimate.low, estimate.high, measure).replace("%", "")
    return f"{shown(estimate.value, measure).removesuffix('%')} ({bounds})"


def rewrite(readme: Path, text: str) -> None:
    """Put the text between the markers of the README; raises where they are missing."""
    old = readme.read_text(encoding="utf-8")
    before, start, rest = old.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise EvaluationError(
            f"{readme} lacks the lines {START} and {END}; put them where the table belongs.",
            f"{readme} 缺少 {START} 与 {END} 两行；请放在表格所在的位置。",
        )
    readme.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")


@click.command(help=__doc__)
@click.option(
    "--sets",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the sets (default: ../shared/evals, else evals).",
)
@click.option(
    "--readme",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=Path("evals/README.md"),
    help="The file whose table is rewritten.",
)
@click.option("--results", type=click.Path(path_type=Path), help="Keep JSON and reports here.")
@click.option("--limit", type=click.IntRange(min=1), help="Questions of each set, at most.")
@click.option("--only", multiple=True, metavar="SET", help="Only this set (may be given again).")
def main(
    folder: Path | None,
    readme: Path,
    results: Path | None,
    limit: int | None,
    only: tuple[str, ...],
) -> None:
    """Evaluate all sets and rewrite the table."""
    try:
        run(folder, readme, results, limit, only)
    except RagError as error:
        click.echo(str(error), err=True)
        raise SystemExit(error.exit_code) from error


def run(
    folder: Path | None,
    readme: Path,
    results: Path | None = None,
    limit: int | None = None,
    only: Sequence[str] = (),
) -> None:
    """Evaluate the sets of a folder; print the tables and, with none left out, rewrite them."""
    if folder is None:
        beside = Path("../shared/evals")
        folder = beside if beside.is_dir() else Path("evals")
    evaluations = []
    for path, distractors in found_sets(folder):
        if only and path.name not in only:
            continue
        evaluation = evaluate(path, settings=Settings(), distractors=distractors, limit=limit)
        evaluations.append(evaluation)
        click.echo(f"{evaluation.name}: done", err=True)
        if results:
            results.mkdir(parents=True, exist_ok=True)
            name = evaluation.name.replace(" + ", "+")
            write_json(evaluation, results / f"{name}.json")
            write_report(evaluation, results / f"{name}.html")
    text = table(evaluations)
    click.echo(text)
    if not only:
        sampled = f", {limit} questions of each" if limit else ""
        told = f"Sets of `{folder.name}`{sampled}; 95 % intervals in brackets; shares in %."
        rewrite(readme, f"{told}\n\n{text}")


if __name__ == "__main__":
    main()
