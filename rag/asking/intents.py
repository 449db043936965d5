"""What is typed that asks the documents for no answer: greetings, thanks, "what is this about"."""

from __future__ import annotations

import re

from rag.asking.asked import Intent

_GREETING = re.compile(
    r"(?:你好|您好|大家好|哈喽|嗨|早上好|上午好|下午好|晚上好|早安|晚安|在吗|hello|hi|hey|hiya"
    r"|good (?:morning|afternoon|evening|day))",
    re.IGNORECASE,
)


def intent_of(typed: str) -> tuple[Intent, str]:
    """Return what is wanted, and the name of the document that is meant where one is."""
    return (
        Intent.GREETING if _GREETING.fullmatch(typed.strip(" !！.。~～")) else Intent.QUESTION,
        "",
    )
