"""Views hold the exact text, marks where the offsets are, and nothing of the server."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Document,
    Hit,
    Outcome,
    Passage,
    Sentence,
    Verdict,
)
from rag.web.views import (
    answer_view,
    codes,
    document_view,
    marked_runs,
    retrieved_view,
    short_spans,
)

TEXT = st.text(alphabet="工会ab。\n𠮷 ", max_size=40)


@given(
    TEXT,
    st.integers(0, 50),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 30), st.integers(0, 5)), max_size=5),
)
def test_runs_join_to_the_text_and_cover_every_mark(
    text: str, base: int, lengths: list[tuple[int, int, int]]
) -> None:
    spans = [(start, start + length, mark) for start, length, mark in lengths]
    runs = marked_runs(text, base, spans)
    assert "".join(run["text"] for run in runs) == text
    assert all(run["text"] for run in runs)
    offset = base
    for run in runs:
        for place in range(offset, offset + len(run["text"])):
            holding = sorted(mark for start, end, mark in spans if start <= place < end)
            assert sorted(run["marks"]) == holding
        offset += len(run["text"])


def last_answer(bot: Any, question: str) -> Answer:
    *_, answer = bot.stream(question)
    assert isinstance(answer, Answer)
    return answer


def test_quotes_are_marked_at_their_exact_characters(scripted: Any, article: Document) -> None:
    bot = scripted.bot([article])
    answer = last_answer(bot, "给出三种判定：工会驿站建成多少")
    view = answer_view(answer, bot.index.document)
    assert [source["number"] for source in view["sources"]] == [h.rank for h in answer.hits]
    marked = 0
    for source in view["sources"]:
        assert (
            "".join(run["text"] for run in source["runs"])
            == article.text[source["start"] : source["end"]]
        )
        for position, quote in enumerate(view["quotes"]):
            pieces = "".join(run["text"] for run in source["runs"] if position in run["marks"])
            if quote["number"] == source["number"]:
                assert pieces == quote["text"] == article.text[quote["start"] : quote["end"]]
                marked += 1
            else:
                assert not pieces
    assert marked == len(view["quotes"]) == 3


def test_sentences_carry_marks_verdicts_and_reasons(scripted: Any, article: Document) -> None:
    bot = scripted.bot([article])
    view = answer_view(last_answer(bot, "给出三种判定"), bot.index.document)
    assert [s["verdict"] for s in view["sentences"]] == [str(v) for v in Verdict]
    assert [s["marks"][0]["quotes"] for s in view["sentences"]] == [[0], [1], [2]]
    assert view["sentences"][2]["reasons"] == [{"code": "number", "detail": "18.5万"}]
    assert not any("[" in s["text"] for s in view["sentences"])
    assert view["language"] == "zh-Hans"


@pytest.mark.parametrize(
    ("text", "short", "spoken"),
    [
        ("已建工会驿站18.42万个,年服务突破10亿人次。", "18.42万个", ["18.42万个"]),
        (
            "覆盖230万快递员、300万外卖员和380万司机。",
            "230万快递员、380万司机",
            ["230万快递员", "380万司机"],
        ),
        ("The lead is Ann Lee, with Bo Chen.", "Ann Lee, Bo Chen", ["Ann Lee", "Bo Chen"]),
        ("2015年建成15座桥。", "15", ["15"]),
        ("金木水火土，水最多。", "金、水", ["金"]),
        ("什么也没有。", "别的", []),
        ("什么也没有。", " ", []),
        ("", "别的", []),
    ],
)
def test_the_short_answer_is_found_whole_or_part_by_part(
    text: str, short: str, spoken: list[str]
) -> None:
    spans = short_spans(text, short)
    assert [text[start:end] for start, end in spans] == spoken
    if short == "15":
        assert spans[0][0] == text.index("15座")


def test_the_short_answer_is_put_forward_in_sentence_and_quote(
    scripted: Any, article: Document
) -> None:
    bot = scripted.bot([article])
    view = answer_view(last_answer(bot, "工会驿站建成多少"), bot.index.document)
    for runs in (view["sentences"][0]["runs"], view["sources"][0]["runs"]):
        assert "".join(run["text"] for run in runs if run["key"]) == view["short"]
    assert (
        "".join(run["text"] for run in view["sentences"][0]["runs"])
        == (view["sentences"][0]["text"])
    )
    assert all(
        mark >= 0 for source in view["sources"] for r in source["runs"] for mark in r["marks"]
    )


def paraphrased(*spans: tuple[int, int, Verdict]) -> Answer:
    """Two sentences, neither said verbatim, about one passage, with these quotes."""
    text = "甲说桥长一百米。乙说桥宽二十米。丙没有说话。"
    passage = Passage("d#0", "d", 0, "/d", "桥", "桥 > 尺寸", 0, len(text), text)
    quotes = tuple(Citation(1, passage, text[s:e], s, e, verdict) for s, e, verdict in spans)
    return Answer(
        "桥多大？",
        "桥多大？",
        "长一百米[1]宽二十米[1]",
        (
            Sentence("长一百米", (1,), Verdict.SUPPORTED),
            Sentence("宽三十米", (1,), Verdict.UNSUPPORTED),
        ),
        Outcome.ANSWERED,
        0.7,
        quotes,
        (Hit(passage, 1, 1.0),),
        "test:model",
    )


def test_a_mark_means_the_quote_of_its_own_sentence() -> None:
    good, bad = (0, 8, Verdict.SUPPORTED), (8, 16, Verdict.UNSUPPORTED)
    for spans, meant in (
        ((good, bad), [[0], [1]]),
        ((good,), [[0], [0]]),
        ((good, bad, (16, 22, Verdict.UNSUPPORTED)), [[0], [1, 2]]),
    ):
        view = answer_view(paraphrased(*spans), lambda _identity: None)
        assert [sentence["marks"][0]["quotes"] for sentence in view["sentences"]] == meant


def test_a_heading_does_not_repeat_the_title() -> None:
    view = answer_view(paraphrased((0, 8, Verdict.SUPPORTED)), lambda _identity: None)
    assert view["sources"][0]["heading"] == "尺寸"


def test_a_source_names_the_documents_that_repeat_it() -> None:
    answer = paraphrased((0, 8, Verdict.SUPPORTED))
    copy = replace(answer.hits[0].passage, document_id="copy", title="转载的桥")
    answer = replace(answer, hits=(replace(answer.hits[0], repeats=(copy,)),))
    view = answer_view(answer, lambda _identity: None)
    assert view["sources"][0]["repeats"] == ["转载的桥"]


def test_a_source_names_title_date_origin_and_neighbours_but_no_path(
    scripted: Any, article: Document
) -> None:
    bot = scripted.bot([article])
    view = answer_view(last_answer(bot, "网约车司机占一半吗？"), bot.index.document)
    source = view["sources"][0]
    assert (source["title"], source["date"], source["origin"]) == (
        "工会工作",
        "2024-05-01",
        "劳动报",
    )
    assert source["before"][-1] == {"kind": "heading", "text": "组织建设"}
    assert source["after"][0]["text"].startswith("每年的五月一日")
    assert "/nowhere" not in str(view)


def test_a_declined_answer_cites_nothing_but_keeps_the_nearest(
    scripted: Any, article: Document
) -> None:
    bot = scripted.bot([article])
    view = answer_view(last_answer(bot, "没有的事情"), bot.index.document)
    assert view["outcome"] == "declined"
    assert view["sources"]
    assert not any(source["cited"] for source in view["sources"])


def test_a_source_whose_document_is_gone_is_still_shown(scripted: Any, article: Document) -> None:
    bot = scripted.bot([article])
    answer = last_answer(bot, "工会驿站")
    view = answer_view(answer, lambda _identity: None)
    assert view["sources"][0]["runs"]
    assert view["sources"][0]["before"] == []


def test_the_search_is_shown_before_the_words(scripted: Any, article: Document) -> None:
    bot = scripted.bot([article])
    first = next(bot.stream("工会驿站有多少"))
    view = retrieved_view(first, bot.index.document)
    assert view["kind"] == "retrieved"
    assert len(view["sources"]) == len(first.hits)


def test_codes_split_at_the_first_colon() -> None:
    assert codes(["number:18:30", "negation"]) == [
        {"code": "number", "detail": "18:30"},
        {"code": "negation", "detail": ""},
    ]


def joined(view: dict[str, Any]) -> str:
    return "".join(run["text"] for block in view["blocks"] for run in block["runs"])


@given(
    st.lists(st.text(alphabet="工会𠮷a", min_size=1, max_size=300), min_size=1, max_size=12),
    st.integers(0, 4000),
    st.integers(20, 400),
)
def test_the_parts_of_a_document_join_to_the_whole(
    paragraphs: list[str], at: int, reach: int
) -> None:
    text, blocks = "", []
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(paragraph)))
        text += paragraph + "\n"
    document = Document("d", "/d", "", text, {}, tuple(blocks))
    at = min(at, len(text))
    parts = [document_view(document, at=at, reach=reach)]
    while parts[0]["more_before"]:
        parts.insert(0, document_view(document, at=parts[0]["first"], reach=reach, side="before"))
    while parts[-1]["more_after"]:
        parts.append(document_view(document, at=parts[-1]["last"], reach=reach, side="after"))
    assert "".join(map(joined, parts)) == "".join(paragraphs)
    for earlier, later in pairwise(parts):
        assert earlier["last"] <= later["first"]


def test_a_document_opens_at_its_quote(article: Document) -> None:
    at = article.text.index("18.5万个")
    view = document_view(article, at=at, reach=300, spans=[(at, at + 6, 0)])
    marked = [run["text"] for block in view["blocks"] for run in block["runs"] if run["marks"]]
    assert marked == ["18.5万个。"[:6]]
    assert view["title"] == "工会工作"


def test_a_document_without_blocks_is_shown_whole() -> None:
    document = Document("plain", "/plain", "", "一行。\n二行。", {}, ())
    view = document_view(document, at=0, reach=500)
    assert joined(view) == document.text
    assert view["title"] == "plain"
