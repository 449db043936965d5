#!/usr/bin/env python3
"""Make the cases of evals/kinds/conflict: a contradiction is said, and look-alikes are none.

Forms: ``true`` (the same subject, two values), ``subject`` (look-alike documents on different
subjects), ``scope`` (two years, versions, quarters of one subject), ``same`` (one value in two
spellings), ``bare`` (look-alike documents whose titles alone tell their subjects).

    python evals/make_conflicts.py [--out FOLDER] [--seed N] [--each N]
"""

import argparse, json, random, shutil
from pathlib import Path

arguments = argparse.ArgumentParser()
arguments.add_argument("--out", default=str(Path(__file__).parent / "kinds" / "conflict"))
arguments.add_argument("--seed", type=int, default=12)
arguments.add_argument("--each", type=int, default=50)
given = arguments.parse_args()
rng = random.Random(given.seed)

PLACES = "锅炉房 配电室 水泵房 档案室 监控室 洗衣房 消防站 药品库 培训室 阅览室 琴房 暗室 温室 冷库 西区食堂 游泳馆".split()
FACTS = [
    ("值班电话是{}", "值班电话是多少？", lambda: str(rng.randint(2001, 8999))),
    ("每天{}开门", "每天几点开门？", lambda: f"{rng.randint(6, 11)}点"),
    ("面积为{}", "面积是多少？", lambda: f"{rng.randint(40, 990)}平方米"),
    ("钥匙编号是{}", "钥匙编号是多少？", lambda: f"K{rng.randint(11, 99)}"),
    ("建成于{}", "什么时候建成？", lambda: f"{rng.randint(1961, 2019)}年"),
    ("每周检查{}", "每周检查几次？", lambda: f"{rng.randint(2, 9)}次"),
    ("押金{}", "押金多少？", lambda: f"{rng.randint(50, 900)}元"),
    ("最多容纳{}", "最多容纳多少人？", lambda: f"{rng.randint(20, 900)}人"),
]
FACTS_EN = [
    ("{} opens at {}.", "When does {} open?", lambda: f"{rng.randint(6, 11)} am"),
    ("{} has {} seats.", "How many seats does {} have?", lambda: str(rng.randint(20, 400))),
    (
        "The deposit for {} is {} dollars.",
        "How much is the deposit for {}?",
        lambda: str(rng.randint(20, 400)),
    ),
]
PLACES_EN = [
    "the north hall",
    "the reading room",
    "the music studio",
    "the east garage",
    "the chapel",
    "the workshop",
]
LEADS = ["", "", "由专人负责，", "位于一层，"]
TITLES = [
    ("资料一", "资料二"),
    ("甲", "乙"),
    ("通知", "手册"),
    ("旧公告", "新公告"),
    ("One", "Two"),
    ("员工手册", "办事指南"),
]


def two(make):
    one, other = make(), make()
    while other == one:
        other = make()
    return one, other


def written(folder, case, documents):
    for name, (title, body) in documents.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {title}\n\n{body}\n", encoding="utf8")
    (folder / "case.json").write_text(
        json.dumps(case, ensure_ascii=False, indent=1) + "\n", encoding="utf8"
    )


def make(form):
    fact, ask, value = rng.choice(FACTS)
    v, w = two(value)
    a, b = rng.sample(PLACES, 2)
    lead = rng.choice(LEADS)
    first, second = rng.choice(TITLES)
    say = lambda place, x: f"{place}{lead}{fact.format(x)}。"
    question = rng.choice(
        [f"{a}{ask}", f"{a}的{ask}" if not ask.startswith(("每", "什", "最")) else f"{a}{ask}"]
    )
    if form in ("true", "subject") and rng.random() < 0.25:
        fact, ask, value = rng.choice(FACTS_EN)
        v, w = two(value)
        a, b = rng.sample(PLACES_EN, 2)
        say = lambda place, x: fact.format(place, x)[0].upper() + fact.format(place, x)[1:]
        question = ask.format(a)
    if form == "true":
        return question, (first, say(a, v)), (second, say(a, w)), v, True
    if form == "subject":
        if rng.random() < 0.5:
            first, second = f"{a}管理说明", f"{b}管理说明"
        return question, (first, say(a, v)), (second, say(b, w)), v, False
    if form == "bare":
        return (
            question,
            (f"{a}管理说明", f"{lead}{fact.format(v)}。"),
            (f"{b}管理说明", f"{lead}{fact.format(w)}。"),
            v,
            False,
        )
    if form == "scope":
        x, y = rng.choice(
            [
                ("2021年", "2023年"),
                ("第一季度", "第三季度"),
                ("一期", "二期"),
                ("v2.1", "v2.10"),
                ("周六", "周二"),
            ]
        )
        v, w = two(lambda: f"{rng.randint(100, 900)}人")
        return (
            f"{a}{x}接待多少人？",
            (first, f"{a}{x}接待{v}。"),
            (second, f"{a}{y}接待{w}。"),
            v,
            False,
        )
    n = rng.randint(2, 9)
    one, other, ask = rng.choice(
        [
            (f"{n}万元", f"{n}0000元", "造价多少？"),
            (f"{n}0%", f"百分之{'零一二三四五六七八九'[n]}十", "使用率是多少？"),
            (f"{n}公里", f"{n}千米", "离地铁站多远？"),
        ]
    )
    fact = {"造": "造价{}", "使": "使用率是{}", "离": "离地铁站{}"}[ask[0]]
    return (
        f"{a}{ask}",
        (first, f"{a}{fact.format(one)}。"),
        (second, f"{a}{fact.format(other)}。"),
        None,
        False,
    )


out = Path(given.out)
shutil.rmtree(out, ignore_errors=True)
for form in ("true", "subject", "bare", "scope", "same"):
    for place in range(given.each):
        question, one, other, value, conflict = make(form)
        documents = {
            "a.md": one,
            "b.md": other,
            "c.md": ("停车", "地下停车场共有车位210个，夜间不收费。"),
        }
        check = {"note": "conflict"} if conflict else {"no_note": "conflict"}
        if value:
            check["contains"] = [value]
        case = {
            "question": question,
            "expect": "两处说法不同" if conflict else "无矛盾提示",
            "check": check,
            "kind": f"conflict {form}",
        }
        written(out / f"conflict-{form}-{place:02d}", case, documents)
