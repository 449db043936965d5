"""What `make install` says when something is missing, and what it refuses to leave behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

OLD = '#!/bin/sh\nif [ "$1" = --version ]; then echo Python 3.9.2; exit; fi\nexit 1\n'
NO_VENV = (
    f"#!/bin/sh\nif [ \"$1 $2\" = '-m venv' ]; then echo ensurepip is not available; exit 1; fi\n"
    f'exec {sys.executable} "$@"\n'
)
NO_PIP = (
    "#!/bin/sh\n"
    'if [ "$1 $2" = \'-m venv\' ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi\n'
    "if [ \"$1 $2 $3\" = '-m pip install' ]; then echo no network >&2; exit 1; fi\n"
    f'exec {sys.executable} "$@"\n'
)


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """Return a copy of what `make install` needs, with a folder `bin` that shadows commands."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(repository / name, tmp_path / name)
    shutil.copytree(repository / "tools", tmp_path / "tools")
    (tmp_path / "bin").mkdir()
    return tmp_path


def shadow(checkout: Path, name: str, script: str) -> None:
    path = checkout / "bin" / name
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


def install(checkout: Path) -> subprocess.CompletedProcess[str]:
    path = f"{checkout / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return subprocess.run(
        ["make", "install"],
        cwd=checkout,
        capture_output=True,
        text=True,
        env={"PATH": path, "HOME": str(checkout)},
    )


def test_a_python_too_old_is_named(checkout: Path) -> None:
    for name in ("python", "python3", *(f"python3.{minor}" for minor in range(11, 15))):
        shadow(checkout, name, OLD)
    done = install(checkout)
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed, found Python 3.9.2" in done.stderr
    assert "需要 Python 3.11" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_missing_venv_module_is_named(checkout: Path) -> None:
    shadow(checkout, "python3", NO_VENV)
    done = install(checkout)
    assert done.returncode != 0
    assert "python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_too_little_space_is_named_before_anything_is_made(checkout: Path) -> None:
    shadow(checkout, "python3", NO_PIP)
    shadow(checkout, "df", "#!/bin/sh\necho head\necho disk 9000 8900 100 99% /\n")
    done = install(checkout)
    assert done.returncode != 0
    assert "Only 100 MB are free" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_failed_installation_is_not_taken_for_done(checkout: Path) -> None:
    shadow(checkout, "python3", NO_PIP)
    for _ in range(2):
        done = install(checkout)
        assert done.returncode != 0
        assert "pip could not install the locked packages" in done.stderr
    assert not (checkout / ".venv" / ".installed-run").exists()


def test_this_environment_holds_nothing_for_graphics_cards(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(repository / "tools" / "check_environment.py")],
        capture_output=True,
        text=True,
    )
    assert "graphics cards" not in done.stderr


def test_a_package_for_graphics_cards_is_refused(repository: Path, tmp_path: Path) -> None:
    information = tmp_path / "nvidia_cublas_cu12-12.0.dist-info"
    information.mkdir()
    metadata = "Metadata-Version: 2.1\nName: nvidia-cublas-cu12\nVersion: 12.0\n"
    (information / "METADATA").write_text(metadata, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(repository / "tools" / "check_environment.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode != 0
    assert "nvidia-cublas-cu12" in done.stderr
    assert "README" in done.stderr
