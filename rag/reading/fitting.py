"""How the units of the best spots fit what the question names, as features of the spots."""

from __future__ import annotations

from collections.abc import Sequence

from rag.asking.question import Question
from rag.evidence import Evidence
from rag.reading.alternatives import Pair
from rag.reading.answers import text_of, unit_shown
from rag.reading.candidates import Candidate
from rag.reading.scope import Fit, fit
from rag.reading.sought import Beside
from rag.reading.units import Spot, Unit, heading_above, spots
from rag.records import Span


def add_fit_features(
    question: Question, evidence: Evidence, candidates: Sequence[Candidate]
) -> list[tuple[Pair, ...]]:
    """Add to each candidate how its unit fits: what is told, missing, exact.

    Return for each the pairs (asked, told instead) that make it the answer to another question.
    """
    found_pairs = []
    beside = beside_of(evidence)
    for candidate in candidates:
        unit = unit_shown(question, candidate)
        found = _fit(
            question, evidence, candidate, candidate.spot, text_of(candidate, unit), beside
        )
        candidate.features.update(
            fit_seen=1.0,
            fit_matched=found.matched,
            fit_missing=found.missing,
            fit_exact=found.exact,
        )
        # A unit may tell both the asked one and another; the spot is only one of them.
        alone = _fit(question, evidence, candidate, candidate.spot, candidate.text, beside)
        found_pairs.append(found.conflicting or alone.conflicting)
    return found_pairs


def narrowed(question: Question, evidence: Evidence, candidate: Candidate, unit: Unit) -> Unit:
    """Return a unit without the spots in it that speak of another thing than the one asked."""
    passage = candidate.hit.passage
    inside = [
        spot
        for spot in spots(passage)
        if any(start <= spot.start and spot.end <= end for start, end in unit.spans)
    ]
    if len(inside) < 2:
        return unit
    beside = beside_of(evidence)
    kept: list[Span] = []
    dropped = any_dropped = False
    left_out = -1
    for spot in inside:
        if spot.block == left_out and spot.block != candidate.spot.block:
            continue
        text = passage.text[spot.start - passage.start : spot.end - passage.start]
        if spot != candidate.spot and (
            _fit(question, evidence, candidate, spot, text, beside).conflicting
        ):
            dropped = any_dropped = True
            left_out = spot.block
        elif kept and not dropped:
            kept[-1] = (kept[-1][0], spot.end)
        else:
            kept.append((spot.start, spot.end))
            dropped = False
    return Unit(tuple(kept), unit.kind) if any_dropped else unit


def _fit(
    question: Question,
    evidence: Evidence,
    candidate: Candidate,
    spot: Spot,
    text: str,
    beside: Beside,
) -> Fit:
    passage = candidate.hit.passage
    return fit(
        question,
        text,
        heading=heading_above(passage, spot.start),
        title=passage.title,
        around=passage.text,
        weights=evidence.token_weights,
        beside=beside,
    )


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
