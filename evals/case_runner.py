"""Run small cases: index a case's documents, ask, check what is said; report the rate by kind.

    python -m evals.case_runner FOLDER [NAME ...] [--kind KIND] [--json FILE] [--verbose]

A case is ``NAME/documents/`` and ``NAME/case.json`` with ``question`` and ``check``, and as it needs
them ``history`` (questions before), ``steps`` (changes of the documents between indexings), ``kind``
and ``near`` (a near miss: what looks like the fault and must not be treated as one). With
``NAME/stream.sse`` beside it a language model stands behind the bot whose server answers with that
file. The embedder and the reader are loaded once for all cases, and cases with the same documents
share one index.

Checks: ``contains``, ``not_contains`` (in the text), ``contains_flat`` (without spaces),
``first_contains`` (in the first unit), ``short_whole`` (the short answer is none or holds it),
``short_not``, ``outcome`` (``or_note``: unless there is this note), ``note``, ``no_note``, ``cites``
(end of a cited document's id), ``heading`` of the first citation, ``text`` (the whole text).
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from rag import assembly
from rag.errors import RagError
from rag.records import Turn
from rag.settings import Settings

Told = Mapping[str, Any]
"""An answer as JSON values (``Answer.to_dict``)."""

KEPT = 40
"""Indexes kept open for cases with the same documents."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case; no ``faults``: passed."""

    name: str
    kind: str
    near: bool
    faults: tuple[str, ...]
    text: str = ""


class _Server:
    """A language-model server on this machine that answers every request with one body."""

    def __init__(self) -> None:
        self.body = b""
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: object) -> None:
                """Keep the terminal for the results."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def settings(self) -> Settings:
        """Return settings that ask this server."""
        address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        return Settings(backend="openai:m", base_url=address)


class Runner:
    """Answers the questions of cases, with one set of models for all of them."""

    def __init__(self) -> None:
        _load_once()
        self._server = _Server()
        self._work = Path(tempfile.mkdtemp())
        self._indexes: dict[str, Path] = {}

    def close(self) -> None:
        """Remove what was written."""
        shutil.rmtree(self._work, ignore_errors=True)

    def run(self, folder: Path) -> Result:
        """Run the case in a folder."""
        case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        try:
            told = self._answer(folder, case)
            found, text = faults(told, case["check"]), str(told["text"])
        except (RagError, OSError, ValueError) as error:
            found, text = [f"{type(error).__name__}: {error}"], ""
        return Result(folder.name, case["kind"], bool(case.get("near")), tuple(found), text)

    def _answer(self, folder: Path, case: Mapping[str, Any]) -> Told:
        stream = folder / "stream.sse"
        settings = Settings()
        if stream.exists():
            self._server.body = stream.read_bytes()
            settings = self._server.settings
        with self._index(folder, case) as index, assembly.open_bot(index, settings=settings) as bot:
            turns: list[Turn] = []
            for earlier in case.get("history", []):
                answer = bot.ask(earlier, history=turns)
                turns.append(Turn(earlier, answer.text, answer.standalone_question))
            return bot.ask(case["question"], history=turns).to_dict()

    @contextmanager
    def _index(self, folder: Path, case: Mapping[str, Any]) -> Iterator[Path]:
        """Yield an index of the documents; one without steps is kept for its likes."""
        documents = folder / "documents"
        if not case.get("steps"):
            made_from = _digest(documents)
            if made_from not in self._indexes:
                while len(self._indexes) >= KEPT:
                    oldest = next(iter(self._indexes))
                    shutil.rmtree(self._indexes.pop(oldest), ignore_errors=True)
                index = self._work / made_from
                assembly.build_index([documents], index)
                self._indexes[made_from] = index
            yield self._indexes[made_from]
            return
        own = Path(tempfile.mkdtemp(dir=self._work))
        shutil.copytree(documents, own / "docs")
        for step in case["steps"]:
            _take(step, own / "docs", own / "index")
        yield own / "index"
        shutil.rmtree(own, ignore_errors=True)


def _load_once() -> None:
    """Make the assembly hand out the embedder, the reader and the quoting answerer it has."""
    for name in ("embedder", "span_reader"):
        load = getattr(assembly, name)
        loaded = functools.cache(functools.partial(load, Settings()))
        setattr(assembly, name, lambda *_, loaded=loaded, **__: loaded())


def _take(step: Sequence[str], docs: Path, index: Path) -> None:
    verb, *rest = step
    if verb == "index":
        remove = any(word.strip("-").replace("-", "_") == "remove_missing" for word in rest)
        assembly.build_index([docs], index, remove_missing=remove)
    elif verb == "rename":
        (docs / rest[0]).rename(docs / rest[1])
    elif verb in ("delete", "remove"):
        (docs / rest[0]).unlink()
    elif verb in ("write", "change", "empty"):
        (docs / rest[0]).write_text("".join(rest[1:]), encoding="utf-8")
    else:
        raise ValueError(f"unknown step {verb}")


def _digest(documents: Path) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for file in sorted(documents.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(documents)}\0".encode())
            digest.update(hashlib.blake2b(file.read_bytes(), digest_size=12).digest())
    return digest.hexdigest()


def faults(told: Told, check: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with an answer, in a few words each."""
    text, short = str(told["text"]), str(told.get("short") or "")
    notes = [str(note) for note in told.get("notes", [])]
    units = told.get("sentences") or []
    first = str(units[0]["text"]) if units else text
    found = [f"lacks {x}" for x in check.get("contains", []) if x not in text]
    found += [f"lacks {x}" for x in check.get("contains_flat", []) if _flat(x) not in _flat(text)]
    found += [f"has {x}" for x in check.get("not_contains", []) if x in text]
    found += [f"first lacks {x}" for x in check.get("first_contains", []) if x not in first]
    found += _faults_of_short(short, check)
    outcome = str(told["outcome"]).lower().rpartition(".")[2]
    excused = _noted(check.get("or_note"), notes)
    if check.get("outcome") and outcome != check["outcome"] and not excused:
        found.append(f"outcome {outcome}")
    if check.get("note") and not _noted(check["note"], notes):
        found.append(f"no note {check['note']}")
    if _noted(check.get("no_note"), notes):
        found.append(f"note {check['no_note']}")
    cited = [str(c["passage"]["document_id"]) for c in told["citations"]]
    for end in check.get("cites", []):
        if not any(name.endswith(end) for name in cited):
            found.append(f"cites {cited}")
    if "heading" in check:
        over = told["citations"][0]["passage"].get("heading", "") if cited else ""
        if over.replace(" › ", " > ") != check["heading"]:
            found.append(f"heading {over}")
    if "text" in check and text != check["text"]:
        found.append(f"text {text[:80]!r}")
    return found


def _faults_of_short(short: str, check: Mapping[str, Any]) -> list[str]:
    whole = check.get("short_whole")
    if short and whole and whole not in short:
        return [f"short {short}"]
    for refused in check.get("short_not", []):
        # "600元" is refused, "128,600元" that holds it may be what is wanted.
        longer = [x for x in check.get("contains_flat", []) if refused in x and x != refused]
        if refused in short and not any(x in short for x in longer):
            return [f"short {short}"]
    return []


def _noted(wanted: str | None, notes: Sequence[str]) -> bool:
    return bool(wanted) and any(str(wanted) in note for note in notes)


def _flat(text: str) -> str:
    return "".join(text.split())


def table(results: Sequence[Result]) -> str:
    """Return the rates by kind: all, the faults, and the near misses among them."""
    by_kind: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_kind[result.kind].append(result)
    lines = [f"{'kind':24} {'passed':>12} {'rate':>6} {'faults':>8} {'near misses':>12}"]
    for kind, members in [*sorted(by_kind.items()), ("all", list(results))]:
        passed = [not r.faults for r in members]
        shares = [
            _share([not r.faults for r in members if r.near is near]) for near in (False, True)
        ]
        lines.append(
            f"{kind:24} {sum(passed):>5} of {len(passed):<4} {_share(passed):>6} "
            f"{shares[0]:>8} {shares[1]:>12}"
        )
    return "\n".join(lines)


def _share(passed: Sequence[bool]) -> str:
    return f"{sum(passed) / len(passed):.2f}" if passed else ""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("names", nargs=-1)
@click.option("--kind", "kinds", multiple=True, help="Only cases of this kind.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Save each result.")
@click.option("--verbose", is_flag=True, help="Print each case that failed.")
def main(
    folder: Path,
    names: tuple[str, ...],
    kinds: tuple[str, ...],
    json_file: Path | None,
    *,
    verbose: bool,
) -> None:
    """Run the cases below FOLDER; the rates go to standard output."""
    began = time.perf_counter()
    chosen = []
    for found in sorted(folder.rglob("case.json")):
        kind = json.loads(found.read_text(encoding="utf-8"))["kind"]
        if (not names or found.parent.name in names) and (not kinds or kind in kinds):
            chosen.append(found.parent)
    runner = Runner()
    results = []
    try:
        for case in chosen:
            results.append(runner.run(case))
            if verbose and results[-1].faults:
                click.echo(f"FAIL {case.name}: {'; '.join(results[-1].faults)[:200]}", err=True)
    finally:
        runner.close()
    click.echo(table(results))
    click.echo(f"{time.perf_counter() - began:.0f} s")
    if json_file:
        rows = [
            {"name": r.name, "kind": r.kind, "near": r.near, "faults": r.faults, "text": r.text}
            for r in results
        ]
        json_file.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.exit(0 if results else 1)


if __name__ == "__main__":
    main()
