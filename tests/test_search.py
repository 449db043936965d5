"""Passages that repeat one another are one hit that keeps all its sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assembly import embedder, open_bot
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
    "union.txt": "临江县船工总工会（简称“船总”）设在码头，每年春天为会员举办龙舟比赛。",
    "rowing.txt": "临江县划船爱好者协会（简称“划协”）成立于1998年，现有会员六百余人。",
    "night.txt": "划协去年办了三场夜航，最后一场在中秋节。",
    "boats.txt": "今年的龙舟比赛由船总主办，共有四十支队伍参加，冠军是上湾队。",
    "other.txt": "白鹭塔在城西的山坡上，高三十二米，塔内存有历代碑刻，周末免费开放。",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    model = embedder(Settings(cache_dir=model_cache))
    settings = Settings()
    directory = folder.parent / "folded.index"
    build_index(
        [folder],
        directory,
        embedder=model,
        chunk_maximum=settings.chunk_maximum,
        chunk_minimum=settings.chunk_minimum,
        part_target=settings.part_target,
    )
    with open_index(directory, embedder=model) as opened:
        yield opened


def test_a_repeated_passage_is_shown_once_with_all_sources(index: Index, model_cache: Path) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    hits = retriever.search("青石桥有多长？", 10)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5, 6, 7]
    sources = [{hit.passage.document_id, *(p.document_id for p in hit.repeats)} for hit in hits]
    assert {"first.txt", "copy.txt"} in sources
    assert {"update.txt"} in sources
    assert {"other.txt"} in sources


def test_as_many_hits_are_found_as_are_wanted(index: Index, model_cache: Path) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    assert len(retriever.search("青石桥有多长？", 2)) == 2


def test_a_name_is_exchanged_for_the_one_the_documents_use(index: Index, model_cache: Path) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    asked = "船工总工会主办的比赛有多少支队伍参加？"
    other = retriever.renamed(asked, retriever.search(asked, 10))
    assert other == "船总主办的比赛有多少支队伍参加？"
    assert retriever.search(other, 1)[0].passage.document_id == "boats.txt"


def test_a_name_told_in_a_document_left_out_is_not_used(index: Index, model_cache: Path) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    asked, only = "划船爱好者协会去年办了几场夜航？", {"night.txt"}
    assert retriever.renamed(asked, retriever.search(asked, 10)).startswith("划协去年")
    hits = retriever.search(asked, 10, within=only)
    assert {hit.passage.document_id for hit in hits} == only
    assert retriever.renamed(asked, hits, within=only) == asked


@pytest.mark.parametrize("asked", ["青石桥有多长？", "龙舟比赛的冠军是谁？", "白鹭塔高多少？"])
def test_other_names_are_left_alone(index: Index, model_cache: Path, asked: str) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    assert retriever.renamed(asked, retriever.search(asked, 10)) == asked


def test_words_of_a_question_in_another_language_count(index: Index, model_cache: Path) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    evidence = retriever.evidence("How many teams took part in the dragon boat race?", 10)
    assert evidence.hits[0].passage.document_id == "boats.txt"
    assert evidence.translated
    shares = [hit.scores["translated"] for hit in evidence.hits]
    assert shares[0] == max(shares) > 0
    assert not retriever.evidence("龙舟比赛有多少支队伍？", 10).translated


def test_the_bot_asks_under_the_name_the_documents_use(index: Index, model_cache: Path) -> None:
    with open_bot(settings=Settings(cache_dir=model_cache, index_dir=index.directory)) as bot:
        answer = bot.ask("划船爱好者协会去年办了几场夜航？")
    assert answer.standalone_question == "划协去年办了几场夜航？"
    assert {citation.passage.document_id for citation in answer.citations} == {"night.txt"}


def test_the_bot_tells_another_year_with_little_confidence(index: Index, model_cache: Path) -> None:
    with open_bot(settings=Settings(cache_dir=model_cache, index_dir=index.directory)) as bot:
        answer = bot.ask("2003年成立的划船爱好者协会有会员多少人？")
    assert "premise" in answer.notes
    assert answer.confidence < 0.3
    assert answer.short == ""
