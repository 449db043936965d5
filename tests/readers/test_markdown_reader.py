from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.records import AsideKind, BlockKind, Document
from tests.readers.lawful import aside, read, shape, texts

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
2. 第二

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
    return read(path, text, name)


def test_the_structure_of_a_document(tmp_path: Path) -> None:
    document = _read(tmp_path, TEXT)
    assert document.title == "手册"
    assert dict(document.metadata) == {
        "author": "王明",
        "date": "2024-05-01",
        "tags": "a, b",
        "encoding": "utf-8",
    }
    assert shape(document) == [
        ("heading", 1, "安装"),
        ("paragraph", 0, "先下载安装包,再运行它。"),
        ("heading", 1, "Setext one"),
        ("heading", 2, "段落两行"),
        ("item", 1, "项目一续行"),
        ("item", 1, "项目二"),
        ("item", 1, "1. 第一"),
        ("item", 1, "2. 第二"),
        ("columns", 0, "列 | 值"),
        ("row", 0, "a | 1"),
        ("code", 0, "# not a heading\n\n- not a list"),
        ("heading", 3, "三级"),
        ("paragraph", 0, "尾段。"),
    ]
    places = {document.text[b.start : b.end]: document.place(b.start).line for b in document.blocks}
    assert (places["安装"], places["项目二"], places["a | 1"], places["尾段。"]) == (8, 20, 26, 35)
    # Every line of a joined paragraph knows its own.
    assert document.place(document.text.index("再运行它")).line == 11
    assert [b.marker for b in document.blocks if b.kind is BlockKind.CODE] == ["python"]
    assert aside(document, AsideKind.FRONT_MATTER)[0].startswith("---\ntitle")


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
    assert all(kind != "heading" for kind, _, _ in shape(_read(tmp_path, text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*一* **二** ~~三~~ `四 **五**`", "一 二 三 四 **五**"),
        ("**注意：**先备份**数据。**再装", "注意：先备份数据。再装"),
        ('见[官网](https://x.example/a(b) "题")与![图](a.png)。', "见官网与。"),
        ("See [the\nguide](./a.md) first.", "See the guide first."),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("一行  \n二行\\\n三行", "一行\n二行\n三行"),
        ("wrapped\nwords", "wrapped words"),
        ("换行\n汉字", "换行汉字"),
        ("汉字\nLatin", "汉字 Latin"),
        ("v1 发布于2022年。\nv2 发布于2023年。", "v1 发布于2022年。\nv2 发布于2023年。"),
        ("A<!-- 不见 -->B &amp; C&#x20;", "AB & C"),
        ("==重点==，x^注^，10^3", "重点，x注，10^3"),
        ("x {{ site.name }} y ${{ kept }}", "x y ${{ kept }}"),
        ("许可一年[^1]。", "许可一年。"),
        ('问 {% slack_channel "help" %} 频道', "问 help 频道"),
        ('去[页]({% page "a/b" %})看', "去页看"),
        ("\\*不斜\\* 1\\. 不列", "*不斜* 1. 不列"),
    ],
)
def test_no_mark_stays_in_a_line(tmp_path: Path, text: str, shown: str) -> None:
    assert _read(tmp_path, text).text == shown


def test_what_was_set_aside_knows_where_it_stood(tmp_path: Path) -> None:
    document = _read(
        tmp_path, "先看[备份说明](./backup.md)。\n\n![界面](img/a.png)\n\n<!-- 待办 -->\n完。"
    )
    found = {one.kind: one for one in document.aside}
    assert found[AsideKind.LINK].text == "./backup.md"
    assert document.text[found[AsideKind.LINK].at :].startswith("备份说明")
    assert found[AsideKind.IMAGE].text == "界面 img/a.png"
    assert found[AsideKind.COMMENT].text == "待办"


def test_lists_keep_numbers_nesting_and_tasks(tmp_path: Path) -> None:
    text = "3. 三\n   续\n\n   ```sh\n   ls\n   ```\n1. 四\n   - 内\n\n- [x] 做完\n- [ ] 未做\n"
    document = _read(tmp_path, text)
    assert [(b.kind.value, b.level, b.marker) for b in document.blocks] == [
        ("item", 1, "3."),
        ("code", 0, "sh"),
        ("item", 1, "4."),
        ("item", 2, "•"),
        ("item", 1, "☑"),
        ("item", 1, "☐"),
    ]
    assert document.text == "3. 三续\nls\n4. 四\n内\n\n☑ 做完\n☐ 未做"
    assert len({block.group for block in document.blocks}) == 2


def test_a_table_knows_its_columns_and_cells(tmp_path: Path) -> None:
    document = _read(tmp_path, "| 端口 | 用途 |\n|:-:|--|\n| 8450 | **网页**<br>界面 |\n| | 空 |\n")
    rows = [b for b in document.blocks if b.kind is BlockKind.ROW]
    assert [b.names for b in rows] == [("端口", "用途")] * 2
    assert [[document.text[a:e] for a, e in b.cells] for b in rows] == [
        ["8450", "网页 界面"],
        ["", "空"],
    ]


def test_a_pair_in_a_table_without_header_is_no_header(tmp_path: Path) -> None:
    text = "| 地址 | 芙蓉路 678 号东门 |\n|--|--|\n| 电话 | 0551-63869500 |\n| 距离 | 2km |\n"
    assert [kind for kind, _, _ in shape(_read(tmp_path, text))] == ["row"] * 3


CONTAINERS = """\
# 电话

:::tip 提示标题
请拨打。
:::

::: warning
小心。
:::

## 保卫处

:::tabs key:campus
== 屯溪路

0551-1

== 翡翠湖

0551-2
:::

## 门禁

{% tabs %}
{% tab title="Windows" %}
Press `Win`.
{% endtab %}
{% tab title="macOS" %}
Press `Cmd`.
{% endtab %}
{% endtabs %}

After the tabs.

{% hint style="info" %}
Hinted.
{% endhint %}

[[toc]]

## 更多 {#more}

<details>
<summary>为什么</summary>

因为**如此**。

</details>

!!! note "笔记"
    缩进的。

尾。
"""


def test_marks_of_site_builders_are_structure(tmp_path: Path) -> None:
    assert shape(_read(tmp_path, CONTAINERS)) == [
        ("heading", 1, "电话"),
        ("term", 0, "提示标题"),
        ("definition", 0, "请拨打。"),
        ("paragraph", 0, "小心。"),
        ("heading", 2, "保卫处"),
        ("heading", 3, "屯溪路"),
        ("paragraph", 0, "0551-1"),
        ("heading", 3, "翡翠湖"),
        ("paragraph", 0, "0551-2"),
        ("heading", 2, "门禁"),
        ("term", 0, "Windows"),
        ("definition", 0, "Press Win."),
        ("term", 0, "macOS"),
        ("definition", 0, "Press Cmd."),
        ("paragraph", 0, "After the tabs."),
        ("paragraph", 0, "Hinted."),
        ("heading", 2, "更多"),
        ("term", 0, "为什么"),
        ("definition", 0, "因为如此。"),
        ("term", 0, "笔记"),
        ("definition", 0, "缩进的。"),
        ("paragraph", 0, "尾。"),
    ]


def test_marks_in_code_are_text(tmp_path: Path) -> None:
    code = ":::tip\n{% if x %}\n{{ y }}\n<!-- z -->\n<table>\n---\n"
    document = _read(tmp_path, f"前。\n\n```\n{code}```\n\n用 `{{{{ a }}}}` 与 `{{% b %}}`。")
    assert texts(document, BlockKind.CODE) == [code.strip()]
    assert texts(document, BlockKind.PARAGRAPH) == ["前。", "用 {{ a }} 与 {% b %}。"]


def test_html_inside_gives_the_blocks_of_html(tmp_path: Path) -> None:
    text = """前。

<table>
<thead><tr><th>名</th><th>值</th></tr></thead>

<tr><td rowspan="2">甲</td><td>1</td></tr>
<tr><td>2</td></tr>
</table>

<dl><dt>词</dt><dd>义</dd></dl>

<p align="center">居中<br>两行</p>
"""
    document = _read(tmp_path, text)
    assert shape(document) == [
        ("paragraph", 0, "前。"),
        ("columns", 0, "名 | 值"),
        ("row", 0, "甲 | 1"),
        ("row", 0, "甲 | 2"),
        ("term", 0, "词"),
        ("definition", 0, "义"),
        ("paragraph", 0, "居中\n两行"),
    ]


def test_components_and_imports_of_mdx(tmp_path: Path) -> None:
    text = """import Tabs from '@theme/Tabs';

# 一

<Tabs>
<TabItem value="w" label="Windows">

按 **Win**。

</TabItem>
</Tabs>

{/* 注释 */}

之后。
"""
    assert shape(_read(tmp_path, text, "a.mdx")) == [
        ("heading", 1, "一"),
        ("term", 0, "Windows"),
        ("definition", 0, "按 Win。"),
        ("paragraph", 0, "之后。"),
    ]


def test_a_description_is_shown_under_the_title(tmp_path: Path) -> None:
    text = "---\ndescription: >-\n  It takes\n  130 ms.\n---\n\n# Latency\n\nText.\n"
    assert texts(_read(tmp_path, text), BlockKind.PARAGRAPH) == ["It takes 130 ms.", "Text."]


def test_notes_stand_where_they_are_written(tmp_path: Path) -> None:
    text = "一[^b]二[^a]\n\n[^a]: 甲注\n\n[^b]:\n    乙注\n\n末。"
    assert texts(_read(tmp_path, text), BlockKind.PARAGRAPH) == ["一二", "甲注", "乙注", "末。"]


def test_a_clipped_page_loses_its_tail_but_not_its_headings(tmp_path: Path) -> None:
    long = "这是一段足够长的正文,用来说明后面的内容并不是页面的装饰,它有完整的句子,也有结尾的句号。"
    text = (
        f"# 标题\n\n{long}\n\n## 相关阅读\n\n{long}\n\n责任编辑：王明\n\n© 2024 某某网 版权所有\n"
    )
    document = _read(tmp_path, text)
    assert aside(document) == ["责任编辑：王明", "© 2024 某某网 版权所有"]
    assert ("heading", 2, "相关阅读") in shape(document)


def test_line_ends_of_every_kind(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        document = _read(tmp_path, f"# 一{end}{end}甲{end}乙{end}{end}丙")
        assert document.text == "一\n\n甲乙\n\n丙"
        assert [document.place(block.start).line for block in document.blocks] == [1, 3, 6]


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)
@given(
    st.lists(
        st.sampled_from(
            [
                *"#=-*`~|>+1. \t\n\r文字a:[]()!",
                "\n\n",
                "<details>",
                "</details>",
                "<td>",
                "**",
                ":::",
                "::: tip 题\n",
                '{% tab title="t" %}\n',
                "{% endtab %}",
                "== 甲\n",
                "```\n",
                "| a | b |\n|--|--|\n",
                "<!--",
                "-->",
                "[^1]",
                "[^1]: x\n",
                "<table>",
                "</table>",
                "第一条 ",
                "Q：",
                "A：",
                "（一）",
                "？\n",
                "名：值\n",
                "---\n",
            ]
        ),
        min_size=1,
        max_size=60,
    ).map("".join)
)
def test_whatever_the_marks_the_laws_hold(tmp_path: Path, text: str) -> None:
    # A text of marks alone may be refused as one that holds nothing.
    with suppress(UnreadableDocument):
        _read(tmp_path, text)
