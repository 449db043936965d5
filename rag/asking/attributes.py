"""Words for what a person or thing has, and how one asks for it in Chinese."""

from __future__ import annotations

import re

_WHO = (
    "父亲|母亲|爸爸|妈妈|妻子|丈夫|儿子|女儿|哥哥|弟弟|姐姐|妹妹|老师|导师|作者|译者|导演|主演|编剧|校长|院长|局长"
    "|处长|部长|市长|省长|县长|主席|总统|总理|首相|主任|董事长|创始人|创办人|创办者|负责人|发明者|发明人|设计者"
    "|设计师|队长|教练|老板|联系人|法人|继承人"
)
_WHEN = "时间|日期|生日"
_WHERE = "地址|地点|位置|所在地|产地|籍贯|故乡|出生地|总部|首都|首府|省会"
_HOW_MUCH = (
    r"费用|[^\W\d_]费|价格|[^\W\d_]价|[^\W\d_]率|比例|数量|人数|次数|金额|总额|总量|面积|人口|高度|长度|宽度|深度"
    "|重量|温度|速度|年龄|身高|体重|工资|收入|成本|产量|销量|罚款|押金|奖金|电话|号码|邮编|容量|里程|寿命|学制"
)
_WHAT = (
    "原因|理由|目的|目标|意义|结果|影响|条件|要求|标准|材料|流程|步骤|方式|方法|范围|对象|期限|内容|特点|特征|优点"
    "|缺点|作用|功能|名称|名字|别名|英文名|职业|国籍|民族|邮箱|网址|颜色|类型|校训|口号|代表作|作品|用途"
)
_ASKING = {
    "是谁": _WHO, "是什么时候": _WHEN, "在哪里": _WHERE, "是多少": _HOW_MUCH, "是什么": _WHAT,
}  # fmt: skip
_COLOUR = 2
"""Characters that may colour an attribute: 出版时间."""
_ALL = "|".join(_ASKING.values())
_AT_END = re.compile(rf"(?:{_ALL})$")
_AT_START = re.compile(rf"^(?:{_ALL})(?:又|各|都)?(?:是|有|在|叫|为|怎么|如何|多少|多久)")


def attribute_at_end(text: str) -> str:
    """Return the attribute ("面积") that a text ends in, empty where there is none."""
    found = _AT_END.search(text)
    return found[0] if found else ""


def is_attribute(text: str) -> bool:
    """Tell whether a short text only names an attribute ("面积", "起售价", "出版时间")."""
    attribute = attribute_at_end(text)
    return bool(attribute) and len(text) <= len(attribute) + _COLOUR and "的" not in text


def owner_and_attribute(topic: str) -> tuple[str, str]:
    """Return whose attribute a topic is and which: ("甲", "面积") of "甲的面积" and "甲面积".

    Two empty texts where it is none.
    """
    owner, _, owned = topic.rpartition("的")
    if owner:
        return (owner, owned) if is_attribute(owned) else ("", "")
    owned = attribute_at_end(topic)
    owner = topic[: -len(owned)] if owned else ""
    return (owner, owned) if len(owner) > 1 else ("", "")


def attribute_at_start(question: str) -> str:
    """Return the beginning of a question that asks for an attribute of nothing ("面积是多少")."""
    found = _AT_START.match(question)
    return found[0] if found else ""


def of_a_person(text: str) -> bool:
    """Tell whether a text ends in somebody that somebody or something has ("导演")."""
    return re.search(rf"(?:{_WHO})$", text) is not None


def asking_for(text: str) -> str:
    """Return the words that ask for the attribute a text ends in, empty where there is none."""
    attribute = attribute_at_end(text)
    if not attribute:
        return ""
    return next(asking for asking, words in _ASKING.items() if re.fullmatch(words, attribute))
