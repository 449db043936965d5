"""Resolve pyproject.toml and write the exact version of every package of the tree.

``requirements.lock`` is what running needs, ``requirements-dev.lock`` what testing adds to it,
``requirements-local-llm.lock`` what the extra of that name adds to running. All are installed with
``--no-deps``, so nothing outside them can come in.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "requirements.lock"
DEVELOP = ROOT / "requirements-dev.lock"
EXTRA = "local-llm"
HEADER = "# Made by `make lock` from pyproject.toml; do not edit.\n"


def canonical(name: str) -> str:
    """Return the normal form of a distribution name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve(requirements: list[str], constraints: list[str]) -> dict[str, str]:
    """Return name -> version of the whole tree, as pip would install it into an empty place."""
    with tempfile.TemporaryDirectory() as folder:
        fixed = Path(folder) / "constraints.txt"
        fixed.write_text("\n".join(constraints), encoding="utf-8")
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        command += ["-qq", "--only-binary", ":all:", "--report", str(report), "-c", str(fixed)]
        subprocess.run([*command, *requirements], check=True)
        installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    pairs = (entry["metadata"] for entry in installed)
    # A local part such as +cpu names one index's build and exists nowhere else.
    return {canonical(pair["name"]): pair["version"].split("+")[0] for pair in pairs}


def main() -> None:
    """Write both lock files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    direct = project["project"]["dependencies"]
    markers = {
        canonical(re.split(r"[^\w.-]", line, maxsplit=1)[0]): line.partition(";")[2]
        for line in direct
    }
    base = [*direct, *project["build-system"]["requires"], "editables"]
    run = resolve(base, [])
    pins = [f"{name}=={version}" for name, version in run.items()]
    everything = resolve([*base, *project["dependency-groups"]["dev"]], pins)
    extra = resolve(project["project"]["optional-dependencies"][EXTRA], pins)
    forbidden = sorted(
        name for name in everything | extra if re.match(r"nvidia-|cuda-|triton", name)
    )
    if forbidden:
        raise SystemExit(
            "pip resolved packages for graphics cards (" + ", ".join(forbidden) + "); "
            "point it at a build of torch for the processor alone and lock again."
        )

    def lines(names: list[str]) -> str:
        rows = []
        for name in sorted(names):
            marker = markers.get(name, "").strip()
            rows.append(f"{name}=={(everything | extra)[name]}" + (f"; {marker}" if marker else ""))
        return HEADER + "\n".join(rows) + "\n"

    RUN.write_text(lines(list(run)), encoding="utf-8")
    DEVELOP.write_text(lines([name for name in everything if name not in run]), encoding="utf-8")
    added = [name for name in extra if name not in run]
    (ROOT / f"requirements-{EXTRA}.lock").write_text(lines(added), encoding="utf-8")
    print(f"locked {len(run)} packages to run, {len(everything) - len(run)} more to develop")


if __name__ == "__main__":
    main()
