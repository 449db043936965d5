"""Windows take in the best sentences with their neighbours, each sentence once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.reading.windows import weight, windows
from tests.reading.builders import candidates, hit

SENTENCES = ["甲在城东有三座桥。", "乙在城西有两座塔。", "丙在城南有一座寺。", "丁在城北有九口井。"]


def test_a_window_takes_neighbours_on_both_sides_while_they_fit_held_or_not() -> None:
    found = candidates(hit("".join(SENTENCES)))
    best_first = [found[2], found[0], found[1], found[3]]
    first, second = windows(best_first, count=2, size=27)
    assert first.text == "".join(SENTENCES[1:])
    assert second.text == "".join(SENTENCES[:3])


def test_a_sentence_longer_than_the_size_stands_alone() -> None:
    found = candidates(hit("甲" * 50 + "。乙在城西。"))
    assert windows(found, count=1, size=10)[0].text == "甲" * 50 + "。"


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.randoms(), st.integers(1, 5))
def test_windows_are_slices_in_order_of_their_best_sentence(
    lengths: list[int], chance: object, count: int
) -> None:
    found = candidates(hit("".join("字" * length + "。" for length in lengths)))
    chance.shuffle(found)  # type: ignore[attr-defined]
    made = windows(found, count=count, size=80)
    assert 1 <= len(made) <= count
    leaders = [min(window.sentences) for window in made]
    assert leaders[0] == 0
    for window in made:
        assert window.text == window.hit.passage.text[window.start : window.end]
        assert len(window.sentences) == 1 or weight(window.text) <= 80
        starts = [found[place].start for place in window.sentences]
        assert starts == sorted(starts)


def test_latin_letters_weigh_less_than_chinese_characters() -> None:
    assert weight("字字字字") == 4
    assert weight("word") < 2
