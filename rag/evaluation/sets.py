"""Question sets: what is asked, what would be right, and over which documents.

A set is a directory with ``questions.jsonl`` and, as they exist, ``corpus.jsonl``,
``conversations.jsonl``, ``variants_*.jsonl`` (the same questions put in another way) and
``rewrites.jsonl`` (follow-ups and their standalone form, without documents); or a directory of
files, ``docs/``, and ``questions.jsonl`` with the evidence of each question; or one questions
file for an index that exists already. ``evals/README.md`` describes every field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

MAIN = "questions"
"""The part of a set the headline figures are about."""

CONVERSATIONS = "conversations"
"""The part made of the turns of conversations."""

CHECKER = "checker"
"""The part made of claims put to the citation checker."""

REWRITES = "rewrites"
"""The part made of follow-ups completed without documents."""

STANDALONE = "standalone"
"""The part made of follow-ups asked in their complete form, to tell completing from finding."""


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One paragraph of the corpus of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question and everything the set says about it.

    ``key`` is unique in the set: the id, ``"variants_english/id"`` for a variant and
    ``"conversation/number"`` for a turn. ``part`` is ``"questions"``, ``"conversations"`` or
    the stem of the variants' file. ``answers`` are accepted forms of one answer;
    ``answers_all`` are parts that are all needed (each a tuple of accepted forms) and go
    before ``answers``. ``need_all_gold`` says that every gold document is needed, not any.
    ``support`` are sentences that hold the answer. ``foreign_answers`` answer an unanswerable
    question elsewhere; ``correction``, ``refuted_by`` and ``refuted_in`` tell what is wrong
    with a false premise and which document says so. ``about`` is the document an unanswerable
    question was written on. ``standalone`` is a follow-up written out.

    Over files (``filed``) the answer is judged as a whole: ``evidence`` is the text that answers,
    verbatim from the first gold file, ``section`` the heading over it, ``term`` the term of a
    definition list over it, ``history`` the questions asked before, ``note`` a doubt of the writer.
    """

    key: str
    id: str
    part: str
    text: str
    answerable: bool
    kind: str
    where: str
    qtype: str = ""
    answers: tuple[str, ...] = ()
    answers_all: tuple[tuple[str, ...], ...] = ()
    gold: tuple[str, ...] = ()
    need_all_gold: bool = False
    support: tuple[str, ...] = ()
    foreign_answers: tuple[str, ...] = ()
    correction: str = ""
    refuted_by: tuple[str, ...] = ()
    refuted_in: tuple[str, ...] = ()
    variant_of: str = ""
    base_kind: str = ""
    about: str = ""
    standalone: str = ""
    filed: bool = False
    evidence: tuple[str, ...] = ()
    section: str = ""
    term: str = ""
    history: tuple[str, ...] = ()
    note: str = ""

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the accepted forms of the whole answer; the parts joined where none is given."""
        if self.answers:
            return self.answers
        return ("、".join(part[0] for part in self.answers_all),) if self.answers_all else ()

    @property
    def document(self) -> str:
        """Return the document the question is about, ``""`` where there is none."""
        return next(iter((*self.gold, *self.refuted_in)), self.about)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns to be asked one after the other, each with the turns before it as history."""

    id: str
    kind: str
    turns: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A follow-up, what was said before it (questions and answers in turn), and its full form."""

    key: str
    history: tuple[str, ...]
    question: str
    standalone: str
    where: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A flaw of a set that does not stop the evaluation; shown at the top of every report."""

    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set as read; ``digest`` covers all its bytes.

    ``corpus`` is empty for a questions file and for a set over files: such a set has its
    ``folder`` of documents, and in ``files`` a digest of each by its name in that folder.
    """

    name: str
    path: Path
    digest: str
    questions: tuple[Question, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    corpus: Mapping[str, CorpusDocument] = field(default_factory=dict)
    corpus_files: tuple[Path, ...] = ()
    distractors: frozenset[str] = frozenset()
    warnings: tuple[Warned, ...] = ()
    folder: Path | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def documents(self) -> frozenset[str]:
        """Return the ids of the set's documents, none for a questions file."""
        return frozenset(self.corpus) | frozenset(self.files)

    def everything_asked(self) -> Iterator[Question]:
        """Yield each question, then each turn of each conversation."""
        yield from self.questions
        for conversation in self.conversations:
            yield from conversation.turns

    def aliases(self) -> dict[str, str]:
        """Return, for each corpus id, the first id whose text is the same.

        An index may store equal documents once; a hit on the one is a hit on the other.
        """
        first: dict[str, str] = {}
        texts = {document.id: document.text.strip() for document in self.corpus.values()}
        return {
            name: first.setdefault(text, name) for name, text in {**texts, **self.files}.items()
        }


def sample(
    chosen: QuestionSet,
    *,
    limit: int | None = None,
    seed: int = 0,
    kinds: Sequence[str] = (),
) -> QuestionSet:
    """Return the set with only some of its questions; the corpus stays whole.

    ``kinds`` keeps the named kinds (of questions, or of conversations). ``limit`` is the
    number of questions and variants kept; each part and kind keeps its share (largest
    remainders), its members drawn by ``seed``: the order of a keyed digest, so that a larger
    limit keeps all that a smaller one kept of the same stratum and nothing depends on the
    order of lines. Conversations and rewrites keep their share too, at least one of each.
    """
    questions = [q for q in chosen.questions if not kinds or q.kind in kinds]
    conversations = [c for c in chosen.conversations if not kinds or c.kind in kinds]
    rewrites = list(chosen.rewrites) if not kinds else []
    total = len(questions) or len(rewrites)
    if limit is not None and limit < total:
        share = limit / total
        strata: dict[tuple[str, str], list[Question]] = {}
        for question in questions:
            strata.setdefault((question.part, question.kind), []).append(question)
        quotas = _quotas({key: len(found) for key, found in strata.items()}, limit)
        kept = {
            question.key
            for key, found in strata.items()
            for question in sorted(found, key=lambda q: _draw(q.key, seed))[: quotas[key]]
        }
        questions = [question for question in questions if question.key in kept]
        conversations = sorted(conversations, key=lambda c: _draw(c.id, seed))
        conversations = conversations[: max(1, round(share * len(conversations)))]
        rewrites = sorted(rewrites, key=lambda r: _draw(r.key, seed))
        rewrites = rewrites[: max(1, round(share * len(rewrites)))]
    return replace(
        chosen,
        questions=tuple(questions),
        conversations=tuple(sorted(conversations, key=lambda c: c.id)),
        rewrites=tuple(sorted(rewrites, key=lambda r: r.key)),
    )


def _draw(key: str, seed: int) -> bytes:
    return hashlib.blake2b(f"{seed}\0{key}".encode(), digest_size=8).digest()


def _quotas(sizes: Mapping[tuple[str, str], int], limit: int) -> dict[tuple[str, str], int]:
    """Share ``limit`` among strata in proportion to their sizes (largest remainders)."""
    total = sum(sizes.values())
    exact = {key: limit * size / total for key, size in sizes.items()}
    quotas = {key: int(value) for key, value in exact.items()}
    left = limit - sum(quotas.values())
    for key in sorted(exact, key=lambda k: (quotas[k] - exact[k], k))[:left]:
        quotas[key] += 1
    return quotas
