"""How the units of the best spots fit what the question names, as features of the spots."""

from __future__ import annotations

from collections.abc import Sequence

from rag.asking.question import Question
from rag.evidence import Evidence
from rag.reading.alternatives import Pair
from rag.reading.answers import text_of, unit_shown
from rag.reading.candidates import Candidate
from rag.reading.scope import fit
from rag.reading.sought import Beside
from rag.reading.units import heading_above


def add_fit_features(
    question: Question, evidence: Evidence, candidates: Sequence[Candidate]
) -> list[tuple[Pair, ...]]:
    """Add to each candidate how its unit fits: what is told, missing, exact.

    Return for each the pairs (asked, told instead) that make it the answer to another question.
    """
    found_pairs = []
    beside = beside_of(evidence)
    for candidate in candidates:
        passage = candidate.hit.passage
        found = fit(
            question,
            text_of(candidate, unit_shown(question, candidate)),
            heading=heading_above(passage, candidate.spot),
            title=passage.title,
            around=passage.text,
            weights=evidence.token_weights,
            beside=beside,
        )
        candidate.features.update(
            fit_seen=1.0,
            fit_matched=found.matched,
            fit_missing=found.missing,
            fit_exact=found.exact,
        )
        found_pairs.append(found.conflicting)
    return found_pairs


def beside_of(evidence: Evidence) -> Beside:
    """Return what else was found for a question: titles and headings, and all their text."""
    passages = [hit.passage for hit in evidence.hits]
    names = (
        name
        for passage in passages
        for name in (passage.title, passage.heading.split(" > ")[-1])
        if name
    )
    return Beside(
        titles=tuple(dict.fromkeys(names)), text="\n".join(passage.text for passage in passages)
    )
