"""Figures as a reader sees them, on the page and at the terminal: percent, intervals, tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rag.evaluation.intervals import Estimate
from rag.evaluation.measures import MEASURES, Measure
from rag.evaluation.plots import Words
from rag.evaluation.sets import CHECKER, CONVERSATIONS, MAIN, REWRITES, STANDALONE
from rag.evaluation.summary import ALL, Figures

ARROWS = {1: "↑", -1: "↓", 0: ""}
"""Which way is better."""

_COLUMNS = {
    "answering": (
        "recall@1", "recall@5", "contains", "short_exact", "short_f1", "citation_precision",
        "declined", "answerable_declined", "auroc",
    ),
    CONVERSATIONS: (
        "turn_contains", "turn_recall@1", "turn_declined", "standalone_f1", "standalone_same",
        "supported",
    ),
    CHECKER: ("check_recall", "check_caught"),
}  # fmt: skip

_PART_NAMES = {
    MAIN: Words("问题", "questions"),
    CONVERSATIONS: Words("对话", "conversations"),
    CHECKER: Words("引用核查器", "citation checker"),
    REWRITES: Words("追问改写", "follow-ups rewritten"),
    STANDALONE: Words("追问（写全）", "follow-ups written out"),
}


_KINDS = {
    ALL: "全部", "span": "片段", "fact": "事实", "date": "日期", "number": "数字", "list": "列举",
    "definition": "定义", "who_said": "谁说的", "synthesis": "综合", "paraphrase": "改述",
    "typo": "错别字", "traditional": "繁体", "english": "英文", "search_query": "搜索词",
    "query_traditional": "繁体提问", "query_simplified": "简体提问", "query_english": "英文提问",
    "unanswerable_plausible": "不可回答：看似合理", "unanswerable_off_topic": "不可回答：无关",
    "unanswerable_false_premise": "不可回答：错误前提", "unanswerable_far": "不可回答：他处的问题",
    "unanswerable_hard": "不可回答：用词相近", "unanswerable_near": "不可回答：同文缺段",
    "unanswerable_adversarial": "不可回答：刻意设计", "pronoun": "代词", "ellipsis": "省略",
    "who": "谁", "what": "什么", "when": "何时", "where": "何地", "why": "为何", "how": "如何",
    "verbatim": "真：原句", "clause": "真：原句的分句", "shortened": "真：删去一个分句",
    "other_script": "真：简繁转换", "number_form": "真：数字换写法", "statement": "真：改成陈述句",
    "changed_number": "伪：改数字", "changed_date": "伪：改日期", "exchange": "伪：两数互换",
    "name": "伪：换名称", "negation": "伪：加否定",
    "wrong_statement": "伪：陈述句换答案", "wrong_passage": "伪：引错段落",
    "yesno": "是非", "howmuch": "多少", "howlong": "多久", "howto": "怎么做", "steps": "步骤",
    "conditions": "条件", "table": "表格", "code": "代码命令", "comparison": "比较",
    "twopart": "两问", "followup": "追问", "case": "案例", "which": "哪个", "single": "单问",
    "supported": "真句", "falsified": "伪句",
}  # fmt: skip


def words_of(measure: Measure) -> Words:
    """Return the name of a measure."""
    return Words(measure.chinese, measure.english)


def part_name(part: str) -> Words:
    """Return the name of a part of a set."""
    stem = part.removeprefix("variants_")
    return _PART_NAMES.get(part, Words(f"变体：{stem}", f"variants: {stem}"))


def shown(value: float, measure: Measure, *, signed: bool = False) -> str:
    """Return a figure of a measure in its unit, ``"–"`` for nan."""
    if math.isnan(value):
        return "–"
    sign = "+" if signed and value > 0 else ""
    if measure.unit == "share":
        return f"{sign}{100 * value:.1f}%"
    if measure.unit == "score":
        return f"{sign}{value:.3f}"
    return f"{sign}{value:.0f}" if abs(value) >= 10 else f"{sign}{value:.1f}"


def interval(low: float, high: float, measure: Measure, *, signed: bool = False) -> str:
    """Return an interval in the unit of the measure."""
    if math.isnan(low):
        return "–"
    first, last = (shown(bound, measure, signed=signed) for bound in (low, high))
    first = first.removesuffix("%")
    return f"[{first}, {last.removesuffix('%')}]" if signed else f"{first}–{last}"


def headline(summary: Mapping[str, Mapping[str, Figures]]) -> list[tuple[Measure, Estimate]]:
    """Return the headline measures a set has something for, in the order of the table."""
    chosen = []
    for measure in MEASURES.values():
        if not measure.headline:
            continue
        for groups in _in_order(summary):
            estimate = groups[ALL].get(measure.code)
            if estimate is not None:
                chosen.append((measure, estimate))
                break
    return chosen


def _in_order(summary: Mapping[str, Mapping[str, Figures]]) -> list[Mapping[str, Figures]]:
    """Return the parts with the questions first: the headline is about them where it can be."""
    return [summary[part] for part in sorted(summary, key=lambda part: part != MAIN)]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a table by kind. ``colour`` is a CSS colour, empty for none."""

    value: str = ""
    interval: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One kind: its name, its number of questions, its figures."""

    name: Words
    count: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table of kinds against measures."""

    title: Words
    columns: tuple[Words, ...]
    rows: tuple[BreakdownRow, ...]


def breakdowns(
    summary: Mapping[str, Mapping[str, Figures]], counts: Mapping[tuple[str, str], int]
) -> list[Breakdown]:
    """Return a table for each part by kind, and for the questions by type too.

    ``counts[part, group]`` is the number of questions of a group.
    """
    tables = []
    for part, groups in summary.items():
        codes = _COLUMNS.get(part, _COLUMNS["answering"])
        for prefix, title in (
            ("kind:", Words("按类型", "by kind")),
            ("qtype:", Words("按所问内容", "by what is asked")),
        ):
            named = [ALL, *sorted(filter(_starting(prefix), groups), key=_answerable_first)]
            if len(named) < 2 or (prefix == "kind:" and part == REWRITES):
                continue
            kept = [code for code in codes if any(code in groups[group] for group in named)]
            if not kept:
                continue
            name = part_name(part)
            tables.append(
                Breakdown(
                    Words(f"{name.chinese} · {title.chinese}", f"{name.english} · {title.english}"),
                    tuple(words_of(MEASURES[code]) for code in kept),
                    tuple(
                        BreakdownRow(
                            kind_name(group.removeprefix(prefix)),
                            counts[part, group],
                            tuple(_cell(MEASURES[c], groups[group].get(c)) for c in kept),
                        )
                        for group in named
                    ),
                )
            )
    return tables


def kind_name(kind: str) -> Words:
    """Return what a kind or type of question is called; its own code where it is not known."""
    return Words(_KINDS.get(kind, kind), kind.replace("_", " "))


def _starting(prefix: str) -> Callable[[str], bool]:
    return lambda group: group.startswith(prefix)


def _answerable_first(group: str) -> tuple[bool, str]:
    return group.startswith("kind:unanswerable"), group


def _cell(measure: Measure, estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell()
    return Cell(
        shown(estimate.value, measure),
        interval(estimate.low, estimate.high, measure),
        _heat(estimate.value if measure.better > 0 else 1 - estimate.value),
    )


def _heat(goodness: float) -> str:
    """Return a pale colour from red (0) over white (0.5) to green (1)."""
    goodness = min(1.0, max(0.0, goodness))
    hue, strength = (152, goodness - 0.5) if goodness >= 0.5 else (8, 0.5 - goodness)
    return f"hsl({hue} 55% {100 - 22 * strength:.0f}%)"
