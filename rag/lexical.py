"""Words of passages in SQLite, found by its full-text index FTS5 and ranked by BM25.

BM25 as FTS5 computes it (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75): a token that more than
half of the passages hold counts next to nothing. Title and headings are counted as words of the
passage: on CMRC 2018, DRCD, XQuAD and SQuAD no smaller weight for them did better.

FTS5 finds passages but scores slowly, so each passage also has a *bag*: a row of 64-bit numbers,
48 bits of hash for a token and 16 bits of how often it occurs.

The functions take an open connection and run inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

_K1 = 1.2
_B = 0.75
_LEAST_WEIGHT = 1e-6
"""Weight FTS5 gives to a token of more than half of the passages."""

POSTINGS_BUDGET = 8_000
"""Occurrences read to find candidates (about 15 ms); more frequent tokens only rank them."""

_CANDIDATES = 4
"""Candidates per passage asked for, where not every token helped to find them."""

_SCORED_DIRECTLY = 500
"""Up to so many allowed passages are scored directly instead of searched."""

_TOKEN_LENGTH = 100
"""Longer tokens are cut; FTS5 itself stores no more than 32 KB of one."""

# FTS5 is told to split at ASCII characters that are neither letter nor digit, and to fold capital
# letters. Mapped into the private use area such characters stay what they are: part of a token.
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789")
_ENCODING = {code: 0xE000 + code for code in range(128) if code not in _PLAIN}
# Half a surrogate pair cannot be stored; a question may hold one.
_ENCODING.update(dict.fromkeys(range(0xD800, 0xE000), 0xFFFD))

_COUNT_BITS = 16

_WORDS = "CREATE VIRTUAL TABLE words USING fts5(tokens, tokenize = 'ascii')"
_SHADOWS = ("words_data", "words_idx", "words_content", "words_docsize", "words_config")


class DamagedWords(Exception):
    """The stored words of a passage fail their check sum, or are missing."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 needs of the whole collection: number of ``passages`` and of ``tokens`` in all."""

    passages: int
    tokens: int


def create(connection: sqlite3.Connection) -> None:
    """Create the tables ``words`` (rowid = passage key), ``vocabulary`` and ``bags``."""
    connection.execute(_WORDS)
    connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')")
    connection.execute(
        "CREATE TABLE bags (key INTEGER PRIMARY KEY, length INTEGER NOT NULL, "
        "crc INTEGER NOT NULL, bag BLOB NOT NULL) STRICT"
    )


def add(connection: sqlite3.Connection, key: int, tokens: Iterable[str]) -> int:
    """Store the ``tokens`` of passage ``key``; return how many there are."""
    encoded = [_encode(token) for token in tokens if token]
    connection.execute("INSERT INTO words(rowid, tokens) VALUES (?, ?)", (key, " ".join(encoded)))
    bag = _bag(encoded)
    row = (key, len(encoded), _checksum(len(encoded), bag), bag)
    connection.execute("INSERT INTO bags VALUES (?, ?, ?, ?)", row)
    return len(encoded)


def remove(connection: sqlite3.Connection, keys: Collection[int]) -> int:
    """Forget the words of the passages ``keys``; return how many tokens they had."""
    listed = json.dumps(list(keys))
    selected = "WHERE key IN (SELECT value FROM json_each(?))"
    query = f"SELECT total(length) FROM bags {selected}"  # noqa: S608 - constant text
    total = connection.execute(query, (listed,)).fetchone()[0]
    connection.executemany("DELETE FROM words WHERE rowid = ?", ((key,) for key in keys))
    connection.execute(f"DELETE FROM bags {selected}", (listed,))  # noqa: S608 - constant text
    return int(total)


def document_frequencies(connection: sqlite3.Connection, tokens: Collection[str]) -> dict[str, int]:
    """Return for each token the number of passages that hold it."""
    encoded = {token: _encode(token) for token in tokens}
    rows = connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(encoded.values()))),),
    )
    found: dict[str, int] = dict(rows.fetchall())
    return {token: found.get(term, 0) for token, term in encoded.items()}


def pairs_beginning(connection: sqlite3.Connection, characters: str) -> dict[str, int]:
    """Return for each pair that begins with one of the characters how many passages hold it."""
    statement = "SELECT term, doc FROM vocabulary WHERE term > ? AND term < ?"
    return {
        term: count
        for first in dict.fromkeys(characters)
        for term, count in connection.execute(statement, (first, first + "\U0010ffff"))
        if len(term) == 2
    }


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
    if allowed is not None and len(allowed) <= _SCORED_DIRECTLY:
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


def holding(
    connection: sqlite3.Connection,
    one_of: Sequence[str],
    some_of: Sequence[str],
    limit: int,
) -> list[int]:
    """Return keys of passages with a token of ``one_of`` and one of ``some_of``, best first.

    The first should be rare: the second are looked for only where one of them stands.
    """
    if not one_of or not some_of:
        return []
    query = f"({_any_of(one_of)}) AND ({_any_of(some_of)})"
    statement = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
    return [key for (key,) in connection.execute(statement, (query, limit))]


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
    by_code: defaultdict[int, float] = defaultdict(float)
    for token in tokens:
        by_code[_code(_encode(token))] += _weight(frequencies[token], statistics.passages)
    codes = np.array(sorted(by_code), dtype=np.uint64)
    weights = np.array([by_code[code] for code in sorted(by_code)])
    stored = _bags(connection, keys)
    lengths = np.array([stored[key][0] for key in keys], dtype=np.float64)
    damping = _K1 * (1 - _B + _B * lengths * statistics.passages / max(statistics.tokens, 1))
    held = np.concatenate([stored[key][1] for key in keys])
    owners = np.repeat(np.arange(len(keys)), [len(stored[key][1]) for key in keys])
    hashes = held >> np.uint64(_COUNT_BITS)
    places = np.searchsorted(codes, hashes)
    places[places == len(codes)] = 0
    asked = codes[places] == hashes
    counts = (held[asked] & np.uint64((1 << _COUNT_BITS) - 1)).astype(np.float64)
    owners = owners[asked]
    terms = weights[places[asked]] * counts * (_K1 + 1) / (counts + damping[owners])
    totals: list[float] = np.bincount(owners, terms, minlength=len(keys)).tolist()
    return totals


def held(
    connection: sqlite3.Connection, tokens: Sequence[str], keys: Sequence[int]
) -> list[frozenset[str]]:
    """Return which of the ``tokens`` each of the passages ``keys`` holds. Raises DamagedWords."""
    if not tokens or not keys:
        return [frozenset()] * len(keys)
    codes = {_code(_encode(token)): token for token in tokens}
    wanted = np.array(sorted(codes), dtype=np.uint64)
    stored = _bags(connection, keys)
    found = []
    for key in keys:
        hashes = stored[key][1] >> np.uint64(_COUNT_BITS)
        places = np.searchsorted(hashes, wanted)
        places[places == len(hashes)] = 0
        matched = wanted[hashes[places] == wanted] if len(hashes) else wanted[:0]
        found.append(frozenset(codes[code] for code in matched.tolist()))
    return found


def verify(connection: sqlite3.Connection, key: int, tokens: Iterable[str]) -> bool:
    """Whether what is stored for passage ``key`` is what ``add`` stores for ``tokens``."""
    encoded = [_encode(token) for token in tokens if token]
    words = connection.execute("SELECT tokens FROM words WHERE rowid = ?", (key,)).fetchone()
    bag = connection.execute("SELECT length, crc, bag FROM bags WHERE key = ?", (key,)).fetchone()
    expected = _bag(encoded)
    summed = (len(encoded), _checksum(len(encoded), expected), expected)
    return bool(words == (" ".join(encoded),) and bag == summed)


def full_text_matches(connection: sqlite3.Connection) -> bool:
    """Whether the full-text index says of every passage what its stored words say.

    FTS5 can tell, but only where it may write; so its tables are copied to a temporary place.
    """
    with tempfile.TemporaryDirectory(prefix="rag-check-") as folder:
        path = Path(folder) / "words.sqlite"
        copy = sqlite3.connect(path)
        try:
            copy.execute(_WORDS)
            for table in _SHADOWS:
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - constant names
                rows = connection.execute(f"SELECT * FROM {table}")  # noqa: S608
                marks = ", ".join("?" * len(rows.description))
                copy.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
            copy.commit()
        finally:
            copy.close()
        # Opened again, or FTS5 would answer from what it remembers of the empty tables.
        copy = sqlite3.connect(path)
        try:
            copy.execute("INSERT INTO words(words) VALUES ('integrity-check')")
        except sqlite3.DatabaseError:
            return False
        finally:
            copy.close()
    return True


def _bags(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, tuple[int, Any]]:
    rows = connection.execute(
        "SELECT key, length, crc, bag FROM bags WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps([int(key) for key in keys]),),
    )
    found = {}
    for key, length, crc, bag in rows:
        if _checksum(length, bag) != crc:
            raise DamagedWords(f"words of passage {key}")
        found[key] = (length, np.frombuffer(bag, dtype="<u8"))
    if not found.keys() >= set(keys):
        raise DamagedWords("passages without words")
    return found


def _bag(encoded: Iterable[str]) -> bytes:
    limit = (1 << _COUNT_BITS) - 1
    numbers = [
        _code(token) << _COUNT_BITS | min(count, limit) for token, count in Counter(encoded).items()
    ]
    return np.array(sorted(numbers), dtype="<u8").tobytes()


def _checksum(length: int, bag: bytes) -> int:
    return zlib.crc32(b"%d:%s" % (length, bag))


def _ranked(
    connection: sqlite3.Connection,
    tokens: Sequence[str],
    limit: int,
    allowed: Collection[int] | None,
) -> list[tuple[int, float]]:
    query = _any_of(tokens)
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


def _any_of(tokens: Sequence[str]) -> str:
    return " OR ".join(f'"{_encode(token)}"' for token in tokens)


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


@lru_cache(maxsize=1 << 17)
def _code(encoded: str) -> int:
    return int.from_bytes(hashlib.blake2b(encoded.encode(), digest_size=6).digest(), "little")
