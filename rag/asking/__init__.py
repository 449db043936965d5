"""What was typed, understood: ``understood(typed, history, lookup)`` gives an ``Asked``."""

from rag.asking.asked import Asked, Intent, Lookup
from rag.asking.understanding import understood

__all__ = ["Asked", "Intent", "Lookup", "understood"]
