from __future__ import annotations

import math
import shutil
import threading
import time
from collections import Counter

import numpy as np
import pytest

from rag.errors import IndexMismatch, IndexNotFound, IndexStoreError, UsageError
from rag.index import pipeline as pipeline_module
from rag.index import remove_documents
from rag.index import state as state_module
from rag.index import view as view_module
from rag.text.tokens import index_tokens
from tests.index.seeing import newest

TOPICS = ["长城", "黄河", "长江", "泰山", "故宫", "敦煌", "桂林", "西湖", "黄山", "洞庭"]
VERBS = ["建造", "流过", "记载", "改变", "保护", "影响"]


def sentence(number):
    topic, verb = TOPICS[number % 10], VERBS[number % 6]
    return f"第{number}年，人们{verb}了{topic}，这件事情发生在{number * 7}公里以外的地方。"


def corpus(count):
    """Documents of one to six sentences, so that many passages have parts."""
    return [
        {
            "id": f"d{n}",
            "title": TOPICS[n % 10] if n % 3 else "",
            "text": "".join(sentence(n * 10 + k) for k in range(1 + n % 6)),
        }
        for n in range(count)
    ]


@pytest.fixture
def opened(workshop):
    workshop.write("c.jsonl", corpus(120))
    workshop.build()
    with workshop.open() as index:
        yield index


def everything(index):
    """Return {key: (passage, [whole vector, part vectors...])} read past the search."""
    with index.snapshot() as view:
        keys = view.state.keys.tolist()
        passages = dict(zip(keys, newest(index).passages(keys), strict=True))
        rows = view.connection.execute("SELECT key, vectors FROM vectors").fetchall()
    dimension = view.dimension
    return {
        key: (passages[key], np.frombuffer(data, np.float16).reshape(-1, dimension).astype(float))
        for key, data in rows
    }


QUESTIONS = [
    "谁建造了长城？",
    "黄河流过哪里",
    "第37年发生了什么",
    "泰山",
    "nothing of this kind",
    "改变了西湖的事情",
]


def check_dense(index, embedder, exact, limit=15, within=None):
    for question in QUESTIONS:
        query = embedder.embed_query(question)
        stored = {
            key: vectors @ query
            for key, (passage, vectors) in everything(index).items()
            if within is None or passage.document_id in within
        }
        best = sorted(stored, key=lambda key: -max(stored[key]))
        found = newest(index).search_dense(query, limit, within)
        assert len(found) == len({score.key for score in found}) == min(limit, len(stored))
        for score in found:
            products = stored[score.key]
            assert score.whole == pytest.approx(products[0], abs=1e-5)
            assert score.part == pytest.approx(max(products[1:], default=products[0]), abs=1e-5)
        values = [max(score.whole, score.part) for score in found]
        assert values == sorted(values, reverse=True)
        if exact:
            expected = [max(stored[key]) for key in best[:limit]]
            assert values == pytest.approx(expected, abs=1e-5)


def test_dense_search_equals_exact_search_scores_included(opened, workshop):
    check_dense(opened, workshop.embedder, exact=True)
    assert opened.info()["search"] == "exact"


def test_dense_search_within_documents(opened, workshop):
    for within in (["d3"], [f"d{n}" for n in range(0, 120, 7)], ["unknown"], []):
        check_dense(opened, workshop.embedder, exact=True, within=within)


def test_approximate_search_gives_exact_scores(workshop, monkeypatch):
    monkeypatch.setattr(state_module.load, "__kwdefaults__", {"known": (), "exact_limit": 100})
    workshop.write("c.jsonl", corpus(120))
    workshop.build()
    with workshop.open() as index:
        assert index.info()["search"] == "approximate"
        check_dense(index, workshop.embedder, exact=False)
        check_dense(index, workshop.embedder, exact=False, within=["d3", "d4"])


def test_enough_passages_though_the_parts_of_one_crowd_the_list(workshop):
    many = "。".join(
        f"长城长城长城长城长城长城长城长城长城长城长城长城长城长城长城长城长城长城{n}"
        for n in range(5)
    )
    lines = [{"id": "crowd", "text": "\n".join([many] * 30)}]
    lines.extend(
        {"id": f"d{n}", "text": f"{TOPICS[n % 10]}的另一篇文档，编号{n}。"} for n in range(40)
    )
    workshop.write("c.jsonl", lines)
    workshop.build()
    with workshop.open() as index:
        found = newest(index).search_dense(workshop.embedder.embed_query("长城"), 60)
        assert len({score.key for score in found}) == 60


def test_parts_and_their_places(opened, workshop):
    query = workshop.embedder.embed_query("谁建造了长城？")
    found = newest(opened).search_dense(query, 200)
    keys = [score.key for score in found]
    assert newest(opened).dense_scores(query, keys) == found
    passages = newest(opened).passages(keys)
    some_parts = False
    for score, parts, passage in zip(
        found, newest(opened).part_scores(query, keys), passages, strict=True
    ):
        assert max(value for _, value in parts) == pytest.approx(score.part)
        best = max(parts, key=lambda pair: pair[1])[0]
        assert score.part_span == best
        assert "".join(passage.text[a:b] for (a, b), _ in parts) == passage.text
        some_parts = some_parts or len(parts) > 1
    assert some_parts


def test_lexical_search_is_bm25_over_all_passages(opened):
    passages = {key: passage for key, (passage, _) in everything(opened).items()}
    words = {}
    for key, passage in passages.items():
        context = "" if passage.text.startswith(passage.title) else passage.title
        words[key] = index_tokens(context) + index_tokens(passage.text)
    average = sum(map(len, words.values())) / len(words)
    for question in QUESTIONS:
        tokens = index_tokens(question)
        frequency = {token: sum(token in held for held in words.values()) for token in tokens}
        assert newest(opened).document_frequencies(tokens) == frequency

        def bm25(key, tokens=tokens, frequency=frequency):
            held, total = Counter(words[key]), 0.0
            for token in tokens:
                weight = math.log((len(words) - frequency[token] + 0.5) / (frequency[token] + 0.5))
                damping = 1.2 * (0.25 + 0.75 * len(words[key]) / average)
                total += max(weight, 1e-6) * held[token] * 2.2 / (held[token] + damping)
            return total

        found = newest(opened).search_lexical(tokens, 20)
        expected = sorted((bm25(key) for key in words), reverse=True)[: len(found)]
        assert [score for _, score in found] == pytest.approx(expected, rel=1e-6)
        assert [score for _, score in found] == pytest.approx(
            newest(opened).lexical_scores(tokens, [key for key, _ in found])
        )
        within = ["d1", "d2", "d61"]
        inside = newest(opened).search_lexical(tokens, 20, within)
        assert {passages[key].document_id for key, _ in inside} <= set(within)
        for key, score in inside:
            assert score == pytest.approx(bm25(key))


def test_odd_questions_raise_nothing(opened, workshop):
    for text in ("", " ", "？！", '" OR *', "\x00", "\ud800", "x" * 100_000, "长" * 3000):
        query = workshop.embedder.embed_query(text)
        assert len(newest(opened).search_dense(query, 3, ["\ud800", "d1"])) <= 3
        newest(opened).search_lexical(index_tokens(text), 3)
    assert newest(opened).search_dense(query, 0) == []
    assert newest(opened).search_lexical(["长"], 0) == []


def test_unknown_documents_and_keys(opened):
    with pytest.raises(UsageError, match="'nothing'"):
        opened.document("nothing")
    with pytest.raises(UsageError):
        opened.passages_of("\ud800")
    with pytest.raises(IndexStoreError, match="changed while"):
        newest(opened).passages([1, 999_999])
    with pytest.raises(IndexStoreError):
        newest(opened).dense_scores(np.ones(64, np.float32), [999_999])
    assert newest(opened).passages([]) == []


def test_summaries_and_info(opened, workshop):
    summaries = opened.documents()
    assert [one.id for one in summaries] == sorted(f"d{n}" for n in range(120))
    assert sum(one.passages for one in summaries) == opened.passage_count
    info = opened.info()
    assert info["documents"] == 120
    assert info["vectors"] > opened.passage_count
    assert info["embedder"]["digest"] == workshop.embedder.digest
    assert info["chunking"] == {"maximum": 200, "minimum": 20, "part_target": 40}


def test_an_open_index_sees_what_a_build_adds_and_removes(opened, workshop):
    query = workshop.embedder.embed_query("全新的一篇文档讲的是月球")
    before = newest(opened).search_dense(query, 500)
    lines = corpus(120)[10:]
    lines.append({"id": "moon", "text": "全新的一篇文档讲的是月球。"})
    workshop.write("c.jsonl", lines)
    workshop.build()
    after = newest(opened).search_dense(query, 500)
    assert newest(opened).passages([after[0].key])[0].document_id == "moon"
    assert opened.document_count == 111
    check_dense(opened, workshop.embedder, exact=True)
    gone = {score.key for score in before} - {score.key for score in after}
    assert gone
    # Keys are never used again, so an old one cannot name another passage.
    with pytest.raises(IndexStoreError, match="changed while"):
        newest(opened).passages(sorted(gone))


def test_catching_up_reads_only_what_is_new(opened, workshop, monkeypatch):
    assert opened.passage_count
    read = []
    original = state_module.rows.vectors_from

    def spying(row, dimension):
        read.append(row[0])
        return original(row, dimension)

    monkeypatch.setattr(state_module.rows, "vectors_from", spying)
    workshop.write("more.jsonl", [{"id": "moon", "text": "月球。"}])
    workshop.build()
    read.clear()
    assert opened.document_count == 121
    assert len(read) == 1


def test_a_snapshot_stays_one_generation(opened, workshop):
    """The snapshot ends before the commit: a writer waits for readers, not the reverse."""
    workshop.write("more.jsonl", [{"id": "moon", "text": "月球。"}])
    started = threading.Event()

    def build():
        started.set()
        workshop.build()

    writer = threading.Thread(target=build)
    with opened.snapshot() as view:
        count = opened.document_count
        writer.start()
        started.wait()
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            with opened.snapshot() as inner:
                assert inner is view
            assert opened.document_count == count
    writer.join()
    assert opened.document_count == count + 1


def test_readers_never_see_a_mixture_while_a_writer_works(workshop, monkeypatch):
    """Each version of the corpus is one file, so one transaction: all documents say one number."""
    monkeypatch.setattr(pipeline_module, "COMMIT_SECONDS", 0)

    def version(number):
        return [{"id": f"d{n}", "text": f"版本{number}的文档{n}，讲的是长城。"} for n in range(8)]

    workshop.write("c.jsonl", version(0))
    workshop.build()
    stop = threading.Event()
    failures = []
    seen = set()
    with workshop.open() as index:

        def read():
            query = workshop.embedder.embed_query("长城的版本")
            try:
                while not stop.is_set():
                    with index.snapshot():
                        dense = [score.key for score in newest(index).search_dense(query, 8)]
                        words = [
                            key for key, _ in newest(index).search_lexical(index_tokens("长城"), 8)
                        ]
                        texts = [passage.text for passage in newest(index).passages(dense + words)]
                        assert len(dense) == len(words) == 8
                        versions = {text.split("的")[0] for text in texts}
                        assert len(versions) == 1, versions
                        assert set(dense) == set(words)
                        assert index.document_count == 8
                    seen.update(versions)
            except BaseException as error:
                failures.append(error)
                raise

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 8):
            workshop.write("c.jsonl", version(number))
            workshop.build()
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures
    assert len(seen) > 1


def test_many_threads_get_the_answers_of_one(opened, workshop):
    def answers():
        result = []
        for question in QUESTIONS:
            query, tokens = workshop.embedder.embed_query(question), index_tokens(question)
            dense = newest(opened).search_dense(query, 10)
            words = newest(opened).search_lexical(tokens, 10)
            result.append((dense, words, newest(opened).passages([score.key for score in dense])))
        return result

    expected = answers()
    results = []

    def hammer():
        for _ in range(5):
            results.append(answers() == expected)  # noqa: PERF401 - one by one, while others do

    threads = [threading.Thread(target=hammer) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 60


def test_an_index_replaced_or_removed_under_an_open_one(opened, workshop, make_workshop):
    other = make_workshop()
    other.write("o.txt", "另一个索引里的另一篇文档，讲的是月球。")
    other.build()
    for path in workshop.directory.glob("vectors-*"):
        path.unlink()
    shutil.copyfile(other.database, workshop.directory / "arriving")
    (workshop.directory / "arriving").rename(workshop.database)
    assert [one.id for one in opened.documents()] == ["o.txt"]
    check_dense(opened, workshop.embedder, exact=True, limit=1)
    shutil.rmtree(workshop.directory)
    with pytest.raises(IndexNotFound):
        opened.documents()


def test_a_rebuild_with_another_model_under_an_open_index(opened, workshop, embedder_class):
    workshop.build(rebuild=True, embedder=embedder_class(digest="beef" * 16))
    for _ in range(2):
        with pytest.raises(IndexMismatch):
            opened.documents()
    workshop.build(rebuild=True)
    assert opened.document_count == 120


def test_a_rebuild_under_an_open_index(opened, workshop):
    workshop.write("c.jsonl", corpus(20))
    workshop.build(rebuild=True)
    assert opened.document_count == 20
    check_dense(opened, workshop.embedder, exact=True)


def test_an_empty_index_answers_with_nothing(opened, workshop):
    remove_documents(workshop.directory, [one.id for one in opened.documents()])
    query = workshop.embedder.embed_query("长城")
    for index in (opened, workshop.open()):
        assert index.passage_count == 0
        assert newest(index).search_dense(query, 5) == []
        assert newest(index).search_lexical(["长城"], 5) == []
        assert index.documents() == []
    index.close()


def test_a_closed_index_says_so(opened):
    opened.close()
    with pytest.raises(RuntimeError, match="closed"):
        opened.documents()


def test_first_vectors_looked_at_are_few(opened, workshop, monkeypatch):
    """The list is made longer only where it must be."""
    calls = []
    state = opened.snapshot
    with state() as view:
        search = view.state.vectors.search

        def spying(query, count, mask=None):
            calls.append(count)
            return search(query, count, mask)

        monkeypatch.setattr(view.state.vectors, "search", spying)
        newest(opened).search_dense(workshop.embedder.embed_query("长城"), 5)
    assert calls[0] == 5 * view_module._SPREAD
