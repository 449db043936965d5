"""The shape of a text: numbered parts, lists, commands, wrapped lines, whole tokens, pages."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator, Sequence

from evals.siblings.base import DECLINED, Case, around, pick

# (parts in order: sign, title, text), question forms with {s}, a sign that is not there, file
_CLAUSES: tuple[
    tuple[str, tuple[tuple[str, str, str], ...], tuple[str, ...], str, str], ...
] = (
    ("焊接规程", (("3.1", "目的", "为保证焊接质量，制定本规程。"),
                  ("3.2", "焊前准备", "坡口两侧20毫米内应清理干净。"),
                  ("3.2.1", "预热", "厚度超过30毫米时，预热至100℃。"),
                  ("3.2.2", "定位焊", "定位焊缝长度不小于40毫米。"),
                  ("3.3", "焊后检查", "外观检查应百分之百进行。")),
     ("{s}规定了什么？", "第{s}条是什么内容", "{s}节讲的是什么"), "3.2.5", "std.txt"),
    ("实验室安全手册", (("1.4", "着装", "进入实验室须穿白大褂并系好扣子。"),
                        ("2.1", "气瓶", "气瓶须直立固定，离火源五米以上。"),
                        ("2.1.3", "更换", "更换减压阀前先关闭总阀。"),
                        ("2.10", "废液", "废液分类倒入带盖的桶内。"),
                        ("4.2", "停电", "停电时先关闭加热设备。")),
     ("{s}规定了什么？", "手册{s}是怎么说的"), "2.11", "lab.txt"),
    ("物业服务办法", (("第一条", "", "为了规范物业服务，制定本办法。"),
                      ("第十条", "", "物业费按月收取，每平方米不超过三元。"),
                      ("第十一条", "", "逾期缴费的，加收千分之三的滞纳金。"),
                      ("第二十一条", "", "业主可以书面申请减免物业费。"),
                      ("第一百一十条", "", "拒不改正的，由街道办事处通报。")),
     ("{s}规定了什么？", "{s}是什么内容", "{s}怎么说的"), "第三十条", "rule.txt"),
    ("租赁合同", (("附件A", "房屋清单", "两居室一套，面积78平方米，位于三楼。"),
                  ("附件B", "家具清单", "衣柜两个，书桌一张，冰箱一台。"),
                  ("附件C", "费用表", "水费每吨3.2元，电费每度0.56元。")),
     ("{s}包括什么？", "{s}写了什么", "合同{s}的内容是什么？"), "附件D", "lease.md"),
    ("Data policy", (("7(a)", "", "Records are kept for six years."),
                     ("7(b)", "", "Backups are deleted after ninety days."),
                     ("12(a)", "", "Requests are answered within thirty days."),
                     ("12(b)", "", "A refusal must give the reason in writing."),
                     ("17", "", "This policy is reviewed every second year.")),
     ("What does section {s} require?", "what is in section {s}", "section {s} says what?"),
     "12(d)", "policy.txt"),
    ("Club statutes", (("Article 3", "", "Members pay forty dollars a year."),
                       ("Article 4", "", "The board has five members."),
                       ("Article 14", "", "The club is dissolved by two thirds of all members."),
                       ("Article 15", "", "Remaining funds go to the village school.")),
     ("What does {s} say?", "what is {s} about"), "Article 16", "club.txt"),
)  # fmt: skip

_ITEMS = (
    "（一）连续空置六个月以上",
    "（二）属于低保家庭",
    "（三）因不可抗力无法居住",
    "（四）正在司法查封期间",
)
_ORDINALS = ("一", "二", "三", "四")


def clause(chance: random.Random) -> Iterator[Case]:
    """Yield parts asked for by their number; near: a number that is not there."""
    while True:
        for title, parts, questions, unknown, name in pick(chance, _CLAUSES, len(_CLAUSES)):
            markdown = name.endswith(".md") or chance.random() < 0.3
            documents = {name.replace(".txt", ".md") if markdown else name:
                         _clause_text(title, parts, markdown=markdown), **around(chance)}  # fmt: skip
            sign, _, text = chance.choice(parts[1:])
            question = chance.choice(questions)
            if chance.random() < 0.25 and title == "物业服务办法":
                yield _numbered_item(chance, title, parts)
            elif chance.random() < 0.75:
                wrong = [t for s, _, t in parts if s != sign and not s.startswith(f"{sign}.")]
                check = {"contains": [text.rstrip("。.")], "not_contains": wrong[:3]}
                yield Case(question.format(s=sign), check, documents, text)
            else:
                yield Case(question.format(s=unknown), DECLINED, documents, "没有", near=True)


def _clause_text(title: str, parts: Sequence[tuple[str, str, str]], *, markdown: bool) -> str:
    lines = [f"# {title}" if markdown else title]
    for sign, head, text in parts:
        english = title.isascii()
        label = f"Section {sign}" if english and sign[0].isdigit() else sign
        if markdown and head:
            lines.append(f"## {label} {head}\n\n{text}")
        elif head:
            lines.append(f"{label} {head}\n{text}")
        else:
            lines.append(f"{label}{'. ' if english else ' '}{text}")
    return "\n\n".join(lines) + "\n"


def _numbered_item(
    chance: random.Random, title: str, parts: Sequence[tuple[str, str, str]]
) -> Case:
    lead = "第二十二条 有下列情形之一的，应当减免："
    body = _clause_text(title, parts, markdown=False) + "\n" + lead + "\n"
    body += "；\n".join(_ITEMS) + "。\n"
    place = chance.randrange(len(_ITEMS))
    said = [item[3:] for item in _ITEMS]
    check = {"contains": [said[place]]}
    question = f"第二十二条第（{_ORDINALS[place]}）项是什么？"
    return Case(question, check, {"rule.txt": body, **around(chance)}, said[place])


# (title, lead, items, question, list about something else: lead, items), in English and Chinese
_LISTS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], bool], ...] = (
    ("Onboarding", "New hires bring the following papers:",
     ("two copies of the ID card", "a copy of the diploma", "the leaving certificate",
      "four passport photos"),
     ("Which papers do new hires bring?", "what papers are needed on the first day"), False),
    ("Hiking club", "Each member packs these things for a day trip:",
     ("a whistle", "one litre of water", "a rain jacket", "the emergency card"),
     ("What does each member pack for a day trip?", "what do I need to take on a day trip"), False),
    ("Kiln rules", "Do the following before you leave the workshop:",
     ("close the gas valve", "write the temperature in the log", "sweep the floor",
      "hang the key behind the door"),
     ("What has to be done before leaving the workshop?",), True),
    ("Moving the server", "Move the server in this order:",
     ("announce the outage", "copy the data", "switch the address", "check the mail queue"),
     ("In what order is the server moved?", "how do I move the server"), True),
    ("入职材料", "新员工报到时须交下列材料：",
     ("身份证复印件两份", "学历证书复印件", "离职证明原件", "近三个月体检报告", "一寸照片四张"),
     ("新员工报到要交哪些材料？", "入职第一天要带什么材料"), False),
    ("减免物业费", "有下列情形之一的，应当减免物业费：",
     ("连续空置六个月以上", "属于低保家庭", "因不可抗力无法居住"),
     ("哪些情形应当减免物业费？", "什么情况下能减免物业费"), True),
    ("请假流程", "请假按下列步骤办理：",
     ("在人事系统填写申请", "直接主管审批", "三天以上由部门经理审批", "回来后当天销假"),
     ("请假要走哪些步骤？", "怎么请假"), True),
    ("开机检查", "每班开机前检查以下各项：",
     ("油位在两条刻度线之间", "急停按钮已复位", "防护罩锁紧", "地面没有油污"),
     ("开机前要检查哪些项目？", "每班开机前查什么"), False),
    ("露营清单", "每组带齐以下物品：",
     ("防潮垫三张", "头灯两只", "急救包一个", "垃圾袋若干"),
     ("露营每组要带哪些东西？", "露营清单有什么"), False),
)  # fmt: skip


def listed(chance: random.Random) -> Iterator[Case]:
    """Yield lists asked for whole and by number; near: a step beyond the last."""
    while True:
        for title, lead, items, questions, numbered in pick(chance, _LISTS, len(_LISTS)):
            english = title.isascii()
            sign = "{n}. " if numbered else chance.choice(("- ", "* ", "• "))
            lines = "\n".join(sign.format(n=n) + item for n, item in enumerate(items, start=1))
            end = "Missing ones must follow within a week." if english else "有缺漏的，一周内补齐。"
            other = "The office opens at nine." if english else "办公室九点开门。"
            blank = chance.choice(("\n\n", "\n"))
            documents = {
                "a.md": f"# {title}\n\n{other}\n\n{lead}{blank}{lines}\n\n{end}\n", **around(chance)
            }  # fmt: skip
            form = chance.random()
            if form < 0.6 or not numbered:
                check = {"contains": list(items)}
                yield Case(chance.choice(questions), check, documents, "全部各项")
                continue
            place = chance.randrange(len(items)) if form < 0.8 else 8
            ask = (
                f"What is step {place + 1} of {title.lower()}?"
                if english
                else f"{title}第{'一二三四五六七八九'[place]}步是什么？"
            )
            if place < len(items):
                yield Case(ask, {"contains": [items[place]]}, documents, items[place])
            else:
                yield Case(ask, DECLINED, documents, "没有这一步", near=True)


# (title, command lines with the comment above, what to ask, one that is not there)
_COMMANDS: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...], str], ...] = (
    ("备份", (("先停服务", "systemctl stop shopd"), ("再导出", "shopctl dump --out /var/shop.tar"),
              ("恢复时", "shopctl restore --in /var/shop.tar")),
     ("停服务的命令是什么？", "导出备份用什么命令？", "怎么恢复备份，命令是啥"), "删除用户的命令是什么？"),
    ("日志", (("查看最近一百行", "tail -n 100 /var/log/kiln.log"),
              ("按日期压缩", "kilnlog pack --before 2024-01-01"), ("清空", "kilnlog wipe --yes")),
     ("查看最近的日志用什么命令？", "压缩日志的命令是什么？", "怎么清空日志"), "转发日志到邮箱用什么命令？"),
    ("安装", (("下载安装包", "fetchpkg lumo-4.2.tgz"), ("安装到本机", "lumo-setup --prefix ~/lumo"),
              ("检查版本", "lumo --version")),
     ("下载安装包的命令是什么？", "安装到本机用什么命令？", "怎么看版本号"), "卸载用什么命令？"),
    ("数据库", (("登录", "tabdb -h 10.2.3.4 -u reader"), ("导出一张表", "tabdb dump orders > orders.sql"),
                ("重建索引", "tabdb reindex --all")),
     ("怎么登录数据库？", "导出一张表的命令是什么？", "重建索引用哪个命令"), "怎么修改数据库密码，用什么命令？"),
    ("Network", (("show all addresses", "netlab list --addresses"),
                 ("restart the link", "netlab link restart eth3"), ("measure speed", "netlab speed --to north")),
     ("How do I show all addresses?", "command to restart the link", "Which command measures speed?"),
     "Which command adds a firewall rule?"),
    ("Photos", (("import from the card", "snap import /media/card"),
                ("shrink to a width", "snap resize --width 1600"), ("remove duplicates", "snap dedupe --dry-run")),
     ("How do I import photos from the card?", "command to shrink photos", "how to remove duplicates"),
     "How do I print photos from the command line?"),
)  # fmt: skip


def command(chance: random.Random) -> Iterator[Case]:
    """Yield commands in blocks of code; near: a command that is not there."""
    while True:
        for title, lines, questions, unknown in pick(chance, _COMMANDS, len(_COMMANDS)):
            english = title.isascii()
            layout = chance.randrange(3)
            if layout == 0:
                code = "\n".join(f"# {said}\n{line}" for said, line in lines)
                body = f"```bash\n{code}\n```"
            elif layout == 1:
                body = "\n\n".join(
                    f"{said[0].upper()}{said[1:]}{':' if english else '：'}\n\n```\n{line}\n```"
                    for said, line in lines
                )
            else:
                colon = ": " if english else "："
                body = "\n".join(f"- {said}{colon}`{line}`" for said, line in lines)
            lead = "Run as the operator." if english else "以下命令由值班员运行。"
            tail = "Files are kept for 14 days." if english else "文件保留14天，由值班员检查。"
            documents = {"d.md": f"# {'Manual' if english else '手册'}\n\n## {title}\n\n{lead}\n\n"
                                 f"{body}\n\n{tail}\n", **around(chance)}  # fmt: skip
            place = chance.randrange(len(lines))
            if chance.random() < 0.75:
                check = {"contains": [lines[place][1]]}
                yield Case(questions[place], check, documents, lines[place][1])
            else:
                yield Case(unknown, DECLINED, documents, "没有这条命令", near=True)


_PARAGRAPHS: tuple[tuple[str, tuple[tuple[str, str, str], ...], str], ...] = (
    ("本制度适用于公司全体正式员工及试用期员工。员工因公出差期间发生的交通费、住宿费和伙食补助，应当在出差结束之"
     "日起三十个自然日以内，凭合法有效的票据通过财务系统提交报销申请。逾期未提交的，须由分管副总经理书面说明原因"
     "并签字确认后方可受理，但最长不得超过九十个自然日。住宿费标准按城市等级划分，一类城市每晚不超过五百五十元，"
     "二类城市每晚不超过四百二十元，其余城市每晚不超过三百元。",
     (("出差费用要在多少天内提交报销申请？", "起三十个自然日以内", "十个自然日"),
      ("一类城市住宿费每晚上限是多少？", "每晚不超过五百五十元", "十元"),
      ("逾期提交最长不超过多少天？", "最长不得超过九十个自然日", "")),
     "出国差旅的每日补助是多少？"),
    ("青石水库建成于1976年，总库容一亿二千万立方米，是临江市的主要水源。水库大坝高六十八米，坝顶长四百五十米，坝"
     "顶公路可供车辆单向通行。每年汛期水位不得超过一百三十二点五米，超过时由管理处开启三孔泄洪闸。库区内禁止游泳、"
     "垂钓和放养家禽，违者处以二百元以上一千元以下罚款。水质每周检测两次，结果公布在管理处门前的公告栏。",
     (("青石水库总库容多少？", "总库容一亿二千万立方米", "二千万立方米"),
      ("汛期水位不得超过多少？", "不得超过一百三十二点五米", "二点五米"),
      ("在库区游泳罚多少钱？", "二百元以上一千元以下罚款", "")),
     "青石水库的发电机组有几台？"),
    ("The archive is open to members from Tuesday to Saturday between nine in the morning and half "
     "past four in the afternoon. Readers may order up to twelve boxes a day; orders placed after "
     "three are brought the next morning. Copies cost twenty-five cents a page, and bound volumes "
     "may not be copied at all. A reader's card is valid for three years and is renewed at the desk "
     "on the second floor.",
     (("How many boxes may a reader order a day?", "up to twelve boxes a day", ""),
      ("What do copies cost?", "twenty-five cents a page", "five cents"),
      ("How long is a reader's card valid?", "valid for three years", "")),
     "What does a locker cost?"),
)  # fmt: skip


def wrapped(chance: random.Random) -> Iterator[Case]:
    """Yield texts wrapped at a width; near: what they do not say."""
    while True:
        for text, questions, unknown in pick(chance, _PARAGRAPHS, len(_PARAGRAPHS)):
            english = text.isascii()
            width = chance.choice((38, 48, 60, 72, 80) if english else (16, 20, 24, 27, 30, 36, 40))
            lines = (
                textwrap.wrap(text, width)
                if english
                else [text[at : at + width] for at in range(0, len(text), width)]
            )
            documents = {"a.txt": "\n".join(lines) + "\n", **around(chance)}
            question, value, cut = chance.choice(questions)
            if chance.random() < 0.8:
                check = {"contains_flat": [value], "short_not": [cut] if cut else []}
                yield Case(question, check, documents, value)
            else:
                yield Case(unknown, DECLINED, documents, "没有", near=True)


# (what has the value, sentence with {v}, question, values)
_TOKENS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("服务器", "服务器的地址为 {v}，由运维组维护。", "服务器的地址是多少？", ("10.20.30.41", "172.16.8.203")),
    ("蓝本", "蓝本的版本号为 {v}，由运维组维护。", "蓝本的版本号是多少？", ("4.12.7", "2024.3.15")),
    ("热线", "热线的电话为 {v}，工作日有人接听。", "热线电话是多少？", ("400-820-8820", "0571-8802-6110")),
    ("合同", "合同的编号为 {v}，存放在档案室。", "合同的编号是什么？", ("HT-2024-0871", "QH/2023-118")),
    ("缓存", "缓存服务的监听端口为 {v}。", "缓存服务的监听端口是多少？", ("16379", "8450")),
    ("钥匙", "花房的钥匙编号是{v}，挂在门后。", "花房的钥匙编号是多少？", ("K10", "B-204")),
    ("相机", "旗舰相机标价 {v}，含一块电池。", "旗舰相机多少钱？", ("¥1,299.00", "￥12,480")),
    ("设备", "这台设备购入价为{v}，按五年折旧。", "这台设备的购入价是多少？", ("128,600元", "1,045,000元")),
    ("冷库", "冷库的温度保持在{v}。", "冷库的温度是多少？", ("-18.5℃", "零下二十五度")),
    ("会议", "评审会定于{v}召开。", "评审会什么时候开？", ("2024-05-01 08:30", "2025年11月18日")),
    ("邮箱", "投稿请发到 {v}，标题写明栏目。", "投稿邮箱是什么？",
     ("gao_02@yunshan.example", "post.desk@tarn.example")),
    ("房间", "财务部搬到 {v}，电话不变。", "财务部搬到哪个房间？", ("3-204", "A1012")),
    ("seed bank", "The seed bank stands at approx. {v} above sea level.", "How high is the seed bank?",
     ("1,250.5 meters", "980.25 feet")),
    ("jam", "3. Add {v} of sugar and the juice of 2 lemons.", "How much sugar goes into the jam?",
     ("1.25 kg", "750 g")),
    ("train", "The night train leaves at {v} from platform 12.", "When does the night train leave?",
     ("10:45 pm", "11.20 p.m.")),
)  # fmt: skip

_OPPOSITES = (
    ("公园每天早上六点开门，晚上九点关门，免费入园。", "公园几点关门？", "九点关门", "六点"),
    ("公园每天早上六点开门，晚上九点关门，免费入园。", "公园几点开门？", "六点开门", "九点"),
    ("电梯限载13人，每周二检修，每次约40分钟。", "电梯限载多少人？", "13人", "40"),
    ("票价成人60元，学生30元，老人免票。", "学生票多少钱？", "30元", "60元"),
    ("The pool opens at 7 am and closes at 9 pm.", "When does the pool close?", "9 pm", "7 am"),
)


def token(chance: random.Random) -> Iterator[Case]:
    """Yield values that are one token of many characters; near: the opposite value beside it."""
    while True:
        for place, (_, sentence, question, values) in enumerate(
            pick(chance, _TOKENS, len(_TOKENS))
        ):
            value = chance.choice(values)
            others = pick(chance, [t for t in _TOKENS if t[1] != sentence], 2)
            documents = {
                "a.md": f"# {'Notes' if question.isascii() else '说明'}\n\n{sentence.format(v=value)}\n",
                **{f"{n}.md": f"# {o[0]}\n\n{o[1].format(v=chance.choice(o[3]))}\n"
                   for n, o in enumerate(others)},
            }  # fmt: skip
            yield Case(question, {"contains": [value], "short_whole": value}, documents, value)
            if place % 3 == 0:
                text, ask, wanted, wrong = chance.choice(_OPPOSITES)
                check = {"contains": [wanted], "short_not": [wrong]}
                yield Case(ask, check, {"b.md": f"# 说明\n\n{text}\n", **around(chance)}, wanted,
                           near=True)  # fmt: skip


# (what stands in the element, question, value), by element
_SAID = (
    ("注意：定制商品和内衣不支持退货。", "哪些商品不支持退货？", "定制商品和内衣"),
    ("本规则自2024年5月1日起施行，由客服中心解释。", "规则从什么时候起施行？", "2024年5月1日"),
    ("客服电话是400-555-0199，早九点至晚六点有人接听。", "客服电话是多少？", "400-555-0199"),
    ("退回的商品寄至临江市柳湾路18号二号仓。", "退货寄到哪里？", "柳湾路18号"),
    ("企业客户满五十件可另议折扣。", "企业客户多少件可以谈折扣？", "五十件"),
    ("Orders above 80 dollars ship free.", "From what amount is shipping free?", "80 dollars"),
    ("The warranty covers two years from the day of purchase.", "How long is the warranty?",
     "two years"),
)  # fmt: skip
_BODY = "<p>普通商品签收后十五天内可以退货，生鲜商品签收后24小时内可以申请退款，由客服审核。</p>"
_INSIDE = (
    "<main><h1>退换货规则</h1>{b}<aside><p>{t}</p></aside></main>",
    "<article><header><h1>退换货规则</h1><p>{t}</p></header>{b}</article>",
    "<article><h1>退换货规则</h1>{b}<footer><p>{t}</p></footer></article>",
    "<main><header><h1>退换货规则</h1><p>{t}</p></header>{b}</main>",
    "<main><h1>退换货规则</h1>{b}<address>{t}</address></main>",
    "<main><h1>退换货规则</h1><figure><img src=a.png alt=图><figcaption>{t}</figcaption></figure>{b}</main>",
    "<article><h1>退换货规则</h1><section><aside>{t}</aside></section>{b}</article>",
)
_HIDDEN = (
    '<main><h1>退换货规则</h1>{b}<p style="display:none">{t}</p></main>',
    "<main><h1>退换货规则</h1>{b}<!-- {t} --></main>",
    '<main><h1>退换货规则</h1>{b}</main><script>var x = "{t}";</script>',
    "<main><h1>退换货规则</h1>{b}<template><p>{t}</p></template></main>",
)


def page(chance: random.Random) -> Iterator[Case]:
    """Yield text in asides, headers and footers of an article; near: what nobody sees."""
    while True:
        for frame in pick(chance, (*_INSIDE, *_HIDDEN[: chance.randint(1, 3)]), len(_INSIDE) + 1):
            text, question, value = chance.choice(_SAID)
            inside = frame.format(b=_BODY, t=text)
            html = (
                "<!doctype html><html><head><meta charset=utf-8><title>云杉商城</title></head><body>"
                f"<nav><ul><li><a href=/>首页</a></li><li><a href=/help>帮助</a></li></ul></nav>{inside}"
                "<footer>版权所有 云杉商城</footer></body></html>\n"
            )
            documents = {"a.html": html, **around(chance)}
            if frame in _HIDDEN:
                yield Case(question, DECLINED, documents, "看不见的文字", near=True)
            else:
                yield Case(question, {"contains": [value]}, documents, value)
