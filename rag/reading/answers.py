"""From ranked spots to the units that are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.asking.question import Question, QuestionKind
from rag.reading.candidates import Candidate
from rag.reading.deciding import Ranked
from rag.reading.units import Unit, unit_of

_SEVERAL = re.compile(
    r"步骤|流程|程序|手续|条件|要求|材料|原则|特[点征性]|措施|办法|方法|方面|原因|理由|内容|任务|目标"
    r"|职责|权利|义务|优[点势]|缺点|好处|作用|意义|影响|种类|类型|阶段|区别|怎么|如何|怎样|咋"
    r"|\b(?:steps|reasons|conditions|requirements|ways|rules|principles|measures|features|duties"
    r"|rights|stages|kinds|types|advantages|effects|differences|goals|tasks|how (?:do|can|to|should))\b"
)

SECOND = 0.25
"""Share of both probabilities that another unit needs to be shown too."""
MOST = 900
"""Characters shown in all, where the first unit leaves room for another."""


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


def units_shown(read: Ranked) -> list[tuple[Candidate, Unit, float]]:
    """Return the first unit and, where it is nearly as likely, another one; each probability."""
    found: list[tuple[Candidate, Unit, float]] = []
    for candidate, probability in zip(read.candidates, read.probabilities, strict=True):
        if found and probability < SECOND * (probability + found[0][2]):
            break
        if any(_inside(candidate, other, unit) for other, unit, _ in found):
            continue
        unit = unit_shown(read.question, candidate)
        if found and sum(u.length for _, u, _ in found) + unit.length > MOST:
            break
        if any(_overlap(candidate, unit, other, shown) for other, shown, _ in found):
            continue
        found.append((candidate, unit, probability))
        if len(found) == 2:
            break
    return found


def _inside(candidate: Candidate, other: Candidate, unit: Unit) -> bool:
    spot = candidate.spot
    return candidate.hit.passage.document_id == other.hit.passage.document_id and any(
        a <= spot.start and spot.end <= b for a, b in unit.spans
    )


def _overlap(one: Candidate, unit: Unit, other: Candidate, shown: Unit) -> bool:
    same = one.hit.passage.document_id == other.hit.passage.document_id
    return same and any(a < d and c < b for a, b in unit.spans for c, d in shown.spans)


