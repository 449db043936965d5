"""Signs that writers put in front of lines: bullets, numbers, articles, questions, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "一二三四五六七八九十百千零〇两"
_BULLET = re.compile(r"(?:[-*+–](?=\s)|[•·◦▪●○■◆▶►✓✔](?=\s*[^\s•·◦▪●○■◆]))\s*")
_STYLES = (
    ("step", re.compile(r"(?:Step|STEP)\s*\d{1,3}\s*[:：.)、—–-]\s*"
                        r"|(?:步骤|步驟)\s*[\d一二三四五六七八九十]+\s*[:：.、]\s*"
                        r"|第[一二三四五六七八九十\d]+步\s*[:：，,、]\s*")),
    ("bracketed-han", re.compile(rf"[（(][{_HAN}]{{1,5}}[）)]\s*[、，,]?")),
    ("bracketed", re.compile(r"[（(]\d{1,3}[）)]\s*")),
    ("han", re.compile(rf"[{_HAN}]{{1,4}}[、．]\s*")),
    ("circled", re.compile(r"[①-⑳⑴-⒇❶-❿㈠-㈩]\s*")),
    ("number", re.compile(r"\d{1,3}(?:[.)](?=\s)|[.．、)）](?=\s*[^\s\d.)）]))\s*")),
    ("bracketed-letter", re.compile(r"[（(][a-z][）)]\s*")),
    ("letter", re.compile(r"[a-z][.)](?=\s)\s*|[A-Z][)、．](?=\s*\S)\s*|[A-Z]\.(?=\s)\s*")),
    ("roman", re.compile(r"[（(][ivx]{1,5}[）)]\s*|[ivx]{2,5}[.)](?=\s)\s*")),
)  # fmt: skip
_ARTICLE = re.compile(
    rf"第[{_HAN}\d]+[条條](?:之[{_HAN}\d]+)?(?=[\s\u3000：:、【（(]|[^\s，,。的规第和及与或至到])"
    r"|§+\s*\d+[\w.]*(?:\([a-z0-9]{1,4}\))*[.:]?(?=\s)"
    r"|(?:Article|ARTICLE|Section|SECTION|Clause|CLAUSE|Art\.|Sec\.|Rule)\s+"
    r"(?:\d+[A-Za-z]?(?:\.\d+)*|[IVXLC]+)(?:\([A-Za-z0-9]{1,4}\))*[.:：]?(?=\s|$)"
    r"|(?:附件|附录|附錄|附表|Annex|Appendix|APPENDIX|ANNEX)\s*(?:[A-Z]|\d{1,3}|[一二三四五六七八九十]{1,3})(?=[\s\u3000：:．.、（(]|$)"
)
_DECIMAL = re.compile(r"(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3}){1,5}\.?(?=[\s\u3000]+\S|[\u3400-\u9fff])")
_QUESTION = re.compile(
    r"(?:[Qq]|问题|問題|问|問|提问|Question)\s*\d{0,3}\s*[:：.．、](?!\d)\s*(?=\S)"
)
_ANSWER = re.compile(r"(?:[Aa]|回答|答案|解答|答复|答覆|答|Answer)\s*\d{0,3}\s*[:：.．、](?!\d)\s*")
_ANSWER_INSIDE = re.compile(r"(?<=[\s?？。.!！])\s*(?=(?:A|答|答案|Answer)\s*\d{0,3}\s*[:：]\s*\S)")
_LABEL = re.compile(
    r"(?P<label>[\u3400-\u9fff（）()／/\w·]{1,14}?|[A-Za-z][\w./&'()-]*(?: [\w./&'()-]+){0,3})"
    r"(?:\s*：\s*|:\s+|\s*:(?=[\u3400-\u9fff]))(?P<value>\S.*)"
)
_NO_LABEL = re.compile(r"(?i)https?$|^\d+$|^(?:注|注意|提示|说明|例如|如下|note|warning|tip|e\.g)$")
_FINAL_QUESTION = re.compile(r"[?？][\s”」』）)\"']*$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at the start of a line: its style, the sign, and how many characters it takes."""

    style: str
    sign: str
    length: int


def item_mark(line: str) -> Mark | None:
    """Return the bullet or number a line starts with, None where there is none."""
    bullet = _BULLET.match(line)
    if bullet is not None and bullet.end() < len(line):
        return Mark("bullet", bullet.group().strip(), bullet.end())
    for style, pattern in _STYLES:
        match = pattern.match(line)
        if match is not None and match.end() < len(line):
            return Mark(style, match.group().strip(), match.end())
    return None


def article_mark(line: str) -> Mark | None:
    """Return the number of an article, section or annex that a line starts with."""
    match = _ARTICLE.match(line)
    return None if match is None else Mark("article", match.group().strip(), match.end())


def decimal_mark(line: str) -> Mark | None:
    """Return the number of several parts (3.2.1) that a line starts with; not a date or version."""
    match = _DECIMAL.match(line)
    if match is None:
        return None
    sign = match.group().rstrip(".")
    parts = sign.split(".")
    if len(parts) == 2 and (parts[1].startswith("0") or len(parts[1]) > 2):
        return None
    return Mark("decimal", sign, match.end())


def question_mark(line: str) -> Mark | None:
    """Return the sign of a question ("Q:", "问：") that a line starts with."""
    match = _QUESTION.match(line)
    return None if match is None else Mark("question", match.group().strip(), match.end())


def answer_mark(line: str) -> Mark | None:
    """Return the sign of an answer ("A:", "答：") that a line starts with."""
    match = _ANSWER.match(line)
    return None if match is None else Mark("answer", match.group().strip(), match.end())


def answer_inside(line: str) -> int:
    """Return where the answer starts in a line that asks and answers; 0 where it does not."""
    match = _ANSWER_INSIDE.search(line)
    return match.end() if match is not None else 0


def labelled(line: str) -> tuple[str, int] | None:
    """Return the label and where the value starts of a line ``label: value``, else None."""
    match = _LABEL.fullmatch(line)
    if match is None or _NO_LABEL.search(match["label"]):
        return None
    if question_mark(line) or answer_mark(line) or item_mark(line) or article_mark(line):
        return None
    return match["label"].strip(), match.start("value")


def asks(line: str) -> bool:
    """Tell a line that ends in a question mark."""
    return _FINAL_QUESTION.search(line) is not None
