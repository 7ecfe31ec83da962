"""The steps of an index, from the command line."""

import pandas as pd
from conftest import ROOT
from test_cli_engine import ASEM, folder, refused, run  # noqa: F401 (a fixture)
from typer.testing import CliRunner

from bluebook import cli

TREE, DATA = ASEM / "indicators.csv", ASEM / "data.csv"


def table(path):
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)


def test_treat_writes_what_it_did_and_its_output_can_be_scored(folder):  # noqa: F811
    said, _ = run("treat", TREE, DATA, "--out", "o")
    points, columns = table(folder / "o/points.csv"), table(folder / "o/columns.csv")
    assert f"{len(points)} points" in said and set(columns["action"]) == {"", "winsorise"}
    run("score", TREE, "o/treated.csv", "--out", "o2")
    assert "trim" in refused("treat", TREE, DATA, "--out", "o3", "--steps", "trim")
    assert not (folder / "o3").exists()


def test_treat_may_go_on_from_step_to_step(folder):  # noqa: F811
    run("treat", TREE, DATA, "--out", "o", "--most", "2", "--combine")
    columns, points = table(folder / "o/columns.csv").set_index("code"), table(folder / "o/points.csv")
    assert columns["action"]["Poverty"] == "winsorise+log" and "Poverty" in set(points["code"])
    run("treat", TREE, DATA, "--out", "o2", "--most", "2")
    assert table(folder / "o2/columns.csv").set_index("code")["action"]["Poverty"] == "log"


def test_impute_fills_between_the_years(folder):  # noqa: F811
    rows = "unit,time,x\nA,2020,1\nA,2021,\nA,2024,5\n"
    (folder / "panel.csv").write_text(rows, "utf-8")
    (folder / "one.csv").write_text("code,parent,weight,direction\nr,,,1\nx,r,1,1\n", "utf-8")
    run("impute", "one.csv", "panel.csv", "--rule", "linear", "--out", "o")
    assert table(folder / "o/cells.csv")["value"].tolist() == [2]
    assert "linear" in refused("impute", TREE, DATA, "--rule", "linear", "--out", "o2")


def test_impute_fills_within_groups_and_says_which_part_of_a_score_is_filled(folder):  # noqa: F811
    units = table(ROOT / "tests/validation/coinr/input/units.csv")[["unit", "GDP_group"]]
    units.rename(columns={"GDP_group": "group"}).to_csv("groups.csv", index=False)
    said, _ = run("impute", TREE, DATA, "--rule", "mean", "--groups", "groups.csv", "--out", "o")
    assert "63 cells" in said and len(table(folder / "o/cells.csv")) == 63
    shares = table(folder / "o/shares.csv").set_index("unit")["Index"]
    assert 0 < shares["BRN"] < 1 and shares["AUT"] == 0
    assert "time" in refused("impute", TREE, DATA, "--rule", "last", "--out", "o2")


def test_correlate_lists_pairs_families_and_children(folder):  # noqa: F811
    run("correlate", TREE, DATA, "--out", "o")
    pairs, families = table(folder / "o/pairs.csv"), table(folder / "o/families.csv")
    assert set(pairs["flag"]) <= {"", "high", "low"} and len(families) == 11
    assert "pearson" in refused("correlate", TREE, DATA, "--out", "o", "--kind", "linear")


def test_ranges_hold_the_rank_and_name_the_weights_that_prove_them(folder):  # noqa: F811
    few = table(ASEM / "stage_imputed.csv").head(10)
    few.to_csv("few.csv", index=False)
    said, _ = run("ranges", TREE, "few.csv", "--give", "0.1", "--out", "o")
    found, proof = table(folder / "o/ranges.csv").set_index("unit"), table(folder / "o/weights.csv")
    run("score", TREE, "few.csv", "--out", "s")
    ranks = table(folder / "s/ranks.csv").query("code == 'Index'").set_index("unit")["rank"]
    assert ((found["best"] <= ranks) & (ranks <= found["worst"])).all() and "10 units" in said
    assert len(proof) == 10 * 2 * 49
    assert "impute" in refused("ranges", TREE, DATA, "--out", "o4")


def test_what_the_commands_prove_is_certified_and_a_changed_file_is_not(folder):  # noqa: F811
    few = table(ASEM / "stage_imputed.csv").head(8)
    few.to_csv("few.csv", index=False)
    run("ranges", TREE, "few.csv", "--give", "0.1", "--out", "o", "--certificate", "r.json")
    said, _ = run("certify", "r.json")
    assert said.count("under any weights within the limits") == 16 and "all 16 claims hold" in said
    run("score", TREE, "few.csv", "--out", "s", "--normalise", "minmax", "--round", "2")
    printed = table(folder / "s/scores.csv").query("code != 'Index'")
    printed["score"] = printed["score"].round(2)
    printed.iloc[3, printed.columns.get_loc("score")] = 99.99
    printed.to_csv("p.csv", index=False)
    run("verify", TREE, "few.csv", "p.csv", "--out", "v.csv", "--certificate", "v.json")
    said, _ = run("certify", "v.json")
    assert "cannot follow from the data" in said
    values = folder / "r.values.csv"
    values.write_text(values.read_text("utf-8").replace("100.0", "99.0", 1), "utf-8")
    result = CliRunner().invoke(cli.app, ["certify", "v.json", "r.json"])
    assert result.exit_code == 1 and "v.json: all" in result.stdout and "refused: r.json" in result.stdout
    values.unlink()
    assert "were not compared" in run("certify", "r.json")[0]
    assert "certificate" in refused("certify", "few.csv")
