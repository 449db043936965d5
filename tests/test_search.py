"""What is found first: words, neighbours, quoted names, sounds, other languages, repeats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assembly import embedder
from rag.embedding.base import Embedder
from rag.evidence import Evidence
from rag.index import Index, build_index, open_index
from rag.search import Retriever
from rag.settings import Settings

BRIDGE = (
    "青石桥位于临江县城东，1932年动工，三年后建成，"
    "桥长1149米，有八条车道，每天约有二十四万辆汽车通过。"
)
DOCUMENTS = {
    "first.txt": BRIDGE,
    "copy.txt": BRIDGE.replace("，", ", ") + "（转载）",
    "update.txt": BRIDGE.replace("1149米", "1200米"),
    "boats.txt": "今年的龙舟比赛由船总主办，共有四十支队伍参加，冠军是上湾队。",
    "other.txt": "白鹭塔在城西的山坡上，高三十二米，塔内存有历代碑刻，周末免费开放。",
    "plan.txt": "“新双15工程”自去年起实施。" + "各地按计划推进，工程进展顺利，群众满意。" * 6,
    "towers.txt": "新建的双塔有15层，工程由市里负责，新工程还有双桥。",
    "line.txt": "张北至胜利的特高压线路全长三百六十六公里，总工程师是孙景南。",
    "users.txt": "GET /v1/users lists all users of the service.",
    "user.txt": "GET /v1/user returns the one who is signed in.",
}


@pytest.fixture(scope="module")
def model(model_cache: Path) -> Embedder:
    return embedder(Settings(cache_dir=model_cache))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    directory = folder.parent / "search.index"
    build_index(
        [folder], directory, embedder=model, chunk_maximum=600, chunk_minimum=60, part_target=80
    )
    with open_index(directory, embedder=model) as opened:
        yield opened


@pytest.fixture
def retriever(index: Index, model: Embedder) -> Retriever:
    return Retriever(index, model)


def first(retriever: Retriever, question: str) -> str:
    return retriever.search(question, 3)[0].passage.document_id


def test_a_repeated_passage_is_shown_once_with_all_sources(retriever: Retriever) -> None:
    hits = retriever.search("青石桥有多长？", 10)
    assert [hit.rank for hit in hits] == list(range(1, 10))
    sources = [{hit.passage.document_id, *(p.document_id for p in hit.repeats)} for hit in hits]
    assert {"first.txt", "copy.txt"} in sources
    assert {"update.txt"} in sources
    assert {"other.txt"} in sources


def test_as_many_hits_are_found_as_are_wanted(retriever: Retriever) -> None:
    assert len(retriever.search("青石桥有多长？", 2)) == 2
    assert retriever.search("青石桥有多长？", 0) == []


def test_scores_fall_and_tell_their_parts(retriever: Retriever) -> None:
    evidence = retriever.evidence("青石桥有多长？", 5)
    scores = [hit.score for hit in evidence.hits]
    assert scores == sorted(scores, reverse=True)
    for hit in evidence.hits:
        assert hit.scores["fused"] == hit.score
        assert hit.scores["dense"] == pytest.approx(
            (hit.scores["dense_whole"] + hit.scores["dense_part"]) / 2
        )
    assert len(evidence.parts) == len(evidence.hits)
    assert list(evidence.lexical_pool) == sorted(evidence.lexical_pool, reverse=True)


def test_a_quoted_name_of_several_scripts_is_found(retriever: Retriever) -> None:
    assert first(retriever, "什么是“新双15工程”？") == "plan.txt"
    assert first(retriever, "新双15工程") == "plan.txt"


@pytest.mark.parametrize("name", ["user", "users"])
def test_an_identifier_is_told_from_a_near_one(retriever: Retriever, name: str) -> None:
    assert first(retriever, f"What does /v1/{name} do?") == f"{name}.txt"


@pytest.mark.parametrize(
    "question", ["How long is the line from Zhangbei to Shengli?", "Who is Sun Jingnan?"]
)
def test_names_in_pinyin_are_found(retriever: Retriever, question: str) -> None:
    # Among Chinese documents: English ones share words such as "who" and "is" with it.
    chinese = [name for name in DOCUMENTS if not name.startswith("user")]
    hits = retriever.search(question, 3, within=chinese)
    assert hits[0].passage.document_id == "line.txt"


def test_a_mistyped_name_is_found(retriever: Retriever) -> None:
    assert first(retriever, "孙锦南的职务") == "line.txt"
    (alike,) = retriever.sound_alikes("孙锦南的职务")
    assert alike.forms == ("孙景南",)


def test_words_of_a_question_in_another_language_count(retriever: Retriever) -> None:
    def asked(question: str) -> Evidence:
        return retriever.evidence(question, 10)

    evidence = asked("How many teams took part in the dragon boat race?")
    assert evidence.hits[0].passage.document_id == "boats.txt"
    assert evidence.translated
    shares = [hit.scores["translated"] for hit in evidence.hits]
    assert shares[0] == max(shares) > 0
    assert not asked("龙舟比赛有多少支队伍？").translated


def test_a_search_stays_within_the_documents_named(retriever: Retriever) -> None:
    only = {"other.txt", "boats.txt"}
    hits = retriever.search("青石桥有多长？", 10, within=only)
    assert {hit.passage.document_id for hit in hits} == only
    assert retriever.search("青石桥有多长？", 10, within=[]) == []


@pytest.mark.parametrize("question", ["", "？", "x" * 5000, "长" * 3000, "\ud800", "“”"])
def test_odd_questions_find_something_or_nothing(retriever: Retriever, question: str) -> None:
    assert len(retriever.search(question, 3)) <= 3
