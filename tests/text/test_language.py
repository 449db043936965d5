"""Language of questions and texts."""

import pytest

from rag.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("工会驿站有多少个？", "zh-Hans"),
        ("工會驛站有多少個？", "zh-Hant"),
        ("截至2023年底，已建工會驛站18.42萬個", "zh-Hant"),
        ("中国人", "zh-Hans"),
        ("中山大学", "zh-Hans"),
        ("他在哪里", "zh-Hans"),
        ("臺灣", "zh-Hant"),
        ("iPhone 15 的价格是多少", "zh-Hans"),
        ("TCP three-way handshake 是什么", "zh-Hans"),
        ("什么是 machine learning", "zh-Hans"),
        ("What did 习近平 say at 全总?", "en"),
        ("What is 《关于工人阶级和工会工作论述摘编》?", "en"),
        ("How many 工会驿站 are there?", "en"),
        ("《战国无双3》", "zh-Hans"),
        ("他说「コーヒー」好喝，然后大家都笑了起来，接着又回去继续工作。", "zh-Hans"),
        ("東京はどこですか", "ja"),
        ("サッカー", "ja"),
        ("서울은 어디입니까", "ko"),
        ("Где находится Москва?", "ru"),
        ("Πού είναι η Αθήνα;", "el"),
        ("أين القاهرة؟", "ar"),
        ("กรุงเทพอยู่ที่ไหน", "th"),
        ("where is Paris", "en"),
        ("Où est Paris", "en"),
        ("", "en"),
        ("2023 ?!", "en"),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_long_texts_are_judged_by_their_head() -> None:
    assert detect_language("工会" * 2000 + "the " * 100_000) == "zh-Hans"
