"""Follow-ups are written out from the turns before them; questions that stand alone are kept."""

from __future__ import annotations

import pytest

from rag.answering.followup import complete
from rag.records import Turn


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("2023年有多少个工会驿站？", "那2022年呢？", "2022年有多少个工会驿站？"),
        ("工会驿站有多少个？", "那司机之家呢？", "司机之家有多少个？"),
        (
            "2023年度职工提了多少条建议？",
            "技术革新项目呢？",
            "2023年度职工提了技术革新项目多少条建议？",
        ),
        ("2023年有多少个工会驿站？", "为什么？", "2023年有多少个工会驿站，为什么？"),
        ("中华全国总工会是什么时候成立的？", "它的主席是谁？", "中华全国总工会的主席是谁？"),
        ("How many lanes does the bridge have?", "光速是每秒多少公里？", "光速是每秒多少公里？"),
    ],
)
def test_follow_ups(before: str, question: str, expected: str) -> None:
    assert complete(question, [Turn(before)]) == expected


def test_without_history_nothing_changes() -> None:
    assert complete("它有多少人？", []) == "它有多少人？"


def test_the_written_out_form_of_the_last_turn_is_built_on() -> None:
    history = [Turn("2023年有多少个驿站？"), Turn("那2022年呢？", "", "2022年有多少个驿站？")]
    assert complete("2021年呢？", history) == "2021年有多少个驿站？"


STEIN = [
    Turn("Who is Ben Stein?", "Ben Stein is an American writer."),
    Turn("Was he ever fired?", "Stein was fired by The New York Times in August 2009."),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why was he fired?", "Why was Ben Stein fired?"),
        ("What is his position?", "What is Ben Stein's position?"),
        ("Did anybody thank her for it?", "Did anybody thank Ben Stein for it?"),
        ("When was the Eiffel Tower built?", "When was the Eiffel Tower built?"),
    ],
)
def test_an_english_pronoun_gives_way_to_the_name_talked_about(
    question: str, expected: str
) -> None:
    assert complete(question, STEIN) == expected


def test_an_english_follow_up_stays_where_nothing_was_named() -> None:
    assert complete("Was it popular?", [Turn("what happened next?", "")]) == "Was it popular?"
