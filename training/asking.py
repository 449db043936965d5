"""Ask the questions of a learning set as the bot would, and keep all that can be learned from."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from altered import parts, unanswerable
from learning_sets import LearningQuestion, LearningSet, load_set

from rag.asking.question import Question, read_question
from rag.assembly import embedder, span_reader
from rag.evaluation.matching import contains
from rag.evidence import Evidence
from rag.index import Index
from rag.reading.answers import text_of, unit_shown
from rag.reading.candidates import Candidate
from rag.reading.confidence import kind_of_models
from rag.reading.deciding import first_order, read_windows
from rag.reading.linear import learned
from rag.reading.span_reader import SpanReader, WindowReading
from rag.search import Retriever
from rag.settings import Settings

EVIDENCE_HITS = 12
_LEAST_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its evidence, its candidates, which hold the answer, which units show it.

    The candidates carry the reader's features; ``readings`` is what it found.
    """

    set_name: str
    group: str
    answerable: bool
    kind: str
    question: Question
    evidence: Evidence
    candidates: tuple[Candidate, ...]
    holds: tuple[bool, ...]
    shows: tuple[bool, ...]
    readings: tuple[WindowReading, ...]
    left: float
    answers: tuple[str, ...]

    @property
    def models(self) -> str:
        """Return what the names of the models for it end in, "" or ``_foreign``."""
        return kind_of_models(self.question, self.evidence)


def drawn(learning: LearningSet, limit: int) -> LearningSet:
    """Return the set with at most ``limit`` of its questions, the same ones every time."""
    if len(learning.questions) <= limit:
        return learning
    chosen = random.Random(0).sample(learning.questions, limit)
    return replace(learning, questions=tuple(chosen))


def ask_set(path: Path, cache: Path, limit: int) -> list[Asked]:
    """Ask at most ``limit`` questions of the set at ``path``; indexes are kept in ``cache``."""
    settings = Settings()
    model = embedder(settings)
    reader = span_reader(settings)
    assert reader is not None, "the reader is learned from, so it must be there"
    learning = drawn(load_set(path, cache), limit)
    index = learning.index(cache, model)
    asked = ask_all(learning, Retriever(index, model), index, reader)
    index.close()
    return asked


def ask_all(
    learning: LearningSet, retriever: Retriever, index: Index, reader: SpanReader
) -> list[Asked]:
    """Ask every question of a set, and the answerable ones again without an answer.

    Once their documents are withheld, once a part of the question is exchanged (see ``altered``):
    that is how questions look that a text on their subject does not answer.
    """
    asked = []
    chance = random.Random(2)
    documents = {summary.id for summary in index.documents()}
    words = [
        part for item in learning.questions for part in parts(item.question) if not part.isdigit()
    ]
    for item in learning.questions:
        evidence = retriever.evidence(item.question, EVIDENCE_HITS)
        asked.append(_asked(learning.name, item, evidence, reader))
        if item.gold:
            rest = documents - set(item.gold)
            evidence = retriever.evidence(item.question, EVIDENCE_HITS, within=rest)
            asked.append(_asked(learning.name, item, evidence, reader, without="withheld"))
            changed = _altered(item, index, words, chance)
            if changed is not None:
                evidence = retriever.evidence(changed.question, EVIDENCE_HITS)
                asked.append(_asked(learning.name, changed, evidence, reader, without="altered"))
        if len(asked) % 100 < 2:
            print(f"\r{learning.name} asked {len(asked)}", end="", flush=True)
    print()
    return asked


def _shows(question: Question, candidate: Candidate, item: LearningQuestion) -> bool:
    """Tell whether the unit of a candidate says what is asked for."""
    if candidate.hit.passage.document_id not in item.gold:
        return False
    return contains(text_of(candidate, unit_shown(question, candidate)), item.answers)


def _evident(text: str, evidence: Sequence[str]) -> bool:
    """Tell whether a spot is a part of what answers, or holds a line of it."""
    spot = letters(text)
    for piece in evidence:
        if len(spot) >= _LEAST_LETTERS and spot in letters(piece):
            return True
        lines = [letters(line) for line in piece.splitlines()]
        if any(len(line) >= _LEAST_LETTERS and line in spot for line in lines):
            return True
    return False


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case, for comparing."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _altered(
    item: LearningQuestion, index: Index, words: Sequence[str], chance: random.Random
) -> LearningQuestion | None:
    """Return the question with a part exchanged for one that its document does not hold."""
    text = index.document(item.gold[0]).text
    question = unanswerable(item.question, text, words, chance)
    return None if question is None else replace(item, question=question)


def _asked(
    name: str, item: LearningQuestion, evidence: Evidence, reader: SpanReader, *, without: str = ""
) -> Asked:
    answerable = bool(item.gold) and not without
    kind = without or item.kind
    question = read_question(item.question)
    # The first stage as it ships decides what is read; it has 45 weights and tens of thousands
    # of sentences to learn them from, so that it knows its own learning questions matters little.
    models = kind_of_models(question, evidence)
    candidates, another = first_order(question, evidence, learned()[f"spot{models}"])
    readings = read_windows(question, candidates, reader)
    holds = tuple(
        answerable
        and candidate.hit.passage.document_id in item.gold
        and (contains(candidate.text, item.answers) or _evident(candidate.text, item.evidence))
        for candidate in candidates
    )
    shows = tuple(
        holding or (answerable and _shows(question, candidate, item))
        for holding, candidate in zip(holds, candidates, strict=True)
    )
    group = f"{name}:{item.group}"
    return Asked(
        name + models.replace("_", "-"),
        group,
        answerable,
        kind,
        question,
        evidence,
        tuple(candidates),
        holds,
        shows,
        tuple(readings),
        another.left,
        item.answers,
    )
