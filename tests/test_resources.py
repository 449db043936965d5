"""The shipped folders are found (the wheel's are tested in test_house)."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import resources
from rag.errors import RagError


def test_a_checkout_uses_its_own_folders(repository: Path) -> None:
    assert resources.seeds_directory() == repository / "seeds"
    assert resources.prompts_directory() == repository / "prompts"


def test_a_folder_called_seeds_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seeds").mkdir()
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "rag" / "_resources")
    with pytest.raises(RagError, match="install the package again"):
        resources.seeds_directory()
