"""Example questions made from the documents themselves, kept only where the bot answers them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.records import Answer, BlockKind, Document, Outcome
from rag.text.dates import find_dates
from rag.text.language import detect_language
from rag.text.numbers import Quantity, find_numbers
from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from rag.bot import Bot

WANTED = 4

_DOCUMENTS_READ = 12
_CANDIDATES_TRIED = 14
_PER_DOCUMENT = 6
_SHORTEST, _LONGEST, _LONGEST_TAIL = 10, 40, 9

_LEAST_CONFIDENCE = 0.6

_CLAUSE_END = re.compile(r"[,，;；。!！?？:：]")
_CLAUSES = re.compile(r"[^,，;；。!！?？:：]+[,，;；。!！?？:：]?")
_DATED = re.compile(r"截至|\d{4}年")
_LEADING = re.compile(r"^(?:其中|同时|此外|另外|目前|据悉|据了解)[,，]?")
_ABOUT = re.compile(
    r"(?:(?:总数|总量|人数|数量)?(?:超过|超|达到|达|突破|近|约|大约|逾|共计|总计|共))+$"
)
_DANGLING = re.compile(
    r"^(?:这|那|该|此|它|他|她|其|本|在|由|因|如|当|但|以|后|并|又|也|而|经|从|并|仍|还|再|随|根据|甚至|为|位于)"
    r"|^(?:This|That|These|Those|It|He|She|They|There|Here|In|On|At)\b"
)
_DEFINITION = re.compile(
    r"^(?P<what>[^,，。的了在是“”\"（）()\d]{2,14}(?<![也就都不还则便却并即才又亦]))是(?:指|一种|一个|我国|世界)"
)
_ENGLISH_DEFINITION = re.compile(
    r"^(?:The |An? )?(?P<what>[A-Z][\w'-]*(?: [A-Za-z][\w'-]*){0,4}) (?P<verb>is|are) "
    r"(?:a|an|the|one of)\b"
)
_MEASURED = re.compile(
    r"^(?:余|多)?(?:[公英]?[里尺寸]|千米|[毫厘]?米|平方|立方|公顷|亩|吨|[千公]?克|元|美元|人|户|家|个|名|位|条|项|"
    r"件|次|座|所|种|岁|天|年|辆|架|艘|张|本|部|篇|场|万|亿)(?![年月日号届级])"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the language it is in, and the title of the document it was made from."""

    question: str
    language: str
    title: str

    def view(self) -> dict[str, str]:
        """Return the example as JSON."""
        return {"question": self.question, "language": self.language, "title": self.title}


def make_examples(bot: Bot, *, wanted: int = WANTED) -> list[Example]:
    """Return up to ``wanted`` questions that the documents answer, from different documents."""
    summaries = bot.index.documents()
    step = max(1, len(summaries) // _DOCUMENTS_READ)
    queues = []
    for summary in summaries[::step][:_DOCUMENTS_READ]:
        document = bot.index.document(summary.id)
        queues.append([(document, question) for question in _spread(questions_of(document))])
    # One of each document before a second of any.
    ordered = [queue[n] for n in range(_PER_DOCUMENT) for queue in queues if n < len(queue)]
    chosen: list[Example] = []
    for document, question in ordered[:_CANDIDATES_TRIED]:
        if len(chosen) >= wanted:
            break
        if _answered(bot, question, document):
            title = document.title or document.id
            chosen.append(Example(question, detect_language(question), title))
    return chosen


def questions_of(document: Document) -> Iterator[str]:
    """Yield questions that sentences of a document answer, by rule."""
    seen = set()
    for block in document.blocks:
        if block.kind is not BlockKind.PARAGRAPH:
            continue
        text = document.text[block.start : block.end]
        for start, end in split_sentences(text):
            sentence = " ".join(text[start:end].split())
            question = question_of(sentence)
            if question is not None and question not in seen:
                seen.add(question)
                yield question


def question_of(sentence: str) -> str | None:
    """Return a question about a sentence: what something is, or how much. None where none fits."""
    if detect_language(sentence) == "en":
        match = _ENGLISH_DEFINITION.match(sentence)
        if match is None or _DANGLING.match(sentence):
            return None
        return f"What {match['verb']} {match['what']}?"
    match = _DEFINITION.match(sentence)
    if match is not None and not _DANGLING.match(sentence):
        return f"{match['what']}是什么？"
    return _how_many(sentence)


def _how_many(sentence: str) -> str | None:
    dates = find_dates(sentence)
    for quantity in find_numbers(sentence):
        if quantity.ordinal or quantity.percent or quantity.value < 3:
            continue
        if any(d.start < quantity.end and quantity.start < d.end for d in dates):
            continue
        question = _asked_about(sentence, quantity)
        if question is not None:
            return question
    return None


def _asked_about(sentence: str, quantity: Quantity) -> str | None:
    """Put 多少 in the place of a number at the end of the first clause or two of a sentence."""
    before, after = sentence[: quantity.start], sentence[quantity.end :]
    number = sentence[quantity.start : quantity.end]
    if not number[0].isdigit() or not _MEASURED.match(after) or not before[-1:].isalpha():
        return None
    stop = _CLAUSE_END.search(after)
    after = after[: stop.start()] if stop else after
    clauses = [*_CLAUSES.findall(before)]
    if len(clauses) > 2 and _DATED.match(clauses[-2]):
        clauses = clauses[-2:]
    clause = _ABOUT.sub("", _LEADING.sub("", "".join(clauses)))
    question = f"{clause}多少{after.strip().lstrip('余多')}？".replace(",", "，")
    fits = _SHORTEST <= len(question) <= _LONGEST and len(after) <= _LONGEST_TAIL
    whole = all(question.count(a) == question.count(b) for a, b in ("“”", "《》", "（）", "()"))
    plain = not re.search(r"\d", after) and not _DANGLING.match(question)
    return question if fits and whole and plain and len(clauses) <= 2 else None


def _spread(questions: Iterator[str]) -> list[str]:
    """Return some of the questions from all over their document."""
    found = list(questions)
    step = max(1, len(found) // _PER_DOCUMENT)
    return found[::step][:_PER_DOCUMENT]


def _answered(bot: Bot, question: str, document: Document) -> bool:
    try:
        answer: Answer = bot.ask(question)
    except RagError:
        return False
    return (
        answer.outcome is Outcome.ANSWERED
        and answer.confidence >= _LEAST_CONFIDENCE
        and any(citation.passage.document_id == document.id for citation in answer.citations)
    )
