"""Measure a reader on the evaluation sets: which answer it gives, and whether it knows of none.

Usage: python training/measure_reader.py GRAPH [--evals FOLDER] [--limit N] [--log FILE]

Each question is read with the paragraph it is about, cut into windows as the product cuts them,
so that the search plays no part. Nothing here is ever learned from.

For each set: EM and F1 of the best span where there is an answer (``squad2_en``: F1 over words,
the others as in CMRC 2018), the best EM among the 12 best spans, too long, and where questions
without an answer are told of a paragraph the AUROC of span score and relevance. ``withheld`` and
``swapped`` compare each answerable question's own paragraph with the windows of one that other
questions are about: the closest one by words.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from reader_negatives import ParagraphSearch

from rag.embedding.bundled import ensure_bundled
from rag.embedding.network import WordNetwork
from rag.evaluation.matching import bag_f1, contains, exact, run_f1
from rag.reading.span_reader import Tokens, best_spans, encode
from rag.reading.windows import weight
from rag.settings import Settings
from rag.text.sentences import split_sentences

SETS = ("cmrc2018", "drcd", "xquad_zh", "xquad_en", "squad2_en")
_SIZE = 160.0


@dataclass(frozen=True, slots=True)
class Read:
    """The best spans of a paragraph with their scores, and the highest relevance of a window."""

    texts: tuple[str, ...]
    score: float
    relevance: float


def windows_of(text: str) -> list[str]:
    """Return the text cut at sentences into windows of at most 160 Chinese characters."""
    sentences = split_sentences(text)
    found: list[tuple[int, int]] = []
    for start, end in sentences:
        if found and weight(text[found[-1][0] : end]) <= _SIZE:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return [text[start:end] for start, end in found]


def read(network: WordNetwork, question: str, title: str, text: str) -> Read:
    """Return what the reader finds in a paragraph."""
    spans: list[tuple[float, str]] = []
    relevance = -np.inf
    for window in windows_of(text):
        ids, first, starts = encode(network.tokenizer, question, title, window)
        logits = network.run(np.array(ids, dtype=np.int64))
        inside = logits[first : first + len(starts)]
        nothing = float(logits[0, :2].sum())
        tokens = Tokens(starts, [*starts[1:], len(window)], inside[:, 0], inside[:, 1])
        for start, end, score in best_spans(window, tokens):
            spans.append((score - nothing, window[start:end]))
        own = logits[0, 2] if logits.shape[1] > 2 else -nothing
        relevance = max(relevance, float(own))
    spans.sort(key=lambda pair: -pair[0])
    return Read(
        tuple(text for _, text in spans[:12]), spans[0][0] if spans else -99.0, float(relevance)
    )


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive scores higher than a negative."""
    if not positive or not negative:
        return float("nan")
    own, other = np.array(positive)[:, None], np.array(negative)[None]
    return float((own > other).mean() + (own == other).mean() / 2)


def figures(network: WordNetwork, folder: Path, limit: int) -> dict[str, float]:
    """Return the figures of one set on ``limit`` of its questions, the same ones every time."""
    corpus = {row["id"]: row for row in _rows(folder / "corpus.jsonl")}
    keys = list(corpus)
    search = ParagraphSearch([f"{corpus[k]['title']}\n{corpus[k]['text']}" for k in keys])
    questions = _rows(folder / "questions.jsonl")
    random.Random(7).shuffle(questions)
    answerable = [q for q in questions if q["answerable"] and q["gold"]][:limit]
    written = [q for q in questions if not q["answerable"] and q.get("about") in corpus][:limit]
    english = folder.name.endswith("_en")
    right, f1, best, long, own, beside, relevant, elsewhere, first = ([] for _ in range(9))
    for question in answerable:
        gold = corpus[question["gold"][0]]
        got = read(network, question["question"], gold["title"], gold["text"])
        answers = question["answers"]
        text = got.texts[0] if got.texts else ""
        right.append(exact(text, answers))
        f1.append(max(bag_f1(text, a) for a in answers) if english else run_f1(text, answers))
        best.append(any(exact(other, answers) for other in got.texts))
        long.append(not right[-1] and contains(text, answers))
        own.append(got.score)
        relevant.append(got.relevance)
        near = next(
            (
                corpus[keys[place]]
                for place in search.best(question["question"], 8)
                if keys[place] not in question["gold"]
                and not contains(corpus[keys[place]]["text"], answers)
            ),
            None,
        )
        if near is not None:
            other = read(network, question["question"], near["title"], near["text"])
            beside.append(other.score)
            elsewhere.append(other.relevance)
            first.append(got.relevance > other.relevance)
    told = [
        read(network, q["question"], corpus[q["about"]]["title"], corpus[q["about"]]["text"])
        for q in written
    ]
    found = {
        "questions": len(answerable),
        "em": _mean(right),
        "f1": _mean(f1),
        "best_of_12_em": _mean(best),
        "too_long": _mean(long),
        "near_auroc_span": auroc(own, beside),
        "near_auroc_relevance": auroc(relevant, elsewhere),
        "near_first_by_relevance": _mean(first),
    }
    if told:
        found["unanswerable"] = len(told)
        found["auroc_span"] = auroc(own, [one.score for one in told])
        found["auroc_relevance"] = auroc(relevant, [one.relevance for one in told])
        both = lambda one: one.score / 2 + one.relevance  # noqa: E731
        found["auroc_both"] = auroc(
            [s / 2 + r for s, r in zip(own, relevant, strict=True)], [both(one) for one in told]
        )
    return {key: round(value, 3) for key, value in found.items()}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Read the arguments, print the figures and add them to the log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--evals", type=Path, default=Path("../shared/evals"))
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--limit", type=int, default=150)
    parser.add_argument("--note", default="", help="what the log says of this reader")
    parser.add_argument("--log", type=Path)
    arguments = parser.parse_args()
    network = WordNetwork(arguments.graph, ensure_bundled(Settings().cache_dir))
    found = {}
    for name in arguments.sets:
        began = time.process_time()
        found[name] = figures(network, arguments.evals / name, arguments.limit)
        print(name, found[name], f"{time.process_time() - began:.0f} s", flush=True)
    if arguments.log:
        line = {"at": time.strftime("%H:%M:%S"), "note": arguments.note, "figures": found}
        with arguments.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
