"""What is looked up: FAQ pairs, records, codes, near identifiers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from evals.siblings.base import DECLINED, Case, around, pick

Pair = tuple[str, str, str, str]
"""A question as written, as somebody else would put it, the answer, and words only it has."""

_OFFICE: tuple[Pair, ...] = (
    ("门禁卡丢了怎么补办？", "门禁卡不见了要怎么办", "带身份证到一楼前台，当天可取，工本费20元。", "一楼前台"),
    ("会议室怎么预订？", "想订个会议室怎么弄", "在内网的日历里选时间，超过两小时需要主管同意。", "内网的日历"),
    ("访客停车收费吗？", "客户来停车要钱吗", "前两小时免费，之后每小时8元。", "每小时8元"),
    ("电脑坏了找谁？", "笔记本开不了机找谁修", "拨打内线6110，或在服务台提单。", "内线6110"),
    ("年假可以跨年用吗？", "今年的年假明年还能休吗", "可以顺延到次年三月底，过期作废。", "次年三月底"),
    ("打印机怎么换墨盒？", "打印机没墨了怎么换", "联系行政领取，旧墨盒放回收箱。", "旧墨盒"),
    ("工资条在哪里看？", "哪里能查到工资条", "登录人事系统，每月15日后可见。", "每月15日"),
    ("加班餐怎么报销？", "加班吃饭的钱怎么报", "保留发票，次月5日前交部门秘书。", "部门秘书"),
    ("怎样申请居家办公？", "想在家办公怎么申请", "提前一天在系统里提出，由组长批准。", "组长批准"),
)  # fmt: skip
_GYM: tuple[Pair, ...] = (
    ("会员卡可以转让吗？", "卡能转给别人用吗", "可以，双方到店签字，手续费50元。", "手续费50元"),
    ("储物柜怎么用？", "柜子要怎么开", "刷手环开柜，闭店前须取走物品。", "刷手环"),
    ("私教课能取消吗？", "约好的私教课去不了怎么办", "开课六小时前取消不扣课时。", "六小时前"),
    ("游泳池几点开放？", "泳池什么时候能下水", "每天早上七点至晚上九点半，周三下午清洗。", "周三下午"),
    ("可以带小孩来吗？", "能不能带孩子一起去", "十二岁以下须有家长陪同，不得进器械区。", "器械区"),
    ("请假停卡怎么办理？", "出差想把卡停一阵子", "每年可停两次，每次不超过三十天。", "每年可停两次"),
    ("淋浴间有吹风机吗？", "洗完澡有吹风机用吗", "每个更衣室墙上有四个，免费使用。", "墙上有四个"),
)  # fmt: skip
_SHOP: tuple[Pair, ...] = (
    ("发票怎么开？", "我要开发票在哪开", "在订单页申请，三个工作日内发到邮箱。", "发到邮箱"),
    ("收到的东西坏了怎么办？", "货是坏的怎么处理", "四十八小时内拍照联系客服，免费补发。", "免费补发"),
    ("可以改收货地址吗？", "地址填错了能改吗", "发货前可在订单里改，发货后只能拒收。", "只能拒收"),
    ("积分会过期吗？", "攒的积分有期限吗", "每年最后一天清零前年的积分。", "清零前年"),
    ("支持货到付款吗？", "能不能收到货再给钱", "城区支持，乡镇暂不支持。", "乡镇暂不支持"),
    ("礼品包装收费吗？", "包成礼物要加钱吗", "普通包装免费，木盒加收18元。", "木盒加收18元"),
    ("怎么注销账号？", "不想用了怎么销号", "在设置里提交，七天内没有登录即注销。", "七天内没有登录"),
)  # fmt: skip
_ENGLISH: tuple[Pair, ...] = (
    ("How do I reset my badge PIN?", "I forgot the PIN of my badge",
     "Visit the front desk with an ID; it takes ten minutes.", "front desk"),
    ("Can guests park for free?", "is parking free for visitors",
     "The first two hours are free, then 8 dollars an hour.", "first two hours"),
    ("Where do I find my payslip?", "where can I see my pay slip",
     "In the HR portal, after the 15th of each month.", "HR portal"),
    ("Who fixes a broken laptop?", "my laptop is broken, who can help",
     "Call extension 6110 or open a ticket.", "6110"),
    ("Can I carry over vacation days?", "do unused vacation days expire",
     "Yes, until the end of March; then they expire.", "end of March"),
    ("How do I book the van?", "I need the van next week, how",
     "Write your name on the sheet in the garage, at most two days in a row.", "in the garage"),
    ("May I bring a dog?", "are dogs allowed in the office",
     "On Fridays, if nobody in the room objects.", "On Fridays"),
)  # fmt: skip


def _one_line(pairs: Sequence[Pair], english: bool) -> str:
    q, a = ("Q: ", " A: ") if english else ("Q：", " A：")
    return "\n".join(f"{q}{ask}{a}{answer.rstrip('。')}" for ask, _, answer, _ in pairs) + "\n"


def _two_lines(pairs: Sequence[Pair], english: bool) -> str:
    q, a = ("Q: ", "A: ") if english else ("问：", "答：")
    return "\n\n".join(f"{q}{ask}\n{a}{answer}" for ask, _, answer, _ in pairs) + "\n"


def _tight_lines(pairs: Sequence[Pair], english: bool) -> str:
    q, a = ("Q: ", "A: ") if english else ("问：", "答：")
    return "\n".join(f"{q}{ask}\n{a}{answer}" for ask, _, answer, _ in pairs) + "\n"


def _bold(pairs: Sequence[Pair], _: bool) -> str:
    return "\n\n".join(f"**{ask}**\n\n{answer}" for ask, _, answer, _ in pairs) + "\n"


def _numbered(pairs: Sequence[Pair], _: bool) -> str:
    return (
        "\n\n".join(f"{n}. {ask}\n{answer}" for n, (ask, _, answer, _) in enumerate(pairs, 1))
        + "\n"
    )


def _headings(pairs: Sequence[Pair], _: bool) -> str:
    return "\n\n".join(f"## {ask}\n\n{answer}" for ask, _, answer, _ in pairs) + "\n"


def _page(body: str) -> str:
    return f"<!doctype html><html><head><title>FAQ</title></head><body><main><h1>FAQ</h1>{body}</main></body></html>\n"  # noqa: E501


def _terms(pairs: Sequence[Pair], _: bool) -> str:
    return _page("<dl>" + "".join(f"<dt>{q}</dt><dd>{a}</dd>" for q, _, a, _ in pairs) + "</dl>")


def _details(pairs: Sequence[Pair], _: bool) -> str:
    return _page(
        "".join(f"<details><summary>{q}</summary><p>{a}</p></details>" for q, _, a, _ in pairs)
    )


def _rows(pairs: Sequence[Pair], english: bool) -> str:
    head = "| Question | Answer |" if english else "| 问题 | 回答 |"
    return "\n".join([head, "| --- | --- |", *(f"| {q} | {a} |" for q, _, a, _ in pairs)]) + "\n"


_LAYOUTS: tuple[tuple[str, Callable[[Sequence[Pair], bool], str]], ...] = (
    ("faq.txt", _one_line), ("faq.txt", _two_lines), ("faq.txt", _tight_lines), ("faq.md", _bold),
    ("faq.md", _numbered), ("faq.txt", _numbered), ("faq.md", _headings), ("faq.html", _terms),
    ("faq.html", _details), ("faq.md", _rows),
)  # fmt: skip


def faq(chance: random.Random) -> Iterator[Case]:
    """Yield FAQ in every layout, asked as written or otherwise; near: what it does not hold."""
    while True:
        for name, layout in pick(chance, _LAYOUTS, len(_LAYOUTS)):
            bank = chance.choice((_OFFICE, _OFFICE, _GYM, _SHOP, _ENGLISH))
            pairs = pick(chance, bank, min(len(bank), chance.randint(5, 8)))
            asked, left = pairs[1:], pairs[0]
            documents = {name: layout(asked, bank is _ENGLISH), **around(chance)}
            target = chance.choice(asked)
            others = [key for _, _, _, key in asked if key != target[3]]
            if chance.random() < 0.75:
                question = target[0] if chance.random() < 0.6 else target[1]
                check = {"contains": [target[3]], "not_contains": others[:5]}
                yield Case(question, check, documents, target[2])
            else:
                yield Case(left[0], DECLINED, documents, "没有这一问", near=True)


_RECORDS: tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], ...] = (
    (("故障代码", "所属系统", "故障原因", "检修方法"), (
        ("2088", "制动系统", "压力传感器断线", "更换压力传感器并清零"),
        ("2099", "制动系统", "制动缸漏气", "更换密封圈后做保压试验"),
        ("2098", "牵引系统", "逆变器过温", "清洗散热滤网"),
        ("3099", "空调系统", "冷凝风机过流", "检查风机轴承"),
        ("2909", "车门系统", "门锁行程开关失效", "调整行程开关间隙"),
        ("20990", "广播系统", "功放无输出", "更换功放板"))),
    (("工号", "姓名", "部门", "分机"), (
        ("A017", "周岚", "财务部", "6203"), ("A071", "李启", "采购部", "6230"),
        ("A107", "赵新", "质检部", "6320"), ("B017", "钱同", "仓储部", "6032"),
        ("A0170", "孙谨", "法务部", "6302"))),
    (("物料编号", "名称", "库位", "最低库存"), (
        ("M-3301", "轴承", "三排二层", "40"), ("M-3310", "密封圈", "一排四层", "200"),
        ("M-3031", "滤芯", "五排一层", "60"), ("M-331", "皮带", "二排三层", "25"),
        ("N-3301", "保险丝", "六排五层", "150"))),
    (("合同编号", "甲方", "金额", "到期日"), (
        ("HT-2024-087", "青禾物流", "46万元", "2025年6月30日"),
        ("HT-2024-078", "远帆仪器", "128万元", "2025年9月1日"),
        ("HT-2023-087", "星河电缆", "73万元", "2025年3月15日"),
        ("HT-2024-0871", "白泽制药", "15万元", "2026年1月31日"))),
    (("Part no", "Name", "Shelf", "Minimum stock"), (
        ("P-210", "hinge", "C4", "80"), ("P-201", "latch", "A9", "35"),
        ("P-2100", "gasket", "D1", "300"), ("R-210", "spring", "B7", "120"))),
)  # fmt: skip

_UNKNOWN = {"2099": "2100", "A017": "A018", "M-3301": "M-3302", "HT-2024-087": "HT-2024-089",
            "P-210": "P-211"}  # fmt: skip


def _record_text(labels: Sequence[str], rows: Sequence[Sequence[str]], layout: int) -> str:
    colon = ": " if labels[0].isascii() else "："
    blocks = []
    for row in rows:
        pairs = list(zip(labels, row, strict=True))
        if layout == 0:
            blocks.append("\n".join(f"{label}{colon}{value}" for label, value in pairs))
        elif layout == 1:
            blocks.append("\n".join(f"- {label}{colon}{value}" for label, value in pairs))
        elif layout == 2:
            stop = "; " if labels[0].isascii() else "；"
            blocks.append(stop.join(f"{label}{colon}{value}" for label, value in pairs))
        elif layout == 3:
            rest = "\n\n".join(f"**{label}**{colon}{value}" for label, value in pairs[1:])
            blocks.append(f"## {labels[0]} {row[0]}\n\n{rest}")
        else:
            blocks.append(" \n".join(f"{label}\t{value}" for label, value in pairs))
    return "\n\n".join(blocks) + "\n"


def record(chance: random.Random) -> Iterator[Case]:
    """Yield fields of records by their key, and keys by a field; near: a key that is not there."""
    while True:
        for labels, rows in pick(chance, _RECORDS, len(_RECORDS)):
            layout = chance.randrange(5)
            english = labels[0].isascii()
            order = pick(chance, rows, len(rows))
            text = _record_text(labels, order, layout)
            name = "records.md" if layout in (1, 3) else "records.txt"
            documents = {name: text, **around(chance)}
            row, column = chance.choice(rows), chance.randrange(1, len(labels))
            others = [r[column] for r in rows if r is not row and r[column] != row[column]]
            form = chance.random()
            if form < 0.5:
                question = (
                    f"What is the {labels[column].lower()} of {labels[0].lower()} {row[0]}?"
                    if english
                    else f"{labels[0]}{row[0]}的{labels[column]}是什么？"
                )
                check = {"contains": [row[column]], "not_contains": others[:3]}
                yield Case(question, check, documents, row[column])
            elif form < 0.75:
                column = len(labels) - 2 if labels[0] == "故障代码" else 1
                question = (
                    f"Which {labels[0].lower()} is the {row[column]}?"
                    if english
                    else f"{row[column]}的{labels[0]}是多少？"
                )
                near = [r[0] for r in rows if r is not row and row[0] not in r[0]]
                check = {"contains": [row[0]], "not_contains": near[:3]}
                yield Case(question, check, documents, row[0])
            else:
                known = next(key for key in _UNKNOWN if any(key == r[0] for r in rows))
                question = (
                    f"What is the {labels[column].lower()} of {labels[0].lower()} {_UNKNOWN[known]}?"
                    if english
                    else f"{labels[0]}{_UNKNOWN[known]}的{labels[column]}是什么？"
                )
                yield Case(question, DECLINED, documents, "没有这一条", near=True)


# (codes, meanings: (what it is, what to do), questions)
_CODES: tuple[tuple[tuple[str, ...], str, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    (("E1001", "E1010", "E1100", "E11001", "E2005"), "E1011",
     (("余额不足", "提示用户充值"), ("账户冻结", "联系客服"), ("网络超时", "稍后重试"),
      ("签名错误", "检查密钥"), ("参数缺失", "补全请求参数")),
     ("{c}是什么意思？", "报错{c}怎么办？", "{c}怎么处理")),
    (("W-301", "W-310", "W-31", "W-3010"), "W-311",
     (("水位过低", "补水至刻度线"), ("滤网堵塞", "拆下滤网清洗"), ("门未关好", "重新关门"),
      ("排水不畅", "检查排水管")),
     ("洗衣机显示{c}怎么办？", "{c}是什么故障", "出现{c}代码什么意思")),
    (("0x51A0", "0x51A", "0x5A10", "0x151A"), "0x51B0",
     (("固件校验失败", "重新刷写固件"), ("电池未识别", "更换电池"), ("存储卡只读", "关闭写保护开关"),
      ("温度传感器离线", "重新插紧排线")),
     ("{c}什么意思？", "设备报{c}怎么处理？")),
    (("SF-07", "SF-70", "SF-007", "SP-07"), "SF-08",
     (("包裹已退回", "与寄件人核对地址"), ("等待海关查验", "补交发票"), ("收件人拒收", "联系寄件人"),
      ("车辆延误", "次日派送")),
     ("快递状态{c}是什么意思？", "状态码{c}怎么办")),
    (("ERR-2041", "ERR-2014", "ERR-204", "ERR-20411"), "ERR-2042",
     (("the disk is full", "delete old logs"), ("the token has expired", "sign in again"),
      ("the queue is paused", "resume it on the admin page"), ("the host is unknown", "fix the DNS name")),
     ("What does {c} mean?", "what to do about {c}", "I get {c}, how do I fix it?")),
)  # fmt: skip


def _code_text(codes: Sequence[str], meanings: Sequence[tuple[str, str]], layout: int) -> str:
    english = meanings[0][0].isascii()
    rows = list(zip(codes, meanings, strict=True))
    comma, colon = ("; ", ": ") if english else ("，", "：")
    if layout == 0:
        form = "{c} means {m}; {d}." if english else "{c} 表示{m}，应{d}。"
        return "\n\n".join(form.format(c=c, m=m, d=d) for c, (m, d) in rows) + "\n"
    if layout == 1:
        return "\n".join(f"- `{c}`{colon}{m}{comma}{d}" for c, (m, d) in rows) + "\n"
    if layout == 2:
        head = "| Code | Meaning | What to do |" if english else "| 代码 | 含义 | 处理 |"
        lines = (f"| {c} | {m} | {d} |" for c, (m, d) in rows)
        return "\n".join([head, "| --- | --- | --- |", *lines]) + "\n"
    if layout == 3:
        return "\n\n".join(f"### {c}\n\n{m}{comma}{d}" for c, (m, d) in rows) + "\n"
    return "\n".join(f"{c}  {m}{comma}{d}" for c, (m, d) in rows) + "\n"


def code(chance: random.Random) -> Iterator[Case]:
    """Yield codes looked up among near ones; near: a code that is not there."""
    while True:
        for codes, unknown, meanings, questions in pick(chance, _CODES, len(_CODES)):
            layout = chance.randrange(5)
            shuffled = pick(chance, meanings, len(codes))
            head = "# Codes\n\n" if questions[0].isascii() else "# 代码说明\n\n"
            body = _code_text(codes, shuffled, layout)
            documents = {
                "codes.txt" if layout == 4 else "codes.md": body if layout == 4 else head + body
            }
            documents |= around(chance)
            question = chance.choice(questions)
            place = chance.randrange(len(codes))
            if chance.random() < 0.7:
                said, done = shuffled[place]
                wrong = [d for n, (_, d) in enumerate(shuffled) if n != place]
                check = {"contains": [said, done], "not_contains": wrong[:3]}
                yield Case(question.format(c=codes[place]), check, documents, said)
            else:
                yield Case(
                    question.format(c=unknown), DECLINED, documents, "没有这个代码", near=True
                )


# (names of which some begin like others, sentence, question, values, one that is not there)
_NEAR: tuple[tuple[tuple[str, ...], str, str, tuple[str, ...], str], ...] = (
    (("/v1/user", "/v1/users", "/v2/user"), "{n} 返回资料，限流每分钟{v}次。",
     "{n} 每分钟限流多少次？", ("60", "15", "30"), "/v3/user"),
    (("/api/order", "/api/orders", "/api/order/items"), "{n} 的超时为{v}毫秒。",
     "{n} 的超时是多少？", ("800", "1500", "2400"), "/api/ordering"),
    (("v2.1", "v2.10", "v2.11"), "{n} 发布于{v}。", "{n}发布于哪一年？",
     ("2019年", "2022年", "2023年"), "v2.12"),
    (("v1.2.3", "v1.2.30", "v1.23"), "{n} 需要内存{v}GB。", "{n}需要多少内存？", ("4", "8", "6"),
     "v1.2.4"),
    (("张伟", "张伟民", "小张伟"), "{n}是公司员工，{v}入职。", "{n}哪年入职？",
     ("2015年", "2011年", "2024年"), "张炜"),
    (("李明", "李明辉", "李小明"), "{n}住在{v}。", "{n}住在哪里？",
     ("桂园", "梅园", "竹园"), "李民"),
    (("翠湖项目", "翠湖项目二期", "翠湖北项目"), "{n}总投资{v}亿元。", "{n}总投资多少？",
     ("3.1", "5.4", "2.7"), "翠湖项目三期"),
    (("X5", "X50", "X5 Pro"), "{n}的电池容量为{v}毫安时。", "{n}电池多大？",
     ("4200", "5100", "4700"), "X7"),
    (("GB 1023", "GB 10231", "GB/T 1023"), "{n}规定样品质量为{v}克。", "{n}规定样品多少克？",
     ("25", "40", "60"), "GB 1032"),
    (("东门", "小东门", "东门外"), "{n}的公交站有{v}条线路。", "{n}公交站有几条线路？",
     ("12", "3", "7"), "南门"),
    (("Section 4", "Section 4A", "Section 14"), "{n} covers {v}.", "What does {n} cover?",
     ("fire drills", "visitors", "parking"), "Section 5"),
    (("port 80", "port 8080", "port 808"), "The service on {n} is the {v}.",
     "Which service is on {n}?", ("proxy", "console", "mailer"), "port 8081"),
)  # fmt: skip


def near_identifier(chance: random.Random) -> Iterator[Case]:
    """Yield identifiers that begin or end like others; near: one that is not there."""
    while True:
        for names, sentence, question, values, unknown in pick(chance, _NEAR, len(_NEAR)):
            rows = list(zip(names, pick(chance, values, len(names)), strict=True))
            lines = [sentence.format(n=n, v=v) for n, v in pick(chance, rows, len(rows))]
            joint = chance.choice(("\n\n", "\n", "\n- "))
            text = ("- " if joint == "\n- " else "") + joint.join(lines)
            name = "a.txt" if joint == "\n" else "a.md"
            documents = {name: (text if joint == "\n" else f"# 资料\n\n{text}") + "\n"}
            documents |= around(chance)
            target, value = chance.choice(rows)
            if chance.random() < 0.7:
                wrong = [sentence.format(n=n, v=v) for n, v in rows if n != target]
                check = {
                    "contains": [value],
                    "short_not": [v for n, v in rows if n != target and v not in value],
                    "not_contains": wrong,
                }
                yield Case(question.format(n=target), check, documents, value)
            else:
                yield Case(question.format(n=unknown), DECLINED, documents, "没有", near=True)
