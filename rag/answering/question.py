"""The prepared question, where the modules of this package look for it."""

from rag.asking.question import (
    Question,
    QuestionKind,
    asked_at,
    bare_topic,
    question_kind,
    read_question,
    topic_of,
    without_predicate,
)

__all__ = [
    "Question",
    "QuestionKind",
    "asked_at",
    "bare_topic",
    "question_kind",
    "read_question",
    "topic_of",
    "without_predicate",
]
