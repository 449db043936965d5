"""The notes of an answer, which are codes, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

_NOTES = {
    "conflict": (
        "The documents disagree: compare the cited passages.",
        "文档之间说法不一：请对照所引段落。",
    ),
    "premise": (
        "The documents contradict what the question takes for granted.",
        "文档与问题的前提不符。",
    ),
    "unanswered": (
        "The documents do not answer one part of the question:",
        "文档没有回答其中一问：",
    ),
    "fallback": (
        "The language model failed, so this is the answer without it.",
        "大模型未能作答，这是不用大模型得到的答案。",
    ),
    "suspicious": (
        "Passages contain text that speaks to a language model; it was not followed.",
        "有段落含对大模型喊话的文字，未予执行。",
    ),
    "removed": (
        "Sentences without support were taken out.",
        "已去掉没有依据的句子。",
    ),
    "removed-link": ("Links were taken out of the answer.", "已去掉答案中的链接。"),
    "removed-picture": ("Pictures were taken out of the answer.", "已去掉答案中的图片。"),
    "removed-html": ("HTML was taken out of the answer.", "已去掉答案中的网页代码。"),
    "shortened": ("The answer was too long and ends early.", "答案过长，已截断。"),
}

_FALLBACKS = {
    "first-token": ("it did not begin in time", "未在时限内开始回答"),
    "timeout": ("it did not finish in time", "未在时限内答完"),
    "unreachable": ("it cannot be reached", "无法连接"),
    "cut": ("it broke off", "中途断开"),
    "rate-limit": ("its limit is used up", "限流或额度用尽"),
    "server": ("its server failed", "服务端出错"),
    "key": ("it refused the key", "密钥被拒绝"),
    "model": ("there is no such model", "没有这个模型"),
    "request": ("it refused the request", "请求被拒绝"),
    "garbage": ("its server does not speak the protocol", "服务不符合协议"),
    "empty": ("it answered nothing", "没有给出内容"),
    "leak": ("it gave away its instructions", "泄露了内部指令"),
    "nothing": ("it was given nothing to read", "没有可读的内容"),
    "unsupported": ("nothing it wrote was supported", "所写内容均无依据"),
    "setup": ("it cannot be loaded", "无法加载"),
}


def notes_in_words(notes: Sequence[str], *, say: Callable[[str, str], str]) -> Iterator[str]:
    """Yield each note as a sentence; ``say`` chooses between English and Chinese.

    A code that has no words is yielded as it is.
    """
    for note in notes:
        code, _, detail = note.partition(":")
        if code not in _NOTES:
            yield note
            continue
        if code == "fallback" and ": " in detail:
            name, _, why = detail.rpartition(": ")
            detail = f"{name}: {say(*_FALLBACKS.get(why, (why, why)))}"
        yield say(*_NOTES[code]) + (f" ({detail})" if detail else "")
