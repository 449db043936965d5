"""Documents and passages come back from the index as they went in."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index import check_index, packing
from rag.index import pipeline as pipeline_module
from rag.records import Aside, AsideKind, Block, BlockKind, Document, Passage, Place
from tests.index.seeing import newest

TEXT = "开放时间\n\n馆 | 平日 | 周末\n东馆 | 8:00 |\n\n1. 带证件\n2. 排队"
BLOCKS = (
    Block(BlockKind.HEADING, 0, 4, level=2),
    Block(BlockKind.COLUMNS, 6, 17, group=1, cells=((6, 7), (10, 12), (15, 17))),
    Block(
        BlockKind.ROW,
        18,
        29,
        group=1,
        names=("馆", "平日", "周末"),
        cells=((18, 20), (23, 27), (29, 29)),
    ),
    Block(BlockKind.ITEM, 31, 37, level=1, group=2, marker="1."),
    Block(BlockKind.ITEM, 38, 43, level=1, group=2, marker="2."),
)
PLACES = (Place(0, line=3), Place(6, line=5, page=2), Place(31, part="附件二"))
ASIDE = (
    Aside(AsideKind.COMMENT, "<!-- 待核 -->", 6),
    Aside(AsideKind.LINK, "https://a.example", 43),
)


@pytest.fixture
def stored(workshop, monkeypatch):
    """Store one document with all there is to store, cut into two passages."""
    path = workshop.write("a.txt", TEXT)
    document = Document(
        "a.txt", str(path), "图书馆", TEXT, {"date": "2024"}, BLOCKS, PLACES, ASIDE, b"\x00boxes"
    )
    cuts = [(6, 29, 0, BLOCKS[1:3], PLACES[1:2]), (31, 43, 1, BLOCKS[3:], PLACES[2:])]
    passages = [
        Passage(
            id=f"a.txt#{ordinal}",
            document_id="a.txt",
            ordinal=ordinal,
            source=str(path),
            title="图书馆",
            heading="开放时间",
            start=start,
            end=end,
            text=TEXT[start:end],
            section=section,
            blocks=blocks,
            places=places,
            digest=hashlib.sha256(TEXT.encode()).hexdigest()[:16],
        )
        for ordinal, (start, end, section, blocks, places) in enumerate(cuts)
    ]
    monkeypatch.setattr(pipeline_module, "read_documents", lambda source: [document])
    monkeypatch.setattr(pipeline_module, "chunk", lambda given, **options: passages)
    workshop.build()
    return workshop, document, passages


def test_all_fields_come_back(stored):
    workshop, document, passages = stored
    with workshop.open() as index:
        assert index.document("a.txt") == document
        assert index.passages_of("a.txt") == passages
        keys = [1, 2]
        assert newest(index).passages(keys) == passages
    assert check_index(workshop.directory).problems == ()


def test_the_passages_of_one_section(stored):
    workshop, _, passages = stored
    with workshop.open() as index:
        assert newest(index).section("a.txt", 1) == passages[1:]
        assert newest(index).section("a.txt", 7) == []


def test_a_document_read_otherwise_is_another_one(stored, monkeypatch):
    workshop, document, _ = stored
    path = workshop.write("a.txt", TEXT + " ")
    changed = replace(document, places=(Place(0, line=4),))
    monkeypatch.setattr(pipeline_module, "read_documents", lambda source: [changed])
    assert workshop.build().replaced == 1
    with workshop.open() as index:
        assert index.document("a.txt").places == (Place(0, line=4),)
    assert path.exists()


numbers = st.integers(0, 10**7)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    st.lists(
        st.builds(
            Block,
            st.sampled_from(BlockKind),
            numbers,
            numbers,
            st.integers(0, 6),
            st.integers(0, 99),
            texts,
            st.lists(texts, max_size=3).map(tuple),
            st.lists(st.tuples(numbers, numbers), max_size=3).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    st.lists(st.builds(Place, numbers, numbers, numbers, texts), max_size=4).map(tuple),
    st.lists(st.builds(Aside, st.sampled_from(AsideKind), texts, numbers), max_size=4).map(tuple),
)
def test_packing_loses_nothing(blocks, places, aside):
    assert packing.unpack_blocks(packing.pack_blocks(blocks)) == blocks
    assert packing.unpack_places(packing.pack_places(places)) == places
    assert packing.unpack_aside(packing.pack_aside(aside)) == aside
    text = packing.pack_blocks(blocks)
    assert packing.expanded(packing.compressed(text)) == text


@pytest.mark.parametrize("damaged", ["", "[", "[[1]]", '[["heading"]]', '[["nothing",0,1]]', "7"])
def test_what_was_not_packed_is_refused(damaged):
    with pytest.raises(packing.Unpackable):
        packing.unpack_blocks(damaged)
