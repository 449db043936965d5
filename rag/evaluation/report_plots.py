"""The plots of the report and what they say, made from the rows of the questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from rag.evaluation.confidence import calibration, risk_coverage
from rag.evaluation.observation import Row
from rag.evaluation.plots import Words, histogram_plot, reliability_plot, risk_coverage_plot
from rag.records import Outcome


def confidence_plots(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return ``title``, ``meaning`` and ``svg`` of each plot; none for no rows."""
    if not rows:
        return []
    confidence = np.array([row.confidence for row in rows])
    right = np.array([row.right for row in rows])
    ones = np.ones(len(rows))
    answered = [row for row in rows if row.outcome != Outcome.DECLINED]
    wrong = sum(not row.right for row in answered) / max(1, len(answered))
    curve = risk_coverage(confidence, right, ones)
    bins = calibration(confidence, right, ones)
    full = bins.count > 0
    drawn = (
        (
            Words("风险与覆盖率", "Risk and coverage"),
            Words(
                "只回答最有把握的一部分时，其中答错的比例；虚线部分为现在拒答的问题。",
                "Share of wrong answers if only the most confident part were answered; dashed "
                "where the bot now declines.",
            ),
            risk_coverage_plot(
                list(zip(curve.coverage.tolist(), curve.risk.tolist(), strict=True)),
                len(answered) / len(rows),
                wrong,
            ),
        ),
        (
            Words("可靠性", "Reliability"),
            Words(
                "置信度为 0.8 的回答应有八成正确：越靠近虚线越好，圆点大小表示问题数。",
                "Of answers given with confidence 0.8 eight in ten should be right: the nearer the "
                "diagonal the better; dots grow with the number of questions.",
            ),
            reliability_plot(
                list(
                    zip(
                        bins.confidence[full].tolist(),
                        bins.share[full].tolist(),
                        bins.count[full].tolist(),
                        strict=True,
                    )
                )
            ),
        ),
        (
            Words("置信度分布", "Spread of the confidence"),
            Words(
                "两类问题分得越开，拒答越可靠。",
                "The further the two kinds stand apart, the surer the declining.",
            ),
            histogram_plot(
                [row.confidence for row in rows if row.answerable],
                [row.confidence for row in rows if not row.answerable],
            ),
        ),
    )
    return [
        {"title": title, "meaning": meaning, "svg": Markup(svg)}  # noqa: S704 - our own
        for title, meaning, svg in drawn
    ]
