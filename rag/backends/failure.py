"""What a provider's exception means: one code, whether to try again, one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.errors import ModelError

_LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Failure:
    """A code of this table, whether another attempt may help, and seconds asked to wait."""

    code: str
    again: bool = False
    wait: float | None = None


_SENTENCES = {
    "first-token": (
        "did not begin to answer in time",
        "未在时限内开始回答",
        "raise first_token_timeout or choose a faster model",
        "请调高 first_token_timeout 或换用更快的模型",
    ),
    "timeout": (
        "did not finish in time",
        "未在时限内答完",
        "raise request_timeout or choose a faster model",
        "请调高 request_timeout 或换用更快的模型",
    ),
    "unreachable": (
        "cannot be reached",
        "无法连接",
        "start its server or correct --base-url",
        "请启动其服务或改正 --base-url",
    ),
    "cut": (
        "broke off in the middle",
        "中途断开",
        "ask again or look at its server",
        "请重新提问或检查其服务",
    ),
    "rate-limit": (
        "has no capacity for this key now",
        "对此密钥限流或额度已用尽",
        "wait a little or raise the limit with the provider",
        "请稍候，或向提供方提高限额",
    ),
    "server": (
        "failed on the server's side",
        "服务端出错",
        "ask again or look at its server",
        "请重新提问或检查其服务",
    ),
    "key": (
        "refused the key",
        "拒绝了密钥",
        "correct the provider's key in the environment",
        "请改正环境变量中提供方的密钥",
    ),
    "model": (
        "is not known there",
        "在那里不存在",
        "correct the model's name or --base-url",
        "请改正模型名称或 --base-url",
    ),
    "request": (
        "refused the request",
        "拒绝了请求",
        "check the model's name and what it can do",
        "请检查模型名称及其能力",
    ),
    "garbage": (
        "answered with something that is not the protocol",
        "的回应不符合协议",
        "check that --base-url is the address of an OpenAI-compatible server",
        "请确认 --base-url 是兼容 OpenAI 接口的地址",
    ),
    "leak": (
        "gave away its instructions and was stopped",
        "泄露了内部指令，已停止",
        "look at the passages that were found",
        "请查看检索到的段落",
    ),
    "nothing": (
        "was given nothing to read",
        "没有可读的内容",
        "look at the passages that were found or raise context_tokens",
        "请查看检索到的段落，或调高 context_tokens",
    ),
    "thinking": (
        "thought, but wrote no answer",
        "只有思考过程，没有作答",
        "let it write more tokens or choose a model that thinks less",
        "请调高其输出长度，或换用思考较少的模型",
    ),
    "empty": (
        "answered nothing",
        "没有给出任何内容",
        "ask again or choose another model",
        "请重新提问或换用其他模型",
    ),
}
"""What happened and the remedy, each in English and Chinese, by code."""


def failure_of(error: BaseException) -> Failure:
    """Return what an exception of any provider's library means.

    Judged by the HTTP status where there is one, else by the names of the exception and of
    what caused it: providers' libraries share their names, not their classes.
    """
    status = next(filter(None, map(_status, _chain(error))), 0)
    if status:
        return _of_status(status, error)
    names = " ".join(type(one).__name__ for one in _chain(error))
    if any(word in names for word in ("RemoteProtocol", "ReadError", "IncompleteRead")):
        return Failure("cut", again=True)
    if any(word in names for word in ("ConnectionError", "ConnectError", "ConnectTimeout")):
        return Failure("unreachable", again=True)
    if "Timeout" in names:
        return Failure("timeout")
    if "Decode" in names or "Validation" in names:
        return Failure("garbage")
    if isinstance(error, ValueError) and "No generation chunks" in str(error):
        return Failure("empty")
    if any(isinstance(one, OSError) for one in _chain(error)):
        return Failure("unreachable", again=True)
    return Failure("server")


def model_error(name: str, failure: Failure, error: BaseException | None = None) -> ModelError:
    """Return the one sentence about a failure of the model ``name``.

    The provider's own words are added where they say more; they never hold a key: keys travel
    in headers, which no library prints.
    """
    what, what_chinese, remedy, remedy_chinese = _SENTENCES.get(failure.code, _SENTENCES["server"])
    reason = "" if error is None else _reason(error)
    shown = f" ({reason})" if reason else ""
    shown_chinese = f"（{reason}）" if reason else ""
    return ModelError(
        f"The language model {name} {what}{shown}; {remedy}, or use --backend extractive.",
        f"语言模型 {name} {what_chinese}{shown_chinese}；{remedy_chinese}，"
        "或使用 --backend extractive。",
        code=failure.code,
    )


def _of_status(status: int, error: BaseException) -> Failure:
    if status == 429:
        return Failure("rate-limit", again=True, wait=_retry_after(error))
    if status in (408, 409) or status >= 500:
        return Failure("server", again=True, wait=_retry_after(error))
    return Failure({401: "key", 403: "key", 404: "model"}.get(status, "request"))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _status(error: BaseException) -> int:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return 0


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, TypeError, ValueError):
        return None


def _reason(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:_LONGEST_REASON] if lines else ""
