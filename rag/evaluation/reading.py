"""Read a question set and name every flaw with its file and line.

A flaw that would make a figure wrong stops the evaluation (all of them are listed, not only
the first); one that only narrows what can be measured becomes a warning of the set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.filed import is_filed, read_filed
from rag.evaluation.flaws import Flaws, check_questions, narrowing, unknown_fields
from rag.evaluation.rows import parts_of, rows_of, texts_of
from rag.evaluation.sets import (
    CONVERSATIONS,
    MAIN,
    Conversation,
    CorpusDocument,
    Question,
    QuestionSet,
    Rewrite,
    Warned,
)


def read_set(
    path: Path | str,
    *,
    distractors: Sequence[Path | str] = (),
    document_ids: Collection[str] | None = None,
) -> QuestionSet:
    """Read the set at ``path``: a directory, or a questions file for an existing index.

    ``distractors`` are further corpus files to be searched along (``seed`` among news, say).
    ``document_ids`` are those of an existing index; gold ids are checked against them, and
    against the set's own corpus where it has one. Raises :class:`EvaluationError` naming file
    and line of each malformed line, duplicate id, unknown gold id and unusable question.
    """
    path = Path(path)
    if is_filed(path):
        return _read_over_files(path, distractors)
    files = _files(path)
    flaws = Flaws()
    warnings: list[Warned] = []
    corpus_files = [file for file in files if file.name == "corpus.jsonl"]
    corpus: dict[str, CorpusDocument] = {}
    for file in corpus_files:
        _read_corpus(file, corpus, flaws)
    own = frozenset(corpus)
    extra = [Path(file) for file in distractors]
    for file in extra:
        if not file.is_file():
            raise EvaluationError(
                f"There is no distractor file {file}; name a corpus.jsonl.",
                f"找不到干扰语料文件 {file}；请给出一个 corpus.jsonl。",
            )
        _read_corpus(file, corpus, flaws)
    known: Collection[str] | None = own or None
    if document_ids is not None:
        held = frozenset(document_ids)
        known = held if known is None else own & held

    questions: list[Question] = []
    conversations: list[Conversation] = []
    rewrites: list[Rewrite] = []
    for file in files:
        if file in corpus_files:
            continue
        rows = list(rows_of(file, flaws, unique=True))
        if file.name == "conversations.jsonl":
            conversations += [_conversation(row, where, flaws) for where, row in rows]
        elif file.name == "rewrites.jsonl":
            rewrites += [_rewrite(row, where, flaws) for where, row in rows]
        else:
            part = file.stem if file.stem.startswith("variants_") else MAIN
            questions += [
                _question(row, where, flaws, part=part, key=_key(part, row)) for where, row in rows
            ]
        warnings += unknown_fields(file, [row for _, row in rows])
    asked = [*questions, *(turn for c in conversations for turn in c.turns)]
    check_questions(asked, known, flaws)
    flaws.raise_if_any(path.name)
    if not asked and not rewrites:
        raise EvaluationError(
            f"The question set {path} holds no question.", f"题集 {path} 里没有问题。"
        )
    warnings += narrowing(asked, corpus)
    return QuestionSet(
        name=_name(path, extra),
        path=path,
        digest=_digest([*files, *extra]),
        questions=tuple(questions),
        conversations=tuple(conversations),
        rewrites=tuple(rewrites),
        corpus=corpus,
        corpus_files=(*corpus_files, *extra),
        distractors=frozenset(corpus) - own,
        warnings=tuple(warnings),
    )


def _read_over_files(path: Path, distractors: Sequence[Path | str]) -> QuestionSet:
    if distractors:
        raise EvaluationError(
            f"The set {path} asks about files; distractor documents cannot be added to it.",
            f"题集 {path} 以文件为文档，不能再加干扰文档。",
        )
    return read_filed(path)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise EvaluationError(
            f"There is no question set at {path}; name a directory with questions.jsonl, "
            "or a questions file.",
            f"{path} 处没有题集；请给出含 questions.jsonl 的目录，或一个问题文件。",
        )
    names = ("corpus.jsonl", "questions.jsonl", "conversations.jsonl", "rewrites.jsonl")
    found = [path / name for name in names if (path / name).is_file()]
    found += sorted(path.glob("variants_*.jsonl"))
    if all(file.name == "corpus.jsonl" for file in found):
        raise EvaluationError(
            f"The directory {path} holds no questions.jsonl, conversations.jsonl, rewrites.jsonl "
            "or variants_*.jsonl; name a question set.",
            f"目录 {path} 里没有 questions.jsonl、conversations.jsonl、rewrites.jsonl 或 "
            "variants_*.jsonl；请给出一个题集。",
        )
    return found


def _name(path: Path, extra: Sequence[Path]) -> str:
    name = path.resolve().name if path.is_dir() else path.stem
    joined = [file.parent.name if file.name == "corpus.jsonl" else file.stem for file in extra]
    return " + ".join([name, *joined])


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(file.name.encode() + b"\0")
        digest.update(hashlib.blake2b(file.read_bytes(), digest_size=16).digest())
    return digest.hexdigest()


def _read_corpus(file: Path, corpus: dict[str, CorpusDocument], flaws: Flaws) -> None:
    for where, row in rows_of(file, flaws, unique=True):
        text = row.get("text")
        if not isinstance(text, str) or not text.strip():
            flaws.add(where, "no text", "没有正文")
        elif row["id"] in corpus:
            flaws.add(
                where,
                f"id {row['id']} occurs in another corpus file",
                f"id {row['id']} 在另一个语料文件中已有",
            )
        else:
            corpus[row["id"]] = CorpusDocument(row["id"], str(row.get("title") or ""), text)


def _key(part: str, row: Mapping[str, Any]) -> str:
    return row["id"] if part == MAIN else f"{part}/{row['id']}"


def _question(
    row: Mapping[str, Any], where: str, flaws: Flaws, *, part: str, key: str, kind: str = ""
) -> Question:
    text, answerable = row.get("question"), row.get("answerable")
    if not isinstance(text, str) or not text.strip():
        flaws.add(where, "no question", "没有 question")
        text = ""
    if not isinstance(answerable, bool):
        flaws.add(where, "answerable is not true or false", "answerable 不是 true 或 false")
        answerable = False
    mode = row.get("gold_mode") or "any"
    if mode not in ("any", "all"):
        flaws.add(
            where,
            f'gold_mode is "{mode}", not any or all',
            f"gold_mode 是“{mode}”，应为 any 或 all",
        )
    base = str(row.get("variant_of") or "")
    if part not in (MAIN, CONVERSATIONS):
        base = base or row["id"]
    return Question(
        key=key,
        id=str(row.get("id", key)),
        part=part,
        text=text,
        answerable=answerable,
        kind=str(row.get("kind") or kind or "question"),
        where=where,
        qtype=str(row.get("qtype") or ""),
        answers=texts_of(row, "answers", where, flaws),
        answers_all=parts_of(row, where, flaws),
        gold=tuple(dict.fromkeys(texts_of(row, "gold", where, flaws))),
        need_all_gold=mode == "all",
        support=tuple(
            dict.fromkeys(
                texts_of(row, "support", where, flaws) + texts_of(row, "evidence", where, flaws)
            )
        ),
        foreign_answers=texts_of(row, "foreign_answers", where, flaws),
        correction=str(row.get("correction") or ""),
        refuted_by=texts_of(row, "refuted_by", where, flaws),
        refuted_in=texts_of(row, "refuted_in", where, flaws),
        variant_of=base,
        base_kind=str(row.get("base_kind") or ""),
        about=str(row.get("about") or ""),
        standalone=str(row.get("standalone") or ""),
    )


def _conversation(row: Mapping[str, Any], where: str, flaws: Flaws) -> Conversation:
    kind = str(row.get("kind") or "conversation")
    turns = row.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(t, dict) for t in turns):
        flaws.add(where, "turns is not a list of objects", "turns 不是对象列表")
        turns = []
    return Conversation(
        id=row["id"],
        kind=kind,
        turns=tuple(
            _question(
                turn,
                f"{where} turn {number}",
                flaws,
                part=CONVERSATIONS,
                key=f"{row['id']}/{number}",
                kind=kind,
            )
            for number, turn in enumerate(turns, start=1)
        ),
    )


def _rewrite(row: Mapping[str, Any], where: str, flaws: Flaws) -> Rewrite:
    question, standalone = row.get("utterance"), row.get("rewrite")
    if not isinstance(question, str) or not isinstance(standalone, str):
        flaws.add(where, "no utterance or rewrite", "没有 utterance 或 rewrite")
        question = standalone = ""
    history = texts_of(row, "history", where, flaws)
    return Rewrite(row["id"], history, question, standalone, where)
