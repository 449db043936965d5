"""One user name, one password, sessions in memory: what a page on a network demands."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable

COOKIE = "rag_session"

SESSION_SECONDS = 12 * 3600

_MAXIMUM_SESSIONS = 1000
_FAILURES_BEFORE_PAUSE = 5
_PAUSE_SECONDS = 30.0
_MAXIMUM_ADDRESSES = 10_000


class TooManyFailures(Exception):
    """The address must wait before it may try another password."""


class Doorkeeper:
    """Checks names and passwords and remembers who was let in. Safe between threads."""

    def __init__(
        self, username: str, password: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let in only this user; ``clock`` gives seconds."""
        self._username = username.encode()
        self._password = password.encode()
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[str, float]] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    def admit(self, username: str, password: str, *, address: str) -> str | None:
        """Return a new session's token, or None for a wrong name or password.

        Raises TooManyFailures when ``address`` failed too often of late.
        """
        now = self._clock()
        with self._lock:
            count, last = self._failures.get(address, (0, now))
            if count >= _FAILURES_BEFORE_PAUSE and now - last < _PAUSE_SECONDS:
                raise TooManyFailures
        # Both are compared whatever the first says, in constant time.
        right_name = hmac.compare_digest(username.encode(), self._username)
        right_password = hmac.compare_digest(password.encode(), self._password)
        with self._lock:
            if not (right_name and right_password):
                if len(self._failures) >= _MAXIMUM_ADDRESSES:
                    self._failures.clear()
                self._failures[address] = (count + 1, now)
                return None
            self._failures.pop(address, None)
            self._forget_old(now)
            token = secrets.token_urlsafe(32)
            self._sessions[token] = (username, now + SESSION_SECONDS)
            return token

    def user_of(self, token: str) -> str | None:
        """Return who holds ``token``, None where it is unknown or too old."""
        with self._lock:
            user, until = self._sessions.get(token, (None, 0.0))
            return user if self._clock() < until else None

    def dismiss(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(token, None)

    def _forget_old(self, now: float) -> None:
        self._sessions = {t: s for t, s in self._sessions.items() if s[1] > now}
        while len(self._sessions) >= _MAXIMUM_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
