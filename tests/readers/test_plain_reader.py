from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from rag.readers import discover, read_documents
from rag.readers.plain import structure
from rag.records import BlockKind, Document
from tests.readers.lawful import texts

ENGLISH = (
    (
        "The old lighthouse stood at the end of the long pier, and nobody in town could remember "
        "when its lamp had last been lit. Fishermen said it went dark in the winter of 1952, when "
        "the keeper fell ill and no one was sent to replace him. The council wrote letters, but "
        "the ministry never answered."
    ),
    (
        "In the spring a young engineer named Clara Brandt came to town with two boxes of tools "
        "and asked for the key. She worked for nineteen days, slept in the lamp room, and on the "
        "twentieth evening the light turned again."
    ),
)
CHINESE = (
    (
        "老灯塔立在长堤的尽头，镇上已经没有人记得它的灯上一次亮起是什么时候。渔民们说，"
        "灯是在一九五二年冬天熄灭的，那一年看塔人病倒了，没有人来接替他。镇议会写过许多封信，部里却从来没有答复。"
    ),
    (
        "春天，一位名叫克拉拉的年轻工程师带着两箱工具来到镇上，要了钥匙。她干了十九天，睡在灯室里，"
        "到了第二十天傍晚，灯又转了起来，全镇的人都跑到堤上去看。"
    ),
)


def _paragraphs(text: str) -> list[str]:
    return ["".join(paragraph.split()) for paragraph in texts(structure(text), BlockKind.PARAGRAPH)]


def _squeezed(*texts: str) -> list[str]:
    return ["".join(text.split()) for text in texts]


@pytest.mark.parametrize("columns", [60, 72, 80, 100])
@pytest.mark.parametrize("indent", ["", "    "])
def test_wrapped_english_is_put_together(columns: int, indent: str) -> None:
    text = "\n\n".join(
        textwrap.fill(paragraph, columns, initial_indent=indent) for paragraph in ENGLISH
    )
    assert _paragraphs(text) == _squeezed(*ENGLISH)


@pytest.mark.parametrize("columns", [30, 36, 40])
@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_wrapped_chinese_is_put_together(columns: int, blank: str) -> None:
    wrapped = []
    for paragraph in CHINESE:
        whole = "\u3000\u3000" + paragraph
        wrapped.append(
            "\n".join(whole[start : start + columns] for start in range(0, len(whole), columns))
        )
    assert _paragraphs(blank.join(wrapped)) == _squeezed(*CHINESE)


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\r\n", "\r", "\n  ", "\u2028"])
def test_long_lines_are_paragraphs(separator: str) -> None:
    paragraphs = CHINESE * 4
    text = separator.join(paragraphs)
    assert _paragraphs(text) == _squeezed(*paragraphs)


def test_short_lines_stay_apart() -> None:
    poem = "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n" * 3
    assert structure(poem).text == poem.strip()
    items = "\n".join(f"{number}. item number {number} of the list" for number in range(1, 15))
    assert texts(structure(items), BlockKind.ITEM) == items.split("\n")
    sentences = "\n".join(f"第{n}条规定,各单位应当按照规定及时报送第{n}类材料。" for n in range(10))
    assert structure(sentences).text.replace("\n\n", "\n") == sentences


def test_headings_of_a_wrapped_text_stay_apart() -> None:
    text = "The Lighthouse\n\n" + textwrap.fill(ENGLISH[0], 72)
    text += "\n\nHow it ended\n\n" + textwrap.fill(ENGLISH[1], 72)
    marked = structure(text)
    headings = [b for b in marked.blocks if b.kind is BlockKind.HEADING]
    assert [(marked.text[b.start : b.end], b.level) for b in headings] == [
        ("The Lighthouse", 1),
        ("How it ended", 2),
    ]


def _read(path: Path) -> Document:
    (document,) = read_documents(discover([path])[0])
    return document


def test_line_ends_and_outer_space_are_no_text(tmp_path: Path) -> None:
    text = f"灯塔\r\n\r\n  {CHINESE[0]}\r\n"
    path = tmp_path / "文.txt"
    path.write_bytes(text.encode("utf-16"))
    document = _read(path)
    assert (document.id, document.source, document.title) == ("文.txt", str(path), "灯塔")
    assert document.text == f"灯塔\n\n{CHINESE[0]}"
    assert document.place(document.text.index(CHINESE[0])).line == 3
    assert document.metadata["encoding"] == "utf-16-le"
    assert document.metadata["byte_order_mark"] == "yes"


def test_the_title_falls_back_to_the_first_line_and_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("静夜思\n李白\n床前明月光，", encoding="utf-8")
    (tmp_path / "note.text").write_text(CHINESE[0], encoding="utf-8")
    assert _read(tmp_path / "poem.txt").title == "静夜思"
    assert _read(tmp_path / "note.text").title == "note"
