"""Which elements of a page show text, which begin a stretch of their own, which are furniture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

INVISIBLE = frozenset(
    {"head", "script", "style", "template", "noscript", "svg", "math", "iframe", "object"}
    | {"embed", "canvas", "audio", "video", "select", "datalist", "textarea", "input"}
)
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "button", "caption", "center"}
    | {"dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html"}
    | {"legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table"}
    | {"tbody", "tfoot", "thead", "tr", "ul"}
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ALWAYS = frozenset({"nav", "button", "dialog", "menu"})
_AROUND = frozenset({"footer", "aside"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search"})
_NAMES = frozenset({"footer", "nav", "navbar", "navigation", "sidebar", "breadcrumb", "breadcrumbs"}
                   | {"toc", "table-of-contents", "site-footer", "site-header"})  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A line break of the source between two wide characters shows no space (CSS Text 3, 4.1.3).
_WIDE_BREAK = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uff60])[ \t]*\r?\n\s*(?=[\u2e80-\u9fff\uff00-\uff60])"
)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|brush:)[-: ]?([\w+#.-]+)")
_LINKED = 0.6


def collapsed(text: str) -> str:
    """Return text with its white space as a page shows it."""
    return _SPACE.sub(" ", _WIDE_BREAK.sub("", text))


def is_visible(node: LexborNode) -> bool:
    """Tell an element that a page shows."""
    if node.tag in INVISIBLE:
        return False
    attributes = node.attributes
    return "hidden" not in attributes and not _HIDDEN_STYLE.search(attributes.get("style") or "")


def is_furniture(node: LexborNode, *, inside: bool) -> bool:
    """Tell an element that stands around a page's text; ``inside``: it is in its main part.

    Header, footer and side matter of an article belong to it, unless they are mainly links.
    """
    tag = node.tag or ""
    role = (node.attributes.get("role") or "").lower()
    if tag in _ALWAYS or role in {"navigation", "search"}:
        return True
    if inside:
        return (tag in _AROUND or role in _ROLES) and _is_linked(node)
    named = (node.attributes.get("id") or "").lower() in _NAMES
    if tag in _AROUND or role in _ROLES or named:
        return not (role == "banner" and node.css_first("h1") is not None)
    return tag == "header" and node.css_first("h1") is None


def _is_linked(node: LexborNode) -> bool:
    """Tell an element most of whose text is links."""
    text = len("".join(node.text().split()))
    links = sum(len("".join(link.text().split())) for link in node.css("a"))
    return text == 0 or links >= _LINKED * text


def language_of(node: LexborNode) -> str:
    """Return the language that a ``pre`` or the ``code`` in it names, else nothing."""
    inner = node.css_first("code")
    for one in (inner, node, node.parent):
        if one is None:
            continue
        attributes = one.attributes
        named = attributes.get("data-lang") or attributes.get("lang") or ""
        match = _LANGUAGE.search(attributes.get("class") or "")
        if match or (named and one is not node.parent):
            return match.group(1) if match else named
    return ""
