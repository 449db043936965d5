"""Whole pages in several layouts, and texts that only look like pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.readers.dateline import read_byline, read_date_line
from rag.readers.plain import structure
from rag.records import BlockKind, Document
from tests.readers.lawful import aside, assert_lawful, texts, visible

LONG = (
    "这是一段足够长的正文,用来说明后面的内容并不是页面的装饰,它有完整的句子,也有结尾的句号,"
    "读者可以放心地阅读下去。"
)


def _headings(document: Document) -> list[str]:
    return texts(document, BlockKind.HEADING)


def _body(document: Document) -> list[str]:
    return [
        document.text[b.start : b.end] for b in document.blocks if b.kind is not BlockKind.HEADING
    ]


def _assert_whole(text: str, document: Document) -> None:
    """Check that every letter of a text is in the document or was set aside."""
    assert_lawful(document)
    kept = document.text + "".join(aside(document))
    assert visible(kept) == visible(text)


ENGLISH_PAGE = """\
Skip to main content
Home
The Example Herald
Sign in
Subscribe

City council approves new tram line after three-hour debate

By Jane Doe and Mark O’Neil, Transport Correspondents
Published: 14 March 2023 at 9:15 AM GMT
Share on Facebook
3 min read

The city council approved a new tram line on Tuesday evening, ending a debate that had lasted \
for more than three hours and drew two hundred residents.

The line will run for 12.4 kilometres between the harbour and the university, with 19 stops.

What it will cost

Officials put the price at 310 million euros, a third of which will come from the state. "We \
have checked the figures twice," the mayor said.

Critics called the plan too expensive. For more, write to info@council.example before May.

Related articles
Bus fares to rise in June
Harbour bridge closed for repairs

Editing by Tom Smith
© 2023 The Example Herald. All rights reserved.
Terms of use | Privacy policy | Contact us
"""


def test_an_english_news_page() -> None:
    marked = structure(ENGLISH_PAGE)
    _assert_whole(ENGLISH_PAGE, marked)
    assert marked.title == "City council approves new tram line after three-hour debate"
    assert marked.metadata == {
        "date": "2023-03-14",
        "publisher": "The Example Herald",
        "author": "Jane Doe and Mark O’Neil",
    }
    assert _headings(marked) == [marked.title, "What it will cost"]
    body = _body(marked)
    assert len(body) == 4
    assert "info@council.example" in body[-1]


TAIWAN_PAGE = """\
首頁 > 地方 > 高雄
範例新聞網
高雄港新碼頭啟用 年吞吐量可達三百萬箱
高雄港新碼頭啟用 年吞吐量可達三百萬箱
〔記者陳小華／高雄報導〕
民國112年5月2日 10:20
分享 列印 字體

高雄港新建的第七貨櫃碼頭昨天正式啟用，全長二千四百餘公尺，水深十八公尺，可同時停靠五艘大型貨櫃輪。
港務公司表示，新碼頭採用自動化設備，全年吞吐量預計可達三百萬箱，較舊碼頭提高四成。
港務公司總經理林大明說，第二期工程將於明年動工，經費約一百二十億元。

延伸閱讀
貨櫃輪塞港 業者叫苦
港區交通改道公告
責任編輯：王美麗
版權所有 未經授權禁止轉載
"""


def test_a_page_from_taiwan() -> None:
    marked = structure(TAIWAN_PAGE)
    _assert_whole(TAIWAN_PAGE, marked)
    assert marked.title == "高雄港新碼頭啟用 年吞吐量可達三百萬箱"
    assert marked.metadata == {
        "date": "2023-05-02",
        "publisher": "範例新聞網",
        "author": "陳小華",
    }
    assert _headings(marked) == [marked.title]
    assert len(_body(marked)) == 3


NOTICE = """\
关于开展2023年度职称评审工作的通知
某人社发〔2023〕15号

各县区人力资源和社会保障局,市直有关单位:
根据省人力资源和社会保障厅的统一部署,现就做好2023年度职称评审工作有关事项通知如下。
一、申报范围
凡在我市企事业单位从事专业技术工作的在职人员,均可按规定申报相应系列的职称。
二、时间安排
(一)个人申报
申报人员应于2023年8月31日前登录系统填写申报信息,并上传有关证明材料。
(二)单位审核
各单位应于2023年9月15日前完成审核,审核结果在单位内公示五个工作日。
三、联系方式
联系人:张三 联系电话:0531-1234567
举报电话:12388
某市人力资源和社会保障局
2023年7月20日
"""


def test_a_government_notice_keeps_its_addresses_and_its_date() -> None:
    marked = structure(NOTICE)
    _assert_whole(NOTICE, marked)
    assert marked.title == "关于开展2023年度职称评审工作的通知"
    assert aside(marked) == []
    levels = {
        marked.text[block.start : block.end]: block.level
        for block in marked.blocks
        if block.kind is BlockKind.HEADING
    }
    assert levels == {
        marked.title: 1,
        "一、申报范围": 2,
        "二、时间安排": 2,
        "(一)个人申报": 3,
        "(二)单位审核": 3,
        "三、联系方式": 2,
    }


def test_a_page_with_labels_links_and_a_disclaimer() -> None:
    text = f"""\
您当前的位置：首页 > 新闻中心
某市建成第三条地铁
发布时间：2022-11-03 08:00:00　来源：某市日报　作者：王小明　阅读：1234
字号：大 中 小
{LONG}
{LONG}
声明：本文仅代表作者个人观点，与本网无关，本网对文中的陈述、观点保持中立，不作任何保证。
分享到：微信 微博
上一篇：没有了
网站举报电话：010-12345678
关于我们 | 联系我们 | 网站地图
京ICP备12345678号
"""
    marked = structure(text)
    _assert_whole(text, marked)
    assert marked.title == "某市建成第三条地铁"
    assert marked.metadata == {"date": "2022-11-03", "publisher": "某市日报", "author": "王小明"}
    assert _body(marked) == [LONG, LONG]


COPYRIGHT_ESSAY = """\
版权法的来历

版权所有这四个字,印在今天几乎每一本书上。Copyright © 这一标记出自1952年的《世界版权公约》。

读者若有疑问,可写信至editor@law.example询问,编辑部会逐一答复。

All Rights Reserved 一语则来自1910年的公约,按照该公约,保留权利的声明是受保护的条件。

法院最后认定,该书的版权归原告所有,被告未经授权不得转载。
"""
COPYRIGHT_LAW = """\
Copyright law in Europe

Copyright in Europe is governed by several directives, which the member states turn into law.
"""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        # Texts about what elsewhere is furniture.
        (COPYRIGHT_ESSAY, "版权法的来历"),
        (COPYRIGHT_LAW, "Copyright law in Europe"),
        (f"推荐系统综述\n\n{LONG}", "推荐系统综述"),
        (f"苹果发布新版微信客户端\n{LONG}", "苹果发布新版微信客户端"),
        (f"互联网\n\n一、定义\n{LONG}\n二、历史\n{LONG}", "互联网"),
        (f"研究报告\n方法\n{LONG}\n结果\n{LONG}", "研究报告"),
        # What stands at the end is content when nothing shows that this is a page.
        (f"产品说明\n{LONG}\n联系我们\n客服电话:400-123-4567\n邮箱:help@x.example", "产品说明"),
        (
            f"关于举报方式的公告\n{LONG}\n举报邮箱:jubao@gov.example\n2023年5月6日",
            "关于举报方式的公告",
        ),
        (f"归来\n\n{LONG}\n\n未经许可,他走进了房间。", "归来"),
        (f"比较\n{LONG}\n性能: A > B > C", "比较"),
        (f"新华社北京5月1日电(记者 王明){LONG}\n(完)", ""),
        # Short lines: poems, lists, records, tables, dialogues.
        ("静夜思\n李白\n床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。", None),
        ("购物清单\n苹果\n香蕉\n牛奶", None),
        ("大事记\n2021年3月4日\n公司成立\n2022年5月6日\n上市", None),
        ("日程安排\n2024年5月1日 开幕式\n2024年5月2日 论坛", None),
        ("书名：红楼梦\n作者：曹雪芹\n出版日期：1996年12月1日", None),
        ("姓名 | 语文 | 数学\n张三 | 90 | 85\n李四 | 88 | 92", None),
        ("——你好。\n——你好。\n——再见。", None),
        (f"亲爱的妈妈:\n\n{LONG}\n\n爱你的女儿\n2024年5月1日", ""),
        (f"2024年5月1日 晴\n\n{LONG}", None),
    ],
)
def test_texts_without_furniture(text: str, title: str | None) -> None:
    marked = structure(text)
    _assert_whole(text, marked)
    assert aside(marked) == []
    if title is not None:
        assert marked.title == title


def test_a_document_that_would_be_all_furniture_stays_body() -> None:
    for text in (
        "新浪新闻客户端",
        "Copyright © 2024 X\n版权所有",
        "分享到：微信 微博",
        "2024-05-01",
    ):
        marked = structure(text)
        _assert_whole(text, marked)
        assert aside(marked) == []


@pytest.mark.parametrize("gap", ["", " ", "  "])
def test_a_doubled_caption_keeps_its_first_half(gap: str) -> None:
    caption = "图为2023年10月9日,大会在北京开幕。 新华社记者 才扬/摄"
    text = f"标题一二三\n{LONG}\n{caption}{gap}{caption}\n{LONG}"
    marked = structure(text)
    _assert_whole(text, marked)
    assert aside(marked) == [caption]
    assert _body(marked) == [LONG, caption, LONG]


def test_a_caption_on_two_lines_keeps_the_first() -> None:
    caption = "新建成的港口一角。 李明 摄"
    text = f"{LONG}\n{caption}\n{caption}\n{LONG}"
    marked = structure(text)
    assert aside(marked) == [caption]
    assert _body(marked).count(caption) == 1


def test_what_repeats_but_is_no_caption_stays() -> None:
    for text in (
        f"{LONG}\n{LONG}",
        "哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈哈",
        "=" * 40,
        "ababababab" * 4,
    ):
        assert aside(structure(text)) == []


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("2024年05月01日 09:00 新浪新闻", {"date": "2024-05-01", "publisher": "新浪新闻"}),
        ("2024-05-01", {"date": "2024-05-01"}),
        ("2024/5/1 星期三", {"date": "2024-05-01"}),
        ("二〇二四年十二月三十一日", {"date": "2024-12-31"}),
        ("中華民國113年5月1日", {"date": "2024-05-01"}),
        ("2024-05-01T09:00:00+08:00", {"date": "2024-05-01"}),
        ("May 1, 2024 10:30 a.m. ET", {"date": "2024-05-01"}),
        ("Updated: 1st May 2024", {"date": "2024-05-01"}),
        ("来源:人民日报 2024年5月1日 06:12", {"date": "2024-05-01", "publisher": "人民日报"}),
        ("新华网 | 2024-05-01 08:00", {"date": "2024-05-01", "publisher": "新华网"}),
        (
            "作者:李四 发布时间:2024年5月1日 阅读:99",
            {"date": "2024-05-01", "author": "李四"},
        ),
        ("2024年5月1日 开幕式", None),
        ("2024年5月1日工人大会在北京开幕", None),
        ("2024年13月45日", None),
        ("会议于2024年5月1日召开。", None),
        ("没有日期", None),
    ],
)
def test_date_lines(line: str, facts: dict[str, str] | None) -> None:
    found = read_date_line(line)
    assert (found.facts if found else None) == facts


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("作者：王小明", "王小明"),
        ("文/李四", "李四"),
        ("本报记者 王明 李强", "王明 李强"),
        ("By Jane Doe", "Jane Doe"),
        ("新华社记者 张三", "张三"),
        ("中共某某省委党组", "中共某某省委党组"),
        ("王 明", "王 明"),
        ("王明、欧阳峰", None),
        ("研究方法", None),
        ("by the river", None),
        ("坚持以人民为中心", None),
    ],
)
def test_bylines(line: str, author: str | None) -> None:
    found = read_byline(line, explicit_only=False)
    assert (found or {}).get("author") == author


@settings(deadline=None)
@given(
    st.text(
        st.sampled_from("工会abc 　。,：:|>©/123年月日摄\n\r\u2028作者来源版权所有分享"),
        max_size=200,
    )
)
def test_nothing_is_lost_whatever_the_lines(text: str) -> None:
    if text.strip():
        _assert_whole(text, structure(text))


_PIECES = [
    LONG,
    "首页 > 新闻",
    "某某日报",
    "标题是什么",
    "2024-05-01 10:00",
    "作者：王明",
    "版权所有",
    "Copyright © 2024",
    "举报邮箱:a@b.cn",
    "分享到：微信",
    "相关阅读",
    "一、背景",
    "(一)目标",
    "短句。",
    "图为会场的一角。 王明 摄",
    "",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14))
def test_paragraphs_are_never_furniture(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    if not text.strip():
        return
    marked = structure(text)
    _assert_whole(text, marked)
    assert marked.text.count(LONG) == pieces.count(LONG)
    assert marked.text.strip()


@pytest.mark.slow
def test_real_paragraphs_are_never_taken_for_furniture(shared: Path) -> None:
    """Tens of thousands of paragraphs, alone, under their titles, and ten to a document."""
    blocks = 0
    for path in sorted((shared / "evals").glob("*/corpus.jsonl")):
        if path.parent.name == "seed":
            continue
        records = [json.loads(line) for line in path.read_bytes().splitlines()]
        texts = [record["text"] for record in records]
        documents = [f"{record['title']}\n{record['text']}" for record in records] + texts
        documents += ["\n\n".join(texts[n : n + 10]) for n in range(0, len(texts), 10)]
        for text in documents:
            marked = structure(text)
            _assert_whole(text, marked)
            assert aside(marked) == []
            blocks += len(marked.blocks)
    assert blocks > 20_000
