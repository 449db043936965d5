"""The table of measures: what each is called, what it means, and which way is better."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Group(StrEnum):
    """What a measure is about; the sections of the report."""

    RETRIEVAL = "retrieval"
    ANSWER = "answer"
    WHOLE = "whole"
    CITATIONS = "citations"
    DECLINING = "declining"
    CONVERSATION = "conversation"
    REWRITING = "rewriting"
    ROBUSTNESS = "robustness"
    CHECKER = "checker"
    COST = "cost"


class Form(StrEnum):
    """How a measure is computed from the rows of the questions.

    ``RATIO``: the sum of one value over the sum of another (a mean where the other is 1).
    ``CURVE``: a statistic of confidence and outcome over all questions.
    ``QUANTILE``: a quantile of one value.
    """

    RATIO = "ratio"
    CURVE = "curve"
    QUANTILE = "quantile"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``better`` is 1 where more is better, -1 where less is, 0 where neither.

    ``unit`` is ``"share"`` (0 to 1, shown in %), ``"score"`` (0 to 1), ``"characters"``,
    ``"ms"``, ``"MB"`` or ``"tokens"``. ``meaning`` says in one line how it is defined.
    """

    code: str
    group: Group
    english: str
    chinese: str
    meaning: str
    meaning_chinese: str
    better: int = 1
    unit: str = "share"
    form: Form = Form.RATIO
    headline: bool = False
    quantile: tuple[str, float] = ("", 0.0)


def _quantiles() -> list[Measure]:
    stages = {
        "total": ("whole question", "整个问题"),
        "search": ("search", "检索"),
        "answer": ("answer", "回答"),
    }
    clocks = {
        "cpu": ("CPU time", "CPU 时间", "CPU ms of the process", "进程的 CPU 毫秒"),
        "wall": ("wall time", "墙钟时间", "wall ms", "墙钟毫秒"),
    }
    return [
        Measure(
            f"{clock}_{stage}_p{percent}",
            Group.COST,
            f"{name}, {stages[stage][0]}, p{percent}",
            f"{chinese}，{stages[stage][1]}，p{percent}",
            f"{percent}th percentile of the {meaning} a question takes in this stage",
            f"每个问题在该阶段所用{meaning_chinese}的第 {percent} 百分位",
            better=-1,
            unit="ms",
            form=Form.QUANTILE,
            headline=clock == "cpu" and stage == "total",
            quantile=(f"{clock}_{stage}", percent / 100),
        )
        for clock, (name, chinese, meaning, meaning_chinese) in clocks.items()
        for stage in stages
        for percent in (50, 95)
    ] + [
        Measure(
            f"{code}_p{percent}",
            Group.WHOLE,
            f"length of {english}, p{percent}",
            f"{chinese}长度，p{percent}",
            f"{percent}th percentile of the characters of {english}",
            f"{chinese}字符数的第 {percent} 百分位",
            better=0,
            unit="characters",
            form=Form.QUANTILE,
            quantile=(code, percent / 100),
        )
        for code, english, chinese in (
            ("length", "the answers", "回答"),
            ("evidence_length", "the evidence", "证据"),
        )
        for percent in (50, 90)
    ]


def _read() -> dict[str, Measure]:
    text = Path(__file__).with_name("measures.toml").read_text(encoding="utf-8")
    table = [
        Measure(
            code=code,
            **{
                **values,
                "group": Group(values["group"]),
                "form": Form(values.get("form", "ratio")),
            },
        )
        for code, values in tomllib.loads(text).items()
    ]
    return {measure.code: measure for measure in [*table, *_quantiles()]}


MEASURES: dict[str, Measure] = _read()
"""Every measure by its code, in the order of the report."""
