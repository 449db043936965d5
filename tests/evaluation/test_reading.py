"""Reading sets: every field, every flaw with its line, and the open sets themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import EvaluationError
from rag.evaluation.reading import read_set
from rag.evaluation.sets import sample

DOCUMENTS = [
    {"id": "d1", "title": "甲", "text": "工会驿站有18.42万个。服务突破10亿人次。"},
    {"id": "d2", "title": "乙", "text": "获奖的集体有255个。"},
]


def _question(**changes: Any) -> dict[str, Any]:
    return {
        "id": "q1",
        "question": "有多少个工会驿站？",
        "answers": ["18.42万个"],
        "gold": ["d1"],
        "answerable": True,
        "kind": "number",
        **changes,
    }


UNANSWERABLE = {"id": "u1", "question": "谁？", "answers": [], "gold": [], "answerable": False}


def _write(folder: Path, name: str, rows: list[Any]) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "set", "corpus.jsonl", DOCUMENTS)


def _complaint(folder: Path, rows: list[Any], **more: Any) -> str:
    _write(folder, "questions.jsonl", rows)
    with pytest.raises(EvaluationError) as caught:
        read_set(folder, **more)
    assert caught.value.exit_code == 8
    assert caught.value.chinese != str(caught.value)
    return str(caught.value)


def test_every_field_is_kept(folder: Path) -> None:
    full = _question(
        answers_all=[["18.42万", "184200"], "10亿"],
        gold=["d1", "d2"],
        gold_mode="all",
        support=["工会驿站有18.42万个。"],
        evidence=["获奖的集体有255个。", "工会驿站有18.42万个。"],
        qtype="number",
        variant_of="q0",
        base_kind="fact",
    )
    false_premise = {
        **UNANSWERABLE,
        "foreign_answers": ["30万"],
        "correction": "18.42万个",
        "refuted_by": ["工会驿站有18.42万个。"],
        "refuted_in": ["d1"],
        "about": "d2",
        "standalone": "谁是主席？",
    }
    _write(folder, "questions.jsonl", [full, false_premise])
    found = read_set(folder)
    one, other = found.questions
    assert one.answers_all == (("18.42万", "184200"), ("10亿",))
    assert one.forms == ("18.42万个",)
    assert one.gold == ("d1", "d2")
    assert one.need_all_gold
    assert one.support == ("工会驿站有18.42万个。", "获奖的集体有255个。")
    assert (one.qtype, one.variant_of, one.base_kind) == ("number", "q0", "fact")
    assert one.document == "d1"
    assert other.foreign_answers == ("30万",)
    assert other.correction == "18.42万个"
    assert other.refuted_by == ("工会驿站有18.42万个。",)
    assert other.refuted_in == ("d1",)
    assert (other.about, other.standalone, other.document) == ("d2", "谁是主席？", "d1")
    assert found.warnings == ()


def test_variants_and_conversations_have_keys_of_their_own(folder: Path) -> None:
    _write(folder, "questions.jsonl", [_question(), UNANSWERABLE])
    _write(folder, "variants_english.jsonl", [_question(question="How many?", kind="english")])
    turns = [
        {"question": "有几个？", "answers": ["255个"], "gold": ["d2"], "answerable": True},
        {"question": "谁？", "standalone": "谁数的？", "answerable": False},
    ]
    _write(folder, "conversations.jsonl", [{"id": "c1", "kind": "pronoun", "turns": turns}])
    found = read_set(folder)
    assert [question.key for question in found.everything_asked()] == [
        "q1", "u1", "variants_english/q1", "c1/1", "c1/2",
    ]  # fmt: skip
    assert found.questions[2].variant_of == "q1"
    assert found.conversations[0].turns[1].standalone == "谁数的？"
    assert found.conversations[0].turns[1].kind == "pronoun"


def test_rewrites_need_no_corpus(tmp_path: Path) -> None:
    row = {"id": "C_1-2", "history": ["a", "b"], "utterance": "and they?", "rewrite": "and we?"}
    found = read_set(_write(tmp_path / "set", "rewrites.jsonl", [row]))
    assert found.rewrites[0].history == ("a", "b")
    assert found.questions == ()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"id": "q2",', "not JSON"),
        ("[1]", 'not an object with a text "id"'),
        (_question(id=""), 'not an object with a text "id"'),
        (_question(), "id q1 is already on line 1"),
        (_question(id="q2", gold=["d9"]), "gold id d9 is not in the corpus"),
        (_question(id="q2", answers=[]), "answerable, but without answers"),
        (_question(id="q2", answers=[" "]), "answerable, but without answers"),
        (_question(id="q2", answerable="yes"), "answerable is not true or false"),
        (_question(id="q2", question=" "), "no question"),
        (_question(id="q2", answers=[1]), "answers is not a list of texts"),
        (_question(id="q2", answers_all=[[]]), "answers_all is not a list of lists"),
        (_question(id="q2", gold_mode="some"), 'gold_mode is "some"'),
        (_question(id="q2", answerable=False), "not answerable, but with gold or answers"),
        ({**UNANSWERABLE, "refuted_in": ["d9"]}, "gold id d9 is not in the corpus"),
    ],
)
def test_a_flaw_is_named_with_its_line(folder: Path, line: Any, complaint: str) -> None:
    told = _complaint(folder, [_question(), "", line])
    assert f"questions.jsonl:3: {complaint}" in told


def test_all_flaws_are_listed(folder: Path) -> None:
    rows = [_question(id=f"q{n}", gold=["d9"]) for n in range(20)]
    told = _complaint(folder, rows)
    assert "questions.jsonl:1:" in told
    assert "questions.jsonl:12:" in told
    assert "questions.jsonl:13:" not in told
    assert "and 8 more" in told


def test_bytes_that_are_no_utf8_are_named(folder: Path) -> None:
    line = json.dumps(_question(), ensure_ascii=False)
    (folder / "questions.jsonl").write_bytes(line.encode() + b"\n" + line.encode("gb18030"))
    with pytest.raises(EvaluationError, match=r"questions\.jsonl:2: not UTF-8 \(byte \d+\)"):
        read_set(folder)


def test_a_byte_order_mark_is_no_flaw(folder: Path) -> None:
    line = json.dumps(_question(), ensure_ascii=False)
    (folder / "questions.jsonl").write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n")
    assert read_set(folder).questions[0].id == "q1"


def test_flaws_of_the_corpus(folder: Path) -> None:
    _write(folder, "corpus.jsonl", [*DOCUMENTS, DOCUMENTS[0], {"id": "d3", "text": " "}])
    told = _complaint(folder, [_question()])
    assert "corpus.jsonl:3: id d1 is already on line 1" in told
    assert "corpus.jsonl:4: no text" in told


def test_turns_are_named_too(folder: Path) -> None:
    turn = {"question": "谁？", "answerable": True, "answers": [], "gold": ["d1"]}
    _write(folder, "conversations.jsonl", [{"id": "c1", "turns": [turn]}])
    told = _complaint(folder, [_question()])
    assert "conversations.jsonl:1 turn 1: answerable, but without answers" in told


@pytest.mark.parametrize(
    ("rows", "warning"),
    [
        ([_question()], "no unanswerable question"),
        ([UNANSWERABLE], "no answerable question"),
        ([_question(gold=[]), UNANSWERABLE], "1 answerable questions name no gold document"),
        ([_question(support=["无此句。"]), UNANSWERABLE], "support sentence that is not in a gold"),
        ([_question(gold_mod="all"), UNANSWERABLE], "the field gold_mod (1 lines) is unknown"),
    ],
)
def test_what_narrows_a_set_is_a_warning(folder: Path, rows: list[Any], warning: str) -> None:
    _write(folder, "questions.jsonl", rows)
    told = [warned.english for warned in read_set(folder).warnings]
    assert len(told) == 1
    assert warning in told[0]


def test_distractors_join_the_corpus(folder: Path, tmp_path: Path) -> None:
    _write(folder, "questions.jsonl", [_question(), UNANSWERABLE])
    news = _write(tmp_path / "news", "corpus.jsonl", [{"id": "n1", "title": "", "text": "天气。"}])
    found = read_set(folder, distractors=[news / "corpus.jsonl"])
    assert found.name == "set + news"
    assert set(found.corpus) == {"d1", "d2", "n1"}
    assert found.distractors == {"n1"}
    assert len(found.corpus_files) == 2
    assert found.digest != read_set(folder).digest
    with pytest.raises(EvaluationError, match="occurs in another corpus file"):
        read_set(folder, distractors=[folder / "corpus.jsonl"])
    with pytest.raises(EvaluationError, match="no distractor file"):
        read_set(folder, distractors=[tmp_path / "none.jsonl"])


def test_a_questions_file_is_checked_against_the_index(tmp_path: Path) -> None:
    _write(tmp_path, "mine.jsonl", [_question(), UNANSWERABLE])
    file = tmp_path / "mine.jsonl"
    assert read_set(file).name == "mine"
    assert read_set(file, document_ids={"d1"}).corpus == {}
    with pytest.raises(EvaluationError, match=r"mine\.jsonl:1: gold id d1 is not in the corpus"):
        read_set(file, document_ids={"d2"})


def test_no_set_at_all(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no question set at"):
        read_set(tmp_path / "none")
    with pytest.raises(EvaluationError, match=r"holds no questions\.jsonl"):
        read_set(_write(tmp_path / "set", "corpus.jsonl", DOCUMENTS))
    (tmp_path / "set" / "questions.jsonl").write_text("\n")
    with pytest.raises(EvaluationError, match="holds no question"):
        read_set(tmp_path / "set")


def test_equal_documents_are_one(folder: Path) -> None:
    _write(folder, "corpus.jsonl", [*DOCUMENTS, {**DOCUMENTS[0], "id": "d0"}])
    _write(folder, "questions.jsonl", [_question()])
    assert read_set(folder).aliases() == {"d1": "d1", "d2": "d2", "d0": "d1"}


@pytest.mark.parametrize(
    ("name", "questions", "unanswerable", "variants"),
    [
        ("seed", 53, 17, 0),
        ("cmrc2018", 1411, 115, 133),
        ("drcd", 1484, 123, 106),
        ("xquad_zh", 550, 61, 489),
        ("xquad_en", 613, 124, 0),
        ("squad2_en", 2530, 1379, 0),
        ("dureader_robust", 688, 88, 0),
    ],
)
def test_the_open_sets_are_read_whole(
    shared: Path, name: str, questions: int, unanswerable: int, variants: int
) -> None:
    found = read_set(shared / "evals" / name)
    main = [question for question in found.questions if question.part == "questions"]
    assert len(main) == questions
    assert sum(not question.answerable for question in main) == unanswerable
    assert len(found.questions) - len(main) == variants
    assert not found.warnings


def test_the_open_conversations_and_rewrites_are_read(shared: Path) -> None:
    assert [len(c.turns) for c in read_set(shared / "evals" / "seed").conversations] == [3] * 4
    assert len(read_set(shared / "evals" / "canard_en").rewrites) == 1172


def test_a_sample_keeps_the_shares_and_grows(shared: Path) -> None:
    whole = read_set(shared / "evals" / "cmrc2018")
    small, large = sample(whole, limit=100, seed=3), sample(whole, limit=300, seed=3)
    assert len(small.questions) == 100
    kinds = [question.kind for question in small.questions]
    assert kinds.count("unanswerable_far") == 4
    assert kinds.count("unanswerable_hard") == 3
    assert kinds.count("query_traditional") == 9
    assert {q.key for q in small.questions} <= {q.key for q in large.questions}
    assert {q.key for q in sample(whole, limit=100, seed=4).questions} != {
        q.key for q in small.questions
    }
    assert sample(whole, limit=100, seed=3) == small
    assert small.corpus == whole.corpus
    assert len(sample(whole, limit=10_000).questions) == len(whole.questions)


def test_kinds_can_be_chosen(shared: Path) -> None:
    whole = read_set(shared / "evals" / "seed")
    chosen = sample(whole, kinds=["typo", "pronoun"])
    assert {question.kind for question in chosen.questions} == {"typo"}
    assert {conversation.kind for conversation in chosen.conversations} == {"pronoun"}
