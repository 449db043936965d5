"""What every test runs under: no network but loopback, a home of its own, no stray settings."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

_PROVIDER_KEY = ("_API_KEY", "_API_TOKEN", "_API_BASE", "_BASE_URL")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

# Child processes do not inherit patched functions; this makes them refuse the network as well.
_GUARD = """
import socket

def _local(address):
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host in ("", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")

def _guarded(original):
    def connect(self, address, *rest):
        if not _local(address):
            raise OSError(f"the tests block the network: {address!r}")
        return original(self, address, *rest)
    return connect

_resolve = socket.getaddrinfo

def _getaddrinfo(host, *rest, **named):
    if isinstance(host, bytes):
        host = host.decode()
    if host is not None and not _local((host,)):
        raise socket.gaierror(f"the tests block the network: {host!r}")
    return _resolve(host, *rest, **named)

socket.socket.connect = _guarded(socket.socket.connect)
socket.socket.connect_ex = _guarded(socket.socket.connect_ex)
socket.getaddrinfo = _getaddrinfo
"""


@pytest.fixture(scope="session", autouse=True)
def _no_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Refuse every address but loopback, in this process and in its Python children."""
    saved = (socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo)
    guard = tmp_path_factory.mktemp("guard")
    (guard / "sitecustomize.py").write_text(_GUARD, encoding="utf-8")
    search_path = [str(guard), str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, search_path)))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        exec(compile(_GUARD, "sitecustomize.py", "exec"), {})
        yield
    socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = saved  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cache directory of the whole session: the bundled model is converted once.

    ``RAG_TEST_CACHE_DIR`` names a directory to keep between runs.
    """
    # Taken away, because settings refuse names they do not know.
    kept = os.environ.pop("RAG_TEST_CACHE_DIR", "")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        return Path(kept).resolve()
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _isolated(
    tmp_path_factory: pytest.TempPathFactory, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give each test a home, an empty working directory and an environment without settings."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith("RAG_") or name.endswith(_PROVIDER_KEY) or name.upper() in _PROXIES:
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "RAG_CACHE_DIR": str(model_cache),
        "RAG_DATA_DIR": str(home / "data"),
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    work = home / "work"
    work.mkdir()
    monkeypatch.chdir(work)


@pytest.fixture
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture
def seeds(repository: Path) -> Path:
    """Return the folder of the shipped documents."""
    return repository / "seeds"


@pytest.fixture
def shared(repository: Path) -> Path:
    """Return the folder of open evaluation data beside the checkout, or skip without it."""
    folder = repository.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the open evaluation sets are not beside this checkout")
    return folder


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Run quick tests first, so that a break shows early."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
