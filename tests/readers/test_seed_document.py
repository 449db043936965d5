"""The shipped article, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.readers import discover, read_documents
from rag.records import BlockKind, Document
from tests.readers.lawful import aside, assert_lawful, texts, visible


@pytest.fixture
def article(seeds: Path) -> Document:
    (source,) = [source for source in discover([seeds]) if source.path.suffix == ".txt"]
    (document,) = read_documents(source)
    return document


def test_what_is_known_about_the_article(article: Document) -> None:
    assert article.title == "推动新时代新征程工会工作高质量发展"
    assert dict(article.metadata) == {
        "date": "2024-05-01",
        "publisher": "新浪新闻",
        "author": "中共中华全国总工会党组",
        "encoding": "utf-8",
    }


def test_nothing_of_the_file_is_lost(article: Document, seeds: Path) -> None:
    assert_lawful(article)
    source = (seeds / article.id).read_text("utf-8")
    assert visible(article.text + "".join(aside(article))) == visible(source)


def test_the_place_of_each_paragraph_is_its_line(article: Document, seeds: Path) -> None:
    lines = (seeds / article.id).read_text("utf-8").splitlines()
    for block in article.blocks:
        line = lines[article.place(block.start).line - 1]
        assert line.strip().startswith(article.text[block.start : block.end])


def test_the_furniture(article: Document) -> None:
    title = "推动新时代新征程工会工作高质量发展"
    caption = (
        "图为2023年10月9日,中国工会第十八次全国代表大会在北京人民大会堂开幕。 新华社记者 才扬/摄"
    )
    assert aside(article) == [
        "新浪新闻客户端",
        title,
        title,
        "2024年05月01日 09:00 新浪新闻",
        "中共中华全国总工会党组",
        caption,
        "举报邮箱:jubao@vip.sina.com",
        "Copyright © 1996-2024 SINA Corporation",
        "All Rights Reserved 新浪公司 版权所有",
    ]
    assert caption in texts(article, BlockKind.PARAGRAPH)


def test_the_headings(article: Document) -> None:
    assert texts(article, BlockKind.HEADING, 1) == [article.title]
    assert texts(article, BlockKind.HEADING, 2) == [
        "坚持党对工运事业和工会工作的领导",
        "组织动员亿万职工群众奋进新征程",
        "维护职工合法权益,竭诚服务职工群众",
        "深化工会改革和建设,推动工会工作提质增效",
    ]


def test_the_body_is_everything_else(article: Document) -> None:
    body = texts(article, BlockKind.PARAGRAPH)
    assert len(body) == 18
    assert body[0].startswith("党的十八大以来,")
    assert body[-1].startswith("奋楫扬帆新时代")
    assert sum(line.startswith("图为") for line in body) == 3


def test_the_paragraphs_of_the_seed_questions_are_body(article: Document, shared: Path) -> None:
    import json

    body = set(texts(article, BlockKind.PARAGRAPH))
    corpus = {
        record["id"]: record["text"]
        for line in (shared / "evals/seed/corpus.jsonl").read_text("utf-8").splitlines()
        if (record := json.loads(line))
    }
    answerable = 0
    for line in (shared / "evals/seed/questions.jsonl").read_text("utf-8").splitlines():
        question = json.loads(line)
        for gold in question["gold"]:
            text = corpus[gold].strip()
            answerable += any(text.startswith(paragraph) for paragraph in body)
            assert any(text.startswith(paragraph) for paragraph in body), (question["id"], text)
    assert answerable > 20
