"""Small inputs that people met elsewhere, run as they would be: files in, one command, the right answer out."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, folder_of
from typer.testing import CliRunner

from bluebook import cli
from bluebook.messages import BadInput

TREE = "code,parent,weight,direction\nr,,,\na,r,1,1\nb,r,1,1\n"
DATA = "unit,a,b\n郑州,62,12\n洛阳,59,15\n新乡,40,20\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return folder_of(tmp_path, monkeypatch, tree=TREE, data=DATA)


def run(*arguments: str):
    """Run a command; return its result, BadInput included."""
    return CliRunner().invoke(cli.app, list(arguments))


def made_up(seed: int, own: np.ndarray) -> None:
    """Write 30 units, four indicators below K, 24 below Z, and K's scores, each multiplied by ``own``."""
    rng = np.random.default_rng(seed)
    kids, others = [f"k{i}" for i in range(1, 5)], [f"z{i:02d}" for i in range(1, 25)]
    rows = [
        "top,,,",
        "K,top,1,1",
        "Z,top,1,1",
        *(f"{k},K,1,1" for k in kids),
        *(f"{z},Z,1,1" for z in others),
    ]
    Path("tree.csv").write_text("code,parent,weight,direction\n" + "\n".join(rows) + "\n", "utf-8")
    data = pd.DataFrame(rng.uniform(2, 9, (30, 28)).round(2), columns=[*kids, *others])
    data.insert(0, "unit", [f"u{i:02d}" for i in range(30)])
    data.to_csv("data.csv", index=False)
    scores = pd.DataFrame(
        {"unit": data["unit"], "code": "K", "score": (data[kids].mean(axis=1) * own).round(2)}
    )
    scores.to_csv("published.csv", index=False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hidden_factor_is_explained_by_no_column(folder, seed):
    made_up(seed, np.random.default_rng(seed + 100).uniform(0.80, 0.95, 30))
    assert run("verify", "tree.csv", "data.csv", "published.csv", "--out", "v.csv").exit_code == 0
    found = pd.read_csv("v.csv", keep_default_na=False)
    assert len(found) == 30 and (found["first_break"] == "K").sum() >= 28
    assert (found["explained_by"] == "").all()


def test_a_column_that_was_really_used_is_named(folder):
    made_up(4, np.ones(30))
    data, scores = pd.read_csv("data.csv"), pd.read_csv("published.csv")
    scores["score"] = data["z07"]
    scores.to_csv("published.csv", index=False)
    run("verify", "tree.csv", "data.csv", "published.csv", "--out", "v.csv")
    found = pd.read_csv("v.csv", keep_default_na=False)
    assert (found.loc[found["first_break"] != "", "explained_by"] == "z07").all()


def test_a_quote_that_never_closes_is_named_by_its_row_in_the_file(folder):
    Path("data.csv").write_text('unit,a,b\nElm,60,40\nAsh,50,30\n"Oak,90,80\nFir,70,20\n', "utf-8")
    problem = run("score", "tree.csv", "data.csv", "--out", "o").exception
    assert isinstance(problem, BadInput) and problem.en.startswith("data.csv row 4: ")
    assert not Path("o").exists()


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_output_carries_the_mark_and_is_read_again(folder, bom):
    Path("data.csv").write_text(bom + DATA, "utf-8")
    Path("tree.csv").write_text(bom + TREE, "utf-8")
    assert run("score", "tree.csv", "data.csv", "--out", "o", "--round", "1").exit_code == 0
    assert run("uncertainty", "tree.csv", "data.csv", "--out", "u.csv", "--draws", "50").exit_code == 0
    raw = ("--normalise", "minmax")
    assert (
        run(
            "recover", "tree.csv", "data.csv", "o/scores.csv", "--out", "w.csv", "--cells", "c.csv", *raw
        ).exit_code
        == 0
    )
    assert run("verify", "tree.csv", "data.csv", "o/scores.csv", "--out", "v.csv", *raw).exit_code == 0
    files = [*Path("o").iterdir(), *map(Path, ("u.csv", "w.csv", "c.csv", "v.csv"))]
    assert len(files) == 7
    for path in files:
        assert path.read_bytes()[:3] == b"\xef\xbb\xbf", path
    assert (pd.read_csv("v.csv", keep_default_na=False)["first_break"] == "").all(), "its own scores follow"


def test_a_name_that_excel_would_run_comes_through_every_command_and_back(folder):
    Path("data.csv").write_text('unit,a,b\n"=HYPERLINK(""x"")",62,12\n@b,59,15\n-c,40,20\n', "utf-8")
    run("score", "tree.csv", "data.csv", "--out", "o", "--round", "1")
    units = [line.split(",")[0] for line in Path("o/ranks.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert units == ['"\'=HYPERLINK(""x"")"', "'@b", "'-c"]
    done = run("verify", "tree.csv", "data.csv", "o/scores.csv", "--out", "v.csv", "--normalise", "minmax")
    assert done.exit_code == 0 and "0 cannot follow" in done.stdout, "the units are found again"


def test_a_name_typed_on_another_system_is_the_same_name(folder):
    name = "Hénan"
    Path("data.csv").write_text(
        f"unit,a,b\n{unicodedata.normalize('NFD', name)},62,12\nB,59,15\nC,40,20\n", "utf-8"
    )
    run("score", "tree.csv", "data.csv", "--out", "o", "--round", "1")
    assert unicodedata.normalize("NFC", name) in Path("o/scores.csv").read_text("utf-8-sig")
    Path("data.csv").write_text(
        f"unit,a,b\n{unicodedata.normalize('NFC', name)},62,12\nB,59,15\nC,40,20\n", "utf-8"
    )
    done = run("verify", "tree.csv", "data.csv", "o/scores.csv", "--out", "v.csv", "--normalise", "minmax")
    assert done.exit_code == 0 and "3 scores, 0 cannot follow" in done.stdout


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("合计,161,47", "row 5 column unit: “合计”"),
        ("注：济源缺数", "row 5 column unit: “注：济源缺数”"),
    ],
)
def test_a_row_that_is_no_unit_is_refused_by_row(folder, row, told):
    Path("data.csv").write_text(f"{DATA}{row}\n", "utf-8")
    problem = run("score", "tree.csv", "data.csv", "--out", "o").exception
    assert isinstance(problem, BadInput) and told in problem.en and not Path("o").exists()


@pytest.mark.parametrize(
    ("row", "told"), [("全省,54,16", "row 5: “全省” counts"), ("开封,54", "row 5: fewer cells")]
)
def test_a_row_that_may_be_none_is_noticed_by_row(folder, row, told):
    Path("data.csv").write_text(f"{DATA}{row}\n", "utf-8")
    done = run("score", "tree.csv", "data.csv", "--out", "o")
    assert done.exit_code == 0 and told in done.stderr


@pytest.mark.slow
def test_two_audits_give_the_same_bytes_whatever_order_python_keeps_its_sets_in(tmp_path):
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "BLUEBOOK_LANG": "zh"}
        command = [sys.executable, "-m", "bluebook", "audit", "--out", str(tmp_path / f"{seed}.csv")]
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
    first = (tmp_path / "1.csv").read_bytes()
    assert first[:3] == b"\xef\xbb\xbf" and first == (tmp_path / "2.csv").read_bytes()
