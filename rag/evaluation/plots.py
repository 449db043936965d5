"""Small SVG plots for the report, drawn by hand so that the page needs nothing but itself.

Every function returns a complete ``<svg>`` element. Words are given in both languages and
shown by the page's own language switch; colours come from the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 14, 46


@dataclass(frozen=True, slots=True)
class Words:
    """A label in Chinese and English."""

    chinese: str
    english: str

    def svg(self, x: float, y: float, *, anchor: str = "middle", style: str = "") -> str:
        """Return two text elements at one place, one for each language."""
        place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
        return "".join(
            f'<text {place} class="{name} {style}">{escape(text)}</text>'
            for name, text in (("zh", self.chinese), ("en", self.english))
        )


def _x(value: float) -> float:
    return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float, top: float = 1.0) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)


def _frame(title: Words, across: Words, up: Words, top: float, inside: Sequence[str]) -> str:
    lines = []
    for step in range(6):
        share = step / 5
        x, y = _x(share), _y(share * top, top)
        lines.append(
            f'<line class="grid" x1="{_x(0):.1f}" y1="{y:.1f}" x2="{_x(1):.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_x(0) - 7:.1f}" y="{y + 4:.1f}" text-anchor="end">'
            f"{_number(share * top)}</text>"
            f'<text class="tick" x="{x:.1f}" y="{_y(0) + 17:.1f}" text-anchor="middle">'
            f"{_number(share)}</text>"
        )
    middle = (_y(0) + _y(1)) / 2
    turned = f'<g transform="rotate(-90 14 {middle:.1f})">{up.svg(14, middle + 4)}</g>'
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title.english)}">'
        f"{''.join(lines)}{across.svg((_x(0) + _x(1)) / 2, _HEIGHT - 8)}{turned}"
        f"{''.join(inside)}</svg>"
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def _path(points: Points, top: float, style: str) -> str:
    drawn = " ".join(f"{_x(x):.2f},{_y(min(y, top), top):.2f}" for x, y in points)
    return f'<polyline class="{style}" points="{drawn}"/>'


def risk_coverage_plot(curve: Points, answered: float, risk: float) -> str:
    """Draw the risk over the coverage; ``answered`` and ``risk`` mark where the bot stands.

    Beyond ``answered`` the curve is dashed: there the bot declined.
    """
    top = _ceiling(max((y for _, y in curve), default=1.0))
    # A wiggle below 1 % of the coverage is the luck of single questions.
    shown = [(x, y) for x, y in curve if x >= 0.01] or list(curve)
    before = [point for point in shown if point[0] <= answered + 1e-9]
    after = before[-1:] + [point for point in shown if point[0] > answered + 1e-9]
    inside = [_path(before, top, "line"), _path(after, top, "line dashed")]
    if 0 < answered <= 1:
        inside.append(
            f'<circle class="dot" cx="{_x(answered):.1f}" cy="{_y(min(risk, top), top):.1f}" '
            'r="5"/>'
        )
        inside.append(
            Words(
                f"当前：作答 {answered:.0%}，其中错误 {risk:.1%}",
                f"now: answers {answered:.0%}, wrong {risk:.1%} of them",
            ).svg(_x(0) + 10, _TOP + 16, anchor="start", style="note")
        )
    title = Words("风险与覆盖率", "risk and coverage")
    return _frame(
        title,
        Words("覆盖率（最有把握的部分）", "coverage (most confident first)"),
        Words("错误回答的比例", "share of wrong answers"),
        top,
        inside,
    )


def _ceiling(value: float) -> float:
    return next((top for top in (0.1, 0.25, 0.5) if value <= top), 1.0)


def reliability_plot(bins: Sequence[tuple[float, float, float]]) -> str:
    """Draw the share that came true over the confidence; bins are (confidence, share, count)."""
    total = sum(count for _, _, count in bins) or 1.0
    inside = [_path([(0, 0), (1, 1)], 1.0, "diagonal")]
    inside.append(_path([(told, came) for told, came, _ in bins], 1.0, "line thin"))
    for told, came, count in bins:
        size = 3 + 11 * (count / total) ** 0.5
        inside.append(
            f'<circle class="bubble" cx="{_x(told):.1f}" cy="{_y(came):.1f}" r="{size:.1f}">'
            f"<title>{told:.2f} → {came:.2f} (n = {count:.0f})</title></circle>"
        )
    return _frame(
        Words("可靠性", "reliability"),
        Words("置信度（各区间平均）", "confidence (mean of each bin)"),
        Words("实际答对的比例", "share answered right"),
        1.0,
        inside,
    )


def histogram_plot(answerable: Sequence[float], unanswerable: Sequence[float]) -> str:
    """Draw how the confidences of answerable and unanswerable questions spread, 20 bins."""
    bins = 20
    shares = []
    for values in (answerable, unanswerable):
        counts = [0] * bins
        for value in values:
            counts[min(int(value * bins), bins - 1)] += 1
        shares.append([count / max(1, len(values)) for count in counts])
    top = _ceiling(max(max(share) for share in shares))
    inside = []
    width = (_x(1) - _x(0)) / bins
    for place, (share, style) in enumerate(zip(shares, ("good", "bad"), strict=True)):
        for number, value in enumerate(share):
            height = _y(0, top) - _y(value, top)
            if value:
                inside.append(
                    f'<rect class="{style}" x="{_x(number / bins) + place * width / 2:.2f}" '
                    f'y="{_y(value, top):.2f}" width="{width / 2 - 0.5:.2f}" '
                    f'height="{height:.2f}"/>'
                )
    legend = (
        ("good", Words(f"可回答（{len(answerable)}）", f"answerable ({len(answerable)})")),
        ("bad", Words(f"不可回答（{len(unanswerable)}）", f"unanswerable ({len(unanswerable)})")),
    )
    for number, (style, words) in enumerate(legend):
        y = _TOP + 14 + 18 * number
        inside.append(
            f'<rect class="{style}" x="{_x(0.32):.1f}" y="{y - 9}" width="10" height="10"/>'
        )
        inside.append(words.svg(_x(0.32) + 16, y, anchor="start", style="note"))
    return _frame(
        Words("置信度分布", "spread of the confidence"),
        Words("置信度", "confidence"),
        Words("问题的比例", "share of the questions"),
        top,
        inside,
    )


def interval_bar(value: float, low: float, high: float) -> str:
    """Draw a figure between 0 and 1 as a dot on a track, its interval as a band."""

    def at(share: float) -> float:
        return 4 + 152 * min(1.0, max(0.0, share))

    return (
        '<svg class="bar" viewBox="0 0 160 14" aria-hidden="true">'
        '<rect class="track" x="4" y="6" width="152" height="2" rx="1"/>'
        f'<rect class="band" x="{at(low):.1f}" y="4" '
        f'width="{max(1.0, at(high) - at(low)):.1f}" height="6" rx="3"/>'
        f'<circle class="dot" cx="{at(value):.1f}" cy="7" r="4"/></svg>'
    )
