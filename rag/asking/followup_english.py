"""Complete an English follow-up: put the name that the conversation is about for a pronoun."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records import Turn

_NAME = re.compile(
    r"(?:\b[A-Z][\w'’-]*\.?)(?:\s+(?:(?:of|the|de|van|von|and|for|&)\s+)?[A-Z0-9][\w'’-]*)*"
)
_OTHER_WORDS = """
    a an and any are as at besides but by can could did do does during for from had has have he her
    his how however i if in is it its many most no not of on one or she so some tell that the their
    then there these they this those to was we were what when where which while who whom whose why
    will with would yes you also after before music although because both each
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.split())
_POSSESSIVE = frozenset(("his", "their", "its", "theirs"))
_PRONOUN = re.compile(
    r"\b(?:he|him|his|she|hers?|they|them|theirs?|it|its)\b(?!['’]s\s+(?:true|possible|said))",
    re.IGNORECASE,
)
_OBJECT_HER = re.compile(r"her(?=\s*(?:[?.,!;]|$|to\b|in\b|at\b|on\b|for\b|and\b|with\b|from\b))")
_ASKED = 1.5
"""A name in a question weighs this much more than one in an answer."""
_FADING = 0.85
"""What a name of the turn before weighs against one of this turn."""


def complete_english(question: str, history: Sequence[Turn]) -> str | None:
    """Return the question with its first pronoun replaced by the conversation's main name.

    A question that holds a name of its own, or no pronoun, is complete: it is returned as it
    is. None where the conversation names nothing.
    """
    pronoun = _PRONOUN.search(question)
    if pronoun is None:
        return question
    known = {name.lower() for name in names(question)}
    topic = main_name(history, known)
    if topic is None:
        return None
    word = pronoun.group().lower()
    owns = word in _POSSESSIVE or (
        word == "her" and not _OBJECT_HER.match(question.lower(), pronoun.start())
    )
    put = f"{topic}'s" if owns else topic
    return question[: pronoun.start()] + put + question[pronoun.end() :]


def main_name(history: Sequence[Turn], known: set[str]) -> str | None:
    """Return the name that stands most, and latest, in the turns; names in ``known`` do not count.

    A part of a longer name counts for the longer one ("Stein" for "Ben Stein").
    """
    weights: dict[str, float] = {}
    weight = 1.0
    for turn in reversed(history):
        asked = turn.standalone_question or turn.question
        for text, share in ((asked, _ASKED), (turn.answer, 1.0)):
            for name in dict.fromkeys(names(text)):
                weights[name] = weights.get(name, 0.0) + weight * share
        weight *= _FADING
    for name in sorted(weights, key=len):
        longer = [other for other in weights if other != name and _is_part(name, other)]
        if longer:
            whole = max(longer, key=lambda other: weights[other])
            weights[whole] += weights.pop(name)
    left = {name: value for name, value in weights.items() if name.lower() not in known}
    return max(left, key=lambda name: left[name], default=None)


def names(text: str) -> list[str]:
    """Return the capitalised names in a text, words that only begin a sentence left out."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0].lower().strip("'’.") in _NOT_NAMES:
            words.pop(0)
        name = " ".join(words).strip(".")
        name = re.sub(r"['’]s?$", "", name)
        if len(name) > 1 and name.lower() not in _NOT_NAMES:
            found.append(name)
    return found


def _is_part(name: str, other: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", other) is not None
