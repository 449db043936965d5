"""Proposals become quotes, word for word."""

from __future__ import annotations

from rag.asking.asked import Asked
from rag.asking.question import read_question
from rag.checking.draft import Draft, Quote
from rag.evidence import Evidence
from rag.reading.proposal import Extent, Proposal, Reading
from rag.records import Block, BlockKind, Hit, Passage
from rag.writing.quoting import ExtractiveAnswerer

TEXT = "桥长1149米。大桥于2001年通车。\n\n先填表\n再签字"
START = 100


def hit() -> Hit:
    items = [
        Block(BlockKind.ITEM, START + TEXT.index(part), START + TEXT.index(part) + 3, level=1,
              group=1, marker="•")
        for part in ("先填表", "再签字")
    ]  # fmt: skip
    end = START + len(TEXT)
    passage = Passage("d#0", "d", 0, "/d", "桥", "", START, end, TEXT, blocks=tuple(items))
    return Hit(passage, 2, 1.0)


def extent(part: str) -> Extent:
    start = START + TEXT.index(part)
    return Extent(hit(), start, start + len(part))


def answered(*proposals: Proposal, **more: tuple[str, ...]) -> tuple[str, Draft]:
    asked = Asked("q", "q", ("q",), "q", read_question("q"))
    found = Reading(asked, Evidence("q", (hit(),)), proposals, 0.8, 0.9, **more)
    *pieces, draft = ExtractiveAnswerer().stream(found, ())
    assert isinstance(draft, Draft)
    return "".join(str(piece) for piece in pieces), draft


def test_a_unit_of_several_stretches_is_one_sentence_with_a_quote_each() -> None:
    lit = (START + 2, START + 7)
    proposal = Proposal(
        (extent("桥长1149米。"), extent("先填表\n再签字")), lit, 0.8, "list", ("conflict",), (lit,)
    )
    text, draft = answered(proposal)
    assert text == "桥长1149米。\n• 先填表\n• 再签字[2]"
    (unit,) = draft.sentences
    assert unit.text == "桥长1149米。\n先填表\n再签字"
    assert unit.numbers == (2,)
    assert unit.quotes[0] == Quote(2, START, START + 8, (lit,))
    assert unit.quotes[1].lit == ()
    assert (draft.short, draft.notes, draft.declined) == ("1149米", ("conflict",), False)


def test_each_proposal_is_a_unit_of_its_own() -> None:
    one, other = (Proposal((extent(p),), None, 0.8, "sentence") for p in ("桥长1149米。", "先填表"))
    text, draft = answered(one, other, unanswered=("还有？",))
    assert text == "桥长1149米。[2]\n\n• 先填表[2]"
    assert len(draft.sentences) == 2
    assert (draft.short, draft.notes) == ("", ("unanswered:还有？",))


def test_nothing_proposed_is_declined() -> None:
    text, draft = answered(unanswered=("还有？",))
    assert (text, draft.declined, draft.sentences, draft.notes) == ("", True, (), ())
