"""Writes the character table of a SentencePiece normaliser in its binary form.

The form is the one ``tokenizers`` reads as a ``Precompiled`` normaliser: a little-endian
``uint32`` with the size of the trie in bytes, a double-array trie (darts-clone units of 32 bits)
from UTF-8 keys to offsets, then the replacements, each ended by a zero byte.

A unit holds a label in bits 0-7, "has a leaf" in bit 8 and the distance to its children in
bits 10-31 (bit 9 clear); a child for byte ``b`` stands at ``(position ^ distance) ^ b``, the leaf
at ``b == 0``. A leaf has bit 31 set and the value in bits 0-30.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_LEAF = 1 << 31
_PAGE = 256

_Node = dict[int, "int | _Node"]  # byte -> child, 0 -> value


def character_table(replacements: Mapping[str, str]) -> bytes:
    """Return the binary table for ``replacements`` (character -> what stands for it)."""
    targets = bytearray()
    root: _Node = {}
    for key, target in replacements.items():
        node = root
        for byte in key.encode("utf-8"):
            child = node.setdefault(byte, {})
            assert isinstance(child, dict)
            node = child
        node[0] = len(targets)
        targets += target.encode("utf-8") + b"\0"
    trie = _double_array(root)
    return struct.pack(f"<I{len(trie)}I", 4 * len(trie), *trie) + bytes(targets)


def _double_array(root: _Node) -> list[int]:
    """Lay the trie out: every node's children at one base, told apart by XOR with the byte."""
    units = [0] * _PAGE
    used = bytearray(_PAGE)
    used[0] = 1
    resume = [1] * _PAGE  # by lowest byte of a node: where the search left off
    # Two nodes must never share a base: a byte of one would be taken for a child of the other.
    bases = {0}
    waiting: list[tuple[int, _Node]] = [(0, root)]
    while waiting:
        position, node = waiting.pop()
        first = min(node)
        candidate = resume[first]
        while True:
            base = candidate ^ first
            while max(base, candidate) | (_PAGE - 1) >= len(used):
                units += [0] * _PAGE
                used += bytes(_PAGE)
            if base not in bases and not any(used[base ^ byte] for byte in node):
                break
            candidate += 1
        bases.add(base)
        resume[first] = candidate + 1
        units[position] |= (position ^ base) << 10 | (0x100 if 0 in node else 0)
        for byte, child in node.items():
            used[base ^ byte] = 1
            if isinstance(child, dict):
                units[base ^ byte] = byte
                waiting.append((base ^ byte, child))
            else:
                units[base ^ byte] = _LEAF | child
    return units
