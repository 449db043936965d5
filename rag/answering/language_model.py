"""The answerer that lets a language model write, from numbered passages, with citation marks.

What the model reads is chosen and cleaned, what it writes passes a gate piece by piece, and
the whole is only a draft: it passes the same checker as a quoted sentence does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.answering.briefing import Brief, best_sentences, whole_passages
from rag.answering.completing import complete_with
from rag.answering.declining import declines
from rag.answering.draft import Draft, DraftSentence
from rag.answering.gate import Gate
from rag.answering.guarding import Guard, Marks, capped, clean, fresh_marks, suspicious
from rag.answering.marks import parse
from rag.answering.quoting import quoted_whole
from rag.answering.reading import Reading
from rag.backends.base import Backend, Request
from rag.backends.failure import Failure, model_error
from rag.backends.pacing import Limits, generate
from rag.prompts import Prompt, load_prompt
from rag.records import Hit, Turn, Usage
from rag.text.language import detect_language

_ANSWER_TOKENS = 1000
_SMALL_ANSWER_TOKENS = 120
_LEAST_PROBABILITY = 0.1
"""A sentence as probable as this, next to one that speaks to a model, is still material."""

_ORDERED = 3
_TOLD_KINDS = ("html", "link", "picture")
"""What was taken out and a reader should know of."""

_SMALL_TEXT = r"[^\[\]<>{}`|\n]"


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of one language: for whole passages, for few sentences, for follow-ups."""

    answer: Prompt
    small: Prompt
    complete: Prompt


def load_prompts(directories: Sequence[Path]) -> dict[str, Prompts]:
    """Return the prompts by language, each from the first directory that has it.

    Raises PromptError where one is missing or lacks a placeholder.
    """
    asked = ("passages", "question")
    return {
        language: Prompts(
            answer=load_prompt(
                f"answer.{language}.txt",
                directories=directories,
                placeholders=asked,
                instructed=("mark", "canary"),
            ),
            small=load_prompt(f"small.{language}.txt", directories=directories, placeholders=asked),
            complete=load_prompt(
                f"complete.{language}.txt",
                directories=directories,
                placeholders=("conversation", "question"),
            ),
        )
        for language in ("zh", "en")
    }


class LanguageModelAnswerer:
    """Asks one backend. Holds no state, so it may be shared between threads."""

    def __init__(
        self,
        backend: Backend,
        *,
        prompts: Mapping[str, Prompts],
        limits: Limits,
        guard: Guard | None = None,
    ) -> None:
        """Take the backend, its prompts by language (``zh``, ``en``) and its time limits."""
        self.name = backend.name
        self.backend = backend
        self._prompts = prompts
        self._limits = limits
        self.guard = guard or Guard()

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield what the model writes as it comes and, last, the draft.

        Empty pieces only tell that the model is still at work; closing the iterator stops it.
        The question is complete, so earlier turns are not sent. Raises ModelError where the
        backend fails or gives away what it must not.
        """
        del history
        shown = reading.evidence.hits
        language = _language(reading.evidence.question)
        marks = fresh_marks()
        core, wide = self._flags(reading)
        brief, messages = self._request(reading, language, marks, core)
        if not brief.numbers:
            # Nothing that a model may read: the quotes have to do.
            raise model_error(self.name, Failure("nothing"))
        gate = Gate(
            marks if self.guard.gating else None, instructions=messages[0][1].partition("\n")[0]
        )
        request = Request(
            messages,
            grammar=_grammar(brief.numbers, language) if self.backend.small else "",
            maximum=_SMALL_ANSWER_TOKENS if self.backend.small else _ANSWER_TOKENS,
        )
        usage = Usage()
        for piece in generate(self.backend, request, self._limits):
            usage = _added(usage, piece.usage)
            yield gate.take(piece.text)
            if gate.leaked or gate.full:
                break
        rest = gate.finish()
        if gate.leaked:
            raise model_error(self.name, Failure("leak"))
        if rest:
            yield rest
        yield self._draft(gate, brief, usage, wide, shown)

    def _flags(
        self, reading: Reading
    ) -> tuple[dict[int, tuple[tuple[int, int], ...]], dict[int, tuple[tuple[int, int], ...]]]:
        """Return by hit the sentences that speak to a model, and those with their neighbours.

        A neighbour that may well answer the question is material after all.
        """
        core: dict[int, tuple[tuple[int, int], ...]] = {}
        wide: dict[int, tuple[tuple[int, int], ...]] = {}
        if not self.guard.flagging:
            return core, wide
        likely = [
            ranked.candidate
            for ranked in reading.sentences[:_ORDERED]
            if ranked.probability >= _LEAST_PROBABILITY
        ]
        for hit in reading.evidence.hits:
            orders = suspicious(hit.passage.text)
            if orders:
                core[hit.rank] = orders
                spans = suspicious(hit.passage.text, neighbours=True)
                kept = [(c.start, c.end) for c in likely if c.hit.rank == hit.rank]
                wide[hit.rank] = tuple(span for span in spans if span not in kept or span in orders)
        return core, wide

    def _request(
        self,
        reading: Reading,
        language: str,
        marks: Marks,
        orders: Mapping[int, tuple[tuple[int, int], ...]],
    ) -> tuple[Brief, list[tuple[str, str]]]:
        prompts = self._prompts[language]
        prompt = prompts.small if self.backend.small else prompts.answer
        question = reading.evidence.question
        if self.guard.cleaning:
            question = clean(question)
        values = {"question": question, "mark": marks.delimiter, "canary": marks.canary}
        empty = prompt.messages(passages="", **values)
        room = self.backend.context_tokens - (
            sum(self.backend.count(text) + 8 for _, text in empty)
            + (_SMALL_ANSWER_TOKENS if self.backend.small else _ANSWER_TOKENS)
        )
        shown = reading.evidence.hits
        if self.backend.small:
            brief = best_sentences(
                reading,
                shown,
                room=room,
                count=self.backend.count,
                guard=self.guard,
                marks=marks,
                orders=orders,
            )
        else:
            brief = whole_passages(
                capped(shown, len(shown)) if self.guard.capping else shown,
                shown,
                room=room,
                count=self.backend.count,
                guard=self.guard,
                marks=marks,
            )
        return brief, prompt.messages(passages=brief.text, **values)

    def _draft(
        self,
        gate: Gate,
        brief: Brief,
        usage: Usage,
        wide: Mapping[int, tuple[tuple[int, int], ...]],
        shown: Sequence[Hit],
    ) -> Draft:
        sentences = tuple(parse(gate.text.strip()))
        if self.backend.small:
            sentences = _same_number(sentences)
        notes = [
            f"removed-{kind}:{count}"
            for kind, count in sorted(gate.removed.items())
            if kind in _TOLD_KINDS
        ]
        flagged = [str(hit.rank) for hit in shown if hit.rank in wide]
        if flagged:
            notes.append(f"suspicious:{', '.join(flagged)}")
        if gate.full:
            # The last sentence was cut off by us.
            sentences = sentences[:-1]
            notes.append("shortened")
        draft = Draft(
            sentences,
            declined=_declined(sentences),
            usage=Usage(
                usage.prompt_tokens, usage.completion_tokens, brief.left_out, brief.shortened
            ),
            notes=tuple(notes),
            written=True,
            tainted=dict(wide),
            # What a small model makes up, its prompt's example for one, is not worth showing.
            strict=self.backend.small,
        )
        return quoted_whole(draft, brief.sentences)

    def complete(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return the follow-up question written out by the model, None where that failed."""
        return complete_with(
            self.backend,
            question,
            history,
            prompt=self._prompts[_language(question)].complete,
            limits=self._limits,
        )


def _declined(sentences: Sequence[DraftSentence]) -> bool:
    """Return whether the first sentence says that there is no answer; the rest explains it."""
    return not sentences or declines(sentences[0].text)


def _same_number(sentences: Sequence[DraftSentence]) -> tuple[DraftSentence, ...]:
    """Return the sentences with the number before the first one, which holds for its line."""
    return tuple(
        replace(piece, numbers=piece.numbers or sentences[0].numbers) for piece in sentences
    )


def _grammar(numbers: Sequence[int], language: str) -> str:
    """Return the form of a small model's answer: a number of its brief, then one sentence.

    The sentence can hold no brackets, tags or line ends, so no mark, link or fake turn. There
    is no way to decline: small models do so at the wrong questions, the reading's confidence
    has decided already.
    """
    cited = " | ".join(f'"{number}"' for number in numbers)
    length = "{2,120}" if language == "zh" else "{2,300}"
    return f'root ::= "[" ({cited}) "] " {_SMALL_TEXT}{length}'


def _added(first: Usage, second: Usage) -> Usage:
    return Usage(
        first.prompt_tokens + second.prompt_tokens,
        first.completion_tokens + second.completion_tokens,
    )


def _language(text: str) -> str:
    return "zh" if detect_language(text).startswith("zh") else "en"
