"""Passages that repeat one another are one hit that keeps all its sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assembly import embedder
from rag.index import Index, build_index, open_index
from rag.retrieval import Retriever
from rag.settings import Settings

BRIDGE = (
    "青石桥位于临江县城东，1932年动工，三年后建成，"
    "桥长1149米，有八条车道，每天约有二十四万辆汽车通过。"
)
DOCUMENTS = {
    "first.txt": BRIDGE,
    "copy.txt": BRIDGE.replace("，", ", ") + "（转载）",
    "update.txt": BRIDGE.replace("1149米", "1200米"),
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
    assert [hit.rank for hit in hits] == [1, 2, 3]
    sources = [{hit.passage.document_id, *(p.document_id for p in hit.repeats)} for hit in hits]
    assert {"first.txt", "copy.txt"} in sources
    assert {"update.txt"} in sources
    assert {"other.txt"} in sources


def test_as_many_hits_are_found_as_are_wanted(index: Index, model_cache: Path) -> None:
    retriever = Retriever(index, embedder(Settings(cache_dir=model_cache)))
    assert len(retriever.search("青石桥有多长？", 2)) == 2
