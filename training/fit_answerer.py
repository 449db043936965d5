"""Learn the weights of the extractive answerer and of its decision to decline.

Usage: python training/fit_answerer.py --sets PATH [PATH ...] --cache DIR [--limit N]

Two sets of weights are learned: with the trained reader's features and without any of them, for
machines that have no reader.

Each PATH is a folder of questions or a training file (see ``learning_sets``). Every answerable
question is also asked with its own document withheld, which makes an unanswerable one. Figures
are cross-validated over documents; the weights written are learned on all of them. The result
is ``rag/answering/weights.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
from asking import Asked, ask_set
from regression import Calibration, Fitted, calibrate, fit, fit_choice
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from rag.answering.confidence import answerable_features
from rag.answering.conflict import spans_of
from rag.answering.reader_features import PREFIX, reader_signals
from rag.answering.span_features import span_features
from rag.evaluation.matching import exact, run_f1

TARGET = Path(__file__).parent.parent / "rag" / "answering" / "weights.json"
NO_PREFIX = ""
FOLDS = 5
READER_WEIGHT = 2
"""How much more the decision with the reader counts than the one without. Alone it is better on
the kinds of text it was learned on and worse on others (DuReader: AUROC 0.909, without the reader
0.927, together 0.920, on 308 questions)."""

UNANSWERABLE_SHARE = 0.25
DECLINED_SHARE = {"low": 0.01, "normal": 0.03, "high": 0.10}


def fit_sentence(asked: Sequence[Asked], *, without: str) -> Fitted:
    """Learn which sentence holds the answer, from the questions that have one."""
    rows: list[Mapping[str, float]] = []
    labels: list[bool] = []
    for one in asked:
        if any(one.holds):
            rows += [candidate.features for candidate in one.candidates]
            labels += one.holds
    return fit(rows, labels, [1.0] * len(rows), without=without)


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
        ranked = [one.candidates[n] for n in order]
        features = answerable_features(
            one.question, one.evidence, ranked, [float(scores[n]) for n in order]
        )
        rows.append(features | reader_signals(one.question, ranked, one.readings))
    return rows


def balanced(asked: Sequence[Asked]) -> list[float]:
    """Give every set the same weight, a share of it to its unanswerable questions.

    The share is that of questions without an answer that a user may be expected to ask.
    """
    counts: dict[tuple[str, bool], int] = {}
    for one in asked:
        key = (one.set_name, one.answerable)
        counts[key] = counts.get(key, 0) + 1
    mean = len(asked) / len(counts)
    shares = {True: 1 - UNANSWERABLE_SHARE, False: UNANSWERABLE_SHARE}
    return [mean * shares[one.answerable] / counts[one.set_name, one.answerable] for one in asked]


def fit_answerable(asked: Sequence[Asked], sentence: Fitted, *, without: str) -> Fitted:
    """Learn the decision to answer, given a sentence model."""
    labels = [one.answerable for one in asked]
    return fit(answerable_rows(asked, sentence), labels, balanced(asked), without=without)


def fit_span(asked: Sequence[Asked], sentence: Fitted) -> Fitted:
    """Learn which span of the best sentence is an accepted answer, where one of them is."""
    choices: list[Sequence[Mapping[str, float]]] = []
    right: list[Sequence[bool]] = []
    for one in asked:
        if one.answerable and one.candidates:
            found, features = spans_in(one, sentence)
            exactly = [exact(text, one.answers) for text in found]
            if any(exactly):
                choices.append(features)
                right.append(exactly)
    return fit_choice(choices, right)


def spans_in(one: Asked, sentence: Fitted) -> tuple[list[str], list[Mapping[str, float]]]:
    """Return the texts and features of the spans in the best sentence of a question."""
    scores = sentence.scores([candidate.features for candidate in one.candidates])
    best = one.candidates[int(scores.argmax())]
    spans = spans_of(best, one.readings)
    text = best.hit.passage.text
    return [text[s.start : s.end] for s in spans], span_features(one.question, spans, text)


def report_spans(asked: Sequence[Asked]) -> None:
    """Print how often the short answer is exact, and its F1, cross-validated."""
    asked = [one for one in asked if one.answerable and one.candidates]
    figures: dict[str, list[tuple[float, float, float]]] = {}
    for train, test in GroupKFold(FOLDS).split(asked, groups=[one.group for one in asked]):
        sentence = fit_sentence([asked[n] for n in train], without=NO_PREFIX)
        span = fit_span([asked[n] for n in train], sentence)
        for one in (asked[n] for n in test):
            texts, features = spans_in(one, sentence)
            best = texts[int(span.scores(features).argmax())] if texts else ""
            first = texts[int(np.argmin([row["gap"] for row in features]))] if texts else ""
            figures.setdefault(one.set_name, []).append(
                (exact(first, one.answers), exact(best, one.answers), run_f1(best, one.answers))
            )
    for name, rows in sorted(figures.items()):
        first, best, overlap = np.mean(rows, axis=0)
        print(
            f"{name}: short answer exact {best:.3f} (the reader's first {first:.3f}), "
            f"F1 {overlap:.3f}"
        )


def cross_validate(asked: Sequence[Asked], *, without: str) -> tuple[np.ndarray, np.ndarray]:
    """Return each question's held-out log-odds, and whether its first two sentences hold it."""
    groups = [one.group for one in asked]
    confidence = np.zeros(len(asked))
    found = np.full((len(asked), 2), np.nan)
    for train, test in GroupKFold(FOLDS).split(asked, groups=groups):
        known = [asked[n] for n in train]
        sentence = fit_sentence(known, without=without)
        held = [asked[n] for n in test]
        decision = fit_answerable(known, sentence, without=without)
        confidence[test] = decision.scores(answerable_rows(held, sentence))
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
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    asked: list[Asked] = []
    with ProcessPoolExecutor(arguments.processes) as pool:
        for found in pool.map(
            ask_set,
            arguments.sets,
            repeat(arguments.cache),
            repeat(arguments.limit),
        ):
            asked += found
    arguments.target.write_text(
        json.dumps(learn(asked), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def learn(asked: Sequence[Asked]) -> dict[str, object]:
    """Print the cross-validated figures and return what is learned from everything."""
    models: dict[str, Fitted] = {}
    limits: dict[str, dict[str, float]] = {}
    for kind in ("", "_foreign"):
        here = [one for one in asked if one.models == kind]
        importance = np.array(balanced(here))
        odds: dict[str, np.ndarray] = {}
        for suffix, without in (("", PREFIX), ("_read", NO_PREFIX)):
            print("Without the reader:" if without == PREFIX else "With the reader:")
            odds[suffix], found = cross_validate(here, without=without)
            right = np.nan_to_num(found[:, 1]) > 0
            sentence = fit_sentence(here, without=without)
            decision = fit_answerable(here, sentence, without=without)
            models[f"sentence{kind}{suffix}"] = sentence
            if suffix:
                both = (odds[""] + READER_WEIGHT * odds[suffix]) / (1 + READER_WEIGHT)
                calibration = calibrate(both, right, importance)
                models[f"confidence{kind}"] = together(calibration)
            else:
                calibration = calibrate(odds[suffix], right, importance)
                decision = calibration.applied(decision)
            models[f"answerable{kind}{suffix}"] = decision
            if suffix:
                odds[suffix] = both
            odds[suffix] = calibration.slope * odds[suffix] + calibration.shift
            report(here, odds[suffix], found)
            if not kind:
                limits[f"thresholds{suffix}"] = declining_limits(here, odds[suffix])
        report_spans(here)
    local = [one for one in asked if not one.models]
    models["span"] = fit_span(local, fit_sentence(local, without=NO_PREFIX))
    return {
        "learned_on": sorted({one.set_name for one in asked}),
        "questions": len(asked),
        "models": {name: model.to_dict() for name, model in models.items()},
        **limits,
    }


def together(calibration: Calibration) -> Fitted:
    """Return the model that weighs the decision without the reader and the one with it."""
    share = calibration.slope / (1 + READER_WEIGHT)
    return Fitted(("plain", "read"), calibration.shift, (share, READER_WEIGHT * share))


def declining_limits(asked: Sequence[Asked], confidence: np.ndarray) -> dict[str, float]:
    """Return the confidence below which each share of the answerable questions lies."""
    yes = np.array([one.answerable for one in asked])
    return {
        name: round(float(1 / (1 + np.exp(-np.quantile(confidence[yes], share)))), 4)
        for name, share in DECLINED_SHARE.items()
    }


if __name__ == "__main__":
    main()
