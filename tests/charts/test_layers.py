"""What a kind does with limits, rings and grounds."""

import pandas as pd

from bluebook import charts
from bluebook.charts import kinds


def test_a_curve_breaks_at_a_gap_and_keeps_its_band_and_strip_within_its_range() -> None:
    line = pd.Series([1.0, None, 3.0], index=[0, 1, 2])
    strip = {"全国": (4.0, 5.0)}
    spec = kinds.curve(line, "倍", along="大小", band=(line - 0.5, line + 0.5), line=strip).to_dict()
    marks = [layer["mark"]["type"] for layer in spec["layer"]]
    assert marks[:4] == ["rect", "text", "area", "line"]  # the strip lies below, the line on top
    low, high = spec["layer"][3]["encoding"]["y"]["scale"]["domain"]
    assert low <= 0.5 and high >= 5.0
    rows = spec["datasets"][spec["layer"][3]["data"]["name"]]
    assert [row["value"] for row in rows][1] is None or rows[1]["value"] != rows[1]["value"]


def test_a_matrix_draws_rings_for_what_is_hollow_and_a_ground_for_a_column() -> None:
    table = pd.DataFrame({"甲": ["有", "顺带"], "乙": [None, None]}, index=["一", "二"])
    notes = pd.DataFrame({"甲": ["依据", None], "乙": [None, None]}, index=["一", "二"])
    colours = {"有": charts.BLUE, "顺带": charts.ORANGE}
    drawn = kinds.matrix(table, colours=colours, hollow=["顺带"], notes=notes, ground={"乙": charts.RED})
    spec = drawn.to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "point"]
    ring = spec["layer"][1]["encoding"]
    assert (
        dict(zip(ring["fill"]["scale"]["domain"], ring["fill"]["scale"]["range"], strict=True))["顺带"]
        == charts.PAPER
    )
    assert charts.ORANGE in ring["stroke"]["scale"]["range"]
    assert "notes" in {tip["field"] for tip in spec["layer"][1]["encoding"]["tooltip"]}
