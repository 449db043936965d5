"""What every reader keeps to, and that models of other people can be read with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag.embedding.bundled import ensure_bundled
from rag.errors import ModelError
from rag.reading.readers import RankingReader, open_reader
from rag.reading.span_reader import SpanReader
from rag.reading.windows import Window
from tests.reading.builders import hit, whole

TEXT = "青石桥位于临江县城东，由工匠周大年主持修建，1932年动工，三年后建成。"
OTHER = "The library opens at 9:30 and lends 3 books."


class ReaderContract:
    """Readings come one for each window, in order; spans are slices with their scores in order."""

    @pytest.fixture
    def reader(self) -> SpanReader:
        raise NotImplementedError

    def test_one_reading_for_each_window_in_order(self, reader: SpanReader) -> None:
        asked = [whole(hit(text)) for text in (TEXT, OTHER, "", TEXT)]
        found = reader.read("青石桥是谁修建的？", asked)
        assert [reading.window for reading in found] == asked
        assert found[0].relevance == pytest.approx(found[3].relevance, abs=1e-4)
        assert reader.read("？", []) == []

    def test_spans_are_slices_best_first(self, reader: SpanReader) -> None:
        reading = reader.read("青石桥是谁修建的？", [Window(hit("前言。" + TEXT), 3, 40, ())])[0]
        assert len(reading.spans) <= 12
        assert all(3 <= span.start < span.end <= 40 for span in reading.spans)
        scores = [span.score for span in reading.spans]
        assert scores == sorted(scores, reverse=True)
        assert len(reading.places) == len(reading.mass)
        assert all(3 <= place < 40 for place in reading.places)
        assert 0 <= sum(reading.mass) <= 1.0001

    def test_texts_of_any_length_can_be_read(self, reader: SpanReader) -> None:
        long = [whole(hit(TEXT * 60)), whole(hit("\ud800x 🎉"))]
        assert len(reader.read("谁？" * 300, long)) == 2


class TestBundled(ReaderContract):
    """The one that ships."""

    @pytest.fixture
    def reader(self, model_cache: Path) -> SpanReader:
        found = open_reader("bundled", cache_dir=model_cache)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def made(model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the folders of small random models by kind."""
    import torch
    import transformers

    torch.manual_seed(1)
    words = ensure_bundled(model_cache)
    folders = {}
    for kind, labels in (("QuestionAnswering", 2), ("SequenceClassification", 1), ("MaskedLM", 2)):
        folder = tmp_path_factory.mktemp(kind)
        sizes: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1}
        config = transformers.BertConfig(
            vocab_size=250037,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=128,
            num_labels=labels,
            **sizes,
        )
        getattr(transformers, f"BertFor{kind}")(config).save_pretrained(folder)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (folder / name).write_bytes((words / name).read_bytes())
        folders[kind] = str(folder)
    return folders


@pytest.mark.slow
class TestQuestionAnswering(ReaderContract):
    """A small random extractive model."""

    @pytest.fixture
    def reader(self, made: dict[str, str], tmp_path: Path) -> SpanReader:
        found = open_reader(made["QuestionAnswering"], cache_dir=tmp_path)
        assert found is not None
        return found

    def test_relevance_is_the_best_span(self, reader: SpanReader) -> None:
        reading = reader.read("谁？", [whole(hit(TEXT))])[0]
        assert reading.relevance == reading.spans[0].score


@pytest.mark.slow
class TestRanking(ReaderContract):
    """A small random cross-encoder: it ranks and finds no spans."""

    @pytest.fixture
    def reader(self, made: dict[str, str], tmp_path: Path) -> SpanReader:
        found = open_reader(made["SequenceClassification"], cache_dir=tmp_path)
        assert isinstance(found, RankingReader)
        return found

    def test_relevance_tells_windows_apart(self, reader: SpanReader) -> None:
        one, other = reader.read("谁？", [whole(hit(TEXT)), whole(hit(OTHER))])
        assert one.relevance != other.relevance
        assert one.spans == ()


def test_off_is_none(tmp_path: Path) -> None:
    assert open_reader("off", cache_dir=tmp_path) is None


@pytest.mark.slow
def test_a_model_of_another_kind_is_one_sentence(made: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="BertForMaskedLM"):
        open_reader(made["MaskedLM"], cache_dir=tmp_path)


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Cannot load the reader"):
        open_reader(str(tmp_path), cache_dir=tmp_path)
