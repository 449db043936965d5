"""Turn a question and an answer into the statement that answers it, where that is simple."""

from __future__ import annotations

import re

# An interrogative and what may follow it as part of it. Longer ones stand first.
_ASKED = re.compile(
    r"什[么麼](?:时候|時候|时间|時間|地方|人|年份|日期)|哪(?:一)?(?:年|天|日|月|国|國|省|市|县|縣)"
    r"|哪(?:里|裡|裏|儿|兒|位)|哪(?:一)?(?:个|個|座|家|所|部|支|种|種|项|項|条|條|场|場)\w{0,2}?(?=[，,的是在有？?]|$)"
    r"|何(?:时|時|处|處|地|人|年)|多少|谁|誰|几(?=[个個名人位次项項条條种種家座天岁歲届屆倍])|什[么麼]$"
)
_SUBJECT = re.compile(
    r"^(?:Who|What) (is|was|are|were|led|wrote|ruled|invented|founded) ", re.IGNORECASE
)
_CUT_SHORT = "家期代间間段型类類别別级級么麼些个個"
"""What must not follow the interrogative: it would be half a word."""

_MORE_THAN_ONE = re.compile(
    r"谁|誰|什[么麼]|哪|何[时時处處地人年]|多少|几|幾|如何|怎|为何|為何|吗|嗎"
)
_MEASURE = re.compile(r"(?<=多少)[^\W\d]")


def statement(question: str, answer: str) -> str:
    """Return the question with its interrogative replaced by the answer, ``""`` where unsure.

    Only questions with one plain interrogative are restated; English ones only where it is
    the subject (``Who led X?``).
    """
    asked = question.strip().rstrip("？?。.")
    answer = answer.strip().rstrip("。.，,；;")
    if not answer:
        return ""
    subject = _SUBJECT.match(asked)
    if subject:
        return f"{answer}{asked[subject.start(1) - 1 :]}."
    if len(_MORE_THAN_ONE.findall(asked)) != 1:
        return ""
    match = _ASKED.search(asked)
    if match is None:
        return ""
    end = match.end()
    measure = _MEASURE.match(asked, end)
    if match.group() == "多少" and measure and measure.group() in answer:
        end = measure.end()
    elif end < len(asked) and asked[end] in _CUT_SHORT:
        return ""
    return f"{asked[: match.start()]}{answer}{asked[end:]}。"
