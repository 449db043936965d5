"""The shipped reader on text it never saw: spans are slices, answers found, absence noticed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from rag.embedding.bundled import ensure_bundled
from rag.embedding.network import WordNetwork
from rag.embedding.unigram import FILE_NAME, open_vocabulary
from rag.errors import ModelError
from rag.reading.snapping import wholes
from rag.reading.span_reader import GRAPH, BundledReader, encode
from rag.reading.windows import Window
from tests.reading.builders import hit, whole

BRIDGE = (
    "青石桥位于临江县城东，由工匠周大年主持修建，1932年动工，三年后建成。"
    "桥长1149米，有八条车道，每天约有二十四万辆汽车通过。"
)


@pytest.fixture(scope="module")
def reader(model_cache: Path) -> BundledReader:
    return BundledReader(WordNetwork(GRAPH, ensure_bundled(model_cache)))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("青石桥是谁主持修建的？", "周大年"),
        ("青石桥有多长？", "1149米"),
        ("青石桥哪一年动工？", "1932年"),
        ("青石橋是誰主持修建的？", "周大年"),
    ],
)
def test_it_points_at_the_answer(reader: BundledReader, question: str, expected: str) -> None:
    window = whole(hit(BRIDGE, title="青石桥"))
    best = reader.read(question, [window])[0].spans[0]
    assert expected in BRIDGE[best.start : best.end]
    assert best.end - best.start <= len(expected) + 4


def test_a_question_about_something_else_scores_lower(reader: BundledReader) -> None:
    window = whole(hit(BRIDGE, title="青石桥"))
    asked, foreign = (
        reader.read(question, [window])[0]
        for question in ("青石桥有多长？", "光速是每秒多少公里？")
    )
    assert foreign.spans[0].score < asked.spans[0].score
    assert foreign.relevance < asked.relevance
    assert sum(foreign.mass) < sum(asked.mass)


@pytest.mark.parametrize(
    "text", ["", "🎉", "𠮷野家的㐀字", "e\u0301te\u0301", "\ud800x", "<pad> </s>"]
)
def test_odd_text_is_read_without_failing(reader: BundledReader, text: str) -> None:
    found = reader.read("什么？", [whole(hit(text))])[0]
    assert all(0 <= span.start < span.end <= len(text) for span in found.spans)
    assert 0 <= sum(found.mass) <= 1.0001


def test_a_window_inside_a_passage_gives_places_of_the_passage(reader: BundledReader) -> None:
    found = hit("前言很长。" + BRIDGE)
    window = Window(found, 5, len(found.passage.text), ())
    best = reader.read("青石桥有多长？", [window])[0].spans[0]
    assert "1149" in found.passage.text[best.start : best.end]


def test_what_does_not_fit_is_left_out_at_the_end(model_cache: Path) -> None:
    tokenizer = open_vocabulary(ensure_bundled(model_cache) / FILE_NAME)
    ids, first, starts = encode(tokenizer, "问" * 500, "题" * 100, "很长的文本，" * 300)
    assert len(ids) == 320
    assert first + len(starts) == 319
    assert ids[-1] == tokenizer.end


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("客服电话是400-820-8820，工作日九点至六点。", "客服电话是多少？"),
        ("型号K10售价¥1,299.00，保修两年。", "K10多少钱？"),
        ("Version v1.12.3 was released on 2024-05-01.", "When was v1.12.3 released?"),
    ],
)
def test_no_span_cuts_a_number_a_word_or_an_identifier(
    reader: BundledReader, text: str, question: str
) -> None:
    found = reader.read(question, [whole(hit(text))])[0]
    assert found.spans
    for span in found.spans:
        for start, end in wholes(text):
            assert not start < span.start < end, text[span.start : span.end]
            assert not start < span.end < end, text[span.start : span.end]


def test_a_damaged_file_is_one_sentence(tmp_path: Path, model_cache: Path) -> None:
    broken = tmp_path / "reader.onnx"
    broken.write_bytes(GRAPH.read_bytes()[:1000])
    with pytest.raises(ModelError, match="install the package again"):
        WordNetwork(broken, ensure_bundled(model_cache))


def test_the_model_card_names_the_very_file() -> None:
    card = GRAPH.with_name("reader.md").read_text(encoding="utf-8")
    assert re.findall(r"\b[0-9a-f]{64}\b", card) == [hashlib.sha256(GRAPH.read_bytes()).hexdigest()]
