"""What documents are about is told in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.asking.asked import Asked, Intent
from rag.asking.question import read_question
from rag.reading.proposal import Reading
from rag.records import Block, BlockKind, Passage
from rag.writing.overview import overview

H, P = BlockKind.HEADING, BlockKind.PARAGRAPH


@dataclass(frozen=True)
class Named:
    """A document by name."""

    id: str
    title: str


class Library:
    """Documents given as blocks; every section is a passage."""

    def __init__(self, written: Mapping[str, Sequence[tuple[BlockKind, int, str]]]) -> None:
        self._written = written

    def documents(self) -> Sequence[Named]:
        return [Named(title, title) for title in self._written]

    def passages_of(self, identity: str) -> Sequence[Passage]:
        text, blocks = "", []
        for kind, level, words in self._written[identity]:
            text += "\n\n" if text else ""
            blocks.append(Block(kind, len(text), len(text) + len(words), level))
            text += words
        return [
            Passage(
                f"{identity}#{n}", identity, n, "", identity, "", block.start, block.end,
                text[block.start : block.end], blocks=(block,),
            )
            for n, block in enumerate(blocks)
        ]  # fmt: skip


MANUAL = [
    (H, 1, "云帆打印机手册"),
    (P, 0, "2024年5月"),
    (P, 0, "云帆系列有三款家用喷墨打印机，适合家庭使用。三款都能连接电脑。保修两年。"),
    (H, 2, "打印速度"),
    (P, 0, "P10 每分钟打印十二页，P20 每分钟打印十八页。"),
    (H, 2, "保修"),
    (P, 0, "打印头是易损件，只保修六个月，其余部分保修一年。"),
]
NEWS = [
    (P, 0, "渔溪大桥昨天通车，全长四百一十米。市长剪了彩。"),
    (P, 0, "大桥由建筑师王若谷设计，一九六二年动工建成。"),
    (P, 0, "明年还要再建一座，地点在白石乡的下游。"),
]


def _told(
    about: str, library: Library, within: set[str] | None = None
) -> tuple[Reading, list[str]]:
    typed = "这篇文章讲了什么"
    asked = Asked(
        typed, typed, (typed,), typed, read_question(typed), intent=Intent.ABOUT, about=about
    )
    reading = overview(asked, library, within=within)
    return reading, [
        "|".join(extent.text for extent in proposal.extents) for proposal in reading.proposals
    ]


def test_one_document_is_told_with_its_opening_and_its_headings() -> None:
    reading, told = _told("云帆打印机手册", Library({"云帆打印机手册": MANUAL, "新闻": NEWS}))
    assert told == [
        "云帆打印机手册|云帆系列有三款家用喷墨打印机，适合家庭使用。三款都能连接电脑。",
        "打印速度|保修",
    ]
    ranks = [extent.hit.rank for one in reading.proposals for extent in one.extents]
    assert ranks == sorted(ranks)
    assert [hit.rank for hit in reading.evidence.hits] == [1, 2, 3, 4]


def test_without_headings_the_paragraphs_tell() -> None:
    _, told = _told("", Library({"新闻": NEWS}))
    assert told == [
        "渔溪大桥昨天通车，全长四百一十米。市长剪了彩。",
        "大桥由建筑师王若谷设计，一九六二年动工建成。|明年还要再建一座，地点在白石乡的下游。",
    ]


def test_several_documents_are_told_with_a_sentence_each() -> None:
    reading, told = _told("", Library({"云帆打印机手册": MANUAL, "新闻": NEWS}))
    assert told == [
        "云帆打印机手册|云帆系列有三款家用喷墨打印机，适合家庭使用。",
        "渔溪大桥昨天通车，全长四百一十米。",
    ]
    assert reading.notes == ()


def test_what_is_left_out_is_said() -> None:
    reading, told = _told("", Library({f"新闻{n}": NEWS for n in range(11)}))
    assert len(told) == 8
    assert reading.notes == ("more_documents:3",)


def test_only_the_documents_allowed_are_told_of() -> None:
    _, told = _told("", Library({"云帆打印机手册": MANUAL, "新闻": NEWS}), within={"新闻"})
    assert told[0].startswith("渔溪大桥")


def test_of_nothing_nothing_is_told() -> None:
    reading, told = _told("", Library({}))
    assert told == []
    assert reading.confidence == 0.0
    assert _told("", Library({"空": []}))[1] == []
