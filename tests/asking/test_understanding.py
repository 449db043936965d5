"""What was typed becomes what is searched and read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from rag.asking import Intent, understood
from rag.asking.question import QuestionKind
from rag.records import Hit, Passage, Turn
from rag.text.sounds import SoundAlike
from rag.text.tokens import index_tokens

TEXTS = {
    "云帆打印机手册": "P10 每分钟打印 12 页。P20 每分钟打印 18 页。打印头只保修六个月。",
    "渔溪镇人物": "渔溪镇人民代表大会（以下简称“镇人大”）表彰了王若谷。",
    "河道条例": "在河道内游泳的，处二百元罚款。",
}


class Shelf:
    """Documents found by the share of the question's tokens that they hold."""

    def search(
        self, question: str, k: int, *, within: Collection[str] | None = None
    ) -> Sequence[Hit]:
        asked = frozenset(index_tokens(question))
        hits = []
        for title, text in TEXTS.items():
            if within is None or title in within:
                held = asked & frozenset(index_tokens(f"{title} {text}"))
                share = len(held) / max(1, len(asked))
                passage = Passage(f"{title}#0", title, 0, "", title, "", 0, len(text), text)
                hits.append(Hit(passage, 1, 10 * share, {"dense": 0.8 + share / 10}))
        return sorted(hits, key=lambda hit: -hit.score)[:k]

    def sound_alikes(self, text: str) -> Sequence[SoundAlike]:
        return [
            SoundAlike(place, place + 2, ("罚款",)) for place in [text.find("法款")] if place >= 0
        ]

    def naming(self, question: str, *, within: Collection[str] | None = None) -> Sequence[str]:
        return [text for text in TEXTS.values() if "简称" in text]


def test_a_complete_question_is_left_as_it_is() -> None:
    asked = understood("在河道内游泳罚款多少？", [], Shelf())
    assert asked.typed == asked.standalone == asked.read == "在河道内游泳罚款多少？"
    assert asked.searched == ("在河道内游泳罚款多少？",)
    assert asked.intent is Intent.QUESTION
    assert asked.question.kind is QuestionKind.NUMBER


def test_a_follow_up_that_is_certain_is_shown_written_out() -> None:
    asked = understood("P20呢？", [Turn("P10每分钟打印几页？")], Shelf())
    assert asked.typed == "P20呢？"
    assert asked.standalone == asked.read == asked.searched[0] == "P20每分钟打印几页？"


def test_a_follow_up_that_is_not_is_shown_as_typed_and_read_with_the_conversation() -> None:
    asked = understood("打印头呢", [Turn("P20的整机保修多久？")], Shelf())
    assert asked.standalone == asked.typed == "打印头呢"
    assert asked.searched[0] == "P20的整机保修多久，打印头呢"
    assert asked.read == "P20的整机保修，打印头呢"


def test_the_later_question_decides_what_kind_of_thing_is_asked_for() -> None:
    asked = understood("那为什么呢", [Turn("河道内游泳罚多少？")], Shelf())
    assert asked.question.kind is QuestionKind.WHY


def test_a_change_of_subject_is_no_follow_up() -> None:
    asked = understood("渔溪镇人民代表大会表彰了谁", [Turn("P10每分钟打印几页？")], Shelf())
    assert "P10" not in asked.read


def test_a_model_that_wrote_it_out_is_believed() -> None:
    asked = understood("P20呢", [Turn("x")], Shelf(), completed="P20每分钟打印几页？")
    assert (asked.typed, asked.read) == ("P20呢", "P20每分钟打印几页？")


def test_what_is_named_is_searched_by_its_other_name_and_shown_as_typed() -> None:
    asked = understood("镇人大在哪里", [], Shelf())
    assert asked.standalone == "镇人大在哪里"
    assert asked.searched == ("镇人民代表大会在哪里", "镇人大在哪里")


def test_a_mistyped_word_is_shown_mended_where_more_is_found() -> None:
    asked = understood("在河道内游泳法款多少", [], Shelf())
    assert asked.standalone == asked.read == "在河道内游泳罚款多少"


def test_several_things_asked_are_parts() -> None:
    asked = understood("P10每分钟打印几页，打印头保修多久？", [], Shelf())
    assert len(asked.parts) == 2
    assert asked.surely


@pytest.mark.parametrize(
    ("typed", "history", "intent", "about"),
    [
        ("你好", [], Intent.GREETING, ""),
        ("谢谢", ["P10每分钟打印几页？"], Intent.THANKS, ""),
        ("这篇文章讲了什么？", [], Intent.ABOUT, ""),
        ("这份文件讲了什么？", ["在河道内游泳罚款多少？"], Intent.ABOUT, "河道条例"),
        ("云帆打印机手册讲了什么", [], Intent.ABOUT, "云帆打印机手册"),
        ("《远山》讲了什么故事？", [], Intent.QUESTION, ""),
    ],
)
def test_intents(typed: str, history: list[str], intent: Intent, about: str) -> None:
    asked = understood(typed, [Turn(question) for question in history], Shelf())
    assert (asked.intent, asked.about) == (intent, about)
    assert asked.standalone == typed


def test_thanks_in_front_of_a_question_are_passed_over() -> None:
    asked = understood("谢谢，P20呢？", [Turn("P10每分钟打印几页？")], Shelf())
    assert asked.typed == "谢谢，P20呢？"
    assert asked.read == "P20每分钟打印几页？"


def test_only_the_documents_allowed_are_asked() -> None:
    asked = understood("云帆打印机手册讲了什么", [], Shelf(), within={"河道条例"})
    assert asked.intent is Intent.QUESTION
