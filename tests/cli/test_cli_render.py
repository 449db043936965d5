"""What a person sees."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cli.door import Door
from rag.cli.render import (
    print_answer,
    print_hits,
    print_report,
    printable,
)
from rag.records import (
    Answer,
    Block,
    BlockKind,
    BuildReport,
    Citation,
    Hit,
    Outcome,
    Passage,
    Place,
    Refusal,
    Sentence,
    Verdict,
)
from rag.settings import Settings

TEXT = "大网织密建强。截至2023年底，已建成驿站15.3万个。\n正在推进。"
QUOTE = "截至2023年底，已建成驿站15.3万个。"
START = 100 + TEXT.index(QUOTE)

PASSAGE = Passage("a#3", "a", 3, "/texts/a.txt", "题目", "小节", 100, 100 + len(TEXT), TEXT)
HIT = Hit(PASSAGE, 1, 0.9, {"dense": 0.875, "lexical": 12.25})
CITATION = Citation(1, PASSAGE, QUOTE, START, START + len(QUOTE), Verdict.SUPPORTED)
ANSWER = Answer(
    question="多少个？",
    standalone_question="多少个？",
    text=f"{QUOTE}[1]",
    sentences=(Sentence(QUOTE, (1,), Verdict.SUPPORTED),),
    outcome=Outcome.ANSWERED,
    confidence=0.93,
    citations=(CITATION,),
    hits=(HIT,),
    backend="extractive",
)
DECLINED = dataclasses.replace(
    ANSWER, text="文档中没有提到。", sentences=(), citations=(), outcome=Outcome.DECLINED
)


def door(*, chinese: bool = False) -> Door:
    return Door(Settings(), chinese=chinese, json=False, debug=False)


def shown(capsys: pytest.CaptureFixture[str], answer: Answer, *, chinese: bool = False) -> str:
    print_answer(door(chinese=chinese), answer)
    return capsys.readouterr().out


def without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_sentence_mark_verdict_confidence_and_quote(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, ANSWER)
    assert f"{QUOTE}[1] ✓\n" in out
    assert "Confidence: very sure (0.93)" in out
    assert "[1] 题目 › 小节 — /texts/a.txt\n" in out
    assert f"大网织密建强。«{QUOTE}»正在推进。" in out
    assert "\x1b" not in out


def test_the_whole_passage_is_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(door(), ANSWER, full=True)
    assert f"大网织密建强。«{QUOTE}»\n    正在推进。" in capsys.readouterr().out


def test_the_place_in_the_file_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    places = {
        "line 7": Place(0, line=7),
        "p. 3": Place(0, page=3),
        "S1, row 2": Place(0, 2, 0, "S1"),
    }
    for words, place in places.items():
        citation = dataclasses.replace(CITATION, place=place)
        out = shown(capsys, dataclasses.replace(ANSWER, citations=(citation,)))
        assert f"/texts/a.txt, {words}\n" in out


def test_a_unit_is_drawn_as_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = "船型 | 票价\n快艇 | 80\n带上证件\nrun it"
    columns = Block(BlockKind.COLUMNS, 0, 7, group=1, cells=((0, 2), (5, 7)))
    row = Block(BlockKind.ROW, 8, 15, group=1, cells=((8, 10), (13, 15)))
    item = Block(BlockKind.ITEM, 16, 20, 1, 2, "•")
    code = Block(BlockKind.CODE, 21, 27)
    passage = Passage("b#0", "b", 0, "/b.md", "票", "", 0, len(text), text)
    citation = Citation(
        1, passage, text, 0, len(text), Verdict.SUPPORTED,
        blocks=(columns, row, item, code), lit=((13, 15),),
    )  # fmt: skip
    answer = dataclasses.replace(
        ANSWER,
        sentences=(Sentence(text, (1,), Verdict.SUPPORTED, quotes=(0,)),),
        citations=(citation,),
        hits=(Hit(passage, 1, 0.9),),
    )
    lines = [" ".join(part.split()) for part in shown(capsys, answer).splitlines()]
    assert "船型 票价" in lines
    assert "快艇 80" in lines
    assert "• 带上证件" in lines
    assert any(part.startswith("run it") for part in lines)
    assert any("«80»" in part for part in lines)


def test_the_short_answer_comes_first_in_bold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = dataclasses.replace(ANSWER, short="15.3万个")
    assert shown(capsys, answer).startswith("15.3万个\n\n")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert shown(capsys, answer).startswith("\x1b[1m15.3万个\x1b[0m\n")


def test_a_terminal_gets_colours_instead_of_quotation_marks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    out = shown(capsys, ANSWER)
    assert "«" not in out
    assert f"m{QUOTE}\x1b[0m" in out


def test_no_color_is_honoured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    out = shown(capsys, ANSWER)
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3|4|9|10)\d", out)
    assert f"«{QUOTE}»" in without_colours(out)


def test_doubts_are_said_with_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = Sentence("共18万个。", (1,), Verdict.UNSUPPORTED, ("number:18万", "negation"))
    answer = dataclasses.replace(ANSWER, sentences=(sentence,), outcome=Outcome.UNCHECKED)
    out = shown(capsys, answer)
    assert (
        "共18万个。[1] ✗ Not supported: The number “18万” is not in the quote. "
        "One denies what the other says." in out
    )
    assert "no sentence of this answer is supported" in out
    assert "缺乏依据：数字“18万”不在引文中。" in shown(capsys, answer, chinese=True)


def test_a_declined_answer_shows_what_is_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, DECLINED, chinese=True)
    assert out.startswith("文档中没有提到。\n")
    assert "文档中最接近的内容：" in out
    assert "题目" in out
    assert "Confidence" not in out


def test_a_completed_follow_up_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    answer = dataclasses.replace(ANSWER, standalone_question="2023年底有多少个？")
    assert "Understood as: 2023年底有多少个？" in shown(capsys, answer)


def test_notes_are_words(capsys: pytest.CaptureFixture[str]) -> None:
    answer = dataclasses.replace(ANSWER, notes=("conflict", "fallback:m: timeout", "later"))
    out = shown(capsys, answer)
    assert "The documents disagree" in out
    assert "(m: did not finish in time)" in out
    assert "later" in out


def test_two_quotes_of_one_passage_are_marked_in_one_paragraph(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = dataclasses.replace(CITATION, quote="大网", start=100, end=102)
    inside = dataclasses.replace(CITATION, quote="截至", start=START, end=START + 2)
    print_answer(
        door(), dataclasses.replace(ANSWER, citations=(CITATION, first, inside)), full=True
    )
    out = capsys.readouterr().out
    assert out.count("/texts/a.txt") == 1
    assert "«大网»织密建强。" in out
    body = out[out.index("/texts/a.txt") :]
    assert re.sub("[«»]| {4}", "", body).rstrip().endswith(TEXT)


def test_a_source_below_the_working_directory_is_shown_from_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    passage = dataclasses.replace(PASSAGE, source=str(Path.cwd() / "notes" / "a.jsonl#7"))
    print_hits(door(), [Hit(passage, 1, 0.9)])
    assert "— notes/a.jsonl#7" in capsys.readouterr().out


def test_hits_show_the_parts_of_their_scores(capsys: pytest.CaptureFixture[str]) -> None:
    print_hits(door(), [HIT])
    out = capsys.readouterr().out
    assert "score 0.900, dense 0.875, lexical 12.250" in out
    assert "正在推进。" in out


def test_a_report_counts_and_names_what_was_refused(capsys: pytest.CaptureFixture[str]) -> None:
    report = BuildReport(
        added=2,
        refused=(Refusal("/b.pdf", "there is no reader", "没有读取器"),),
        documents=2,
        passages=30,
    )
    print_report(door(), report, "here")
    print_report(door(chinese=True), report, "此处")
    out = capsys.readouterr().out
    assert "2 added, 0 unchanged, 1 refused" in out
    assert "/b.pdf: there is no reader" in out
    assert "新增 2，未变 0，拒绝 1" in out
    assert "/b.pdf: 没有读取器" in out


def test_no_escape_sequence_of_a_document_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    evil = "a\x1b[2Jb\x9bc\u202ed"
    passage = dataclasses.replace(
        PASSAGE, text=evil, start=0, end=len(evil), title=evil, source=evil
    )
    citation = Citation(1, passage, evil[:3], 0, 3, Verdict.PARTIAL)
    sentence = Sentence(evil, (1,), Verdict.PARTIAL, (f"name:{evil}",))
    answer = dataclasses.replace(
        ANSWER,
        short=evil,
        sentences=(sentence,),
        citations=(citation,),
        standalone_question=evil,
        notes=(evil,),
    )
    out = shown(capsys, answer)
    out += shown(capsys, dataclasses.replace(DECLINED, text=evil, hits=(Hit(passage, 1, 1.0),)))
    print_hits(door(), [Hit(passage, 1, 1.0)])
    out += capsys.readouterr().out
    assert not re.search("[\x1b\x9b\u202e]", out)
    assert "\ufffd" in out


@given(st.text())
def test_printable_keeps_every_position(text: str) -> None:
    clean = printable(text)
    assert len(clean) == len(text)
    assert all(new in (old, "\ufffd", " ") for old, new in zip(text, clean, strict=True))
