"""Read a document in a process of its own, so that a hostile or broken file harms nobody else.

The child sets its own limits (memory, processor, file size, open files) before it opens the file;
the parent watches the clock and the size of what comes back, and kills the child's whole group.
Results come through a pipe as JSON: nothing a child sends is ever executed.
"""

from __future__ import annotations

import base64
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from rag.errors import DocumentError, MissingExtra, UnreadableDocument, UnsupportedDocument
from rag.readers.discovery import printable
from rag.records import Aside, AsideKind, Block, BlockKind, Document, Place

_ROOT = str(Path(__file__).resolve().parents[2])
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from rag.readers.isolation import child; child()"
)
_KEPT = (
    "PATH",
    "PYTHONPATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "RAG_CACHE_DIR",
)
_ERRORS = {kind.__name__: kind for kind in (UnreadableDocument, UnsupportedDocument, DocumentError)}
_FRAME = 5
"""Bytes before each message: its kind and its length."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: bytes of memory, seconds of processor and of quiet, bytes sent.

    ``silence`` is how long a child may send nothing; pages read count as a sign of life. A reader
    may ask for more processor time page by page, up to ``longest``.
    """

    memory: int = 1_000_000_000
    processor: int = 20
    longest: int = 1_500
    silence: float = 60.0
    output: int = 500_000_000
    written: int = 0


def read_isolated(path: Path, reader: str, limits: Limits | None = None) -> list[Document]:
    """Return what ``reader`` ("module:function") makes of a file, read in a child process.

    Raises the reader's own DocumentError or MissingExtra, and UnreadableDocument where the child
    died, hung, or needed more than the limits allow.
    """
    documents = []
    for kind, payload in _run(path, reader, None, limits or Limits()):
        if kind == b"d":
            documents.append(_document(payload))
    return documents


def call_isolated(path: Path, function: str, arguments: list[Any], limits: Limits) -> bytes:
    """Return the bytes that ``function(path, *arguments)`` gives in a child process.

    ``arguments`` are plain JSON values. Raises as ``read_isolated`` does.
    """
    parts = [payload for kind, payload in _run(path, function, arguments, limits) if kind == b"b"]
    return b"".join(parts)


def _run(
    path: Path, function: str, arguments: list[Any] | None, limits: Limits
) -> Iterator[tuple[bytes, bytes]]:
    """Run a function in a child and yield its messages; raises what it raised, or why it died."""
    with tempfile.TemporaryDirectory(prefix="rag-") as scratch:
        receive, send = os.pipe()
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TMPDIR": scratch}
        order = json.dumps(
            {"call": function, "arguments": arguments, "limits": asdict(limits), "out": send}
        )
        process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own words
            [sys.executable, "-c", _BOOT, _ROOT, order, os.fspath(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(send,),
            env=environment,
            start_new_session=True,
        )
        os.close(send)
        ended = False
        try:
            for kind, payload in _messages(path, receive, limits):
                if kind == b"e":
                    raise _error(path, payload)
                ended = ended or kind == b"z"
                yield kind, payload
        finally:
            os.close(receive)
            _kill(process)
        if not ended:
            raise _died(path, process.returncode)


def _messages(path: Path, receive: int, limits: Limits) -> Iterator[tuple[bytes, bytes]]:
    """Yield the messages of a child until it ends; raises UnreadableDocument."""
    waiting = bytearray()
    taken = 0
    while True:
        ready, _, _ = select.select([receive], [], [], limits.silence)
        if not ready:
            raise _refusal(path, "took too long", "处理时间过长")
        piece = os.read(receive, 1 << 20)
        if not piece:
            return
        waiting += piece
        taken += len(piece)
        if taken > limits.output:
            raise _refusal(path, "gives more text than the limit", "包含的文字超过上限")
        while len(waiting) >= _FRAME:
            length = int.from_bytes(waiting[1:_FRAME], "big")
            if len(waiting) < _FRAME + length:
                break
            message = bytes(waiting[:1]), bytes(waiting[_FRAME : _FRAME + length])
            del waiting[: _FRAME + length]
            yield message


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and all it may have started."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.2)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _refusal(path: Path, reason: str, chinese: str) -> UnreadableDocument:
    name = printable(path)
    return UnreadableDocument(
        path,
        f"{name} {reason} and was left out; it may be damaged: open it and save it again.",
        f"{name} {chinese},已跳过;文件可能已损坏,请打开后重新保存。",
    )


def _died(path: Path, code: int | None) -> UnreadableDocument:
    if code is not None and -code in {signal.SIGXCPU, signal.SIGKILL}:
        return _refusal(path, "took too long", "处理时间过长")
    return _refusal(path, "made its reader stop", "使读取器中止")


def _error(path: Path, payload: bytes) -> Exception:
    stated = json.loads(payload)
    if stated["kind"] == "MissingExtra":
        return MissingExtra(stated["extra"], stated["english"], stated["chinese"])
    if stated["kind"] == "MemoryError":
        return _refusal(path, "needs more memory than the limit", "需要的内存超过上限")
    return _ERRORS.get(stated["kind"], UnreadableDocument)(
        path, stated["english"], stated["chinese"]
    )


def _document(payload: bytes) -> Document:
    """Return a document from its JSON form; each value is made what the records say."""
    stated: Mapping[str, Any] = json.loads(payload)
    return Document(
        id=str(stated["id"]),
        source=str(stated["source"]),
        title=str(stated["title"]),
        text=str(stated["text"]),
        metadata={str(key): str(value) for key, value in stated["metadata"].items()},
        blocks=tuple(
            Block(
                BlockKind(kind), int(start), int(end), int(level), int(group), str(marker),
                tuple(map(str, names)), tuple((int(a), int(b)) for a, b in cells),
            )
            for kind, start, end, level, group, marker, names, cells in stated["blocks"]
        ),
        places=tuple(
            Place(int(start), int(line), int(page), str(part))
            for start, line, page, part in stated["places"]
        ),
        aside=tuple(
            Aside(AsideKind(kind), str(text), int(at)) for kind, text, at in stated["aside"]
        ),
        layout=base64.b64decode(stated["layout"]),
    )  # fmt: skip


def _stated(document: Document) -> bytes:
    return json.dumps(
        {
            "id": document.id,
            "source": document.source,
            "title": document.title,
            "text": document.text,
            "metadata": dict(document.metadata),
            "blocks": [
                (b.kind, b.start, b.end, b.level, b.group, b.marker, b.names, b.cells)
                for b in document.blocks
            ],
            "places": [(p.start, p.line, p.page, p.part) for p in document.places],
            "aside": [(a.kind, a.text, a.at) for a in document.aside],
            "layout": base64.b64encode(document.layout).decode("ascii"),
        },
        separators=(",", ":"),
    ).encode("utf-8")


# The child's side.

_out = -1
_limits = Limits()


def _send(kind: bytes, payload: bytes = b"") -> None:
    data = memoryview(kind + len(payload).to_bytes(4, "big") + payload)
    while data:
        data = data[os.write(_out, data) :]


def sign_of_life(seconds: float = 10.0) -> None:
    """Tell the parent that a page is done, and allow ``seconds`` of processor for the next one.

    Does nothing outside a child.
    """
    if _out < 0:
        return
    import resource

    _send(b"p")
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(time.process_time() + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (max(soft, _limits.processor), hard))


def _restrict(limits: Limits) -> None:
    import resource

    def lower(name: int, soft: int, hard: int) -> None:
        known = resource.getrlimit(name)[1]
        if known != resource.RLIM_INFINITY:
            soft, hard = min(soft, known), min(hard, known)
        resource.setrlimit(name, (soft, hard))

    lower(resource.RLIMIT_CORE, 0, 0)
    lower(resource.RLIMIT_AS, limits.memory, limits.memory)
    lower(resource.RLIMIT_CPU, limits.processor, limits.longest)
    lower(resource.RLIMIT_FSIZE, limits.written, limits.written)
    lower(resource.RLIMIT_NOFILE, 64, 64)


def child() -> None:
    """Read the file that the command line names, send what it holds, and end."""
    global _out, _limits
    order = json.loads(sys.argv[2])
    path = Path(sys.argv[3])
    _out, _limits = order["out"], Limits(**order["limits"])
    module, name = order["call"].split(":")
    function = getattr(import_module(module), name)
    _restrict(_limits)
    try:
        if order["arguments"] is None:
            for document in function(path):
                _send(b"d", _stated(document))
        else:
            _send(b"b", function(path, *order["arguments"]))
        _send(b"z")
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is told
        _send(b"e", _told(error, path))
    # No destructor of a library runs on damaged data.
    os._exit(0)


def _told(error: BaseException, path: Path) -> bytes:
    kind = type(error).__name__
    english, chinese = str(error), getattr(error, "chinese", "")
    if not isinstance(error, DocumentError | MissingExtra | MemoryError):
        name = printable(path)
        reason = "too deeply nested" if isinstance(error, RecursionError) else f"{kind}: {error}"
        english = f"{name} could not be read ({reason[:200]}); check the file."
        chinese = f"{name} 读取失败({reason[:200]}),请检查该文件。"
        kind = "UnreadableDocument"
    extra = getattr(error, "extra", "")
    told = {"kind": kind, "english": english, "chinese": chinese or english, "extra": extra}
    return json.dumps(told).encode("utf-8")
