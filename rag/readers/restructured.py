"""reStructuredText, through docutils."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.drafting import BULLET, Draft, Line, Note, of_text
from rag.readers.finishing import finish, groups
from rag.readers.tables import table_drafts
from rag.records import AsideKind, BlockKind, Document

if TYPE_CHECKING:
    from docutils import nodes

_DIRECTIVE = re.compile(r"^\s*\.\.\s+(?:\|[^|]*\|\s+)?([\w:.+-]+)::", re.MULTILINE)
_ROLE = re.compile(r":([\w:.+-]+):`")
_TARGET = re.compile(r"^!?~?(.*?)\s*<([^<>]+)>$", re.DOTALL)
_SILENT = frozenset({"toctree", "contents", "include", "raw", "index", "tabularcolumns"})
"""Directives whose words are not for readers: they name files, or are written for a printer."""
_SKIPPED = frozenset({"comment", "system_message", "substitution_definition", "target", "raw"}
                     | {"problematic", "pending", "meta", "topic_contents"})  # fmt: skip


def read_restructured(path: Path) -> Iterable[Document]:
    """Read a reStructuredText file as one document.

    Directives and roles of Sphinx are read for their text; files are never included. Raises
    UnreadableDocument as ``decode`` and ``read_bytes`` do.
    """
    decoded = decode(read_bytes(path), path=path)
    walker = _Walker(groups())
    walker.walk(_parsed(decoded.text))
    title = next((d.text for d in walker.drafts if d.kind is BlockKind.HEADING), "")
    document = finish(
        walker.drafts,
        group=walker.group,
        title=title,
        fallback=printable(path.stem),
        metadata=walker.metadata | decoded.metadata(),
    )
    if not document.text.strip():
        raise empty(path)
    return [document]


def _parsed(text: str) -> nodes.document:
    """Return the tree of a text; what docutils does not know is kept as text."""
    from docutils import nodes
    from docutils.core import publish_doctree
    from docutils.parsers.rst import Directive, directives, roles

    class Unknown(Directive):  # type: ignore[misc]
        """Takes the content of a directive that docutils does not know."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = None

        def run(self) -> list[nodes.Node]:
            """Return the content as it would stand without the directive."""
            if self.name in _SILENT:
                return []
            if self.name in {"code-block", "sourcecode", "highlight", "literalinclude"}:
                code = nodes.literal_block("\n".join(self.content), "\n".join(self.content))
                code["classes"] = ["code", *self.arguments[:1]]
                return [code] if self.content else []
            holder = nodes.container()
            if self.arguments:
                holder += nodes.paragraph("", self.arguments[0])
            self.state.nested_parse(self.content, self.content_offset, holder)
            return [holder]

    def said(*given: Any, **_: Any) -> tuple[list[nodes.Node], list[nodes.Node]]:
        """Return the text of a role that docutils does not know."""
        words = given[2]
        match = _TARGET.match(words)
        shown = match.group(1) if match else words.lstrip("!~")
        return [nodes.literal("", shown)], []

    # What docutils reads files or makes HTML with is not for a reader of documents.
    for name in {*_DIRECTIVE.findall(text), "include", "raw", "csv-table"}:
        known = getattr(directives, "_directive_registry", {})
        if name.lower() not in known or name in {"include", "raw", "code-block", "sourcecode"}:
            directives.register_directive(name.lower(), Unknown)
    for name in set(_ROLE.findall(text)):
        if name.lower() not in getattr(roles, "_role_registry", {}):
            roles.register_local_role(name.lower(), said)
    settings = {
        "report_level": 5,
        "halt_level": 6,
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "_disable_config": True,
        "doctitle_xform": False,
        "syntax_highlight": "none",
    }
    tree: nodes.document = publish_doctree(text, settings_overrides=settings)
    return tree


@dataclass(slots=True)
class _Walker:
    group: Callable[[], int]
    drafts: list[Draft] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    last: int = 0
    level: int = 0
    quote: int = 0
    pair: int = 0
    depth: int = 0
    items: list[tuple[int, str]] = field(default_factory=list)

    def _line(self, node: Any) -> int:
        """Return the line of a node; those docutils tells too low are those of what came before."""
        while node is not None and not getattr(node, "line", None):
            node = node.parent
        self.last = max(self.last, int(node.line) if node is not None else 0)
        return self.last

    def walk(self, node: Any) -> None:
        """Take a node and what is in it."""
        handler = getattr(self, f"_{node.tagname}", None)
        if node.tagname in _SKIPPED:
            if node.tagname == "comment":
                self.drafts.append(_aside(AsideKind.COMMENT, node.astext()))
            return
        if handler is not None:
            handler(node)
            return
        for child in node.children:
            if hasattr(child, "tagname") and child.tagname != "#text":
                self.walk(child)

    def _section(self, node: Any) -> None:
        self.level += 1
        for child in node.children:
            self.walk(child)
        self.level -= 1

    def _title(self, node: Any) -> None:
        inside = node.parent.tagname in {"section", "document"}
        kind = BlockKind.HEADING if inside else BlockKind.PARAGRAPH
        level = min(max(self.level, 1), 6) if inside else 0
        self.drafts.append(replace(self._text(node, kind), level=level))

    def _paragraph(self, node: Any) -> None:
        self._add(self._text(node, BlockKind.PARAGRAPH))

    def _rubric(self, node: Any) -> None:
        self._add(self._text(node, BlockKind.PARAGRAPH))

    def _text(self, node: Any, kind: BlockKind) -> Draft:
        number = self._line(node)
        raw = node.astext().split("\n")
        strong = all(child.tagname == "strong" for child in node.children if child.astext().strip())
        lines = tuple(Line(text.strip(), number, strong=len(text) if strong else 0) for text in raw)
        notes = [
            Note(AsideKind.LINK, link["refuri"], link.astext())
            for link in node.findall(lambda one: one.tagname == "reference")
            if link.get("refuri") and link["refuri"] != link.astext()
        ]
        return Draft(kind, lines, notes=tuple(notes))

    def _add(self, draft: Draft) -> None:
        if not draft.text.strip():
            return
        if self.items and self.items[-1][1]:
            group, sign = self.items[-1]
            self.items[-1] = (group, "")
            first = draft.lines[0]
            if sign != BULLET:
                first = replace(first, text=f"{sign} {first.text}", strong=0)
            lines = (first, *draft.lines[1:])
            draft = replace(
                draft, kind=BlockKind.ITEM, lines=lines, level=self.depth, group=group, marker=sign
            )
        elif self.items:
            draft = replace(draft, group=self.items[-1][0], settled=True)
        elif self.quote:
            draft = replace(draft, kind=BlockKind.QUOTE, level=self.quote)
        elif self.pair:
            draft = replace(draft, kind=BlockKind.DEFINITION, group=self.pair, settled=True)
        self.drafts.append(draft)

    def _bullet_list(self, node: Any) -> None:
        self._list(node, lambda _: BULLET)

    def _enumerated_list(self, node: Any) -> None:
        start = int(node.get("start", 1))
        style = node.get("enumtype", "arabic")
        before, after = node.get("prefix", ""), node.get("suffix", ".")

        def sign(place: int) -> str:
            number = str(start + place)
            if style in {"loweralpha", "upperalpha"} and start + place <= 26:
                number = chr(ord("a" if style == "loweralpha" else "A") + start + place - 1)
            return f"{before}{number}{after}"

        self._list(node, sign)

    def _list(self, node: Any, sign: Callable[[int], str]) -> None:
        group = self.items[-1][0] if self.items else self.pair or self.group()
        self.depth += 1
        for place, item in enumerate(node.children):
            self.items.append((group, sign(place)))
            for child in item.children:
                self.walk(child)
            self.items.pop()
        self.depth -= 1

    def _definition_list_item(self, node: Any) -> None:
        outer, items, depth = self.pair, self.items, self.depth
        self.pair, self.items, self.depth = self.group(), [], 0
        for child in node.children:
            if child.tagname == "term":
                term = self._text(child, BlockKind.TERM)
                self.drafts.append(replace(term, group=self.pair, settled=True))
            elif child.tagname == "definition":
                for inner in child.children:
                    self.walk(inner)
        self.pair, self.items, self.depth = outer, items, depth

    def _option_list_item(self, node: Any) -> None:
        outer, self.pair = self.pair, self.group()
        term = of_text(
            BlockKind.TERM, node.children[0].astext().replace("\n", " "), self._line(node)
        )
        self.drafts.append(replace(term, group=self.pair, settled=True))
        for child in node.children[1].children:
            self.walk(child)
        self.pair = outer

    def _field(self, node: Any) -> None:
        name, body = node.children[0].astext(), " ".join(node.children[1].astext().split())
        if all(draft.kind is BlockKind.HEADING for draft in self.drafts):
            self.metadata[name.lower()] = body
        else:
            self._add(of_text(BlockKind.PARAGRAPH, f"{name}: {body}", self._line(node)))

    def _docinfo(self, node: Any) -> None:
        for child in node.children:
            if child.tagname == "field":
                self._field(child)
            else:
                self.metadata[child.tagname] = " ".join(child.astext().split())

    def _block_quote(self, node: Any) -> None:
        inside = bool(self.items or self.pair)
        self.quote += not inside
        for child in node.children:
            self.walk(child)
        self.quote -= not inside

    def _literal_block(self, node: Any) -> None:
        classes = [name for name in node.get("classes", []) if name != "code"]
        draft = of_text(BlockKind.CODE, node.astext(), 0)
        number = self._line(node)
        group = self.items[-1][0] if self.items else self.pair
        if number:
            lines = tuple(replace(line, number=number) for line in draft.lines)
            draft = draft.on(lines)
        self.drafts.append(replace(draft, marker=classes[0] if classes else "", group=group))

    _doctest_block = _literal_block

    def _line_block(self, node: Any) -> None:
        number = self._line(node)
        draft = of_text(BlockKind.PARAGRAPH, node.astext())
        self._add(draft.on(tuple(replace(line, number=number) for line in draft.lines)))

    def _image(self, node: Any) -> None:
        words = f"{node.get('alt', '')} {node.get('uri', '')}"
        self.drafts.append(_aside(AsideKind.IMAGE, words))

    def _footnote(self, node: Any) -> None:
        for child in node.children:
            if child.tagname != "label":
                self.walk(child)

    def _table(self, node: Any) -> None:
        grid: list[list[str]] = []
        headers = 0
        for part in node.findall(lambda one: one.tagname in {"thead", "tbody"}):
            pending: dict[int, tuple[int, str]] = {}
            for row in part.children:
                texts: list[str] = []
                for entry in row.children:
                    while len(texts) in pending:
                        left, text = pending.pop(len(texts))
                        if left > 1:
                            pending[len(texts)] = (left - 1, text)
                        texts.append(text)
                    text = " ".join(entry.astext().split())
                    for _ in range(entry.get("morecols", 0) + 1):
                        if entry.get("morerows", 0):
                            pending[len(texts)] = (entry["morerows"], text)
                        texts.append(text)
                grid.append(texts)
                headers += part.tagname == "thead"
        for child in node.children:
            if child.tagname == "title":
                self._add(self._text(child, BlockKind.PARAGRAPH))
        self.drafts.extend(
            table_drafts(grid, headers, self.group(), numbers=[self._line(node)] * len(grid))
        )


def _aside(kind: AsideKind, text: str) -> Draft:
    return replace(of_text(BlockKind.PARAGRAPH, text.strip()), aside=kind)
