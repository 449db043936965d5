"""Learn the weights of reading: which spot answers, whether one does, which span is put in front.

Usage: python training/fit_answerer.py --sets PATH [PATH ...] --cache DIR [--limit N]

Two sets of weights are learned: with the trained reader's features and without any of them, for
machines that have no reader.

Each PATH is a folder of questions or a training file (see ``learning_sets``). Every answerable
question is also asked with its own document withheld, and with a part of it exchanged, which makes
unanswerable ones. Figures are cross-validated over documents; the weights written are learned on
all of them. The result is ``rag/reading/weights.json``.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
from asking import Asked, ask_set
from regression import Calibration, Fitted, calibrate, fit, fit_choice
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from rag.evaluation.matching import contains, exact, run_f1
from rag.reading.candidates import Candidate
from rag.reading.confidence import answerable_features
from rag.reading.headline import headline_features, spans_that_fit
from rag.reading.signals import PREFIX, reader_signals
from rag.reading.span_features import span_features

TARGET = Path(__file__).parent.parent / "rag" / "reading" / "weights.json"
NO_PREFIX = ""
FOLDS = 5
READER_WEIGHT = 2
"""How much more the decision with the reader counts than the one without. Alone it is better on
the kinds of text it was learned on and worse on others."""

LEAST_OF_A_SET = 60
"""A set of fewer questions counts less than others, each of its questions as much as of one so
large."""

UNANSWERABLE_SHARE = 0.25
DECLINED_SHARE = {"low": 0.04, "normal": 0.09, "high": 0.2}
ASKING_FOR_UNITS = frozenset({"open", "held", "followups"})
"""Sets whose accepted forms are parts of lists, rows and steps, not short answers."""
HEADLINE_PRECISION = 0.88
"""Share of the shown ones that an accepted form confirms; of right ones it misses some. Questions
made unanswerable for learning do not count here."""


def fit_spot(asked: Sequence[Asked], *, without: str) -> Fitted:
    """Learn which spot of several answers, from the questions that have one that does."""
    known = [one for one in asked if any(one.holds)]
    counts = Counter(one.set_name for one in known)
    return fit_choice(
        [[candidate.features for candidate in one.candidates] for one in known],
        [one.holds for one in known],
        importance=[1 / max(LEAST_OF_A_SET, counts[one.set_name]) for one in known],
        without=without,
    )


def answerable_rows(asked: Sequence[Asked], spot: Fitted) -> list[dict[str, float]]:
    """Return the features of the decision, given a model of spots."""
    rows = []
    for one in asked:
        ranked, scores = in_order(one, spot)
        features = answerable_features(one.question, one.evidence, ranked, scores)
        rows.append(features | reader_signals(one.question, ranked, one.readings))
    return rows


def in_order(one: Asked, spot: Fitted) -> tuple[list[Candidate], list[float]]:
    """Return the candidates of a question best first, with their log-odds."""
    if not one.candidates:
        return [], []
    scores = spot.scores([candidate.features for candidate in one.candidates])
    order = np.argsort(-scores, kind="stable")
    return [one.candidates[n] for n in order], [float(scores[n]) for n in order]


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


def fit_answerable(asked: Sequence[Asked], spot: Fitted, *, without: str) -> Fitted:
    """Learn the decision to answer, given a model of spots."""
    labels = [one.answerable for one in asked]
    return fit(answerable_rows(asked, spot), labels, balanced(asked), without=without)


def fit_span(asked: Sequence[Asked], spot: Fitted) -> Fitted:
    """Learn which span of the best spot is an accepted answer, where one of them is."""
    choices: list[Sequence[Mapping[str, float]]] = []
    right: list[Sequence[bool]] = []
    for one in asked:
        if one.answerable and one.candidates:
            best = in_order(one, spot)[0][0]
            spans = spans_that_fit(best, one.readings)
            text = best.hit.passage.text
            exactly = [exact(text[s.start : s.end], one.answers) for s in spans]
            if any(exactly):
                choices.append(span_features(one.question, spans, text))
                right.append(exactly)
    return fit_choice(choices, right)


def headlines(
    asked: Sequence[Asked], spot: Fitted, span: Fitted, confidence: Sequence[float]
) -> tuple[list[Mapping[str, float]], list[bool], list[Asked]]:
    """Return the features of every question's first span, and whether it is right."""
    rows: list[Mapping[str, float]] = []
    labels: list[bool] = []
    owners: list[Asked] = []
    for one, sure in zip(asked, confidence, strict=True):
        if not one.candidates or one.set_name in ASKING_FOR_UNITS:
            continue
        best = in_order(one, spot)[0][0]
        spans = spans_that_fit(best, one.readings)
        if not spans:
            continue
        text = best.hit.passage.text
        scores = span.scores(span_features(one.question, spans, text))
        rated = sorted(zip(scores.tolist(), spans, strict=True), key=lambda pair: -pair[0])
        rows.append(headline_features(one.question, best, rated, sure))
        shown = text[rated[0][1].start : rated[0][1].end]
        labels.append(one.answerable and is_right(shown, one.answers))
        owners.append(one)
    return rows, labels, owners


def is_right(shown: str, forms: Sequence[str]) -> bool:
    """Tell whether a short answer says what an accepted form says and little beside it."""
    if exact(shown, forms):
        return True
    near = contains(shown, forms) or any(contains(form, [shown]) for form in forms)
    return near and run_f1(shown, forms) >= 0.5


def cross_validate(asked: Sequence[Asked], *, without: str) -> tuple[np.ndarray, np.ndarray]:
    """Return each question's held-out log-odds, and whether its first one or two spots answer."""
    groups = [one.group for one in asked]
    confidence = np.zeros(len(asked))
    found = np.full((len(asked), 2), np.nan)
    for train, test in GroupKFold(FOLDS).split(asked, groups=groups):
        known = [asked[n] for n in train]
        spot = fit_spot(known, without=without)
        held = [asked[n] for n in test]
        decision = fit_answerable(known, spot, without=without)
        confidence[test] = decision.scores(answerable_rows(held, spot))
        for place, one in zip(test, held, strict=True):
            if one.answerable and one.candidates:
                scores = spot.scores([c.features for c in one.candidates])
                order = np.argsort(-scores, kind="stable")
                found[place] = [any(one.shows[n] for n in order[:count]) for count in (1, 2)]
    return confidence, found


def report(asked: Sequence[Asked], confidence: np.ndarray, found: np.ndarray) -> None:
    """Print the cross-validated figures of each set and kind."""
    answerable = np.array([one.answerable for one in asked])
    weigh = np.array(balanced(asked))
    for name in sorted({one.set_name for one in asked}):
        here = np.array([one.set_name == name for one in asked])
        yes = here & answerable
        if not yes.any():
            continue
        right = np.nan_to_num(found[:, 0]) > 0
        told = np.nan_to_num(found[:, 1]) > 0
        print(
            f"{name}: {yes.sum()} answerable, unit@1 {np.nanmean(found[yes, 0]):.3f}, "
            f"unit@2 {np.nanmean(found[yes, 1]):.3f}, right/wrong AUROC "
            f"{_auroc(right[yes], confidence[yes]):.3f}, calibration error "
            f"{_calibration_error(told[here], confidence[here], weigh[here]):.3f}"
        )
        least = np.quantile(confidence[yes], DECLINED_SHARE["normal"])
        for kind in sorted({one.kind for one in asked if one.set_name == name}):
            rows = here & ~answerable & np.array([one.kind == kind for one in asked])
            if rows.any():
                both = rows | yes
                area = roc_auc_score(answerable[both], confidence[both])
                print(
                    f"    {kind}: {rows.sum()}, AUROC {area:.3f}, declined at "
                    f"{DECLINED_SHARE['normal']:.0%} {np.mean(confidence[rows] < least):.3f}"
                )


def _auroc(right: np.ndarray, confidence: np.ndarray) -> float:
    return float(roc_auc_score(right, confidence)) if 0 < right.sum() < len(right) else float("nan")


def _calibration_error(right: np.ndarray, odds: np.ndarray, weigh: np.ndarray) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    chance = 1 / (1 + np.exp(-odds))
    bins = np.minimum((chance * 10).astype(int), 9)
    gaps = [
        abs(float(((chance - right) * weigh)[bins == n].sum())) / weigh.sum() for n in range(10)
    ]
    return sum(gaps)


def main() -> None:
    """Ask, cross-validate, report, and write the weights learned on everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=600, help="questions drawn from each set")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="file that keeps what was asked, to learn again")
    arguments = parser.parse_args()
    asked: list[Asked] = []
    if arguments.keep and arguments.keep.exists():
        # Written by this very script on this machine.
        asked = pickle.loads(arguments.keep.read_bytes())  # noqa: S301
    else:
        with ProcessPoolExecutor(arguments.processes) as pool:
            for found in pool.map(
                ask_set, arguments.sets, repeat(arguments.cache), repeat(arguments.limit)
            ):
                asked += found
        if arguments.keep:
            arguments.keep.write_bytes(pickle.dumps(asked))
    arguments.target.write_text(
        json.dumps(learn(asked), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def learn(asked: Sequence[Asked]) -> dict[str, object]:
    """Print the cross-validated figures and return what is learned from everything."""
    models: dict[str, Fitted] = {}
    limits: dict[str, dict[str, float]] = {}
    for kind in ("", "_foreign"):
        here = [one for one in asked if one.models == kind]
        if not here:
            continue
        importance = np.array(balanced(here))
        odds: dict[str, np.ndarray] = {}
        for suffix, without in (("", PREFIX), ("_read", NO_PREFIX)):
            print("Without the reader:" if without == PREFIX else "With the reader:")
            odds[suffix], found = cross_validate(here, without=without)
            right = np.nan_to_num(found[:, 1]) > 0
            spot = fit_spot(here, without=without)
            decision = fit_answerable(here, spot, without=without)
            models[f"spot{kind}{suffix}"] = spot
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
        if not kind:
            confidence = 1 / (1 + np.exp(-odds["_read"]))
            models["span"] = fit_span(here, models["spot_read"])
            models["headline"], least = learn_headline(
                here,
                models["spot_read"],
                models["span"],
                confidence.tolist(),
                limits["thresholds_read"]["normal"],
            )
            limits["thresholds_read"]["headline"] = least
    return {
        "learned_on": sorted({one.set_name for one in asked}),
        "questions": len(asked),
        "models": {name: model.to_dict() for name, model in models.items()},
        **limits,
    }


def learn_headline(
    asked: Sequence[Asked],
    spot: Fitted,
    span: Fitted,
    confidence: Sequence[float],
    declining: float,
) -> tuple[Fitted, float]:
    """Learn when the first span is right, and the probability above which nine of ten are.

    Only questions that are answered count: those whose confidence is at least ``declining``.
    """
    sure = {id(one): value for one, value in zip(asked, confidence, strict=True)}
    rows, labels, owners = headlines(asked, spot, span, confidence)
    importance = np.array(balanced(owners))
    right = np.array(labels)
    held = np.zeros(len(rows))
    groups = [one.group for one in owners]
    for train, test in GroupKFold(FOLDS).split(rows, groups=groups):
        model = fit([rows[n] for n in train], right[train].tolist(), importance[train].tolist())
        held[test] = model.scores([rows[n] for n in test])
    chance = 1 / (1 + np.exp(-held))
    answered = np.array([sure[id(one)] >= declining for one in owners])
    asked_so = np.array([one.kind not in ("withheld", "altered") for one in owners])
    least = 1.0
    for bound in np.arange(0.3, 0.97, 0.01):
        shown = (chance >= bound) & answered
        shown &= asked_so
        if shown.any() and right[shown].mean() >= HEADLINE_PRECISION:
            least = float(bound)
            break
    print(f"Headline shown from {least:.2f}:")
    for name in sorted({one.set_name for one in owners}):
        here = np.array([one.set_name == name for one in owners])
        shown = here & answered & asked_so & (chance >= least)
        total = sum(one.set_name == name and one.answerable for one in asked)
        print(
            f"    {name}: right {right[shown].mean() if shown.any() else float('nan'):.3f} of "
            f"{shown.sum()} shown, of {total} answerable"
        )
    return fit(rows, labels, importance.tolist()), round(least, 3)


def together(calibration: Calibration) -> Fitted:
    """Return the model that weighs the decision without the reader and the one with it."""
    share = calibration.slope / (1 + READER_WEIGHT)
    return Fitted(("plain", "read"), calibration.shift, (share, READER_WEIGHT * share))


def declining_limits(asked: Sequence[Asked], confidence: np.ndarray) -> dict[str, float]:
    """Return the confidence below which each share of the answerable questions lies.

    Every set counts the same.
    """
    yes = np.array([one.answerable for one in asked])
    importance = np.array(balanced(asked))[yes]
    values = confidence[yes]
    order = np.argsort(values)
    passed = np.cumsum(importance[order]) / importance.sum()
    return {
        name: round(float(1 / (1 + np.exp(-values[order][int(np.searchsorted(passed, share))]))), 4)
        for name, share in DECLINED_SHARE.items()
    }


if __name__ == "__main__":
    main()
