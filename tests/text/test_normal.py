"""The normal form: what must meet, what must stay apart, and exact offsets."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.normal import (
    normal_form,
    normal_form_with_offsets,
    simplified_table,
    to_simplified,
)

# Characters that melt, grow or vanish, mixed densely.
AWKWARD = st.text(
    st.one_of(
        st.sampled_from(
            "eéE\u0301\u0327ﾊﾞﾟｶ\u1112\u1161\u11ab각ßİǰŉﬃ㍿½㎡…—“”「」『』\u200b\u200d\ufeff\u00ad\ufe0f"
            "\u3000\t\n\r\u2028\x00\x7f說説说台臺裡裏里著着𠮷㐀２Ⅷ①㈠々〇\u0345α\u0301"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    "spellings",
    [
        "裡 裏 里",
        "著 着",
        "臺 台 颱 檯",
        "說 説 说",
        "為 爲 为",
        "發 髮 发",
        "乾 幹 干",
        "衛 衞 卫",
        "麵 麪 面",
        "桜 櫻 樱",
        "國 国",
        "線 綫 线",
        "ＡＢＣ abc Abc",
        "２０２３ 2023",
        "ｶﾞ ガ",
        "“引” 「引」 『引』 ＂引＂",
        "甲—乙 甲－乙 甲–乙",
        "威廉·琼斯 威廉•瓊斯 威廉・琼斯",
        "x\u200by xy x\u00ady",
        "STRASSE straße",
    ],
)
def test_spellings_meet(spellings: str) -> None:
    assert len({normal_form(word) for word in spellings.split(" ")}) == 1


@pytest.mark.parametrize("pair", ["什么 什幺", "芸 艺", "《甲》 “甲”", "甲 乙", "ё е"])
def test_others_stay_apart(pair: str) -> None:
    first, second = pair.split(" ")
    assert normal_form(first) != normal_form(second)


@pytest.mark.parametrize("text", ["什么怎么着里后干台发只云系面", "朱镕基李堃𠮷", "plain text 42"])
def test_simplified_text_is_its_own_form(text: str) -> None:
    assert normal_form(text) == text


def test_variants_in_both_scripts() -> None:
    assert normal_form("總書記的囑託牢記在心裏") == normal_form("总书记的嘱托牢记在心里")
    assert normal_form("這裡説著「國語」，６½次") == '这里说着"国语", 6 1⁄2次'.replace(", ", ",")


def test_line_feeds_stay_and_other_space_becomes_a_space() -> None:
    assert normal_form("a\tb\r\nc\u3000d\u2028e\x0bf") == "a b \nc d e f"


def test_table_is_one_to_one_and_closed() -> None:
    table = simplified_table()
    assert len(table) > 3000
    assert all(len(simple) == 1 for simple in table.values())
    assert not [simple for simple in table.values() if ord(simple) in table]
    assert {simple for simple in table.values() if "\uf900" <= simple <= "\ufaff"} == set()


def test_to_simplified_changes_nothing_else() -> None:
    text = "「裡面」說：ＡＢＣ…  ２\u200b"
    assert to_simplified(text) == "「里面」说：ＡＢＣ…  ２\u200b"


@given(AWKWARD)
def test_form_is_stable(text: str) -> None:
    normal = normal_form(text)
    assert normal_form(normal) == normal


@given(AWKWARD)
def test_offsets(text: str) -> None:
    normal, offsets = normal_form_with_offsets(text)
    assert normal == normal_form(text)
    assert len(offsets) == len(normal) + 1
    assert offsets[-1] == len(text)
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(text) for offset in offsets[:-1])


@given(st.lists(st.sampled_from(["說", "Ａ", "½", "ﬃ", "㍿", "\u200b", "é", "各", "12", "\n"])))
def test_offsets_name_the_character_a_form_comes_from(parts: list[str]) -> None:
    text = "".join(parts)
    normal, offsets = normal_form_with_offsets(text)
    for index, character in enumerate(text):
        came = "".join(normal[i] for i, offset in enumerate(offsets[:-1]) if offset == index)
        assert came == normal_form(character)


def test_melted_characters_point_at_the_first_of_them() -> None:
    assert normal_form_with_offsets("xe\u0301ﾊﾟy") == ("xéパy", [0, 1, 3, 5, 6])
    assert normal_form_with_offsets("e\u200b\u0301z") == ("éz", [0, 3, 4])


@pytest.mark.slow
def test_every_character_of_unicode() -> None:
    """Composition may only reach back from characters that the offsets group with the former."""
    from rag.text.normal import _joining

    for code in range(0x110000):
        character = chr(code)
        parts = unicodedata.decomposition(character).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            assert _joining[chr(int(parts[1], 16))], hex(code)
    for code in [*range(0x3000), *range(0xF900, 0x10000), *range(0x1D400, 0x1D800)]:
        if not 0xD800 <= code < 0xE000:
            normal = normal_form(chr(code))
            assert normal_form(normal) == normal, hex(code)
