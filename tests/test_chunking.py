"""Passages are exact slices; nothing of a document is lost or doubled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunking import chunk, passage_parts
from rag.records import Block, BlockKind, Document

PIECES = st.lists(
    st.sampled_from(
        [
            "工会驿站",
            "18.42万个",
            "，",
            "。",
            "；",
            "！",
            " ",
            "\n",
            "word ",
            "a.",
            "“引”",
            "《书。名》",
        ]
    ),
    max_size=120,
).map("".join)


def document(text: str, blocks: tuple[Block, ...] = ()) -> Document:
    return Document(id="d", source="/d.txt", title="题", text=text, blocks=blocks)


def blocks_of(text: str, kinds: list[BlockKind]) -> tuple[Block, ...]:
    blocks, place = [], 0
    for line, kind in zip(text.splitlines(keepends=True), kinds, strict=True):
        blocks.append(Block(place, place + len(line), kind, int(kind is BlockKind.HEADING)))
        place += len(line)
    return tuple(blocks)


@given(PIECES, st.integers(20, 80), st.integers(0, 20))
def test_every_visible_character_is_in_exactly_one_passage(
    text: str, maximum: int, minimum: int
) -> None:
    passages = chunk(document(text), maximum=maximum, minimum=minimum)
    held = [n for p in passages for n in range(p.start, p.end)]
    assert len(held) == len(set(held))
    assert {n for n, c in enumerate(text) if not c.isspace()} <= set(held)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.text) <= maximum
        assert not passage.text[0].isspace()
        assert not passage.text[-1].isspace()


@given(PIECES, st.integers(5, 60))
def test_parts_cover_the_passage_in_order(text: str, target: int) -> None:
    parts = passage_parts(text, target=target)
    assert len(parts) != 1
    for (_, end), (start, _) in pairwise(parts):
        assert end <= start
    if parts:
        visible = {n for n, c in enumerate(text) if not c.isspace()}
        assert visible <= {n for a, b in parts for n in range(a, b)}


@given(st.lists(st.sampled_from(list(BlockKind)), min_size=1, max_size=12))
def test_body_and_unused_headings_are_kept_and_furniture_is_not(kinds: list[BlockKind]) -> None:
    text = "".join(f"第{n}行的内容在这里，写得稍微长一点。\n" for n in range(len(kinds)))
    blocks = blocks_of(text, kinds)
    passages = chunk(document(text, blocks), maximum=60, minimum=0)
    held = {n for p in passages for n in range(p.start, p.end)}
    for block in blocks:
        inside = block.start in held
        if block.kind is BlockKind.BODY:
            assert inside
        if block.kind is BlockKind.FURNITURE:
            assert not inside


def test_headings_are_context_and_not_part_of_the_passage() -> None:
    text = "第一章\n第一节\n正文甲。\n第二章\n正文乙。\n"
    levels = [1, 2, 0, 1, 0]
    blocks, place = [], 0
    for line, level in zip(text.splitlines(keepends=True), levels, strict=True):
        kind = BlockKind.HEADING if level else BlockKind.BODY
        blocks.append(Block(place, place + len(line), kind, level))
        place += len(line)
    passages = chunk(document(text, tuple(blocks)), maximum=100, minimum=0)
    assert [(p.heading, p.text) for p in passages] == [
        ("第一章 > 第一节", "正文甲。"),
        ("第二章", "正文乙。"),
    ]


def test_a_heading_without_body_becomes_a_passage() -> None:
    text = "只有标题\n第二章\n正文。\n"
    kinds = [BlockKind.HEADING, BlockKind.HEADING, BlockKind.BODY]
    passages = chunk(document(text, blocks_of(text, kinds)), maximum=100, minimum=0)
    assert [p.text for p in passages] == ["只有标题", "正文。"]


def test_long_paragraphs_split_at_sentence_ends_into_near_equal_pieces() -> None:
    sentence = "这是一个二十个字左右的句子，用来测试切分。"
    text = sentence * 9
    passages = chunk(document(text), maximum=100, minimum=20)
    lengths = [len(p.text) for p in passages]
    assert all(p.text.endswith("。") for p in passages)
    assert max(lengths) - min(lengths) <= 2 * len(sentence)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["短一。", "短二。", "这一段有足够的长度，可以独自成为一个段落。"],
            ["短一。\n短二。\n这一段有足够的长度，可以独自成为一个段落。"],
        ),
        (
            ["这一段有足够的长度，可以独自成为一个段落。", "短。"],
            ["这一段有足够的长度，可以独自成为一个段落。\n短。"],
        ),
        (
            ["这一段有足够的长度，可以独自成为一个段落。", "另一段也有足够的长度，可以独自成段。"],
            ["这一段有足够的长度，可以独自成为一个段落。", "另一段也有足够的长度，可以独自成段。"],
        ),
    ],
)
def test_short_paragraphs_join_their_neighbours(lines: list[str], expected: list[str]) -> None:
    text = "\n".join(lines)
    blocks = blocks_of(text, [BlockKind.BODY] * len(lines))
    passages = chunk(document(text, blocks), maximum=100, minimum=12)
    assert [p.text for p in passages] == expected
