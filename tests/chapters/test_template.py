"""lab/template: the chapter that a student copies, and the three changes that it asks for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from desk import opened

import bluebook as bb

PAGE = "lab/template"
LOAD = 'bb.mine("provinces", only=bb.CENTRAL)'

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def test_from_load_to_finding_everything_stands_and_names_come_from_the_table() -> None:
    there = opened(PAGE)
    assert there.broken == []
    assert there.glued["n_units"] == len(bb.CENTRAL) and there.glued["first"] in bb.CENTRAL
    figure = there.figures["fig-template"]
    assert figure.title.startswith(there.glued["first"]) and list(figure.table["名次"]) == sorted(
        figure.table["名次"]
    )


def test_all_provinces_instead_of_six() -> None:
    few, all_ = opened(PAGE), opened(PAGE, (", only=bb.CENTRAL", ""))
    assert all_.glued["n_units"] == len(bb.PROVINCES) > few.glued["n_units"]
    assert all_.figures["fig-template"].title != few.figures["fig-template"].title


def test_five_cities_and_a_name_that_is_not_there() -> None:
    five = ["郑州", "洛阳", "新乡", "焦作", "许昌"]
    there = opened(PAGE, (LOAD, f'bb.mine("cities", only={five})'))
    assert there.glued["n_units"] == 5 and there.glued["first"] in five
    with pytest.raises(bb.BadInput, match=r"洛阳市.*相近的有 洛阳"):
        bb.mine("cities", only=["郑州", "洛阳市"])


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    monkeypatch.chdir(tmp_path)
    table = pd.DataFrame(
        {"县": ["甲", "乙", "丙"], "研发": [3, 1, 2], "能耗": [5.5, 1.5, 2], "备注": ["", "好", ""]}
    )
    path = Path(f"mine.{ending}")
    table[["县", "研发", "能耗"]].to_csv(path, index=False) if ending == "csv" else table[
        ["县", "研发", "能耗"]
    ].to_excel(path, index=False)
    asked = f'bb.mine("mine.{ending}", weights={{"能耗": 60}}, down=["能耗"])'
    there = opened(PAGE, (LOAD, asked))
    assert there.glued["first"] == "乙" and there.glued["n_figures"] == 1
    table.to_csv("odd.csv", index=False) if ending == "csv" else table.to_excel("odd.xlsx", index=False)
    with pytest.raises(bb.BadInput, match=f"odd.{ending} 第 3 行 备注 列：“好”不是数"):
        bb.mine(f"odd.{ending}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("县,研发\n甲,１２\n乙,3\n", "第 2 行 研发 列：“１２”不是数"),
        ("县,研发\n甲,1\n甲,3\n", "第 3 行：甲 出现了两次"),
        ("县,研发\n,1\n甲,3\n", "第 2 行：第一列空着"),
        ("县\n甲\n乙\n", "至少要两行、一列数"),
        ("县,研发\n甲,1\n", "至少要两行、一列数"),
        ("县,研发\n甲,30%\n乙,3\n", "“30%”不是数"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_row_and_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(text, "utf-8")
    with pytest.raises(bb.BadInput) as caught:
        bb.mine("mine.csv")
    assert said in caught.value.zh


def test_a_file_in_the_encoding_of_old_excel_and_one_that_is_no_workbook(tmp_path: Path) -> None:
    old, false = tmp_path / "old.csv", tmp_path / "false.xlsx"
    old.write_bytes("县,研发\n甲,1\n乙,2\n".encode("gbk"))
    false.write_text("县,研发\n", "utf-8")
    with pytest.raises(bb.BadInput, match="UTF-8"):
        bb.mine(old)
    with pytest.raises(bb.BadInput, match="不是能读的 Excel 文件"):
        bb.mine(false)
    with pytest.raises(bb.BadInput, match="没有这个文件"):
        bb.mine(tmp_path / "none.csv")
    with pytest.raises(bb.BadInput, match="大于 0"):
        bb.mine("cities", weights={"普通高等学校数": 0})
