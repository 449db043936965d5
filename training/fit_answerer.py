"""Learn the weights of the extractive answerer and of its decision to decline.

Usage: python training/fit_answerer.py --sets PATH [PATH ...] --cache DIR [--limit N]

Each PATH is a folder of questions or a training file (see ``learning_sets``). Every answerable
question is also asked with its own document withheld, which makes an unanswerable one. Figures
are cross-validated over documents; the weights written are learned on all of them. The result
is ``rag/answering/weights.json``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from learning_sets import LearningQuestion, LearningSet, load_set
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from rag.answering.confidence import answerable_features, answerable_model
from rag.answering.features import SentenceCandidate, sentence_candidates
from rag.answering.question import Question, read_question
from rag.answering.reading import READ_HITS
from rag.assembly import embedder
from rag.evaluation.matching import contains
from rag.evidence import Evidence
from rag.retrieval import Retriever
from rag.settings import Settings

TARGET = Path(__file__).parent.parent / "rag" / "answering" / "weights.json"
FOLDS = 5
EVIDENCE_HITS = 10
DECLINED_SHARE = {"low": 0.01, "normal": 0.03, "high": 0.10}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its evidence, its candidates and which of them hold the answer."""

    set_name: str
    group: str
    answerable: bool
    kind: str
    question: Question
    evidence: Evidence
    candidates: tuple[SentenceCandidate, ...]
    holds: tuple[bool, ...]

    @property
    def model(self) -> str:
        """Return the name of the model that decides about it."""
        return answerable_model(self.question, self.candidates[:1])


def drawn(learning: LearningSet, limit: int) -> LearningSet:
    """Return the set with at most ``limit`` of its questions, the same ones every time."""
    if len(learning.questions) <= limit:
        return learning
    chosen = random.Random(0).sample(learning.questions, limit)
    return replace(learning, questions=tuple(chosen))


def ask_all(
    learning: LearningSet, retriever: Retriever, documents: Sequence[str], *, withheld: bool
) -> list[Asked]:
    """Ask every question of a set, and the answerable ones again without their documents."""
    asked = []
    for item in learning.questions:
        evidence = retriever.evidence(item.question, EVIDENCE_HITS)
        asked.append(_asked(learning.name, item, evidence, bool(item.gold), item.kind))
        if withheld and item.gold:
            rest = set(documents) - set(item.gold)
            evidence = retriever.evidence(item.question, EVIDENCE_HITS, within=rest)
            asked.append(_asked(learning.name, item, evidence, False, "withheld"))
    return asked


def _asked(
    name: str, item: LearningQuestion, evidence: Evidence, answerable: bool, kind: str
) -> Asked:
    question = read_question(item.question)
    candidates = tuple(sentence_candidates(question, evidence.first(READ_HITS)))
    holds = tuple(
        answerable
        and candidate.hit.passage.document_id in item.gold
        and contains(candidate.text, item.answers)
        for candidate in candidates
    )
    group = f"{name}:{item.group}"
    if answerable_model(question, candidates[:1]) == "answerable_foreign":
        name = f"{name}-foreign"
    return Asked(name, group, answerable, kind, question, evidence, candidates, holds)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A logistic regression whose weights apply to raw features."""

    names: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]

    def scores(self, rows: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Return the log-odds of each row, float64 [rows]."""
        return matrix(rows, self.names) @ np.array(self.weights) + self.intercept

    def to_dict(self) -> dict[str, object]:
        """Return the form of ``weights.json``."""
        weights = {n: round(w, 5) for n, w in zip(self.names, self.weights, strict=True)}
        return {"intercept": round(self.intercept, 5), "weights": weights}


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> np.ndarray:
    """Return the features as float64 [rows, names]."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def fit(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], importance: Sequence[float]
) -> Fitted:
    """Fit on standardised features and return weights for the raw ones."""
    names = tuple(sorted({name for row in rows for name in row}))
    values = matrix(rows, names)
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=0.3, solver="newton-cholesky", max_iter=200)
    model.fit(scaler.transform(values), np.array(labels), sample_weight=np.array(importance))
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    return Fitted(names, intercept, tuple(float(weight) for weight in weights))


def fit_sentence(asked: Sequence[Asked]) -> Fitted:
    """Learn which sentence holds the answer, from the questions that have one."""
    rows: list[Mapping[str, float]] = []
    labels: list[bool] = []
    for one in asked:
        if any(one.holds):
            rows += [candidate.features for candidate in one.candidates]
            labels += one.holds
    return fit(rows, labels, [1.0] * len(rows))


def answerable_rows(asked: Sequence[Asked], sentence: Fitted) -> list[dict[str, float]]:
    """Return the features of the decision, given a sentence model."""
    rows = []
    for one in asked:
        scores = (
            sentence.scores([candidate.features for candidate in one.candidates])
            if one.candidates
            else np.zeros(0)
        )
        order = np.argsort(-scores, kind="stable")
        rows.append(
            answerable_features(
                one.question,
                one.evidence,
                [one.candidates[n] for n in order],
                [float(scores[n]) for n in order],
            )
        )
    return rows


def balanced(asked: Sequence[Asked]) -> list[float]:
    """Give every set the same weight, and its answerable and unanswerable halves too."""
    counts: dict[tuple[str, bool], int] = {}
    for one in asked:
        key = (one.set_name, one.answerable)
        counts[key] = counts.get(key, 0) + 1
    mean = len(asked) / len(counts)
    return [mean / counts[one.set_name, one.answerable] for one in asked]


def fit_answerable(asked: Sequence[Asked], sentence: Fitted) -> dict[str, Fitted]:
    """Learn the decision to answer, apart for questions in another script."""
    fitted = {}
    for name in ("answerable", "answerable_foreign"):
        here = [one for one in asked if one.model == name]
        labels = [one.answerable for one in here]
        fitted[name] = fit(answerable_rows(here, sentence), labels, balanced(here))
    return fitted


def answerable_scores(
    asked: Sequence[Asked], sentence: Fitted, models: Mapping[str, Fitted]
) -> np.ndarray:
    """Return the log-odds of each question, float64 [questions]."""
    rows = answerable_rows(asked, sentence)
    return np.array(
        [models[one.model].scores([row])[0] for one, row in zip(asked, rows, strict=True)]
    )


def cross_validate(asked: Sequence[Asked]) -> tuple[np.ndarray, np.ndarray]:
    """Return each question's held-out log-odds, and whether its first two sentences hold it."""
    groups = [one.group for one in asked]
    confidence = np.zeros(len(asked))
    found = np.full((len(asked), 2), np.nan)
    for train, test in GroupKFold(FOLDS).split(asked, groups=groups):
        learned = [asked[n] for n in train]
        sentence = fit_sentence(learned)
        held = [asked[n] for n in test]
        confidence[test] = answerable_scores(held, sentence, fit_answerable(learned, sentence))
        for place, one in zip(test, held, strict=True):
            if one.answerable:
                scores = sentence.scores([c.features for c in one.candidates])
                order = np.argsort(-scores, kind="stable")
                found[place] = [any(one.holds[n] for n in order[:count]) for count in (1, 2)]
    return confidence, found


def report(asked: Sequence[Asked], confidence: np.ndarray, found: np.ndarray) -> None:
    """Print the cross-validated figures of each set and kind."""
    answerable = np.array([one.answerable for one in asked])
    for name in sorted({one.set_name for one in asked}):
        here = np.array([one.set_name == name for one in asked])
        yes = here & answerable
        print(
            f"{name}: {yes.sum()} answerable, sentence@1 {np.nanmean(found[yes, 0]):.3f}, "
            f"sentence@2 {np.nanmean(found[yes, 1]):.3f}"
        )
        if not yes.any():
            continue
        least = np.quantile(confidence[yes], DECLINED_SHARE["normal"])
        for kind in sorted({one.kind for one in asked if one.set_name == name}):
            rows = here & ~answerable & np.array([one.kind == kind for one in asked])
            if rows.any():
                both = rows | yes
                area = roc_auc_score(answerable[both], confidence[both])
                print(
                    f"    {kind}: {rows.sum()}, AUROC {area:.3f}, "
                    f"declined at 3 % {np.mean(confidence[rows] < least):.3f}"
                )


def main() -> None:
    """Ask, cross-validate, report, and write the weights learned on everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=600, help="questions drawn from each set")
    parser.add_argument("--cache", type=Path, required=True)
    arguments = parser.parse_args()
    model = embedder(Settings())
    asked: list[Asked] = []
    for path in arguments.sets:
        learning = drawn(load_set(path, arguments.cache), arguments.limit)
        index = learning.index(arguments.cache, model)
        documents = [summary.id for summary in index.documents()]
        asked += ask_all(learning, Retriever(index, model), documents, withheld=True)
        index.close()
    confidence, found = cross_validate(asked)
    report(asked, confidence, found)
    sentence = fit_sentence(asked)
    models = {"sentence": sentence, **fit_answerable(asked, sentence)}
    yes = np.array([one.answerable and one.model == "answerable" for one in asked])
    odds = confidence[yes]
    limits = {
        name: round(float(1 / (1 + np.exp(-np.quantile(odds, share)))), 4)
        for name, share in DECLINED_SHARE.items()
    }
    TARGET.write_text(
        json.dumps(
            {
                "learned_on": sorted({one.set_name for one in asked}),
                "questions": len(asked),
                "models": {name: model.to_dict() for name, model in models.items()},
                "thresholds": limits,
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
