"""One string names a backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.backends.naming import parse_backend
from rag.backends.opening import open_backend
from rag.errors import MissingExtra, RagError, SettingsError


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("extractive", "extractive", ""),
        ("openai:gpt-5-mini", "openai", "gpt-5-mini"),
        ("ollama:qwen3:8b", "ollama", "qwen3:8b"),
        ("google-genai:gemini", "google_genai", "gemini"),
        ("local:/m/x.gguf", "local", "/m/x.gguf"),
        (" openai : m ", "openai", "m"),
    ],
)
def test_names(text: str, provider: str, model: str) -> None:
    name = parse_backend(text)
    assert (name.provider, name.model) == (provider, model)


@pytest.mark.parametrize("text", ["gpt", "openai:", ":m", ":"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="provider:model"):
        parse_backend(text)


def test_a_key_is_looked_for_but_not_read_out(monkeypatch: pytest.MonkeyPatch) -> None:
    name = parse_backend("deepseek:chat")
    assert not name.key_is_set
    monkeypatch.setenv("DEEPSEEK_API_KEY", "k-123")
    assert name.key_is_set
    assert "k-123" not in repr(name)


def opened(text: str, folder: Path) -> RagError:
    with pytest.raises(RagError) as failure:
        open_backend(
            parse_backend(text), base_url=None, timeout=5, context_tokens=None, cache_dir=folder
        )
    return failure.value


def test_a_local_model_that_cannot_be_had_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.backends.local.find_spec", lambda _: None)
    error = opened("local:qwen2.5-coder-0.5b", tmp_path)
    assert isinstance(error, MissingExtra)
    assert "pip install xllamacpp" in str(error)
    monkeypatch.setattr("rag.backends.local.find_spec", lambda _: object())
    missing = opened(f"local:{tmp_path}/none.gguf", tmp_path)
    assert "no model file" in str(missing)
    assert "qwen2.5-coder-1.5b" in missing.chinese
    (tmp_path / "text.gguf").write_text("not a model")
    assert "is not a GGUF model" in str(opened(f"local:{tmp_path}/text.gguf", tmp_path))
