"""Models are joined from their parts once, whole and right, or not at all."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from rag.backends import parts
from rag.backends.parts import ShippedModel, joined
from rag.errors import MissingExtra, ModelError

CONTENT = (b"GGUF first part ", b"second part ", b"third")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShippedModel:
    """Return a model whose three parts are installed as packages."""
    site = tmp_path / "site"
    for number, content in enumerate(CONTENT, start=1):
        data = site / f"tiny_part{number}" / "data"
        data.mkdir(parents=True)
        (data / f"part{number:02}.bin").write_bytes(content)
        (site / f"tiny_part{number}" / "__init__.py").write_text("raise SystemError('was run')")
    monkeypatch.syspath_prepend(str(site))
    whole = b"".join(CONTENT)
    return ShippedModel("tiny", "tiny-part", 3, len(whole), hashlib.sha256(whole).hexdigest())


def test_parts_are_joined_once(installed: ShippedModel, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = joined(installed, tmp_path / "cache", progress=lambda *news: told.append(news))
    assert path.read_bytes() == b"".join(CONTENT)
    assert told == [("model", 1, 3), ("model", 2, 3), ("model", 3, 3)]
    before = path.stat().st_mtime_ns
    assert joined(installed, tmp_path / "cache") == path
    assert path.stat().st_mtime_ns == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert "tiny_part1" not in sys.modules


def test_a_wrong_part_is_seen_and_nothing_is_left(installed: ShippedModel, tmp_path: Path) -> None:
    wrong = ShippedModel("tiny", "tiny-part", 3, installed.size, "0" * 64)
    with pytest.raises(ModelError, match=r"check sum.*install the packages tiny-part1 to 3 again"):
        joined(wrong, tmp_path / "cache")
    assert list((tmp_path / "cache" / "models").iterdir()) == []


def test_a_half_written_file_is_made_again(installed: ShippedModel, tmp_path: Path) -> None:
    path = joined(installed, tmp_path / "cache")
    path.write_bytes(b"GGUF")
    assert joined(installed, tmp_path / "cache").read_bytes() == b"".join(CONTENT)


def test_a_missing_part_names_the_remedy(installed: ShippedModel, tmp_path: Path) -> None:
    more = ShippedModel("tiny", "tiny-part", 4, installed.size, installed.sha256)
    with pytest.raises(MissingExtra, match=r"number 4 is missing.*make local-llm") as failure:
        joined(more, tmp_path / "cache")
    assert failure.value.extra == "local-llm"
    assert "第 4 个" in failure.value.chinese


def test_a_full_disk_is_one_sentence(
    installed: ShippedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 10

    monkeypatch.setattr(parts.shutil, "disk_usage", lambda _: Usage)
    with pytest.raises(ModelError, match=r"No space left on device.*make room"):
        joined(installed, tmp_path / "cache")
