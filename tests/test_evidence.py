"""The hits of several questions share one numbering."""

from __future__ import annotations

from rag.evidence import Evidence, PartCosine, under_one_numbering
from rag.records import Hit, Passage


def evidence(question: str, *identities: str) -> Evidence:
    hits = tuple(
        Hit(Passage(name, name, 0, "", "", "", 0, 1, "x"), rank, 1.0)
        for rank, name in enumerate(identities, start=1)
    )
    parts = tuple((PartCosine(0, 1, rank / 10),) for rank in range(len(hits)))
    return Evidence(question, hits, parts)


def test_best_hits_come_first_and_shared_ones_once() -> None:
    one, other = under_one_numbering([evidence("甲", "a", "b", "c"), evidence("乙", "b", "d")], 3)
    assert [(hit.passage.id, hit.rank) for hit in one.hits] == [("a", 1), ("b", 2)]
    assert [(hit.passage.id, hit.rank) for hit in other.hits] == [("b", 2), ("d", 3)]
    assert [part[0].cosine for part in one.parts] == [0.0, 0.1]


def test_the_first_hits_of_the_whole_question_keep_their_ranks() -> None:
    several = [evidence("甲和乙", "a", "b", "c"), evidence("甲", "c", "a"), evidence("乙", "d")]
    whole, one, other = under_one_numbering(several, 4, leading=2)
    assert [(hit.passage.id, hit.rank) for hit in whole.hits] == [("a", 1), ("b", 2), ("c", 3)]
    assert [(hit.passage.id, hit.rank) for hit in one.hits] == [("c", 3), ("a", 1)]
    assert [(hit.passage.id, hit.rank) for hit in other.hits] == [("d", 4)]


def test_a_single_question_keeps_its_ranks() -> None:
    alone = evidence("甲", "a", "b")
    assert under_one_numbering([alone], 5) == (alone,)
