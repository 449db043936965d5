"""What a model is given to read: whole passages, drawn as what they are, as many as fit."""

from __future__ import annotations

from dataclasses import replace

from rag.asking.asked import Asked
from rag.asking.question import read_question
from rag.evidence import Evidence
from rag.reading.proposal import Extent, Proposal, Reading
from rag.records import Block, BlockKind, Hit, Passage
from rag.writing.briefing import briefing_text, in_order, rendered

QUESTION = "员工的标准是多少？"

TEXT = (
    "费用\n\n级别 | 标准\n经理 | 500元\n员工 |\n\n"
    "先填表\n再签字\n附发票\n\n1. 运行\nrag ask\n\n完。"
)


def structured(rank: int = 1, document: str = "d", text: str = TEXT) -> Hit:
    def block(kind: BlockKind, part: str, **more: object) -> Block:
        start = 10 + text.index(part)
        return Block(kind, start, start + len(part), **more)  # type: ignore[arg-type]

    names = ("级别", "标准")
    places = (text.index("经理"), text.index("500元"))
    cells = ((10 + places[0], 12 + places[0]), (10 + places[1], 14 + places[1]))
    blocks = (
        block(BlockKind.HEADING, "费用", level=2),
        block(BlockKind.COLUMNS, "级别 | 标准", group=1),
        block(BlockKind.ROW, "经理 | 500元", group=1, names=names, cells=cells),
        block(BlockKind.ROW, "员工 |", group=1, names=names,
              cells=((10 + text.index("员工"), 12 + text.index("员工")), (0, 0))),
        block(BlockKind.ITEM, "先填表", group=2, level=1, marker="•"),
        block(BlockKind.ITEM, "再签字", group=2, level=1, marker="•"),
        block(BlockKind.ITEM, "附发票", group=2, level=2, marker="•"),
        block(BlockKind.ITEM, "1. 运行", group=3, level=1, marker="1."),
        block(BlockKind.CODE, "rag ask", marker="sh"),
        block(BlockKind.PARAGRAPH, "完。"),
    )  # fmt: skip
    heading = "手册 > 报销 > 费用"
    passage = Passage(f"{document}#{rank}", document, rank, "/d.md", "手册", heading, 10,
                      10 + len(text), text, blocks=blocks)  # fmt: skip
    return Hit(passage, rank, 1.0)


def plain(text: str, rank: int, document: str) -> Hit:
    passage = Passage(f"{document}#{rank}", document, rank, "/x", document, "", 0, len(text), text)
    return Hit(passage, rank, 1.0)


def reading(*hits: Hit, proposed: Hit | None = None) -> Reading:
    asked = Asked(QUESTION, QUESTION, (QUESTION,), QUESTION, read_question(QUESTION))
    proposals = ()
    if proposed is not None:
        passage = proposed.passage
        extent = Extent(proposed, passage.start, passage.end)
        proposals = (Proposal((extent,), None, 0.5, "section"),)
    return Reading(asked, Evidence(QUESTION, hits), proposals, 0.5, 0.5)


def test_blocks_are_drawn_as_what_they_are() -> None:
    assert rendered(structured().passage) == (
        "## 费用\n\n级别 | 标准\n经理 | 500元\n员工 |\n\n• 先填表\n• 再签字\n  • 附发票\n\n"
        "1. 运行\n\n```sh\nrag ask\n```\n\n完。"
    )


def test_the_rest_of_a_table_gets_the_names_of_its_columns_again() -> None:
    passage = structured().passage
    rest = replace(passage, blocks=passage.blocks[2:4])
    assert rendered(rest) == "级别 | 标准\n经理 | 500元\n员工 |"


def test_a_passage_stands_under_its_title_and_headings() -> None:
    text = briefing_text(reading(structured(3)), 1000)
    assert text.startswith("[3] 手册 › 报销 › 费用\n## 费用")


def test_what_answers_in_the_eyes_of_the_reading_comes_first() -> None:
    hits = [plain("甲" * 50, 1, "a"), plain("乙" * 50, 2, "b"), plain("丙" * 50, 3, "c")]
    text = briefing_text(reading(*hits, proposed=hits[2]), 130)
    assert text.index("丙") < text.index("甲")
    assert "乙" not in text


def test_what_does_not_fit_is_left_out_whole() -> None:
    hits = [plain("甲" * 50, 1, "a"), plain("乙" * 500, 2, "b"), plain("丙" * 50, 3, "c")]
    text = briefing_text(reading(*hits), 200)
    assert "甲" * 50 in text
    assert "丙" * 50 in text
    assert "乙" not in text


def test_where_nothing_fits_the_first_is_cut_at_the_end_of_a_block() -> None:
    for room in (30, 40, 50):
        text = briefing_text(reading(structured()), room)
        last = text.removesuffix("…").splitlines()[-1]
        assert text.endswith("…")
        assert last in rendered(structured().passage).splitlines()


def test_a_document_that_repeats_itself_comes_after_others() -> None:
    hits = [*(plain(f"{n}", n, "same") for n in range(1, 6)), plain("别的", 6, "other")]
    assert [hit.rank for hit in in_order(reading(*hits))] == [1, 2, 3, 6, 4, 5]
