from __future__ import annotations

from rag.text.dates import find_dates
from rag.text.normal import normal_form
from rag.text.numbers import find_numbers
from rag.text.prepared import Prepared, prepared
from rag.text.tokens import index_tokens

TEXTS = (
    "",
    "２０２３年１０月２３日，舊富國銀行有１８.４万名员工，第三季度增长15%。",
    "In May 2012 the Café paid 2.5 million dollars for 3½ acres.",
    "ﬁve ½ 张三的IP68手机",
)


def test_a_prepared_text_says_what_the_single_readings_say() -> None:
    for text in TEXTS:
        ready = Prepared(text)
        assert ready.normal == normal_form(text)
        assert list(ready.dates) == find_dates(text)
        assert list(ready.numbers) == find_numbers(text)
        assert list(ready.tokens) == index_tokens(text)
        assert ready.token_set == set(index_tokens(text))


def test_normal_places_lead_back_to_the_text() -> None:
    ready = Prepared("ﬁve 2023年10月")
    date = ready.normal_dates[0]
    assert ready.normal[date.start : date.end] == "2023年10月"
    assert ready.text[ready.offsets[date.start] : ready.offsets[date.end]] == "2023年10月"


def test_equal_texts_are_parsed_once() -> None:
    assert prepared("甲乙丙"[:2]) is prepared("甲乙")
