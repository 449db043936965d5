"""From what was observed to what is counted: hand-worked questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rag.evaluation.cases import Fault, worst_cases
from rag.evaluation.observation import Observation, Row, SeenCitation, SeenHit, SeenSentence
from rag.evaluation.scoring import locate, rewrite_row, score
from rag.evaluation.sets import CONVERSATIONS, MAIN, Question

TEXTS = {
    "d1": "总述。截至2023年底，已建工会驿站18.42万个，年服务突破10亿人次。",
    "d2": "获奖的集体有255个。",
    "d3": "获奖的集体有255个。",
    "d4": "无关的段落。",
}
ALIASES = {"d1": "d1", "d2": "d2", "d3": "d2", "d4": "d4"}


def _question(**changes: Any) -> Question:
    plain = Question(
        key="q", id="q", part=MAIN, text="多少个？", answerable=True, kind="number",
        where="questions.jsonl:1", answers=("18.42万个", "18.42万"), gold=("d1",),
    )  # fmt: skip
    return replace(plain, **changes)


def _cited(document: str, start: int, end: int, number: int = 1, **more: Any) -> SeenCitation:
    quote = TEXTS[document][start:end]
    return SeenCitation(number, document, quote, start, end, "supported", True, **more)


def _seen(*documents: str, **changes: Any) -> Observation:
    plain = Observation(
        key="q", question="多少个？", standalone="多少个？", outcome="answered", confidence=0.8,
        text="已建工会驿站18.42万个。[1]", short="18.42万个",
        sentences=(SeenSentence("已建工会驿站18.42万个。", (1,), "supported"),),
        citations=(_cited("d1", 3, 25),),
        hits=tuple(SeenHit(d, 0, len(TEXTS[d]), 1.0) for d in documents or ("d1", "d2")),
        backend="extractive",
    )  # fmt: skip
    return replace(plain, **changes)


DECLINED = {
    "outcome": "declined",
    "text": "文档没有说。",
    "short": "",
    "sentences": (),
    "citations": (),
}


def _row(question: Question, seen: Observation) -> Row:
    return score(
        [question], {question.key: seen}, aliases=ALIASES, text_of=lambda d: TEXTS.get(d, "")
    )[0]


def test_a_right_answer() -> None:
    row = _row(_question(), _seen())
    assert row.right
    assert row.values["contains"] == (1, 1)
    assert row.values["contains_answered"] == (1, 1)
    assert row.values["short_exact"] == (1, 1)
    assert row.values["short_f1"] == (1, 1)
    # 已建工会驿站18.42万个: eight characters and a number; 18.42万个 is 3 of 9 segments.
    assert row.values["sentence_f1"][0] == pytest.approx(2 * 3 / (3 + 9))
    assert row.values["length"] == (len("已建工会驿站18.42万个。"), 1)
    assert row.values["recall@1"] == (1, 1)
    assert row.values["citation_precision"] == (1, 1)
    assert row.values["citation_recall"] == (1, 1)
    assert row.values["gold_cited"] == (1, 1)
    assert row.values["offsets_valid"] == (1, 1)
    assert row.values["supported"] == (1, 1)
    assert row.values["answerable_declined"] == (0, 1)
    assert "declined" not in row.values
    assert "support_recall" not in row.values
    assert row.cluster == "d1"


def test_a_wrong_answer_that_cites_another_document() -> None:
    row = _row(
        _question(),
        _seen(
            "d4", "d1",
            text="获奖的集体有255个。",
            short="255个",
            sentences=(
                SeenSentence("获奖的集体有255个。", (2,), "unsupported"),
                SeenSentence("其他。", (), "supported"),
            ),
            citations=(replace(_cited("d2", 0, 9, 2), exact=False),),
        ),
    )  # fmt: skip
    assert not row.right
    assert row.values["contains"] == (0, 1)
    assert row.values["short_exact"] == (0, 1)
    assert row.values["recall@1"] == (0, 1)
    assert row.values["recall@5"] == (1, 1)
    assert row.values["citation_precision"] == (0, 1)
    assert row.values["citation_recall"] == (0, 2)
    assert row.values["gold_cited"] == (0, 1)
    assert row.values["offsets_valid"] == (0, 1)
    assert row.values["supported"] == (1, 2)


def test_declining_the_answerable_counts_as_no_answer() -> None:
    # The text holds the number, but it is no answer.
    row = _row(_question(), _seen(**{**DECLINED, "text": "没有找到 18.42万个 的依据。"}))
    assert not row.right
    assert row.values["contains"] == (0, 1)
    assert row.values["short_exact"] == (0, 1)
    assert row.values["answerable_declined"] == (1, 1)
    assert row.values["decline_precision"] == (0, 1)
    for code in ("contains_answered", "citation_precision", "supported", "length"):
        assert code not in row.values


def test_every_part_is_needed() -> None:
    parts = (("18.42万", "184200"), ("10亿",), ("255",))
    row = _row(_question(answers_all=parts), _seen())
    assert row.values["parts"][0] == pytest.approx(1 / 3)
    assert row.values["contains"] == (0, 1)
    told = SeenSentence("有18.42万个，10亿人次，255个。", (1,), "supported")
    assert _row(_question(answers_all=parts), _seen(sentences=(told,))).right


def test_all_gold_documents_can_be_needed() -> None:
    both = _question(gold=("d1", "d2"), need_all_gold=True)
    half = _row(both, _seen("d1", "d4", "d2"))
    assert half.values["recall@1"] == (0, 1)
    assert half.values["recall@5"] == (1, 1)
    assert half.values["gold_cited"] == (0, 1)
    whole = _row(both, _seen(citations=(_cited("d1", 3, 25), _cited("d2", 0, 9, 2))))
    assert whole.values["gold_cited"] == (1, 1)
    assert whole.values["citation_precision"] == (2, 2)


def test_an_equal_document_is_as_good() -> None:
    row = _row(
        _question(gold=("d2",), answers=("255个",)),
        _seen(
            "d3",
            sentences=(SeenSentence("获奖的集体有255个。", (1,), "supported"),),
            citations=(_cited("d3", 0, 9),),
        ),
    )
    assert row.values["recall@1"] == (1, 1)
    assert row.values["citation_precision"] == (1, 1)
    assert row.values["citation_recall"] == (1, 1)
    assert row.cluster == "d2"


def test_evidence_is_found_in_the_text_and_quotes_are_held_against_it() -> None:
    asked = _question(
        support=("截至2023年底，已建工会驿站18.42万个，年服务突破10亿人次。", "无此句。")
    )
    row = _row(asked, _seen(citations=(_cited("d1", 0, 3), _cited("d1", 14, 25))))
    assert row.values["support_precision"] == (1, 2)
    assert row.values["support_recall"] == (1, 1)
    missed = _row(asked, _seen(citations=(_cited("d1", 0, 3),)))
    assert missed.values["support_precision"] == (0, 1)
    assert missed.values["support_recall"] == (0, 1)


def test_each_evidence_sentence_counts_where_all_gold_is_needed() -> None:
    asked = _question(gold=("d1", "d2"), need_all_gold=True, support=(TEXTS["d1"][3:], TEXTS["d2"]))
    assert _row(asked, _seen()).values["support_recall"] == (1, 2)


def test_locate_ignores_spaces_width_and_script() -> None:
    text = "前言。截至 2023 年底，已建工會驛站１８.４２萬個。后语。"
    place = locate("截至2023年底,已建工会驿站18.42万个。", text)
    assert place is not None
    assert text[slice(*place)] == "截至 2023 年底，已建工會驛站１８.４２萬個。"
    assert locate("无此句", text) is None
    assert locate(" ", text) is None


UNANSWERABLE = {"answerable": False, "answers": (), "gold": (), "kind": "unanswerable_far"}


def test_declining_the_unanswerable() -> None:
    row = _row(_question(**UNANSWERABLE), _seen(**DECLINED))
    assert row.values["declined"] == (1, 1)
    assert row.values["decline_precision"] == (1, 1)
    assert not row.right
    assert "recall@1" not in row.values
    assert "contains" not in row.values
    answered = _row(_question(**UNANSWERABLE), _seen())
    assert answered.values["declined"] == (0, 1)
    assert "citation_precision" not in answered.values
    assert answered.values["supported"] == (1, 1)


def test_a_foreign_answer_must_not_come_out_as_grounded() -> None:
    foreign = _question(**UNANSWERABLE, foreign_answers=("18.42万个",))
    assert _row(foreign, _seen()).values["foreign_grounded"] == (1, 1)
    assert _row(foreign, _seen(**DECLINED)).values["foreign_grounded"] == (0, 1)
    doubted = (SeenSentence("已建工会驿站18.42万个。", (1,), "partial"),)
    assert _row(foreign, _seen(sentences=doubted)).values["foreign_grounded"] == (0, 1)
    other = (SeenSentence("有255个。", (1,), "supported"),)
    assert _row(foreign, _seen(sentences=other)).values["foreign_grounded"] == (0, 1)


def test_a_false_premise_is_handled_by_declining_correcting_or_pointing_at_it() -> None:
    false = _question(**UNANSWERABLE, correction="已建18.42万个", refuted_in=("d1",))
    wrong = (SeenSentence("没有达到。", (1,), "supported"),)
    right = (SeenSentence("其实已建18.42万个。", (1,), "supported"),)
    assert _row(false, _seen(**DECLINED)).values["premise_handled"] == (1, 1)
    assert _row(false, _seen(sentences=wrong)).values["premise_handled"] == (0, 1)
    assert _row(false, _seen(sentences=right)).values["premise_handled"] == (1, 1)
    noted = _seen(sentences=wrong, notes=("premise",))
    assert _row(false, noted).values["premise_handled"] == (1, 1)
    elsewhere = replace(noted, citations=(_cited("d2", 0, 9),))
    assert _row(false, elsewhere).values["premise_handled"] == (0, 1)
    assert _row(false, _seen("d2", "d1")).values["premise_refuted"] == (1, 1)
    assert _row(false, _seen("d2")).values["premise_refuted"] == (0, 1)


def test_turns_have_measures_of_their_own() -> None:
    turn = _question(
        part=CONVERSATIONS, text="它有多少？", standalone="工会驿站有多少？", key="c/2"
    )
    seen = _seen(standalone="工会有多少？", reference_top="d1")
    row = _row(turn, seen)
    assert row.values["turn_contains"] == (1, 1)
    assert row.values["turn_recall@1"] == (1, 1)
    assert row.values["standalone_f1"][0] == pytest.approx(2 * 5 / (5 + 7))
    assert row.values["standalone_same"] == (1, 1)
    assert "contains" not in row.values
    moved = _row(turn, replace(seen, reference_top="d2"))
    assert moved.values["standalone_same"] == (0, 1)
    first = _row(replace(turn, standalone=turn.text), seen)
    assert "standalone_f1" not in first.values
    unanswerable = replace(turn, answerable=False, answers=(), gold=())
    assert _row(unanswerable, _seen(**DECLINED)).values["turn_declined"] == (1, 1)


def test_a_variant_is_held_against_its_original() -> None:
    asked = [
        _question(),
        _question(key="v/q", part="variants_english", variant_of="q"),
        _question(key="t", id="t", variant_of="q"),
        _question(key="lost", id="lost", variant_of="held back"),
    ]
    seen = {q.key: _seen() for q in asked}
    seen["v/q"] = _seen(**DECLINED)
    rows = {r.key: r for r in score(asked, seen, aliases=ALIASES, text_of=TEXTS.__getitem__)}
    assert rows["v/q"].values["variant_kept"] == (0, 1)
    assert rows["v/q"].values["variant_found"] == (1, 1)
    assert rows["t"].values["variant_kept"] == (1, 1)
    assert "variant_kept" not in rows["q"].values
    assert "variant_kept" not in rows["lost"].values
    seen["q"] = _seen("d4", **DECLINED)
    rows = {r.key: r for r in score(asked, seen, aliases=ALIASES, text_of=TEXTS.__getitem__)}
    assert "variant_kept" not in rows["t"].values
    assert "variant_found" not in rows["t"].values


def test_an_unanswerable_question_is_a_cluster_with_its_variants_alone() -> None:
    assert _row(_question(**UNANSWERABLE), _seen()).cluster == "question q"
    variant = _question(**UNANSWERABLE, key="v/q", variant_of="q")
    assert _row(variant, _seen()).cluster == "question q"
    assert _row(_question(**UNANSWERABLE, about="d4"), _seen()).cluster == "d4"


def test_rewrites() -> None:
    row = rewrite_row("C-2", "what did they do", "what did we do", "What did we do?", "C")
    assert row.values["rewrite_f1"] == (1, 1)
    assert row.values["rewrite_exact"] == (1, 1)
    assert row.values["rewrite_unchanged_f1"][0] == pytest.approx(6 / 8)


def test_rows_and_observations_survive_the_disk() -> None:
    seen = _seen(notes=("premise",), wall={"total": 0.5}, cpu={"total": 0.25})
    assert Observation.from_dict(seen.to_dict()) == seen
    row = _row(_question(), seen)
    again = Row.from_dict(row.to_dict())
    assert again.amounts == {"cpu_total": 250.0, "wall_total": 500.0}
    for code, pair in row.values.items():
        assert again.values[code] == pytest.approx(pair, abs=1e-6)


def test_the_worst_cases_come_first_and_are_whole() -> None:
    asked = [
        _question(key="right"),
        _question(key="sure and wrong"),
        _question(key="made up", **UNANSWERABLE, foreign_answers=("甲",)),
        _question(key="declined", support=(TEXTS["d1"][3:],)),
        _question(key="rightly declined", **UNANSWERABLE),
    ]
    wrong = (SeenSentence("没有。", (1,), "supported"),)
    seen = {
        "right": _seen(),
        "sure and wrong": _seen("d4", sentences=wrong, confidence=0.9),
        "made up": _seen(confidence=0.95),
        "declined": _seen("d2", "d1", **DECLINED),
        "rightly declined": _seen(**DECLINED),
    }
    rows = score(asked, seen, aliases=ALIASES, text_of=TEXTS.__getitem__)
    cases = worst_cases(asked, rows, seen, aliases=ALIASES, text_of=TEXTS.__getitem__)
    assert [(case.key, case.fault) for case in cases] == [
        ("made up", Fault.MADE_UP),
        ("sure and wrong", Fault.WRONG),
        ("declined", Fault.DECLINED),
    ]
    assert cases[0].note == "甲"
    assert [passage.document for passage in cases[1].missing_gold] == ["d1"]
    assert cases[1].missing_gold[0].rank == 0
    declined = cases[2]
    assert [passage.gold for passage in declined.passages] == [False, True]
    assert declined.passages[1].marks == ((3, len(TEXTS["d1"])),)
    start = TEXTS["d1"].index("18.42")
    assert cases[1].missing_gold[0].marks == ((start, start + len("18.42万个")),)
    assert cases[0].passages[0].quotes == ((3, 25),)
    assert not declined.missing_gold
    assert len(worst_cases(asked, rows, seen, aliases={}, text_of=TEXTS.__getitem__, limit=1)) == 1
