"""What a document is about is told in its own words."""

from __future__ import annotations

from rag.asking.asked import Asked, Intent
from rag.asking.question import read_question
from rag.chunking import chunk
from rag.readers.assembling import Assembler
from rag.reading.overview import DOCUMENTS, overview
from rag.records import BlockKind, Passage

ASKED = Asked(
    "这篇讲了什么？", "这篇讲了什么？", ("这篇讲了什么？",), "这篇讲了什么？",
    read_question("这篇讲了什么？"), intent=Intent.ABOUT,
)  # fmt: skip


def passages(name: str) -> list[Passage]:
    made = Assembler()
    made.add(BlockKind.HEADING, f"{name}手册", level=1)
    made.add(BlockKind.PARAGRAPH, f"本手册说明{name}的用法。")
    for part in ("安装", "使用", "维修"):
        made.add(BlockKind.HEADING, part, level=2)
        made.add(BlockKind.PARAGRAPH, f"{part}{name}时请断电。" * 20)
    document = made.document(title=f"{name}手册", id=f"{name}.md")
    return chunk(document, maximum=900, minimum=60)


def told(*names: str) -> list[str]:
    reading = overview(ASKED, [passages(name) for name in names])
    return ["\n".join(e.text for e in p.extents) for p in reading.proposals]


def test_one_document_is_told_by_its_beginning_and_its_headings() -> None:
    beginning, outline = told("水泵")
    assert beginning.startswith("本手册说明水泵的用法。")
    assert outline.split("\n") == ["水泵手册", "安装", "使用", "维修"]


def test_several_are_told_by_how_each_begins() -> None:
    assert [text[:9] for text in told("水泵", "风机")] == [
        "本手册说明水泵的用",
        "本手册说明风机的用",
    ]
    assert len(told(*"甲乙丙丁戊己庚")) == DOCUMENTS


def test_nothing_to_tell_is_no_answer() -> None:
    reading = overview(ASKED, [])
    assert reading.proposals == ()
    assert reading.confidence == 0.0
