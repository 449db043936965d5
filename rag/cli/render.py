"""How answers, hits and reports look to a person at a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from rich.padding import Padding
from rich.text import Text

from rag.cli.door import Door
from rag.cli.notes import notes_in_words
from rag.records import Answer, BuildReport, Citation, Hit, Outcome, Passage, Sentence, Verdict

_MARKS = {
    Verdict.SUPPORTED: ("✓", "green"),
    Verdict.PARTIAL: ("~", "yellow"),
    Verdict.UNSUPPORTED: ("✗", "red"),
}
_VERDICTS = {
    Verdict.SUPPORTED: ("supported by the passage", "段落支持"),
    Verdict.PARTIAL: ("partly supported", "部分支持"),
    Verdict.UNSUPPORTED: ("not supported", "没有依据"),
}
_REASONS = {
    "number": ("not in the passage: {}", "段落中没有：{}"),
    "date": ("not in the passage: {}", "段落中没有：{}"),
    "name": ("not in the passage: {}", "段落中没有：{}"),
    "exchanged": ("said of something else: {}", "段落中另有所指：{}"),
    "negation": ("one denies what the other says", "一个肯定、一个否定"),
    "coverage": ("words the passage does not have", "有段落中没有的字词"),
    "other-language": ("written in another language", "与段落语言不同"),
    "no-citation": ("cites no passage", "没有引用段落"),
    "empty": ("says nothing", "没有内容"),
    "absence": ("says what is missing, which no passage can prove", "说明文中没有的内容，无法核对"),
    "suspicious": ("rests on text that speaks to a model", "仅依据对模型喊话的文字"),
}
_CONFIDENCE = ((0.9, "high", "高"), (0.7, "fair", "较高"), (0.5, "moderate", "中等"))
_NEAREST = 3

# Escape sequences of a document must not reach the terminal (C0 and C1 but tab and newline), nor
# may marks that reverse the reading direction.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return the text, of equal length, with each control character replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r", " "))


def confidence_in_words(confidence: float, *, chinese: bool) -> str:
    """Say how sure the answer is."""
    for least, english, chinese_word in _CONFIDENCE:
        if confidence >= least:
            return chinese_word if chinese else english
    return "低" if chinese else "low"


def print_answer(door: Door, answer: Answer) -> None:
    """Print an answer: its short form, its sentences with marks, and the cited paragraphs."""
    if answer.standalone_question != answer.question:
        understood = door.say("Understood as: ", "理解为：")
        _line(door, Text(f"{understood}{printable(answer.standalone_question)}", style="dim"))
    if answer.outcome is Outcome.DECLINED:
        _print_declined(door, answer)
        return
    if answer.short:
        _line(door, Text(printable(answer.short), style="bold"))
        door.out.print()
    for sentence in answer.sentences:
        _line(door, _sentence(door, sentence))
    if not answer.sentences:
        _line(door, Text(printable(answer.text)))
    if answer.outcome is Outcome.UNCHECKED:
        warning = door.say(
            "Careful: no sentence of this answer is supported by the documents.",
            "注意：这个答案没有一句得到文档的支持。",
        )
        _line(door, Text(warning, style="bold yellow"))
    _print_notes(door, answer)
    words = confidence_in_words(answer.confidence, chinese=door.chinese)
    label = door.say("Confidence: ", "把握：")
    _line(door, Text(f"{label}{words} ({answer.confidence:.2f})", style="dim"))
    for number, group in groupby(
        sorted(answer.citations, key=lambda citation: (citation.number, citation.start)),
        key=lambda citation: citation.number,
    ):
        door.out.print()
        _print_cited(door, number, list(group))
        _print_repeats(door, [hit for hit in answer.hits if hit.rank == number])


def print_hits(door: Door, hits: Sequence[Hit]) -> None:
    """Print retrieved passages with the parts of their scores."""
    for hit in hits:
        scores = {"score": hit.score, **hit.scores}
        parts = "".join(f", {name} {value:.3f}" for name, value in scores.items())
        _print_heading(door, hit.rank, hit.passage, hit.passage.start, hit.passage.end, parts)
        _indented(door, Text(printable(hit.passage.text)))
        _print_repeats(door, [hit])
        door.out.print()


def print_report(door: Door, report: BuildReport, directory: str) -> None:
    """Print what a build did and why files were refused."""
    counts = (
        (report.added, "added", "新增"),
        (report.unchanged, "unchanged", "未变"),
        (report.replaced, "replaced", "更新"),
        (report.removed, "removed", "移除"),
        (report.duplicates, "duplicates", "重复"),
        (len(report.refused), "refused", "拒绝"),
    )
    done = door.say(", ", "，").join(
        f"{count} {english}" if not door.chinese else f"{chinese} {count}"
        for count, english, chinese in counts
        if count or english in ("added", "unchanged")
    )
    totals = door.say(
        f"{report.documents} documents, {report.passages} passages in {directory} "
        f"({report.seconds:.1f} s)",
        f"{directory} 现有文档 {report.documents} 篇、段落 {report.passages} 个"
        f"（用时 {report.seconds:.1f} 秒）",
    )
    _line(door, Text(done, style="bold"))
    _line(door, Text(totals))
    for refusal in report.refused:
        reason = door.say(refusal.reason, refusal.reason_chinese)
        shown = reason if refusal.path in reason else f"{refusal.path}: {reason}"
        _line(door, Text(f"  {printable(shown)}", style="yellow"))


def _print_declined(door: Door, answer: Answer) -> None:
    _line(door, Text(printable(answer.text), style="bold"))
    _print_notes(door, answer)
    if not answer.hits:
        return
    door.out.print()
    _line(door, Text(door.say("Nearest in the documents:", "文档中最接近的内容："), style="dim"))
    for hit in answer.hits[:_NEAREST]:
        passage = hit.passage
        _print_heading(door, hit.rank, passage, passage.start, passage.end)
        _indented(door, Text(_shortened(printable(passage.text)), style="dim"))


def _print_notes(door: Door, answer: Answer) -> None:
    for text in notes_in_words(answer.notes, say=door.say):
        _line(door, Text(printable(text), style="yellow"))


def _sentence(door: Door, sentence: Sentence) -> Text:
    text = Text(printable(sentence.text.strip()))
    text.append("".join(f"[{number}]" for number in sentence.citations), style="cyan")
    mark, style = _MARKS[sentence.verdict]
    text.append(f" {mark}", style=style)
    if sentence.verdict is not Verdict.SUPPORTED:
        words = door.say(*_VERDICTS[sentence.verdict])
        reasons = door.say("; ", "；").join(_reason(door, code) for code in sentence.reasons)
        text.append(printable(f" {words}" + (f" ({reasons})" if reasons else "")), style=style)
    return text


def _reason(door: Door, code: str) -> str:
    """Return a code of the checker in words; one that has none stays as it is."""
    kind, _, detail = code.partition(":")
    return door.say(*_REASONS[kind]).format(detail) if kind in _REASONS else code


def _print_cited(door: Door, number: int, citations: list[Citation]) -> None:
    passage = citations[0].passage
    spans = _joined(sorted({(citation.start, citation.end) for citation in citations}))
    _print_heading(door, number, passage, *spans[0])
    _indented(door, _quoted(door, passage, spans))


def _print_repeats(door: Door, hits: Iterable[Hit]) -> None:
    """Name the other documents that hold the same passage."""
    for passage in (passage for hit in hits for passage in hit.repeats):
        also = door.say("the same in", "同文另见")
        place = printable(_place(passage.source))
        _indented(door, Text(f"{also} {printable(passage.title)} ({place})", style="dim"))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ordered spans with those that touch or overlap made one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _quoted(door: Door, passage: Passage, spans: Iterable[tuple[int, int]]) -> Text:
    """Return the paragraph with its quotes in colour, or between «marks» without colours."""
    text = Text()
    position = passage.start
    coloured = door.out.is_terminal and not door.out.no_color
    for start, end in spans:
        text.append(printable(passage.text[position - passage.start : start - passage.start]))
        quote = printable(passage.text[start - passage.start : end - passage.start])
        text.append(quote if coloured else f"«{quote}»", style="bold black on bright_yellow")
        position = end
    text.append(printable(passage.text[position - passage.start :]))
    return text


def _print_heading(
    door: Door, number: int, passage: Passage, start: int, end: int, more: str = ""
) -> None:
    # The path of headings often begins with the title once more.
    headings = [part for part in passage.heading.split(" > ") if part != passage.title]
    title = " › ".join(part for part in (passage.title, *headings) if part)
    text = Text()
    text.append(f"[{number}]", style="cyan")
    text.append(f" {printable(title or passage.document_id)}", style="bold")
    _line(door, text)
    where = door.say(f"characters {start}-{end}", f"第 {start}-{end} 字")
    _indented(door, Text(f"{printable(_place(passage.source))}, {where}{more}", style="dim"))


def _place(source: str) -> str:
    """Return a source as seen from the working directory where it lies below it."""
    try:
        return str(Path(source).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return source


def _shortened(text: str, limit: int = 120) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _line(door: Door, text: Text) -> None:
    # Without a terminal there is no width to break lines for.
    door.out.print(text, soft_wrap=not door.out.is_terminal)


def _indented(door: Door, text: Text) -> None:
    if door.out.is_terminal:
        door.out.print(Padding(text, (0, 0, 0, 4), expand=False))
        return
    for line in text.split("\n", allow_blank=True):
        door.out.print(Text("    ") + line, soft_wrap=True)
