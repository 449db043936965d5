"""Writes the bundled encoder as a sentence-transformers directory, without torch.

``config.json`` and ``model.safetensors`` (a ``BertModel``), ``tokenizer.json`` (a Unigram model
behind the character table), ``modules.json`` (mean pooling, unit length) and the two prompts
E5 was trained with.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.embedding.charsmap import character_table
from rag.embedding.packed import PackedConfig, PackedModel

WEIGHTS = "model.safetensors"
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}

_LAYER_TENSORS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def write_checkpoint(
    model: PackedModel, directory: Path, *, layer_done: Callable[[], None] = lambda: None
) -> None:
    """Write every file of the directory; weights as float16, to be loaded as float32.

    A weight is a 4-bit whole number times a float16 scale, so it loses at most 3 bits of 14
    by this: cosines stay above 0.9999.
    """
    _write_weights(model, directory / WEIGHTS, layer_done)
    table = base64.b64encode(character_table(model.vocabulary.replacements)).decode("ascii")
    _write_json(directory / "tokenizer.json", _tokenizer(model, table))
    for name, content in _small_files(model).items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        _write_json(path, content)


def _write_weights(model: PackedModel, path: Path, layer_done: Callable[[], None]) -> None:
    """Write the safetensors form: size of the header, header as JSON, then the numbers."""
    tensors = _tensors(model.config)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape, _ in tensors:
        size = 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    encoded = json.dumps(header).encode("ascii")
    encoded += b" " * (-len(encoded) % 8)
    with path.open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little") + encoded)
        for _, shape, source in tensors:
            if source is None:
                file.write(bytes(2 * math.prod(shape)))
            elif source == "emb.word" or (source.endswith(".w") and len(shape) == 2):
                for rows in model.matrices(source, shape[-1]):
                    file.write(rows.astype("<f2").tobytes())
            else:
                file.write(model.floats(source).astype("<f2").tobytes())
            if source is not None and source.endswith("oln.b"):
                layer_done()


def _tensors(config: PackedConfig) -> list[tuple[str, list[int], str | None]]:
    """Return (name, shape, name in the packed file) of every tensor, in order."""
    hidden, wide = config.hidden, config.intermediate
    shapes = {
        "q": [hidden, hidden],
        "k": [hidden, hidden],
        "v": [hidden, hidden],
        "ao": [hidden, hidden],
        "aln": [hidden],
        "fi": [wide, hidden],
        "fo": [hidden, wide],
        "oln": [hidden],
    }
    tensors: list[tuple[str, list[int], str | None]] = [
        ("embeddings.word_embeddings.weight", [config.vocabulary, hidden], "emb.word"),
        ("embeddings.position_embeddings.weight", [config.positions, hidden], "emb.pos"),
        ("embeddings.token_type_embeddings.weight", [config.token_types, hidden], "emb.type"),
        ("embeddings.LayerNorm.weight", [hidden], "emb.ln.w"),
        ("embeddings.LayerNorm.bias", [hidden], "emb.ln.b"),
    ]
    for index in range(config.layers):
        for target, key in _LAYER_TENSORS.items():
            name, source, shape = f"encoder.layer.{index}.{target}", f"l{index}.{key}", shapes[key]
            tensors.append((f"{name}.weight", shape, f"{source}.w"))
            tensors.append((f"{name}.bias", shape[:1], f"{source}.b"))
    # Mean pooling never reads this layer; without it every load would warn and fill in noise.
    tensors.append(("pooler.dense.weight", [hidden, hidden], None))
    tensors.append(("pooler.dense.bias", [hidden], None))
    return tensors


def _specials(model: PackedModel) -> dict[str, int]:
    vocabulary = model.vocabulary
    return {
        "bos_token": vocabulary.begin,
        "pad_token": vocabulary.pad,
        "eos_token": vocabulary.end,
        "unk_token": vocabulary.unknown,
        "mask_token": len(vocabulary.pieces) - 1,
    }


def _tokenizer(model: PackedModel, table: str) -> dict[str, Any]:
    """Return ``tokenizer.json``: words are split at spaces and each begins with ``▁``."""
    vocabulary = model.vocabulary
    begin, end = vocabulary.pieces[vocabulary.begin], vocabulary.pieces[vocabulary.end]
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    frame = {
        piece: {"id": piece, "ids": [index], "tokens": [piece]}
        for piece, index in ((begin, vocabulary.begin), (end, vocabulary.end))
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": index,
                "content": vocabulary.pieces[index],
                "single_word": False,
                "lstrip": name == "mask_token",
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for name, index in sorted(_specials(model).items(), key=lambda item: item[1])
        ],
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": table},
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "WhitespaceSplit"}, space],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": begin, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": end, "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": begin, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": end, "type_id": 0}},
                {"SpecialToken": {"id": end, "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 0}},
                {"SpecialToken": {"id": end, "type_id": 0}},
            ],
            "special_tokens": frame,
        },
        "decoder": space,
        "model": {
            "type": "Unigram",
            "unk_id": vocabulary.unknown,
            "vocab": [
                [piece, score]
                for piece, score in zip(
                    vocabulary.pieces, vocabulary.scores.astype(float).tolist(), strict=True
                )
            ],
            "byte_fallback": False,
        },
    }


def _small_files(model: PackedModel) -> dict[str, Any]:
    config, vocabulary = model.config, model.vocabulary
    specials = {name: vocabulary.pieces[index] for name, index in _specials(model).items()}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "attention_probs_dropout_prob": 0.1,
            "classifier_dropout": None,
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "hidden_size": config.hidden,
            "initializer_range": 0.02,
            "intermediate_size": config.intermediate,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": config.positions,
            "num_attention_heads": config.heads,
            "num_hidden_layers": config.layers,
            "bos_token_id": vocabulary.begin,
            "eos_token_id": vocabulary.end,
            "pad_token_id": vocabulary.pad,
            "position_embedding_type": "absolute",
            "type_vocab_size": config.token_types,
            "use_cache": False,
            "vocab_size": config.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": config.positions,
            "clean_up_tokenization_spaces": False,
            "cls_token": specials["bos_token"],
            "sep_token": specials["eos_token"],
            **specials,
        },
        "modules.json": [
            {
                "idx": 0,
                "name": "0",
                "path": "",
                "type": "sentence_transformers.models.Transformer",
            },
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
        "sentence_bert_config.json": {
            "max_seq_length": config.positions,
            "do_lower_case": False,
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": config.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
    }


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
