"""The spots that may answer, each with features for a learned linear model.

Every feature is a plain number of a few units' size, so that weights can be read and compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.asking.question import Question, QuestionKind
from rag.evidence import Evidence, PartCosine
from rag.reading.units import Spot, blocks_of, heading_above, spots
from rag.records import Block, BlockKind, Hit
from rag.text.dates import DateMention, find_dates
from rag.text.normal import normal_form
from rag.text.numbers import Quantity, find_numbers
from rag.text.tokens import index_tokens
from rag.text.translation import share

_TYPICAL_COSINE = 0.85
"""e5 cosines live between 0.75 and 0.95; features are taken relative to this."""

_WHERE_MARKS = "省市县区镇乡村州国岛路街府城港湾洲山河湖海"
_WHY_MARKS = ("因为", "由于", "因此", "所以", "原因", "为了", "导致", "because", "due to")
_HOW_MARKS = ("通过", "方式", "方法", "利用", "使用", "采用", "by ", "using", "through")
_COMPARED = (
    "coverage", "coverage_near", "focus", "focus_near", "cosine", "common_run", "translated",
    "translated_near",
)  # fmt: skip
_LIST_MARKS = ("、", "和", "以及", "包括", "分别", ", ", " and ")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A spot of a hit: ``text == hit.passage.text[start:end]``, with its features.

    ``spot`` is the same stretch with offsets in the document. ``passage_tokens`` are the index
    tokens of the whole passage with its title and headings.
    """

    hit: Hit
    start: int
    end: int
    text: str
    features: dict[str, float]
    passage_tokens: frozenset[str]
    spot: Spot


def candidates_of(question: Question, evidence: Evidence) -> list[Candidate]:
    """Return every spot of the hits with its features, in reading order by rank."""
    found: list[Candidate] = []
    best_fused = max((hit.score for hit in evidence.hits), default=0.0)
    weights = evidence.token_weights
    for number, hit in enumerate(evidence.hits):
        passage = hit.passage
        places = spots(passage)
        spans = [(spot.start - passage.start, spot.end - passage.start) for spot in places]
        blocks = blocks_of(passage)
        names = [blocks[spot.block].names for spot in places]
        bags = [
            frozenset(index_tokens(" ".join([passage.text[a:b], *named])))
            for (a, b), named in zip(spans, names, strict=True)
        ]
        headings = [heading_above(passage, spot.start) for spot in places]
        bag_of = {text: frozenset(index_tokens(text)) for text in {passage.heading, *headings}}
        title_bag = frozenset(index_tokens(passage.title))
        passage_bag = frozenset().union(*bags, *bag_of.values(), title_bag)
        shared = _passage_features(question, hit, passage_bag, weights)
        shared["title_coverage"] = coverage(question.tokens, title_bag, weights)
        shared["passage_translated"] = share(evidence.translated, passage_bag)
        shared["fused_gap"] = best_fused - hit.score
        shared["rank"] = math.log(hit.rank)
        parts = evidence.parts[number] if number < len(evidence.parts) else ()
        local = _local_weights(question, bags, weights)
        for place, (start, end) in enumerate(spans):
            features = dict(shared)
            heading_bag = bag_of[headings[place]]
            features["heading_coverage"] = coverage(question.tokens, heading_bag, weights)
            features["under_heading"] = coverage(
                question.tokens, bags[place] | heading_bag, weights
            )
            near = bags[place].union(*bags[max(0, place - 1) : place])
            features.update(
                _sentence_features(question, passage.text[start:end], bags[place], near, weights)
            )
            after = bags[place].union(*bags[place + 1 : place + 2])
            features["focus"] = coverage(question.tokens, bags[place], local)
            features["focus_near"] = coverage(question.tokens, near, local)
            features["focus_after"] = coverage(question.tokens, after, local)
            features["translated"] = share(evidence.translated, bags[place])
            features["translated_near"] = share(evidence.translated, near)
            features["focus_mass"] = sum(local.values()) / 30
            cosine = _cosine_at(parts, start, end)
            features["cosine"] = (cosine - _TYPICAL_COSINE) * 20 if cosine else 0.0
            features["first"] = float(place == 0)
            features["place"] = place / max(1, len(spans) - 1)
            features.update(_block_features(question, blocks[places[place].block]))
            found.append(
                Candidate(
                    hit,
                    start,
                    end,
                    passage.text[start:end],
                    features,
                    passage_bag,
                    places[place],
                )
            )
    _add_relative(found)
    return found


def _block_features(question: Question, block: Block) -> dict[str, float]:
    """Return what kind of block a spot is in, and whether the question asks for such a one."""
    several = question.kind in (QuestionKind.LIST, QuestionKind.HOW)
    return {
        "is_item": float(block.kind is BlockKind.ITEM),
        "is_row": float(block.kind is BlockKind.ROW),
        "is_code": float(block.kind is BlockKind.CODE),
        "is_pair": float(block.kind in (BlockKind.TERM, BlockKind.DEFINITION)),
        "is_term": float(block.kind is BlockKind.TERM),
        "item_of_several": float(several and block.kind is BlockKind.ITEM),
        "code_for_how": float(question.kind is QuestionKind.HOW and block.kind is BlockKind.CODE),
        "row_for_number": float(
            question.kind in (QuestionKind.NUMBER, QuestionKind.WHEN)
            and block.kind is BlockKind.ROW
        ),
    }


def coverage(tokens: Sequence[str], bag: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the share of the tokens' weight that the bag holds, in [0, 1]."""
    total = sum(weights.get(token, 0.0) for token in tokens)
    if total <= 0:
        return 0.0
    return sum(weights.get(token, 0.0) for token in tokens if token in bag) / total


def _local_weights(
    question: Question, bags: Sequence[frozenset[str]], weights: Mapping[str, float]
) -> dict[str, float]:
    """Return the weight of each question token for telling the sentences of a passage apart.

    A token of nearly every sentence, such as the passage's topic, weighs little; one that no
    sentence holds cannot tell them apart and weighs nothing.
    """
    local = {}
    for token in question.tokens:
        held = sum(token in bag for bag in bags)
        if held:
            spread = math.log(1 + (len(bags) - held + 0.5) / (held + 0.5))
            local[token] = spread * weights.get(token, 0.0)
    return local


def _passage_features(
    question: Question, hit: Hit, bag: frozenset[str], weights: Mapping[str, float]
) -> dict[str, float]:
    heaviest = sorted(question.tokens, key=lambda token: -weights.get(token, 0.0))[:4]
    return {
        "passage_coverage": coverage(question.tokens, bag, weights),
        "passage_rarest": sum(token in bag for token in heaviest) / max(1, len(heaviest)),
        "passage_dense": (hit.scores.get("dense", _TYPICAL_COSINE) - _TYPICAL_COSINE) * 20,
        "passage_fused": hit.score,
    }


def _sentence_features(
    question: Question,
    text: str,
    bag: frozenset[str],
    near: frozenset[str],
    weights: Mapping[str, float],
) -> dict[str, float]:
    normal = normal_form(text)
    pairs = [token for token in question.tokens if len(token) > 1]
    numbers = find_numbers(text)
    dates = find_dates(text)
    novel = [token for token in bag if token not in weights]
    features = {
        "coverage": coverage(question.tokens, bag, weights),
        "coverage_pairs": coverage(pairs, bag, weights),
        "coverage_near": coverage(question.tokens, near, weights),
        "common_run": longest_common_run(question.content, normal) / max(4, len(question.content)),
        "length": math.log(max(1, len(normal)) / 40),
        "short": float(len(normal) < 12),
        "novel": math.log1p(len(novel)) / 4,
        "is_question": float(normal.rstrip("\"'”」』) ").endswith("?")),
    }
    features.update(_number_features(question, numbers, dates))
    features.update(_kind_features(question, normal, numbers, dates))
    return features


def _number_features(
    question: Question, numbers: Sequence[Quantity], dates: Sequence[DateMention]
) -> dict[str, float]:
    values = {quantity.value for quantity in numbers}
    wanted = {quantity.value for quantity in question.numbers}
    years = {date.year for date in dates if date.year}
    asked_years = {date.year for date in question.dates if date.year}
    return {
        "number_match": len(wanted & values) / len(wanted) if wanted else 0.0,
        "number_missing": float(bool(wanted - values)),
        "year_match": float(bool(asked_years & years)),
        "year_conflict": float(bool(asked_years and years and not asked_years & years)),
    }


def _kind_features(
    question: Question, normal: str, numbers: Sequence[Quantity], dates: Sequence[DateMention]
) -> dict[str, float]:
    asked = {quantity.value for quantity in question.numbers}
    fresh_numbers = [quantity for quantity in numbers if quantity.value not in asked]
    known = {(date.year, date.month, date.day) for date in question.dates}
    fresh_dates = [date for date in dates if (date.year, date.month, date.day) not in known]
    kind = question.kind
    return {
        "number_cue": float(kind is QuestionKind.NUMBER and bool(fresh_numbers)),
        "number_no_cue": float(kind is QuestionKind.NUMBER and not fresh_numbers),
        "date_cue": float(kind is QuestionKind.WHEN and bool(fresh_dates)),
        "date_no_cue": float(kind is QuestionKind.WHEN and not fresh_dates),
        "where_cue": float(
            kind is QuestionKind.WHERE and any(mark in normal for mark in _WHERE_MARKS)
        ),
        "why_cue": float(kind is QuestionKind.WHY and any(mark in normal for mark in _WHY_MARKS)),
        "how_cue": float(kind is QuestionKind.HOW and any(mark in normal for mark in _HOW_MARKS)),
        "list_cue": float(
            kind is QuestionKind.LIST and any(mark in normal for mark in _LIST_MARKS)
        ),
    }


def _cosine_at(parts: Sequence[PartCosine], start: int, end: int) -> float:
    """Return the cosine of the part that overlaps ``start:end`` most, 0 where there is none."""
    best, value = 0, 0.0
    for part in parts:
        overlap = min(end, part.end) - max(start, part.start)
        if overlap > best:
            best, value = overlap, part.cosine
    return value


def _add_relative(candidates: Sequence[Candidate]) -> None:
    """Add how far each sentence is behind the best one of its question."""
    for name in _COMPARED:
        best = max((c.features[name] for c in candidates), default=0.0)
        for candidate in candidates:
            candidate.features[f"{name}_gap"] = best - candidate.features[name]


def longest_common_run(first: str, second: str) -> int:
    """Return the length of the longest string that both hold, in characters.

    Binary search over the length: a run of n characters implies one of n - 1.
    """
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        grams = {second[n : n + middle] for n in range(len(second) - middle + 1)}
        if any(first[n : n + middle] in grams for n in range(len(first) - middle + 1)):
            low = middle
        else:
            high = middle - 1
    return low
