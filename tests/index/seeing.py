"""Call a method of a view on the newest generation of an open index, in a snapshot of its own."""

from __future__ import annotations


class newest:  # noqa: N801 - reads as a word
    def __init__(self, index):
        self._index = index

    def __getattr__(self, name):
        def call(*arguments, **named):
            with self._index.snapshot() as view:
                return getattr(view, name)(*arguments, **named)

        return call
