"""What the bot did with one question, as plain values that go to disk line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class SeenSentence:
    """A sentence of an answer. ``verdict`` is the checker's, as its string."""

    text: str
    citations: tuple[int, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class SeenCitation:
    """A citation. ``exact``: the quote is what the offsets name, wherever that can be looked up.

    ``blocks`` are the blocks of the quote as JSON values, with offsets in the document.
    """

    number: int
    document: str
    quote: str
    start: int
    end: int
    support: str
    exact: bool
    reasons: tuple[str, ...] = ()
    blocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SeenHit:
    """A passage found: ``start`` and ``end`` are its place in the document."""

    document: str
    start: int
    end: int
    score: float
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One question asked and everything that is measured about what came back.

    ``hits`` are the passages of a deep search for the standalone question, best first;
    ``reference_top`` is the document the set's own standalone question finds first (follow-ups
    only). ``wall`` and ``cpu`` are seconds by stage (``search``, ``answer``, ``total``), the
    CPU ones of the whole process. ``shown`` are the passages the answer came from, as the stream
    told them first; ``briefing`` is what a language model would be given, None where the question
    is declined before, and ``briefed`` whether the bot could tell.
    """

    key: str
    question: str
    standalone: str
    outcome: str
    confidence: float
    text: str
    short: str
    sentences: tuple[SeenSentence, ...]
    citations: tuple[SeenCitation, ...]
    hits: tuple[SeenHit, ...]
    backend: str
    notes: tuple[str, ...] = ()
    tokens: int = 0
    wall: Mapping[str, float] = field(default_factory=dict)
    cpu: Mapping[str, float] = field(default_factory=dict)
    reference_top: str = ""
    shown: tuple[SeenHit, ...] = ()
    briefing: str | None = None
    briefed: bool = False

    @property
    def documents(self) -> list[str]:
        """Return the documents of the hits, one for each hit, best first."""
        return [hit.document for hit in self.hits]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Observation:
        """Return the observation that :meth:`to_dict` gave; unknown keys raise ``TypeError``."""
        known = dict(values)
        known["sentences"] = tuple(
            SeenSentence(s["text"], tuple(s["citations"]), s["verdict"]) for s in known["sentences"]
        )
        known["citations"] = tuple(
            SeenCitation(**{**c, "reasons": tuple(c["reasons"]), "blocks": tuple(c["blocks"])})
            for c in known["citations"]
        )
        for name in ("hits", "shown"):
            known[name] = tuple(SeenHit(**hit) for hit in known[name])
        known["notes"] = tuple(known.get("notes", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Row:
    """What one question contributes to the measures.

    ``values[code]`` is a pair: what goes above and what goes below the line of a ratio.
    ``cluster`` names the document the question shares with others. ``right`` means answered,
    with the gold answer in the text.
    """

    key: str
    part: str
    kind: str
    qtype: str
    cluster: str
    question: str
    values: dict[str, tuple[float, float]]
    confidence: float = 0.0
    answerable: bool = False
    right: bool = False
    outcome: str = ""
    amounts: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; a value below the line of 1 is left out."""
        plain = {name.name: getattr(self, name.name) for name in fields(self)}
        plain["values"] = {
            code: _short(above) if below == 1 else [_short(above), _short(below)]
            for code, (above, below) in self.values.items()
        }
        plain["confidence"] = round(self.confidence, 6)
        plain["amounts"] = {name: round(value, 3) for name, value in self.amounts.items()}
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Row:
        """Return the row that :meth:`to_dict` gave."""
        values = {
            code: (float(v[0]), float(v[1])) if isinstance(v, list) else (float(v), 1.0)
            for code, v in plain["values"].items()
        }
        return cls(**{**plain, "values": values})


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 6)
