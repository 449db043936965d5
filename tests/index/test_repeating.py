"""Passages that nearly repeat one another are found when they are stored."""

from __future__ import annotations

LAKE = "青石湖位于临江县城东，1932年开挖，三年后建成，面积1149公顷，每天约有二十四万人来此游览。"


def groups(workshop):
    with workshop.open() as index, index.snapshot() as view:
        stored = view.stored_passages(view.state.keys.tolist())
        return {one.passage.document_id: one.group for one in stored}


def test_near_repeats_of_other_documents_share_a_group(workshop):
    workshop.write("a.txt", LAKE)
    workshop.write("b.txt", LAKE.replace("，", ", ") + "（转载）")
    workshop.write("c.txt", LAKE.replace("1149", "1150"))
    workshop.write("d.txt", "白鹭塔在城西的山坡上，高三十二米，塔内存有历代碑刻，周末免费开放。")
    workshop.build()
    found = groups(workshop)
    assert found["a.txt"] == found["b.txt"]
    assert len({found[name] for name in ("a.txt", "c.txt", "d.txt")}) == 3


def test_a_group_outlives_its_first_passage(workshop):
    workshop.write("a.txt", LAKE + "湖心有岛，岛上有亭，亭中有碑，碑上有诗。")
    workshop.build()
    first = groups(workshop)["a.txt"]
    workshop.write("b.txt", LAKE + "湖心有岛，岛上有亭，亭中有碑，碑上有诗。" + "转")
    workshop.build()
    (workshop.sources / "a.txt").unlink()
    workshop.build(remove_missing=True)
    workshop.write("c.txt", LAKE + "湖心有岛，岛上有亭，亭中有碑，碑上有诗。" + "载")
    workshop.build()
    assert groups(workshop) == {"b.txt": first, "c.txt": first}


def test_hardly_any_near_repeat_is_missed(workshop):
    """One character in forty exchanged leaves about nine tenths of the runs; all are found."""
    lines = []
    for number in range(60):
        text = "".join(chr(0x4E00 + (number * 977 + place * 31) % 20000) for place in range(300))
        changed = text[:100] + "变" + text[101:200] + "了" + text[201:]
        lines += [{"id": f"{number}-{n}", "text": one} for n, one in enumerate((text, changed))]
    workshop.write("c.jsonl", lines)
    workshop.build(chunk_maximum=900)
    found = groups(workshop)
    assert all(found[f"{number}-0"] == found[f"{number}-1"] for number in range(60))
    assert len(set(found.values())) == 60
