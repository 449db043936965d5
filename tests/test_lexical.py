from __future__ import annotations

import math
import sqlite3
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import lexical
from rag.lexical import DamagedWords, Statistics

WORDS = st.sampled_from(
    ["a", "b", "工", "工会", "c++", "#18.5", "A", "“", "x y", "e\u0301", "z" * 150]
)
PASSAGES = st.lists(st.lists(WORDS, max_size=30), min_size=1, max_size=25)


class Collection:
    """Passages in a database of their own; keys count from 1."""

    def __init__(self, passages):
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        lexical.create(self.connection)
        self.passages = {}
        for key, tokens in enumerate(passages, start=1):
            held = [token for token in tokens if token]
            assert lexical.add(self.connection, key, tokens) == len(held)
            self.passages[key] = held

    @property
    def statistics(self):
        return Statistics(len(self.passages), sum(map(len, self.passages.values())))

    def arguments(self, tokens):
        frequencies = lexical.document_frequencies(self.connection, tokens)
        return {"statistics": self.statistics, "frequencies": frequencies}

    def search(self, tokens, limit=1000, **options):
        return lexical.search(self.connection, tokens, limit, **self.arguments(tokens), **options)

    def scores(self, tokens, keys):
        return lexical.scores(self.connection, tokens, keys, **self.arguments(tokens))

    def bm25(self, tokens, key):
        """BM25 written down once more, from the formula."""
        held = Counter(self.passages[key])
        average = self.statistics.tokens / self.statistics.passages
        total = 0.0
        for token in tokens:
            frequency = sum(token in passage for passage in self.passages.values())
            weight = math.log((len(self.passages) - frequency + 0.5) / (frequency + 0.5))
            damping = 1.2 * (0.25 + 0.75 * len(self.passages[key]) / average)
            total += max(weight, 1e-6) * held[token] * 2.2 / (held[token] + damping)
        return total


@given(PASSAGES, st.lists(WORDS, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_scores_are_bm25_and_search_and_scores_agree(passages, tokens):
    collection = Collection(passages)
    holding = [key for key, held in collection.passages.items() if set(held) & set(tokens)]
    found = collection.search(tokens)
    assert sorted(key for key, _ in found) == holding
    for key, score in found:
        assert score == pytest.approx(collection.bm25(tokens, key), rel=1e-9, abs=1e-12)
    keys = [key for key, _ in found]
    assert collection.scores(tokens, keys) == pytest.approx([score for _, score in found])
    # Ties go by key, whatever the last digits of a sum say elsewhere.
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    absent = [key for key in collection.passages if key not in holding]
    assert collection.scores(tokens, absent) == [0.0] * len(absent)


@given(PASSAGES, st.lists(WORDS, min_size=1, max_size=8), st.sets(st.integers(1, 25)))
@settings(max_examples=40, deadline=None)
def test_allowed_restricts_and_changes_no_score(passages, tokens, allowed):
    collection = Collection(passages)
    allowed &= collection.passages.keys()
    expected = [pair for pair in collection.search(tokens) if pair[0] in allowed]
    found = collection.search(tokens, allowed=allowed)
    assert [key for key, _ in found] == [key for key, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


def test_allowed_restricts_a_large_collection(monkeypatch):
    monkeypatch.setattr(lexical, "_SCORED_DIRECTLY", 3)
    collection = Collection([["x", "y"] if key % 3 else ["x"] for key in range(50)])
    found = collection.search(["y"], 7, allowed=set(range(10, 50)))
    assert len(found) == 7
    assert all(10 <= key < 50 and "y" in collection.passages[key] for key, _ in found)


@given(PASSAGES)
@settings(max_examples=30, deadline=None)
def test_document_frequencies_count_passages(passages):
    collection = Collection(passages)
    tokens = sorted({token for held in passages for token in held} | {"missing"})
    found = lexical.document_frequencies(collection.connection, tokens)
    for token in tokens:
        # Two tokens that differ only beyond the length kept would be one; the pool has none.
        assert found[token] == sum(token in held for held in passages)


@given(PASSAGES, st.sets(st.integers(1, 25)))
@settings(max_examples=30, deadline=None)
def test_removed_passages_leave_no_trace(passages, removed):
    collection = Collection(passages)
    removed &= collection.passages.keys()
    count = lexical.remove(collection.connection, sorted(removed))
    assert count == sum(len(collection.passages.pop(key)) for key in removed)
    fresh = Collection([])
    for key, tokens in collection.passages.items():
        lexical.add(fresh.connection, key, tokens)
    everything = "SELECT term, doc, cnt FROM vocabulary ORDER BY term"
    assert (
        collection.connection.execute(everything).fetchall()
        == fresh.connection.execute(everything).fetchall()
    )
    assert lexical.full_text_matches(collection.connection)
    assert all(
        lexical.verify(collection.connection, key, tokens)
        for key, tokens in collection.passages.items()
    )


def test_frequent_tokens_beyond_the_budget_still_count_in_the_score():
    passages = [["the"] * (1 + key % 5) + (["rare"] if key in (3, 8) else []) for key in range(40)]
    passages.extend([["other"]] * 60)
    collection = Collection(passages)
    exact = dict(collection.search(["the", "rare"]))
    found = collection.search(["the", "rare"], 2, budget=10)
    assert [key for key, _ in found] == [4, 9]
    assert [score for _, score in found] == pytest.approx([exact[4], exact[9]], rel=1e-9)


def test_one_token_above_the_budget_is_still_searched():
    collection = Collection([["the"]] * 30 + [["other"]] * 60)
    assert len(collection.search(["the"], budget=5)) == 30


def test_no_tokens_or_unknown_ones_find_nothing():
    collection = Collection([["a"], ["b"]])
    assert collection.search([]) == []
    assert collection.search(["missing"]) == []
    assert collection.search(["a"], 0) == []
    assert collection.search(["a"], allowed=[]) == []
    assert collection.scores(["missing"], [1]) == [0.0]
    assert collection.scores([], [1, 2]) == [0.0, 0.0]


@pytest.mark.parametrize(
    "token", ['"', "NEAR", "or", "AND", "*", "a*", "(", "^x", "tokens:a", "-", "\x00", "\ud800", ""]
)
def test_the_query_language_of_the_database_is_out_of_reach(token):
    collection = Collection([["a", token.replace("\ud800", "\ufffd")], ["b"]])
    found = [key for key, _ in collection.search([token])]
    assert found == ([1] if token else [])


def test_thousands_of_tokens_in_a_question():
    collection = Collection([["a"], ["b"]])
    lexical.add(collection.connection, 3, [str(number) for number in range(5000)])
    collection.passages[3] = [str(number) for number in range(5000)]
    assert collection.search([str(number) for number in range(6000)])[0][0] == 3


def test_damaged_words_are_not_scored():
    collection = Collection([["a", "b"], ["a"]])
    collection.connection.execute("UPDATE bags SET length = 3 WHERE key = 1")
    with pytest.raises(DamagedWords, match="passage 1"):
        collection.scores(["a"], [1, 2])
    with pytest.raises(DamagedWords):
        collection.scores(["a"], [99])
    assert not lexical.verify(collection.connection, 1, ["a", "b"])
    assert lexical.verify(collection.connection, 2, ["a"])


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE words_content SET c0 = 'a c' WHERE id = 1",
        "DELETE FROM words_content WHERE id = 2",
        "UPDATE words_docsize SET sz = x'05' WHERE id = 2",
        "UPDATE words_data SET block = replace(block, 'b', 'c') WHERE id > 100",
    ],
)
def test_a_full_text_index_that_differs_from_the_words_is_noticed(damage):
    collection = Collection([["a", "b"], ["a"]])
    assert lexical.full_text_matches(collection.connection)
    collection.connection.execute(damage)
    assert not lexical.full_text_matches(collection.connection)


def test_holding_finds_passages_with_a_token_of_each_kind():
    found = Collection([["简称", "全总"], ["简称", "国网"], ["全总"]]).connection
    assert lexical.holding(found, ["简称", "全称"], ["全总"], 5) == [1]
    assert sorted(lexical.holding(found, ["简称"], ["全总", "国网"], 5)) == [1, 2]
    assert lexical.holding(found, ["简称"], ["全总", "国网"], 1) in ([1], [2])
    assert lexical.holding(found, ["简称"], [], 5) == []


def test_held_tells_which_tokens_a_passage_has():
    found = Collection([["甲", "乙", "乙"], ["丙"]]).connection
    assert lexical.held(found, ["乙", "丙", "丁"], [2, 1]) == [{"丙"}, {"乙"}]
    assert lexical.held(found, [], [1]) == [frozenset()]


def test_pairs_that_begin_with_a_character():
    collection = Collection([["工", "工会", "会驿", "工2"], ["工会"], ["会员", "会"]])
    assert lexical.pairs_beginning(collection.connection, "工") == {"工会": 2, "工2": 1}
    assert lexical.pairs_beginning(collection.connection, "会员") == {"会驿": 1, "会员": 1}
    assert lexical.pairs_beginning(collection.connection, "") == {}
