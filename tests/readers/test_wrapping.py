"""Lines broken at a page width are joined, whatever the width; lines of their own are not."""

from __future__ import annotations

import textwrap

import pytest

from rag.readers.plain import structure
from rag.records import BlockKind
from tests.readers.lawful import texts

CHINESE = (
    "本制度适用于公司全体正式员工及试用期员工。员工因公出差期间发生的交通费、住宿费和伙食补助，应当在"
    "出差结束之日起三十个自然日以内，凭合法有效的票据通过财务系统提交报销申请。逾期未提交的，须由分管副"
    "总经理书面说明原因并签字确认后方可受理，但最长不得超过90个自然日。一类城市每晚不超过550元。"
)
SHORT = "住宿费标准按城市等级划分，一类城市每晚不超过五百五十元，二类城市每晚不超过四百二十元。"
ENGLISH = (
    "Employees who travel on business submit their receipts within thirty days after the trip has "
    "ended, and the travel team checks them within a week. Late claims need the written consent of "
    "a director, and nothing is paid after ninety days. Hotels in large cities cost up to 180 "
    "dollars a night."
)


def _wrapped(text: str, columns: int, *, hanging: bool) -> str:
    lines, line = [], ""
    for character in text:
        if len(line) >= columns and not (hanging and character in "，。、；"):
            lines.append(line)
            line = ""
        line += character
    return "\n".join([*lines, line])


@pytest.mark.parametrize("columns", [16, 20, 25, 30, 36, 40, 45])
@pytest.mark.parametrize("hanging", [True, False])
def test_one_paragraph_of_chinese(columns: int, hanging: bool) -> None:
    assert structure(_wrapped(CHINESE, columns, hanging=hanging)).text == CHINESE


@pytest.mark.parametrize("columns", [40, 50, 60, 72, 80, 100])
def test_one_paragraph_of_english(columns: int) -> None:
    assert structure(textwrap.fill(ENGLISH, columns)).text == ENGLISH


@pytest.mark.parametrize("columns", [20, 25, 30, 40])
def test_a_short_paragraph_beside_others(columns: int) -> None:
    parts = [_wrapped(text, columns, hanging=True) for text in (CHINESE, SHORT, CHINESE)]
    assert structure("\n\n".join(parts)).text == f"{CHINESE}\n\n{SHORT}\n\n{CHINESE}"


def test_a_wrapped_item_is_one_item() -> None:
    item = f"1. {ENGLISH}"
    text = textwrap.fill(item, 72, subsequent_indent="   ") + "\n2. Another one.\n"
    assert texts(structure(text), BlockKind.ITEM) == [item, "2. Another one."]


def test_a_number_at_the_start_of_a_line_is_no_item() -> None:
    text = (
        "硬币面额有1、2、5、10、20、25、\n50迪拉姆和1、3、5索莫尼；纸币有\n"
        "5、10、20、50索莫尼，都由国家银\n行发行。"
    )
    assert structure(text).text == text.replace("\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "国破山河在，城春草木深，\n感时花溅泪，恨别鸟惊心，\n烽火连三月，家书抵万金。",
        "The woods are lovely, dark and deep,\nBut I have promises to keep,\nAnd miles to go.",
        "北京市海淀区中关村大街一号院二号楼三单元四百零一室\n邮政编码一百零八十\n收件人张三",
        "第一处值班电话是3301，由专人负责。\n第二处值班电话是3302，由专人负责。\n第三处值班电话是3303，由专人负责。",
        "关于开展2023年度职称评审工作的通知\n请各单位照办。",
    ],
)
def test_lines_of_their_own_stay(text: str) -> None:
    assert structure(text).text.replace("\n\n", "\n") == text
