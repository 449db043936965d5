"""The gate itself: the fixed sample of the shipped sets against the recorded baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation.gate import evaluate_sample, judge, read_baseline


@pytest.mark.slow
def test_no_measure_fell_below_the_recorded_baseline(repository: Path) -> None:
    baseline = read_baseline(repository / "evals" / "baseline.json")
    fallen = judge(evaluate_sample(repository / "evals"), baseline)
    assert not fallen, "\n".join(map(str, fallen))
