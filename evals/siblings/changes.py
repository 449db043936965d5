"""What changes: files between indexings, subjects between questions, thinking before an answer."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

from evals.siblings.base import Case, around, pick

# (file, sentence with {v}, question, values)
_FACTS = (
    ("热水.txt", "宿舍热水供应时间为{v}。", "热水几点供应？", ("18点到22点", "17点到21点")),
    ("熄灯.txt", "宿舍晚上{v}熄灯。", "几点熄灯？", ("23点", "22点半")),
    ("泳池.md", "游泳池单次门票{v}元。", "游泳池门票多少钱？", ("25", "38")),
    ("班车.md", "末班车{v}从西门发出。", "末班车几点？", ("21点40分", "22点10分")),
    ("库存.txt", "二号库现存水泥{v}吨。", "二号库有多少吨水泥？", ("46", "31")),
    ("值班.md", "周末值班电话是{v}。", "周末值班电话是多少？", ("3307", "3319")),
    ("gate.txt", "The north gate opens at {v}.", "When does the north gate open?", ("7 am", "6.30 am")),
    ("visa.md", "The visa fee is {v} dollars.", "How much is the visa fee?", ("85", "110")),
)  # fmt: skip


def update(chance: random.Random) -> Iterator[Case]:
    """Yield files that vanished, moved, changed or were emptied; near: nothing that matters did."""
    while True:
        for name, sentence, question, (old, new) in pick(chance, _FACTS, len(_FACTS)):
            documents = {name: sentence.format(v=old) + "\n", **around(chance, 2)}
            gone = {"outcome": "declined"}
            said = {"contains": [old], "cites": [name]}
            other = f"资料{chance.randint(2, 9)}.{name.rpartition('.')[2]}"
            index, again = ("index",), ("index", "remove_missing")
            added = ("write", "新.txt", "操场早上六点开放。\n")
            form = chance.randrange(8)
            steps: tuple[tuple[str, ...], ...]
            if form == 0:
                steps, check, near = (index, ("delete", name), index), gone, False
            elif form == 1:
                steps, check, near = (index, ("delete", name), again), gone, False
            elif form == 2:
                steps, check, near = (index, ("empty", name), added, again), gone, False
            elif form == 3:
                steps, check, near = (index, ("empty", name), index), gone, False
            elif form == 4:
                steps = (index, ("rename", name, other), again)
                check, near = {"contains": [old], "cites": [other]}, False
            elif form == 5:
                steps = (index, ("rename", name, other), index)
                check, near = {"contains": [old], "cites": [other]}, False
            elif form == 6:
                steps = (index, ("write", name, sentence.format(v=new) + "\n"), index)
                check, near = {"contains": [new], "not_contains": [old]}, True
            else:
                steps, check, near = (index, added, again), said, True
            yield Case(question, check, documents, steps[1][0], near=near, steps=steps)


# (subjects, short names, attributes: (noun, sentence with {n} {v}, values), ask with {n} {a})
_WORLDS: tuple[
    tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str, tuple[str, ...]], ...], str], ...
] = (
    (("追光S3", "追光S7", "追光S9"), ("S3", "S7", "S9"),
     (("更换轮胎", "{n}更换轮胎每条{v}元。", ("620", "880", "990")),
      ("常规保养", "{n}常规保养每次{v}元。", ("480", "760", "815")),
      ("更换前挡风玻璃", "{n}更换前挡风玻璃{v}元。", ("1900", "3200", "3650"))), "{n}{a}多少钱？"),
    (("青州分公司", "白河分公司", "临江分公司"), ("青州分公司", "白河分公司", "临江分公司"),
     (("员工人数", "{n}的员工人数为{v}。", ("320人", "210人", "175人")),
      ("负责人", "{n}的负责人是{v}。", ("周岚", "李启", "赵新")),
      ("成立时间", "{n}的成立时间为{v}。", ("2009年", "2014年", "2018年"))), "{n}的{a}是多少？"),
    (("标准间", "大床房", "家庭房"), ("标准间", "大床房", "家庭房"),
     (("平日房价", "{n}的平日房价为每晚{v}元。", ("288", "318", "428")),
      ("加床费用", "{n}的加床费用为{v}元。", ("60", "75", "90")),
      ("押金", "{n}的押金为{v}元。", ("200", "300", "500"))), "{n}的{a}是多少？"),
    (("the Marlow plan", "the Tarn plan", "the Leeds plan"),
     ("the Marlow plan", "the Tarn plan", "the Leeds plan"),
     (("monthly fee", "The monthly fee of {n} is {v} dollars.", ("19", "34", "52")),
      ("storage", "The storage of {n} is {v} GB.", ("150", "400", "950")),
      ("notice period", "The notice period of {n} is {v} days.", ("14", "30", "45"))),
     "What is the {a} of {n}?"),
)  # fmt: skip


def follow(chance: random.Random) -> Iterator[Case]:
    """Yield follow-ups: a part, a switch of subject, a pronoun after it, thanks; near: complete."""
    while True:
        for subjects, shorts, attributes, ask in pick(chance, _WORLDS, len(_WORLDS)):
            english = ask.isascii()
            lines = ["# Prices" if english else "# 资料"]
            for place, name in enumerate(subjects):
                told = [s.format(n=name, v=v[place]) for _, s, v in attributes]
                lines.append(f"## {name}\n\n{(' ' if english else '').join(told)}")
            documents = {"p.md": "\n\n".join(lines) + "\n", **around(chance)}
            first, second = pick(chance, range(len(subjects)), 2)
            one, other = pick(chance, range(len(attributes)), 2)
            opening = ask.format(n=subjects[first], a=attributes[one][0])
            switch = f"And {shorts[second]}?" if english else f"{shorts[second]}呢？"
            part = attributes[other][0]
            and_part = f"And the {part}?" if english else f"{part}呢？"
            its_part = f"What is its {part}?" if english else f"它的{part}是多少？"

            def value(
                subject: int, attribute: int, found: Sequence[tuple[str, str, tuple[str, ...]]]
            ) -> dict[str, list[str]]:
                values = found[attribute][2]
                wrong = [v for n, v in enumerate(values) if n != subject]
                return {"contains": [values[subject]], "not_contains": wrong}

            form = chance.randrange(6)
            if form == 0:
                yield Case(and_part, value(first, other, attributes), documents, history=(opening,))
            elif form == 1:
                yield Case(switch, value(second, one, attributes), documents, history=(opening,))
            elif form == 2:
                yield Case(its_part, value(second, other, attributes), documents,
                           history=(opening, switch))  # fmt: skip
            elif form == 3:
                yield Case(and_part, value(second, other, attributes), documents,
                           history=(opening, switch))  # fmt: skip
            elif form == 4:
                thanks = chance.choice(
                    ("Thanks!", "thank you") if english else ("谢谢", "好的，谢谢你", "明白了")
                )
                wrong = {"not_contains": [attributes[one][2][first]]}
                yield Case(thanks, wrong, documents, history=(opening,))
            else:
                whole = ask.format(n=subjects[second], a=part)
                yield Case(whole, value(second, other, attributes), documents, near=True,
                           history=(opening,))  # fmt: skip


# (question, right sentence of the document, thought with a wrong value, that value)
_THOUGHTS = (
    (
        "差旅费多久内报销？",
        "差旅费应在出差结束后30天内报销",
        "用户问报销期限，也许90天，再看文档",
        "90天",
    ),
    ("采购周期一般几天？", "采购周期一般为二十天", "也可能是六十天？文档里写得很清楚", "六十天"),
    (
        "多少金额要公开招标？",
        "采购合同金额超过五万元的，应当公开招标",
        "我记得是八万元，不对，要看原文",
        "八万元",
    ),
    ("设备折旧按几年算？", "设备折旧按五年计算", "一般是七年，这里要按文档", "七年"),
)
_DOCUMENT = (
    "# 报销\n\n差旅费应在出差结束后30天内报销。逾期须由总监签字。\n\n# 采购\n\n采购合同金额超过五万元的，应当公开招标。"
    "采购周期一般为二十天。\n\n# 资产\n\n设备折旧按五年计算。\n"
)
_SHAPES = (
    "<think>{t}</think>\n\n{a}", "{t}\n</think>\n\n{a}", "{t}</think>{a}", "<think>\n{t}\n\n</think>{a}",
    "< think >{t}</ think >{a}", "<thinking>{t}</thinking>\n{a}", "<THINK>{t}</THINK>\n{a}",
    "<reasoning>{t}</reasoning>{a}", "<thought>{t}</thought>\n\n{a}", "[THINK]{t}[/THINK]{a}",
    "<|channel|>analysis<|message|>{t}<|end|><|start|>assistant<|channel|>final<|message|>{a}",
    "◁think▷{t}◁/think▷{a}", "<think>{t}\n\n<think>{t}</think>\n</think>{a}", "<seed:think>{t}</seed:think>{a}",
    "<|begin_of_thought|>{t}<|end_of_thought|>\n\n{a}",
)  # fmt: skip
_ONLY = ("<think>{t}</think>", "<think>{t}", "<thinking>{t}</thinking>", "{t}</think>")


def think(chance: random.Random) -> Iterator[Case]:
    """Yield streams of a model that thinks aloud; near: one that does not."""
    while True:
        for shape in pick(chance, (*_SHAPES, *_ONLY, "{a}", "{a}"), len(_SHAPES) + 6):
            question, answer, thought, wrong = chance.choice(_THOUGHTS)
            body = shape.format(t=thought, a=f"{answer}[1]。" if "{a}" in shape else "")
            size = chance.choice((len(body), 1, 3, 7))
            parts = [body[at : at + size] for at in range(0, len(body), size)]
            check: dict[str, object] = {
                "contains": [answer], "outcome": "answered",
                "not_contains": [wrong, "<", "think", "THINK", "◁", "|"],
            }  # fmt: skip
            near = shape == "{a}"
            stop = "stop"
            if near and chance.random() < 0.5:
                check, stop = {"contains": [answer], "note": "cut"}, "length"
            yield Case(question, check, {"a.md": _DOCUMENT}, answer, near=near,
                       stream=_stream(parts, stop))  # fmt: skip


def _stream(parts: Sequence[str], stop: str) -> str:
    def event(delta: dict[str, str], finish: str | None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        values = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m",
                  "choices": [choice]}  # fmt: skip
        return f"data: {json.dumps(values, ensure_ascii=False)}\n\n"

    said = "".join(event({"role": "assistant", "content": part}, None) for part in parts)
    return f"{said}{event({}, stop)}data: [DONE]\n\n"
