"""A bot whose answers are written down, on documents in memory."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from rag.records import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Delta,
    Document,
    Hit,
    Outcome,
    Passage,
    Retrieved,
    Sentence,
    Verdict,
)


def make_document(identity: str, title: str, paragraphs: list[str], **metadata: str) -> Document:
    """Build a document of one block per paragraph."""
    text, blocks = "", []
    for paragraph in paragraphs:
        start = len(text)
        text += paragraph
        heading = len(paragraph) < 25 and not paragraph.endswith(("。", "."))
        kind = BlockKind.HEADING if heading else BlockKind.PARAGRAPH
        blocks.append(Block(kind, start, len(text), 2 if heading else 0))
        text += "\n\n"
    return Document(identity, f"/nowhere/{identity}", title, text, metadata, tuple(blocks))


class ScriptedIndex:
    """Documents in memory, with the few verbs the page uses."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = {document.id: document for document in documents}

    def document(self, identity: str) -> Document:
        return self._documents[identity]

    def documents(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(
                id=document.id,
                title=document.title,
                metadata=document.metadata,
                characters=len(document.text),
                passages=len(document.blocks),
                paths=(document.source,),
            )
            for document in self._documents.values()
        ]

    @property
    def document_count(self) -> int:
        return len(self._documents)

    @property
    def passage_count(self) -> int:
        return sum(len(document.blocks) for document in self._documents.values())


class ScriptedBot:
    """Answers by the words of a question, at the pace it is told; every text is its own."""

    def __init__(
        self,
        documents: list[Document],
        *,
        pause: float = 0.0,
        before: Callable[[str], object] = lambda _question: None,
    ) -> None:
        """Wait ``pause`` seconds here and there; tell ``before`` the search what is asked."""
        self.index = ScriptedIndex(documents)
        self.pause = pause
        self._before = before
        self.closed_early = 0
        self.passages = [
            Passage(
                f"{document.id}#{ordinal}",
                document.id,
                ordinal,
                document.source,
                document.title,
                "",
                block.start,
                block.end,
                document.text[block.start : block.end],
            )
            for document in documents
            for ordinal, block in enumerate(document.blocks)
            if block.kind is BlockKind.PARAGRAPH
        ]

    def ask(self, question: str, history: Any = (), *, within: Any = None) -> Answer:
        *_, answer = self.stream(question, history, within=within)
        assert isinstance(answer, Answer)
        return answer

    def search(self, question: str, k: int = 5, *, within: Any = None) -> list[Hit]:
        letters = set(question)
        chosen = [p for p in self.passages if within is None or p.document_id in within]
        ranked = sorted(chosen, key=lambda p: -len(letters & set(p.text)))[:k]
        return [
            Hit(
                p,
                rank,
                1 / rank,
                {"dense": 0.9 - rank / 50, "lexical": 12.5 / rank, "fused": 1 / rank},
            )
            for rank, p in enumerate(ranked, 1)
        ]

    def stream(
        self, question: str, history: Any = (), *, within: Any = None
    ) -> Iterator[Retrieved | Delta | Answer]:
        standalone = question
        if history and len(question) < 12:
            standalone = f"{history[-1].question.rstrip('？?')}，{question}"
        hits = tuple(self.search(standalone, within=within))
        finished = False
        try:
            time.sleep(self.pause)
            self._before(question)
            yield Retrieved(standalone, hits)
            answer = self._answer(question, standalone, hits)
            for piece in re.findall(r".{1,6}", answer.text, re.DOTALL):
                time.sleep(self.pause / 5)
                yield Delta(piece)
            finished = True
            yield answer
        finally:
            self.closed_early += not finished

    def _answer(self, question: str, standalone: str, hits: tuple[Hit, ...]) -> Answer:
        if "没有" in question or "nothing" in question or not hits:
            return Answer(
                question,
                standalone,
                "文档中没有提到这个问题的答案。",
                (),
                Outcome.DECLINED,
                0.12,
                (),
                hits,
                "extractive",
                seconds={"total": 0.2},
            )
        citations, sentences = [], []
        verdicts = [Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNSUPPORTED]
        wanted = 3 if "判定" in question else 2
        for hit, verdict in zip(hits[:wanted], verdicts, strict=False):
            text = hit.passage.text
            stop = text.find("。") + 1 or min(len(text), 60)
            start = text[: stop - 1].rfind("。") + 1
            mark = verdict if wanted == 3 else Verdict.SUPPORTED
            reasons = ("number:18.5万",) if mark is Verdict.UNSUPPORTED else ()
            citations.append(
                Citation(
                    hit.rank,
                    hit.passage,
                    text[start:stop],
                    hit.passage.start + start,
                    hit.passage.start + stop,
                    mark,
                    reasons,
                )
            )
            sentences.append(Sentence(text[start:stop], (hit.rank,), mark, reasons))
        spoken = "".join(f"{s.text}[{s.citations[0]}]" for s in sentences)
        return Answer(
            question,
            standalone,
            spoken,
            tuple(sentences),
            Outcome.ANSWERED,
            0.91,
            tuple(citations),
            hits,
            "extractive",
            short=sentences[0].text[:12],
            seconds={"search": 0.05, "answer": 0.1, "total": 0.15},
            notes=("conflict",) if wanted == 3 else (),
        )

    def close(self) -> None:
        """Nothing is open."""
