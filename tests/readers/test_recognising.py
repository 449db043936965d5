"""Structure that no format marks: found in plain text, and in the paragraphs of Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.readers.plain import structure
from rag.records import BlockKind, Document
from tests.readers.lawful import assert_lawful, read, shape, texts, visible

QUESTIONS = ["门禁卡丢了怎么补办？", "会议室怎么预订？", "访客停车收费吗？"]
ANSWERS = ["带身份证到前台，工本费20元", "在内网日历里选时间", "前两小时免费，之后每小时8元"]

FAQ = {
    "signs": "Q：{q}\nA：{a}\n\n",
    "signs in English": "Q: {q}\nA: {a}\n\n",
    "numbered signs": "Q{n}：{q}\nA{n}：{a}\n\n",
    "signs in Chinese": "问：{q}\n答：{a}\n",
    "one line": "Q：{q} A：{a}\n",
    "one line in Chinese": "问：{q}答：{a}\n",
    "numbered over its answer": "{n}. {q}\n{a}。\n\n",
    "numbered in Chinese": "{n}、{q}\n{a}。\n",
    "plain over its answer": "{q}\n{a}。\n\n",
    "a blank line between": "{q}\n\n{a}。\n\n",
}
FAQ_MARKDOWN = FAQ | {
    "bold": "**{q}**\n\n{a}。\n\n",
    "bold on the line before": "**{q}**\n{a}。\n\n",
    "bold on one line": "**{q}** {a}。\n\n",
    "bold signs": "**Q：{q}**\n\n**A：** {a}。\n\n",
    "numbered bold": "**{n}. {q}**\n\n{a}。\n\n",
    "numbered items": "{n}. {q}\n\n   {a}。\n\n",
    "numbered items, one paragraph": "{n}. {q}\n   {a}。\n",
    "items": "- {q}\n\n  {a}。\n\n",
    "items, bold": "- **{q}**\n  {a}。\n",
    "hard breaks": "{q}  \n{a}。\n\n",
    "definition list": "{q}\n: {a}。\n\n",
}


def _pairs(document: Document) -> list[tuple[str, str]]:
    found: dict[int, tuple[list[str], list[str]]] = {}
    for block in document.blocks:
        pair = found.setdefault(block.group, ([], []))
        text = document.text[block.start : block.end]
        if block.kind is BlockKind.TERM:
            pair[0].append(text)
        elif block.kind is BlockKind.DEFINITION:
            pair[1].append(text)
    return [("".join(q), "".join(a)) for q, a in found.values() if q]


def _faq(layout: str) -> str:
    return "".join(
        layout.format(n=n, q=q, a=a)
        for n, (q, a) in enumerate(zip(QUESTIONS, ANSWERS, strict=True), start=1)
    )


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        *((f"{n}.txt", layout) for n, layout in FAQ.items()),
        *((f"{n}.md", layout) for n, layout in FAQ_MARKDOWN.items()),
    ],
)
def test_questions_and_answers_in_every_layout(tmp_path: Path, name: str, layout: str) -> None:
    found = _pairs(read(tmp_path, _faq(layout), name))
    assert len(found) == 3
    for (question, answer), asked, told in zip(found, QUESTIONS, ANSWERS, strict=True):
        assert asked in question
        assert told in answer
        assert sum(other in question + answer for other in QUESTIONS + ANSWERS) == 2


def test_an_answer_of_several_blocks_is_one() -> None:
    text = "Q: 怎么装？\nA: 两步：\n1. 下载。\n2. 运行。\n\nQ: 要钱吗？\nA: 不要。\n\n另外的话。"
    document = structure(text)
    groups = {document.text[b.start : b.end]: b.group for b in document.blocks}
    assert (
        groups["Q: 怎么装？"] == groups["A: 两步："] == groups["1. 下载。"] == groups["2. 运行。"]
    )
    assert groups["另外的话。"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "为什么要这样做？因为没有别的办法。\n\n他又问：还有谁？没有人回答。",
        "“你来吗？”\n“来。”\n“几点？”\n“八点。”",
        "他走了吗？\n他走了吗？\n谁知道呢？",
    ],
)
def test_questions_in_prose_are_no_pairs(text: str) -> None:
    assert _pairs(structure(text)) == []


RECORD = (
    "故障代码：{n}\n所属系统：制动系统\n故障原因：制动缸漏气\n检修方法：更换密封圈后做保压试验\n"
)


@pytest.mark.parametrize("between", ["\n", "", "\n\n"])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_record_is_a_row_with_its_labels(tmp_path: Path, between: str, name: str) -> None:
    text = between.join(RECORD.format(n=n) for n in (2088, 2099))
    document = read(tmp_path, text, name)
    rows = [b for b in document.blocks if b.kind is BlockKind.ROW]
    assert [b.names for b in rows] == [("故障代码", "所属系统", "故障原因", "检修方法")] * 2
    assert [document.text[slice(*b.cells[0])] for b in rows] == ["2088", "2099"]
    assert document.text[slice(*rows[1].cells[3])] == "更换密封圈后做保压试验"
    assert len({b.group for b in rows}) == 2


def test_a_lead_before_a_record_stays_a_paragraph() -> None:
    document = structure("联系方式\n电话：123\n地址：北京市海淀区")
    assert shape(document) == [
        ("paragraph", 0, "联系方式"),
        ("row", 0, "电话：123\n地址：北京市海淀区"),
    ]


ARTICLES = [
    ("第三条", "第三条 行政处罚的设定和实施，适用本法。"),
    ("第十二条之一", "第十二条之一　有下列行为的，处罚款。"),
    ("§ 5", "§ 5 The lessee shall keep the premises clean."),
    ("Article 3", "Article 3 The parties shall meet once a year."),
    ("Section 12(b)", "Section 12(b) No vehicle shall be parked on the lawn."),
    ("3.2.1", "3.2.1 厚度超过30毫米时，应当预热至100℃。"),
    ("附件B", "附件B 检验记录应当保存五年，由档案室保管。"),
]


@pytest.mark.parametrize(("number", "text"), ARTICLES)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_numbered_article_keeps_its_number(
    tmp_path: Path, number: str, text: str, name: str
) -> None:
    document = read(tmp_path, f"前面的一句话。\n\n{text}\n\n后面的一句话。\n", name)
    (article,) = [b for b in document.blocks if b.marker]
    assert (article.kind, article.marker) == (BlockKind.PARAGRAPH, number)
    assert document.text[article.start : article.end] == text.replace("　", "　")


@pytest.mark.parametrize(
    "text",
    ["第三条规定的罚款，由区政府收取。", "2.5 倍的价钱他也出。", "3.14 是圆周率的约数。",
     "10.20.30.41 是服务器的地址，端口另说。", "2024.05 发布的版本已经停用，请升级。"],
)  # fmt: skip
def test_what_is_no_article(text: str) -> None:
    document = structure(f"一句。\n\n{text}\n\n又一句。")
    markers = [b.marker for b in document.blocks if b.marker.startswith(("第", "2024", "3.14"))]
    assert markers == []


def test_numbered_headings_have_their_level() -> None:
    text = (
        "3.1 目的\n为保证质量。\n\n3.2 准备\n先清理干净。\n\n"
        "3.2.1 预热\n预热至100℃。\n\n附件B 记录\n保存五年。\n"
    )
    assert [(level, line) for kind, level, line in shape(structure(text)) if kind == "heading"] == [
        (3, "3.1 目的"),
        (3, "3.2 准备"),
        (4, "3.2.1 预热"),
        (2, "附件B 记录"),
    ]


@pytest.mark.parametrize(
    ("lines", "markers"),
    [
        ("1. one\n2. two\n3. ten", ["1.", "2.", "3."]),
        ("（一）甲；\n（二）乙；\n（三）丙。", ["（一）", "（二）", "（三）"]),
        ("- one\n- two", ["•", "•"]),
        ("• 甲\n• 乙", ["•", "•"]),
        ("Step 1: open it\nStep 2: close it", ["Step 1:", "Step 2:"]),
        ("第一步：打开\n第二步：关闭", ["第一步：", "第二步："]),
        ("①甲\n②乙", ["①", "②"]),
        ("(a) one\n(b) two", ["(a)", "(b)"]),
        ("1、甲\n2、乙", ["1、", "2、"]),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_lists_without_a_format(tmp_path: Path, lines: str, markers: list[str], name: str) -> None:
    document = read(tmp_path, f"下面是：\n\n{lines}\n", name)
    items = [b for b in document.blocks if b.kind is BlockKind.ITEM]
    assert [b.marker for b in items] == markers
    assert len({b.group for b in items}) == 1
    for block, line in zip(items, lines.split("\n"), strict=True):
        bullet = block.marker == "•"
        assert document.text[block.start : block.end] == (line[2:] if bullet else line)


def test_nested_numbers_have_levels() -> None:
    text = "办理如下：\n（一）申请：\n1. 填表；\n2. 签字；\n（二）审批。"
    assert [(level, line) for kind, level, line in shape(structure(text)) if kind == "item"] == [
        (1, "（一）申请："),
        (2, "1. 填表；"),
        (2, "2. 签字；"),
        (1, "（二）审批。"),
    ]


TABLES = {
    "pipes": "目的地 | 首重 | 时效\n上海 | 8 | 1天\n拉萨 | 26 | 5天\n",
    "ruled": "| 目的地 | 首重 | 时效 |\n+---+---+---+\n| 上海 | 8 | 1天 |\n| 拉萨 | 26 | 5天 |\n",
    "tabs": "目的地\t首重\t时效\n上海\t8\t1天\n拉萨\t26\t5天\n",
    "aligned": "目的地    首重    时效\n上海      8       1天\n拉萨      26      5天\n",
    "aligned, ruled": "目的地  首重  时效\n-----  ---  ---\n上海   8    1天\n拉萨   26   5天\n",
    "commas": "目的地,首重,时效\n上海,8,1天\n拉萨,26,5天\n",
    "wide commas": "目的地，首重，时效\n上海，8，1天\n拉萨，26，5天\n",
}


@pytest.mark.parametrize("layout", TABLES)
def test_tables_of_plain_text(layout: str) -> None:
    document = structure(f"价目如下，单位为元。\n\n{TABLES[layout]}\n以上是全部价目，明年再议。\n")
    assert_lawful(document)
    rows = [b for b in document.blocks if b.kind is BlockKind.ROW]
    assert [b.names for b in rows] == [("目的地", "首重", "时效")] * 2
    assert [[document.text[a:e] for a, e in b.cells] for b in rows] == [
        ["上海", "8", "1天"],
        ["拉萨", "26", "5天"],
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("运行：\n```bash\nls -l\n  cd x\n```\n完。", "ls -l\n  cd x"),
        (
            "Run this:\n\n    make all\n    ./run --port 80\n\nThen wait.",
            "make all\n./run --port 80",
        ),
        ("Run:\n$ make all\n$ make test\nDone then.", "$ make all\n$ make test"),
    ],
)
def test_code_of_plain_text(text: str, code: str) -> None:
    assert texts(structure(text), BlockKind.CODE) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
        "张三\n北京市海淀区\n中关村大街1号\n100080",
        "2024-05-01 09:00 start\n2024-05-01 09:05 ready\n2024-05-01 09:30 stop",
        "Roses are red\nViolets are blue\nSugar is sweet\nAnd so are you",
    ],
)
def test_lines_of_verse_addresses_and_logs_stay_lines(text: str) -> None:
    assert structure(text).text.replace("\n\n", "\n") == text


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200
)
@given(
    st.lists(
        st.sampled_from(
            ["Q：甲？", "A：乙", "问：丙？答：丁", "第一条 戊", "（一）己", "1. 庚", "- 辛",
             "名：壬", "a | b", "c\td", "子  丑  寅", "x,y,z", "    code --x", "```", "", "",
             "3.2.1 卯", "谁？", "一句话。" * 9]
        ),
        min_size=1,
        max_size=14,
    )
)  # fmt: skip
def test_nothing_is_lost_whatever_the_signs(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = structure(text)
    assert_lawful(document)
    kept = document.text + "".join(one.text for one in document.aside)
    assert visible(kept) == visible(text)
