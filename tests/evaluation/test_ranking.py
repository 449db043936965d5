"""Retrieval figures: hand-worked cases, and nDCG against scikit-learn."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from rag.evaluation.ranking import distinct, ranking_figures


def test_figures_by_hand() -> None:
    figures = ranking_figures(
        {"a": ["x", "g", "y"], "b": ["g", "x"], "c": ["x", "y"], "d": []},
        {"a": {"g"}, "b": {"g"}, "c": {"g"}, "d": {"g"}},
    )
    assert figures["a"] == pytest.approx(
        {"recall@1": 0, "recall@5": 1, "recall@10": 1, "mrr@10": 0.5, "ndcg@10": 1 / math.log2(3)}
    )
    assert set(figures["b"].values()) == {1.0}
    assert set(figures["c"].values()) == {0.0}
    assert set(figures["d"].values()) == {0.0}


def test_any_gold_is_enough_unless_all_are_needed() -> None:
    ranked = {"any": ["g", "x", "h"], "all": ["g", "x", "h"]}
    gold = {"any": ["g", "h"], "all": ["g", "h"]}
    figures = ranking_figures(ranked, gold, {"all"})
    assert figures["any"]["recall@1"] == 1
    assert figures["all"]["recall@1"] == 0
    assert figures["all"]["recall@5"] == 1
    # Gains at ranks 1 and 3, ideally at 1 and 2.
    expected = (1 + 1 / 2) / (1 + 1 / math.log2(3))
    assert figures["all"]["ndcg@10"] == pytest.approx(expected)
    assert figures["all"]["mrr@10"] == 1


def test_ranks_beyond_ten_count_nothing() -> None:
    ranked = {"q": [f"d{n}" for n in range(10)] + ["g"]}
    assert set(ranking_figures(ranked, {"q": {"g"}})["q"].values()) == {0.0}


def test_order_is_by_rank_also_where_names_would_sort_differently() -> None:
    ranked = {"q": ["b", "a"], "r": ["a", "b"]}
    figures = ranking_figures(ranked, {"q": {"b"}, "r": {"b"}})
    assert figures["q"]["mrr@10"] == 1
    assert figures["r"]["mrr@10"] == 0.5


def test_nothing_to_judge() -> None:
    assert ranking_figures({"q": ["a"]}, {}) == {}


def test_ndcg_agrees_with_scikit_learn() -> None:
    drawn = random.Random(7)
    ranked, gold = {}, {}
    for number in range(200):
        documents = [f"d{n}" for n in range(20)]
        drawn.shuffle(documents)
        ranked[str(number)] = documents
        gold[str(number)] = set(drawn.sample(documents, drawn.randint(1, 4)))
    figures = ranking_figures(ranked, gold)
    for number, documents in ranked.items():
        relevance = np.array([[float(d in gold[number]) for d in documents]])
        score = np.array([[-float(rank) for rank in range(20)]])
        assert figures[number]["ndcg@10"] == pytest.approx(ndcg_score(relevance, score, k=10))


def test_distinct_keeps_the_best_rank_and_joins_equal_documents() -> None:
    assert distinct(["a", "b", "a", "c"]) == ["a", "b", "c"]
    assert distinct(["a2", "b", "a", "c"], {"a2": "a", "a": "a"}) == ["a", "b", "c"]
