"""The tables of ``rag eval`` at the terminal."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from rag.evaluation.comparing import Difference
from rag.evaluation.measures import MEASURES, Group, Measure
from rag.evaluation.presenting import headline, interval, kind_name, part_name, shown
from rag.evaluation.result import Evaluation
from rag.evaluation.review import Judged, Judgement, right_share, tally
from rag.evaluation.sets import MAIN
from rag.evaluation.summary import ALL
from rag.evaluation.together import COLUMNS, FOLLOW_UPS, WRITTEN_OUT, groups_of

if TYPE_CHECKING:
    from rich.table import Table

_WIDTH, _WIDE = 120, 200
"""Columns of the tables where there is no terminal that has a width of its own."""

_LINES = {ALL: "全部", FOLLOW_UPS: "追问", WRITTEN_OUT: "追问（写全）"}


def print_tables(
    evaluations: Sequence[Evaluation],
    comparison: Mapping[str, Mapping[str, Difference]] | None,
    *,
    seed: int,
    chinese: bool,
) -> None:
    """Print the headline of each evaluation, one table for all sets over files, the comparison."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    terminal = console.is_terminal
    console.width = console.width if terminal else _WIDTH
    filed = [found for found in evaluations if _over_files(found)]
    for evaluation in evaluations:
        for warning in evaluation.warnings:
            told = warning.chinese if chinese else warning.english
            click.echo(f"⚠ {evaluation.name}: {told}", err=True)
        if evaluation not in filed:
            console.print(_headline_table(evaluation, chinese=chinese))
    for part, differences in (comparison or {}).items():
        table = _comparison_table(part, differences, chinese=chinese)
        console.print(table if table.row_count else table.title)
    if filed:
        console.width = console.width if terminal else _WIDE
        console.print(_whole_table(filed, seed=seed, chinese=chinese))


_JUDGED = {
    Judgement.RIGHT: ("right", "对"),
    Judgement.PARTLY: ("partly", "部分对"),
    Judgement.WRONG: ("wrong", "错"),
    Judgement.WRONGLY_DECLINED: ("wrongly declined", "误拒"),
    Judgement.RIGHTLY_DECLINED: ("rightly declined", "正确拒答"),
}


def print_judged(judged: Sequence[Judged], *, chinese: bool) -> None:
    """Print how many answers were judged what, by set and kind."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    console.width = console.width if console.is_terminal else _WIDTH
    names = tuple(words[chinese] for words in _JUDGED.values())
    heads = ("题集 / 类型", "n", *names, "满意") if chinese else ("set / kind", "n", *names, "good")
    table = _table("评判" if chinese else "judged by reading", heads)
    for group, counts in tally(judged).items():
        name = group.partition(":")[2] or group
        if chinese:
            name = _LINES.get(name, kind_name(name).chinese)
        cells = [str(counts[judgement]) for judgement in _JUDGED]
        table.add_row(name, str(counts.total()), *cells, f"{right_share(counts):.2f}")
    console.print(table)


def _over_files(evaluation: Evaluation) -> bool:
    return "evidence_whole" in evaluation.summary.get(MAIN, {}).get(ALL, {})


def _whole_table(evaluations: Sequence[Evaluation], *, seed: int, chinese: bool) -> Table:
    """Return one line for all questions, for each set, for follow-ups and for each kind."""
    groups = groups_of(evaluations, seed=seed, resamples=1)
    codes = [
        column for column in COLUMNS if any(column[0] in figures for _, figures in groups.values())
    ]
    names = " + ".join(found.name for found in evaluations)
    heads = tuple(column[2] if chinese else column[1] for column in codes)
    table = _table(names, ("题集 / 类型" if chinese else "set / kind", "n", *heads))
    after = [*list(groups)[1:], ""]
    for (name, (count, figures)), following in zip(groups.items(), after, strict=True):
        prefix, _, rest = name.rpartition(":")
        if prefix == "kind" and chinese:
            line = kind_name(rest).chinese
        else:
            line = rest or name
            line = _LINES.get(line, line) if chinese else line
        cells = [
            _cell(MEASURES[code], figures[code].value) if code in figures else ""
            for code, *_ in codes
        ]
        last = prefix != "kind" and following.startswith("kind:")
        table.add_row(line, str(count), *cells, end_section=last)
    return table


def _cell(measure: Measure, value: float) -> str:
    return f"{value:.2f}" if measure.unit in ("share", "score") else f"{value:.0f}"


def _table(title: str, heads: tuple[str, ...]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", no_wrap=number > 0)
    return table


def _headline_table(evaluation: Evaluation, *, chinese: bool) -> Table:
    heads = ("指标", "数值", "95% 区间", "n") if chinese else ("measure", "value", "95 %", "n")
    table = _table(evaluation.name, heads)
    for measure, estimate in headline(evaluation.summary):
        table.add_row(
            measure.chinese if chinese else measure.english,
            shown(estimate.value, measure),
            interval(estimate.low, estimate.high, measure),
            str(estimate.count),
        )
    return table


def _comparison_table(part: str, found: Mapping[str, Difference], *, chinese: bool) -> Table:
    """Return the measures that moved; costs only where they belong to the headline."""
    heads = (
        ("指标", "先前", "现在", "差值", "95% 区间", "变好/变差", "p")
        if chinese
        else ("measure", "before", "now", "difference", "95 %", "better/worse", "p")
    )
    moved = [
        (MEASURES[code], difference)
        for code, difference in found.items()
        if (difference.difference or difference.better or difference.worse)
        and (MEASURES[code].group is not Group.COST or MEASURES[code].headline)
    ]
    name = part_name(part)
    same = len(found) - len(moved)
    title = (
        f"{name.chinese}（另有 {same} 项未变）" if chinese else f"{name.english} ({same} unchanged)"
    )
    table = _table(title, heads)
    for measure, difference in moved:
        tested = not math.isnan(difference.p)
        table.add_row(
            measure.chinese if chinese else measure.english,
            shown(difference.old, measure),
            shown(difference.new, measure),
            shown(difference.difference, measure, signed=True),
            interval(difference.low, difference.high, measure, signed=True),
            f"{len(difference.better)}/{len(difference.worse)}" if tested else "",
            f"{difference.p:.3f}" if tested else "",
        )
    return table
