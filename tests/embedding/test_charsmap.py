"""The character table, read back by the library it is written for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import normalizers

from rag.embedding.charsmap import character_table
from rag.embedding.packed import PackedModel


@pytest.mark.slow
def test_every_character_comes_out_as_the_source_says(packed: PackedModel) -> None:
    replacements = packed.vocabulary.replacements
    assert len(replacements) > 4000
    table = normalizers.Precompiled(character_table(replacements))
    for code in (*range(0xD800), *range(0xE000, 0x110000)):
        character = chr(code)
        assert table.normalize_str(character) == replacements.get(character, character)


_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@given(st.dictionaries(_CHARACTERS, st.text(_CHARACTERS, max_size=3), min_size=1, max_size=80))
def test_any_table_is_read_back(replacements: dict[str, str]) -> None:
    table = normalizers.Precompiled(character_table(replacements))
    for character, target in replacements.items():
        assert table.normalize_str(character) == target
        neighbour = chr(ord(character) ^ 1)
        if neighbour not in replacements and neighbour.isprintable():
            assert table.normalize_str(neighbour) == neighbour
