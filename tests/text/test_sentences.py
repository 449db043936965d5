"""Sentence borders in Chinese, English and mixed text."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import split_sentences

SHARED = Path(__file__).parents[3] / "shared"


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "marked",
    [
        "第一句。|第二句！|第三句？|第四句",
        "你好吗?|很好!|再见。",
        "总书记说:“这是最难的,也是最伟大的。”|第二句,还有逗号。",
        "他说：“走吧。”|然后离开了。",
        "“走吧！”他说。|第二句。",
        "“甲。”|“乙。”",
        "「你來了嗎？」他問。|她說：「來了。」",
        "这叫“什么？怎么办？”问题。|完。",
        "他读了《你好！中国。》一书。|好。",
        "（见附录。）|下一句。",
        "对吗？！|对！！！|好……",
        "嗯……我不知道。|好。",
        "气温3.5度。|增长6.7%。",
        "版本1.2.3发布.|新的.",
        "第一行\n|第二行",
        "一；二；三。|四。",
        "网址 https://a.b/c?d=1。|完",
        "写信到 a.b@c.com。|完",
        "1. 第一条。|\n2. 第二条。",
        "Mr. Smith went to the U.S. in 1990. |He paid $3.50. |It was fun!",
        "He lives in the U.S. |The city is big.",
        "See e.g. Fig. 3 by J. K. Rowling. |Next one.",
        "Written by J. A. Hobson in 1902. |It is long.",
        "Wait... what? |Yes.",
        'She said "Stop." |Then she left.',
        "At 5 p.m. the bell rang. |All left.",
        "Version 2.0 of Node.js is out. |Try it.",
        "The year was c. 1200 then. |Nobody knows.",
        "Hello World. |你好。|OK.",
        "他说“好”。|她说。",
        "“有观点。”，他说。|完。",
    ],
)
def test_borders(marked: str) -> None:
    expected = [piece.strip() for piece in marked.split("|")]
    assert pieces(marked.replace("|", "")) == expected


def test_semicolons_split_only_long_sentences() -> None:
    clause = "一" * 80
    assert pieces(f"{clause}；{clause}。") == [f"{clause}；{clause}。"]
    assert len(pieces(f"{clause}；{clause}；{clause}。")) == 3
    words = "word " * 30
    assert len(pieces(f"{words}; {words}.")) == 1
    assert len(pieces(f"{words}; {words}; {words}.")) == 3


def test_long_quotations_are_split_inside() -> None:
    text = "他指出：“" + "这是很长的一句话而且还没有说完呢。" * 4 + "”"
    assert len(pieces(text)) == 4


def test_empty_and_blank() -> None:
    assert split_sentences("") == []
    assert split_sentences(" \n\u3000\n") == []


@given(
    st.text(st.sampled_from("中文字。！？；，、“”「」《》（）()…. \n\tabA1.!?;\"'《"), max_size=60)
)
def test_nothing_is_lost_or_doubled(text: str) -> None:
    spans = split_sentences(text)
    covered = bytearray(len(text))
    before = 0
    for start, end in spans:
        assert before <= start < end <= len(text)
        before = end
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        covered[start:end] = b"\1" * (end - start)
    assert [c for c, inside in zip(text, covered, strict=True) if not inside and c.strip()] == []


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


def test_many_brackets_take_no_quadratic_time() -> None:
    assert len(split_sentences("（" * 20_000 + "）" * 20_000)) == 1
    assert len(split_sentences("（“" * 20_000 + "字。")) == 1


def test_real_paragraphs() -> None:
    corpus = SHARED / "evals" / "cmrc2018" / "corpus.jsonl"
    if not corpus.exists():
        pytest.skip(f"no {corpus}")
    lengths = []
    for line in corpus.read_text("utf-8").splitlines()[:200]:
        text = json.loads(line)["text"]
        found = pieces(text)
        assert "".join("".join(p.split()) for p in found) == "".join(text.split())
        lengths.extend(map(len, found))
    lengths.sort()
    assert 25 <= lengths[len(lengths) // 2] <= 50
    assert lengths[int(0.99 * len(lengths))] < 250
