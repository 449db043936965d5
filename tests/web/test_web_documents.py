"""Documents through the page's own requests, on a real index."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.web.documents import FILE_LIMIT, read_spans

pytestmark = pytest.mark.slow

SEED = "000_8201aa3fab57e6be.txt"

ANSWER_IN_UPLOAD = "青石镇图书馆共有藏书三万二千册，馆长是周敏。图书馆每天上午八点半开门。\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("managed")


@pytest.fixture(scope="module")
def client(
    serve_page: Callable[..., str], settings_maker: Any, folder: Path
) -> Iterator[httpx.Client]:
    """One server for all tests; each test names its own files."""
    with httpx.Client(base_url=serve_page(settings_maker(folder)), timeout=240) as client:
        yield client


def upload(client: httpx.Client, name: str, content: bytes, collection: str = "") -> httpx.Response:
    query = {"name": name, "collection": collection}
    return client.post("/api/upload", params=query, content=content)


def finished(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        jobs = client.get("/api/jobs", params={"collection": job["collection"]}).json()["jobs"]
        found: dict[str, Any] = next(entry for entry in jobs if entry["id"] == job["id"])
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.1)
    raise AssertionError(f"the job never ended: {found}")


def index(client: httpx.Client, verb: str = "index", **body: Any) -> dict[str, Any]:
    return finished(client, client.post(f"/api/{verb}", json=body).raise_for_status().json())


def titles(client: httpx.Client, collection: str = "") -> set[str]:
    found = client.get("/api/documents", params={"collection": collection}).json()
    return {document["id"] for document in found["documents"]}


def ask(client: httpx.Client, question: str, **more: Any) -> dict[str, Any]:
    arguments = [
        question,
        more.get("history", []),
        more.get("collection", ""),
        more.get("documents", []),
        more.get("options", {}),
    ]
    joined = client.post("/gradio_api/call/ask", json={"data": arguments}).raise_for_status()
    events = client.get(f"/gradio_api/call/ask/{joined.json()['event_id']}").text
    data = [line[6:] for line in events.splitlines() if line.startswith("data: [")]
    last: dict[str, Any] = json.loads(data[-1])[0]
    return last


def test_an_upload_in_gb18030_is_indexed_and_answered(client: httpx.Client) -> None:
    before = titles(client)
    upload(client, "图书馆.txt", ANSWER_IN_UPLOAD.encode("gb18030")).raise_for_status()
    job = index(client)
    assert job["state"] == "done", job
    assert job["report"]["added"] == 1
    assert titles(client) == before | {"图书馆.txt"}
    event = ask(client, "青石镇图书馆的馆长是谁？")
    assert event["kind"] == "answer"
    assert "周敏" in event["answer"]["text"]
    assert event["answer"]["quotes"][0]["document"] == "图书馆.txt"


def test_a_binary_is_refused_by_name_and_the_others_go_on(client: httpx.Client) -> None:
    assert upload(client, "program.exe", b"MZ").status_code == 400
    upload(client, "picture.txt", bytes(range(256)) * 40).raise_for_status()
    upload(client, "good.md", "# 题目\n\n这里有一句可以检索的话。\n".encode()).raise_for_status()
    job = index(client)
    assert job["report"]["added"] == 1
    assert [Path(refusal["path"]).name for refusal in job["report"]["refused"]] == ["picture.txt"]
    assert job["report"]["refused"][0]["reason_chinese"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.txt", b""), ("", b"x"), ("...", b"x"), ("noname", b"x"), ("a.mov", b"ftypqt")],
)
def test_what_cannot_be_a_document_is_refused_at_once(
    client: httpx.Client, name: str, content: bytes
) -> None:
    answer = upload(client, name, content)
    assert answer.status_code == 400
    assert set(answer.json()["message"]) == {"en", "zh"}


def test_a_file_over_the_limit_is_refused(client: httpx.Client) -> None:
    answer = upload(client, "large.txt", b"a" * (FILE_LIMIT + 1))
    assert answer.status_code == 413


def test_an_upload_cannot_leave_its_folder(client: httpx.Client, folder: Path) -> None:
    for name in ("../../../escaped.txt", "/etc/escaped.txt", "..\\..\\escaped.txt", ".hidden.txt"):
        upload(client, name, b"text that stays inside\n")
    written = [
        path for path in folder.rglob("*") if path.name.endswith(("escaped.txt", "hidden.txt"))
    ]
    assert written
    uploads = folder / "data" / "uploads"
    assert all(uploads in path.parents for path in written)
    assert not any(path.name.startswith(".") for path in written)


def test_a_changed_file_is_replaced_and_a_removed_one_forgotten(client: httpx.Client) -> None:
    upload(client, "note.txt", "会议在星期三下午召开，地点是东楼。".encode())
    index(client)
    upload(client, "note.txt", "会议改在星期五上午召开，地点是西楼。".encode())
    assert index(client)["report"]["replaced"] == 1
    event = ask(client, "会议在哪里召开？", documents=["note.txt"])
    assert "西楼" in event["answer"]["text"]
    job = finished(client, client.post("/api/documents/remove", json={"ids": ["note.txt"]}).json())
    assert job["report"]["removed"] == 1
    assert "note.txt" not in titles(client)
    assert index(client, "reindex")["report"]["added"] == 0


def test_index_again_sees_changes_of_files_indexed_from_elsewhere(
    serve_once: Callable[..., str], make_settings: Any, tmp_path: Path
) -> None:
    from rag.assembly import build_index

    folder = tmp_path / "own" / "notes"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("甲文件的第一版，写于春天。", encoding="utf-8")
    (folder / "b.txt").write_text("乙文件不会改变，一直如此。", encoding="utf-8")
    settings = make_settings()
    build_index([tmp_path / "own"], settings=settings)
    with httpx.Client(base_url=serve_once(settings), timeout=120) as client:
        before = titles(client)
        assert {"notes/a.txt", "notes/b.txt"} <= before
        (folder / "a.txt").write_text("甲文件的第二版，写于秋天。", encoding="utf-8")
        (folder / "b.txt").unlink()
        report = index(client, "reindex")["report"]
        assert (report["replaced"], report["removed"], report["added"]) == (1, 1, 0)
        assert titles(client) == before - {"notes/b.txt"}


def test_a_pasted_text_becomes_a_document(client: httpx.Client) -> None:
    pasted = {"title": "粘贴/的:标题", "text": "青石镇的灯塔高42米，建于1931年。"}
    job = finished(client, client.post("/api/paste", json=pasted).json())
    assert job["report"]["added"] == 1
    assert "42米" in ask(client, "青石镇的灯塔高多少米？")["answer"]["text"]
    assert client.post("/api/paste", json={"title": "", "text": "  "}).status_code == 400


def test_collections_are_apart(client: httpx.Client) -> None:
    made = client.post("/api/collections/new", json={"label": "我的资料"}).json()
    name = made["name"]
    empty = ask(client, "这里有什么？", collection=name)
    assert empty["kind"] == "error"
    assert "文档" in empty["message"]["zh"]
    assert titles(client, name) == set()
    upload(client, "图书馆.txt", ANSWER_IN_UPLOAD.encode(), name).raise_for_status()
    assert index(client, collection=name)["report"]["added"] == 1
    assert titles(client, name) == {"图书馆.txt"}
    assert SEED in titles(client)
    event = ask(client, "青石镇图书馆的馆长是谁？", collection=name)
    assert "周敏" in event["answer"]["text"]
    assert client.post("/api/collections/new", json={"label": "我的资料"}).status_code == 400
    removed = client.post("/api/collections/remove", json={"collection": name})
    assert removed.json() == {"ok": True}
    assert ask(client, "馆长是谁？", collection=name)["kind"] == "error"
    assert client.post("/api/collections/remove", json={"collection": "default"}).status_code == 400


def test_a_question_can_be_restricted_to_documents(client: httpx.Client) -> None:
    upload(client, "图书馆.txt", ANSWER_IN_UPLOAD.encode("gb18030"))
    index(client)
    other = sorted(titles(client) - {"图书馆.txt"})
    event = ask(client, "青石镇图书馆的馆长是谁？", documents=other)
    assert {source["document"] for source in event["answer"]["sources"]} <= set(other)


def test_options_of_a_reader_reach_the_bot(client: httpx.Client) -> None:
    question = "截至2023年底，全国已建成多少个工会驿站？"
    assert len(ask(client, question, options={"passages": 3})["answer"]["sources"]) == 3
    assert len(ask(client, question, options={"passages": 7})["answer"]["sources"]) == 7
    for wrong in ({"passages": 0}, {"passages": "5"}, {"strictness": "none"}, {"backend": "x:y"}):
        assert ask(client, question, options=wrong)["kind"] == "error", wrong
    assert ask(client, question, options={"strictness": "low"})["kind"] == "answer"


def test_work_that_was_cut_off_is_taken_up_again(
    serve_once: Callable[..., str], make_settings: Any
) -> None:
    from rag.web.documents import store_file
    from rag.web.library import Library

    settings = make_settings()
    place = Library.from_settings(settings).place("")
    store_file(place, "later.txt", "这份文件上传后服务器就停了，重启后才索引。".encode())
    place.pending.touch()
    with httpx.Client(base_url=serve_once(settings), timeout=120) as client:
        until = time.monotonic() + 120
        while "later.txt" not in titles(client):
            assert time.monotonic() < until
            time.sleep(0.1)
    assert not place.pending.exists()


def test_the_shipped_documents_are_not_changed_by_the_page(
    serve_once: Callable[..., str], model_cache: Path, tmp_path: Path
) -> None:
    from rag.settings import Settings

    settings = Settings(cache_dir=model_cache, data_dir=tmp_path / "data")
    with httpx.Client(base_url=serve_once(settings), timeout=240) as client:
        assert titles(client)
        [entry] = client.get("/api/collections").json()["collections"]
        assert entry["shipped"]
        assert upload(client, "a.txt", b"text").status_code == 400
        assert client.post("/api/reindex", json={}).status_code == 400


def test_an_unusable_index_of_the_shipped_documents_is_made_again(
    model_cache: Path, tmp_path: Path
) -> None:
    from rag.settings import Settings
    from rag.web.library import Library

    cache = tmp_path / "cache"
    cache.mkdir()
    for kept in model_cache.iterdir():
        if kept.name.startswith("multilingual"):
            (cache / kept.name).symlink_to(kept)
    damaged = cache / "seeds-index"
    damaged.mkdir()
    (damaged / "index.sqlite").write_bytes(b"not an index")
    library = Library.from_settings(Settings(cache_dir=cache, data_dir=tmp_path / "data"))
    with library.bot("", {}) as bot:
        assert bot.ask("中华全国总工会的服务热线是多少？").hits
    library.close()


def test_the_status_tells_what_answers(client: httpx.Client) -> None:
    status = client.get("/api/status").json()
    assert status["backend"] == "extractive"
    assert status["documents"] == len(titles(client))
    assert status["passages_indexed"] > 10
    assert client.post("/api/reach").json() == {"state": "built_in"}


def test_examples_are_questions_the_bot_answers(client: httpx.Client) -> None:
    examples = client.get("/api/examples").json()["examples"]
    assert 2 <= len(examples) <= 4
    for example in examples:
        assert ask(client, example["question"])["answer"]["outcome"] == "answered"


def test_parts_of_a_document_are_served_by_place(client: httpx.Client) -> None:
    identity = SEED
    part = client.get("/api/document", params={"id": identity, "at": 3000, "reach": 500}).json()
    assert part["more_before"]
    assert part["more_after"]
    assert client.get("/api/document", params={"id": "/etc/passwd"}).status_code == 404
    assert client.get("/api/document", params={"id": "../index.sqlite"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("3-9,20-31", [(3, 9, 0), (20, 31, 1)]),
        ("", []),
        ("a-b,1-2", [(1, 2, 1)]),
        ("-1-2,5", []),
        ("1" * 50 + "-2", []),
    ],
)
def test_spans_of_an_address(text: str, spans: list[tuple[int, int, int]]) -> None:
    assert read_spans(text) == spans
