from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.records import AsideKind, BlockKind, Document
from tests.readers.lawful import aside, read, shape, texts, visible

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
    return read(path, data, name)


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
    assert shape(document) == [
        ("heading", 1, "某市开通新地铁"),
        (
            "paragraph",
            0,
            (
                "某市今天开通了第三条地铁线路，全长28.5公里，共设站20座，"
                "预计每天可以运送三十万名乘客。\n首班车六点发车。"
            ),
        ),
        ("heading", 2, "票\xa0价"),
        ("paragraph", 0, "票价表"),
        ("columns", 0, "里程 | 票价"),
        ("row", 0, "6公里 以内 | 2元"),
        ("item", 1, "第一项"),
        ("item", 1, "第二项 <b> & 其他"),
        ("code", 0, "甲  乙\n  丙"),
        ("paragraph", 0, "旁边的话"),
    ]
    assert aside(document) == [
        "示例网",
        "首页",
        "新闻",
        "2023-05-06 08:30:00　来源：示例日报　作者：王小明",
        "点我",
        "责任编辑：李四",
        "Copyright © 2023 示例网",
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
    lines = [line for _, _, line in shape(_read(tmp_path, page.encode()))]
    assert lines == ["左栏", "标题在此", "第一段。", "第二段。"]


def test_fragments_and_broken_pages_lose_nothing(tmp_path: Path) -> None:
    page = "前文<p>一<div>二<b>三</p>四</i><table>五<tr><td>六</table>七<li>八</html>九"
    text = _read(tmp_path, page.encode(), "a.htm").text
    assert visible(text) == visible("前文一二三四五六七八九")


def test_deep_nesting_is_kept_and_absurd_nesting_refused(tmp_path: Path) -> None:
    page = "<div>" * 3_000 + "深处的字" + "</div>" * 3_000
    assert _read(tmp_path, page.encode()).text == "深处的字"
    with pytest.raises(UnreadableDocument, match="deep"):
        _read(tmp_path, ("<div>" * 200_000 + "字").encode())
    rows = "<p>段<br>" * 20_000
    assert _read(tmp_path, rows.encode()).text.count("段") == 20_000


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


def _page(body: str) -> bytes:
    return f"<!doctype html><html><body><main>{body}</main></body></html>".encode()


def test_lists_pairs_and_code(tmp_path: Path) -> None:
    document = _read(
        tmp_path,
        _page(
            "<p>步骤：</p><ol start=3><li><p>三</p><p>续</p><pre><code class='language-sh'>  ls\n"
            "    -l\n</code></pre></li><li>四<ul><li>内</li></ul></li></ol>"
            "<dl><dt>-f</dt><dt>--force</dt><dd><p>强制。</p><ul><li>一</li></ul></dd><dt>-q</dt>"
            "<dd>安静。</dd></dl><blockquote><p>引</p></blockquote>"
            "<details><summary>问</summary><p>答</p></details><p>尾</p>"
        ),
    )
    assert [
        (b.kind.value, b.level, b.marker, document.text[b.start : b.end]) for b in document.blocks
    ] == [
        ("paragraph", 0, "", "步骤："),
        ("item", 1, "3.", "3. 三"),
        ("paragraph", 0, "", "续"),
        ("code", 0, "sh", "ls\n  -l"),
        ("item", 1, "4.", "4. 四"),
        ("item", 2, "•", "内"),
        ("term", 0, "", "-f"),
        ("term", 0, "", "--force"),
        ("definition", 0, "", "强制。"),
        ("item", 1, "•", "一"),
        ("term", 0, "", "-q"),
        ("definition", 0, "", "安静。"),
        ("quote", 1, "", "引"),
        ("term", 0, "", "问"),
        ("definition", 0, "", "答"),
        ("paragraph", 0, "", "尾"),
    ]
    groups = [block.group for block in document.blocks]
    assert len({*groups[1:6]}) == len({*groups[6:10]}) == len({*groups[10:12]}) == 1
    assert len({*groups} - {0}) == 4


def test_merged_cells_are_filled_and_headers_joined(tmp_path: Path) -> None:
    document = _read(
        tmp_path,
        _page(
            "<table><tr><th rowspan=2>地</th><th colspan=2>价</th></tr><tr><th>首<th>续</tr>"
            "<tr><td rowspan=2>沪</td><td>8<td>1</tr><tr><td colspan=2>免</table>"
        ),
    )
    rows = [b for b in document.blocks if b.kind is BlockKind.ROW]
    assert {b.names for b in rows} == {("地", "价 首", "价 续")}
    assert texts(document, BlockKind.ROW) == ["沪 | 8 | 1", "沪 | 免 | 免"]


def test_a_first_row_over_figures_names_the_columns(tmp_path: Path) -> None:
    table = "<table><tr><td>城市<td>首重<tr><td>上海<td>8<tr><td>拉萨<td>26</table>"
    assert [kind for kind, _, _ in shape(_read(tmp_path, _page(table)))] == [
        "columns",
        "row",
        "row",
    ]
    plain = "<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>"
    assert [kind for kind, _, _ in shape(_read(tmp_path, _page(plain)))] == ["row", "row"]


@pytest.mark.parametrize(
    ("body", "shown", "furniture"),
    [
        (
            "<article><header><h1>题</h1><p>自五月起施行。</p></header><p>文。</p></article>",
            "自五月起施行。",
            "",
        ),
        ("<main><p>文。</p><aside><p>注意：不退。</p></aside></main>", "注意：不退。", ""),
        ("<article><p>文。</p><footer><p>到账要七天。</p></footer></article>", "到账要七天。", ""),
        (
            "<main><p>文。</p><aside><a href=/a>别的</a> <a href=/b>文章</a></aside></main>",
            "",
            "别的 文章",
        ),
        ("<p>文。</p><aside><p>旁栏</p></aside><footer>页脚</footer>", "", "旁栏"),
        ("<header><a href=/>站名</a></header><main><p>文。</p></main>", "", "站名"),
        ("<div id=footer>页脚</div><p>文。</p>", "", "页脚"),
        ("<main><nav>目录</nav><p>文。</p></main>", "", "目录"),
    ],
)
def test_what_belongs_to_an_article_is_text(
    tmp_path: Path, body: str, shown: str, furniture: str
) -> None:
    document = _read(tmp_path, f"<html><body>{body}</body></html>".encode())
    assert shown in document.text
    assert "文。" in document.text
    assert not furniture or (furniture in aside(document) and furniture not in document.text)


def test_places_are_lines_of_the_source(tmp_path: Path) -> None:
    document = _read(
        tmp_path, "<html><body>\n<h1>一</h1>\n\n<p>\n二 &amp;\n三</p><p>四</p>".encode()
    )
    assert [document.place(b.start).line for b in document.blocks] == [2, 5, 6]


def test_links_and_images_are_set_aside_where_they_stood(tmp_path: Path) -> None:
    page = _page('<p>见<a href="https://x.example/a">手册</a>。<img alt="图" src="a.png"></p>')
    document = _read(tmp_path, page)
    assert document.text == "见手册。"
    (link,) = [one for one in document.aside if one.kind is AsideKind.LINK]
    assert (link.text, link.at) == ("https://x.example/a", 1)
    assert aside(document, AsideKind.IMAGE) == ["图 a.png"]


_TAGS = [
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "th",
    "pre",
    "h2",
    "b",
    "details",
    "summary",
    "blockquote",
    "aside",
    "article",
    "span",
]


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
            st.sampled_from(["字", "word ", "\n", "<br>", "第一条 ", "Q：甲？", "A：", "12"]),
        ),
        min_size=1,
        max_size=40,
    ).map("".join)
)
def test_whatever_the_tags_nothing_is_lost(tmp_path: Path, body: str) -> None:
    page = f"<html><body>首字{body}</body></html>"
    document = _read(tmp_path, page.encode())
    said = document.text + "".join(aside(document))
    for word in ("字", "word", "甲"):
        assert said.count(word) >= page.count(word)
