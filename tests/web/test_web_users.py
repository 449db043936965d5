"""Many readers at once: right answers, none crossed, and a word instead of a hang."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable
from typing import Any

import httpx

from rag.records import Document

USERS = 20


def ask(address: str, question: str, session: str) -> tuple[list[dict[str, Any]], int]:
    """Return the events of one question, and how many were ahead of it at most."""
    with httpx.Client(base_url=address, timeout=120) as client:
        body = {
            "data": [question, [], "", [], {}],
            "fn_index": 0,
            "session_hash": session,
            "simple_format": True,
        }
        client.post("/gradio_api/queue/join", json=body).raise_for_status()
        events, ahead = [], 0
        address_of = {"session_hash": session}
        with client.stream("GET", "/gradio_api/queue/data", params=address_of) as answer:
            for line in answer.iter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line[6:])
                if message["msg"] == "estimation":
                    ahead = max(ahead, message["rank"])
                elif message["msg"] == "process_generating":
                    events.append(message["output"]["data"][0])
        return events, ahead


def documents(scripted: Any) -> list[Document]:
    return [
        scripted.document(
            f"{number}.txt", f"第{number}号", [f"代号{number:03}的答案是「{number}」。"]
        )
        for number in range(USERS)
    ]


def test_twenty_readers_at_once_each_get_their_own_answer(
    serve_once: Callable[..., str], scripted: Any
) -> None:
    bot = scripted.bot(documents(scripted), pause=0.05)
    bot.search = lambda question, k=5, within=None: _by_number(bot, question)
    address = serve_once(bot, together=4)
    results: dict[int, tuple[list[dict[str, Any]], int]] = {}
    start = threading.Barrier(USERS)

    def one(number: int) -> None:
        start.wait()
        results[number] = ask(address, f"代号{number:03}的答案是什么？", f"{number:016x}")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(results) == USERS
    for number, (events, _ahead) in results.items():
        assert events[0]["kind"] == "retrieved"
        answer = events[-1]["answer"]
        assert answer["question"] == f"代号{number:03}的答案是什么？"
        assert f"「{number}」" in answer["text"]
        streamed = "".join(event["text"] for event in events if event["kind"] == "text")
        assert streamed == answer["text"]
    # Four are answered together, so somebody was told of others before him.
    assert max(ahead for _events, ahead in results.values()) > 0


def _by_number(bot: Any, question: str) -> Any:
    wanted = question[:5]
    hits = type(bot).search(bot, question, len(bot.passages))
    best = [hit for hit in hits if hit.passage.text.startswith(wanted)]
    return [type(best[0])(best[0].passage, 1, 1.0, {})]


def test_a_full_queue_says_so_at_once(serve_once: Callable[..., str], scripted: Any) -> None:
    bot = scripted.bot(documents(scripted)[:1], pause=12.0)
    address = serve_once(bot, together=1, waiting=2)
    codes = []
    with httpx.Client(base_url=address, timeout=10) as client:
        for number in range(6):
            body = {
                "data": ["代号000的答案是什么？", [], "", [], {}],
                "fn_index": 0,
                "session_hash": f"{number:016x}",
                "simple_format": True,
            }
            codes.append(client.post("/gradio_api/queue/join", json=body).status_code)
    assert codes[0] == 200
    assert codes[-1] == 503
    assert set(codes) == {200, 503}


def test_a_reader_who_leaves_frees_his_place(
    serve_once: Callable[..., str], scripted: Any, wait_until: Any
) -> None:
    bot = scripted.bot(documents(scripted)[:1], pause=0.5)
    address = serve_once(bot, together=1)
    with httpx.Client(base_url=address, timeout=30) as client:
        body = {
            "data": ["代号000的答案是什么？", [], "", [], {}],
            "fn_index": 0,
            "session_hash": "leaves",
            "simple_format": True,
        }
        event = client.post("/gradio_api/queue/join", json=body).json()["event_id"]
        address_of = {"session_hash": "leaves"}
        with client.stream("GET", "/gradio_api/queue/data", params=address_of) as answer:
            for line in answer.iter_lines():
                if "retrieved" in line:
                    break
            gone = {"session_hash": "leaves", "fn_index": 0, "event_id": event}
            client.post("/gradio_api/cancel", json=gone).raise_for_status()
    wait_until(lambda: bot.closed_early == 1)
    events, _ahead = ask(address, "代号000的答案是什么？", "next")
    assert events[-1]["kind"] == "answer"


def test_gradio_still_waits_between_looks_as_long_as_it_is_told() -> None:
    from gradio.queueing import Queue

    assert "sleep(self.sleep_when_free)" in inspect.getsource(Queue.start_processing)
