"""Refuse an environment with packages for graphics cards, or with a version that does not fit."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import distribution, distributions
from pathlib import Path

ADVICE = (
    "Point pip at a build of torch for the processor alone (see 'Start' in the README), "
    "remove .venv and run make again.\n"
    "请让 pip 使用仅含 CPU 的 torch（见 README“开始”），删除 .venv 后重新运行 make。"
)


def main() -> None:
    """Exit with a message when the environment is not what the lock means."""
    names = sorted({str(found.metadata["Name"]) for found in distributions()})
    unwanted = [name for name in names if re.match(r"(nvidia|cuda|triton)\b", name, re.IGNORECASE)]
    if unwanted:
        sys.exit(f"Packages for graphics cards were installed: {', '.join(unwanted)}. {ADVICE}")
    # Read, not imported: importing a torch whose CUDA libraries are missing fails without a reason.
    version_file = Path(str(distribution("torch").locate_file("torch/version.py")))
    if re.search(r"^cuda\b[^=]*= *['\"]", version_file.read_text(encoding="utf-8"), re.MULTILINE):
        sys.exit(f"The installed torch is a build for graphics cards. {ADVICE}")
    check = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    result = subprocess.run(check, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"The locked packages do not fit together: {result.stdout.strip()}")


if __name__ == "__main__":
    main()
