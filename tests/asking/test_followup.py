"""A follow-up is known by what it gains from the question before it; others are left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.asking.followup import complete, context, followed
from rag.records import Turn

EARLIER = "微波炉蒸蛋600瓦要热多久"


def _near(gain: float) -> Callable[[str], float]:
    """Return a search to which the earlier question in front is worth ``gain``."""
    return lambda text: 0.85 + gain * text.startswith(EARLIER)


@pytest.mark.parametrize(
    "typed", ["800瓦的呢", "那用烤箱呢", "要盖盖子吗", "and with a lid?", "放多少水", "它要过筛吗"]
)
def test_what_fits_better_with_the_question_before_goes_on_from_it(typed: str) -> None:
    found = followed(typed, [Turn(EARLIER)], _near(0.04))
    assert found is not None
    assert found.together.startswith(EARLIER)
    assert found.together.endswith(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "清蒸鲈鱼需要提前腌制多长时间",
        "那女职工产假有多少天？",
        "Is it true that most veterans are eligible for unpaid leave?",
    ],
)
def test_what_fits_best_alone_is_complete(typed: str) -> None:
    assert followed(typed, [Turn(EARLIER)], _near(-0.01)) is None


def test_the_first_question_goes_on_from_nothing() -> None:
    assert followed("800瓦的呢", [], _near(0.04)) is None
    assert followed("800瓦的呢", [Turn("你好"), Turn("谢谢")], _near(0.04)) is None


def test_a_certain_form_is_written_out() -> None:
    found = followed("800瓦的呢", [Turn(EARLIER)], _near(0.04))
    assert found is not None
    assert found.written == "微波炉蒸蛋800瓦要热多久"


def test_thanks_in_between_change_nothing() -> None:
    assert context([Turn(EARLIER)]) == EARLIER
    found = followed("800瓦的呢", [Turn(EARLIER), Turn("谢谢")], _near(0.04))
    assert found is not None
    assert found.earlier == EARLIER


def test_the_last_subject_counts() -> None:
    history = [Turn("云帆P10每分钟打几页？"), Turn("P20呢？")]
    assert context(history) == "云帆P20每分钟打几页？"
    assert complete("它的墨盒多少钱？", history) == "云帆P20的墨盒多少钱？"


def test_what_could_not_be_written_out_is_kept_beside_what_it_goes_on_from() -> None:
    history = [Turn("空气炸锅做薯条用多少度"), Turn("蛋挞呢")]
    assert context(history) == "空气炸锅做薯条用多少度，蛋挞呢"


def test_a_change_of_subject_forgets_what_was_before() -> None:
    history = [Turn(EARLIER), Turn("完美水煮蛋总共要换几次水才算好")]
    assert context(history) == "完美水煮蛋总共要换几次水才算好"


def test_the_written_out_form_of_a_turn_is_built_on() -> None:
    history = [Turn("2023年有多少个驿站？"), Turn("那2022年呢？", "", "2022年有多少个驿站？")]
    assert complete("2021年呢？", history) == "2021年有多少个驿站？"


def test_without_certainty_nothing_is_written_out() -> None:
    assert complete("蛋挞呢", [Turn("空气炸锅做薯条用多少度")]) == "蛋挞呢"
    assert complete("蛋挞呢", []) == "蛋挞呢"
