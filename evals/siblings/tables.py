"""Tables in every layout: the row, the column and the unit of a value together."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from evals.siblings.base import DECLINED, Case, around, pick

Rows = Sequence[Sequence[str]]

# (title, note under it, columns, rows, question of a column with {r}, a row that is not there)
_TABLES: tuple[
    tuple[str, str, tuple[str, ...], tuple[tuple[str, ...], ...], Mapping[int, str], str], ...
] = (
    ("快递价目", "华东大区自2024年3月起执行下列价目，单位为元。",
     ("目的地", "首重1kg", "续重每kg", "时效"),
     (("上海", "8", "1.5", "1天"), ("杭州", "9", "2", "1天"), ("合肥", "11", "2.5", "2天"),
      ("拉萨", "26", "18", "5天"), ("乌鲁木齐", "24", "16", "6天")),
     {1: "寄到{r}首重多少钱？", 2: "寄{r}续重一公斤多少钱？", 3: "寄到{r}要几天？"}, "西宁"),
    ("负责人", "", ("项目", "负责人", "开工时间"),
     (("青石桥", "周岚", "2021年"), ("白河堤", "李岚", "2019年"), ("南门站", "赵启", "2022年"),
      ("北塔", "钱同", "2020年"), ("东湖路", "孙谨", "2018年"), ("西校区", "吴越", "2023年")),
     {1: "{r}的负责人是谁？", 2: "{r}什么时候开工？"}, "望江楼"),
    ("端口", "下表列出各服务的端口。", ("服务", "端口", "协议"),
     (("网页", "8450", "TCP"), ("接口", "8451", "TCP"), ("日志", "5144", "UDP"),
      ("监控", "9177", "TCP"), ("缓存", "6390", "TCP")),
     {1: "{r}服务用哪个端口？", 2: "{r}服务用什么协议？"}, "消息"),
    ("药品领用", "单位：盒。", ("药品", "库存", "每日上限", "存放"),
     (("布洛芬", "140", "6", "常温柜"), ("头孢克肟", "85", "4", "常温柜"), ("胰岛素", "32", "2", "冷藏柜"),
      ("碘伏", "210", "10", "外用柜")),
     {1: "{r}还有多少盒库存？", 2: "{r}每天最多领几盒？", 3: "{r}放在哪个柜子？"}, "阿莫西林"),
    ("客房价格", "价格为每晚，单位元，含早餐。", ("房型", "平日", "周末", "面积"),
     (("标准间", "288", "338", "24平方米"), ("大床房", "318", "368", "26平方米"),
      ("家庭房", "428", "498", "38平方米"), ("套房", "668", "768", "55平方米")),
     {1: "{r}平日一晚多少钱？", 2: "周末住{r}多少钱？", 3: "{r}有多大？"}, "总统房"),
    ("班车", "", ("站点", "首班", "末班", "间隔"),
     (("柳湾", "6:10", "21:40", "12分钟"), ("石桥", "6:25", "21:55", "15分钟"),
      ("大学城", "6:40", "22:30", "8分钟"), ("机场", "5:50", "23:10", "20分钟")),
     {1: "{r}首班车几点？", 2: "{r}末班车几点？", 3: "{r}的班车多久一趟？"}, "码头"),
    ("Limits", "Loads in kg, voltage in volts.", ("component", "max load", "voltage"),
     (("widget", "10", "12"), ("sensor", "20", "5"), ("relay", "35", "24"), ("winch", "460", "48")),
     {1: "What is the max load of the {r}?", 2: "Which voltage does the {r} need?"}, "pump"),
    ("Opening hours", "", ("branch", "weekdays", "saturday", "phone"),
     (("Marlow", "9-17", "9-12", "5501"), ("Tarn", "10-18", "closed", "5519"),
      ("Leeds", "8-16", "10-14", "5533"), ("Halden", "9-20", "9-18", "5547")),
     {1: "When is the {r} branch open on weekdays?", 3: "What is the phone of the {r} branch?"},
     "Oslo"),
)  # fmt: skip


def _markdown(title: str, note: str, columns: Sequence[str], rows: Rows) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"# {title}\n\n{note}\n\n{body}\n"


def _bare_pipes(title: str, note: str, columns: Sequence[str], rows: Rows) -> str:
    lines = [columns, [":--"] + ["--:"] * (len(columns) - 1), *rows]
    return f"## {title}\n\n{note}\n\n" + "\n".join("|".join(line) for line in lines) + "\n"


def _page(title: str, note: str, columns: Sequence[str], rows: Rows) -> str:
    head = "".join(f"<th>{name}</th>" for name in columns)
    body = "".join(
        f"<tr><th scope=row>{row[0]}</th>{''.join(f'<td>{c}</td>' for c in row[1:])}</tr>\n"
        for row in rows
    )
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><main><h1>{title}</h1>"
        f"<p>{note}</p><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
        "</main></body></html>\n"
    )


def _plain_page(title: str, note: str, columns: Sequence[str], rows: Rows) -> str:
    lines = "".join(
        f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>\n" for row in [columns, *rows]
    )
    return f"<html><body><h1>{title}</h1><p>{note}</p><table>{lines}</table></body></html>\n"


def _tabs(title: str, note: str, columns: Sequence[str], rows: Rows) -> str:
    return f"{title}\n\n{note}\n\n" + "\n".join("\t".join(r) for r in [columns, *rows]) + "\n"


def _commas(_: str, __: str, columns: Sequence[str], rows: Rows) -> str:
    return "\n".join(",".join(row) for row in [columns, *rows]) + "\n"


def _aligned(title: str, note: str, columns: Sequence[str], rows: Rows) -> str:
    lines = [columns, *rows]
    wide = [max(_width(line[n]) for line in lines) + 3 for n in range(len(columns))]
    body = "\n".join(
        "".join(c + " " * (w - _width(c)) for c, w in zip(line, wide, strict=True)).rstrip()
        for line in lines
    )
    return f"{title}\n\n{note}\n\n{body}\n"


def _width(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


_LAYOUTS: tuple[tuple[str, Callable[[str, str, Sequence[str], Rows], str]], ...] = (
    ("t.md", _markdown), ("t.md", _bare_pipes), ("t.html", _page), ("t.html", _plain_page),
    ("t.txt", _tabs), ("{title}.csv", _commas), ("t.txt", _aligned),
)  # fmt: skip


def table(chance: random.Random) -> Iterator[Case]:
    """Yield cells asked for in every layout; near: a row that is not there."""
    while True:
        for name, layout in pick(chance, _LAYOUTS, len(_LAYOUTS)):
            title, note, columns, rows, questions, unknown = chance.choice(_TABLES)
            order = pick(chance, rows, len(rows))
            documents = {name.format(title=title): layout(title, note, columns, order)}
            documents |= around(chance)
            column, question = chance.choice(list(questions.items()))
            row = chance.choice(rows)
            if chance.random() < 0.8:
                others = [r for r in rows if r is not row]
                values = [r[column] for r in others if r[column] not in row[column]]
                check = {
                    "contains": [row[0], row[column]],
                    "not_contains": [r[0] for r in others[:2]],
                    "short_not": [v for v in values if row[column] not in v],
                }
                yield Case(question.format(r=row[0]), check, documents, row[column])
            else:
                ask = question.format(r=unknown)
                yield Case(ask, DECLINED, documents, "没有这一行", near=True)
