"""The teacher's zip: every solution, and a row a student whatever their progress file holds."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from bluebook.exercises import progress
from bluebook.exercises.shelf import known
from tools import teacher_kit


@pytest.fixture(autouse=True)
def book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_DATA", str(ROOT / "data"))


def test_the_zip_holds_solutions_rubric_and_a_row_a_student(tmp_path: Path) -> None:
    group = tmp_path / "class"
    for name in ("甲", "乙/chapters/lab", "丙"):
        (group / name).mkdir(parents=True)
    progress.note("ex-01", False, "ascending", group / "甲")
    progress.note("ex-01", True, "", group / "甲")
    progress.note("ex-02", True, "", group / "乙/chapters/lab")
    (group / "丙" / progress.NAME).write_text("{broken", "utf-8")
    out = tmp_path / "teacher.zip"
    assert teacher_kit.main(["--out", str(out), "--progress", str(group)]) == 0
    with zipfile.ZipFile(out) as archive:
        told = archive.read("solutions.md").decode()
        table = pd.read_csv(io.BytesIO(archive.read("grades.csv")), dtype=str, keep_default_na=False)
        assert "经得起同学一次反驳" in archive.read("rubric.md").decode()
    assert [name for name in known() if f"## {name}\n" not in told] == [] and "{city}" not in told
    rows = table.set_index("student")
    assert rows.loc["甲", ["right", "tries", "ex-01", "ex-02"]].tolist() == ["1", "2", "2", ""]
    assert rows.loc["乙", "right"] == "1" and rows.loc["丙", "right"] == "0"


def test_a_folder_that_is_not_there_is_one_line_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "teacher.zip"
    assert teacher_kit.main(["--out", str(out), "--progress", str(tmp_path / "none")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1 and not list(tmp_path.iterdir())
