"""One reading: what answers comes first, and only where it is likely enough."""

from __future__ import annotations

from rag.asking.asked import Asked
from rag.asking.question import read_question
from rag.evidence import Evidence
from rag.reading.deciding import shares
from rag.reading.reading import read
from tests.reading.builders import hit

QUESTION = "青石桥有多长？"


def reading(*texts: str, least: float = 0.0):  # type: ignore[no-untyped-def]
    hits = tuple(hit(text, rank=n, document=f"d{n}") for n, text in enumerate(texts, start=1))
    question = read_question(QUESTION)
    asked = Asked(QUESTION, QUESTION, (QUESTION,), QUESTION, question)
    weights = dict.fromkeys(question.all_tokens, 2.0)
    evidence = Evidence(QUESTION, hits, token_weights=weights)
    return read(asked, [evidence], None, least=least)


def test_the_passage_that_answers_gets_the_first_number() -> None:
    found = reading("天气晴朗，适合出门散步。", "青石桥位于城东，青石桥长1149米。")
    first = found.proposals[0].extents[0]
    assert "1149米" in first.text
    assert first.hit.rank == 1
    assert found.evidence.hits[0].passage == first.hit.passage
    assert [h.rank for h in found.evidence.hits] == [1, 2]


def test_below_the_least_confidence_nothing_is_proposed() -> None:
    found = reading("天气晴朗，适合出门散步。", least=1.0)
    assert found.proposals == ()
    assert 0 <= found.confidence < 1


def test_without_hits_nothing_is_proposed() -> None:
    found = reading(least=0.01)
    assert found.evidence.hits == ()
    assert found.proposals == ()


def test_shares_add_up_and_keep_the_order() -> None:
    found = shares([3.0, 1.0, -900.0])
    assert abs(sum(found) - 1) < 1e-9
    assert found[0] > found[1] > found[2] >= 0
    assert shares([]) == ()
