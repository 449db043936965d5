"""Drafts become answers: sentences checked, quotes located, numbers of no hit dropped."""

from __future__ import annotations

import pytest

from rag.asking.asked import Asked
from rag.asking.question import read_question
from rag.checking.compose import compose, written_confidence
from rag.checking.draft import Draft, DraftSentence, Quote
from rag.records import Answer, Block, BlockKind, Hit, Outcome, Passage, Place, Verdict

DOCUMENT = "前言。桥长1149米，有八条车道。后记。"
START = 3
QUESTION = "桥有多长？"
ASKED = Asked(QUESTION, QUESTION, (QUESTION,), QUESTION, read_question(QUESTION))


def hit(rank: int = 1) -> Hit:
    text = DOCUMENT[START:18]
    passage = Passage("d#0", "d", 0, "/d.txt", "桥", "", START, 18, text)
    return Hit(passage, rank, 1.0)


def composed(*sentences: DraftSentence, declined: bool = False) -> Answer:
    return compose(
        ASKED,
        Draft(sentences, declined=declined),
        hits=[hit()],
        confidence=0.8,
        backend="test",
        seconds={"total": 0.1},
    )


def test_an_exact_quote_is_located_in_the_document() -> None:
    answer = composed(DraftSentence("桥长1149米", (1,), (Quote(1, 3, 10),)))
    citation = answer.citations[0]
    assert DOCUMENT[citation.start : citation.end] == citation.quote == "桥长1149米"
    assert (answer.outcome, citation.number, citation.support) == (
        Outcome.ANSWERED,
        1,
        Verdict.SUPPORTED,
    )
    assert answer.text == "桥长1149米[1]"


def test_a_quote_is_found_where_the_draft_names_none() -> None:
    citation = composed(DraftSentence("有八条车道。", (1,))).citations[0]
    assert DOCUMENT[citation.start : citation.end] == citation.quote
    assert "八条车道" in citation.quote


def test_an_invented_number_is_dropped_and_leaves_the_answer_unchecked() -> None:
    answer = composed(DraftSentence("桥长1149米。", (7,)))
    assert answer.citations == ()
    assert answer.outcome is Outcome.UNCHECKED
    assert answer.sentences[0].reasons == ("no-citation",)


def test_a_false_sentence_is_unsupported_and_says_why() -> None:
    answer = composed(DraftSentence("桥长1194米。", (1,)))
    assert answer.outcome is Outcome.UNCHECKED
    assert answer.sentences[0].verdict is Verdict.UNSUPPORTED
    assert "number:1194" in answer.sentences[0].reasons


def test_one_supported_sentence_makes_an_answer() -> None:
    answer = composed(DraftSentence("桥长1194米。", (1,)), DraftSentence("有八条车道。", (1,)))
    assert answer.outcome is Outcome.ANSWERED
    assert [s.verdict for s in answer.sentences] == [Verdict.UNSUPPORTED, Verdict.SUPPORTED]


def test_declining_is_an_answer_without_citations() -> None:
    for answer in (composed(declined=True), composed()):
        assert answer.outcome is Outcome.DECLINED
        assert (answer.sentences, answer.citations, answer.short) == ((), (), "")
        assert answer.hits
        assert answer.text == "文档中没有提到这个问题的答案。最接近的文档：桥。"


@pytest.mark.parametrize("quote", [Quote(1, 3, 9), Quote(1, 0, 10), Quote(2, 3, 10)])
def test_a_quote_that_is_not_its_text_is_checked_like_any_sentence(quote: Quote) -> None:
    answer = composed(DraftSentence("桥长1194米", (1,), (quote,)))
    assert answer.sentences[0].verdict is Verdict.UNSUPPORTED


TABLE = "费用\n\n级别 | 标准\n经理 | 500元\n员工 | 300元\n\n先填表\n再签字\n\n手续如上，逾期不办。"


def structured() -> Hit:
    """Return a passage with a table, a list and a paragraph, ten characters into its document."""

    def block(kind: BlockKind, text: str, **more: object) -> Block:
        start = 10 + TABLE.index(text)
        return Block(kind, start, start + len(text), **more)  # type: ignore[arg-type]

    names = ("级别", "标准")
    blocks = (
        block(BlockKind.HEADING, "费用", level=1),
        block(BlockKind.COLUMNS, "级别 | 标准", group=1, cells=((14, 16), (19, 21))),
        block(BlockKind.ROW, "经理 | 500元", group=1, names=names, cells=((22, 24), (27, 31))),
        block(BlockKind.ROW, "员工 | 300元", group=1, names=names, cells=((32, 34), (37, 41))),
        block(BlockKind.ITEM, "先填表", group=2, level=1, marker="•"),
        block(BlockKind.ITEM, "再签字", group=2, level=1, marker="•"),
        block(BlockKind.PARAGRAPH, "手续如上，逾期不办。"),
    )
    passage = Passage(
        "d#0", "d", 0, "/d.md", "手册", "费用", 10, 10 + len(TABLE), TABLE,
        blocks=blocks, places=(Place(10, line=3), Place(43, line=9)),
    )  # fmt: skip
    return Hit(passage, 1, 1.0)


def of_table(*sentences: DraftSentence, written: bool = False) -> Answer:
    return compose(
        ASKED,
        Draft(sentences, written=written),
        hits=[structured()],
        confidence=0.8,
        backend="test",
        seconds={},
    )


def test_a_unit_of_two_quotes_keeps_its_blocks_and_what_decides() -> None:
    quotes = (Quote(1, 14, 21), Quote(1, 32, 41, ((37, 41),)))
    answer = of_table(DraftSentence("级别 | 标准\n员工 | 300元", (1,), quotes))
    head, row = answer.citations
    assert [b.kind for c in (head, row) for b in c.blocks] == [BlockKind.COLUMNS, BlockKind.ROW]
    assert (row.lit, row.place, answer.confidence) == (((37, 41),), Place(10, line=3), 0.8)
    assert answer.sentences[0].quotes == (0, 1)
    assert answer.text == "级别 | 标准\n员工 | 300元[1]"


def test_a_list_has_its_bullets_in_the_text_and_its_place_in_the_file() -> None:
    answer = of_table(DraftSentence("先填表\n再签字", (1,), (Quote(1, 43, 50),)))
    assert answer.text == "• 先填表\n• 再签字[1]"
    assert answer.sentences[0].text == answer.citations[0].quote == "先填表\n再签字"
    assert answer.citations[0].place.line == 9


def test_a_written_sentence_is_held_against_whole_blocks_and_what_stands_over_them() -> None:
    answer = of_table(DraftSentence("员工的标准是300元。", (1,)), written=True)
    assert answer.sentences[0].verdict is Verdict.SUPPORTED
    assert answer.citations[0].quote == "员工 | 300元"
    other = of_table(DraftSentence("员工的标准是500元。", (1,)), written=True)
    assert other.sentences[0].verdict is not Verdict.SUPPORTED
    both = of_table(DraftSentence("经理的标准是500元，员工300元。", (1,)), written=True)
    assert both.sentences[0].verdict is Verdict.SUPPORTED


def test_blocks_are_cut_to_the_quote() -> None:
    start = 10 + TABLE.index("逾期")
    answer = of_table(DraftSentence("逾期不办。", (1,), (Quote(1, start, start + 5),)))
    (block,) = answer.citations[0].blocks
    assert (block.kind, block.start, block.end) == (BlockKind.PARAGRAPH, start, start + 5)


def test_what_a_model_wrote_is_worth_what_is_supported_of_it() -> None:
    good, half, bad = Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNSUPPORTED
    assert written_confidence(0.8, [good, good]) == pytest.approx(0.8)
    assert written_confidence(0.8, [good, bad]) == pytest.approx(0.4)
    assert written_confidence(0.8, [half]) == pytest.approx(0.4)
    assert written_confidence(0.8, []) == 0.0
