"""Question sets the answerer learns from, in one form, with an index for each.

A set is a folder in the form of ``evals/`` (corpus.jsonl and questions.jsonl), one of documents as
files (docs/ and questions.jsonl), or a training file of questions with their paragraphs. Questions
are grouped by document, so that cross-validation never learns from a paragraph it is measured on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.embedding.base import Embedder
from rag.index import Index, build_index, open_index
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class LearningQuestion:
    """A question with its accepted answers; ``gold`` is empty where nothing answers it."""

    id: str
    question: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    kind: str
    group: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearningSet:
    """The questions of one set and the corpus file they are asked about."""

    name: str
    corpus: Path
    questions: tuple[LearningQuestion, ...]

    def index(self, cache: Path, embedder: Embedder) -> Index:
        """Return the set's index, built in ``cache`` when it is not there yet."""
        settings = Settings()
        build_index(
            [self.corpus],
            cache / f"index-{self.name}",
            embedder=embedder,
            chunk_maximum=settings.chunk_maximum,
            chunk_minimum=settings.chunk_minimum,
            part_target=settings.part_target,
            remove_missing=False,
            progress=lambda stage, done, total: print(
                f"\r{self.name} {stage} {done}/{total}", end="", flush=True
            ),
        )
        print()
        return open_index(cache / f"index-{self.name}", embedder=embedder)


def load_set(path: Path, cache: Path) -> LearningSet:
    """Read a folder of questions or a training file (its paragraphs become a corpus)."""
    if (path / "docs").is_dir():
        return _with_files(path)
    if path.is_dir():
        rows = list(rows_of(path / "questions.jsonl"))
        for extra in sorted(path.glob("variants_*.jsonl")):
            rows.extend({**row, "id": f"{extra.stem}:{row['id']}"} for row in rows_of(extra))
        questions = tuple(
            LearningQuestion(
                row["id"],
                row["question"],
                tuple(row["answers"]),
                tuple(row["gold"]) if row["answerable"] else (),
                row["kind"],
                row["gold"][0] if row["gold"] else row.get("about") or row["id"],
            )
            for row in rows
        )
        return LearningSet(path.name, path / "corpus.jsonl", questions)
    cache.mkdir(parents=True, exist_ok=True)
    corpus = cache / f"{path.stem}-corpus.jsonl"
    documents: dict[str, dict[str, str]] = {}
    questions_found = []
    for row in rows_of(path):
        document = hashlib.sha256(row["context"].encode()).hexdigest()[:16]
        documents[document] = {
            "id": document,
            "title": row.get("title", ""),
            "text": row["context"],
        }
        questions_found.append(
            LearningQuestion(
                row["id"], row["question"], tuple(row["answers"]), (document,), "span", document
            )
        )
    corpus.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in documents.values()),
        encoding="utf-8",
    )
    return LearningSet(path.stem, corpus, tuple(questions_found))


def _with_files(path: Path) -> LearningSet:
    """Read a folder of documents and questions; follow-ups are taken as they are written out."""
    questions = tuple(
        LearningQuestion(
            row["id"],
            row.get("standalone") or row["question"],
            tuple(form for group in row.get("answers_all") or [row["answers"]] for form in group),
            tuple(row["gold"]) if row["answerable"] else (),
            row["kind"],
            row["gold"][0] if row["gold"] else row["id"],
            tuple(row["evidence"]),
        )
        for row in rows_of(path / "questions.jsonl")
    )
    return LearningSet(path.name, path / "docs", questions)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects of a file, one a line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
