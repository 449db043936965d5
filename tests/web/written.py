"""An answerer that hands over written drafts, good and bad, to the real bot and its checker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rag.checking.draft import Draft, DraftSentence, Quote
from rag.reading.proposal import Reading
from rag.records import Turn

TRUE = "截至2023年底,已建工会驿站18.42万个,年服务突破10亿人次"
GROUPS = "已覆盖230万快递员、300万外卖员和380万网约车司机群体"
_PARTLY = "工会建设了“司机之家”1800多家，遍布各省。"
_WRONG = "工会驿站已建成19.5万个，年服务突破10亿人次。"
_INVENTED = "工会驿站由火星移民局统一管理。"

SUPPORTED = "工会驿站建成了多少个？"
MIXED = "混合：工会驿站建成了多少个，由谁出资？"
UNSUPPORTED = "无据：工会驿站建成了多少个，由谁管理？"
PREMISE = "前提：工会驿站已建成30万个，是哪一年建成的？"
CONFLICT = "矛盾：工会驿站建成了多少个？"
FALLBACK = "备用：工会驿站建成了多少个？"
STRANGE = "附注：工会驿站建成了多少个？"
LIST = "工会驿站之外，集体合同覆盖了哪些群体？"
HALTING = "慢慢说：工会驿站建成了多少个？"


class WrittenAnswerer:
    """Answers by the first word of a question; ``amid`` is called in the midst of ``HALTING``."""

    name = "openai:written"

    def __init__(self, amid: Callable[[], object] = lambda: None) -> None:
        self._amid = amid

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        question = reading.evidence.question
        draft = self._draft(question, reading.evidence.hits)
        text = "".join(f"{s.text}{''.join(f'[{n}]' for n in s.numbers)}" for s in draft.sentences)
        for start in range(0, len(text), 6):
            if start == 30 and question == HALTING:
                self._amid()
            yield text[start : start + 6]
        yield draft

    def _draft(self, question: str, hits: Sequence[Any]) -> Draft:
        true = _quoted(TRUE, hits)
        number = true.numbers
        drafts = {
            MIXED: Draft(
                (
                    true,
                    DraftSentence(_PARTLY, number),
                    DraftSentence(_WRONG, number),
                    DraftSentence("驿站里都有饮水机。", ()),
                ),
                short="18.42万个",
            ),
            UNSUPPORTED: Draft((DraftSentence(_INVENTED, number),)),
            PREMISE: Draft((true,), short="18.42万个", notes=("premise",)),
            CONFLICT: Draft(
                (true, _quoted("全国工会驿站达到15万个", hits)),
                short="18.42万个",
                notes=("conflict",),
            ),
            FALLBACK: Draft(
                (true,), short="18.42万个", notes=("fallback:openai:written: timeout",)
            ),
            STRANGE: Draft(
                (true,), short="18.42万个", notes=("suspicious:3", "removed:2", "strange:thing")
            ),
            LIST: Draft(
                (_quoted(GROUPS, hits),), short="230万快递员、300万外卖员、380万网约车司机"
            ),
        }
        return drafts.get(question, Draft((true,), short="18.42万个"))


def _quoted(words: str, hits: Sequence[Any]) -> DraftSentence:
    for hit in hits:
        start = hit.passage.text.find(words)
        if start >= 0:
            first = hit.passage.start + start
            quote = Quote(hit.rank, first, first + len(words))
            return DraftSentence(words, (hit.rank,), (quote,))
    return DraftSentence(words, ())


class Gate:
    """Holds whoever comes until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.reached = threading.Event()

    def wait(self) -> None:
        self.reached.set()
        assert self._open.wait(120), "the gate was never opened"

    def open(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._open.clear()
        self.reached.clear()
