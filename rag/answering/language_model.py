"""The answerer that lets a language model write, from numbered passages, with citation marks.

The model is any langchain chat model; what it writes is only a draft and passes the same
checker as a quoted sentence does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answering.draft import Draft
from rag.answering.marks import parse
from rag.answering.reading import Reading
from rag.errors import ModelError
from rag.records import Hit, Turn, Usage
from rag.text.language import detect_language

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.prompts import Prompt

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_DECLINES = re.compile(
    r"^(?:文档|文檔|文件|段落|资料|資料)中?(?:都|均)?(?:没有|沒有|未)提到"
    r"|^the (?:documents|passages) do not (?:say|mention)",
    re.IGNORECASE,
)


class LanguageModelAnswerer:
    """Asks one chat model. Safe to share between threads where the model is."""

    def __init__(
        self, name: str, model: BaseChatModel, *, prompts: Mapping[str, Prompt], passages: int
    ) -> None:
        """Take the model, its prompts by language (``zh``, ``en``) and how many hits it reads."""
        self.name = name
        self._model = model
        self._prompts = prompts
        self._passages = passages

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield the model's text as it comes and, last, the draft.

        The question is complete, so earlier turns are not sent. Raises ModelError where the
        provider fails.
        """
        del history
        question = reading.evidence.question
        language = "zh" if detect_language(question).startswith("zh") else "en"
        prompt = self._prompts[language]
        hits = reading.evidence.hits[: self._passages]
        request = prompt.fill(passages=_numbered(hits), question=question)
        pieces: list[str] = []
        usage = Usage()
        for text, used in self._chunks(prompt.instructions, request):
            usage = Usage(
                usage.prompt_tokens + used.prompt_tokens,
                usage.completion_tokens + used.completion_tokens,
            )
            if text:
                pieces.append(text)
                yield text
        text = "".join(pieces).strip()
        declined = not text or bool(_DECLINES.match(text))
        yield Draft(tuple(parse(text)), declined=declined, usage=usage)

    def _chunks(self, instructions: str, request: str) -> Iterator[tuple[str, Usage]]:
        try:
            for chunk in self._model.stream([("system", instructions), ("human", request)]):
                used = getattr(chunk, "usage_metadata", None) or {}
                yield (
                    str(chunk.text),
                    Usage(used.get("input_tokens", 0), used.get("output_tokens", 0)),
                )
        except Exception as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise ModelError(
                f"The language model {self.name} failed ({reason}); check its name, key and "
                "server, or use --backend extractive.",
                f"语言模型 {self.name} 出错（{reason}）；请检查其名称、密钥和服务器，"
                "或使用 --backend extractive。",
            ) from error


def _numbered(hits: Sequence[Hit]) -> str:
    return "\n\n".join(
        f"[{hit.rank}] {_INVISIBLE.sub('', hit.passage.title)}\n"
        f"{_INVISIBLE.sub('', hit.passage.text)}"
        for hit in hits
    )
