"""Where the shipped documents and prompts are.

In a checkout they are the folders at the top. In an installed wheel they are inside the
package. An editable install leaves a stale copy of the latter, so the checkout wins.
"""

from __future__ import annotations

from pathlib import Path

from rag.errors import RagError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_INSTALLED = _PACKAGE / "_resources"


def seeds_directory() -> Path:
    """Return the folder of the documents that come with the product."""
    return _resource("seeds")


def prompts_directory() -> Path:
    """Return the folder of the prompts that come with the product."""
    return _resource("prompts")


def _resource(name: str) -> Path:
    # Any folder of site-packages may be called "seeds"; only a checkout has both files beside it.
    in_checkout = (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "Makefile").is_file()
    folder = _CHECKOUT / name if in_checkout else _INSTALLED / name
    if not folder.is_dir():
        raise RagError(
            f"The installation is incomplete: {folder} is missing; install the package again.",
            f"安装不完整：缺少 {folder}，请重新安装。",
        )
    return folder
