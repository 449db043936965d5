from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rag.index import build_index, open_index

HERE = Path(__file__).resolve().parent

_spec = importlib.util.spec_from_file_location("hashing_embedder", HERE / "hashing_embedder.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

CHUNKING = {"chunk_maximum": 200, "chunk_minimum": 20, "part_target": 40}


class Workshop:
    """A folder of sources, an index made of them, and the test embedder."""

    def __init__(self, folder: Path) -> None:
        self.sources = folder / "sources"
        self.sources.mkdir()
        self.directory = folder / "index"
        self.embedder = _module.HashingEmbedder()

    def write(self, name, content):
        """Write a file of the sources; a list becomes one JSON object a line."""
        path = self.sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in content)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path

    def build(self, *paths, **options):
        return build_index(
            paths or [self.sources],
            self.directory,
            embedder=options.pop("embedder", self.embedder),
            **{**CHUNKING, **options},
        )

    def open(self, directory=None, embedder=None):
        return open_index(directory or self.directory, embedder=embedder or self.embedder)

    def contents(self):
        """Return {id: text} of the index."""
        with self.open() as index:
            return {summary.id: index.document(summary.id).text for summary in index.documents()}

    @property
    def database(self):
        return self.directory / "index.sqlite"


@pytest.fixture
def make_workshop():
    """Return a maker of workshops, in memory where that is possible.

    What is tested here survives killed processes, not power cuts, so waiting for a disk proves
    nothing.
    """
    memory = Path("/dev/shm")
    parent = memory if os.access(memory, os.W_OK) else None
    with contextlib.ExitStack() as folders:
        yield lambda: Workshop(
            Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="rag-", dir=parent)))
        )


@pytest.fixture
def workshop(make_workshop):
    return make_workshop()


@pytest.fixture
def embedder_class():
    return _module.HashingEmbedder


@pytest.fixture
def run_script(tmp_path):
    """Start a Python script beside the test embedder; return the process."""

    def start(source, *arguments, prefix=(), **options):
        script = tmp_path / f"script{abs(hash(source))}.py"
        script.write_text(source, encoding="utf-8")
        root = HERE.parent.parent
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(root), str(HERE), os.environ.get("PYTHONPATH", "")]),
        }
        return subprocess.Popen(
            [*prefix, sys.executable, str(script), *map(str, arguments)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    return start


@pytest.fixture(scope="session")
def is_root():
    return os.geteuid() == 0
