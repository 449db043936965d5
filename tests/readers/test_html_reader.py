from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UnreadableDocument
from rag.readers import discover, read_documents
from rag.records import Document

PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="{charset}"><title>某市开通新地铁_示例网</title>
<meta name="source" content="示例日报"><meta name="description" content="摘要">
<link rel="canonical" href="https://news.example/1.html">
<style>p {{ color: red }}</style><script>var hidden = "看不见";</script></head>
<body><header><a href="/">示例网</a></header>
<nav><ul><li>首页</li><li>新闻</li></ul></nav>
<main><h1>某市开通新地铁</h1>
<p class="info">2023-05-06 08:30:00　来源：示例日报　作者：王小明</p>
<p>某市今天开通了第三条地铁线路，
全长<b>28.5</b>公里，共设站<i>20</i>座，预计每天可以运送三十万名乘客。<br>首班车六点发车。</p>
<h2>票&nbsp;价</h2>
<table><caption>票价表</caption><tr><th>里程</th><th>票价</th><th></th></tr>
<tr><td><p>6公里</p><p>以内</p></td><td>2元</td></tr></table>
<ul><li>第一项<li>第二项 &lt;b&gt; &amp; 其他</ul>
<pre>甲  乙
  丙</pre>
<p style="display:none">看不见</p><p hidden>看不见</p><noscript>看不见</noscript>
<button>点我</button><select><option>看不见</option></select>
<aside>旁边的话</aside>
<div>责任编辑：李四</div></main>
<footer>Copyright &copy; 2023 示例网</footer></body></html>
"""


def _read(path: Path, data: bytes, name: str = "a.html") -> Document:
    (path / name).write_bytes(data)
    (document,) = read_documents(discover([path / name])[0])
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end
        assert not document.text[position : block.start].strip()
        position = block.end
    assert not document.text[position:].strip()
    return document


def _blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, document.text[b.start : b.end]) for b in document.blocks]


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("big5", "utf-8"), ("", "gb18030")],
)
def test_a_news_page(tmp_path: Path, charset: str, encoding: str) -> None:
    document = _read(tmp_path, PAGE.format(charset=charset).encode(encoding))
    assert document.title == "某市开通新地铁"
    assert dict(document.metadata) == {
        "date": "2023-05-06",
        "publisher": "示例日报",
        "author": "王小明",
        "description": "摘要",
        "url": "https://news.example/1.html",
        "encoding": encoding,
    }
    assert "看不见" not in document.text
    assert _blocks(document) == [
        ("furniture", 0, "示例网"),
        ("furniture", 0, "首页"),
        ("furniture", 0, "新闻"),
        ("heading", 1, "某市开通新地铁"),
        ("furniture", 0, "2023-05-06 08:30:00　来源：示例日报　作者：王小明"),
        (
            "body",
            0,
            "某市今天开通了第三条地铁线路，全长28.5公里，共设站20座，预计每天可以运送三十万名乘客。",
        ),
        ("body", 0, "首班车六点发车。"),
        ("heading", 2, "票\xa0价"),
        ("body", 0, "票价表"),
        ("body", 0, "里程 | 票价"),
        ("body", 0, "6公里 以内 | 2元"),
        ("body", 0, "第一项"),
        ("body", 0, "第二项 <b> & 其他"),
        ("body", 0, "甲  乙"),
        ("body", 0, "丙"),
        ("furniture", 0, "点我"),
        ("furniture", 0, "旁边的话"),
        ("furniture", 0, "责任编辑：李四"),
        ("furniture", 0, "Copyright © 2023 示例网"),
    ]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>甲乙丙丁 - 某站</title>", "<p>文</p>", "甲乙丙丁"),
        ("<title>某站</title>", "<h1>甲乙</h1><p>文</p>", "甲乙"),
        ("<title>某站 | 甲乙丙</title>", "<h2>甲乙丙</h2><p>文</p>", "甲乙丙"),
        ('<meta property="og:title" content="甲 乙">', "<p>文</p>", "甲 乙"),
        ("", "<p>文</p>", "a"),
    ],
)
def test_titles(tmp_path: Path, head: str, body: str, title: str) -> None:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    assert _read(tmp_path, page.encode()).title == title


def test_a_page_laid_out_with_tables_keeps_its_paragraphs(tmp_path: Path) -> None:
    page = """<table><tr><td>左栏</td><td><table><tr><td><h1>标题在此</h1><p>第一段。</p>
    <p>第二段。</p></td></tr></table></td></tr></table>"""
    lines = [line for _, _, line in _blocks(_read(tmp_path, page.encode()))]
    assert lines == ["左栏", "标题在此", "第一段。", "第二段。"]


def test_fragments_and_broken_pages_lose_nothing(tmp_path: Path) -> None:
    page = "前文<p>一<div>二<b>三</p>四</i><table>五<tr><td>六</table>七<li>八</html>九"
    text = _read(tmp_path, page.encode(), "a.htm").text
    assert sorted(c for c in text if c.isalnum()) == sorted("前文一二三四五六七八九")


def test_deep_nesting_is_kept_and_absurd_nesting_refused(tmp_path: Path) -> None:
    page = "<div>" * 3_000 + "深处的字" + "</div>" * 3_000
    assert _read(tmp_path, page.encode()).text == "深处的字"
    with pytest.raises(UnreadableDocument, match="deep"):
        _read(tmp_path, ("<div>" * 200_000 + "字").encode())
    rows = "<p>段<br>" * 20_000
    assert len(_read(tmp_path, rows.encode()).blocks) == 20_000


@pytest.mark.parametrize(
    "page", ["<html></html>", "<script>x</script>", "<p> &nbsp; </p>", "<!-- nothing -->"]
)
def test_a_page_that_shows_nothing_is_refused(tmp_path: Path, page: str) -> None:
    with pytest.raises(UnreadableDocument, match="holds no text"):
        _read(tmp_path, page.encode())


def test_utf16_pages(tmp_path: Path) -> None:
    document = _read(tmp_path, PAGE.format(charset="utf-16").encode("utf-16"))
    assert document.title == "某市开通新地铁"
    assert document.metadata["byte_order_mark"] == "yes"
