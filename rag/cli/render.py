"""How answers, hits and reports look to a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text

from rag import saying
from rag.cli.door import Door
from rag.cli.drawing import around, drawn
from rag.cli.printing import indented, line, place_of, printable, shortened
from rag.records import (
    Answer,
    BuildReport,
    Citation,
    Hit,
    Outcome,
    Passage,
    Place,
    Sentence,
    Span,
    Verdict,
)

_MARKS = {
    Verdict.SUPPORTED: ("✓", "green"),
    Verdict.PARTIAL: ("~", "yellow"),
    Verdict.UNSUPPORTED: ("✗", "red"),
}
_NEAREST = 3

_REACH = 30
"""Characters shown on both sides of the words that decide."""


def print_answer(door: Door, answer: Answer, *, full: bool = False) -> None:
    """Print an answer: its short form, its units as what they are, and a line for each source.

    With ``full`` the cited passages follow whole, their quotes lit.
    """
    if answer.standalone_question != answer.question:
        understood = door.say("Understood as: ", "理解为：")
        line(door, Text(f"{understood}{printable(answer.standalone_question)}", style="dim"))
    if answer.outcome is Outcome.DECLINED:
        _print_declined(door, answer)
        return
    if answer.short:
        line(door, Text(printable(answer.short), style="bold"))
        door.out.print()
    for number, sentence in enumerate(answer.sentences):
        if number:
            door.out.print()
        _print_unit(door, answer, sentence)
    if not answer.sentences:
        line(door, Text(printable(answer.text)))
    if answer.outcome is Outcome.UNCHECKED:
        warning = door.say(
            "Careful: no sentence of this answer is supported by the documents.",
            "注意：这个答案没有一句得到文档的支持。",
        )
        line(door, Text(warning, style="bold yellow"))
    _print_notes(door, answer)
    level = saying.confidence_level(answer.confidence)
    words = saying.said("confidence", level, door.language).lower()
    label = door.say("Confidence: ", "可信度：")
    line(door, Text(f"{label}{words} ({answer.confidence:.2f})", style="dim"))
    door.out.print()
    for hit in answer.hits:
        cited = [citation for citation in answer.citations if citation.number == hit.rank]
        if cited:
            _print_source(door, hit, cited, full=full)


def print_hits(door: Door, hits: Sequence[Hit]) -> None:
    """Print retrieved passages with the parts of their scores."""
    for hit in hits:
        scores = {"score": hit.score, **hit.scores}
        parts = "".join(f", {name} {value:.3f}" for name, value in scores.items())
        _print_heading(door, hit.rank, hit.passage, hit.passage.place(hit.passage.start), parts)
        indented(door, Text(printable(hit.passage.text)))
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
    line(door, Text(done, style="bold"))
    line(door, Text(totals))
    for refusal in report.refused:
        reason = door.say(refusal.reason, refusal.reason_chinese)
        shown = reason if refusal.path in reason else f"{refusal.path}: {reason}"
        line(door, Text(f"  {printable(shown)}", style="yellow"))


def _print_declined(door: Door, answer: Answer) -> None:
    line(door, Text(printable(answer.text), style="bold"))
    _print_notes(door, answer)
    if not answer.hits:
        return
    door.out.print()
    line(door, Text(door.say("Nearest in the documents:", "文档中最接近的内容："), style="dim"))
    for hit in answer.hits[:_NEAREST]:
        passage = hit.passage
        _print_heading(door, hit.rank, passage, passage.place(passage.start))
        indented(door, Text(shortened(printable(passage.text)), style="dim"))


def _print_notes(door: Door, answer: Answer) -> None:
    for note in answer.notes:
        words = saying.said("note", note, door.language)
        line(door, Text(printable(words), style="yellow"))


def _print_unit(door: Door, answer: Answer, sentence: Sentence) -> None:
    """Print a unit: what was quoted as tables, lists and code, what was written as it is."""
    quotes = [answer.citations[place] for place in sentence.quotes]
    if quotes and "\n".join(quote.quote for quote in quotes) == sentence.text:
        *pieces, last = [piece for quote in quotes for piece in drawn(quote)]
        for piece in pieces:
            door.out.print(piece, soft_wrap=not door.out.is_terminal)
        if isinstance(last, Text):
            line(door, last + _verdict(door, sentence))
            return
        door.out.print(last, soft_wrap=not door.out.is_terminal)
        line(door, _verdict(door, sentence))
        return
    line(door, Text(printable(sentence.text.strip())) + _verdict(door, sentence))


def _verdict(door: Door, sentence: Sentence) -> Text:
    """Return the marks of a unit and what the check says of it."""
    text = Text("".join(f"[{number}]" for number in sentence.citations), style="cyan")
    mark, style = _MARKS[sentence.verdict]
    text.append(f" {mark}", style=style)
    if sentence.verdict is not Verdict.SUPPORTED:
        told = [saying.said("verdict", sentence.verdict, door.language)]
        told += [saying.said("reason", code, door.language) for code in sentence.reasons]
        text.append(printable(f" {door.say(': ', '：').join(told[:2])}"), style=style)
        text.append(printable("".join(f" {reason}" for reason in told[2:])), style=style)
    return text


def _print_source(door: Door, hit: Hit, cited: Sequence[Citation], *, full: bool) -> None:
    """Print where something was quoted from, and the words that decide."""
    _print_heading(door, hit.rank, cited[0].passage, cited[0].place)
    if full:
        indented(door, _quoted(door, hit.passage, _joined((c.start, c.end) for c in cited)))
    else:
        for citation in cited:
            for span in citation.lit or ((citation.start, citation.end),)[: not citation.blocks]:
                indented(door, around(citation, span, reach=_REACH, signs=_signs(door)))
    _print_repeats(door, [hit])


def _print_repeats(door: Door, hits: Iterable[Hit]) -> None:
    """Name the other documents that hold the same passage."""
    for passage in (passage for hit in hits for passage in hit.repeats):
        also = door.say("the same in", "同文另见")
        place = printable(place_of(passage.source))
        indented(door, Text(f"{also} {printable(passage.title)} ({place})", style="dim"))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order with those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(set(spans)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _signs(door: Door) -> tuple[str, str]:
    """Return what stands around lit words where colours cannot show them."""
    return ("", "") if door.out.is_terminal and not door.out.no_color else ("«", "»")


def _quoted(door: Door, passage: Passage, spans: Iterable[Span]) -> Text:
    """Return the passage with its quotes in colour, or between «marks» without colours."""
    text = Text()
    position = passage.start
    before, after = _signs(door)
    for start, end in spans:
        text.append(printable(passage.text[position - passage.start : start - passage.start]))
        quote = printable(passage.text[start - passage.start : end - passage.start])
        text.append(f"{before}{quote}{after}", style="bold black on bright_yellow")
        position = end
    text.append(printable(passage.text[position - passage.start :]))
    return text


def _print_heading(door: Door, number: int, passage: Passage, place: Place, more: str = "") -> None:
    """Print number, title and headings of a source, and its place in the file, in one line."""
    # The path of headings often begins with the title once more.
    headings = [part for part in passage.heading.split(" > ") if part != passage.title]
    title = " › ".join(part for part in (passage.title, *headings) if part)
    text = Text()
    text.append(f"[{number}]", style="cyan")
    text.append(f" {printable(title or passage.document_id)}", style="bold")
    where = ", ".join(part for part in (place_of(passage.source), _where(door, place)) if part)
    text.append(f" — {printable(where)}{more}", style="dim")
    line(door, text)


def _where(door: Door, place: Place) -> str:
    """Return page, part and line in words; empty where nothing is known."""
    found = [place.part] if place.part else []
    if place.page:
        found.append(door.say(f"p. {place.page}", f"第 {place.page} 页"))
    if place.line:
        unit = door.say("row", "行") if place.part else door.say("line", "行")
        found.append(door.say(f"{unit} {place.line}", f"第 {place.line} {unit}"))
    return ", ".join(found)
