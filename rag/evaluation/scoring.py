"""Turn what the bot did with a question into what it contributes to each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rag.evaluation.matching import (
    bag_f1,
    bare,
    contains,
    exact,
    parts_found,
    run_f1,
    without_marks,
)
from rag.evaluation.observation import Observation, Row
from rag.evaluation.ranking import distinct, ranking_figures
from rag.evaluation.sets import CONVERSATIONS, MAIN, REWRITES, Question
from rag.evaluation.whole import headline_right, letters, shown_share, stands_in, told
from rag.records import Outcome, Verdict
from rag.text.normal import normal_form_with_offsets

Texts = Callable[[str], str]
"""Gives the text of a document by its id, ``""`` where it is unknown."""

Values = dict[str, tuple[float, float]]


def score(
    asked: Sequence[Question],
    observed: Mapping[str, Observation],
    *,
    aliases: Mapping[str, str],
    text_of: Texts,
) -> list[Row]:
    """Return a row for each question; every one must have been observed.

    ``aliases`` maps a document to the one it equals (see ``QuestionSet.aliases``).
    """
    gold = {q.key: distinct(q.gold, aliases) for q in asked if q.answerable and q.gold}
    ranked = {q.key: distinct(observed[q.key].documents, aliases) for q in asked}
    found = ranking_figures(ranked, gold, {q.key for q in asked if q.need_all_gold})
    rows = [
        _row(question, observed[question.key], found.get(question.key, {}), aliases, text_of)
        for question in asked
    ]
    _add_robustness(asked, rows)
    return rows


def scored_text(seen: Observation) -> str:
    """Return the text an answer is judged by: its sentences, without citation marks."""
    text = "\n".join(sentence.text for sentence in seen.sentences) or seen.text
    return without_marks(text).strip()


def holds_answer(question: Question, text: str) -> bool:
    """Tell whether the text holds the gold answer: every part of it, where parts are given."""
    if question.filed:
        return stands_in(text, question.answers_all or (question.answers,))
    if question.answers_all:
        return parts_found(text, question.answers_all) == 1.0
    return contains(text, question.forms)


def _row(
    question: Question,
    seen: Observation,
    ranking: Mapping[str, float],
    aliases: Mapping[str, str],
    text_of: Texts,
) -> Row:
    answered = seen.outcome != Outcome.DECLINED
    right = question.answerable and answered and holds_answer(question, scored_text(seen))
    values: Values = {}
    if question.part == CONVERSATIONS:
        values |= _turn_values(question, seen, ranking, right=right)
    else:
        values |= {code: (value, 1.0) for code, value in ranking.items()}
        if question.answerable:
            values |= _answer_values(question, seen, right=right)
            if question.filed:
                values |= whole_values(question, seen, aliases, text_of)
            if answered:
                values |= _citation_values(question, seen, aliases, text_of)
        values |= _declining_values(question, seen, aliases)
        values["unchecked"] = (float(seen.outcome == Outcome.UNCHECKED), 1.0)
    if answered and seen.sentences:
        passed = sum(s.verdict == Verdict.SUPPORTED for s in seen.sentences)
        values["supported"] = (passed, len(seen.sentences))
        values["length"] = (len(scored_text(seen)), 1.0)
    if seen.citations:
        values["offsets_valid"] = (sum(c.exact for c in seen.citations), len(seen.citations))
    values["tokens"] = (float(seen.tokens), 1.0)
    amounts = {f"cpu_{stage}": 1000 * value for stage, value in seen.cpu.items()}
    amounts |= {f"wall_{stage}": 1000 * value for stage, value in seen.wall.items()}
    if question.filed and answered:
        amounts["length"] = len(scored_text(seen))
    if question.filed and question.answerable:
        amounts["evidence_length"] = len("\n".join(question.evidence))
    document = question.document
    return Row(
        key=question.key,
        part=question.part,
        kind=question.kind,
        qtype=question.qtype,
        cluster=aliases.get(document, document)
        or f"question {question.variant_of or question.key}",
        question=question.text,
        values=values,
        confidence=seen.confidence,
        answerable=question.answerable,
        right=right,
        outcome=seen.outcome,
        amounts=amounts,
    )


def _answer_values(question: Question, seen: Observation, *, right: bool) -> Values:
    answered = seen.outcome != Outcome.DECLINED
    short = seen.short if answered else ""
    sentences = [without_marks(sentence.text) for sentence in seen.sentences] if answered else []
    values: Values = {
        "contains": (float(right), 1.0),
        "short_contains": (float(holds_answer(question, short)), 1.0),
        "short_exact": (float(exact(short, question.forms)), 1.0),
        "short_f1": (run_f1(short, question.forms), 1.0),
        "sentence_f1": (max((run_f1(s, question.forms) for s in sentences), default=0.0), 1.0),
    }
    if question.answers_all:
        share = parts_found(scored_text(seen), question.answers_all) if answered else 0.0
        values["parts"] = (share, 1.0)
    if answered:
        values["contains_answered"] = (float(right), 1.0)
    return values


def _citation_values(
    question: Question, seen: Observation, aliases: Mapping[str, str], text_of: Texts
) -> Values:
    if not question.gold:
        return {}
    gold = set(distinct(question.gold, aliases))
    cited = [(c, aliases.get(c.document, c.document)) for c in seen.citations]
    number_is_gold = {c.number: document in gold for c, document in cited}
    met = gold & {document for _, document in cited}
    values: Values = {
        "gold_cited": (float(met == gold if question.need_all_gold else bool(met)), 1.0)
    }
    if cited:
        values["citation_precision"] = (sum(d in gold for _, d in cited), len(cited))
    if seen.sentences:
        citing = sum(
            any(number_is_gold.get(number, False) for number in sentence.citations)
            for sentence in seen.sentences
        )
        values["citation_recall"] = (citing, len(seen.sentences))
    evidence = list(evidence_spans(question, text_of))
    if evidence and cited:
        quotes = [(document, c.start, c.end) for c, document in cited]
        places = [(aliases.get(d, d), start, end) for d, start, end in evidence]
        covered = [any(_overlap(place, quote) for quote in quotes) for place in places]
        hits = sum(any(_overlap(place, quote) for place in places) for quote in quotes)
        values["support_precision"] = (hits, len(quotes))
        values["support_recall"] = (
            (sum(covered), len(covered)) if question.need_all_gold else (float(any(covered)), 1.0)
        )
    return values


def whole_values(
    question: Question, seen: Observation, aliases: Mapping[str, str], text_of: Texts
) -> Values:
    """Return what an answer to a question over files shows, and what was found for it."""
    answered = seen.outcome != Outcome.DECLINED
    share = shown_share(scored_text(seen), question.evidence) if answered else 0.0
    values: Values = {
        "evidence_whole": (float(share == 1.0), 1.0),
        "evidence_share": (share, 1.0),
    }
    groups = question.answers_all or (question.answers,)
    short = seen.short if answered else ""
    forms = [form for forms in (question.answers, *groups) for form in forms]
    if short:
        right = headline_right(short, forms, question.standalone or question.text)
        if right is not None:
            values["headline_right"] = (float(right), 1.0)
    if answered:
        values["headline_shown"] = (float(bool(short)), 1.0)
    gold = set(distinct(question.gold, aliases))
    texts = [text_of(hit.document)[hit.start : hit.end] for hit in seen.shown]
    holding = [
        aliases.get(hit.document, hit.document) in gold and _answers(question, hit.heading, text)
        for hit, text in zip(seen.shown, texts, strict=True)
    ]
    for depth in (1, 3, 5):
        values[f"section@{depth}"] = (float(any(holding[:depth])), 1.0)
        values[f"found@{depth}"] = (float(stands_in("\n".join(texts[:depth]), groups)), 1.0)
    if seen.briefed:
        values["briefed"] = (float(told(seen.briefing or "", groups)), 1.0)
    return values


def _answers(question: Question, heading: str, text: str) -> bool:
    """Tell whether a passage of a gold file is the one that answers.

    It holds the first piece of evidence, or an accepted form under the heading (or the term) that
    stands over the evidence.
    """
    if letters(question.evidence[0]) in letters(text):
        return True
    over = letters(heading) + letters(text)
    below = [letters(name) for name in (question.section, question.term) if name]
    forms = [form for group in (question.answers, *question.answers_all) for form in group]
    return stands_in(text, [forms]) and (not below or any(name in over for name in below))


def evidence_spans(question: Question, text_of: Texts) -> Iterable[tuple[str, int, int]]:
    """Yield ``(document, start, end)`` for each support sentence found in a gold document."""
    for sentence in question.support:
        for document in question.gold:
            place = locate(sentence, text_of(document))
            if place:
                yield document, *place


def locate(sentence: str, text: str) -> tuple[int, int] | None:
    """Return where the sentence stands in the text, in normal form and spaces aside."""
    wanted = "".join(normal_form_with_offsets(sentence)[0].split())
    normal, offsets = normal_form_with_offsets(text)
    kept = [index for index, character in enumerate(normal) if not character.isspace()]
    at = "".join(normal[index] for index in kept).find(wanted)
    if not wanted or at < 0:
        return None
    return offsets[kept[at]], offsets[kept[at + len(wanted) - 1] + 1]


def _overlap(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _declining_values(question: Question, seen: Observation, aliases: Mapping[str, str]) -> Values:
    declined = seen.outcome == Outcome.DECLINED
    values: Values = {}
    if declined:
        values["decline_precision"] = (float(not question.answerable), 1.0)
    if question.answerable:
        values["answerable_declined"] = (float(declined), 1.0)
        return values
    values["declined"] = (float(declined), 1.0)
    if question.foreign_answers:
        grounded = seen.outcome == Outcome.ANSWERED and any(
            sentence.verdict == Verdict.SUPPORTED
            and contains(without_marks(sentence.text), question.foreign_answers)
            for sentence in seen.sentences
        )
        values["foreign_grounded"] = (float(grounded), 1.0)
    if question.correction or question.refuted_in:
        refuting = set(distinct(question.refuted_in, aliases))
        cited = {aliases.get(c.document, c.document) for c in seen.citations}
        corrected = bool(question.correction) and contains(scored_text(seen), [question.correction])
        noted = "premise" in seen.notes and bool(refuting & cited)
        values["premise_handled"] = (float(declined or corrected or noted), 1.0)
        if refuting:
            first = set(distinct(seen.documents, aliases)[:5])
            values["premise_refuted"] = (float(bool(refuting & first)), 1.0)
    return values


def _turn_values(
    question: Question, seen: Observation, ranking: Mapping[str, float], *, right: bool
) -> Values:
    values: Values = {}
    if question.answerable:
        values["turn_contains"] = (float(right), 1.0)
        if ranking:
            values["turn_recall@1"] = (ranking["recall@1"], 1.0)
    else:
        values["turn_declined"] = (float(seen.outcome == Outcome.DECLINED), 1.0)
    if question.standalone and question.standalone != question.text:
        values["standalone_f1"] = (bag_f1(seen.standalone, question.standalone), 1.0)
        if seen.reference_top:
            same = seen.documents[:1] == [seen.reference_top]
            values["standalone_same"] = (float(same), 1.0)
    return values


def rewrite_row(key: str, question: str, rewritten: str, standalone: str, cluster: str) -> Row:
    """Return the row of one follow-up completed without documents."""
    return Row(
        key=key,
        part=REWRITES,
        kind="rewrite",
        qtype="",
        cluster=cluster,
        question=question,
        values={
            "rewrite_f1": (bag_f1(rewritten, standalone), 1.0),
            "rewrite_exact": (float(bare(rewritten) == bare(standalone)), 1.0),
            "rewrite_unchanged_f1": (bag_f1(question, standalone), 1.0),
        },
    )


def _add_robustness(asked: Sequence[Question], rows: Sequence[Row]) -> None:
    """Add to each variant whether it stays right where its original was right."""
    originals = {
        question.id: row for question, row in zip(asked, rows, strict=True) if question.part == MAIN
    }
    for question, row in zip(asked, rows, strict=True):
        original = originals.get(question.variant_of)
        if original is None or not question.answerable or original is row:
            continue
        if original.right:
            row.values["variant_kept"] = (float(row.right), 1.0)
        if original.values.get("recall@1", (0.0, 1.0))[0] and "recall@1" in row.values:
            row.values["variant_found"] = row.values["recall@1"]
