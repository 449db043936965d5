"""Make the examples the reader learns from: questions with the windows it would be given.

Usage: python training/reader_examples.py --sets FILE [FILE ...] --cache DIR --target FILE

Each FILE is a training file (see ``learning_sets``). The questions go through the real search
and the real choice of windows, so that windows without the answer are the ones that mislead.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from learning_sets import LearningQuestion, load_set, rows_of

from rag.answering.features import SentenceCandidate, sentence_candidates
from rag.reading.linear import learned
from rag.asking.question import read_question
from rag.answering.reading import READ_HITS, WINDOW_SIZE, rank
from rag.reading.windows import Window, windows
from rag.assembly import embedder
from rag.evaluation.matching import contains
from rag.search import Retriever
from rag.settings import Settings

_WINDOWS = 6
_HITS = 10


def examples(path: Path, cache: Path) -> Iterator[dict[str, Any]]:
    """Yield each question with its windows; ``start`` is the answer's place there or -1.

    ``has`` tells whether the text of an accepted answer stands in a window somewhere.
    """
    model = embedder(Settings())
    learning = load_set(path, cache)
    answers = {row["id"]: (row["start"], row["answer"]) for row in rows_of(path)}
    index = learning.index(cache, model)
    retriever = Retriever(index, model)
    for item in learning.questions:
        evidence = retriever.evidence(item.question, _HITS)
        candidates = sentence_candidates(read_question(item.question), evidence.first(READ_HITS))
        ranked = rank(candidates, learned()["sentence"])
        start, answer = answers[item.id]
        chosen = _with_answer(ranked, item, start, start + len(answer))
        yield {
            "set": learning.name,
            "id": item.id,
            "group": item.group,
            "question": item.question,
            "answer": answer,
            "windows": [_window(window, item, start, answer) for window in chosen],
        }
    index.close()


def _with_answer(
    ranked: Sequence[SentenceCandidate], item: LearningQuestion, start: int, end: int
) -> list[Window]:
    """Return the windows and, where none of them holds the answer, the one that does."""
    chosen = windows(ranked, count=_WINDOWS, size=WINDOW_SIZE)
    if any(_place(window, item, start, end) >= 0 for window in chosen):
        return chosen
    for candidate in ranked:
        passage = candidate.hit.passage
        at = start - passage.start
        if passage.document_id in item.gold and candidate.start <= at < candidate.end:
            others = [other for other in ranked if other is not candidate]
            return chosen + windows([candidate, *others], count=1, size=WINDOW_SIZE)
    return chosen


def _place(window: Window, item: LearningQuestion, start: int, end: int) -> int:
    passage = window.hit.passage
    at = start - passage.start - window.start
    inside = at >= 0 and end - passage.start <= window.end
    return at if inside and passage.document_id in item.gold else -1


def _window(window: Window, item: LearningQuestion, start: int, answer: str) -> dict[str, Any]:
    place = _place(window, item, start, start + len(answer))
    assert place < 0 or window.text[place : place + len(answer)] == answer
    return {
        "title": window.hit.passage.title,
        "text": window.text,
        "start": place,
        "has": contains(window.text, item.answers),
    }


def main() -> None:
    """Read the arguments and write one example a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, nargs="+", required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    with arguments.target.open("w", encoding="utf-8") as file:
        for path in arguments.sets:
            for count, example in enumerate(examples(path, arguments.cache), start=1):
                file.write(json.dumps(example, ensure_ascii=False) + "\n")
                if count % 100 == 0:
                    print(f"\r{path.stem} {count}", end="", flush=True)
            print()


if __name__ == "__main__":
    main()
