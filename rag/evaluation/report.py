"""Write an evaluation as one self-contained HTML page, in Chinese and English."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rag import saying
from rag.evaluation.cases import Case, Fault, ShownPassage
from rag.evaluation.comparing import Difference
from rag.evaluation.intervals import Estimate
from rag.evaluation.measures import MEASURES, Group, Measure
from rag.evaluation.observation import Row
from rag.evaluation.plots import Words, interval_bar
from rag.evaluation.presenting import (
    ARROWS,
    breakdowns,
    headline,
    interval,
    kind_name,
    part_name,
    shown,
    words_of,
)
from rag.evaluation.report_plots import confidence_plots
from rag.evaluation.result import Evaluation
from rag.evaluation.sets import MAIN
from rag.evaluation.summary import ALL

_GROUPS = {
    Group.RETRIEVAL: Words("检索", "retrieval"),
    Group.ANSWER: Words("回答", "answers"),
    Group.WHOLE: Words("完整回答", "whole answers"),
    Group.CITATIONS: Words("引用", "citations"),
    Group.DECLINING: Words("拒答", "declining"),
    Group.CONVERSATION: Words("对话", "conversation"),
    Group.REWRITING: Words("追问改写", "rewriting"),
    Group.ROBUSTNESS: Words("稳健性", "robustness"),
    Group.CHECKER: Words("核查器", "checker"),
    Group.COST: Words("开销", "cost"),
}

_FAULTS = {
    Fault.WRONG: Words("答错", "wrong"),
    Fault.MADE_UP: Words("应拒未拒", "should have declined"),
    Fault.DECLINED: Words("误拒", "declined"),
}

_METHOD = (
    Words(
        "所有数字离线计算，不用大模型评判；同样的代码、题集与种子得到同样的数字（时间除外）。",
        "Every figure is computed offline, without a language model as judge; the same code, set "
        "and seed give the same figures (times apart).",
    ),
    Words(
        "区间为 95% 自助法百分位区间，按文档成簇重抽样（同一文档的问题一起抽取；"
        "不足十个文档时逐题抽取）；比例恰为 0% 或 "
        "100% 时给出 Wilson 区间。",
        "Intervals are 95% percentile bootstrap intervals, resampled by document (questions about "
        "one document are drawn together; one by one below ten documents); a share of exactly "
        "0% or 100% gets Wilson's interval.",
    ),
    Words(
        "比较答案前统一为 NFKC、小写、简体，并去掉标点、符号和空格；答案不得从文本中更长的数字或"
        "拉丁单词内部截取。",
        "Answers are compared after NFKC, lower case, simplified characters, and without "
        "punctuation, symbols and spaces; a match may not begin or end inside a longer number or "
        "Latin word.",
    ),
    Words(
        "总表只含 questions.jsonl；变体、对话与核查器另列。",
        "The headline is about questions.jsonl; variants, conversations and the checker are "
        "listed apart.",
    ),
)


def write_report(
    evaluation: Evaluation,
    path: Path | str,
    *,
    comparison: Mapping[str, Mapping[str, Difference]] | None = None,
    chinese: bool = True,
) -> None:
    """Write the page to ``path``; ``chinese`` is the language shown first."""
    Path(path).write_text(
        report_page(evaluation, comparison=comparison, chinese=chinese), encoding="utf-8"
    )


def report_page(
    evaluation: Evaluation,
    *,
    comparison: Mapping[str, Mapping[str, Difference]] | None = None,
    chinese: bool = True,
) -> str:
    """Return the page. All text is escaped by the template; plots are our own markup."""
    environment = Environment(
        loader=PackageLoader("rag.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    main = [row for row in evaluation.rows if row.part == MAIN]
    return environment.get_template("report.html.j2").render(
        chinese=chinese,
        name=evaluation.name,
        style=Markup(style),  # noqa: S704 - our own file
        about=_about(evaluation),
        warnings=evaluation.warnings,
        lead=_lead(evaluation),
        headline=[_line(m, e) for m, e in headline(evaluation.summary)],
        comparison=_comparison(comparison or {}),
        plots=confidence_plots(main),
        breakdowns=breakdowns(evaluation.summary, _counts(evaluation.rows)),
        cost=_cost(evaluation),
        everything=_everything(evaluation),
        cases=[_case(case) for case in evaluation.cases],
        method=_METHOD,
    )


def _about(evaluation: Evaluation) -> list[dict[str, Any]]:
    system, counts = evaluation.system, evaluation.counts
    limit = evaluation.options.get("limit")
    items = [
        (Words("后端", "backend"), system.get("backend", "–")),
        (Words("版本", "version"), f"{system['version']} ({system['code']})"),
        (Words("嵌入模型", "embedding model"), system["settings"]["embedding_model"]),
        (Words("文档", "documents"), counts["documents"]),
        (Words("问题", "questions"), counts["questions"] + counts["variants"] + counts["turns"]),
        (Words("种子", "seed"), evaluation.options["seed"]),
        (Words("题集摘要", "digest of the set"), evaluation.digest[:12]),
    ]
    if limit is not None:
        items.append((Words("抽样", "sample"), limit))
    return [{"label": label, "value": value} for label, value in items]


def _lead(evaluation: Evaluation) -> Markup:
    """Return the result in one sentence for each language; empty without the needed figures."""
    found = evaluation.summary.get(MAIN, {}).get(ALL, {})
    chinese, english = [], []
    phrases = (
        ("recall@1", "检索首个文档正确 <b>{}</b>", "the right document comes first for <b>{}</b>"),
        ("contains", "可回答问题答对 <b>{}</b>", "<b>{}</b> of the answerable are answered right"),
        ("citation_precision", "引用正确 <b>{}</b>", "<b>{}</b> of the citations are right"),
        ("declined", "不可回答的问题拒答 <b>{}</b>", "<b>{}</b> of the unanswerable are declined"),
        ("answerable_declined", "误拒 <b>{}</b>", "at a loss of <b>{}</b> of the answerable"),
    )
    for code, words, phrase in phrases:
        if code in found:
            value = shown(found[code].value, MEASURES[code])
            chinese.append(Markup(words).format(value))  # noqa: S704 - our own words
            english.append(Markup(phrase).format(value))  # noqa: S704 - our own words
    if not chinese:
        return Markup("")
    both = '<span class="zh" lang="zh">{}。</span><span class="en" lang="en">{}.</span>'
    return Markup(both).format(  # noqa: S704 - our own words
        Markup("，").join(chinese), Markup(", ").join(english)
    )


def _line(measure: Measure, estimate: Estimate) -> dict[str, Any]:
    inside = measure.unit in ("share", "score")
    bar = interval_bar(estimate.value, estimate.low, estimate.high) if inside else ""
    return {
        "name": words_of(measure),
        "meaning": Words(measure.meaning_chinese, measure.meaning),
        "arrow": ARROWS[measure.better],
        "value": shown(estimate.value, measure) + _unit(measure),
        "bar": Markup(bar),  # noqa: S704 - made of numbers
        "interval": interval(estimate.low, estimate.high, measure),
        "count": estimate.count,
    }


def _unit(measure: Measure) -> str:
    return f" {measure.unit}" if measure.unit in ("ms", "MB") else ""


def _comparison(
    differences: Mapping[str, Mapping[str, Difference]],
) -> list[dict[str, Any]]:
    parts = []
    for part, by_code in differences.items():
        moved = [
            (MEASURES[code], found)
            for code, found in by_code.items()
            if (found.difference or found.better or found.worse)
            and (MEASURES[code].group is not Group.COST or MEASURES[code].headline)
        ]
        lines = [_compared(measure, found) for measure, found in moved]
        parts.append({"name": part_name(part), "lines": lines, "same": len(by_code) - len(lines)})
    return parts


def _compared(measure: Measure, found: Difference) -> dict[str, Any]:
    sure = found.low > 0 or found.high < 0
    style = "up" if found.difference * measure.better > 0 else "down"
    tested = not math.isnan(found.p)
    return {
        "name": words_of(measure),
        "old": shown(found.old, measure),
        "new": shown(found.new, measure),
        "difference": shown(found.difference, measure, signed=True),
        "style": style if sure and measure.better else "",
        "interval": interval(found.low, found.high, measure, signed=True),
        "changed": f"{len(found.better)} / {len(found.worse)}" if tested else "",
        "p": f"{found.p:.3f}" if tested else "",
        "better": found.better,
        "worse": found.worse,
    }


def _counts(rows: Sequence[Row]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for group in (ALL, f"kind:{row.kind}", f"qtype:{row.qtype}"):
            counts[row.part, group] = counts.get((row.part, group), 0) + 1
    return counts


def _cost(evaluation: Evaluation) -> dict[str, Any]:
    found = evaluation.summary.get(MAIN, {}).get(ALL, {})
    stages = (
        ("search", Words("检索", "search")),
        ("answer", Words("回答", "answer")),
        ("total", Words("合计", "total")),
    )
    columns = [(clock, percent) for clock in ("cpu", "wall") for percent in (50, 95)]
    if "cpu_total_p50" not in found:
        return {}
    notes = [
        {
            "label": Words("峰值内存", "peak memory"),
            "value": f"{evaluation.system.get('peak_memory_mb', 0):.0f} MB",
        }
    ]
    if found.get("tokens") is not None and found["tokens"].value:
        notes.append(
            {
                "label": Words("每个问题的词元", "tokens a question"),
                "value": f"{found['tokens'].value:.0f}",
            }
        )
    return {
        "heads": [
            Words(
                f"{'CPU' if clock == 'cpu' else '墙钟'} p{percent}（毫秒）",
                f"{clock} p{percent} (ms)",
            )
            for clock, percent in columns
        ],
        "rows": [
            {
                "name": name,
                "cells": [
                    shown(
                        found[f"{clock}_{stage}_p{percent}"].value,
                        MEASURES[f"{clock}_{stage}_p{percent}"],
                    )
                    for clock, percent in columns
                ],
            }
            for stage, name in stages
        ],
        "notes": notes,
    }


def _everything(evaluation: Evaluation) -> list[dict[str, Any]]:
    parts = []
    for part, groups in evaluation.summary.items():
        for group, name in _GROUPS.items():
            lines = [
                _line(MEASURES[code], estimate)
                for code, estimate in groups[ALL].items()
                if MEASURES[code].group is group
            ]
            if lines and group is not Group.COST:
                parts.append({"name": part_name(part), "group": name, "lines": lines})
    return parts


def _case(case: Case) -> dict[str, Any]:
    return {
        "key": case.key,
        "fault": str(case.fault),
        "fault_name": _FAULTS[case.fault],
        "kind": kind_name(case.kind),
        "where": case.where,
        "question": case.question,
        "standalone": case.standalone,
        "wanted": case.wanted,
        "note": case.note,
        "answer": case.answer,
        "short": case.short,
        "confidence": f"{case.confidence:.2f}",
        "verdicts": [_verdict(verdict) for verdict in case.verdicts],
        "passages": [_passage(passage) for passage in case.passages],
        "missing": [_passage(passage) for passage in case.missing_gold],
    }


def _verdict(verdict: str) -> Words:
    return Words(*(saying.said("verdict", verdict, language) for language in ("zh", "en")))


def _passage(passage: ShownPassage) -> dict[str, Any]:
    cuts = sorted(
        {
            0,
            len(passage.text),
            *(place for span in passage.marks + passage.quotes for place in span),
        }
    )
    pieces = [
        (passage.text[start:end], _covered(passage.marks, start), _covered(passage.quotes, start))
        for start, end in pairwise(cuts)
    ]
    return {
        "rank": passage.rank,
        "document": passage.document,
        "gold": passage.gold,
        "cited": passage.cited,
        "pieces": pieces,
    }


def _covered(spans: Sequence[tuple[int, int]], place: int) -> bool:
    return any(start <= place < end for start, end in spans)
