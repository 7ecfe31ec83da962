"""Every kind of chart: a missing value is a gap, one thing can stand out, long words fit on a phone, tooltips speak."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import altair as alt
import pandas as pd
import pytest
import vl_convert
from conftest import ROOT

from bluebook import charts
from bluebook.charts import kinds, theme
from bluebook.charts.kinds import _parts, _scales, _words, cells, plane
from bluebook.data import views

NONE = float("nan")
LONG = "规模以上高技术制造业增加值占规模以上工业的比重"
BLUE, RED, MUTED = charts.BLUE, charts.RED, charts.MUTED
NAMES = ["郑州", "洛阳", LONG, "济源"]


def wide(*columns: str, index: str = "城市", axis: str = "指标", rows: list | None = None) -> pd.DataFrame:
    """Return a table of four rows whose second row lacks every value, its two axes named."""
    rows = NAMES if rows is None else rows
    values = {c: [12.5 + i, NONE, -3.25 - 2 * i, 97.75] for i, c in enumerate(columns)}
    return pd.DataFrame(values, index=rows).rename_axis(index=index, columns=axis)


def one(index: str = "城市") -> pd.Series:
    return wide("得分", index=index)["得分"]


def told() -> pd.DataFrame:
    table = wide("value").assign(low=[10, NONE, -3, 90], high=[14, NONE, 5, 99.5])
    return table.assign(text=["12.5", "", "-3 到 5", "97.75（只知上限）"], group=["甲", "乙", "甲", "乙"])


def map_of(cities: list[str]) -> alt.LayerChart:
    table = pd.DataFrame(
        {"city": views.cities()["city"][:4], "name": cities, "text": ["97.25", "", "35.65", "30.37"]}
    )
    table = table.assign(group=["圈内", "圈外", "圈外", "圈内"]).rename_axis(index="城市", columns="得分")
    return kinds.map(table, {"圈内": BLUE, "圈外": MUTED}, "都市圈", views.map_shapes())[1]


# Kind → the same table drawn: the second of four rows (or years) has no value, the third has a long name.
DRAWN: dict[str, Callable[[], alt.LayerChart]] = {
    "lines": lambda: kinds.lines(
        wide("河南", "全国与各省", index="年份", axis="地区", rows=[2018, 2019, 2020, 2021]),
        "增速（%）", colours={"河南": BLUE}, shade=True, hollow={"河南": [2020]}, gaps="缺数",
    ),
    "bump": lambda: kinds.bump(
        wide("2020", "2021", axis="版次").clip(lower=1), colours={"郑州": BLUE}, label="{name} 第 {rank}"
    ),
    "stems": lambda: kinds.stems(one().set_axis(["2020 全年", "2021 全年", "2022 一季度", "2023 全年"]).rename_axis("城市"),
                                 "相差（百分点）", later=["2023 全年"]),
    "spans": lambda: kinds.spans(
        pd.DataFrame({"start": [2019.0, 2019.5, 2020], "end": [2019.5, 2020, 2020.25], "value": [350, NONE, 1030.0],
                      "group": ["平时", "平时", "年末"], "text": ["上半年", "下半年", LONG]}).rename_axis("城市"),
        "每月平均（亿元）", colours={"平时": BLUE, "年末": RED}, label=[2],
    ),
    "curve": lambda: kinds.curve(
        wide("河南", "全国", rows=[0.0, 1, 2, 3], axis="地区"), "占比（%）", along="除去多少（成）",
        colours={"河南": BLUE, "全国": MUTED}, line={"全国平均": 12.0}, upright={LONG: 2.8},
        marks=pd.DataFrame({"x": [2.9, NONE], "y": [80.0, 3], "text": ["正好追上全国平均", "不知道"]}), label="{name}",
    ),
    "bars": lambda: kinds.bars(one(), "得分（分）", colours={"郑州": RED}, room=40, unknown="得分未公布", line={LONG: 80.0}),
    "stacked": lambda: kinds.stacked(wide("入库的收入", LONG).abs(), "亿元", named=True),
    "stacked above": lambda: kinds.stacked(wide("入库的收入", LONG).abs(), "亿元"),
    "dots": lambda: kinds.dots(told(), "占比（%）", colours={"甲": BLUE, "乙": RED}, legend=True, line={LONG: 95.0}, start=0),
    "dumbbells": lambda: kinds.dumbbells(wide("出口", LONG), "比上年同期（%）"),
    "strip": lambda: kinds.strip(
        pd.DataFrame({"row": NAMES[:1] * 3 + NAMES[2:3], "value": [1.0, NONE, 97, 99.75], "text": [LONG, "b", "c", LONG],
                      "label": [True, False, False, True], "group": ["甲", "甲", "乙", "乙"]}).rename_axis(index="城市", columns="指标"),
        "得分（分）", colours={"甲": BLUE, "乙": RED}, legend=True, middle=True,
    ),
    "columns": lambda: kinds.columns(one(), highlight="济源", label="济源第 1（并列的排在后面）", also=["郑州"], line=8.1, unit="增速（%）"),
    "grid": lambda: kinds.grid(wide("创新投入", LONG), "得分（分）", outlined=[("郑州", "创新投入")], legend=True),
    "matrix": lambda: kinds.matrix(
        pd.DataFrame({"讲话": ["有", None, "有", "没有"], LONG: [None, None, "有", "有"]}, index=NAMES).rename_axis(index="城市", columns="指标"),
        colours={"有": BLUE, "没有": RED},
    ),
    "waffle": lambda: kinds.waffle(pd.Series({"郑州": 5, "洛阳": NONE, LONG: 3}).rename_axis("城市"),
                                   colours={"郑州": BLUE, LONG: MUTED}, hollow=[LONG], unit="项数（项）"),
    "scatter": lambda: kinds.scatter(
        wide("人均产出（万元）", "投入（%）").abs().assign(label=[True, True, LONG[:8], True], group=["甲", "甲", "乙", "乙"]),
        x="人均产出（万元）", y="投入（%）", colours={"甲": BLUE, "乙": RED}, legend=True, diagonal="两者相等",
    ),
    "map": lambda: map_of(NAMES),
    "lines quiet": lambda: kinds.lines(
        wide("河南", "全国与各省", index="年份", axis="地区", rows=[2018, 2019, 2020, 2021]), "增速（%）", highlight=["河南"]
    ),
    "bump left": lambda: kinds.bump(
        wide("2020", "2021", axis="版次").clip(lower=1), label="{name} 第 {rank}", highlight=["郑州"], left=True
    ),
    "curve in a band": lambda: kinds.curve(
        one(index="城市").set_axis([0.0, 1, 2, 3]), "占比（%）", along="除去多少（成）", line={"全国与各省": (90.0, 99.0)},
        band=(one().set_axis([0.0, 1, 2, 3]) - 2, one().set_axis([0.0, 1, 2, 3]) + 2),
        marks=pd.DataFrame({"x": [2.9], "y": [80.0], "text": ["正好追上全国平均"], "below": [True]}),
    ),
    "bars in words": lambda: kinds.bars(one(), "得分（分）", words=pd.Series(["第 1，12.5 分", None, LONG, "97.75 分"], NAMES)),
    "dots leftward": lambda: kinds.dots(told().assign(value=[12.5, NONE, -3, NONE]), "占比（%）", start=0, solid=True),
    "dumbbells with room": lambda: kinds.dumbbells(wide("出口", LONG), "比上年同期（%）", room=0.3),
    "grid in words": lambda: kinds.grid(
        wide("创新投入", LONG), "得分（分）", words=wide("创新投入", LONG).map(lambda v: f"{v:.1f}|第 2" if v == v else NONE)
    ),
    "matrix in rings": lambda: kinds.matrix(
        pd.DataFrame({"讲话": ["有", None, "有", "没有"], LONG: [None, None, "有", "有"]}, index=NAMES).rename_axis(index="城市", columns="指标"),
        colours={"有": BLUE, "没有": RED}, hollow=["没有"], ground={LONG: RED}, step=44,
        words=pd.DataFrame({"讲话": ["甲", None, "乙", "丙"], LONG: [None, None, "丁", "戊"]}, index=NAMES),
    ),
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", DRAWN)


@pytest.fixture(scope="module")
def specs() -> dict[str, dict]:
    """The specification of every kind."""
    return {kind: draw().to_dict() for kind, draw in DRAWN.items()}


def walk(node: object) -> Iterator[dict]:
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(inner)
    if isinstance(node, dict):
        yield node


def test_every_kind_is_tried() -> None:
    others = {"signed"}
    assert {k.split()[0] for k in DRAWN} == set(kinds.__all__) - others


@every_kind
def test_a_specification_holds_no_nan(specs, kind: str) -> None:
    json.dumps(specs[kind], allow_nan=False)


# ---------------------------------------------------------------- drawn on a phone

WORDS = "{http://www.w3.org/2000/svg}text"


def phone(spec: dict) -> ET.Element:
    """Return the drawing as it stands in a column of a narrow screen."""
    spec = {**spec, "width": _scales.PHONE, "autosize": {"type": "fit-x", "contains": "padding"}}
    return ET.fromstring(vl_convert.vegalite_to_svg(spec, vl_version="6.4"))


def written(node: ET.Element, x: float = 0.0, y: float = 0.0) -> Iterator[tuple[str, float, float, float]]:
    """Yield every line of text: its words, its left and right end in pixels, and its height."""
    for moved in re.findall(r"translate\(([-\d.e]+),\s*([-\d.e]+)\)", node.get("transform", "")):
        x, y = x + float(moved[0]), y + float(moved[1])
    if node.tag == WORDS:
        size = float(node.get("font-size", "12px").removesuffix("px"))
        for part in list(node) or [node]:
            wide = _words.width(part.text or "", size)
            back = {"end": wide, "middle": wide / 2}.get(node.get("text-anchor", "start"), 0)
            yield part.text or "", x - back, x - back + wide, y
    for child in node:
        yield from written(child, x, y)


@every_kind
def test_no_word_runs_out_of_the_drawing_on_a_phone(specs, kind: str) -> None:
    svg = phone(specs[kind])
    most = float(svg.get("width", "0").removesuffix("px"))
    assert most <= _scales.PHONE + 1
    out = [(w, round(a), round(b)) for w, a, b, _ in written(svg) if w.strip() and (a < -2 or b > most + 2)]
    assert out == []


@every_kind
def test_a_long_name_is_there_whole(specs, kind: str) -> None:
    if kind.split()[0] not in {"bars", "stacked", "dots", "dumbbells", "grid", "matrix", "bump", "strip"}:
        return
    words = "".join(w for w, *_ in written(phone(specs[kind])))
    assert LONG in words or kind.startswith("bump")


# ---------------------------------------------------------------- a missing value


def marks(svg: ET.Element, kind: str) -> list[ET.Element]:
    """Return the drawn elements of the marks of one kind (rect, symbol, line …)."""
    found = [
        g for g in svg.iter() if f"mark-{kind} " in g.get("class", "") and "role-mark" in g.get("class", "")
    ]
    return [path for g in found for path in g if path.tag.endswith("path")]


@pytest.mark.parametrize(("kind", "mark", "there"), [
    ("bars", "rect", 3 + 1),  # three bars and the dashed box of what is not known
    ("stems", "symbol", 3), ("dots", "symbol", 3), ("dumbbells", "symbol", 6), ("scatter", "symbol", 3), ("strip", "symbol", 3),
    ("spans", "rect", 2), ("stacked", "rect", 6), ("waffle", "rect", 8), ("columns", "rect", 3), ("grid", "rect", 2 + 6 + 1),
    ("bump", "symbol", 6), ("matrix", "symbol", 5), ("matrix in rings", "symbol", 5), ("bump left", "symbol", 6),
    ("grid in words", "rect", 2 + 6), ("dots leftward", "symbol", 2),
])  # fmt: skip
def test_a_missing_value_draws_nothing(specs, kind: str, mark: str, there: int) -> None:
    assert len(marks(phone(specs[kind]), mark)) == there


@pytest.mark.parametrize("kind", ["lines", "curve"])
def test_a_missing_year_breaks_the_line(specs, kind: str) -> None:
    drawn = [p.get("d", "") for p in marks(phone(specs[kind]), "line")]
    assert drawn and all(d.count("M") == 2 for d in drawn)


def test_a_missing_row_keeps_its_name_and_says_no_number(specs) -> None:
    for kind in (
        "bars",
        "bars in words",
        "dots",
        "dots leftward",
        "dumbbells",
        "grid",
        "grid in words",
        "stacked",
    ):
        words = [w for w, *_ in written(phone(specs[kind]))]
        assert "洛阳" in words, kind
        assert not {"nan", "NaN", "null", "None", "undefined"} & set(words), kind


EMPTY: dict[str, Callable[[], alt.LayerChart]] = {
    "lines": lambda: kinds.lines(pd.DataFrame({"湖北": [NONE, NONE]}, index=[2020, 2021]), "%", shade=False, gaps="缺数"),
    "lines, half": lambda: kinds.lines(
        pd.DataFrame({"全国": [1.0, 2], "湖北": [NONE, NONE]}, index=[2020, 2021]), "%", shade=True, gaps="缺数"
    ),
    "bump": lambda: kinds.bump(pd.DataFrame({"2020": [NONE], "2021": [None]}, index=["湖北"])),
    "stems": lambda: kinds.stems(pd.Series([NONE, None], index=["甲", "乙"]), "%"),
    "spans": lambda: kinds.spans(
        pd.DataFrame({"start": [2020.0], "end": [2021.0], "value": [NONE], "group": ["甲"], "text": [""]}), "%", colours={"甲": BLUE}, label=[0]
    ),
    "curve": lambda: kinds.curve(pd.Series([NONE, NONE], index=[0.0, 1]), "%", along="x", line={"甲": NONE}, upright={"乙": NONE}),
    "bars": lambda: kinds.bars(pd.Series([NONE, None], index=["甲", "乙"]), "%", room=NONE, line={"甲": NONE}),
    "stacked": lambda: kinds.stacked(pd.DataFrame({"甲": [NONE], "乙": [None]}, index=["丙"]), "%"),
    "dots": lambda: kinds.dots(pd.DataFrame({"value": [NONE], "text": [None]}, index=["甲"]), "%", start=0, line={"甲": NONE}),
    "dumbbells": lambda: kinds.dumbbells(pd.DataFrame({"甲": [NONE], "乙": [None]}, index=["丙"]), "%", arrow=True),
    "strip": lambda: kinds.strip(pd.DataFrame({"row": ["甲"], "value": [NONE]}), "%", middle=True),
    "columns": lambda: kinds.columns(pd.Series([NONE, NONE], index=["甲", "乙"]), highlight="甲", label="", line=NONE),
    "grid": lambda: kinds.grid(pd.DataFrame({"甲": [NONE]}, index=["乙"]), "%"),
    "matrix": lambda: kinds.matrix(pd.DataFrame({"甲": [None]}, index=["乙"])),
    "waffle": lambda: kinds.waffle(pd.Series({"甲": NONE}), colours={"甲": BLUE}),
    "scatter": lambda: kinds.scatter(pd.DataFrame({"甲": [NONE], "乙": [1.0], "label": [True]}, index=["丙"]), x="甲", y="乙", diagonal="等"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_known_is_an_empty_drawing_not_an_error(kind: str) -> None:
    spec = EMPTY[kind]().to_dict()
    json.dumps(spec, allow_nan=False)
    words = [w for w, *_ in written(phone(spec))]
    assert not {"nan", "NaN", "null", "undefined"} & set(words)


# ---------------------------------------------------------------- one thing stands out


@pytest.mark.parametrize(("kind", "colour", "times"), [
    ("lines", BLUE, 1), ("bump", BLUE, 1), ("bars", RED, 1), ("columns", BLUE, 1), ("spans", RED, 1), ("curve", BLUE, 1),
    ("dots", RED, 1), ("scatter", RED, 2), ("strip", RED, 2), ("matrix", RED, 1), ("waffle", BLUE, 5), ("stems", RED, 1),
])  # fmt: skip
def test_the_highlighted_one_has_a_colour_that_others_have_not(
    specs, kind: str, colour: str, times: int
) -> None:
    svg = phone(specs[kind])
    mark = {
        "lines": "line",
        "bump": "line",
        "curve": "line",
        "bars": "rect",
        "columns": "rect",
        "spans": "rect",
        "waffle": "rect",
    }
    drawn = marks(svg, mark.get(kind, "symbol"))
    assert sum(colour in (p.get("fill"), p.get("stroke")) for p in drawn) == times


def test_a_framed_cell_has_a_strong_edge(specs) -> None:
    strong = [p for p in marks(phone(specs["grid"]), "rect") if p.get("stroke") == charts.INK]
    assert len(strong) == 1


# ---------------------------------------------------------------- limits, rings, grounds, words in place of numbers


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
    colours = {"有": BLUE, "顺带": charts.ORANGE}
    drawn = kinds.matrix(table, colours=colours, hollow=["顺带"], notes=notes, ground={"乙": RED})
    spec = drawn.to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "point"]
    ring = spec["layer"][1]["encoding"]
    assert (
        dict(zip(ring["fill"]["scale"]["domain"], ring["fill"]["scale"]["range"], strict=True))["顺带"]
        == charts.PAPER
    )
    assert charts.ORANGE in ring["stroke"]["scale"]["range"]
    assert "notes" in {tip["field"] for tip in spec["layer"][1]["encoding"]["tooltip"]}


def test_the_words_of_a_cell_stand_one_below_the_other_on_a_row_tall_enough(specs) -> None:
    lines = {w: y for w, _, _, y in written(phone(specs["grid in words"])) if w in ("12.5", "第 2")}
    assert len(lines) == 2 and specs["grid in words"]["height"] >= 4 * 32


def test_words_of_a_dot_left_of_the_start_stand_on_its_left(specs) -> None:
    ends = {w: b for w, _, b, _ in written(phone(specs["dots leftward"]))}
    assert ends["−3 到 5"] < ends["12.5"]


def test_names_on_both_sides_leave_the_slope_between_them(specs) -> None:
    at = sorted((a, b) for w, a, b, _ in written(phone(specs["bump left"])) if w.startswith("郑州"))
    assert len(at) == 2 and at[1][0] - at[0][1] > 60


# ---------------------------------------------------------------- tooltips


@every_kind
def test_tooltips_speak_the_words_of_the_table(specs, kind: str) -> None:
    tips = [t for node in walk(specs[kind]) if isinstance(node.get("tooltip"), list) for t in node["tooltip"]]
    titles = {t["title"] for t in tips}
    words = {"亿元", "城市", "指标", "地区", "年份", "版次", "都市圈", "得分"} | {
        t for t in titles if "（" in t or "/" in t
    }
    assert titles and not {t for t in titles if t and t not in words}
    names = {"除去多少（成）", "地区"} if kind.startswith("curve") else {"城市", "年份", "地区"}
    assert titles & names, "the name of what is pointed at"


# ---------------------------------------------------------------- what the kinds share


def test_words_beside_the_points_fit_whatever_the_numbers() -> None:
    low, high = _scales.roomy((0.0, 100.0), 200, right=[(100.0, 80)], left=[(0.0, 40)])
    assert (100 - low) / (high - low) * 200 + 80 <= 200.5 and (0 - low) / (high - low) * 200 >= 39.5


def test_a_logarithmic_axis_is_marked_at_a_few_round_numbers() -> None:
    assert _scales.ticks([1200, 120000], log=True).values == [3000, 10000, 30000, 100000]
    assert _scales.ticks([15, 70], log=True).values == [20, 50]


def test_where_a_scale_only_makes_room_for_words_no_marks_go_on() -> None:
    assert _scales.ticks([0, 1.4], told=(0.3, 0.99)).values == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert _scales.ticks([0, 122], told=(0, 100)).values == [0, 20, 40, 60, 80, 100]
    assert _scales.ticks([-30, 8], told=(-21.5, 5)).values == [-30, -20, -10, 0]
    assert _scales.ticks([0.0, 0.0004], told=(0.0, 0.0003)).values == [0.0, 0.0001, 0.0002, 0.0003]


def test_a_bent_citys_name_stands_on_its_own_land() -> None:
    bent = [(0.0, 0.0), (6.0, 0.0), (6.0, 1.0), (1.0, 1.0), (1.0, 6.0), (0.0, 6.0)]  # its middle is outside
    area, x, y = plane._middle(bent)
    assert area == 11 and 0 < x < 1 and 1 < y < 6


def test_a_name_is_broken_between_words_never_in_a_number() -> None:
    assert _words.broken("2022 年一季度增速", 60) == "2022 年一|季度增速"
    assert all("2022" in line or "20" not in line for line in _words.broken("甲乙丙丁2022年", 20).split("|"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("-0.3 到 -0.1", "−0.3 到 −0.1"), ("2019-2021", "2019-2021"), (None, ""), ("≥ 5", "≥ 5")],
)
def test_a_number_below_zero_has_a_real_minus(text, shown: str) -> None:
    assert _words.with_minus(text) == shown


def test_bars_behind_the_dots_have_their_own_limits() -> None:
    table = told()
    drawn = kinds.dots(
        table, "%", behind=pd.DataFrame({"low": -0.5, "high": 0.5}, index=table.index)
    ).to_dict()
    grey = [p for p in marks(phone(drawn), "rect") if p.get("fill") == charts.QUIET]
    assert len(grey) == 4


def test_rows_are_as_tall_as_their_names() -> None:
    assert _parts.tall(["甲", "乙"], 24) == 48 and _parts.tall([LONG, "乙"], 24) > 60


def test_a_name_of_several_lines_stands_in_the_middle_of_its_row() -> None:
    offset = _parts.rows(["甲", LONG]).to_dict()["axis"]["labelOffset"]
    assert offset["value"] == 0 and [c["value"] for c in offset["condition"]] == [-7]
    assert "labelOffset" not in _parts.rows(["甲", "乙"]).to_dict()["axis"]


def test_many_narrow_columns_have_small_heads_and_dots_that_do_not_touch() -> None:
    cities = [f"{c}|市" for c in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"]
    table = pd.DataFrame(True, index=NAMES, columns=cities)
    spec = kinds.matrix(table).to_dict()
    slot = _scales.plot(NAMES) / len(cities)
    assert spec["layer"][0]["encoding"]["x"]["axis"]["labelFontSize"] <= max(9, slot)
    assert (spec["layer"][0]["mark"]["size"] / 0.785) ** 0.5 < slot


def test_a_name_above_a_bar_clears_the_bar_before(specs) -> None:
    svg = phone(specs["stacked above"])
    names = sorted(y for w, _, _, y in written(svg) if w in ("济源", "洛阳"))
    assert names[1] - names[0] >= 2 * 48 - 1


def test_a_map_names_every_city_without_its_rank_and_no_two_names_touch() -> None:
    cities = views.cities().assign(text="", group="省")
    cities["name"] = [f"{k} {name}" for k, name in enumerate(cities["name_zh"], 1)]
    drawn = kinds.map(
        cities[["city", "name", "text", "group"]], {"省": theme.BLUE}, "省", views.map_shapes()
    )[0]
    names = [w for w in written(phone(drawn.to_dict())) if w[0] in set(cities["name_zh"])]
    assert sorted(n[0] for n in names) == sorted(cities["name_zh"])
    for i, (a, left, right, y) in enumerate(names):
        assert not [b for b, l2, r2, y2 in names[i + 1 :] if l2 < right and left < r2 and abs(y - y2) < 11], a


def test_an_empty_row_does_not_raise_the_drawing_of_the_table_beside_it() -> None:
    assert isinstance(kinds.dots(told(), "%").to_dict()["height"], int | float)


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_words_on_a_ground_are_legible_in_the_light_and_in_the_dark(kind: str) -> None:
    """The page swaps some colours in the dark: a word on such a ground is swapped with it."""
    script = (ROOT / "assets/charts.js").read_text("utf-8")
    swaps = dict(re.findall(r'"(#[0-9a-f]{6})": "(#[0-9a-f]{6})"', script)) if kind == "dark" else {}
    assert kind == "light" or set(swaps) == set(theme.SWAPPED)

    def light(colour: str) -> float:
        shares = [int(swaps.get(colour, colour)[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    grounds = [*theme.SWAPPED, *theme.SEQUENTIAL, theme.BLUE, theme.RED, theme.GREEN, theme.ORANGE, theme.SKY]
    for ground in grounds:
        dim, bright = sorted([light(ground), light(_words.ink_on(ground))])
        assert (bright + 0.05) / (dim + 0.05) > 3.4, ground
    for i in range(21):  # a shade is mixed on the page, from ends that may be swapped
        ends = [swaps.get(c, c) for c in (theme.TINT, theme.BLUE)]
        word = _words.ink_on(cells._between((theme.TINT, theme.BLUE), i / 20), (theme.TINT, theme.BLUE))
        dim, bright = sorted([light(cells._between(ends, i / 20)), light(word)])
        assert (bright + 0.05) / (dim + 0.05) > 3.4, i
