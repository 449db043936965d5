"""Twenty readers ask the real bot together."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.slow

USERS = 20
QUESTIONS = [
    "截至2023年底，全国已建成多少个工会驿站？",
    "2023年度全国已建工会单位职工提了多少条合理化建议？",
    "工会驿站年服务突破多少人次？",
    "2023年新发展新就业形态劳动者会员多少人？",
    "12351是什么热线？",
    "2022年世界杯的冠军是哪支球队？",
    "谁主持召开中央全面深化改革领导小组第十八次会议？",
]


def test_twenty_readers_of_the_real_bot(
    serve_once: Callable[..., str], make_settings: Any, repository: Path
) -> None:
    from rag.assembly import open_bot

    settings = make_settings()
    with open_bot(settings=settings) as bot:
        alone = {question: bot.ask(question).text for question in QUESTIONS}
    address = serve_once(settings)
    results: list[tuple[str, str, float, float]] = []
    start = threading.Barrier(USERS)

    def one(number: int) -> None:
        question = QUESTIONS[number % len(QUESTIONS)]
        session = f"{number:016x}"
        with httpx.Client(base_url=address, timeout=300) as client:
            client.get("/api/status")
            start.wait()
            began = time.perf_counter()
            body = {
                "data": [question, [], "", [], {}],
                "fn_index": 0,
                "session_hash": session,
                "simple_format": True,
            }
            client.post("/gradio_api/queue/join", json=body).raise_for_status()
            first, text = 0.0, ""
            with client.stream(
                "GET", "/gradio_api/queue/data", params={"session_hash": session}
            ) as answer:
                for line in answer.iter_lines():
                    message = json.loads(line[6:]) if line.startswith("data: ") else {"msg": ""}
                    if message["msg"] != "process_generating":
                        continue
                    event = message["output"]["data"][0]
                    first = first or time.perf_counter() - began
                    if event["kind"] == "answer":
                        text = event["answer"]["text"]
            results.append((question, text, first, time.perf_counter() - began))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert len(results) == USERS
    assert [text for question, text, _, _ in results if text != alone[question]] == []
    figures = {
        "users": USERS,
        "first_event_median": round(statistics.median(first for *_, first, _ in results), 2),
        "answer_median": round(statistics.median(whole for *_, whole in results), 2),
        "answer_last": round(max(whole for *_, whole in results), 2),
    }
    folder = repository / "build" / "page"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "users.json").write_text(json.dumps(figures), encoding="utf-8")
    print(f"seconds: {figures}")
