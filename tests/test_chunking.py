"""Passages are exact slices of whole blocks; nothing of a document is lost or doubled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunking import chunk, part_texts, passage_parts, sections, whole_text
from rag.readers.assembling import Assembler, Piece
from rag.records import Block, BlockKind, Document, Passage

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

P, H, ITEM, ROW = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW


def plain(text: str) -> Document:
    return Document(id="d", source="/d.txt", title="题", text=text)


def built(*blocks: tuple[BlockKind, str, int, int]) -> Document:
    """Return a document of blocks: kind, text, level, group."""
    assembler = Assembler()
    assembler._groups = 100
    for line, (kind, text, level, group) in enumerate(blocks, start=1):
        if kind in {ROW, BlockKind.COLUMNS}:
            names = () if kind is BlockKind.COLUMNS else ("名", "值")
            assembler.add_row(
                text.split("|"), group=group, names=names, header=kind is BlockKind.COLUMNS,
                piece=Piece("", line),
            )  # fmt: skip
            continue
        marker = text.split(" ")[0] if kind is P and text.startswith("第") else ""
        assembler.add(kind, [Piece(text, line)], level=level, group=group, marker=marker)
    return assembler.document(title="题", id="d", source="/d.txt")


@settings(deadline=None)
@given(PIECES, st.integers(20, 80), st.integers(0, 20))
def test_every_visible_character_is_in_exactly_one_passage(
    text: str, maximum: int, minimum: int
) -> None:
    passages = chunk(plain(text), maximum=maximum, minimum=minimum)
    held = [n for p in passages for n in range(p.start, p.end)]
    assert len(held) == len(set(held))
    assert {n for n, c in enumerate(text) if not c.isspace()} <= set(held)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.text) <= maximum
        assert not passage.text[0].isspace()
        assert not passage.text[-1].isspace()


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(list(BlockKind)),
        st.sampled_from(
            [
                "短。",
                "第一条 短。",
                "甲|乙",
                "一句不短的话，说的是工会的事。" * 3,
                "导语：",
                "a. b. c.",
            ]
        ),
        st.integers(1, 3),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None)
@given(BLOCKS, st.integers(12, 120), st.integers(0, 60))
def test_the_laws_of_passages(
    blocks: list[tuple[BlockKind, str, int, int]], maximum: int, minimum: int
) -> None:
    document = built(*blocks)
    passages = chunk(document, maximum=maximum, minimum=min(minimum, maximum))
    text = document.text
    held = [n for p in passages for n in range(p.start, p.end)]
    assert len(held) == len(set(held))
    assert {n for n, c in enumerate(text) if not c.isspace()} <= set(held)
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    starts = {block.start for block in document.blocks}
    whole = {(block.start, block.end) for block in document.blocks}
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert (passage.blocks[0].start, passage.blocks[-1].end) == (passage.start, passage.end)
        assert passage.digest == passages[0].digest
        for block in passage.blocks:
            assert passage.start <= block.start < block.end <= passage.end
            for a, b in block.cells:
                assert block.start <= a <= b <= block.end
            # A block is only cut where it is longer than a passage may be.
            if (block.start, block.end) not in whole:
                longer = max(b.end - b.start for b in document.blocks)
                assert longer > maximum
        assert passage.start in starts or any(b.end - b.start > maximum for b in document.blocks)
        assert passage.place(passage.start) == document.place(passage.start) or (
            passage.place(passage.start).line == document.place(passage.start).line
        )
        _assert_parts(passage)


def _assert_parts(passage: Passage) -> None:
    parts = passage_parts(passage, 20)
    assert len(parts) != 1
    for (_, end), (start, _) in pairwise(parts):
        assert end <= start
    said = part_texts(passage, parts)
    assert len(said) == max(1, len(parts))
    assert all(text.strip() for text in said)
    if parts:
        covered = {n for a, b in parts for n in range(a, b)}
        for block in passage.blocks:
            if block.kind in {H, BlockKind.COLUMNS}:
                continue
            for n in range(block.start - passage.start, block.end - passage.start):
                assert n in covered or passage.text[n].isspace()


def test_headings_begin_passages_and_are_their_context() -> None:
    document = built(
        (H, "第一章", 1, 0), (H, "第一节", 2, 0), (P, "正文甲。", 0, 0), (H, "第二章", 1, 0),
        (P, "正文乙。", 0, 0),
    )  # fmt: skip
    passages = chunk(document, maximum=100, minimum=0)
    assert [(p.heading, p.text, p.section) for p in passages] == [
        ("第一章 > 第一节", "第一章\n\n第一节\n\n正文甲。", 0),
        ("第二章", "第二章\n\n正文乙。", 1),
    ]
    # The context says the headings, so the embedded text does not say them twice.
    assert [whole_text(p) for p in passages] == [
        "题 > 第一章 > 第一节\n正文甲。",
        "题 > 第二章\n正文乙。",
    ]


def test_a_heading_without_text_is_a_passage() -> None:
    document = built((H, "只有标题", 1, 0), (H, "第二章", 1, 0), (P, "正文。", 0, 0))
    passages = chunk(document, maximum=100, minimum=0)
    assert [p.text for p in passages] == ["只有标题", "第二章\n\n正文。"]


def test_an_article_is_a_section() -> None:
    document = built(
        (H, "总则", 1, 0), (P, "第一条 甲。", 0, 0), (P, "甲的第二款。", 0, 0),
        (P, "第二条 乙有下列情形：", 0, 0), (ITEM, "（一）一；", 1, 1), (ITEM, "（二）二。", 1, 1),
    )  # fmt: skip
    found = sections(document)
    assert [section.path for section in found] == [("总则", "第一条"), ("总则", "第二条")]
    passages = chunk(document, maximum=100, minimum=0)
    assert [(p.heading, p.text) for p in passages] == [
        ("总则", "总则\n\n第一条 甲。\n\n甲的第二款。"),
        ("总则", "第二条 乙有下列情形：\n\n（一）一；\n（二）二。"),
    ]
    (joined,) = chunk(document, maximum=100, minimum=60)
    assert (joined.heading, joined.section) == ("总则", 0)


def test_short_sections_join_only_under_the_same_heading() -> None:
    document = built(
        (H, "甲", 1, 0), (H, "一", 2, 0), (P, "短。", 0, 0), (H, "二", 2, 0), (P, "短。", 0, 0),
        (H, "乙", 1, 0), (H, "三", 2, 0), (P, "短。", 0, 0),
    )  # fmt: skip
    passages = chunk(document, maximum=100, minimum=50)
    assert [(p.heading, p.section) for p in passages] == [("甲", 0), ("乙 > 三", 2)]


def test_long_paragraphs_split_at_sentence_ends_into_near_equal_pieces() -> None:
    sentence = "这是一个二十个字左右的句子，用来测试切分。"
    text = sentence * 9
    passages = chunk(plain(text), maximum=100, minimum=20)
    lengths = [len(p.text) for p in passages]
    assert all(p.text.endswith("。") for p in passages)
    assert max(lengths) - min(lengths) <= 2 * len(sentence)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["短一。", "短二。", "这一段有足够的长度。"],
            ["短一。\n\n短二。\n\n这一段有足够的长度。"],
        ),
        (
            ["这一段有足够的长度，可以独自成段。", "短。"],
            ["这一段有足够的长度，可以独自成段。\n\n短。"],
        ),
        (
            ["这一段有足够的长度，可以独自成段。", "另一段也有足够的长度，可以独自成段。"],
            ["这一段有足够的长度，可以独自成段。", "另一段也有足够的长度，可以独自成段。"],
        ),
    ],
)
def test_short_paragraphs_join_their_neighbours(lines: list[str], expected: list[str]) -> None:
    passages = chunk(built(*((P, line, 0, 0) for line in lines)), maximum=100, minimum=12)
    assert [p.text for p in passages] == expected


def test_what_belongs_together_stays_together() -> None:
    long = "这一段话有三十个字上下，写在清单的前面，不是它的导语。" * 4
    document = built(
        (P, long, 0, 0), (P, "要交的材料：", 0, 0), (ITEM, "身份证", 1, 1), (ITEM, "毕业证", 1, 1),
        (P, "运行下面的命令。", 0, 0), (BlockKind.CODE, "make all", 0, 0), (P, long, 0, 0),
        (BlockKind.TERM, "多少钱？", 0, 2), (BlockKind.DEFINITION, "两元。", 0, 2),
        (BlockKind.COLUMNS, "名|值", 0, 3), (ROW, "甲|1", 0, 3), (ROW, "乙|2", 0, 3),
    )  # fmt: skip
    held = [
        {document.text[b.start : b.end] for b in p.blocks}
        for p in chunk(document, maximum=130, minimum=0)
    ]
    for together in (
        {"要交的材料：", "身份证", "毕业证"},
        {"运行下面的命令。", "make all"},
        {"多少钱？", "两元。"},
        {"名 | 值", "甲 | 1", "乙 | 2"},
    ):
        assert any(together <= passage for passage in held)


def test_parts_are_said_with_what_they_need() -> None:
    document = built(
        (H, "价目", 1, 0), (BlockKind.COLUMNS, "名|值", 0, 1), (ROW, "甲|1", 0, 1),
        (ROW, "|2", 0, 1), (P, "要交的材料如下：", 0, 0), (ITEM, "身份证复印件两份", 1, 2),
        (ITEM, "毕业证书的复印件", 1, 2), (BlockKind.TERM, "多少钱？", 0, 3),
        (BlockKind.DEFINITION, "两元一张，可以刷卡也可以付现。", 0, 3),
        (BlockKind.DEFINITION, "学生半价，须出示学生证件。", 0, 3),
    )  # fmt: skip
    (passage,) = chunk(document, maximum=500, minimum=500)
    parts = passage_parts(passage, 10)
    assert part_texts(passage, parts) == [
        "题 > 价目\n名: 甲；值: 1",
        "题 > 价目\n值: 2",
        "题 > 价目\n要交的材料如下：\n\n身份证复印件两份",
        "题 > 价目\n要交的材料如下：\n毕业证书的复印件",
        "题 > 价目\n多少钱？\n两元一张，可以刷卡也可以付现。",
        "题 > 价目\n多少钱？\n学生半价，须出示学生证件。",
    ]


def test_places_are_kept_in_passages() -> None:
    document = built((P, "甲" * 30 + "。", 0, 0), (P, "乙" * 30 + "。", 0, 0), (P, "丙。", 0, 0))
    passages = chunk(document, maximum=40, minimum=0)
    assert [p.place(p.start).line for p in passages] == [1, 2, 3]
    assert all(isinstance(block, Block) for p in passages for block in p.blocks)
