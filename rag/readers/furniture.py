"""Tell page furniture from text: general rules over the edges of a document.

Furniture is what a page puts around an article: site headers, the title once more, the
date line, the byline, share buttons, editors, addresses for complaints, copyright. It is
set aside, never lost, and what it says about the document becomes metadata. Position
decides: the same words inside the text are text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.readers.dateline import DateLine, is_counter, read_byline, read_date_line
from rag.readers.drafting import Draft, Line
from rag.readers.numbering import (
    answer_mark,
    asks,
    decimal_mark,
    item_mark,
    labelled,
    question_mark,
)
from rag.readers.patterns import (
    BARE_ADDRESS,
    BREADCRUMB,
    BUTTON,
    CAPTION,
    COPYRIGHT,
    DISCLAIMER,
    EDITOR,
    LEGAL_LINK,
    RELATED,
    REPORT_ADDRESS,
    SITE_NAME,
)
from rag.readers.shape import comparable, is_heading_like, is_prose, width
from rag.records import AsideKind, BlockKind

_MAXIMUM_HEAD = 15
_MAXIMUM_TAIL = 40
_LONGEST_HEAD_LINE = 100
_LONGEST_TAIL_LINE = 160


@dataclass(frozen=True, slots=True)
class Marked:
    """Drafts with furniture set aside, the title (empty if none shows) and metadata found."""

    drafts: tuple[Draft, ...]
    title: str
    metadata: dict[str, str]


def mark_furniture(drafts: Sequence[Draft], *, title: str = "") -> Marked:
    """Set the furniture among the paragraphs of a document aside.

    ``drafts`` are in order, one a line or paragraph. ``title`` is what is known already (a
    page's own title); without it the head of the document is searched. Where everything would
    be furniture, the drafts are returned as they came.
    """
    shown = [number for number, draft in enumerate(drafts) if draft.aside is None]
    marker = _Marker([drafts[number] for number in shown], title)
    marker.mark_head()
    marker.mark_tail()
    cleared = _split_captions(marker.drafts)
    if all(draft.aside is not None for part in cleared for draft in part):
        return Marked(tuple(drafts), title, {})
    ordered: list[Draft] = []
    places = dict(zip(shown, cleared, strict=True))
    for number, draft in enumerate(drafts):
        ordered.extend(places.get(number, [draft]))
    return Marked(tuple(ordered), marker.title, marker.metadata)


class _Marker:
    """Works on the lines of one document; what is set aside is only ever what was a paragraph."""

    def __init__(self, drafts: list[Draft], title: str) -> None:
        self.drafts = drafts
        self.title = title
        self.metadata: dict[str, str] = {}
        self.lines = [draft.text for draft in drafts]
        self.prose = [
            number
            for number, line in enumerate(self.lines)
            if drafts[number].kind is not BlockKind.HEADING
            and (drafts[number].kind is not BlockKind.PARAGRAPH or is_prose(line))
        ]

    def _set_aside(self, number: int) -> None:
        """Set a line aside; what the author wrote as a heading stays one."""
        draft = self.drafts[number]
        repeats = draft.level == 1 and comparable(self.lines[number]) == comparable(self.title)
        if draft.kind is not BlockKind.HEADING or repeats:
            self.drafts[number] = replace(draft, aside=AsideKind.FURNITURE)

    def _learn(self, found: dict[str, str]) -> None:
        for name, value in found.items():
            self.metadata.setdefault(name, value)

    def mark_head(self) -> None:
        """Mark what stands before the first paragraph."""
        end = min(self.prose[0] if self.prose else len(self.lines), _MAXIMUM_HEAD)
        buttons = {n for n in range(end) if _is_head_furniture(self.lines[n])}
        # Without any paragraph a date is a field of a record, unless the page shows otherwise.
        dates = self._date_lines(end) if self.prose or buttons else {}
        buttons -= dates.keys()
        plain = [n for n in range(end) if n not in dates and n not in buttons]
        certain = bool(dates or buttons)
        titles = self._find_title(plain, certain=certain)
        for number in buttons:
            self._set_aside(number)
        for number, date in dates.items():
            # A bare date over a text without title may be the text's own: a diary.
            if titles or date.labelled:
                self._set_aside(number)
                self._learn(date.facts)
        if not titles:
            return
        for number in titles[:-1]:
            self._set_aside(number)
        last = self.drafts[titles[-1]]
        if last.kind is BlockKind.PARAGRAPH:
            self.drafts[titles[-1]] = replace(last, kind=BlockKind.HEADING, level=1)
        certain = certain or len(titles) > 1
        for number in plain:
            if certain and number < titles[0]:
                self._mark_site_line(number, doubled=len(titles) > 1)
            elif number > titles[0] and number not in titles:
                found = read_byline(self.lines[number], explicit_only=not (certain and self.prose))
                if found is not None:
                    self._set_aside(number)
                    self._learn(found)

    def _date_lines(self, end: int) -> dict[int, DateLine]:
        dates = {
            number: found
            for number in range(end)
            if (found := read_date_line(self.lines[number])) is not None
        }
        # Published, updated: more dates than that are a list of dates.
        return dates if len(dates) <= (2 if self.prose else 1) else {}

    def _find_title(self, plain: list[int], *, certain: bool) -> list[int]:
        """Return the lines that carry the title, in order; none where it is unclear.

        ``certain``: other lines show that this is the head of a page.
        """
        forms = {number: comparable(self.lines[number]) for number in plain}
        if self.title:
            wanted = comparable(self.title)
            return [number for number in plain if forms[number] == wanted]
        copies = Counter(forms.values())
        doubled = [n for n in plain if len(forms[n]) >= 4 and copies[forms[n]] > 1]
        if doubled and (certain or self.prose):
            self.title = _one_line(self.lines[doubled[0]])
            return [number for number in doubled if forms[number] == forms[doubled[0]]]
        # A title has nothing above it but names of the site: after a sentence comes text.
        for number in plain:
            line = self.lines[number]
            if not is_heading_like(line) or _begins_structure(self.drafts[number]):
                break
            more = any(is_heading_like(self.lines[n]) for n in plain if n > number)
            if certain and more and _is_site_name(line):
                continue
            if certain or self.prose:
                self.title = _one_line(line)
                return [number]
            break
        return []

    def _mark_site_line(self, number: int, *, doubled: bool) -> None:
        line = self.lines[number]
        if _is_site_name(line):
            self._set_aside(number)
            self._learn({"publisher": line})
        elif doubled and width(line) <= 40 and is_heading_like(line):
            self._set_aside(number)

    def mark_tail(self) -> None:
        """Mark what stands after the last paragraph, from the end upwards.

        Addresses and short lines are furniture only together with lines that surely are:
        the same words alone may be what a notice ends with.
        """
        total = len(self.lines)
        first = total
        reports: list[int] = []
        unsure = 0
        for number in range(total - 1, max(-1, total - 1 - _MAXIMUM_TAIL), -1):
            line = self.lines[number]
            if self._is_tail_furniture(line):
                first, unsure = number, 0
            elif REPORT_ADDRESS.match(line) and width(line) <= _LONGEST_TAIL_LINE:
                reports.append(number)
                unsure = 0
            elif _is_loose(line) and unsure < 2:
                unsure += 1
            else:
                break
        first = min(first, self._related(first))
        if first < total:
            first = min([first, *(n for n in reports if n < first)])
        if first == 0:
            return
        for number in range(first, total):
            self._set_aside(number)
            found = read_byline(self.lines[number], explicit_only=True)
            if found is not None:
                self._learn(found)

    def _is_tail_furniture(self, line: str) -> bool:
        columns = width(line)
        if DISCLAIMER.match(line):
            return columns <= 3 * _LONGEST_TAIL_LINE
        if columns > _LONGEST_TAIL_LINE:
            return False
        if COPYRIGHT.match(line):
            return True
        if is_prose(line):
            return False
        if self.prose and EDITOR.match(line):
            return True
        return bool(BUTTON.fullmatch(line)) or len(LEGAL_LINK.findall(line)) > 1

    def _related(self, tail: int) -> int:
        """Return where a list of related articles starts, if only such lines follow it."""
        last = max((number for number in self.prose if number < tail), default=-1)
        for number in range(last + 1, tail):
            if last >= 0 and RELATED.fullmatch(self.lines[number]):
                return number
        return tail


def _begins_structure(draft: Draft) -> bool:
    """Tell a line that is the first question, label or number of many."""
    line = draft.text
    signs = (question_mark, answer_mark, labelled, decimal_mark, item_mark)
    strong = bool(draft.lines) and draft.lines[0].is_strong and asks(line)
    return strong or any(sign(line) is not None for sign in signs)


def _one_line(line: str) -> str:
    return " ".join(line.split())


def _is_site_name(line: str) -> bool:
    return width(line) <= 40 and bool(SITE_NAME.search(line))


def _is_head_furniture(line: str) -> bool:
    if width(line) > _LONGEST_HEAD_LINE:
        return False
    matched = BUTTON.fullmatch(line) or BREADCRUMB.match(line) or COPYRIGHT.match(line)
    return is_counter(line) or bool(matched)


def _is_loose(line: str) -> bool:
    """Tell a line that is furniture only if furniture stands above it too."""
    if width(line) > _LONGEST_TAIL_LINE:
        return False
    short = width(line) <= 24 and is_heading_like(line)
    return short or BARE_ADDRESS.fullmatch(line) is not None


def _split_captions(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Keep one half of every caption that a page repeats: ``XX``, or X on two lines."""
    result: list[list[Draft]] = []
    previous = ""
    for draft in drafts:
        line = draft.text
        if draft.kind is not BlockKind.PARAGRAPH or draft.aside is not None:
            result.append([draft])
            previous = line
            continue
        middle = _doubled_at(line)
        if middle:
            first = replace(draft, lines=(Line(line[:middle].rstrip(), draft.number),))
            second = Line(line[middle:], draft.number)
            again = replace(draft, lines=(second,), notes=(), aside=AsideKind.FURNITURE)
            result.append([first, again])
            previous = line[middle:]
            continue
        repeated = len(line) >= 10 and line == previous and CAPTION.search(line)
        result.append([replace(draft, aside=AsideKind.FURNITURE) if repeated else draft])
        previous = line
    return result


def _doubled_at(line: str) -> int:
    """Return where the second half of ``X + space + X`` starts; 0 if the line is not doubled."""
    # The second half starts near the middle: at most a little white space is uneven.
    middle = len(line) // 2
    for start in range(middle, min(middle + 4, len(line))):
        second = line[start:]
        first = line[:start].rstrip()
        if len(first) >= 10 and first == second and len(set(first)) >= 6:
            return start
    return 0
