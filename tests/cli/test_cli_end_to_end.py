"""The verbs on a real index of the shipped article."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.assembly import open_bot
from rag.cli.main import main

pytestmark = pytest.mark.slow

QUESTION = "截至2023年底，全国已建成多少个工会驿站？"
ANSWER = "18.42万"
FOREIGN_QUESTION = "2022年卡塔尔世界杯的冠军是哪支球队？"

RAG = [sys.executable, "-m", "rag"]


class Ran:
    """What one run in this process left behind."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.code = main(list(arguments))
        captured = capsys.readouterr()
        self.out, self.err = captured.out, captured.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """Return an index of the shipped article, built by the command line."""
    directory = tmp_path_factory.mktemp("index") / "seeds.index"
    repository = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [*RAG, "index", str(repository / "seeds"), "--index", str(directory), "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "RAG_CACHE_DIR": str(model_cache)},
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["added"] == 1
    assert report["refused"] == []
    assert "Embedding passages" in done.stderr
    return directory


def test_ask_prints_the_answer_its_marks_and_the_cited_paragraph(
    capsys: pytest.CaptureFixture[str], index: Path
) -> None:
    ran = Ran(capsys, "ask", QUESTION, "--index", str(index))
    assert ran.code == 0
    assert ran.err == ""
    answer, _, cited = ran.out.partition("Confidence")
    assert ANSWER in answer
    assert re.search(r"\[\d\] ✓", answer)
    assert "«" in cited
    assert re.search(r"— .*000_8201aa3fab57e6be\.txt, line \d+\n", cited)


def test_the_json_answer_points_at_the_article(
    capsys: pytest.CaptureFixture[str], index: Path, seeds: Path
) -> None:
    ran = Ran(capsys, "ask", QUESTION, "--index", str(index), "--json")
    assert ran.err == ""
    answer = ran.json
    assert answer["outcome"] == "answered"
    with open_bot(index) as bot:
        text = bot.index.document("000_8201aa3fab57e6be.txt").text
    lines = (seeds / "000_8201aa3fab57e6be.txt").read_text(encoding="utf-8").splitlines()
    assert any(ANSWER in citation["quote"] for citation in answer["citations"])
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["quote"][:10] in lines[citation["place"]["line"] - 1]
        assert citation["number"] in [hit["rank"] for hit in answer["hits"]]


def test_words_of_a_question_need_no_quotation_marks(
    capsys: pytest.CaptureFixture[str], index: Path
) -> None:
    ran = Ran(capsys, "ask", "how", "many", "stations?", "--index", str(index), "--json")
    assert ran.json["question"] == "how many stations?"


def test_declining_is_a_result_and_shows_what_is_nearest(
    capsys: pytest.CaptureFixture[str], index: Path
) -> None:
    ran = Ran(capsys, "ask", FOREIGN_QUESTION, "--index", str(index), "--language", "zh")
    assert ran.code == 0
    assert ran.out.startswith("文档中没有提到")
    assert "文档中最接近的内容：" in ran.out


def test_search_gives_as_many_hits_as_asked(
    capsys: pytest.CaptureFixture[str], index: Path
) -> None:
    ran = Ran(capsys, "search", "工会驿站", "-k", "2", "--index", str(index), "--json")
    assert [hit["rank"] for hit in ran.json] == [1, 2]
    assert "驿站" in ran.json[0]["passage"]["text"]
    ran = Ran(capsys, "search", "工会驿站", "-k", "2", "--index", str(index))
    assert ran.out.count("score ") == 2


def test_without_an_index_the_shipped_article_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ANSWER in Ran(capsys, "ask", QUESTION).out
    again = Ran(capsys, "ask", QUESTION)
    assert ANSWER in again.out
    assert again.err == ""
    assert Ran(capsys, "info", "--json").json["index"]["documents"] == 1


def test_info_shows_and_checks(capsys: pytest.CaptureFixture[str], index: Path) -> None:
    ran = Ran(capsys, "info", "--index", str(index), "--check", "--json")
    assert ran.code == 0
    assert ran.json["index"]["state"] == "sound"
    assert ran.json["settings"]["strictness"] == "normal"
    shown = Ran(capsys, "info", "--index", str(index)).out
    assert "documents: 1" in shown


def test_check_finds_a_single_changed_byte(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("海豚是哺乳动物，用肺呼吸。\n" * 50, encoding="utf-8")
    directory = tmp_path / "an.index"
    assert Ran(capsys, "index", str(tmp_path / "a.txt"), "--index", str(directory)).code == 0
    assert Ran(capsys, "info", "--index", str(directory), "--check").code == 0
    (database,) = directory.glob("*.sqlite")
    content = bytearray(database.read_bytes())
    place = content.rindex("哺乳".encode())
    content[place : place + 3] = "捕".encode()
    database.write_bytes(content)
    ran = Ran(capsys, "info", "--index", str(directory), "--check")
    assert ran.code == 4
    assert "damaged" in ran.err


def test_info_hides_the_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, index: Path
) -> None:
    monkeypatch.setenv("RAG_PASSWORD", "hunter2hunter2")
    for form in ([], ["--json"]):
        ran = Ran(capsys, "info", "--index", str(index), *form)
        assert ran.code == 0
        assert "hunter2" not in ran.out + ran.err


def test_info_survives_a_missing_index_and_check_does_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert Ran(capsys, "info", "--index", nowhere).code == 0
    assert Ran(capsys, "info", "--index", nowhere, "--check").code == 4


def test_indexing_names_what_it_refuses_and_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "good.txt").write_text("海豚是哺乳动物，用肺呼吸。\n", encoding="gb18030")
    (folder / "bad.txt").write_bytes(bytes(range(256)) * 40)
    directory = str(tmp_path / "new.index")
    ran = Ran(capsys, "index", str(folder), "--index", directory)
    assert ran.code == 0
    assert "1 added, 0 unchanged, 1 refused" in ran.out
    assert "bad.txt" in ran.out
    again = Ran(capsys, "index", str(folder), "--index", directory, "--language", "zh")
    assert "新增 0，未变 1，拒绝 1" in again.out
    (folder / "good.txt").unlink()
    (folder / "other.md").write_text("# 鲸\n\n鲸是最大的动物，也用肺呼吸。\n", encoding="utf-8")
    gone = Ran(capsys, "index", str(folder), "--index", directory, "--remove-missing", "--json")
    assert (gone.json["added"], gone.json["removed"], gone.json["documents"]) == (1, 1, 1)
    anew = Ran(capsys, "index", str(folder), "--index", directory, "--rebuild", "--json")
    assert (anew.json["added"], anew.json["documents"]) == (1, 1)


def test_an_index_made_differently_names_the_command_that_mends_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("海豚是哺乳动物，用肺呼吸。\n", encoding="utf-8")
    arguments = ["index", str(tmp_path / "a.txt"), "--index", str(tmp_path / "an.index")]
    assert Ran(capsys, *arguments).code == 0
    monkeypatch.setenv("RAG_CHUNK_MAXIMUM", "300")
    ran = Ran(capsys, *arguments)
    assert ran.code == 4
    assert "--rebuild" in ran.err
    assert ran.err.count("\n") == 1
    assert Ran(capsys, *arguments, "--rebuild").code == 0


def bad_inputs(tmp_path: Path) -> dict[str, tuple[list[str], int]]:
    """Return arguments that cannot work, with the exit codes they deserve."""
    empty_file, empty_folder = tmp_path / "empty.txt", tmp_path / "empty"
    empty_file.touch()
    empty_folder.mkdir()
    binary = tmp_path / "binary.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    good = tmp_path / "good.txt"
    good.write_text("海豚是哺乳动物。", encoding="utf-8")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "index.sqlite").write_bytes(b"not a database" * 100)
    new = str(tmp_path / "new.index")
    return {
        "missing path": (["index", str(tmp_path / "none"), "--index", new], 3),
        "empty file": (["index", str(empty_file), "--index", new], 3),
        "empty folder": (["index", str(empty_folder), "--index", new], 3),
        "binary": (["index", str(binary), "--index", new], 3),
        "unknown suffix": (["index", sys.executable, "--index", new], 3),
        "missing index": (["ask", "谁？", "--index", str(tmp_path / "none")], 4),
        "file as index": (["ask", "谁？", "--index", str(empty_file)], 4),
        "empty folder as index": (["ask", "谁？", "--index", str(empty_folder)], 4),
        "foreign database": (["ask", "谁？", "--index", str(foreign)], 4),
        "foreign database to write": (["index", str(good), "--index", str(foreign)], 4),
    }


@pytest.mark.parametrize(
    "name",
    [
        "missing path",
        "empty file",
        "empty folder",
        "binary",
        "unknown suffix",
        "missing index",
        "file as index",
        "empty folder as index",
        "foreign database",
        "foreign database to write",
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    arguments, code = bad_inputs(tmp_path)[name]
    before = sorted(tmp_path.rglob("*"))
    for language in ("en", "zh"):
        ran = Ran(capsys, *arguments, "--language", language)
        assert ran.code == code, ran.err
        assert ran.out == ""
        *progress, sentence = ran.err.splitlines()
        assert all(re.search(r" \d+/\d+$", line) for line in progress), ran.err
        assert bool(re.search("[\u4e00-\u9fff]", sentence)) is (language == "zh")
    # The lock file of a directory stays: removing it would race with the next writer.
    left = [path for path in tmp_path.rglob("*") if path.name != "index.lock"]
    assert sorted(left) == before


@pytest.mark.parametrize("question", ["", "   ", "？？！", "。"])
def test_an_empty_question_is_refused(
    capsys: pytest.CaptureFixture[str], index: Path, question: str
) -> None:
    ran = Ran(capsys, "ask", question, "--index", str(index))
    assert ran.code == 2
    assert "The question is empty" in ran.err


def test_a_question_of_a_megabyte_is_refused(index: Path) -> None:
    done = subprocess.run(
        [*RAG, "ask", "-", "--index", str(index)],
        input="问" * 1_000_000,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "shorten it" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_read_only_index_answers_and_refuses_to_change(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seeds: Path
) -> None:
    directory = tmp_path / "read.index"
    assert Ran(capsys, "index", str(seeds), "--index", str(directory)).code == 0
    (tmp_path / "b.txt").write_text("海豚是哺乳动物。", encoding="utf-8")
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    directory.chmod(0o555)
    try:
        assert ANSWER in Ran(capsys, "ask", QUESTION, "--index", str(directory)).out
        ran = Ran(capsys, "index", str(tmp_path / "b.txt"), "--index", str(directory))
        assert ran.code == 4
    finally:
        directory.chmod(0o755)


def chat(index: Path, lines: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RAG, "chat", "--index", str(index), *options],
        input=lines,
        capture_output=True,
        text=True,
    )


def test_chat_remembers_until_told_otherwise(index: Path) -> None:
    done = chat(index, f"{QUESTION}\n那服务人次呢？\n/new\n那服务人次呢？\n/quit\n无\n", "--json")
    assert done.returncode == 0, done.stderr
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert first["standalone_question"] == QUESTION
    assert "10亿人次" in second["text"]
    assert second["confidence"] != third["confidence"]


def test_chat_goes_on_after_a_question_it_cannot_take(index: Path) -> None:
    done = chat(index, f"？？\n\n{QUESTION}\n")
    assert done.returncode == 0
    assert "The question is empty" in done.stderr
    assert ANSWER in done.stdout


def hearing_ctrl_c() -> None:
    """Undo, in a child, what a shell does to its background jobs: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_in_a_chat_is_one_line(index: Path) -> None:
    with subprocess.Popen(
        [*RAG, "chat", "--index", str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hearing_ctrl_c,  # noqa: PLW1509
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{QUESTION}\n")
        process.stdin.flush()
        assert ANSWER in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "Interrupted.\n"


def test_a_terminal_shows_a_bar_and_colours(tmp_path: Path, seeds: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*RAG, "index", str(seeds), "--index", str(tmp_path / "an.index")],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    ) as process:
        os.close(theirs)
        shown = b"".join(_read_all(ours))
    os.close(ours)
    assert process.returncode == 0
    text = shown.decode("utf-8", "replace")
    assert "━" in text
    assert "Embedding passages" in text
    assert "\x1b[1m1 added" in text


def _read_all(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(descriptor, 65_536)
        except OSError:
            # Linux reports the end of a pseudo-terminal as an input/output error.
            return
        if not piece:
            return
        yield piece


def test_serve_takes_the_next_port_announces_itself_and_stops(index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            [*RAG, "serve", "--index", str(index), "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hearing_ctrl_c,  # noqa: PLW1509
        )
        try:
            assert process.stdout
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert found, line
            assert int(found[1]) != port
            with urllib.request.urlopen(found[0], timeout=60) as page:
                assert page.status == 200
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0
    assert f"Port {port} is taken" in errors
    assert errors.endswith("Stopped.\n")


def test_serve_does_not_open_a_door_without_a_lock(
    capsys: pytest.CaptureFixture[str], index: Path
) -> None:
    ran = Ran(capsys, "serve", "--index", str(index), "--host", "0.0.0.0")
    assert ran.code == 2
    assert "RAG_PASSWORD" in ran.err
