"""From ranked spots to the units that are shown."""

from __future__ import annotations

import re

from rag.asking.question import Question, QuestionKind
from rag.reading.candidates import Candidate
from rag.reading.units import Unit, unit_of

_SEVERAL = re.compile(
    r"步骤|流程|程序|手续|条件|要求|材料|原则|特[点征性]|措施|办法|方法|方面|原因|理由|内容|任务|目标"
    r"|职责|权利|义务|优[点势]|缺点|好处|作用|意义|影响|种类|类型|阶段|区别|怎么|如何|怎样|咋"
    r"|\b(?:steps|reasons|conditions|requirements|ways|rules|principles|measures|features|duties"
    r"|rights|stages|kinds|types|advantages|effects|differences|goals|tasks"
    r"|how (?:do|can|to|should))\b"
)


def wants_all(question: Question) -> bool:
    """Tell whether a question asks for steps, conditions, a list: all there is, not one value."""
    return question.kind in (QuestionKind.LIST, QuestionKind.HOW) or bool(
        _SEVERAL.search(question.normal)
    )


def unit_shown(question: Question, candidate: Candidate) -> Unit:
    """Return the unit that shows a candidate for this question."""
    return unit_of(candidate.hit.passage, candidate.spot, whole=wants_all(question))


def text_of(candidate: Candidate, unit: Unit) -> str:
    """Return the text of a unit, its stretches on lines of their own."""
    passage = candidate.hit.passage
    return "\n".join(passage.text[a - passage.start : b - passage.start] for a, b in unit.spans)
