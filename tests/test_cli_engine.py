"""score, uncertainty, recover and verify on the command line: files in, files out, one clear line when not."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, folder_of
from typer.testing import CliRunner

from bluebook import cli
from bluebook.data import edition as editions
from bluebook.messages import BadInput

ASEM = Path(__file__).parent / "validation" / "asem"
TREE = "code,parent,weight,direction\nr,,,\nx,r,3,1\ny,r,1,-1\n"
DATA = "unit,x,y\n甲,1,5\n乙,2,3\n丙,4,\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return folder_of(tmp_path, monkeypatch, tree=TREE, data=DATA)


def run(*arguments):
    """Run a command that must succeed; return what it says on stdout and stderr."""
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments])
    assert result.exit_code == 0, result.exception
    return result.stdout, result.stderr


def refused(*arguments):
    result = CliRunner().invoke(cli.app, [str(a) for a in arguments])
    assert isinstance(result.exception, BadInput), result.output
    return result.exception.en


def test_score_writes_three_tables(folder):
    said, noticed = run("score", "tree.csv", "data.csv", "--out", "out")
    assert (folder / "out" / "normalised.csv").read_text("utf-8-sig").splitlines()[0] == "unit,x,y"
    assert (folder / "out" / "scores.csv").read_text("utf-8-sig").splitlines() == [
        "unit,code,score",
        "甲,r,0.0",
        "乙,r,50.0",
        "丙,r,100.0",
    ]
    assert (folder / "out" / "ranks.csv").read_text("utf-8-sig").splitlines()[1:] == [
        "甲,r,3",
        "乙,r,2",
        "丙,r,1",
    ]
    assert "3 rows" in said and "1 cells are missing" in noticed


def test_score_takes_every_option(folder):
    (folder / "data.csv").write_text("unit,time,x,y\nA,1,1,5\nB,1,2,3\nA,2,4,1\nB,2,3,\n")
    run(
        *("score", "tree.csv", "data.csv", "--out", "out", "--normalise", "minmax:1:100", "--pooled"),
        *("--aggregate", "geometric", "--availability", "0.95", "--round", "1"),
    )
    scores = pd.read_csv(folder / "out" / "scores.csv")
    assert list(scores.columns) == ["unit", "time", "code", "score"]
    assert scores["score"].tolist()[:3] == [1.0, 37.5, 100.0] and scores["score"].isna().tolist()[3]
    assert pd.read_csv(folder / "out" / "ranks.csv", dtype=str)["rank"].tolist()[:3] == ["2", "1", "1"]


def test_score_of_asem_is_coinrs(folder):
    run("score", ASEM / "indicators.csv", ASEM / "data.csv", "--out", "out")
    keys = {"keep_default_na": False, "na_values": {"rank": ""}}
    got = pd.read_csv(folder / "out" / "ranks.csv", **keys).set_index(["unit", "code"])["rank"]
    want = pd.read_csv(ASEM / "expected_rank_tol.csv", **keys).set_index(["unit", "code"])["rank"]
    assert got.loc[want.index].tolist() == want.tolist()


def test_a_bad_cell_is_named_and_nothing_is_written(folder):
    (folder / "data.csv").write_text("unit,x,y\nA,1,5\nB,two,3\n")
    assert refused("score", "tree.csv", "data.csv", "--out", "out").startswith(
        "data.csv row 3 column x: “two”"
    )
    assert sorted(p.name for p in folder.iterdir()) == ["data.csv", "tree.csv"]


def test_scores_already_there_stay_when_the_next_input_is_bad(folder):
    run("score", "tree.csv", "data.csv", "--out", "out")
    before = (folder / "out" / "scores.csv").read_bytes()
    (folder / "tree.csv").write_text(TREE.replace("x,r,3", "x,r,0"))
    assert "row 3 column weight" in refused("score", "tree.csv", "data.csv", "--out", "out")
    assert (folder / "out" / "scores.csv").read_bytes() == before
    assert len(list((folder / "out").iterdir())) == 3


@pytest.mark.parametrize(
    ("language", "words", "wrong"),
    [
        ("zh", "第 3 行", ()),
        ("en", "row 3", ()),
        ("zh", "命令不对", ("--round", "1.5")),
        ("en", "; see --help", ("--rounded",)),
    ],
)
def test_the_program_ends_with_2_and_one_line_in_the_readers_language(folder, language, words, wrong):
    (folder / "data.csv").write_text("unit,x,y\nA,1,5\nB,two,3\n")
    done = subprocess.run(
        [sys.executable, "-m", "bluebook", "score", "tree.csv", "data.csv", "--out", "out", *wrong],
        capture_output=True,
        cwd=folder,
        env={"BLUEBOOK_LANG": language, "PYTHONPATH": str(ROOT), "PATH": ""},
    )
    line = done.stderr.decode("utf-8")
    assert done.returncode == 2 and done.stdout == b""
    assert words in line and line.count("\n") == 1
    assert not (folder / "out").exists()


def test_bad_input_silences_the_notices_before_it(folder):
    (folder / "tree.csv").write_text(TREE.replace("r,,,", "r,,,-1"))
    (folder / "data.csv").write_text("unit,x,y\nA,1,5\nB,two,3\n")
    result = CliRunner().invoke(cli.app, ["score", "tree.csv", "data.csv", "--out", "out"])
    assert isinstance(result.exception, BadInput) and result.stderr == ""


@pytest.mark.parametrize(
    "wrong", [("--draws", "0"), ("--seed", "-1"), ("--round", "-1"), ("--availability", "1.5")]
)
def test_the_numbers_of_a_draw_are_checked_in_the_readers_language(folder, wrong):
    assert wrong[0] in refused("uncertainty", "tree.csv", "data.csv", "--out", "one.csv", *wrong)


def test_uncertainty_of_units_without_a_score_is_an_empty_table_with_a_notice(folder):
    (folder / "data.csv").write_text("unit,x,y\nA,1,\nB,,2\nC,3,\nD,,4\n")
    _, noticed = run("uncertainty", "tree.csv", "data.csv", "--out", "one.csv", "--availability", "1")
    assert (folder / "one.csv").read_text(
        "utf-8-sig"
    ) == "unit,rank,share\n" and "4 rows have no score" in noticed


def test_uncertainty_writes_the_share_of_each_rank_and_repeats_with_its_seed(folder):
    options = ("uncertainty", "tree.csv", "data.csv", "--draws", "500", "--seed", "3")
    run(*options, "--out", "one.csv")
    run(*options, "--out", "two.csv", "--concentration", "50")
    run(*options, "--out", "three.csv")
    one = pd.read_csv(folder / "one.csv")
    assert list(one.columns) == ["unit", "rank", "share"] and len(one) == 9
    assert (folder / "one.csv").read_bytes() == (folder / "three.csv").read_bytes()
    assert (folder / "one.csv").read_bytes() != (folder / "two.csv").read_bytes() or one["share"].isin(
        [0, 1]
    ).all()


def printed(folder, total):
    (folder / "cells.csv").write_text("unit,x,y\nA,90.0,10.0\nB,20.0,80.0\nC,50.0,\n")
    (folder / "scores.csv").write_text(f"unit,code,score\nA,r,{total}\nB,r,35.0\nC,r,45.0\n")
    (folder / "tree.csv").write_text(TREE.replace("-1", "1"))


def test_recover_writes_intervals_of_weights_and_cells(folder):
    printed(folder, "70.0")
    run("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--cells", "c.csv")
    w, c = pd.read_csv(folder / "w.csv"), pd.read_csv(folder / "c.csv")
    assert list(w.columns) == ["parent", "code", "lower", "upper"]
    assert w["code"].tolist() == ["x", "y"] and (w["upper"] - w["lower"]).max() < 0.5
    assert w["lower"][0] < 75 < w["upper"][0]
    assert list(c.columns) == ["unit", "code", "lower", "upper"] and c["unit"].tolist() == ["C"]
    assert c["lower"][0] < 30 < c["upper"][0]


def test_recover_refuses_one_file_for_both_tables(folder):
    printed(folder, "70.0")
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv")
    assert "--cells: ./w.csv" in refused(*options, "--cells", folder / "." / "w.csv").replace(
        str(folder), "."
    )
    assert not (folder / "w.csv").exists()


def test_recover_takes_bounds_and_decimals(folder):
    printed(folder, "70.0")
    (folder / "b.csv").write_text("unit,code,lower,upper\nC,y,29,30\n")
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--cells", "c.csv")
    run(*options, "--bounds", "b.csv", "--decimals", "0")
    c = pd.read_csv(folder / "c.csv")
    assert 29 <= c["lower"][0] <= c["upper"][0] <= 30


def test_recover_says_so_when_no_weights_fit_and_writes_an_empty_table(folder):
    printed(folder, "95.0")
    said, _ = run("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--cells", "c.csv")
    assert "No weights fit" in said and "A r 95 (by all others: 69" in said
    assert (folder / "w.csv").read_text("utf-8-sig") == "parent,code,lower,upper\n"
    assert (folder / "c.csv").read_text("utf-8-sig") == "unit,code,lower,upper\n"


def test_recover_lists_the_weights_in_whole_steps(folder):
    printed(folder, "70.0")
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--grid")
    said, _ = run(*options, "5")
    assert said.splitlines()[:3] == ["1 sets of weights", " x  y", "75 25"]
    assert "0 sets of weights" in run(*options, "10")[0]
    assert "does not divide" in refused(*options, "7")


@pytest.mark.parametrize("step", ["0", "-5", "nan", "inf", "200"])
def test_recover_refuses_a_step_that_makes_no_grid(folder, step):
    printed(folder, "70.0")
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--grid")
    assert "--grid" in refused(*options, step) and not (folder / "w.csv").exists()


def test_recover_refuses_a_step_too_small_to_try(folder):
    codes = list("abcdef")
    (folder / "tree.csv").write_text(
        "code,parent,weight,direction\nr,,,\n" + "".join(f"{c},r,,1\n" for c in codes)
    )
    (folder / "cells.csv").write_text("unit,a,b,c,d,e,f\nA,50.0,50.0,50.0,50.0,50.0,50.0\n")
    (folder / "scores.csv").write_text("unit,code,score\nA,r,50.0\n")
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--grid")
    assert "a step of 0.1 leaves more than" in refused(*options, "0.1")


def test_recover_lists_the_weights_of_raw_data_too(folder):
    (folder / "tree.csv").write_text(TREE.replace("-1", "1"))
    (folder / "cells.csv").write_text("unit,x,y\nA,900,1\nB,20,8\nC,500,3\n")
    (folder / "scores.csv").write_text("unit,code,score\nA,r,75.0\nB,r,25.0\nC,r,48.1\n")
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--grid")
    assert "75 25" in run(*options, "5")[0]


def test_recover_lists_the_sets_of_2022_by_how_a_printed_100_is_read(folder):
    scores = editions.scores(2022)
    codes = ["index", "input", "output", "enterprise", "environment", "performance"]
    own = scores[scores["code"].isin(codes)].rename(columns={"city": "unit"})
    own.to_csv(folder / "scores.csv", index=False)
    cells = own[own["code"] != "index"].pivot(index="unit", columns="code", values="score")
    cells.reset_index().to_csv(folder / "cells.csv", index=False, float_format="%.2f")
    pd.DataFrame({"code": codes, "parent": ["", *["index"] * 5], "weight": "", "direction": 1}).to_csv(
        folder / "tree.csv", index=False
    )
    options = ("recover", "tree.csv", "cells.csv", "scores.csv", "--out", "w.csv", "--grid")
    said = run(*options, "1")[0]
    assert re.findall(r"(exactly|at most|either way).*: (\d+) sets", said) == [
        *(("at most", "27"), ("exactly", "24"), ("either way", "29"))
    ]
    said = run(*options, "5")[0]
    assert re.findall(r"(exactly|at most|either way).*: (\d+) sets", said) == [
        *(("at most", "1"), ("exactly", "1"), ("either way", "1"))
    ]
    assert re.search(r"25 +25 +25 +15 +10 +× +× +× +×", said)


def test_verify_writes_what_follows_and_where_it_breaks(folder):
    printed(folder, "10.0")
    said, _ = run("verify", "tree.csv", "cells.csv", "scores.csv", "--out", "v.csv")
    found = pd.read_csv(folder / "v.csv", keep_default_na=False).set_index("unit")
    assert list(found.columns) == ["code", "published", "lower", "upper", "first_break", "explained_by"]
    assert found.loc["A", ["first_break", "explained_by"]].tolist() == ["r", "y"]
    assert found.loc["B", "first_break"] == ""
    assert found.loc["C", ["first_break", "explained_by"]].tolist() == ["r", "y"]
    assert "2 cannot follow" in said


@pytest.mark.parametrize("command", ["score", "uncertainty", "recover", "verify"])
def test_the_help_shows_what_to_type_and_no_picture(command):
    said = CliRunner().invoke(cli.app, [command, "--help"], terminal_width=200).output
    assert all(ord(c) < 0x1F000 for c in said)
    assert command in ("recover", "verify") or "minmax:low:high" in said


def test_the_bench_says_that_it_needs_a_checkout(folder, monkeypatch):
    from bluebook import tools

    monkeypatch.setattr(tools, "FOLDER", folder / "tools")
    tools.tool.cache_clear()
    assert "tools/bench.py" in refused("bench")
