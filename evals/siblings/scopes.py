"""Told of one thing, asked of another: scopes, subjects, conflicts that are none."""

from __future__ import annotations

import random
from collections.abc import Iterator

from evals.siblings.base import DECLINED, Case, around, pick

_COMPANIES = ("鹿鸣食品", "青禾物流", "远帆仪器", "柏林路书店", "星河电缆", "白泽制药", "云杉商城")
_PLACES = ("临江", "白河", "青州", "石桥镇", "柳湾", "北塔")

# (scopes, sentence of {s} and {v}, question of {s}, values)
_SCOPES: tuple[tuple[tuple[str, ...], str, str, tuple[str, ...]], ...] = (
    (("一季度", "二季度", "三季度", "四季度"), "{c}{s}实现营业收入{v}亿元，毛利率保持平稳。",
     "{c}{s}的营业收入是多少？", ("3.2", "4.7", "5.1", "6.8")),
    (("3月份", "5月份", "8月份", "11月份"), "{p}{s}用电量为{v}万千瓦时。", "{p}{s}用了多少电？",
     ("412", "388", "530", "467")),
    (("2021年", "2022年", "2023年", "2024年"), "{c}{s}新招员工{v}人。", "{c}{s}招了多少人？",
     ("46", "58", "71", "93")),
    (("南区", "北区", "东区", "西区"), "{s}宿舍每晚{v}断电。", "{s}宿舍几点断电？",
     ("22点半", "23点", "23点半", "24点")),
    (("东校区", "西校区", "湖滨校区"), "{s}游泳馆门票每次{v}元，凭校园卡减半。",
     "{s}游泳馆门票多少钱？", ("20", "25", "30")),
    (("V2版", "V3版", "V4版"), "{s}手持终端充满电可用{v}小时。", "{s}手持终端能用多久？",
     ("9", "12", "15")),
    (("一年级", "三年级", "五年级"), "{s}学生每周上体育课{v}节。", "{s}每周几节体育课？",
     ("3", "4", "2")),
    (("男生", "女生"), "{s}立定跳远及格线为{v}厘米。", "{s}立定跳远多少算及格？", ("205", "151")),
    (("成人", "儿童"), "止咳口服液{s}每次服{v}毫升，每日三次，饭后服用。",
     "止咳口服液{s}一次喝多少？", ("15", "8")),
    (("孕妇", "老年人"), "{s}办理业务可走绿色窗口，等候不超过{v}分钟。", "{s}办业务要等多久？",
     ("10", "15")),
    (("金卡会员", "银卡会员"), "{s}的退货期为{v}天，自签收之日起算。", "{s}多少天内能退货？",
     ("30", "20")),
    (("一等座", "二等座"), "由{p}至省城的城际列车{s}票价为{v}元。", "{p}到省城{s}多少钱？",
     ("86", "54")),
    (("一级教师", "高级教师"), "{s}每学年公开课不少于{v}节。", "{s}一年要上几节公开课？",
     ("4", "2")),
    (("试用期员工", "正式员工"), "{s}每月餐补{v}元，随工资发放。", "{s}每月餐补多少？",
     ("300", "450")),
    (("夏季", "冬季"), "{p}图书馆{s}闭馆时间为{v}。", "{p}图书馆{s}几点闭馆？", ("21点", "19点半")),
    (("最高", "最低"), "{p}站七月记录到的{s}气温为{v}度。", "{p}站七月{s}气温多少度？",
     ("39.4", "18.6")),
    (("国内", "国际"), "{s}邮件由{c}寄出后{v}天送达。", "{c}的{s}邮件几天到？", ("3", "12")),
    (("the north office", "the south office"), "In summer {s} closes at {v}.",
     "When does {s} close in summer?", ("6 pm", "7.30 pm")),
    (("Q1", "Q2", "Q3", "Q4"), "Halden Foods reported {s} revenue of {v} million dollars.",
     "What was the {s} revenue of Halden Foods?", ("4.2", "5.6", "3.9", "6.1")),
    (("version 2", "version 3", "version 5"), "The Lumo lamp {s} runs for {v} hours on one charge.",
     "How long does the Lumo lamp {s} run?", ("9", "14", "20")),
    (("adults", "children"), "The daily dose for {s} is {v} ml, taken after a meal.",
     "What is the daily dose for {s}?", ("20", "7.5")),
)  # fmt: skip


def scope(chance: random.Random) -> Iterator[Case]:
    """Yield scopes asked that are not told; near misses: the told one, and both told."""
    while True:
        for scopes, sentence, question, values in pick(chance, _SCOPES, len(_SCOPES)):
            names = {"c": chance.choice(_COMPANIES), "p": chance.choice(_PLACES)}
            (told, asked), (value, other) = pick(chance, scopes, 2), pick(chance, values, 2)
            english = question.isascii()
            said = sentence.format(s=told, v=value, **names)
            titled = _titled(sentence, told, value, names)
            head = "# Notes\n\n" if english else "# 说明\n\n"
            where = chance.random()
            text = titled if titled and where < 0.4 else f"{head}{said}\n"
            documents = {"a.md": text, **around(chance)}
            ask = question.format(s=asked, **names)
            form = chance.random()
            if form < 0.6:
                yield Case(ask, DECLINED, documents, f"只说了{told}")
            elif form < 0.8:
                own = question.format(s=told, **names)
                yield Case(own, {"contains": [value]}, documents, value, near=True)
            else:
                both = f"{said}{sentence.format(s=asked, v=other, **names)}"
                documents["a.md"] = f"{head}{both}\n"
                check = {"contains": [other], "short_not": [value]}
                yield Case(ask, check, documents, other, near=True)


def _titled(sentence: str, told: str, value: str, names: dict[str, str]) -> str:
    """Return a document that tells the scope in its title only; empty where that reads badly."""
    if not sentence.startswith(("{c}{s}", "{p}{s}", "{s}")):
        return ""
    subject = names["c"] if "{c}" in sentence else names["p"] if "{p}" in sentence else ""
    rest = sentence.removeprefix("{c}").removeprefix("{p}").removeprefix("{s}")
    return f"# {subject}{told}情况\n\n{rest.format(v=value, s=told, **names)}\n"


# (first subject, second, what only the first has, question about it with {n}, value, about both)
_SUBJECTS = (
    ("海燕", "信天翁", "{n}模型于2023年五月发布，由北塔实验室训练。", "{n}模型什么时候发布？",
     "2023年五月", "海燕支持128K上下文，信天翁支持200K上下文。"),
    ("青石公园", "市图书馆", "{n}于2008年建成。", "{n}是哪年建成的？", "2008年",
     "青石公园占地42公顷，市图书馆藏书120万册。"),
    ("南门大桥", "北门大桥", "{n}由省路桥三处承建。", "{n}是谁承建的？", "省路桥三处",
     "南门大桥长1.2公里，北门大桥长0.9公里，两桥都在2016年通车。"),
    ("周岚", "李启", "{n}毕业于临江大学机械系。", "{n}是哪个学校毕业的？", "临江大学",
     "周岚任技术部主任，李启任采购部主任。"),
    ("白茶饼", "普洱饼", "{n}的保质期为十年。", "{n}保质期多久？", "十年",
     "白茶饼每片357克，普洱饼每片400克，都存放在三号库。"),
    ("东湖酒店", "西山酒店", "{n}的早餐到十点半结束。", "{n}早餐到几点？", "十点半",
     "东湖酒店有客房210间，西山酒店有客房96间。"),
    ("甲型泵", "乙型泵", "{n}的额定流量为每小时60立方米。", "{n}的额定流量是多少？", "60立方米",
     "甲型泵重85公斤，乙型泵重120公斤。"),
    ("青禾基金", "远山基金", "{n}的管理费率为1.2%。", "{n}的管理费率是多少？", "1.2%",
     "青禾基金成立于2019年，远山基金成立于2021年。"),
    ("一号仓", "二号仓", "{n}的钥匙由门卫老吴保管。", "{n}的钥匙谁保管？", "老吴",
     "一号仓存放粮食，二号仓存放农具。"),
    ("河西小学", "河东小学", "{n}现有教师64人。", "{n}有多少教师？", "64",
     "河西小学有24个班，河东小学有18个班。"),
    ("蓝鲸相机", "海豚相机", "{n}的防水深度为30米。", "{n}能防水多深？", "30米",
     "蓝鲸相机售价2180元，海豚相机售价1560元。"),
    ("the Marlow line", "the Tarn line", "Work on {n} was paid for by the county.",
     "Who paid for the work on {n}?", "county",
     "The Marlow line has nine stations and the Tarn line has six."),
    ("Model A", "Model B", "{n} weighs 14 kg.", "How much does {n} weigh?", "14 kg",
     "Model A has two doors, Model B has four."),
    ("Dr. Hollis", "Dr. Tannen", "{n} studied botany in Leeds.", "Where did {n} study?", "Leeds",
     "Dr. Hollis runs the seed bank, Dr. Tannen runs the archive."),
)  # fmt: skip


def subject(chance: random.Random) -> Iterator[Case]:
    """Yield questions about one subject whose value only the other has; near: the right one."""
    while True:
        for first, second, sentence, question, value, both in pick(
            chance, _SUBJECTS, len(_SUBJECTS)
        ):
            gap = " " if question.isascii() else ""
            said = sentence.format(n=first)
            said = said[0].upper() + said[1:]
            parts = [both, said] if chance.random() < 0.6 else [said, both]
            if chance.random() < 0.7:
                documents = {"a.md": f"# {first} / {second}\n\n{gap.join(parts)}\n"}
            else:
                documents = {
                    "a.md": f"# {first}\n\n{said}\n",
                    "b.md": f"# {second}\n\n{both}\n",
                }
            documents |= around(chance)
            if chance.random() < 0.6:
                yield Case(question.format(n=second), DECLINED, documents, f"只说了{first}")
            else:
                check = {"contains": [value]}
                yield Case(question.format(n=first), check, documents, value, near=True)


_ROOMS = ("锅炉房", "泵房", "配电室", "机房", "档案室", "食堂", "仓库", "门卫室", "医务室", "图书室",
          "健身房", "会议室", "接待室", "车库", "花房", "实验室")  # fmt: skip
_TOWNS = ("杭州", "上海", "合肥", "长沙", "武汉", "成都", "西安", "福州", "南昌", "济南")
_GATES = ("north", "south", "east", "west", "river")

_ALIKE = (
    (_ROOMS, "{n}管理说明", "{n}由专人负责，钥匙编号是{v}，每周检查{k}次。", "{n}的钥匙编号是多少？",
     lambda i: f"K{i + 11}"),
    (_ROOMS, "{n}", "{n}值班电话是{v}。", "{n}值班电话是多少？", lambda i: f"33{i + 10}"),
    (_TOWNS, "{n}分公司", "{n}分公司有员工{v}人，办公面积{k}00平方米。", "{n}分公司有多少员工？",
     lambda i: f"{210 + 37 * i}"),
    (_TOWNS, "{n}门店", "{n}门店营业到晚上{v}，周末延长{k}十分钟。", "{n}门店营业到几点？",
     lambda i: ("九点", "八点半", "十点", "九点半", "八点")[i % 5]),
    (_GATES, "{n} gate", "The {n} gate opens at {v} and has {k} guards.",
     "When does the {n} gate open?", lambda i: f"{6 + i}.15 am"),
)  # fmt: skip


def conflict(chance: random.Random) -> Iterator[Case]:
    """Yield look-alike documents on different subjects; near: true conflicts about one."""
    while True:
        for names, title, sentence, question, value_of in pick(chance, _ALIKE, len(_ALIKE)):
            count = min(chance.choice((2, 3, 6, 12)), len(names))
            chosen = pick(chance, names, count)
            values = {name: value_of(place) for place, name in enumerate(chosen)}
            documents = {
                f"{place:02}.md": f"# {title.format(n=name)}\n\n"
                f"{sentence.format(n=name, v=values[name], k=chance.randint(2, 5))}\n"
                for place, name in enumerate(chosen)
            }
            asked = chance.choice(chosen)
            ask = question.format(n=asked)
            if chance.random() < 0.6:
                others = [sentence.format(n=n, v=v, k="|").split("|")[0] for n, v in values.items()]
                wrong = [o for o, n in zip(others, values, strict=True) if n != asked]
                check = {
                    "contains": [values[asked]], "not_contains": wrong[:4], "no_note": "conflict",
                }  # fmt: skip
                yield Case(ask, check, documents, f"{values[asked]}，无矛盾提示")
            else:
                other = value_of(chosen.index(asked) + 3)
                said = sentence.format(n=asked, v=other, k=2)
                documents["更新.md"] = f"# {title.format(n=asked)}（另一份）\n\n{said}\n"
                if values[asked] == other:
                    continue
                check = {"contains": [values[asked], other], "note": "conflict"}
                yield Case(ask, check, documents, "提示矛盾", near=True)
