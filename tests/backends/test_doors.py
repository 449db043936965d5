"""A language model behind every door: Python and the command line, well and badly behaved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from provider import Provider

from rag import Answer, Delta, Outcome, Retrieved, Turn, build_index, open_bot
from rag.cli.main import main
from rag.settings import Settings

pytestmark = pytest.mark.slow

QUESTION = "青溪大桥有多长？"
TEXT = "青溪大桥位于县城以南。\n\n青溪大桥桥长1149米，设双向八条车道。\n\n大桥于2001年通车。"
KEY = "secret-of-the-test"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("doors")
    (folder / "bridge.txt").write_text(TEXT, encoding="utf-8")
    settings = Settings(cache_dir=model_cache, chunk_minimum=0)
    build_index([folder / "bridge.txt"], folder / "index", settings=settings)
    return folder / "index"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def settings(provider: Provider, behaviour: str, **more: object) -> Settings:
    return Settings(backend="openai:m", base_url=provider.url(behaviour), retries=0, **more)


def test_a_stream_ends_with_a_checked_answer(provider: Provider, index: Path) -> None:
    with open_bot(index, settings=settings(provider, "fine")) as bot:
        events = list(bot.stream(QUESTION))
    assert isinstance(events[0], Retrieved)
    assert "".join(e.text for e in events if isinstance(e, Delta)) == "桥长1149米[1]。"
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.backend == "openai:m"
    assert answer.citations[0].quote in TEXT
    assert json.dumps(answer.to_dict(), ensure_ascii=False)


def test_closing_a_stream_closes_the_connection(provider: Provider, index: Path) -> None:
    with open_bot(index, settings=settings(provider, "silent")) as bot:
        events = bot.stream(QUESTION)
        assert isinstance(next(events), Retrieved)
        while not provider.seen["silent"]:
            assert isinstance(next(events), Delta)
        events.close()  # type: ignore[attr-defined]
        assert provider.left.wait(10)


@pytest.mark.parametrize(
    ("behaviour", "code"), [("down", "server"), ("cut", "cut"), ("slow", "first-token")]
)
def test_a_failing_server_falls_back_to_quotes(
    provider: Provider, index: Path, behaviour: str, code: str
) -> None:
    limit = 3 if behaviour == "slow" else 60
    with open_bot(index, settings=settings(provider, behaviour, first_token_timeout=limit)) as bot:
        answer = bot.ask(QUESTION)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.backend == "extractive"
    assert answer.notes == (f"fallback:openai:m: {code}",)
    assert "1149" in answer.text


def test_follow_ups_are_the_models_only_where_asked_for(provider: Provider, index: Path) -> None:
    history = [Turn("青溪大桥在哪里？", "县城以南。")]
    provider.text = ("青溪大桥有多长？",)
    with open_bot(index, settings=settings(provider, "fine", follow_ups="model")) as bot:
        assert bot.ask("它有多长？", history).standalone_question == "青溪大桥有多长？"
    provider.text = ("胡言乱语完全无关的句子",)
    with open_bot(index, settings=settings(provider, "fine", follow_ups="model")) as bot:
        answer = bot.ask("它有多长？", history)
        assert answer.standalone_question == "它有多长？"
        assert "大桥" in answer.hits[0].passage.text


class Ran:
    """What one run of the command line left behind."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.code = main(list(arguments))
        self.out, self.err = capsys.readouterr()


def test_the_command_line_says_what_happened(
    provider: Provider,
    index: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    common = ["--index", str(index), "--backend", "openai:m", "--base-url"]
    fine = Ran(capsys, "ask", QUESTION, *common, provider.url("fine"))
    assert fine.code == 0
    assert "桥长1149米。[1] ✓" in fine.out
    wrong = Ran(capsys, "ask", QUESTION, *common, provider.url("key"), "--language", "zh")
    assert wrong.code == 0
    assert "大模型未能作答" in wrong.out
    assert "密钥被拒绝" in wrong.out
    monkeypatch.setenv("RAG_FALLBACK", "false")
    failed = Ran(capsys, "ask", QUESTION, *common, provider.url("key"))
    assert failed.code == 7
    assert failed.err.count("\n") == 1
    assert "refused the key" in failed.err
    assert KEY not in fine.out + wrong.out + failed.out + failed.err


def test_strict_shows_nothing_unsupported(
    provider: Provider, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.text = ("桥长1149米[1]。", "桥宽99米[1]。")
    common = ["--index", str(index), "--backend", "openai:m", "--base-url", provider.url("fine")]
    marked = Ran(capsys, "ask", QUESTION, *common)
    assert "桥宽99米。[1] ✗" in marked.out
    strict = Ran(capsys, "ask", QUESTION, *common, "--strict", "--json")
    answer = json.loads(strict.out)
    assert "99" not in answer["text"]
    assert "removed:1" in answer["notes"]


def test_info_shows_the_backend_and_never_the_key(
    provider: Provider, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["info", "--index", str(index), "--backend", "openai:m", "--base-url"]
    shown = Ran(capsys, *common, provider.url("fine"))
    assert shown.code == 0
    assert "OPENAI_API_KEY set" in shown.out
    assert provider.seen["fine"] == 0
    checked = Ran(capsys, *common, provider.url("fine"), "--check")
    assert checked.code == 0
    assert "state: answers" in checked.out
    down = Ran(capsys, *common, provider.url("down"), "--check")
    assert down.code == 7
    assert KEY not in shown.out + checked.out + down.out + down.err
