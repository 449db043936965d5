"""From the spot that answers to the unit that is shown."""

from __future__ import annotations

from rag.readers.assembling import Assembler
from rag.reading.units import WHOLE, Spot, Unit, joined_units, spots, unit_of
from rag.records import Block, BlockKind, Document, Passage


def passage_of(document: Document) -> Passage:
    return Passage(
        id="d#0",
        document_id="d",
        ordinal=0,
        source="d.md",
        title=document.title,
        heading="",
        start=0,
        end=len(document.text),
        text=document.text,
        blocks=document.blocks,
    )


def spot_with(passage: Passage, words: str) -> Spot:
    return next(s for s in spots(passage) if words in passage.text[s.start : s.end])


def shown(passage: Passage, words: str, *, whole: bool = False) -> str:
    unit = unit_of(passage, spot_with(passage, words), whole=whole)
    return "\n".join(passage.text[start:end] for start, end in unit.spans)


def filler(count: int) -> str:
    return "".join(f"第{n}句说的是别的事情，与问题没有什么关系。" for n in range(count))


def test_a_row_is_shown_under_the_row_that_names_its_columns() -> None:
    made = Assembler()
    table = made.group()
    names = ["房型", "价格", "床"]
    made.add_row(names, group=table, header=True)
    for cells in (["单人间", "300元", "1"], ["双人间", "420元", "2"], ["套房", "900元", "2"]):
        made.add_row(cells, group=table, names=names)
    passage = passage_of(made.document(title="价目"))
    assert shown(passage, "双人间") == "房型 | 价格 | 床\n双人间 | 420元 | 2"
    assert shown(passage, "单人间") == "房型 | 价格 | 床\n单人间 | 300元 | 1"


def test_the_row_of_names_is_no_spot() -> None:
    made = Assembler()
    table = made.group()
    made.add_row(["甲", "乙"], group=table, header=True)
    made.add_row(["1", "2"], group=table, names=["甲", "乙"])
    passage = passage_of(made.document(title=""))
    assert [passage.text[s.start : s.end] for s in spots(passage)] == ["1 | 2"]


def listed(items: int, length: int) -> Passage:
    made = Assembler()
    made.add(BlockKind.PARAGRAPH, filler(12))
    made.add(BlockKind.PARAGRAPH, "申请人应当提交下列材料：")
    group = made.group()
    for number in range(1, items + 1):
        text = f"{number}. 材料{number}号" + "详" * length
        made.add(BlockKind.ITEM, text, group=group, marker=f"{number}.", level=1)
    made.add(BlockKind.PARAGRAPH, filler(4))
    return passage_of(made.document(title=""))


def test_a_list_comes_whole_with_what_announces_it() -> None:
    text = shown(listed(4, 10), "材料3号")
    assert text.startswith("申请人应当提交下列材料：\n\n1. 材料1号")
    assert text.endswith("材料4号" + "详" * 10)


def test_of_a_long_list_the_item_stands_under_its_lead() -> None:
    text = shown(listed(20, 80), "材料15号")
    assert text.startswith("申请人应当提交下列材料：\n")
    assert "15. 材料15号" in text
    assert "1. 材料1号" not in text
    assert len(text) < WHOLE + 120


def test_code_comes_after_the_sentence_that_says_what_it_does() -> None:
    made = Assembler()
    made.add(BlockKind.PARAGRAPH, filler(15))
    made.add(BlockKind.PARAGRAPH, "要撤销上一次提交但保留改动：")
    made.add(BlockKind.CODE, "git reset --soft HEAD~1", marker="sh")
    passage = passage_of(made.document(title=""))
    assert shown(passage, "git reset") == "要撤销上一次提交但保留改动：\n\ngit reset --soft HEAD~1"


def test_a_sentence_that_announces_code_brings_it_along() -> None:
    made = Assembler()
    made.add(BlockKind.PARAGRAPH, filler(15))
    made.add(BlockKind.PARAGRAPH, "要撤销上一次提交但保留改动，运行：")
    made.add(BlockKind.CODE, "git reset --soft HEAD~1")
    passage = passage_of(made.document(title=""))
    assert shown(passage, "要撤销").endswith("git reset --soft HEAD~1")


def test_a_pair_is_one() -> None:
    made = Assembler()
    made.add(BlockKind.PARAGRAPH, filler(15))
    for question, answer in (("能退款吗？", "七天内可以。"), ("多久发货？", "两天。")):
        pair = made.group()
        made.add(BlockKind.TERM, question, group=pair)
        made.add(BlockKind.DEFINITION, answer, group=pair)
    passage = passage_of(made.document(title=""))
    assert shown(passage, "能退款吗") == "能退款吗？\n七天内可以。"
    assert shown(passage, "两天") == "多久发货？\n两天。"


def test_of_a_long_paragraph_the_sentences_around() -> None:
    passage = passage_of(_paragraph(filler(20) + "办理时间为三天。" + filler(20)))
    text = shown(passage, "办理时间")
    assert "办理时间为三天。" in text
    assert len(text) <= WHOLE


def test_a_sentence_that_leans_on_the_one_before_brings_it() -> None:
    words = (
        filler(12) + "张三是第一任校长。" + "他于1920年就任，" + "很长" * 100 + "。" + filler(12)
    )
    text = shown(passage_of(_paragraph(words)), "他于1920年")
    assert text.startswith("张三是第一任校长。他于1920年就任")


def test_a_short_section_is_shown_whole() -> None:
    made = Assembler()
    made.add(BlockKind.PARAGRAPH, "门票二十元。")
    made.add(BlockKind.PARAGRAPH, "学生半价。")
    passage = passage_of(made.document(title=""))
    assert shown(passage, "学生") == "门票二十元。\n\n学生半价。"


def test_a_passage_without_blocks_is_one_paragraph() -> None:
    passage = Passage("d#0", "d", 0, "", "", "", 5, 13, "甲是乙。丙是丁。")
    assert [(s.start, s.end) for s in spots(passage)] == [(5, 9), (9, 13)]
    assert passage.blocks == ()
    assert unit_of(passage, spots(passage)[1], whole=False).spans == ((5, 13),)


def _paragraph(text: str) -> Document:
    made = Assembler()
    made.add(BlockKind.PARAGRAPH, text)
    document = made.document(title="")
    assert document.blocks == (Block(BlockKind.PARAGRAPH, 0, len(text)),)
    return document


def test_units_that_stand_close_together_are_one() -> None:
    passage = passage_of(_paragraph("甲说一。" + "乙说二。" + "丙说三。" + filler(10) + "丁说四。"))
    one, two, far = (Unit(((spot.start, spot.end),), "sentence") for spot in _spots(passage))
    joined = joined_units(passage, one, two, most=900)
    assert joined is not None
    assert passage.text[slice(*joined.spans[0])] == "甲说一。乙说二。丙说三。"
    assert joined_units(passage, two, one, most=900) == Unit(joined.spans, "sentence")
    assert joined_units(passage, one, far, most=900) is None
    assert joined_units(passage, one, two, most=8) is None


def _spots(passage: Passage) -> list[Spot]:
    return [spot_with(passage, words) for words in ("甲说", "丙说", "丁说")]


def test_a_numbered_article_is_a_section() -> None:
    made = Assembler()
    for number, text in enumerate(("观景台每日开放。", "儿童免票。", "不得吸烟。"), start=1):
        marker = f"第{'一二三'[number - 1]}条"
        made.add(BlockKind.PARAGRAPH, f"{marker} {text}", marker=marker)
        made.add(BlockKind.PARAGRAPH, f"{text[:2]}的细则另行规定。")
    passage = passage_of(made.document(title=""))
    assert shown(passage, "儿童免票") == "第二条 儿童免票。\n\n儿童的细则另行规定。"
