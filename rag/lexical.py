"""Words of passages in SQLite's full-text index FTS5, ranked by BM25.

BM25 as FTS5 computes it (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75): a token that more than
half of the passages hold counts next to nothing. Title and headings are counted as words of the
passage: on CMRC 2018, DRCD, XQuAD and SQuAD no smaller weight for them did better.

The functions take an open connection and run inside the caller's transaction.
"""

from __future__ import annotations

import json
import math
import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

_K1 = 1.2
_B = 0.75
_LEAST_WEIGHT = 1e-6
"""Weight FTS5 gives to a token of more than half of the passages."""

POSTINGS_BUDGET = 60_000
"""Occurrences a search reads to find its candidates; frequent tokens beyond it only rank them."""

_CANDIDATES = 4
"""Candidates per passage asked for, where not every token helped to find them."""

_SCORED_ONE_BY_ONE = 500
"""Up to so many allowed passages are scored directly instead of searched."""

_TOKEN_LENGTH = 100
"""Longer tokens are cut; FTS5 itself stores no more than 32 KB of one."""

# FTS5 is told to split at ASCII characters that are neither letter nor digit, and to fold capital
# letters. Mapped into the private use area such characters stay what they are: part of a token.
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_ENCODING = {code: 0xE000 + code for code in range(128) if code not in _PLAIN}
# Half a surrogate pair cannot be stored; a question may hold one.
_ENCODING.update(dict.fromkeys(range(0xD800, 0xE000), 0xFFFD))


class DamagedWords(Exception):
    """The stored words of a passage fail their check sum, or are missing."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 needs of the whole collection: number of ``passages`` and of ``tokens`` in all."""

    passages: int
    tokens: int


def create(connection: sqlite3.Connection) -> None:
    """Create the tables ``words`` (rowid = passage key) and ``vocabulary``."""
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5(tokens, crc UNINDEXED, tokenize = 'ascii')"
    )
    connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')")


def add(connection: sqlite3.Connection, key: int, tokens: Iterable[str]) -> None:
    """Store the ``tokens`` of passage ``key``; none of them is empty."""
    joined = " ".join(_encode(token) for token in tokens)
    connection.execute(
        "INSERT INTO words(rowid, tokens, crc) VALUES (?, ?, ?)",
        (key, joined, zlib.crc32(joined.encode())),
    )


def remove(connection: sqlite3.Connection, keys: Iterable[int]) -> None:
    """Forget the words of the passages ``keys``."""
    connection.executemany("DELETE FROM words WHERE rowid = ?", ((key,) for key in keys))


def document_frequencies(connection: sqlite3.Connection, tokens: Collection[str]) -> dict[str, int]:
    """Return for each token the number of passages that hold it."""
    encoded = {token: _encode(token) for token in tokens}
    found = dict(
        connection.execute(
            "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(set(encoded.values()))),),
        ).fetchall()
    )
    return {token: found.get(term, 0) for token, term in encoded.items()}


def search(
    connection: sqlite3.Connection,
    tokens: Sequence[str],
    limit: int,
    *,
    statistics: Statistics,
    frequencies: Mapping[str, int],
    allowed: Collection[int] | None = None,
    budget: int = POSTINGS_BUDGET,
) -> list[tuple[int, float]]:
    """Return keys and BM25 scores of the best passages, best first; ties by key.

    ``frequencies`` are those of ``document_frequencies`` for all ``tokens``; a token given twice
    counts twice. ``allowed`` restricts the search to these keys. The scores are exact. So is the
    choice, unless the tokens occur more than ``budget`` times: then the most frequent ones rank
    the passages that rarer ones found, and a passage that holds only frequent tokens may be
    missing. Raises DamagedWords.
    """
    if limit <= 0 or (allowed is not None and not allowed):
        return []
    known = [token for token in tokens if frequencies[token]]
    if allowed is not None and len(allowed) <= _SCORED_ONE_BY_ONE:
        keys = sorted(allowed)
        found = scores(connection, known, keys, statistics=statistics, frequencies=frequencies)
        return _best([pair for pair in zip(keys, found, strict=True) if pair[1] > 0], limit)
    finding = _finding(known, frequencies, budget)
    if not finding:
        return []
    complete = len(finding) == len(known)
    wanted = limit if complete else limit * _CANDIDATES
    ranked = _ranked(connection, finding, wanted, allowed)
    if not complete:
        keys = [key for key, _ in ranked]
        exact = scores(connection, known, keys, statistics=statistics, frequencies=frequencies)
        ranked = list(zip(keys, exact, strict=True))
    return _best(ranked, limit)


def scores(
    connection: sqlite3.Connection,
    tokens: Sequence[str],
    keys: Sequence[int],
    *,
    statistics: Statistics,
    frequencies: Mapping[str, int],
) -> list[float]:
    """Return the BM25 scores of the passages ``keys``, the same values ``search`` gives.

    Zero for a passage that holds none of the tokens. Raises DamagedWords.
    """
    if not tokens or not keys:
        return [0.0] * len(keys)
    weights: defaultdict[str, float] = defaultdict(float)
    for token in tokens:
        weights[_encode(token)] += _weight(frequencies[token], statistics.passages)
    average = statistics.tokens / statistics.passages
    rows = connection.execute(
        "SELECT rowid, tokens, crc FROM words WHERE rowid IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )
    found: dict[int, float] = {}
    for key, joined, crc in rows:
        if not isinstance(joined, str) or zlib.crc32(joined.encode()) != crc:
            raise DamagedWords(f"the words of passage {key} fail their check sum")
        held = joined.split()
        damping = _K1 * (1 - _B + _B * len(held) / average)
        counts = Counter(token for token in held if token in weights)
        found[key] = math.fsum(
            weights[token] * count * (_K1 + 1) / (count + damping)
            for token, count in counts.items()
        )
    if len(found) < len(set(keys)):
        raise DamagedWords(f"{len(set(keys)) - len(found)} passages have no words")
    return [found[key] for key in keys]


def _ranked(
    connection: sqlite3.Connection,
    tokens: Sequence[str],
    limit: int,
    allowed: Collection[int] | None,
) -> list[tuple[int, float]]:
    query = " OR ".join(f'"{_encode(token)}"' for token in tokens)
    statement = "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank"
    if allowed is None:
        return connection.execute(f"{statement} LIMIT ?", (query, limit)).fetchall()
    rows: list[tuple[int, float]] = []
    chosen = frozenset(allowed)
    for row in connection.execute(statement, (query,)):
        if row[0] in chosen:
            rows.append(row)
            if len(rows) == limit:
                break
    return rows


def _finding(tokens: Sequence[str], frequencies: Mapping[str, int], budget: int) -> list[str]:
    """Return the rarest tokens whose occurrences stay within the budget; at least one."""
    chosen: list[str] = []
    for token in sorted(tokens, key=lambda token: (frequencies[token], token)):
        budget -= frequencies[token]
        if chosen and budget < 0:
            break
        chosen.append(token)
    return chosen


def _best(pairs: list[tuple[int, float]], limit: int) -> list[tuple[int, float]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]


def _weight(frequency: int, passages: int) -> float:
    weight = math.log((passages - frequency + 0.5) / (frequency + 0.5))
    return weight if weight > 0 else _LEAST_WEIGHT


def _encode(token: str) -> str:
    return token[:_TOKEN_LENGTH].translate(_ENCODING)
