"""Read the lines under a title: date, publisher, author."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag.readers.patterns import SITE_NAME
from rag.readers.shape import width

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = (
    re.compile(
        r"(?<!\d)(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号號]"
    ),
    re.compile(
        r"(?<!\d)(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d])(?:T(?=\d))?"
    ),
    re.compile(
        r"(?:中[華华])?民[國国]\s*(?P<republic>\d{2,3})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
    ),
    re.compile(
        r"(?P<year>[〇零一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,3})月(?P<day>[一二三四五六七八九十]{1,3})日"
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}})", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.IGNORECASE
    ),
    re.compile(r"(?P<year>\d{4})\s*년\s*(?P<month>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일"),
)
_TIME = re.compile(
    r"(?:上午|下午|凌晨|晚上|at\s+)?\s*\d{1,2}\s*[:：时時]\s*\d{2}(?:\s*[:：分]\s*\d{2}秒?|分)?(?:\.\d+)?"
    r"\s*(?:[ap]\.?m\.?)?\s*(?:UTC|GMT|BST|CST|E[DS]?T|P[DS]?T|Z|[+-]\d{2}:?\d{2})?(?![A-Za-z])",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?:星期|周|週|礼拜)[一二三四五六日天]|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b,?",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"(?:发布|發布|发表|發表|更新|印发|刊登|出版|编辑|建立|成文)?(?:时间|時間|日期|于|於)\s*[:：]?|(?:发布|發布|更新)\s*[:：]|"
    r"\b(?:published|updated|last updated|posted|modified|first published)(?:\s+(?:on|at))?\s*:?",
    re.IGNORECASE,
)
_COUNTERS = re.compile(
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|评论|評論|字号|人气|views?|comments?|reads?)(?:数|量|次数|次數)?\s*[:：]?\s*[\d,.]*[万萬次]?|"
    r"\d+\s*(?:min(?:ute)?s? read|comments?|views?|人参与)|(?:分享|打印|收藏|大\s*中\s*小)",
    re.IGNORECASE,
)
_PUBLISHER_LABEL = re.compile(
    r"(?:稿件|文章|信息|新闻)?(?:来源|來源|出处|發布單位|发布机构|发布单位|\bsource)\s*[:：]\s*"
    r"(?P<publisher>[^\s|｜:：]+(?: [A-Z]\S*)*)",
    re.IGNORECASE,
)
_AUTHOR_LABEL = re.compile(
    r"(?:^|(?<=[\s|｜（(【\[〔\x01]))(?:作者|撰文|撰稿|文字|记者|記者|通讯员|采写|文)\s*[:：/／丨|]\s*"
    r"(?P<author>[^|｜:：]{2,40}?)(?=\s{2,}|\s*[|｜）)】\]〕]|\s+\S{2,4}[:：]|\s*$)"
)
_BYLINE = re.compile(
    r"[Bb][Yy]:?\s+(?P<author>[A-Z][\w.'’-]+(?:\s+(?:and\s+|&\s+)?[A-Z][\w.'’-]+){0,6})"
    r"(?:\s*[,|].{0,60})?"
)
_REPORTER = re.compile(
    r"[（(【〔\[]?(?:(?P<publisher>[\u4e00-\u9fff]{2,8}[网網报報社台])\s*)?"
    r"(?:本报|本報|本刊|本网|特约|见习|驻\S{1,4})?(?:记者|記者|通讯员|评论员|評論員)\s*[:：]?\s*"
    r"(?P<author>[\u4e00-\u9fff·\s、]{2,20}?)"
    r"(?:\s*[／/][\u4e00-\u9fff]{2,6}|\s*(?:综合)?报道|\s*報導)?[)）】〕\]]?"
)
_BODY_OF_AUTHORS = re.compile(
    r"[\u4e00-\u9fff（）()·]{2,24}(?:党组|党委|黨組|黨委|委员会|委員會|编辑部|編輯部|评论员|評論員|课题组|課題組|办公室|辦公室|"
    r"研究院|研究所|研究会|研究室|总局|总署|党校|人民政府|理论学习中心组|写作组)"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧葉蘇魏呂盧鍾譚陸賈韋鄒龍賀顧龔萬錢嚴湯莊庄"
)
_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0}
_MARK = "\x01"
_LONGEST = 120
_SEPARATORS = " \t\u3000|｜·•—–-,，;；/()（）[]【】丨:："


@dataclass(frozen=True, slots=True)
class DateLine:
    """What a date line tells. ``labelled``: a time of day or a label shows that it is one."""

    facts: dict[str, str]
    labelled: bool


def read_date_line(line: str) -> DateLine | None:
    """Read a date line: ``date`` (ISO 8601), ``publisher``, ``author``.

    None where the line is no date line: no date, or too much text beside it.
    """
    if width(line) > _LONGEST:
        return None
    match = next((hit for pattern in _DATES if (hit := pattern.search(line))), None)
    date = _iso(match) if match else ""
    if match is None or not date:
        return None
    # The mark keeps the place of the date while labels are taken away around it.
    rest, facts = _take_labels(f"{line[: match.start()]}{_MARK}{line[match.end() :]}")
    labelled = bool(facts)
    for pattern in (*_DATES, _TIME, _WEEKDAY, _DATE_LABEL, _COUNTERS):
        shorter = pattern.sub(" ", rest)
        labelled = labelled or (shorter != rest and pattern in {_TIME, _DATE_LABEL})
        rest = shorter
    before, _, after = rest.partition(_MARK)
    name = " ".join(f"{before} {after}".split()).strip(_SEPARATORS)
    if name and not labelled and not (SITE_NAME.search(name) and after[:1] in _SEPARATORS):
        return None
    if width(name) > 40 or name.endswith(("。", "！", "？", "，", ".")):
        return None
    if name:
        facts = (read_byline(name, explicit_only=True) or {"publisher": name}) | facts
    return DateLine({"date": date} | facts, labelled)


def is_counter(line: str) -> bool:
    """Tell a line of counters alone: 阅读 1234, 3 min read."""
    rest, found = _COUNTERS.subn("", line)
    return found > 0 and not rest.strip(_SEPARATORS)


def _take_labels(line: str) -> tuple[str, dict[str, str]]:
    """Return a line without its labelled publisher and author, and those."""
    facts = {}
    for name, pattern in (("publisher", _PUBLISHER_LABEL), ("author", _AUTHOR_LABEL)):
        if label := pattern.search(line):
            if value := label[name].replace(_MARK, "").strip(_SEPARATORS):
                facts[name] = value
            mark = _MARK if _MARK in label.group() else ""
            line = f"{line[: label.start()]} {mark} {line[label.end() :]}"
    return line, facts


def read_byline(line: str, *, explicit_only: bool) -> dict[str, str] | None:
    """Return ``author`` (and ``publisher``) where a line is a byline, else None.

    ``explicit_only`` accepts labelled ones alone (作者：, By ...), not a bare name.
    """
    line = line.strip()
    if width(line) > _LONGEST:
        return None
    for pattern in (_BYLINE, _REPORTER):
        if match := pattern.fullmatch(line):
            groups = match.groupdict()
            return {key: " ".join(value.split()) for key, value in groups.items() if value}
    rest, facts = _take_labels(line)
    if facts and width(rest.strip(_SEPARATORS)) <= 30:
        return facts
    if not explicit_only and (_BODY_OF_AUTHORS.fullmatch(line) or _is_names(line)):
        return {"author": line}
    return None


def _is_names(line: str) -> bool:
    names = [name for name in re.split(r"[\s、，,]+", line) if name]
    # 张 三: the two characters of a name set apart.
    if len(names) == 2 and all(len(name) == 1 for name in names):
        names = ["".join(names)]
    return 0 < len(names) <= 4 and all(
        2 <= len(name) <= 3 and name[0] in _SURNAMES and _all_han(name) for name in names
    )


def _all_han(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)


def _iso(match: re.Match[str]) -> str:
    """Return the date of a match in ISO 8601, empty where there is no such day."""
    parts = match.groupdict()
    year = int(parts["republic"]) + 1911 if parts.get("republic") else _number(parts["year"])
    month = parts["month"].lower().rstrip(".")
    number = next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3])), 0)
    try:
        return dt.date(year, number or _number(month), _number(parts["day"])).isoformat()
    except ValueError:
        return ""


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    value = 0
    for character in text:
        value = value * 10 + _DIGITS[character]
    return value
