"""Index tokens: questions and documents meet in one form."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.tokens import index_tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工会驿站", ["工", "会", "驿", "站", "工会", "会驿", "驿站"]),
        ("甲，乙", ["甲", "乙"]),
        ("小米6", ["小", "米", "小米", "米6", "#6"]),
        ("IP68防水", ["ip68", "ip", "#68", "ip68防", "防", "水", "防水"]),
        ("4K", ["4k", "#4", "k", "#4000"]),
        ("COVID-19", ["covid", "#19", "covid-19"]),
        ("新双15工程", ["新", "双", "新双", "双15", "#15", "15工", "工", "程", "工程"]),
        ("/v1/user", ["v1", "v", "#1", "user", "v1/user"]),
        ("v2.10", ["v2", "v", "#2", "#10", "v2.10"]),
        ("400-820-8820", ["#400", "#820", "#8820", "400-820-8820"]),
        ("E1001", ["e1001", "e", "#1001"]),
        ("12:30", ["#12", "#30"]),
        ("The company's running", ["the", "compani", "run"]),
        ("don't", ["dont"]),
        ("Café Québec", ["cafe", "quebec"]),
        ("Привет, мир", ["привет", "мир"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("สวัสดี", ["สว", "วั", "ัส", "สด", "ดี"]),
        ("한국어", ["한", "국", "어", "한국", "국어"]),
        ("カー", ["カ", "ー", "カー"]),
        ("184,200", ["#184200"]),
        ("3.50", ["#3.5"]),
        ("15%", ["#15", "#15%"]),
        ("10月23日", ["月", "日", "@10", "@10-23"]),
        ("28日", ["日", "@-28"]),
        ("in 1952", ["in", "#1952"]),
        ("！？…", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert index_tokens(text) == expected


@pytest.mark.parametrize(
    ("token", "texts"),
    [
        ("#184200", ["18.42万", "184,200", "十八万四千二百", "１８４２００"]),
        ("#15%", ["百分之十五", "15%", "１５％", "15 percent"]),
        ("#2023", ["2023年", "二〇二三年", "２０２３", "in 2023,", "Oct. 23, 2023"]),
        ("@2023-10", ["2023年10月23日", "二〇二三年十月", "2023-10-23", "October 2023"]),
        ("@10-23", ["10月23日", "十月二十三日", "Oct. 23", "23 October"]),
        ("驿站", ["工会驿站", "工會驛站"]),
        ("着", ["看著", "看着"]),
        ("run", ["running", "Runs", "ＲＵＮ"]),
    ],
)
def test_spellings_share_a_token(token: str, texts: list[str]) -> None:
    for text in texts:
        assert token in index_tokens(text), text


def test_both_scripts_give_the_same_tokens() -> None:
    traditional = index_tokens("總書記的囑託，2023年「說」")
    assert traditional == index_tokens("总书记的嘱托,2023年“说”")


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    tokens = index_tokens(text)
    assert tokens == index_tokens(text)
    assert all(tokens)
    assert not any(character.isspace() for token in tokens for character in token)


def test_threads_agree() -> None:
    words = ["walking", "walked", "talking", "talked", "jumping", "jumped", "plays", "played"]
    texts = [" ".join(words[i:] + words[:i]) + str(i) for i in range(len(words))] * 20
    expected = [index_tokens(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(index_tokens, texts)) == expected


@pytest.mark.parametrize("text", ["x" * 200_000, "1" * 200_000, "a-" * 100_000, "a----" * 40_000])
def test_long_runs_take_time_in_proportion(text: str) -> None:
    started = time.process_time()
    index_tokens(text)
    assert time.process_time() - started < 5
