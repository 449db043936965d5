"""A text parsed once: what every comparison of a question needs of it.

A question is held against the same units by several rooms. Each asks ``prepared`` for the text,
and whatever one of them has worked out (the normal form, tokens, numbers, dates) is there for all.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache

from rag.text.dates import DateMention, dates_in_normal
from rag.text.normal import normal_form_with_offsets
from rag.text.numbers import Quantity, numbers_in_normal
from rag.text.tokens import tokens_in_normal

_KEPT = 4096
"""Texts that are remembered: the units of a few dozen questions."""


class Prepared:
    """A text with its normal form, dates, numbers and tokens, each worked out when first used.

    ``normal_dates`` and ``normal_numbers`` have offsets in ``normal``, ``dates`` and ``numbers``
    in ``text``. Values never change, so that threads may share one.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _form(self) -> tuple[str, list[int]]:
        return normal_form_with_offsets(self.text)

    @property
    def normal(self) -> str:
        """Return the normal form."""
        return self._form[0]

    @property
    def offsets(self) -> list[int]:
        """Return where each character of ``normal`` comes from, and last ``len(text)``."""
        return self._form[1]

    @cached_property
    def normal_dates(self) -> tuple[DateMention, ...]:
        """Return the dates, with offsets in ``normal``."""
        return tuple(dates_in_normal(self.normal, self.text, self.offsets))

    @cached_property
    def normal_numbers(self) -> tuple[Quantity, ...]:
        """Return the numbers that belong to no date, with offsets in ``normal``."""
        spans = [(date.start, date.end) for date in self.normal_dates]
        return tuple(numbers_in_normal(self.normal, spans))

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Return the dates, as ``find_dates`` does."""
        places = self.offsets
        return tuple(
            replace(date, start=places[date.start], end=places[date.end])
            for date in self.normal_dates
        )

    @cached_property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return the numbers, as ``find_numbers`` does."""
        places = self.offsets
        return tuple(
            replace(number, start=places[number.start], end=places[number.end])
            for number in self.normal_numbers
        )

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Return the index tokens in order, as ``index_tokens`` does."""
        return tuple(tokens_in_normal(self.normal, self.normal_dates, self.normal_numbers))

    @cached_property
    def token_set(self) -> frozenset[str]:
        """Return the distinct index tokens."""
        return frozenset(self.tokens)


@lru_cache(maxsize=_KEPT)
def prepared(text: str) -> Prepared:
    """Return the text prepared; equal texts share one."""
    return Prepared(text)
