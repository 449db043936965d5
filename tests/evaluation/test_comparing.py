"""Paired comparison and the gate: who changed, by how much, and whether it is noise."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from rag.errors import EvaluationError
from rag.evaluation.comparing import compare
from rag.evaluation.gate import falls
from rag.evaluation.observation import Row
from rag.evaluation.summary import figures, summarise


def _rows(right: list[int], part: str = "questions", code: str = "contains") -> list[Row]:
    return [
        Row(
            key=f"{part}{n}", part=part, kind="span", qtype="what", cluster=f"d{n}",
            question=f"问{n}", values={code: (float(value), 1.0)}, confidence=n / len(right),
            answerable=n % 3 > 0, right=bool(value), outcome="answered",
            amounts={"cpu_total": float(n)},
        )
        for n, value in enumerate(right)
    ]  # fmt: skip


def test_nothing_changed() -> None:
    rows = _rows([1, 0] * 20)
    found = compare(rows, rows)["questions"]
    assert found["contains"].difference == 0
    assert (found["contains"].low, found["contains"].high) == (0, 0)
    assert found["contains"].p == 1
    assert found["auroc"].difference == 0
    assert math.isnan(found["auroc"].p)
    assert not falls("set", {"questions": found})


def test_who_changed_and_the_sign_test() -> None:
    old = _rows([1] * 30 + [0] * 10)
    new = _rows([1] * 22 + [0] * 8 + [1] * 2 + [0] * 8)
    found = compare(old, new)["questions"]["contains"]
    assert (found.old, found.new) == (0.75, 0.6)
    assert found.worse == tuple(f"questions{n}" for n in range(22, 30))
    assert found.better == ("questions30", "questions31")
    assert found.p == pytest.approx(binomtest(2, 10).pvalue)
    # The standard error of a mean of 8 times -1, 2 times +1 and 30 times 0.
    shift = np.array([-1] * 8 + [1] * 2 + [0] * 30)
    half = 1.96 * shift.std() / math.sqrt(40)
    assert found.low == pytest.approx(-0.15 - half, abs=0.03)
    assert found.high == pytest.approx(-0.15 + half, abs=0.03)


def test_less_can_be_better() -> None:
    old = _rows([1] * 10 + [0] * 30, code="answerable_declined")
    new = _rows([0] * 40, code="answerable_declined")
    found = compare(old, new)["questions"]["answerable_declined"]
    assert found.difference == -0.25
    assert len(found.better) == 10
    assert not falls("set", {"questions": {"answerable_declined": found}})
    back = compare(new, old)["questions"]["answerable_declined"]
    assert len(back.worse) == 10
    assert falls("set", {"questions": {"answerable_declined": back}})


def test_the_gate_forgives_noise_and_sees_a_fall() -> None:
    old = _rows([1] * 100)
    one_lost = compare(old, _rows([1] * 99 + [0]), level=0.99)
    assert not falls("set", one_lost)
    many_lost = compare(old, _rows([1] * 92 + [0] * 8), level=0.99)
    fallen = {fall.difference.code for fall in falls("set", many_lost)}
    assert "contains" in fallen
    told = next(str(f) for f in falls("set", many_lost) if f.difference.code == "contains")
    assert "gold answer in the text 100.0% -> 92.0%" in told
    assert "questions99" in told


def test_costs_are_no_matter_of_the_gate() -> None:
    old = _rows([1] * 40)
    slow = [replace(row, amounts={"cpu_total": 1e6}) for row in old]
    found = compare(old, slow)
    assert found["questions"]["cpu_total_p50"].difference > 0
    assert not falls("set", found)


def test_only_shared_questions_of_one_wording_are_compared() -> None:
    old = _rows([1] * 10)
    assert compare(old, _rows([0] * 20))["questions"]["contains"].count == 10
    with pytest.raises(EvaluationError, match="share no question"):
        compare(old, _rows([1] * 5, part="other"))
    changed = [replace(row, question="别的") for row in old]
    with pytest.raises(EvaluationError, match="reads differently"):
        compare(old, changed)


def test_claims_that_were_cut_elsewhere_are_left_out() -> None:
    old = _rows([1] * 10, part="checker", code="check_recall")
    new = [replace(old[0], question="别的"), *old[1:]]
    assert compare(old, new)["checker"]["check_recall"].count == 9


def test_a_value_rounded_on_disk_is_no_change() -> None:
    old = [replace(row, values={"short_f1": (2 / 3, 1.0)}) for row in _rows([1] * 6)]
    again = [Row.from_dict(row.to_dict()) for row in old]
    assert not compare(again, old)["questions"]["short_f1"].worse


def test_summary_breaks_down_by_kind_and_sets_unanswerable_kinds_against_the_answerable() -> None:
    rows = [
        replace(row, kind="span" if row.answerable else "unanswerable_far")
        for row in _rows([1, 1, 0] * 10)
    ]
    found = summarise(rows, resamples=200)["questions"]
    assert set(found) == {"all", "kind:span", "kind:unanswerable_far"}
    assert "auroc" not in found["kind:span"]
    assert found["kind:unanswerable_far"]["auroc"].value == found["all"]["auroc"].value
    assert found["all"]["contains"].count == 30
    assert figures([]) == {}
