"""The whole evaluation of one set: read, index, ask, score, sum up."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import EvaluationError
from rag.evaluation.cases import Case, worst_cases
from rag.evaluation.checking import checker_rows
from rag.evaluation.fingerprint import answering_code, building_code, digest_of
from rag.evaluation.intervals import RESAMPLES
from rag.evaluation.observation import Observation, Row
from rag.evaluation.reading import read_set
from rag.evaluation.result import Evaluation
from rag.evaluation.runner import FORMAT, Store, observe
from rag.evaluation.scoring import Texts, rewrite_row, score
from rag.evaluation.sets import MAIN, QuestionSet, Warned, sample
from rag.evaluation.summary import summarise
from rag.progress import Progress
from rag.records import Turn
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.bot import Bot

_NO_INFLUENCE = {
    "index_dir", "cache_dir", "data_dir", "language", "host", "port", "username", "password",
    "request_timeout", "first_token_timeout", "retries",
}  # fmt: skip
"""Settings that cannot change an answer."""

_BUILDING = ("embedding_model", "chunk_maximum", "chunk_minimum", "part_target")
"""Settings the contents of an index depend on."""


def evaluate(
    path: Path | str,
    *,
    index_dir: Path | str | None = None,
    settings: Settings | None = None,
    distractors: Sequence[Path | str] = (),
    limit: int | None = None,
    seed: int = 0,
    kinds: Sequence[str] = (),
    check: bool = True,
    fresh: bool = False,
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate the set at ``path``.

    With ``index_dir`` the questions are asked of that index; otherwise an index of the set's
    corpus (and of ``distractors``) is built and kept in the cache, under a digest of corpus,
    embedding model, chunking and the code that builds it. Results of single questions are
    kept under a digest of everything an answer depends on: an interrupted evaluation goes
    on, an unchanged one costs nothing; ``fresh`` asks everything anew. ``limit``, ``seed``
    and ``kinds`` choose a sample (see :func:`rag.evaluation.sets.sample`); ``check`` measures
    the citation checker too. Raises :class:`EvaluationError` for an unusable set, and what
    building and opening an index raise.
    """
    settings = settings or Settings()
    whole = read_set(path, distractors=distractors)
    chosen = sample(whole, limit=limit, seed=seed, kinds=kinds)
    rows: list[Row] = []
    cases: list[Case] = []
    observed: dict[str, Observation] = {}
    system: dict[str, Any] = _system(settings)
    warnings = list(whole.warnings)
    asked = list(chosen.everything_asked())
    if not asked and not chosen.rewrites:
        raise EvaluationError(
            f"No question of {whole.name} is left to ask; name kinds the set has.",
            f"题集 {whole.name} 没有剩下可问的问题；请指定题集中有的类型。",
        )
    if asked:
        from rag.assembly import open_bot

        directory, identity = _index(whole, index_dir, settings, progress)
        with open_bot(directory, settings=settings, progress=progress) as bot:
            if index_dir or not whole.documents:
                identity = json.dumps(bot.index.info(), sort_keys=True, default=str)
            whole, found = _checked(whole, bot, path, distractors)
            warnings += found
            store = Store(_store_path(settings, whole.name, identity), fresh=fresh)
            observed = observe(bot, chosen, store, progress=progress)
            texts = _texts(whole, bot)
            aliases = whole.aliases()
            rows = score(asked, observed, aliases=aliases, text_of=texts)
            cases = worst_cases(asked, rows, observed, aliases=aliases, text_of=texts)
            system["index"] = bot.index.info()
        system["peak_memory_mb"] = _peak_memory()
        system["backend"] = next(iter(observed.values())).backend
    rows += _rewritten(chosen, settings)
    if check:
        rows += checker_rows(chosen, seed=seed, progress=progress)
    return Evaluation(
        name=whole.name,
        digest=whole.digest,
        rows=tuple(rows),
        summary=summarise(rows, seed=seed, resamples=resamples),
        system=system,
        options={"limit": limit, "seed": seed, "kinds": list(kinds), "resamples": resamples},
        counts=_counts(chosen),
        warnings=tuple(warnings),
        cases=tuple(cases),
        observed=observed,
        asked=tuple(asked),
    )


def _system(settings: Settings) -> dict[str, Any]:
    from rag import __version__

    influencing = settings.model_dump(mode="json", exclude=_NO_INFLUENCE)
    return {"version": __version__, "code": answering_code(), "settings": influencing}


def _index(
    whole: QuestionSet,
    index_dir: Path | str | None,
    settings: Settings,
    progress: Progress | None,
) -> tuple[Path, str]:
    """Return the index to ask and the digest of what it was made from."""
    if index_dir is not None:
        return Path(index_dir), ""
    sources = [whole.folder] if whole.folder else list(whole.corpus_files)
    if not sources:
        if settings.index_dir is not None:
            return settings.index_dir, ""
        raise EvaluationError(
            f"The set {whole.path} has no corpus.jsonl; name the index to ask with --index DIR.",
            f"题集 {whole.path} 没有 corpus.jsonl；请用 --index DIR 指定索引。",
        )
    from rag.assembly import build_index

    made_from = digest_of(
        *(digest_of(file.read_text(encoding="utf-8-sig")) for file in whole.corpus_files),
        *(f"{name} {digest}" for name, digest in whole.files.items()),
        *(str(getattr(settings, name)) for name in _BUILDING),
        building_code(),
    )
    directory = settings.cache_dir / "evaluation" / "indexes" / f"{_slug(whole.name)}-{made_from}"
    done = directory.with_name(f"{directory.name}.done")
    if not done.exists():
        # Building goes on where a killed build stopped: what is indexed already is kept.
        directory.parent.mkdir(parents=True, exist_ok=True)
        build_index(sources, directory, settings=settings, progress=progress)
        done.touch()
    return directory, made_from


def _store_path(settings: Settings, name: str, identity: str) -> Path:
    influencing = settings.model_dump_json(exclude=_NO_INFLUENCE)
    digest = digest_of(FORMAT, answering_code(), influencing, identity)
    return settings.cache_dir / "evaluation" / "runs" / f"{_slug(name)}-{digest}.jsonl"


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)


def _checked(
    whole: QuestionSet, bot: Bot, path: Path | str, distractors: Sequence[Path | str]
) -> tuple[QuestionSet, list[Warned]]:
    """Check the set against what the index really holds."""
    held = {document.id for document in bot.index.documents()}
    aliases = whole.aliases()
    held_too = held | {own for own, first in aliases.items() if first in held}
    held_too |= {first for own, first in aliases.items() if own in held}
    held_too |= {own for own, first in aliases.items() if first in held_too}
    if not whole.documents:
        return read_set(path, distractors=distractors, document_ids=held), []
    lost = sorted(whole.documents - held_too)
    gold = {document for question in whole.everything_asked() for document in question.gold}
    if gold & set(lost) and not whole.files:
        read_set(path, distractors=distractors, document_ids=held_too)
    if not lost:
        return whole, []
    return whole, [
        Warned(
            f"{len(lost)} documents of the set are not in the index (first: {lost[0]}); "
            f"{len(gold & set(lost))} of them are gold ones.",
            f"题集中有 {len(lost)} 个文档不在索引里（首个：{lost[0]}）；"
            f"其中标准文档 {len(gold & set(lost))} 个。",
        )
    ]


def _texts(whole: QuestionSet, bot: Bot) -> Texts:
    """Return what gives the text of a document: from the corpus, else from the index."""
    held = {document.id for document in bot.index.documents()}

    @cache
    def text_of(document: str) -> str:
        known = whole.corpus.get(document)
        if known:
            return known.text
        return bot.index.document(document).text if document in held else ""

    return text_of


def _rewritten(chosen: QuestionSet, settings: Settings) -> list[Row]:
    """Complete the follow-ups of the set without documents, as the settings say."""
    if not chosen.rewrites:
        return []
    from rag.asking.followup import complete
    from rag.assembly import answerer
    from rag.writing.answerer import Completer

    model = answerer(settings)
    rows = []
    for rewrite in chosen.rewrites:
        turns: list[Turn] = []
        for place in range(0, len(rewrite.history), 2):
            said = [*rewrite.history[place : place + 2], ""]
            standalone = complete(said[0], turns)
            turns.append(Turn(said[0], said[1], standalone))
        written = model.complete(rewrite.question, turns) if isinstance(model, Completer) else None
        told = written or complete(rewrite.question, turns)
        conversation = rewrite.key.rpartition("-")[0] or rewrite.key
        rows.append(
            rewrite_row(rewrite.key, rewrite.question, told, rewrite.standalone, conversation)
        )
    return rows


def _counts(chosen: QuestionSet) -> dict[str, int]:
    main = [question for question in chosen.questions if question.part == MAIN]
    return {
        "documents": len(chosen.documents),
        "distractors": len(chosen.distractors),
        "questions": len(main),
        "unanswerable": sum(not question.answerable for question in main),
        "variants": len(chosen.questions) - len(main),
        "conversations": len(chosen.conversations),
        "turns": sum(len(conversation.turns) for conversation in chosen.conversations),
        "rewrites": len(chosen.rewrites),
    }


def _peak_memory() -> float:
    """Return the largest resident memory of this process so far, in MB; 0 where unknown."""
    try:
        import resource
    except ModuleNotFoundError:
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20, 1)
