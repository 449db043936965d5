"""Prompts are checked when they are loaded; the user's own go first."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import PromptError
from rag.prompts import load_prompt
from rag.resources import prompts_directory

PLACEHOLDERS = ("passages", "question")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_prompts_load_and_fill(language: str) -> None:
    prompt = load_prompt(
        f"answer.{language}.txt", directories=[prompts_directory()], placeholders=PLACEHOLDERS
    )
    filled = prompt.fill(passages="[1] {question} stays", question="谁？")
    assert "[1] {question} stays" in filled
    assert filled.endswith("谁？")
    assert prompt.instructions


def test_an_own_prompt_goes_first(tmp_path: Path) -> None:
    (tmp_path / "answer.zh.txt").write_text("规则\n---\n{question}{passages}", encoding="utf-8")
    prompt = load_prompt(
        "answer.zh.txt", directories=[tmp_path, prompts_directory()], placeholders=PLACEHOLDERS
    )
    assert prompt.fill(question="问", passages="段") == "问段"


@pytest.mark.parametrize(
    "text",
    [
        "no separator {question} {passages}",
        "a\n---\n{question}",
        "a\n---\n{question} {passages} {more}",
    ],
)
def test_a_broken_prompt_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.txt").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=r"p\.txt.*\{passages\}"):
        load_prompt("p.txt", directories=[tmp_path], placeholders=PLACEHOLDERS)


def test_a_missing_prompt_names_the_folders(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=str(tmp_path)):
        load_prompt("p.txt", directories=[tmp_path], placeholders=())
