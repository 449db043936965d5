"""Make the examples the reader learns from: questions, their paragraphs, those that mislead.

Usage: python training/reader_examples.py --sets FOLDER --target FILE

One question a line, with the paragraphs of its set that share most words with it and do not hold
its answer (see ``reader_negatives``). Windows are cut out of the paragraphs while training.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reader_negatives import ParagraphSearch
from reader_sets import SETS, LearningQuestion, SetUse, digest_of, path_of, questions_of

from rag.evaluation.matching import contains

_NEGATIVES = 5
_LOOKED_AT = 12
_POOL = 6000
"""Paragraphs searched in, at most: those of the questions that are drawn come first."""


def examples(use: SetUse, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield at most ``use.limit`` questions of a set with their misleading paragraphs."""
    everything = list(questions_of(use, folder))
    chosen = random.Random(0).sample(everything, min(use.limit, len(everything)))
    # Every written question without an answer is of use, whatever else is drawn.
    taken = {question.id for question in chosen}
    chosen += [q for q in everything if not q.answerable and q.id not in taken]
    titles = {q.context: q.title for q in [*chosen, *everything]}
    texts = list(titles)[:_POOL]
    search = ParagraphSearch([f"{titles[text]}\n{text}" for text in texts])
    for question in chosen:
        found = [texts[place] for place in search.best(question.question, _LOOKED_AT)]
        others = [text for text in found if _misleads(text, question)]
        yield {
            **asdict(question),
            "negatives": [{"title": titles[t], "text": t} for t in others[:_NEGATIVES]],
        }


def _misleads(text: str, question: LearningQuestion) -> bool:
    if text == question.context:
        return False
    return not contains(text, tuple(answer for answer, _ in question.answers))


def main() -> None:
    """Read the arguments, write one example a line and the digests of the sets beside them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of the sets to make (default: all)")
    arguments = parser.parse_args()
    digests = {}
    partial = arguments.target.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        for use in SETS:
            if arguments.only and use.name not in arguments.only:
                continue
            count = 0
            for example in examples(use, arguments.sets):
                file.write(json.dumps(example, ensure_ascii=False) + "\n")
                count += 1
            digests[use.name] = {
                "sha256": digest_of(path_of(use.name, arguments.sets)),
                "questions": count,
            }
            print(use.name, count, flush=True)
    partial.rename(arguments.target)
    arguments.target.with_suffix(".digests.json").write_text(json.dumps(digests, indent=1))


if __name__ == "__main__":
    main()
