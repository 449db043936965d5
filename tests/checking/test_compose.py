"""Drafts become answers: sentences checked, quotes located, numbers of no hit dropped."""

from __future__ import annotations

from rag.answering.compose import compose
from rag.answering.draft import Draft, DraftSentence, Quote
from rag.records import Answer, Hit, Outcome, Passage, Verdict

DOCUMENT = "前言。桥长1149米，有八条车道。后记。"
START = 3


def hit(rank: int = 1) -> Hit:
    text = DOCUMENT[START:18]
    passage = Passage("d#0", "d", 0, "/d.txt", "桥", "", START, 18, text)
    return Hit(passage, rank, 1.0)


def composed(*sentences: DraftSentence, declined: bool = False) -> Answer:
    return compose(
        "桥有多长？",
        "桥有多长？",
        Draft(sentences, declined=declined),
        hits=[hit()],
        confidence=0.8,
        backend="test",
        seconds={"total": 0.1},
    )


def test_an_exact_quote_is_located_in_the_document() -> None:
    answer = composed(DraftSentence("桥长1149米", (1,), (Quote(1, 0, 7),)))
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
        assert "没有提到" in answer.text
