"""Take a question that asks several things apart, by rules, so that each is searched and read."""

from __future__ import annotations

import re

from rag.asking.followup import complete
from rag.asking.question import asked_at, topic_of, without_predicate
from rag.records import Turn
from rag.text.language import dominant_script
from rag.text.normal import normal_form

_MOST = 4
_SHORTEST = 4
"""Characters of a part; a bare "How" is none."""
_ENDS = "？?。.!！，,；; "
_BREAK = re.compile(
    r"[？?]+(?=.)|(?<=[㐀-鿿”」》])[；;，,](?:以及|并且|并|同时|还有|而且)?"
    r"|(?<=[㐀-鿿”」》])(?:以及|并且)(?=[^，,；;？?]{2,}[？?]?$)"
    r"|,?\s+and\s+(?=(?:who|whom|whose|when|where|what|which|why|how)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"什么|多少|多久|哪(?!怕)|谁|如何|怎么|怎样|为何|何时|何地|何处|几(?:点|月|号|岁)"
    r"|多(?:大|高|长|远|重)|几[^\W\d_]{1,2}[？?]?$"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how)\b"
)
"""What surely asks: 几 alone may just mean "a few"."""
_SEPARATELY = re.compile(r"各自|各(?=[是为有叫在])|分别|分別")
_EACH = re.compile(
    r"^(?P<head>.*?)(?P<first>[“「『《\"]?[^，,和与、及的]{2,16})(?:和|与|及|以及)"
    r"(?P<second>[“「『《\"]?[^，,和与、及的]{2,16})(?P<middle>的[^，,]{1,14}?)?"
    r"(?:(?:各自|各|分别)(?P<tail>[^，,]*)|(?P<who>(?:是|叫|都是)(?:谁|哪位|什么人)))$"
)
_ASKING_FIRST = re.compile(
    r"^(?:谁|什么人|哪(?:一年|年|一天|[些个位家所][^\W\d_]?)|什么时候|何时|为什么|如何|怎么)(?=.{4})"
)
_ASKING = r"(?:什么|多少|哪|谁|何|几|多[大高长远重久])"
_AND = r"(?:和|与|及|以及)"
_OF_BOTH = re.compile(
    r"关系|关联|区别|差|不同|相同|共同|之间|合计|总和|一起|联系|合作|合并|还是|哪个更|比|都|均|皆|除"
)
_LONGEST_ALIKE = 8
_TWO_OF_ONE = re.compile(
    rf"^(?P<head>[^，,？?]+的)(?P<first>[^，,的和与及]{{2,8}}){_AND}(?P<second>[^，,的和与及]{{2,8}}?)"
    rf"(?P<tail>(?:是|为|有|在|叫|都)*{_ASKING}[^，,的]{{0,4}})$"
)
_ONE_OF_TWO = re.compile(
    rf"^(?P<first>[^，,的和与及]{{2,16}}){_AND}(?P<second>[^，,的和与及]{{2,16}})"
    rf"(?P<tail>的[^，,]{{1,12}}?(?:是|为|有|在|叫|都)*{_ASKING}[^，,的]{{0,4}})$"
)
_ENGLISH = re.compile(
    r"^(?P<head>what|who) (?:are|were|is|was) (?P<first>the [\w' -]{2,40}?),? and (?P<second>the "
    r"[\w' -]{2,40}?)(?P<tail> (?:of|in|for|at) (?!.*\band\b).+)$",
    re.IGNORECASE,
)


def taken_apart(question: str) -> tuple[list[str], bool]:
    """Return the questions that ``question`` asks at once, and whether it surely asks them all.

    Where that is not sure (see ``coordinated``) the answers must decide. One comes back alone.
    """
    surely = subquestions(question)
    return (surely, True) if len(surely) > 1 else (coordinated(question), False)


def coordinated(question: str) -> list[str]:
    """Return the questions that ``question`` may ask at once by naming two things with "and".

    "2021年和2022年的冠军是谁", "甲的校长和校训是什么", "甲和乙的面积是多少". A name or one thing
    that two share may look alike, so whoever takes it apart must see that each part has an
    answer of its own. One question comes back as it is.
    """
    text = question.strip().rstrip(_ENDS)
    normal = normal_form(text)
    if _OF_BOTH.search(normal) or not _ASKS.search(normal):
        return [question]
    alike = _ending_alike(text)
    if alike:
        return [f"{part}？" for part in alike]
    for pattern, form in (
        (_TWO_OF_ONE, "{head}{one}{tail}？"),
        (_ONE_OF_TWO, "{one}{tail}？"),
        (_ENGLISH, "{head} is {one}{tail}?"),
    ):
        found = pattern.match(text)
        if found:
            parts = found.groupdict()
            return [form.format(**parts, one=parts[name]) for name in ("first", "second")]
    return [question]


def _ending_alike(text: str) -> list[str]:
    """Return a question with each of two names that have the same end: 化学奖和文学奖, 3月和5月."""
    for joint in re.finditer(_AND, text):
        before, after = text[: joint.start()], text[joint.end() :]
        last = before[-1:]
        end = 0 if last.isascii() else after.find(last, 1, _LONGEST_ALIKE) + 1
        second = after[:end]
        first = before[-end:]
        if end and len(first) == end and first != second and not _ASKS.search(normal_form(second)):
            return [before + after[end:], before[:-end] + after]
    return []


def subquestions(question: str) -> list[str]:
    """Return the questions that ``question`` asks at once, each complete in itself.

    One question, or more than four, comes back as it is. Known are questions in a row ("谁建的，
    什么时候建成？", "Who built it and when did it open?") and one thing asked of two ("甲和乙的
    面积各是多少？").
    """
    text = question.strip()
    each = _EACH.match(text.rstrip(_ENDS))
    several = each or _SEPARATELY.search(text)
    alike = several and _ending_alike(_SEPARATELY.sub("", text).rstrip(_ENDS))
    if alike and _ASKS.search(normal_form(alike[0])):
        return [f"{part}？" for part in alike]
    if each and _ASKS.search(normal_form(each["tail"] or each["who"])):
        head, middle, tail = each["head"], each["middle"] or "", each["tail"] or each["who"]
        return [f"{head}{each[name]}{middle}{tail}？" for name in ("first", "second")]
    pieces = _joined([piece for piece in _BREAK.split(text) if piece and piece.strip(_ENDS)])
    if not 1 < len(pieces) <= _MOST or min(map(len, pieces)) < _SHORTEST:
        return [question]
    first = pieces[0].strip(_ENDS)
    return [_complete(piece, first) if place else piece for place, piece in enumerate(pieces)]


def _joined(pieces: list[str]) -> list[str]:
    """Join what asks nothing to the question behind it, and a last remark to the one before."""
    questions: list[str] = []
    waiting = ""
    for piece in pieces:
        waiting = f"{waiting}，{piece.strip(_ENDS)}" if waiting else piece.strip(_ENDS)
        if _ASKS.search(normal_form(piece)):
            questions.append(waiting)
            waiting = ""
    if waiting and questions:
        questions[-1] += f"，{waiting}"
    return questions


def _complete(piece: str, first: str) -> str:
    """Write a later question out as if it followed the first one."""
    # Of "the university's motto" only the university is what a later part is about as well.
    topic = topic_of(first).rpartition("的")[0] or topic_of(first)
    if topic == first:  # it names nothing before it asks, but perhaps behind
        rest = _ASKING_FIRST.sub("", first)
        alone = rest == first or asked_at(piece) > 1 or dominant_script(piece) != "han"
        return piece if alone else f"{rest}，{piece}"
    completed = complete(piece, [Turn(first)])
    topic = without_predicate(topic)
    if completed != piece or topic in piece or dominant_script(piece) != "han":
        return completed
    return f"{topic}{piece}"
