"""Learn the weights of ``rag/fusion.json``: which passage comes first.

    python training/fit_fusion.py CACHE SET... [--held SET...] [--write]

A SET is a folder with ``corpus.jsonl`` and ``questions.jsonl``, or a file of questions with their
paragraphs (see ``learning_sets``). The weights make the gold passage likely among all candidates
(softmax over a question's candidates); every set counts alike, however many questions it has; no
weight is negative. What is printed for a SET is measured on documents that were not learned from;
sets after ``--held`` are only measured.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from learning_sets import LearningSet, load_set
from scipy.optimize import minimize

from rag import fusion
from rag.assembly import embedder
from rag.embedding.base import Embedder
from rag.fusion import Table
from rag.search import candidates
from rag.settings import Settings

FOLDS = 4
QUESTIONS = 250
"""Of each set, so that the large ones do not take all the time."""

WEAKNESS = 3e-4
"""How much a weight's square costs, in features of unit spread."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its candidates' features, which are gold, their documents, its fold."""

    features: Table
    gold: Table
    documents: tuple[str, ...]
    fold: int


def main() -> None:
    """Learn, measure and print; with ``--write`` replace the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--held", nargs="*", type=Path, default=[])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    model = embedder(Settings())
    learned = {
        path.stem: asked(load_set(path, arguments.cache), arguments.cache, model)
        for path in arguments.sets
    }
    held = {
        path.stem: asked(load_set(path, arguments.cache), arguments.cache, model)
        for path in arguments.held
    }
    folds = [fit(learned, without=fold) for fold in range(FOLDS)]
    for name, questions in learned.items():
        show(name, [recall(one, one.features @ folds[one.fold]) for one in questions])
    weights = fit(learned)
    for name, questions in held.items():
        show(f"{name} (held)", [recall(one, one.features @ weights) for one in questions])
    weights *= 10 / weights[:2].sum()
    table = dict(zip(fusion.FEATURES, weights.round(2).tolist(), strict=True))
    print(json.dumps(table, indent=1))
    if arguments.write:
        path = Path(fusion.__file__).with_name("fusion.json")
        path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def asked(given: LearningSet, cache: Path, model: Embedder) -> list[Asked]:
    """Return the answerable questions of a set with their candidates."""
    found = []
    questions = [question for question in given.questions if question.gold][:QUESTIONS]
    with given.index(cache, model) as index:
        for question in questions:
            vector = model.embed_query(question.question)
            with index.snapshot() as view:
                pool = candidates(view, question.question, vector)
                documents = [passage.document_id for passage in view.passages(pool.keys)]
            gold = np.array([document in question.gold for document in documents])
            fold = zlib.crc32(question.group.encode()) % FOLDS
            found.append(Asked(pool.features, gold, tuple(documents), fold))
    return found


def fit(sets: Mapping[str, Sequence[Asked]], *, without: int = -1) -> Table:
    """Return the weights that make gold candidates likely, one fold left out."""
    kept = {
        name: [one for one in given if one.fold != without and one.gold.any()]
        for name, given in sets.items()
    }
    questions = [one for given in kept.values() for one in given]
    shares = np.array([1 / len(given) / len(kept) for given in kept.values() for _ in given])
    spread = np.sqrt(np.mean([one.features.var(axis=0) for one in questions], axis=0)) + 1e-9

    def loss(weights: Table) -> tuple[float, Table]:
        total, slope = 0.0, np.zeros(len(weights))
        for one, counts in zip(questions, shares, strict=True):
            table = one.features / spread
            likely = np.exp(table @ weights - (table @ weights).max())
            chosen = likely * one.gold
            total -= counts * np.log(chosen.sum() / likely.sum() + 1e-12)
            slope += counts * ((likely / likely.sum() - chosen / (chosen.sum() + 1e-12)) @ table)
        return total + WEAKNESS * weights @ weights, slope + 2 * WEAKNESS * weights

    start = np.full(len(spread), 0.3)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(spread))
    weights: Table = found.x / spread
    return weights


def recall(one: Asked, scores: Table) -> tuple[bool, bool, bool]:
    """Tell whether a gold document is the first, among five, among ten."""
    order = np.argsort(-scores, kind="stable")
    documents = list(dict.fromkeys(one.documents[place] for place in order))
    gold = {document for document, is_gold in zip(one.documents, one.gold, strict=True) if is_gold}
    return tuple(bool(gold & set(documents[:count])) for count in (1, 5, 10))  # type: ignore[return-value]


def show(name: str, found: Sequence[tuple[bool, bool, bool]]) -> None:
    """Print recall at 1, 5 and 10."""
    print(name, len(found), *np.mean(found, axis=0).round(3))


if __name__ == "__main__":
    main()
