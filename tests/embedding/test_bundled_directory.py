"""Making, mending and refusing the bundled model's directory."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.embedding import bundled, packed
from rag.embedding.manifest import DamagedDirectory, check_manifest, write_manifest
from rag.embedding.onnx_engine import OnnxEmbedder
from rag.errors import ModelError

_MAKE = """
import sys
from pathlib import Path
from rag.embedding import bundled
from rag.errors import ModelError
def show(stage, done, total):
    print(stage, done, total, flush=True)
try:
    print(bundled.ensure_bundled(Path(sys.argv[1]), progress=show))
except ModelError as error:
    sys.exit(f"{error}\\n{error.chinese}")
"""


def _start(cache: Path, prelude: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", prelude + _MAKE, str(cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _copy(source: Path, cache: Path) -> Path:
    """Copy a model with its times, as a link to the large files where that is possible."""
    target = bundled.bundled_directory(cache)
    shutil.copytree(source, target)
    return target


@pytest.mark.slow
def test_a_kill_leaves_nothing_half_made(tmp_path: Path) -> None:
    for stop_after in (2, 11, 26, 33):
        process = _start(tmp_path)
        assert process.stdout is not None
        for _ in range(stop_after):
            assert process.stdout.readline().startswith(bundled.STAGE)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        target = bundled.bundled_directory(tmp_path)
        if target.exists():
            check_manifest(target, {})
            shutil.rmtree(target)
    process = _start(tmp_path)
    lines = process.communicate()[0].splitlines()
    assert process.returncode == 0
    target = Path(lines[-1])
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{target.name}.lock", target.name]
    vector = OnnxEmbedder(target).embed_query("深圳")
    assert vector.shape == (384,)


@pytest.mark.slow
def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    first = _start(tmp_path)
    assert first.stdout is not None
    first.stdout.readline()
    second = _start(tmp_path)
    outputs = [process.communicate()[0].splitlines() for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0]
    assert outputs[0][-1] == outputs[1][-1]
    assert outputs[1][:-1] == ["wait-model 0 0"]


@pytest.mark.slow
def test_progress_counts_up_to_the_total(bundled_directory: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    bundled.convert(tmp_path, progress=lambda *step: seen.append(step))
    assert {stage for stage, _, _ in seen} == {bundled.STAGE}
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1][1] == seen[-1][2]
    # The second total already stands; the first is a guess.
    assert len({total for _, _, total in seen[1:]}) == 1
    for name in ("model.safetensors", "words.table", "unigram.npz", "tokenizer.json"):
        assert (tmp_path / name).read_bytes() == (bundled_directory / name).read_bytes()


def test_a_whole_directory_is_not_touched(bundled_directory: Path, model_cache: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in bundled_directory.rglob("*")}
    seen: list[str] = []
    bundled.ensure_bundled(model_cache, progress=lambda stage, *_: seen.append(stage))
    assert seen == []
    assert {path: path.stat().st_mtime_ns for path in bundled_directory.rglob("*")} == before


def _flip(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 8]))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _remove(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("words.table", _flip),
        ("model.onnx", _cut),
        ("unigram.npz", _remove),
        ("manifest.json", _empty),
        ("manifest.json", _flip),
    ],
)
def test_damage_is_mended(
    bundled_directory: Path, tmp_path: Path, name: str, damage: object
) -> None:
    assert callable(damage)
    target = _copy(bundled_directory, tmp_path)
    damage(target / name)
    seen: list[str] = []
    assert bundled.ensure_bundled(tmp_path, progress=lambda stage, *_: seen.append(stage)) == target
    assert bundled.STAGE in seen
    assert (target / "words.table").read_bytes() == (bundled_directory / "words.table").read_bytes()
    assert OnnxEmbedder(target).dimension == 384


@pytest.mark.slow
def test_damage_without_the_package_is_refused(
    bundled_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = _copy(bundled_directory, tmp_path)
    _cut(target / "words.table")
    monkeypatch.setattr(packed, "PACKAGE", "no_such_package_of_models")
    with pytest.raises(ModelError, match="pip install"):
        bundled.ensure_bundled(tmp_path)
    assert (target / "model.onnx").exists()


def test_the_engine_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="delete that directory") as caught:
        OnnxEmbedder(tmp_path)
    assert str(tmp_path) in caught.value.chinese


def test_another_file_of_the_package_is_refused(tmp_path: Path) -> None:
    path = tmp_path / packed.FILE_NAME
    with pytest.raises(ModelError, match="reinstall"):
        packed.read_packed(path)
    path.write_bytes(b"E5S1" + bytes(1000))
    with pytest.raises(ModelError, match="force-reinstall"):
        packed.read_packed(path)
    for data in (b"", b"E5S1", b"GGUF" + bytes(100), b"E5S1" + bytes(400)):
        with pytest.raises(ModelError, match="damaged"):
            packed.PackedModel(data)


def test_a_cache_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="another cache directory") as caught:
        bundled.ensure_bundled(tmp_path / "file")
    assert "缓存目录" in caught.value.chinese


@pytest.mark.slow
@pytest.mark.parametrize("prelude", ["", "import rag.embedding.bundled as b; b._NEEDED = 0\n"])
def test_a_full_disk_is_named(tmp_path: Path, prelude: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = tmp_path / "make.py"
    script.write_text(prelude + _MAKE, encoding="utf-8")
    mount = f"mount -t tmpfs -o size=40m none {disk}"
    inside = f"{mount} && {{ {sys.executable} {script} {disk}; echo left: $(ls -A {disk}) >&2; }}"
    probe = ["unshare", "-rm", "sh", "-c", mount]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no way to mount a small file system here")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", inside], capture_output=True, text=True, encoding="utf-8"
    )
    english, chinese, left = done.stderr.strip().splitlines()
    assert "the disk is full" in english
    assert "磁盘已满" in chinese
    assert left == f"left: .{bundled.bundled_directory(disk).name}.lock"


def test_manifest_trusts_times_and_reads_what_was_touched(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "data"
    path.write_bytes(b"12345678")
    write_manifest(tmp_path, {"format": 5})
    check_manifest(tmp_path, {"format": 5})
    with pytest.raises(DamagedDirectory, match="format"):
        check_manifest(tmp_path, {"format": 6})
    time.sleep(0.01)
    path.touch()
    check_manifest(tmp_path, {"format": 5})
    recorded = json.loads((tmp_path / "manifest.json").read_text())["files"]["inner/data"]
    assert recorded["changed"] == path.stat().st_mtime_ns
    path.write_bytes(b"12345679")
    os.utime(path, ns=(0, 0))
    with pytest.raises(DamagedDirectory, match="inner/data: check sum"):
        check_manifest(tmp_path, {})
    path.write_bytes(b"123")
    with pytest.raises(DamagedDirectory, match="3 bytes of 8"):
        check_manifest(tmp_path, {})
    path.unlink()
    with pytest.raises(DamagedDirectory, match="inner/data"):
        check_manifest(tmp_path, {})
