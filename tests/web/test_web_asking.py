"""The generator behind the queue: events, refusals, and an end that stops the bot."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ModelError
from rag.records import Document
from rag.web.asking import answer_events, failure
from rag.web.library import Library


def events(bot: Any, question: str = "工会驿站有多少个？", **more: Any) -> list[dict[str, Any]]:
    arguments = {"history": [], "collection": "", "documents": [], "options": {}, **more}
    return list(answer_events(Library.of(bot), question, **arguments))


def test_a_question_gives_its_events_in_order(scripted: Any, article: Document) -> None:
    found = events(scripted.bot([article]))
    kinds = [event["kind"] for event in found]
    assert kinds[0] == "retrieved"
    assert kinds[-1] == "answer"
    assert set(kinds[1:-1]) == {"text"}
    streamed = "".join(event["text"] for event in found[1:-1])
    assert streamed == found[-1]["answer"]["text"]


def test_history_completes_a_follow_up(scripted: Any, article: Document) -> None:
    history = [{"question": "工会驿站有多少个？", "answer": "18.5万个", "standalone": ""}]
    found = events(scripted.bot([article]), "那司机呢？", history=history)
    assert found[-1]["answer"]["standalone"] == "工会驿站有多少个，那司机呢？"


@pytest.mark.parametrize(
    "wrong",
    [
        {"history": ["text"]},
        {"history": [{"question": 3}]},
        {"history": [{"question": ["a"], "answer": None}]},
        {"documents": [1, 2]},
        {"documents": ["d"] * 5001},
        {"collection": "nowhere"},
    ],
)
def test_a_malformed_request_is_one_error_event(
    scripted: Any, article: Document, wrong: dict[str, Any]
) -> None:
    [event] = events(scripted.bot([article]), **wrong)
    assert event["kind"] == "error"
    assert set(event["message"]) == {"en", "zh"}


def test_closing_the_stream_stops_the_bot(scripted: Any, article: Document) -> None:
    bot = scripted.bot([article])
    stream = answer_events(
        Library.of(bot), "工会驿站？", history=[], collection="", documents=[], options={}
    )
    next(stream)
    stream.close()
    assert bot.closed_early == 1


def test_an_error_nobody_meant_shows_a_number_and_no_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        event = failure(ValueError("password=hunter2 in /home/someone"))
    assert "hunter2" not in str(event)
    assert "/home" not in str(event)
    number = event["message"]["en"].split("number ")[1][:6]
    assert number in caplog.text
    assert "hunter2" in caplog.text


def test_an_error_that_was_meant_is_shown_in_both_languages() -> None:
    event = failure(ModelError("The model is away; start it.", "模型不在，请启动它。"))
    assert event["code"] == "ModelError"
    assert event["message"] == {"en": "The model is away; start it.", "zh": "模型不在，请启动它。"}


def test_documents_limit_the_search(scripted: Any, article: Document) -> None:
    other = scripted.document("other.txt", "别的", ["另一篇文章说到工会驿站，只有一句。"])
    bot = scripted.bot([article, other])
    found = events(bot, documents=["other.txt"])
    assert {s["document"] for s in found[-1]["answer"]["sources"]} == {"other.txt"}


@pytest.mark.slow
def test_the_page_answers_like_the_other_doors(model_cache: Path, tmp_path: Path) -> None:
    from rag.assembly import open_bot
    from rag.settings import Settings

    settings = Settings(cache_dir=model_cache, data_dir=tmp_path)
    question = "首次中央党的群团工作会议是哪天召开的？"
    with open_bot(settings=settings) as bot:
        expected = bot.ask(question)
    library = Library.from_settings(settings)
    try:
        with library.bot("", {}) as bot:
            answer = bot.ask(question)
    finally:
        library.close()
    assert answer.short == expected.short
    assert "2015年7月6日" in answer.text
    assert answer.text == expected.text
    assert answer.confidence == pytest.approx(expected.confidence)
