from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.readers import discover, read_documents
from rag.records import Document

TEXT = """\
---
title: "手册"
author: 王明
date: 2024-05-01
tags: a, b
---

# 安装 #

先下载安装包,
再运行它。

Setext one
==========
段落
两行
-----
* 项目一
  续行
* 项目二
1. 第一
2) 第二

| 列 | 值 |
|----|----|
| a  | 1  |

```python
# not a heading

- not a list
```
***
### 三级
尾段。
"""


def _read(path: Path, text: str, name: str = "a.md") -> Document:
    (path / name).write_bytes(text.encode())
    (document,) = read_documents(discover([path / name])[0])
    assert document.text == text
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end
        assert not text[position : block.start].strip()
        position = block.end
    assert not text[position:].strip()
    return document


def _blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, document.text[b.start : b.end]) for b in document.blocks]


def test_the_structure_of_a_document(tmp_path: Path) -> None:
    document = _read(tmp_path, TEXT)
    assert document.title == "手册"
    assert dict(document.metadata) == {
        "author": "王明",
        "date": "2024-05-01",
        "tags": "a, b",
        "encoding": "utf-8",
    }
    assert _blocks(document)[1:] == [
        ("furniture", 0, "#"),
        ("heading", 1, "安装"),
        ("furniture", 0, "#"),
        ("body", 0, "先下载安装包,\n再运行它。"),
        ("heading", 1, "Setext one"),
        ("furniture", 0, "=========="),
        ("heading", 2, "段落\n两行"),
        ("furniture", 0, "-----"),
        ("body", 0, "* 项目一\n  续行"),
        ("body", 0, "* 项目二"),
        ("body", 0, "1. 第一"),
        ("body", 0, "2) 第二"),
        ("body", 0, "| 列 | 值 |"),
        ("body", 0, "|----|----|"),
        ("body", 0, "| a  | 1  |"),
        ("body", 0, "```python\n# not a heading\n\n- not a list\n```"),
        ("furniture", 0, "***"),
        ("furniture", 0, "###"),
        ("heading", 3, "三级"),
        ("body", 0, "尾段。"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 一\n\n文。", "一"),
        ("文。\n\n## 二\n\n文。", "二"),
        ("一\n=\n文。", "一"),
        ("只有文字。", "a"),
        ("---\ntitle: 甲\n---\n# 乙\n文。", "甲"),
    ],
)
def test_titles(tmp_path: Path, text: str, title: str) -> None:
    assert _read(tmp_path, text).title == title


@pytest.mark.parametrize(
    "text",
    [
        "#no space is no heading",
        "####### seven",
        "    # indented code",
        "text # inside",
        "```\n# unclosed fence\n## more",
        "~~~\n```\n# x\n~~~",
        "- item\n---\ntext",
    ],
)
def test_what_is_no_heading(tmp_path: Path, text: str) -> None:
    assert all(kind != "heading" for kind, _, _ in _blocks(_read(tmp_path, text)))


def test_a_clipped_page_loses_its_tail_but_not_its_headings(tmp_path: Path) -> None:
    long = "这是一段足够长的正文,用来说明后面的内容并不是页面的装饰,它有完整的句子,也有结尾的句号。"
    text = (
        f"# 标题\n\n{long}\n\n## 相关阅读\n\n{long}\n\n责任编辑：王明\n\n© 2024 某某网 版权所有\n"
    )
    document = _read(tmp_path, text)
    furniture = [line for kind, _, line in _blocks(document) if kind == "furniture"]
    assert furniture == ["#", "##", "责任编辑：王明", "© 2024 某某网 版权所有"]
    assert ("heading", 2, "相关阅读") in _blocks(document)


def test_line_ends_of_every_kind(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        document = _read(tmp_path, f"# 一{end}{end}甲{end}乙{end}{end}丙")
        assert [kind for kind, _, _ in _blocks(document)] == [
            "furniture",
            "heading",
            "body",
            "body",
        ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.sampled_from("#=-*`~|>+1. \t\n\r文字a:"), min_size=1, max_size=80))
def test_nothing_is_lost_whatever_the_marks(tmp_path: Path, text: str) -> None:
    if text.strip():
        _read(tmp_path, text)
