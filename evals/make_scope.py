#!/usr/bin/env python3
"""Make the cases of evals/kinds/scope: what was asked of one is not answered with another's.

Each kind has fifty cases in four forms. ``only``: the documents tell another's value alone, so
the answer declines or says so. ``both``: they tell both, and the asked one's value answers.
``plain``: the question names nothing to be told apart, or names it in another spelling, and is
answered. ``title``: as ``only``, but the scope is told in the title alone. Words are drawn from lists that no
module of the product holds; the same seed gives the same cases.

    python evals/make_scope.py [--out FOLDER] [--seed N] [--each N]
"""

import argparse, json, random, shutil
from pathlib import Path

arguments = argparse.ArgumentParser()
arguments.add_argument("--out", default=str(Path(__file__).parent / "kinds" / "scope"))
arguments.add_argument("--seed", type=int, default=12)
arguments.add_argument("--each", type=int, default=50)
given = arguments.parse_args()
rng = random.Random(given.seed)

CITIES = "青岛 大连 厦门 昆明 兰州 贵阳 南宁 合肥 长春 海口 银川 太原 无锡 珠海 洛阳".split()
FIRMS = "云杉科技 海蓝食品 启明医药 白石建材 恒泰物流 金穗农业 远航电子 松林纸业 赤峰矿业 晨光乳业".split()
ROOMS = "锅炉房 配电室 水泵房 档案室 监控室 洗衣房 消防站 药品库 培训室 阅览室 琴房 暗室 温室 冷库".split()
PRODUCTS = "星图 雨燕 青鸟 磐石 灵犀 飞鱼 银狐 北斗星 海豚 山雀".split()
MODELS = "海燕 信天翁 蓝鲸 雪豹 白鹭 苍鹰 赤狐 黑熊 羚羊 金雕".split()
SIGHTS = "博物馆 植物园 水族馆 美术馆 科技馆 天文台 图书馆 体育馆".split()
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟强磊洋勇军杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁"
TEAMS = "财务部 销售部 采购部 法务部 研发部 客服部 行政部 质检部".split()
FIELDS = "营业收入 净利润 研发投入 出口额 毛利 订单额".split()
NOISE = [
    ("食堂", "食堂早餐六点半开始，晚餐五点半开始。"),
    ("停车", "地下停车场共有车位210个，夜间不收费。"),
    ("班车", "班车每天早上七点二十分从南门发车。"),
    ("体检", "员工每两年体检一次，费用由单位承担。"),
]
NOISE_EN = [
    ("Canteen", "Breakfast is served from half past six."),
    ("Parking", "The garage has 210 spaces and is free at night."),
    ("Shuttle", "The shuttle leaves the main entrance at twenty past seven."),
]
CN = "一二三四五六七八九十"


def pick(items, count=2):
    return rng.sample(list(items), count)


def money():
    return f"{rng.randint(12, 980) / 10}亿元"


def two(make):
    one = make()
    other = make()
    while other == one:
        other = make()
    return one, other


def number(low, high, unit):
    return two(lambda: f"{rng.randint(low, high)}{unit}")


def quarter():
    firm, field = rng.choice(FIRMS), rng.choice(FIELDS)
    a, b = pick("一二三四")
    v, w = two(money)
    say = lambda q, x: f"第{q}季度公司{field}为{x}。"
    ask = rng.choice(
        [
            f"{firm}第{a}季度的{field}是多少？",
            f"{firm}{a}季度{field}是多少？",
            f"{firm}Q{CN.index(a) + 1}{field}是多少？",
        ]
    )
    return dict(
        title=firm,
        ask=ask,
        plain=f"{firm}的{field}是多少？",
        say=say,
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{firm}第{b}季度报告", f"公司{field}为{w}。"),
    )


def month():
    place, (a, b) = rng.choice(CITIES), pick(range(1, 13))
    v, w = number(20, 400, "毫米")
    return dict(
        title=f"{place}降水",
        ask=f"{place}{a}月的降水量是多少？",
        plain=f"{place}的降水量是多少？",
        say=lambda m, x: f"{place}{m}月份降水量为{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{place}{b}月气象公报", f"全市降水量为{w}。"),
    )


def year():
    firm, field = rng.choice(FIRMS), rng.choice(FIELDS)
    a, b = pick(range(2011, 2025))
    v, w = two(money)
    return dict(
        title=firm,
        ask=f"{firm}{a}年的{field}是多少？",
        plain=f"{firm}{field}有多少？",
        say=lambda y, x: f"{y}年，公司实现{field}{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{b}年{firm}年度报告", f"公司实现{field}{w}。"),
    )


def region():
    a, b = pick(CITIES)
    what = rng.choice(["校区", "分公司", "仓库", "门店", "园区"])
    say, ask = rng.choice(
        [
            (lambda p, x: f"{p}{what}现有员工{x}。", "现有多少员工"),
            (lambda p, x: f"{p}{what}的面积为{x}。", "的面积是多少"),
            (lambda p, x: f"{p}{what}每月用电{x}。", "每月用电多少"),
        ]
    )
    v, w = number(100, 990, {"现": "人", "的": "平方米", "每": "度"}[ask[0]])
    ask_a = f"{a}{what}{ask}？"
    body = say("", w).removeprefix(what)
    return dict(
        title="基本情况",
        ask=ask_a,
        plain=None,
        say=say,
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{b}{what}介绍", "本单位" + body.lstrip("的")),
    )


def direction():
    a, b = rng.choice([("东", "西"), ("南", "北"), ("北", "东"), ("西", "南")])
    what = rng.choice(["门", "区宿舍", "校区食堂", "侧停车场", "区泳池"])
    v, w = number(5, 11, "点")
    return dict(
        title="开放时间",
        ask=f"{a}{what}早上几点开？",
        plain=None,
        say=lambda d, x: f"{d}{what}早上{x}开。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


def version():
    product = rng.choice(PRODUCTS)
    a, b = rng.choice(
        [
            ("v2.10", "v2.1"),
            ("v3.1", "v3.11"),
            ("V3版", "V2版"),
            ("4.2版", "4.12版"),
            ("v1.0.3", "v1.0.30"),
            ("2.5版", "2.4版"),
            ("V5", "V6"),
        ]
    )
    if rng.random() < 0.5:
        a, b = b, a
    v, w = number(2012, 2024, "年")
    ask = rng.choice([f"{product}{a}发布于哪一年？", f"{product} {a} 是哪年发布的？"])
    return dict(
        title=product,
        ask=ask,
        plain=f"{product}什么时候发布的？",
        say=lambda n, x: f"{product} {n} 发布于{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{product} {b} 说明", f"本版本发布于{w}。"),
    )


def grade():
    a, b = pick(CN[:6])
    what, unit = rng.choice(
        [("每周体育课", "节"), ("每天作业时间", "分钟"), ("每学期春游费", "元"), ("人数", "人")]
    )
    v, w = number(3, 95, unit)
    return dict(
        title="小学安排",
        ask=f"{a}年级{what}是多少？",
        plain=f"{what}是多少？",
        say=lambda g, x: f"{g}年级{what}为{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{b}年级学生手册", f"{what}为{w}。"),
    )


def person_class():
    a, b = rng.choice(
        [
            ("男生", "女生"),
            ("成人", "儿童"),
            ("本科生", "研究生"),
            ("正式员工", "试用期员工"),
            ("会员", "非会员"),
            ("老年人", "学生"),
            ("男性", "女性"),
            ("新生", "老生"),
        ]
    )
    if rng.random() < 0.5:
        a, b = b, a
    say, ask, unit = rng.choice(
        [
            (lambda p, x: f"{p}每次最多借书{x}。", "每次最多借几本书？", "本"),
            (lambda p, x: f"{p}的票价为{x}。", "票价是多少？", "元"),
            (lambda p, x: f"{p}每日服用{x}。", "每日服用多少？", "毫克"),
        ]
    )
    v, w = number(3, 90, unit)
    return dict(
        title="规定",
        ask=a + ask,
        plain=None,
        say=say,
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{b}须知", say("", w).lstrip("的")),
    )


def model():
    a, b = rng.choice(
        [
            ("Pro版", "Lite版"),
            ("X100", "X10"),
            ("K7", "K9"),
            ("MX-300", "MX-500"),
            ("标准版", "旗舰版"),
            ("A12", "A21"),
            ("Plus", "Mini"),
        ]
    )
    if rng.random() < 0.5:
        a, b = b, a
    product = rng.choice(PRODUCTS)
    v, w = number(800, 9900, "元")
    return dict(
        title=product,
        ask=f"{product}{a}的售价是多少？",
        plain=f"{product}的售价是多少？",
        say=lambda m, x: f"{product}{m}售价为{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{product}{b}", f"官方售价为{w}。"),
    )


def phase():
    a, b = pick(CN[:5])
    site = rng.choice("翠湖 金沙 望江 龙泉 东岭 鹿鸣".split())
    what, say = rng.choice(
        [
            ("期", lambda n, x: f"{site}项目{n}期总投资{x}。"),
            ("标段", lambda n, x: f"{site}项目第{n}标段总投资{x}。"),
            ("号楼", lambda n, x: f"{site}项目{CN.index(n) + 1}号楼总投资{x}。"),
        ]
    )
    named = {"期": f"{a}期", "标段": f"第{a}标段", "号楼": f"{CN.index(a) + 1}号楼"}[what]
    v, w = two(money)
    return dict(
        title="工程",
        ask=f"{site}项目{named}总投资多少？",
        plain=f"{site}项目总投资多少？",
        say=say,
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


def dose():
    drug = rng.choice("安乐片 康宁胶囊 舒平颗粒 维健片 清肺丸".split())
    a, b = rng.choice(
        [("250毫克", "500毫克"), ("10片装", "24片装"), ("0.3克", "0.6克"), ("100毫升", "250毫升")]
    )
    if rng.random() < 0.5:
        a, b = b, a
    v, w = number(8, 190, "元")
    return dict(
        title=drug,
        ask=f"{drug}{a}规格多少钱？",
        plain=f"{drug}多少钱？",
        say=lambda d, x: f"{drug}{d}规格每盒{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


def near_name():
    surname = rng.choice(SURNAMES)
    one, more = pick(GIVEN)
    a, b = rng.choice(
        [
            (surname + one, surname + one + more),
            (surname + one, "小" + surname + one),
            (surname + one + more, surname + one),
        ]
    )
    team, field = pick(TEAMS)
    v, w = number(2003, 2022, "年")
    job = rng.choice(["经理", "会计", "专员", "主管"])
    return dict(
        title="人员",
        ask=rng.choice([f"{a}哪年入职？", f"{a}是哪一年入职的？"]),
        plain=None,
        say=lambda n, x: f"{n}是{team}{job}，{x}入职。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


def near_path():
    a, b = rng.choice(
        [
            ("/v1/user", "/v2/user"),
            ("/v1/order", "/v1/orders"),
            ("/api/pay", "/api/pays"),
            ("get_item", "get_items"),
            ("conf/app.yaml", "conf/apps.yaml"),
            ("db.host", "db.port"),
            ("--max-size", "--min-size"),
            ("LOG_LEVEL", "LOG_LABEL"),
        ]
    )
    if rng.random() < 0.5:
        a, b = b, a
    v, w = number(11, 99, "次")
    return dict(
        title="接口",
        ask=f"{a} 每分钟限流多少次？",
        plain="接口每分钟限流多少次？",
        say=lambda p, x: f"{p} 的限流为每分钟{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


def near_code():
    digits = rng.randint(100, 899)
    a, b = rng.choice(
        [
            (f"E1{digits}", f"E{digits}1"),
            (f"ERR-{digits}", f"ERR-{digits + 1}"),
            (f"K{digits}", f"K{digits}0"),
            (f"HB{digits}X", f"HB{digits + 7}X"),
            (f"0x{digits}A", f"0x{digits}B"),
        ]
    )
    causes = "余额不足 账户冻结 网络超时 参数缺失 签名错误 磁盘已满 权限不够 格式有误".split()
    v, w = pick(causes)
    ask = rng.choice([f"{a}是什么意思？", f"报错{a}怎么办？", f"{a} 表示什么？"])
    return dict(
        title="错误码",
        ask=ask,
        plain=None,
        say=lambda c, x: f"{c} 表示{x}。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


def subject():
    a, b = pick(MODELS)
    v, w = number(2015, 2024, "年")
    lead = rng.choice(
        [
            f"{b}与{a}都是北塔实验室的模型。",
            f"{b}支持128K上下文，{a}支持200K上下文。",
            f"{a}的价格是每百万字3元，{b}的价格是每百万字5元。",
        ]
    )
    return dict(
        title=f"{b}与{a}",
        ask=rng.choice([f"{a}是什么时候发布的？", f"{a}哪年发布？"]),
        plain=None,
        say=lambda m, x: f"{m}于{x}发布。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
        lead=lead,
    )


def place():
    city = rng.choice(CITIES)
    a, b = pick(SIGHTS)
    v, w = number(1951, 2019, "年")
    return dict(
        title=None,
        ask=f"{city}{a}是哪一年建成的？",
        plain=None,
        say=lambda m, x: f"{city}{m}{x}建成开放。",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=(f"{city}{b}", f"这里占地42公顷，{w}建成开放，每周一休息。"),
    )


def english():
    form = rng.randrange(8)
    v, w = number(11, 95, " dollars")
    if form == 0:
        a, b = pick(["first", "second", "third", "fourth"])
        return dict(
            title="Results",
            ask=f"What was the profit in the {a} quarter?",
            plain="What was the profit?",
            say=lambda q, x: f"Profit in the {q} quarter was {x}.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=(f"Report for the {b} quarter", f"Profit was {w}."),
        )
    if form == 1:
        a, b = pick(["north", "south", "east", "west"])
        return dict(
            title="Gates",
            ask=f"How much does the {a} gate charge?",
            plain=None,
            say=lambda d, x: f"The {d} gate charges {x}.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=None,
        )
    if form == 2:
        a, b = pick(["2.1", "2.10", "3.4", "2.11"])
        return dict(
            title="Falcon",
            ask=f"What does Falcon version {a} cost?",
            plain="What does Falcon cost?",
            say=lambda n, x: f"Falcon version {n} costs {x}.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=(f"Falcon {b}", f"This release costs {w}."),
        )
    if form == 3:
        a, b = pick(range(2012, 2024))
        return dict(
            title="Fees",
            ask=f"What was the fee in {a}?",
            plain="What was the fee?",
            say=lambda y, x: f"In {y} the fee was {x}.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=(f"Price list {b}", f"The fee was {w}."),
        )
    if form == 4:
        a, b = pick(["basic", "premium", "family", "student"])
        return dict(
            title="Plans",
            ask=f"How much is the {a} plan?",
            plain=None,
            say=lambda p, x: f"The {p} plan is {x} a month.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=None,
        )
    if form == 5:
        a, b = pick(["Grade 3", "Grade 5", "Grade 7", "Grade 8"])
        return dict(
            title="School trip",
            ask=f"How much does {a} pay for the trip?",
            plain="How much is paid for the trip?",
            say=lambda g, x: f"{g} pays {x} for the trip.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=None,
        )
    if form == 6:
        a, b = pick(["John Smith", "John Smyth", "John Schmidt", "Joan Smith"])
        return dict(
            title="Staff",
            ask=f"How much did {a} donate?",
            plain=None,
            say=lambda n, x: f"{n} donated {x}.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=None,
        )
    a, b = rng.choice(
        [
            ("men", "women"),
            ("adults", "children"),
            ("male", "female"),
            ("monthly", "annual"),
            ("Pro", "Lite"),
        ]
    )
    if form == 7 and a in ("men", "adults"):
        return dict(
            title="Tickets",
            ask=f"How much do {a} pay?",
            plain="How much is paid?",
            say=lambda g, x: f"{g.capitalize()} pay {x}.",
            a=a,
            b=b,
            v=v,
            w=w,
            titled=None,
        )
    return dict(
        title="Falcon",
        ask=f"How much is the {a} Falcon licence?",
        plain=None,
        say=lambda g, x: f"The {g} Falcon licence is {x}.",
        a=a,
        b=b,
        v=v,
        w=w,
        titled=None,
    )


KINDS = dict(
    quarter=quarter,
    month=month,
    year=year,
    region=region,
    direction=direction,
    version=version,
    grade=grade,
    group=person_class,
    model=model,
    phase=phase,
    dose=dose,
    name=near_name,
    path=near_path,
    code=near_code,
    subject=subject,
    place=place,
    english=english,
)
FORMS = ("only", "both", "plain", "title", "only", "both")


def written(folder, case, documents):
    (folder / "documents").mkdir(parents=True)
    for name, (title, body) in documents.items():
        (folder / "documents" / name).write_text(f"# {title}\n\n{body}\n", encoding="utf8")
    (folder / "case.json").write_text(
        json.dumps(case, ensure_ascii=False, indent=1) + "\n", encoding="utf8"
    )


def make(kind, place):
    made = KINDS[kind]()
    form = FORMS[place % len(FORMS)]
    if form == "title" and not made["titled"]:
        form = "both"
    if form == "plain" and not made["plain"]:
        form = "same"
    noise = rng.choice(NOISE_EN if kind == "english" else NOISE)
    lead = made.get("lead", "")
    title = made["title"] or f"{made['b']}"
    yes, no = made["say"](made["a"], made["v"]), made["say"](made["b"], made["w"])
    question, check, tempting = made["ask"], {"outcome": "declined", "or_note": "premise"}, no
    if form == "only":
        documents = {"a.md": (title, lead + no), "b.md": noise}
    elif form == "title":
        documents = {"a.md": made["titled"], "b.md": noise}
        tempting = made["titled"][1]
    elif form == "both":
        order = [yes, no] if rng.random() < 0.5 else [no, yes]
        apart = rng.random() < 0.5 and not lead
        documents = (
            {
                "a.md": (title if not apart else "甲", order[0]),
                "b.md": ("乙", order[1]),
                "c.md": noise,
            }
            if apart
            else {"a.md": (title, lead + "\n\n".join(order)), "b.md": noise}
        )
        check = {"contains": [made["v"]], "not_contains": [made["w"]], "short_not": [made["w"]]}
        if made["v"] in made["w"] or made["w"] in made["v"]:
            check = {"contains": [made["v"]]}
    elif form == "same":
        documents, tempting = {"a.md": (title, lead + yes), "b.md": noise}, ""
        check = {"contains": [made["v"]], "no_note": "premise"}
    else:
        documents, tempting = {"a.md": (title, lead + no), "b.md": noise}, ""
        question, check = made["plain"], {"contains": [made["w"]], "no_note": "premise"}
    expect = "拒答，或说明文档讲的是别的" if "outcome" in check else check["contains"][0]
    return (
        form,
        {
            "question": question,
            "expect": expect,
            "check": check,
            "kind": f"scope {kind}, {form}",
            "tempting": tempting,
        },
        documents,
    )


out = Path(given.out)
shutil.rmtree(out, ignore_errors=True)
for kind in KINDS:
    for place in range(given.each):
        form, case, documents = make(kind, place)
        written(out / f"{kind}-{place:02d}-{form}", case, documents)
