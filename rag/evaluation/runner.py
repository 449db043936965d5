"""Ask the bot every question of a set, store each result at once, and go on after a kill."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from rag.errors import EvaluationError, RagError
from rag.evaluation.fingerprint import digest_of
from rag.evaluation.observation import Observation, SeenCitation, SeenHit, SeenSentence
from rag.evaluation.sets import CorpusDocument, Question, QuestionSet
from rag.progress import Progress, silent
from rag.records import Answer, Citation, Hit, Passage, Retrieved, Turn

if TYPE_CHECKING:
    from rag.bot import Bot

FORMAT = "2"
"""Version of a stored observation."""

BEFORE = "before"
"""The part made of the questions that come before a follow-up; it is not scored."""

SEARCHED = 40
"""Passages of the deep search: enough for ten distinct documents of several passages each."""


class Store:
    """Observations in a file, one JSON line each, kept under a digest of their circumstances."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        """Read what is there; ``fresh`` starts again."""
        self._path = path
        self._known: dict[str, Observation] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            path.unlink(missing_ok=True)
        if path.exists():
            self._read()

    def _read(self) -> None:
        whole = 0
        for raw in self._path.read_bytes().split(b"\n"):
            try:
                row = json.loads(raw)
                self._known[row["at"]] = Observation.from_dict(row["seen"])
            except (ValueError, KeyError, TypeError):
                # A kill may leave half a line behind, always the last one.
                break
            whole += len(raw) + 1
        os.truncate(self._path, min(whole, self._path.stat().st_size))

    def get(self, at: str) -> Observation | None:
        """Return the stored observation, None where there is none."""
        return self._known.get(at)

    def add(self, at: str, seen: Observation) -> None:
        """Store an observation; it is handed to the system before this returns."""
        self._known[at] = seen
        line = json.dumps({"at": at, "seen": seen.to_dict()}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def observe(
    bot: Bot, chosen: QuestionSet, store: Store, *, progress: Progress | None = None
) -> dict[str, Observation]:
    """Return what the bot did with each question and turn, by key.

    Turns are asked in order, with the bot's own answers as history. Anything the store knows
    already is not asked again. A failing question raises :class:`EvaluationError`; what came
    before it is stored.
    """
    tell = progress or silent
    total = sum(1 + len(question.history) for question in chosen.everything_asked())
    observed: dict[str, Observation] = {}
    for question, history in _in_order(chosen, observed):
        at = digest_of(question.key, question.text, question.standalone, *map(repr, history))
        seen = store.get(at)
        if seen is None:
            try:
                seen = observe_one(bot, question, history, chosen.corpus)
            except RagError as error:
                raise EvaluationError(
                    f"The question {question.key} ({question.where}) failed: {error}",
                    f"问题 {question.key}（{question.where}）失败：{error.chinese}",
                ) from error
            store.add(at, seen)
        observed[question.key] = seen
        tell("ask", len(observed), total)
    return observed


def _in_order(
    chosen: QuestionSet, observed: Mapping[str, Observation]
) -> Iterator[tuple[Question, list[Turn]]]:
    for question in chosen.questions:
        history: list[Turn] = []
        for number, earlier in enumerate(question.history, start=1):
            turn = replace(
                question,
                key=f"{question.key}/{number}",
                part=BEFORE,
                text=earlier,
                standalone="",
                history=(),
            )
            yield turn, history
            history = [*history, _turn(observed[turn.key])]
        yield question, history
    for conversation in chosen.conversations:
        history = []
        for turn in conversation.turns:
            yield turn, history
            history = [*history, _turn(observed[turn.key])]


def _turn(seen: Observation) -> Turn:
    return Turn(seen.question, seen.text, seen.standalone)


def observe_one(
    bot: Bot,
    question: Question,
    history: Sequence[Turn],
    corpus: Mapping[str, CorpusDocument],
) -> Observation:
    """Ask one question through the stream, so that each stage has its own CPU time.

    The process's CPU clock is read when the hits arrive and when the answer does; what the
    consumer does between the events is nothing.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    searched = answered = cpu
    answer: Answer | None = None
    shown: tuple[Hit, ...] = ()
    for event in bot.stream(question.text, history):
        if isinstance(event, Retrieved):
            searched = time.process_time()
            shown = event.hits
        elif isinstance(event, Answer):
            answered = time.process_time()
            answer = event
    elapsed = time.perf_counter() - wall
    assert answer is not None, "a stream ends with an Answer"
    hits = bot.search(answer.standalone_question, SEARCHED)
    reference_top = ""
    if history and question.standalone:
        best = bot.search(question.standalone, 1)
        reference_top = best[0].passage.document_id if best else ""
    return Observation(
        key=question.key,
        question=question.text,
        standalone=answer.standalone_question,
        outcome=str(answer.outcome),
        confidence=answer.confidence,
        text=answer.text,
        short=answer.short,
        sentences=tuple(
            SeenSentence(s.text, tuple(s.citations), str(s.verdict)) for s in answer.sentences
        ),
        citations=tuple(_seen_citation(bot, c, corpus) for c in answer.citations),
        hits=tuple(
            _seen_hit(passage, hit.score) for hit in hits for passage in (hit.passage, *hit.repeats)
        ),
        backend=answer.backend,
        notes=tuple(answer.notes),
        tokens=answer.usage.prompt_tokens + answer.usage.completion_tokens,
        wall={**answer.seconds, "total": elapsed},
        cpu={"search": searched - cpu, "answer": answered - searched, "total": answered - cpu},
        reference_top=reference_top,
        shown=tuple(_seen_hit(hit.passage, hit.score) for hit in shown),
        briefing=_briefing(bot, question.text, history) if question.filed else None,
        briefed=question.filed and hasattr(bot, "briefing"),
    )


class _Briefs(Protocol):
    """A bot that can tell what it would give to a language model."""

    def briefing(self, question: str, history: Sequence[Turn]) -> str | None: ...


def _briefing(bot: Bot, question: str, history: Sequence[Turn]) -> str | None:
    """Return what a language model would be given; None where the question is declined before."""
    if not hasattr(bot, "briefing"):
        return None
    return cast(_Briefs, bot).briefing(question, history)


def _seen_hit(passage: Passage, score: float) -> SeenHit:
    return SeenHit(
        passage.document_id, passage.start, passage.end, round(score, 6), passage.heading
    )


def _seen_citation(
    bot: Bot, citation: Citation, corpus: Mapping[str, CorpusDocument]
) -> SeenCitation:
    document = citation.passage.document_id
    start, end = citation.start, citation.end
    texts = [bot.index.document(document).text]
    if document in corpus:
        texts.append(corpus[document].text)
    exact = bool(citation.quote) and all(text[start:end] == citation.quote for text in texts)
    return SeenCitation(
        number=citation.number,
        document=document,
        quote=citation.quote,
        start=start,
        end=end,
        support=str(citation.support),
        exact=exact and citation.number >= 1,
        reasons=tuple(citation.reasons),
        # As they come back from a file: lists, not tuples.
        blocks=tuple(json.loads(json.dumps(asdict(block))) for block in citation.blocks),
    )
