"""Ways to find an answer, one file each: from ranked spots to what is shown.

A finder returns its proposals, best first, or none where it has nothing to say. The first one in
``FINDERS`` that proposes anything is heard: special ones come before the general one.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.reading.deciding import Ranked
from rag.reading.finders import conflict, unit
from rag.reading.proposal import Proposal

Finder = Callable[[Ranked], list[Proposal]]

FINDERS: tuple[Finder, ...] = (conflict.find, unit.find)
