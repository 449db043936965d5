"""The answerer that lets a language model write, from numbered passages, with citation marks.

What the model reads is chosen and cleaned, what it writes passes a gate piece by piece, and
the whole is only a draft: it passes the same checker as a quoted unit does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.backends.base import Backend, Request
from rag.backends.failure import Failure, model_error
from rag.backends.pacing import Limits, generate
from rag.checking.declining import declines
from rag.checking.draft import Draft, DraftSentence
from rag.checking.holding import held_against
from rag.prompts import Prompt, load_prompt
from rag.reading.proposal import Reading
from rag.records import Hit, Span, Turn, Usage, Verdict
from rag.text.language import detect_language
from rag.writing.briefing import Brief, brief_of, in_order
from rag.writing.completing import complete_with
from rag.writing.copying import quoted_whole
from rag.writing.gate import LONGEST, Gate
from rag.writing.guarding import Guard, Marks, clean, fresh_marks, suspicious
from rag.writing.marks import parse

LEAST_RELATED = 0.05
"""Below this the documents have nothing to do with the question and no model is asked. Of 130 open
questions that six collections answer none lies below 0.07; of 130 asked of another collection,
three in ten lie below 0.05."""

CUT = "cut"
"""The note of an answer that ends early because its model could write no more."""

_ANSWER_TOKENS = 1000
_SMALL_ANSWER_TOKENS = 300
_SMALL_ROOM = 1200
"""Tokens a small model reads: it writes worse from more, and reads a few dozen a second."""

_TOLD_KINDS = ("html", "link", "picture")
"""What was taken out and a reader should know of."""

_SMALL_TEXT = r"[^\[\]<>{}`|\n]"

_Flags = Mapping[int, tuple[Span, ...]]
"""By the number of a hit: spans of its text."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of one language: for large models, for small ones, for follow-ups."""

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
        """Yield what the model writes and, last, the draft.

        Text comes as it is written once a first sentence has turned out to be supported, else at
        the end: thinking may bear no mark but the one behind it. Empty pieces only tell that the
        model is still at work; closing the iterator stops it. The question is complete, so
        earlier turns are not sent. Nothing is asked where the documents have nothing to do with
        the question. Raises ModelError where the backend fails, only thinks, or gives away what
        it must not.
        """
        del history
        if reading.related < LEAST_RELATED or not reading.evidence.hits:
            yield Draft((), declined=True, written=True)
            return
        core, wide = self._flags(reading)
        brief, messages = self._request(reading, core, marks := fresh_marks())
        if not brief.hits:
            # Nothing that a model may read: the quotes have to do.
            raise model_error(self.name, Failure("nothing"))
        gate = Gate(
            marks if self.guard.gating else None, instructions=messages[0][1].partition("\n")[0]
        )
        request = Request(
            messages,
            grammar=_grammar(brief.hits, _language(_question(reading)))
            if self.backend.small
            else "",
            maximum=_SMALL_ANSWER_TOKENS if self.backend.small else _ANSWER_TOKENS,
        )
        usage = Usage()
        showing = _Showing(brief.hits, wide)
        cut = False
        for piece in generate(self.backend, request, self._limits):
            usage = _added(usage, piece.usage)
            cut = cut or piece.cut
            gate.take(piece.text)
            yield showing.fresh(gate.text)
            if gate.leaked or gate.full(surely=showing.surely):
                cut = True
                break
        gate.finish()
        if gate.leaked:
            raise model_error(self.name, Failure("leak"))
        if not gate.text.strip():
            raise model_error(self.name, Failure("thinking"))
        yield showing.rest(gate.text)
        yield self._draft(gate, brief, usage, wide, _question(reading), cut=cut)

    def _flags(self, reading: Reading) -> tuple[_Flags, _Flags]:
        """Return by hit the sentences that speak to a model, and those with their neighbours.

        A neighbour that answers the question in the reading's eyes is material after all.
        """
        core: dict[int, tuple[Span, ...]] = {}
        wide: dict[int, tuple[Span, ...]] = {}
        if not self.guard.flagging:
            return core, wide
        likely = [
            (extent.hit.rank, extent.start - extent.hit.passage.start, extent.end - extent.start)
            for proposal in reading.proposals
            for extent in proposal.extents
        ]
        for hit in in_order(reading):
            orders = suspicious(hit.passage.text)
            if orders:
                core[hit.rank] = orders
                kept = [(at, at + length) for rank, at, length in likely if rank == hit.rank]
                wide[hit.rank] = tuple(
                    span
                    for span in suspicious(hit.passage.text, neighbours=True)
                    if span in orders or not any(a < span[1] and span[0] < b for a, b in kept)
                )
        return core, wide

    def _request(
        self, reading: Reading, orders: _Flags, marks: Marks
    ) -> tuple[Brief, list[tuple[str, str]]]:
        question = _question(reading)
        prompts = self._prompts[_language(question)]
        prompt = prompts.small if self.backend.small else prompts.answer
        if self.guard.cleaning:
            question = clean(question)
        values = {"question": question, "mark": marks.delimiter, "canary": marks.canary}
        empty = prompt.messages(passages="", **values)
        room = self.backend.context_tokens - (
            sum(self.backend.count(text) + 8 for _, text in empty)
            + (_SMALL_ANSWER_TOKENS if self.backend.small else _ANSWER_TOKENS)
        )
        brief = brief_of(
            reading,
            room=min(room, _SMALL_ROOM) if self.backend.small else room,
            count=self.backend.count,
            guard=self.guard,
            marks=marks,
            # A large model is told what is material; a small one follows what it reads.
            without=orders if self.backend.small else None,
        )
        return brief, prompt.messages(passages=brief.text, **values)

    def _draft(
        self, gate: Gate, brief: Brief, usage: Usage, wide: _Flags, question: str, *, cut: bool
    ) -> Draft:
        sentences = tuple(parse(gate.text.strip()[:LONGEST]))
        if self.backend.small:
            sentences = _same_number(sentences)
        notes = [
            f"removed-{kind}:{count}"
            for kind, count in sorted(gate.removed.items())
            if kind in _TOLD_KINDS
        ]
        flagged = [str(hit.rank) for hit in brief.hits if hit.rank in wide]
        if flagged:
            notes.append(f"suspicious:{', '.join(flagged)}")
        if cut or len(gate.text.strip()) > LONGEST:
            # The last sentence may stop in its middle.
            sentences = sentences[:-1] or sentences
            notes.append(CUT)
        draft = Draft(
            sentences,
            declined=_declined(sentences),
            usage=Usage(
                usage.prompt_tokens, usage.completion_tokens, brief.left_out, brief.shortened
            ),
            notes=tuple(notes),
            given=brief.hits,
            written=True,
            tainted=dict(wide),
            # What a small model makes up, its prompt's example for one, is not worth showing.
            strict=self.backend.small,
        )
        if self.backend.small:
            return quoted_whole(draft, {hit.rank: hit for hit in brief.hits}, question)
        return draft

    def complete(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return the follow-up question written out by the model, None where that failed."""
        return complete_with(
            self.backend,
            question,
            history,
            prompt=self._prompts[_language(question)].complete,
            limits=self._limits,
        )


class _Showing:
    """What of an answer may be shown while it is written."""

    def __init__(self, hits: Sequence[Hit], tainted: _Flags) -> None:
        self._hits = {hit.rank: hit for hit in hits}
        self._tainted = tainted
        self._shown = ""
        self._judged = False
        self.surely = False

    def fresh(self, text: str) -> str:
        """Return what can be shown now that ``text`` has come; nothing before it begins well."""
        if not self._judged:
            first, *others = parse(text) or [DraftSentence("", ())]
            if others:
                self._judged = True
                self.surely = any(
                    held_against(
                        first.text, self._hits[number], self._tainted.get(number, ())
                    ).verdict
                    is Verdict.SUPPORTED
                    for number in first.numbers
                    if number in self._hits
                )
        return self.rest(text) if self.surely else ""

    def rest(self, text: str) -> str:
        """Return what was not shown yet, nothing where something else had been shown."""
        if not text.startswith(self._shown):
            return ""
        fresh, self._shown = text[len(self._shown) :], text
        return fresh


def _question(reading: Reading) -> str:
    return reading.asked.standalone


def _declined(sentences: Sequence[DraftSentence]) -> bool:
    """Return whether the first sentence says that there is no answer; the rest explains it."""
    return not sentences or declines(sentences[0].text)


def _same_number(sentences: Sequence[DraftSentence]) -> tuple[DraftSentence, ...]:
    """Return the sentences with the number before the first one, which holds for its line."""
    numbers: tuple[int, ...] = ()
    found = []
    for piece in sentences:
        numbers = piece.numbers or numbers
        found.append(replace(piece, numbers=numbers))
    return tuple(found)


def _grammar(hits: Sequence[Hit], language: str) -> str:
    """Return the form of a small model's answer: lines of a number of its brief and a sentence.

    The lines can hold no brackets or tags, so no mark, link or fake turn. It may also write that
    the passages do not answer, in the words its prompt gives it.
    """
    cited = " | ".join(f'"{hit.rank}"' for hit in hits)
    length = "{2,160}" if language == "zh" else "{2,400}"
    none = "文档中没有提到。" if language == "zh" else "The documents do not say."
    return (
        f'root ::= "{none}" | line ("\\n" line){{0,7}}\n'
        f'line ::= "[" ({cited}) "] " {_SMALL_TEXT}{length}'
    )


def _added(first: Usage, second: Usage) -> Usage:
    return Usage(
        first.prompt_tokens + second.prompt_tokens,
        first.completion_tokens + second.completion_tokens,
    )


def _language(text: str) -> str:
    return "zh" if detect_language(text).startswith("zh") else "en"
