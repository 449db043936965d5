"""A server that misbehaves: time limits, attempts, cancelling, one sentence for each failure."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from provider import PIECES, Provider

from rag.backends.base import Piece, Request
from rag.backends.naming import parse_backend
from rag.backends.pacing import Limits, generate
from rag.backends.remote import RemoteBackend, connect
from rag.errors import MissingExtra, ModelError, SettingsError

pytestmark = pytest.mark.slow

QUESTION = Request([("system", "规则"), ("human", "桥有多长？")])
KEY = "secret-of-the-test"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def connected(provider: Provider, behaviour: str) -> RemoteBackend:
    return connect(
        parse_backend("openai:m"),
        base_url=provider.url(behaviour),
        timeout=30,
        context_tokens=None,
    )


def asked(
    provider: Provider, behaviour: str, *, first: float = 20, whole: float = 20, retries: int = 2
) -> Iterator[Piece]:
    return generate(connected(provider, behaviour), QUESTION, Limits(first, whole, retries))


def text_of(pieces: Iterator[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_a_server_of_the_protocol_answers(provider: Provider) -> None:
    assert text_of(asked(provider, "fine")) == "".join(PIECES)
    assert provider.bodies[0]["messages"][1]["content"] == "桥有多长？"
    assert provider.seen["fine"] == 1


@pytest.mark.parametrize("trouble", ["busy", "down"])
def test_a_failure_that_passes_is_tried_again(provider: Provider, trouble: str) -> None:
    assert text_of(asked(provider, f"{trouble}-then-fine")) == "".join(PIECES)


def test_attempts_are_counted(provider: Provider) -> None:
    with pytest.raises(ModelError) as failure:
        text_of(asked(provider, "busy", retries=1))
    assert failure.value.code == "rate-limit"
    assert provider.seen["busy"] == 2


@pytest.mark.parametrize(
    ("behaviour", "code", "requests"),
    [
        ("key", "key", 1),
        ("model", "model", 1),
        ("refused", "request", 1),
        ("down", "server", 2),
        ("garbage", "garbage", 1),
        ("page", "empty", 1),
    ],
)
def test_each_failure_is_one_sentence_with_its_code(
    provider: Provider, behaviour: str, code: str, requests: int
) -> None:
    with pytest.raises(ModelError, match=r"^The language model openai:m .*; .*\.$") as failure:
        text_of(asked(provider, behaviour, retries=1))
    assert failure.value.code == code
    assert provider.seen[behaviour] == requests
    assert "\n" not in str(failure.value)
    assert KEY not in str(failure.value)
    assert KEY not in failure.value.chinese


@pytest.mark.parametrize("behaviour", ["silent", "slow"])
def test_a_first_token_that_does_not_come_is_not_waited_for(
    provider: Provider, behaviour: str
) -> None:
    began = time.monotonic()
    with pytest.raises(ModelError) as failure:
        text_of(asked(provider, behaviour, first=3))
    assert failure.value.code == "first-token"
    assert time.monotonic() - began < 15
    assert provider.left.wait(10), "the connection must be closed"


def test_an_answer_that_stalls_ends_with_the_whole_limit(provider: Provider) -> None:
    with pytest.raises(ModelError) as failure:
        text_of(asked(provider, "stall", whole=4))
    assert failure.value.code == "timeout"
    assert provider.seen["stall"] == 1
    assert provider.left.wait(10)


def test_a_stream_that_breaks_off_is_not_tried_again(provider: Provider) -> None:
    pieces: list[Piece] = []
    with pytest.raises(ModelError) as failure:
        pieces.extend(asked(provider, "cut"))
    assert "".join(piece.text for piece in pieces) == "桥长"
    assert failure.value.code == "cut"
    assert provider.seen["cut"] == 1


def test_closing_the_iterator_stops_a_generation(provider: Provider) -> None:
    pieces = asked(provider, "endless")
    while not next(pieces).text:
        pass
    pieces.close()  # type: ignore[attr-defined]
    assert provider.left.wait(10), "the server must see the client leave"
    sent = provider.sent
    time.sleep(0.3)
    assert provider.sent == sent


def test_a_model_that_has_not_begun_can_be_cancelled(provider: Provider) -> None:
    pieces = asked(provider, "silent")
    while not provider.seen["silent"]:
        assert next(pieces).text == ""
    pieces.close()  # type: ignore[attr-defined]
    assert provider.left.wait(10)


def test_nobody_there_is_said_so() -> None:
    gone = connect(
        parse_backend("openai:m"),
        base_url="http://127.0.0.1:9/v1",
        timeout=5,
        context_tokens=None,
    )
    with pytest.raises(ModelError, match="cannot be reached") as failure:
        text_of(generate(gone, QUESTION, Limits(5, 5, 1)))
    assert failure.value.code == "unreachable"
    assert "无法连接" in failure.value.chinese


def test_any_model_of_langchain_is_a_backend() -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("桥长1149米 [1]。")]))
    backend = RemoteBackend("test:fake", model)
    assert text_of(generate(backend, QUESTION, Limits(5, 5, 0))) == "桥长1149米 [1]。"


def test_an_own_server_needs_no_key(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert text_of(asked(provider, "fine")) == "".join(PIECES)


def test_what_cannot_be_had_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def try_to(name: str) -> None:
        connect(parse_backend(name), base_url=None, timeout=5, context_tokens=None)

    with pytest.raises(MissingExtra, match="langchain-anthropic"):
        try_to("anthropic:claude")
    with pytest.raises(SettingsError, match="no provider nonsense"):
        try_to("nonsense:m")
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="set OPENAI_API_KEY"):
        try_to("openai:m")


def test_tokens_are_rather_counted_too_high() -> None:
    backend = RemoteBackend("test:fake", GenericFakeChatModel(messages=iter([])))
    assert backend.count("桥长") == 2
    assert backend.count("a bridge") == 3
    assert backend.count("") == 0
