"""The small inputs that people met elsewhere and that no other test holds, by the command that they would type."""

from pathlib import Path

import pandas as pd
import pytest
from conftest import folder_of
from typer.testing import CliRunner

from bluebook import cli

pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")


def run(*arguments: str):
    done = CliRunner().invoke(cli.app, list(arguments))
    assert done.exit_code == 0, done.exception
    return done


def scores(path="o/scores.csv"):
    return pd.read_csv(path).set_index("unit")["score"]


@pytest.fixture
def leader(tmp_path, monkeypatch):
    tree = "code,parent,weight,direction\ntotal,,,\nx,total,{},1\ny,total,{},1\nz,total,{},1\n"
    data = "unit,x,y,z\nA,100,100,70.0\nB,41,90,54\nC,68,81,68\nD,64,80,48\n"
    folder_of(tmp_path, monkeypatch, tree=tree.format(40, 40, 20), data=data)
    Path("hidden.csv").write_text(tree.format("", "", ""), "utf-8")
    Path("published.csv").write_text("unit,score\nA,100.00\nB,67.23\nC,77.87\nD,71.49\n", "utf-8")


def test_totals_whose_leader_has_a_hundred_are_scored_verified_and_inverted(leader):
    options = ("--rescale", "first")
    run("score", "tree.csv", "data.csv", "--out", "o", "--normalise", "none", "--round", "2", *options)
    assert scores().tolist() == [100, 67.23, 77.87, 71.49]
    done = run("verify", "tree.csv", "data.csv", "published.csv", "--out", "v.csv", *options)
    assert "4 scores, 0 cannot follow" in done.stdout
    run("recover", "hidden.csv", "data.csv", "published.csv", "--out", "w.csv", *options)
    found = pd.read_csv("w.csv").set_index("code")
    assert all(found["lower"][c] <= w <= found["upper"][c] for c, w in (("x", 40), ("y", 40), ("z", 20)))


def test_weights_in_steps_are_not_listed_for_rescaled_totals(leader):
    command = ("recover", "hidden.csv", "data.csv", "published.csv", "--out", "w.csv", "--rescale", "first")
    done = CliRunner().invoke(cli.app, [*command, "--grid", "5"])
    assert "--grid" in str(done.exception) and not Path("w.csv").exists()


def test_weights_by_unit_come_from_a_file_and_a_unit_without_one_is_named(leader):
    rows = [f"{u},{c},{w}" for u in "ABCD" for c, w in (("x", 1), ("y", 3), ("z", 1))]
    Path("own.csv").write_text("unit,code,weight\n" + "\n".join(rows) + "\n", "utf-8")
    plain = ("score", "tree.csv", "data.csv", "--out", "o", "--normalise", "none")
    run(*plain, "--unit-weights", "own.csv")
    assert scores()["B"] == pytest.approx((41 + 270 + 54) / 5)
    Path("own.csv").write_text("unit,code,weight\n" + "\n".join(rows[:-1]) + "\n", "utf-8")
    done = CliRunner().invoke(cli.app, [*plain, "--unit-weights", "own.csv"])
    assert "D has no weight of z" in done.exception.en


@pytest.mark.parametrize(("how", "want"), [("median", 54.0), ("sum", 40 * 41 + 40 * 90 + 20 * 54)])
def test_other_ways_of_aggregation_by_command(leader, how, want):
    run("score", "tree.csv", "data.csv", "--out", "o", "--normalise", "none", "--aggregate", how)
    assert scores()["B"] == pytest.approx(want)


def test_ranks_marked_as_shared_are_read_and_bands_left_out(tmp_path, monkeypatch):
    tree = "code,parent,weight,direction\nidx,,,\na,idx,,1\nb,idx,,1\n"
    data = "unit,a,b\nU1,90.0,80.0\nU2,80.0,70.0\nU3,70.0,80.0\nU4,60.0,50.0\n"
    folder_of(tmp_path, monkeypatch, tree=tree, data=data)
    Path("ties.csv").write_text("unit,score,rank\nU1,85.0,1\nU2,75.0,=2\nU3,75.0,=2\nU4,55.0,4\n", "utf-8")
    bands = "unit,score,rank\nU1,85.0,1\nU2,75.0,2\nU3,,101-150\nU4,,101-150\n"
    Path("bands.csv").write_text(bands, "utf-8")
    for file in ("ties.csv", "bands.csv"):
        run("recover", "tree.csv", "data.csv", file, "--out", "w.csv")
        found = pd.read_csv("w.csv").set_index("code")
        assert found["lower"]["a"] <= 50 <= found["upper"]["a"]
