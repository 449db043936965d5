"""English questions on parsed sentences: what asks for a part of them, and what no longer does."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from english_text import Thesaurus
from spacy.tokens import Doc, Span, Token

_PLACES = frozenset({"GPE", "LOC", "FAC"})
_BARE = frozenset({"in", "at", "on", "from", "during", "since", "by", "until", "to"})
_AUXILIARY = frozenset({"aux", "auxpass"})
_ASIDE = frozenset({"advcl", "relcl", "appos", "acl", "npadvmod", "conj", "cc", "parataxis"})
_NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "EVENT", "WORK_OF_ART"})
_PARTS = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj", "ADV": "adv"}
_SHORT = 9
_POINTING = frozenset({
    "this", "that", "these", "those", "it", "they", "other", "others", "such", "one", "some",
    "many",
})  # fmt: skip
_EMPTY = frozenset({"get", "go", "do", "make", "have", "be", "take", "give"})
_OBJECTS = frozenset({"dobj", "attr", "acomp", "oprd"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as words with their tokens (None: ours), and the span of its answer."""

    words: tuple[tuple[str, Token | None], ...]
    answer: Span

    @property
    def text(self) -> str:
        """Return the question as a person would write it."""
        shown = " ".join(word for word, _ in self.words).replace(" 's", "'s").replace(" ,", ",")
        return f"{shown[:1].upper()}{shown[1:].rstrip(' .;:,')}?"

    @property
    def typed(self) -> bool:
        """Return whether it asks for more than "what"."""
        return not any(word.lower() == "what" for word, token in self.words[:2] if token is None)

    @property
    def whole(self) -> bool:
        """Return whether it neither breaks off nor asks for what only points elsewhere."""
        first, last = self.answer[0], self.words[-1][1]
        broken = last is not None and last.pos_ in ("CCONJ", "SCONJ", "DET", "AUX")
        return not broken and first.lower_ not in _POINTING and 5 <= len(self.words) <= 28


def asked_of(sentence: Span, chance: random.Random) -> Iterator[Asked]:
    """Yield questions about the subject and about the parts that follow the main verb."""
    root = sentence.root
    subject = next((t for t in root.children if t.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or root.pos_ not in ("VERB", "AUX") or subject.i > root.i:
        return
    whole = _subtree(subject)
    dropped = _dropped(sentence, chance)
    if len(whole) <= _SHORT and subject.pos_ != "PRON":
        words = _kept([t for t in sentence if t.i >= whole.end], dropped)
        yield Asked(((_who_or_what(subject), None), *words), whole)
    for target, asking, gone in _targets(sentence, root):
        if subject.i not in range(target.start, target.end):
            words = _inverted(sentence, root, whole, dropped | gone, subject.pos_ == "PRON")
            if words:
                yield Asked((*((word, None) for word in asking.split()), *words), target)


def _targets(sentence: Span, root: Token) -> Iterator[tuple[Span, str, set[int]]]:
    """Yield what may be asked for, the words that ask, and the places that go with it."""
    for entity in sentence.ents:
        if entity.root.i > root.i:
            asking, gone = _asking_for_name(entity, root)
            if asking:
                yield entity, asking, gone
    for child in root.children:
        if child.i < root.i:
            continue
        span = _subtree(child)
        if child.dep_ in _OBJECTS and len(span) <= _SHORT and child.pos_ in ("NOUN", "PROPN"):
            yield span, _who_or_what(child).lower(), set(range(span.start, span.end))
        for noun in child.children if child.dep_ in ("prep", "agent") else ():
            span = _subtree(noun)
            if noun.dep_ == "pobj" and len(span) <= _SHORT and noun.ent_type_ != "DATE":
                yield span, f"{child.lower_} what", {child.i, *range(span.start, span.end)}


def _asking_for_name(entity: Span, root: Token) -> tuple[str, set[int]]:
    """Return the words that ask for a name, number or date, and the places that go with it.

    No words where it does not belong to the main verb.
    """
    head, before = entity.root, entity.root.head
    gone = set(range(entity.start, entity.end))
    if entity.label_ == "MONEY" and head.dep_ in ("dobj", "pobj"):
        return "how much", gone
    if entity.label_ == "CARDINAL" and len(entity) <= 3 and head.dep_ == "nummod":
        if before.head != root or before.dep_ not in ("dobj", "attr"):
            return "", gone
        counted = " ".join(t.text for t in before.subtree if t.i > head.i)
        return f"how many {counted}", {t.i for t in before.subtree}
    if head.dep_ != "pobj" or before.head != root:
        return "", gone
    gone.add(before.i)
    if entity.label_ == "PERSON":
        return f"{before.lower_} whom", gone
    if entity.label_ == "DATE" and before.lower_ in _BARE:
        return "in what year" if entity.text.isdigit() else "when", gone
    if entity.label_ in _PLACES and before.lower_ in ("in", "at", "from", "on"):
        return "where", gone
    return "", gone


def _inverted(
    sentence: Span, root: Token, subject: Span, gone: set[int], pronoun: bool
) -> list[tuple[str, Token | None]]:
    """Return the words after the asking one: auxiliary, subject, verb, rest."""
    if pronoun:
        return []
    helpers = [t for t in root.children if t.dep_ in _AUXILIARY and t.i < root.i]
    subject_words = [(t.lower_ if t.pos_ == "DET" else t.text, t) for t in subject]
    rest = _kept([t for t in sentence if t.i > root.i], gone)
    between = [t for t in sentence if subject.end <= t.i < root.i and t not in helpers[:1]]
    middle = _kept(between, gone)
    if helpers:
        return [(helpers[0].lower_, None), *subject_words, *middle, (root.text, root), *rest]
    if root.lemma_ == "be":
        return [(root.lower_, None), *subject_words, *middle, *rest]
    helper = {"VBD": "did", "VBZ": "does", "VBP": "do"}.get(root.tag_)
    if helper is None:
        return []
    return [(helper, None), *subject_words, *middle, (root.lemma_, root), *rest]


def _who_or_what(token: Token) -> str:
    return "Who" if token.ent_type_ == "PERSON" else "What"


def _subtree(token: Token) -> Span:
    """Return a noun with what belongs to it, without clauses and asides that follow."""
    behind = [
        t.left_edge.i
        for t in token.children
        if t.i > token.i and t.dep_ in ("relcl", "appos", "acl", "punct")
    ]
    end = min([*behind, token.right_edge.i + 1])
    return token.doc[token.left_edge.i : max(end, token.i + 1)]


def _dropped(sentence: Span, chance: random.Random) -> set[int]:
    """Return tokens of asides to leave out, each aside more often than not."""
    gone: set[int] = set()
    for token in sentence:
        if token.dep_ in _ASIDE and token.head.i < token.i and chance.random() < 0.7:
            gone |= {t.i for t in token.subtree}
        if token.text in '()"“”;—–-,:':
            gone.add(token.i)
    return gone


def _kept(tokens: Sequence[Token], gone: set[int]) -> list[tuple[str, Token | None]]:
    return [(t.text, t) for t in tokens if t.i not in gone]


def reworded(asked: Asked, thesaurus: Thesaurus, chance: random.Random, share: float) -> Asked:
    """Return the question with about ``share`` of its common words exchanged for synonyms."""
    words: list[tuple[str, Token | None]] = []
    for word, token in asked.words:
        new = word
        if token is not None and token.pos_ in _PARTS and not token.ent_type_:
            found = thesaurus.alike.get((token.lemma_, _PARTS[token.pos_]), [])
            if found and word == token.lemma_ and chance.random() < share:
                new = word if found[0] in _EMPTY else found[0]
        words.append((new, token))
    return Asked(tuple(words), asked.answer)


def spoilt(
    asked: Asked, names: Sequence[tuple[str, str]], thesaurus: Thesaurus, chance: random.Random
) -> list[str]:
    """Return questions that look alike and that the sentence does not answer.

    ``names`` are other names of the paragraph or article, each with its kind.
    """
    found: list[str] = []
    words = asked.words
    sentence = asked.answer.sent.text
    for entity in {t.ent_iob_ + str(t.i): t for _, t in words if t is not None}.values():
        if entity.ent_iob_ != "B" or entity.ent_type_ not in _NAMES:
            continue
        span = next(e for e in asked.answer.sent.ents if e.start == entity.i)
        others = [n for n, kind in names if kind == span.label_ and n not in sentence]
        if others:
            found.append(asked.text.replace(span.text, chance.choice(others)))
    for place, (_, token) in enumerate(words):
        if token is None or token.ent_type_ in _NAMES:
            continue
        if token.like_num and token.text.isdigit():
            new = str(max(1, int(token.text) + chance.choice([-20, -3, -1, 1, 2, 4, 10])))
            if new not in sentence:
                found.append(_with(asked, place, new))
        opposite = thesaurus.opposite.get((token.lemma_, _PARTS.get(token.pos_, "")), [])
        if opposite and token.text == token.lemma_ and opposite[0] not in sentence:
            found.append(_with(asked, place, opposite[0].replace("_", " ")))
    place = next((n for n, (_, t) in enumerate(words) if t is not None and t.dep_ == "ROOT"), 0)
    if place and chance.random() < 0.3:
        negation = chance.choice(["not", "not", "never", "rarely"])
        found.append(_with(asked, place, f"{negation} {words[place][0]}"))
    return [text for text in dict.fromkeys(found) if text != asked.text]


def _with(asked: Asked, place: int, word: str) -> str:
    words = [*asked.words]
    words[place] = (word, words[place][1])
    return Asked(tuple(words), asked.answer).text


def names_in(doc: Doc) -> list[tuple[str, str]]:
    """Return the names of a parsed text with their kinds."""
    return [(entity.text, entity.label_) for entity in doc.ents if entity.label_ in _NAMES]
