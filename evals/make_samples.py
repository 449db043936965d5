"""Make the shipped samples from the open sets: python evals/make_samples.py OPEN_SETS

Deterministic: whole paragraphs are drawn by a digest of their id, their questions follow.
Kept are the paragraphs the kept questions need, the paragraph each unanswerable question is
nearest to, and further paragraphs of the set as distractors.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHIPPED = {  # answerable questions, unanswerable ones, variants, paragraphs
    "cmrc2018": (120, 60, 40, 170),
    "drcd": (120, 60, 40, 170),
    "xquad_zh": (100, 50, 60, 110),
    "xquad_en": (100, 50, 0, 110),
    "squad2_en": (100, 80, 0, 140),
}
NOT_KEPT = ("split",)


def draw(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def read(file: Path) -> list[dict]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def write(file: Path, rows: list[dict]) -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        for row in rows:
            kept = {name: value for name, value in row.items() if name not in NOT_KEPT}
            stream.write(json.dumps(kept, ensure_ascii=False) + "\n")


def even(rows: list[dict], count: int) -> list[dict]:
    """Draw ``count`` rows, as many of each kind as there are."""
    kinds: dict[str, list[dict]] = {}
    for row in sorted(rows, key=lambda row: draw(row["id"])):
        kinds.setdefault(row["kind"], []).append(row)
    chosen: list[dict] = []
    while len(chosen) < count and any(kinds.values()):
        for kind in sorted(kinds):
            if kinds[kind] and len(chosen) < count:
                chosen.append(kinds[kind].pop(0))
    return chosen


def sample(source: Path, target: Path) -> None:
    answerable, unanswerable, varied, paragraphs = SHIPPED[source.name]
    corpus = {row["id"]: row for row in read(source / "corpus.jsonl")}
    questions = read(source / "questions.jsonl")
    variants = {file.name: read(file) for file in sorted(source.glob("variants_*.jsonl"))}
    with_variant = {row["id"] for rows in variants.values() for row in rows}
    of: dict[str, list[dict]] = {}
    for row in questions:
        if row["answerable"]:
            of.setdefault(row["gold"][0], []).append(row)
    # Every other paragraph has a variant, so that originals and variants can be compared.
    order = sorted(of, key=draw)
    having = [name for name in order if any(row["id"] in with_variant for row in of[name])]
    having = having[: max(1, varied)] if varied else []
    chosen: list[dict] = []
    for name in [*having, *(name for name in order if name not in having)]:
        first = sorted(of[name], key=lambda row: (row["id"] not in with_variant, draw(row["id"])))
        chosen += first[: min(2, answerable - len(chosen))]
        if len(chosen) >= answerable:
            break
    ids = {row["id"] for row in chosen}
    chosen += even([row for row in questions if not row["answerable"]], unanswerable)
    needed = {gold for row in chosen for gold in row["gold"]}
    needed |= {row[name] for row in chosen for name in ("bm25_top", "about") if row.get(name)}
    for name in sorted(corpus, key=lambda name: draw(f"distractor {name}")):
        if len(needed) >= paragraphs:
            break
        needed.add(name)
    kept = {row["id"] for row in chosen}
    write(target / "corpus.jsonl", [row for row in corpus.values() if row["id"] in needed])
    write(target / "questions.jsonl", [row for row in questions if row["id"] in kept])
    for name, rows in variants.items():
        same = sorted((row for row in rows if row["id"] in ids), key=lambda row: draw(row["id"]))
        same = {row["id"] for row in same[:varied]}
        write(target / name, [row for row in rows if row["id"] in same])


def main() -> None:
    source = Path(sys.argv[1])
    for name in SHIPPED:
        sample(source / name, HERE / name)
    for file in sorted((source / "seed").glob("*.jsonl")):
        write(HERE / "seed" / file.name, read(file))


if __name__ == "__main__":
    main()
