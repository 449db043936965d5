"""The whole way from a question to a checked answer, over documents the reader never saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assembly import build_index, open_bot
from rag.bot import Bot
from rag.records import Answer, Outcome, Retrieved, Turn, Verdict
from rag.settings import Settings

pytestmark = pytest.mark.slow

DOCUMENTS = {
    "bridge.txt": "青石桥位于临江县城东，由工匠周大年主持修建，1932年动工，三年后建成。"
    "桥长1149米，有八条车道，每天约有二十四万辆汽车通过。",
    "tower.txt": "白鹭塔在临江县城西的山坡上，始建于明代，塔高三十二米。"
    "塔内存有历代碑刻一百余方，周末免费开放，游客须提前两天预约。",
    "bus.txt": "2019年起，临江县全面开通了夜间观光巴士，每晚共有12班，末班车在午夜发出。",
    "rules.txt": "第一条 观景台每日开放。\n第二条 未满六岁的儿童须由大人陪同。儿童免票。\n"
    "第三条 观景台内不得吸烟。违者处五十元罚款。",
    "fees.md": "# 临江县游船\n\n| 船型 | 座位数 | 票价（元） |\n|---|---|---|\n| 画舫 | 40 | 35 |\n"
    "| 快艇 | 6 | 80 |\n| 竹筏 | 4 | 20 |\n",
    "yield.txt": "统计局2023年1月17日公布，2022年全县茶叶产量1208吨，比上年增长3.0%。\n"
    "2023年全县茶叶产量1266吨，比上年增长4.8%。",
    "scholar.txt": "沈砚秋出生于湖州一个丝商家庭，父亲沈伯安经营丝行。\n他师从宫部学习植物分类。",
    "plans.txt": "临江县开展古塔修缮计划。\n另有老街修缮计划、码头修缮计划正在进行。",
    "old.txt": "旧县志记载：青石桥由工匠李文山主持修建，1932年动工，三年后建成。",
    "ferry1.txt": "青石渡口的末班渡船在晚上9点发出，票价5元。",
    "ferry2.txt": "青石渡口的末班渡船在晚上8点发出，票价5元。",
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("county")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(cache_dir=model_cache, index_dir=folder.parent / "county.index")
    build_index([folder], settings=settings)
    with open_bot(settings=settings) as opened:
        yield opened


def cited(answer: Answer) -> set[str]:
    return {citation.passage.document_id for citation in answer.citations}


def test_the_short_answer_is_a_slice_of_a_cited_quote(bot: Bot) -> None:
    answer = bot.ask("青石桥有多长？")
    assert answer.outcome is Outcome.ANSWERED
    assert "1149米" in answer.text
    assert any(answer.short in citation.quote for citation in answer.citations)
    for citation in answer.citations:
        whole = bot.index.document(citation.passage.document_id).text
        assert whole[citation.start : citation.end] == citation.quote
        assert citation.support is Verdict.SUPPORTED


def test_several_things_asked_are_answered_one_by_one(bot: Bot) -> None:
    answer = bot.ask("青石桥有多长，白鹭塔有多高？")
    assert answer.outcome is Outcome.ANSWERED
    assert {"bridge.txt", "tower.txt"} <= cited(answer)
    assert "1149" in answer.text
    assert "三十二米" in answer.text
    numbers = {hit.rank for hit in answer.hits}
    assert {citation.number for citation in answer.citations} <= numbers


def test_parts_that_one_unit_answers_are_answered_together(bot: Bot) -> None:
    answer = bot.ask("青石桥哪一年动工？有多少条车道？")
    assert answer.outcome is Outcome.ANSWERED
    assert "1932年" in answer.text
    assert "八条车道" in answer.text


def test_a_value_belongs_to_the_year_before_it(bot: Bot) -> None:
    answer = bot.ask("2023年全县茶叶产量是多少？")
    assert "1266吨" in answer.text
    assert answer.short == "" or answer.short.endswith("1266吨")


def test_a_relation_must_be_spoken_of(bot: Bot) -> None:
    assert "沈伯安" in bot.ask("沈砚秋的父亲是谁？").text
    assert "师从宫部" in bot.ask("沈砚秋的老师是谁？").text


def test_what_is_found_decides_what_a_follow_up_means(bot: Bot) -> None:
    history = [Turn("白鹭塔的高度是多少？")]
    assert "一百余方" in bot.ask("碑刻呢？", history).text
    assert cited(bot.ask("那青石桥呢？", history)) <= {"bridge.txt", "old.txt"}


def test_two_names_with_one_answer_are_one_question(bot: Bot) -> None:
    answer = bot.ask("画舫和快艇的停靠地点是哪里？")
    assert not any(note.startswith("unanswered:") for note in answer.notes)


def test_a_provision_is_found_by_its_number(bot: Bot) -> None:
    answer = bot.ask("第2条是怎么规定的？")
    assert answer.text.replace("[1]", "").strip() == "第二条 未满六岁的儿童须由大人陪同。儿童免票。"
    assert all(citation.support is Verdict.SUPPORTED for citation in answer.citations)


def test_a_cell_of_a_table_is_shown_with_its_names(bot: Bot) -> None:
    answer = bot.ask("快艇的票价是多少？")
    assert answer.short in ("", "80")
    assert answer.text.startswith("船型 | 座位数 | 票价（元）\n快艇 | 6 | 80[1]")


def test_documents_that_disagree_are_shown_both(bot: Bot) -> None:
    answer = bot.ask("青石渡口的末班渡船晚上几点发出？")
    assert "conflict" in answer.notes
    assert cited(answer) == {"ferry1.txt", "ferry2.txt"}


def test_what_is_told_of_another_is_not_given_for_the_one_asked(bot: Bot) -> None:
    answer = bot.ask("2031年全县茶叶产量是多少？")
    assert answer.outcome is Outcome.DECLINED
    assert any(note.startswith("premise:") for note in answer.notes)


def test_what_no_document_says_is_declined(bot: Bot) -> None:
    answer = bot.ask("2022年世界杯的冠军是哪支球队？")
    assert answer.outcome is Outcome.DECLINED
    assert answer.sentences == answer.citations == ()


def test_a_mistyped_question_is_mended_and_shown(bot: Bot) -> None:
    answer = bot.ask("夜间灌光巴士的末班车什么时候发出？")
    assert answer.standalone_question == "夜间观光巴士的末班车什么时候发出？"
    assert cited(answer) == {"bus.txt"}


def test_without_the_reader_the_features_answer_alone(bot: Bot, model_cache: Path) -> None:
    settings = Settings(cache_dir=model_cache, index_dir=bot.index.directory, reader="off")
    with open_bot(settings=settings) as plain:
        answer = plain.ask("白鹭塔有多高？")
    assert answer.outcome is Outcome.ANSWERED
    assert "三十二米" in answer.text


def test_what_is_found_comes_before_the_answer(bot: Bot) -> None:
    events = list(bot.stream("青石桥有多长？"))
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Answer)
    assert events[0].hits == events[-1].hits


def test_a_cited_file_that_has_vanished_is_named(tmp_path: Path, model_cache: Path) -> None:
    file = tmp_path / "docs" / "heating.txt"
    file.parent.mkdir()
    file.write_text("热水每天十八点到二十二点供应。", encoding="utf-8")
    settings = Settings(cache_dir=model_cache, index_dir=tmp_path / "index")
    build_index([file.parent], settings=settings)
    with open_bot(settings=settings) as opened:
        assert not any("vanished" in note for note in opened.ask("热水几点供应？").notes)
        file.unlink()
        assert "vanished:heating.txt" in opened.ask("热水几点供应？").notes
