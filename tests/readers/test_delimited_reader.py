from __future__ import annotations

from pathlib import Path

import pytest

from rag.records import BlockKind
from tests.readers.lawful import read, texts


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_row_is_a_block_with_the_names_of_its_columns(tmp_path: Path, separator: str) -> None:
    rows = [["名称", "价格", "备注"], ["甲", "3", '"含税'], ["乙", "4", ""], ["", "5", "尾"]]
    text = "\r\n".join(separator.join(f'"{c}"'.replace('""', '"""', 1) if c.startswith('"') else c
                                      for c in row) for row in rows)  # fmt: skip
    document = read(tmp_path, text, "价目.csv")
    assert document.title == "价目"
    found = [b for b in document.blocks if b.kind is BlockKind.ROW]
    assert [b.names for b in found] == [("名称", "价格", "备注")] * 3
    assert [document.text[slice(*b.cells[1])] for b in found] == ["3", "4", "5"]
    assert [document.place(b.start).line for b in found] == [2, 3, 4]


def test_line_breaks_in_cells_and_other_encodings(tmp_path: Path) -> None:
    data = '编号\t说明\n1\t"两\n行"\n2\t常用的汉字说明文字\n'.encode("gb18030")
    document = read(tmp_path, data, "a.tsv")
    assert texts(document, BlockKind.ROW) == ["1 | 两 行", "2 | 常用的汉字说明文字"]
    assert [document.place(b.start).line for b in document.blocks] == [1, 2, 4]


def test_a_first_row_of_figures_names_nothing(tmp_path: Path) -> None:
    document = read(tmp_path, "1,2\n3,4\n", "a.csv")
    assert [b.kind for b in document.blocks] == [BlockKind.ROW] * 2
