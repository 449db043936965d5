"""Any chat model of langchain as a backend, by its provider's name or a server's address.

The models are used through their asynchronous side on one event loop of this module's own:
cancelling a task there closes the connection at once, even while the server has not said a
word, which no synchronous stream can do.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from rag.backends.base import Feed, Piece, Request, estimated_tokens
from rag.backends.failure import Failure, model_error
from rag.backends.naming import BackendName
from rag.errors import MissingExtra, ModelError, SettingsError
from rag.records import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_CONTEXT_TOKENS = 16_000
"""What a prompt and its answer may have by default: every model on offer today takes more."""

_NO_KEY = "none"
_FINISHED = ("finish_reason", "stop_reason", "done_reason")
_AT_ITS_LIMIT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
"""How providers say that an answer ended because no more may be written, in lower case."""


class RemoteBackend:
    """One chat model of langchain.

    ``finishes`` tells that the model says when it has finished, so that a stream without that
    word was cut.
    """

    small = False

    def __init__(
        self,
        name: str,
        model: BaseChatModel,
        *,
        finishes: bool = False,
        context_tokens: int | None = None,
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens or _CONTEXT_TOKENS
        self._model = model
        self._finishes = finishes

    def start(self, request: Request, feed: Feed) -> Callable[[], None]:
        """Stream into the feed from the event loop; the returned call cancels that."""
        future = asyncio.run_coroutine_threadsafe(self._stream(request, feed), _loop())

        def stop() -> None:
            feed.cancelled.set()
            future.cancel()

        return stop

    async def _stream(self, request: Request, feed: Feed) -> None:
        finished = not self._finishes
        try:
            chunks = self._model.astream(list(request.messages))
            async for chunk in chunks:
                if feed.cancelled.is_set():
                    # asyncio.wait_for, which providers' libraries use, may lose a cancellation.
                    break
                used = getattr(chunk, "usage_metadata", None) or {}
                about = getattr(chunk, "response_metadata", None) or {}
                reasons = [str(about[key]).lower() for key in _FINISHED if about.get(key)]
                finished = finished or bool(reasons)
                tokens = Usage(used.get("input_tokens", 0), used.get("output_tokens", 0))
                cut = not _AT_ITS_LIMIT.isdisjoint(reasons)
                feed.put(Piece(str(chunk.text), tokens, cut))
            # Closes the connection where we left early; a fake model may be no generator.
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()
            if finished:
                feed.end()
            else:
                feed.end(model_error(self.name, Failure("cut")))
        except Exception as error:  # noqa: BLE001 - handed to the thread that reads
            feed.end(error)

    def count(self, text: str) -> int:
        """Return a token for each character beyond ASCII and one for three of ASCII."""
        return estimated_tokens(text)

    def close(self) -> None:
        """Do nothing: connections are shared by all models of a provider."""


def connect(
    name: BackendName, *, base_url: str | None, timeout: float, context_tokens: int | None
) -> RemoteBackend:
    """Return the backend of a provider's model; keys stay in the environment.

    ``timeout`` is in seconds, for each silence of the server. Raises MissingExtra where the
    provider's package is not installed, SettingsError for an unknown provider, ModelError
    where the provider's library refuses, for want of a key for example.
    """
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
    if base_url:
        options["base_url"] = base_url
        if name.provider == "openai" and not name.key_is_set:
            # Servers of one's own seldom ask for a key, the library always does.
            options["api_key"] = _NO_KEY
    try:
        chat: BaseChatModel = init_chat_model(name.model, model_provider=name.provider, **options)
    except ImportError as error:
        package = f"langchain-{name.provider.replace('_', '-')}"
        raise MissingExtra(
            package,
            f"The backend {name.provider} needs the package {package}; install it with pip.",
            f"后端 {name.provider} 需要软件包 {package}；请用 pip 安装。",
        ) from error
    except Exception as error:
        raise _refused(name, error) from error
    finishes = name.provider in ("openai", "deepseek")
    return RemoteBackend(name.whole, chat, finishes=finishes, context_tokens=context_tokens)


def _refused(name: BackendName, error: Exception) -> SettingsError | ModelError:
    reason = str(error).strip().splitlines()[0][:200] if str(error) else type(error).__name__
    if "Unsupported provider" in reason:
        return SettingsError(
            f"There is no provider {name.provider}; use openai:, anthropic:, deepseek:, ollama: "
            "or another of langchain's, local:FILE.gguf, or openai:MODEL with --base-url.",
            f"没有提供方 {name.provider}；可用 openai:、anthropic:、deepseek:、ollama: 等 "
            "langchain 支持的提供方，local:文件.gguf，或 openai:模型 加 --base-url。",
        )
    if name.key_variable and not name.key_is_set:
        return ModelError(
            f"The language model {name.whole} needs a key in the environment: "
            f"set {name.key_variable}.",
            f"语言模型 {name.whole} 需要环境变量中的密钥：请设置 {name.key_variable}。",
            code="key",
        )
    return ModelError(
        f"The language model {name.whole} cannot be set up ({reason}); check its name and what "
        "its provider asks for in the environment.",
        f"无法设置语言模型 {name.whole}（{reason}）；请检查其名称及提供方要求的环境变量。",
        code="setup",
    )


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the event loop of all remote backends; its thread ends with the program."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="rag-backends", daemon=True).start()
    return loop
