"""industry/new-tracks: what drives new tracks in old industries, and what the speech's few figures can bear."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, reading
from bluebook.chapters.evidence import Range, between, series_row, series_value, within, yi_unit
from bluebook.charts import BLUE, INK, MUTED, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.reckoning import money
from bluebook.reckoning import printed as told
from bluebook.words import t

_HOUR = 3600  # seconds


def numbers() -> None:
    """Glue the figures of the chapter's prose; shares in %, money as `money`, times in seconds or minutes."""
    wholes = wholes_table().set_index("key")
    cases = cases_table()
    seconds = told("noodle_seconds")
    share = within("traditional_share_2021")
    strategic, hightech = (
        series_value(f"{kind}_industry_share", "河南", "2021") for kind in ("strategic", "hightech")
    )
    helped = cases["proposal"] != ""
    glue(
        n_drivers=len(cases), n_henan=int((cases["place"] == "henan").sum()), n_food=int(cases["industry"].isin(["food", "machine"]).sum()),
        n_supply=int((cases["side"] == "supply").sum()), n_demand=int((cases["side"] == "demand").sum()),
        n_helped=int(helped.sum()), n_unhelped=int((~helped).sum()),
        helped=t("、", ", ").join(cases.loc[helped, "driver"]),
        gdp_low=money(wholes["part"]["gdp"].low), gdp_high=money(wholes["part"]["gdp"].high), industry=money(wholes["whole"]["industry"]),
        industry_high=money(wholes["part"]["industry"].high),
        of_gdp=wholes["part"]["industry"].mid / wholes["whole"]["gdp"] * 100,
        strategic=strategic, hightech=hightech,
        strategic_2017=series_value("strategic_industry_share", "河南", "2017"), hightech_2012=series_value("hightech_industry_share", "河南", "2012"),
        both=share.mid + strategic,
        bowls=int(_HOUR // seconds), bowls_pause=int(_HOUR // (seconds + PAUSE)), pause=PAUSE,
        tenth_minutes=9 * seconds / 60, rush_machines=machines_needed(RUSH, 1.0), rush_paused=machines_needed(RUSH, 1.0, PAUSE), rush=RUSH,
    )  # fmt: skip


# ---------------------------------------------------------------- a share of what


def wholes_table() -> pd.DataFrame:
    """Return what the printed share would amount to of each whole it could be a share of, 2021.

    Columns: key, name, whole (亿元), part (`Range`, 亿元), fits (whether the part can lie inside all industry).
    """
    industry = within("series_industrial_value_added_ha_2021")
    rows = []
    for key, name, claim in (
        ("gdp", t("全省生产总值", "Henan's GDP"), "gdp_ha_2021"),
        ("secondary", t("第二产业增加值", "Industry and construction"), "series_gdp_secondary_ha_2021"),
        ("industry", t("全部工业增加值", "All industry"), "series_industrial_value_added_ha_2021"),
    ):
        part = within(f"traditional_share_2021/100*{claim}")
        rows.append((key, name, within(claim).mid, part, part.low <= industry.high))
    return pd.DataFrame(rows, columns=["key", "name", "whole", "part", "fits"])


def whole() -> charts.Figure:
    """Draw what the share of traditional industries would amount to, by what it is a share of."""
    rows = wholes_table()
    industry = float(rows.set_index("key")["whole"]["industry"])
    no = rows[~rows["fits"]]
    title = finding(
        t("{s:.1f}% 不可能是占{name}：那样传统产业会比全部工业还大", "{s:.1f}% cannot be a share of {name}: traditional industries would outgrow all industry"),
        holds=list(no["key"]) == ["gdp"], s=told("traditional_share_2021"), name=rows["name"][0],
    )  # fmt: skip
    kind = t("装得下", "Fits"), t("装不下", "Does not fit")
    shown = rows.assign(
        part_mid=[money(r.mid) for r in rows["part"]], whole=rows["whole"].map(money),
        kind=[kind[0] if f else kind[1] for f in rows["fits"]],
        name=[f"{n}|{money(r.mid):,.{t(0, 1)}f}" for n, r in zip(rows["name"], rows["part"], strict=True)],
    ).drop(columns="part")  # fmt: skip
    # The amount stands below the name: on a phone there is no room for it beside the bars.
    lines = alt.Axis(ticks=False, domain=False, labelPadding=6, labelExpr="split(datum.label, '|')")
    y = alt.Y("name:N", sort=list(shown["name"]), title=None, axis=lines)
    x = alt.X(
        "whole:Q",
        title=yi_unit(),
        scale=alt.Scale(domain=[0, money(62000)], nice=False),
        axis=alt.Axis(format=",d", tickCount=4),
    )
    base = alt.Chart(shown).encode(y=y)
    frame = base.mark_bar(height=26, fill="transparent", stroke=QUIET).encode(x=x)
    fill = base.mark_bar(height=26).encode(
        x="part_mid:Q", color=alt.Color("kind:N", title=None, sort=list(kind), scale=alt.Scale(domain=list(kind), range=[BLUE, RED])),
    )  # fmt: skip
    limit = alt.Chart(pd.DataFrame({"at": [money(industry)], "told": [t("全部工业", "All industry")]}))
    line = limit.mark_rule(color=INK, strokeDash=[4, 3], strokeWidth=1.5).encode(x="at:Q")
    name = limit.mark_text(align="left", dx=5, y=-6).encode(x="at:Q", text="told:N")
    table = pd.DataFrame({
        t("若是占", "If a share of"): rows["name"], t("整体", "The whole") + t("（亿元）", " (billion yuan)"): rows["whole"].map(money),
        t("传统产业", "Traditional industries") + t("（亿元）", " (billion yuan)"): [between(Range(money(r.low), money(r.high)), t(0, 1)) for r in rows["part"]],
        t("装进全部工业", "Inside all industry"): rows["fits"].map({True: kind[0], False: kind[1]}),
    })  # fmt: skip
    return charts.figure(
        (frame + fill + line + name).properties(height={"step": 56}), id="fig-tracks-whole", title=title, status="computed", table=table,
        formats={t("整体（亿元）", "The whole (billion yuan)"): "{:,.1f}"},
        subtitle=t("2021 年，亿元：讲话没有说占什么，按三种分母各算一遍；空心框是分母，实心条是传统产业（左侧为数额），虚线是全部工业增加值",
                   "2021, billion yuan: the speech does not say of what, so here are three wholes; outline: the whole, solid: traditional industries (amounts at the left), dashed: all industry"),
        source=reading.source_titles(["newsletter", series_row("gdp_secondary", "河南", "2021")["source"], series_row("industrial_value_added", "河南", "2021")["source"]]),
        alt_text=t(f"三条横条，第一条的实心部分越过虚线。{title}。", f"Three bars; the solid part of the first crosses the dashed line. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- seven drivers

# driver, case, what changes, industry, place, side, proposal that answers it. The reading is ours.
_CASES = (
    (("颠覆技术", "Disruptive technology"), ("植物肉", "Plant meat"), ("原料和工艺", "Material"), "food", "elsewhere", "supply", ""),
    (("技术嫁接", "Grafted technology"), ("起重机做立体车库", "Cranes into car parks"), ("用途", "Use"), "plant", "henan", "supply", ""),
    (("模式创新", "Business model"), ("面条机变面馆", "Noodle machine into shop"), ("卖法", "What is sold"), "machine", "henan", "model", ""),
    (("设计创意", "Design"), ("方便面“画面”", "Noodles “Hua Mian”"), ("样子", "Looks"), "food", "unnamed", "demand", "design"),
    (("场景", "Occasion"), ("多功能早餐机", "Breakfast maker"), ("场合", "Occasion"), "appliance", "unnamed", "demand", ""),
    (("市场细分", "Segment"), ("美妆冰箱", "Beauty fridge"), ("顾客", "Customer"), "appliance", "elsewhere", "demand", ""),
    (("数据挖掘", "Data"), ("辣味巧克力", "Chilli chocolate"), ("口味", "Taste"), "food", "elsewhere", "demand", "digital"),
)  # fmt: skip
_INDUSTRIES = {
    "food": ("食品", "Food"), "machine": ("食品机械", "Food machines"), "appliance": ("家电", "Appliances"), "plant": ("装备", "Equipment"),
}  # fmt: skip
_PLACES = {"henan": ("河南", "Henan"), "elsewhere": ("外省或全国", "Elsewhere"), "unnamed": ("没有点名", "Not named")}  # fmt: skip


def cases_table() -> pd.DataFrame:
    """Return the speech's drivers in order, one case each, as this book reads them.

    Columns: driver, case, change (what becomes new), industry, place, side (supply, model or demand), proposal
    (the proposal that answers this driver in particular, or "").
    """
    return pd.DataFrame(
        [(t(*d), t(*c), t(*w), *rest) for d, c, w, *rest in _CASES],
        columns=["driver", "case", "change", "industry", "place", "side", "proposal"],
    )


def drivers() -> charts.Figure:
    """Draw the drivers against the industries of their cases, coloured by where the case is."""
    rows = cases_table()
    henan = int((rows["place"] == "henan").sum())
    title = first_finding(
        (t("{n} 种驱动 {n} 个例子，点名在河南的只有 {k} 个", "{n} drivers, {n} cases, and only {k} of them in Henan"), henan < len(rows) / 2),
        (t("{n} 种驱动 {n} 个例子，{k} 个点名在河南", "{n} drivers, {n} cases, {k} of them in Henan"), True),
        n=len(rows), k=henan,
    )  # fmt: skip
    places = [t(*p) for p in _PLACES.values()]
    columns = [t(*i) for i in _INDUSTRIES.values()]
    shown = rows.assign(
        industry=[t(*_INDUSTRIES[i]) for i in rows["industry"]], place=[t(*_PLACES[p]) for p in rows["place"]]
    )
    y = alt.Y(
        "driver:N",
        sort=list(rows["driver"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8, grid=True),
    )
    x = alt.X(
        "industry:N",
        sort=columns,
        title=None,
        scale=alt.Scale(domain=columns),
        axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, grid=True, labelOverlap=False),
    )
    colour = alt.Color(
        "place:N",
        title=None,
        sort=places,
        scale=alt.Scale(domain=places, range=[RED, BLUE, MUTED]),
        legend=alt.Legend(orient="bottom"),
    )
    tip = [alt.Tooltip("driver:N", title=t("驱动", "Driver")), alt.Tooltip("case:N", title=t("例子", "Case")), alt.Tooltip("change:N", title=t("变的是", "What changes"))]  # fmt: skip
    base = alt.Chart(shown).encode(x=x, y=y, tooltip=tip)
    chart = base.mark_circle(size=190, opacity=1).encode(color=colour) + base.mark_text(dy=18, fontSize=11).encode(text="change:N")  # fmt: skip
    table = pd.DataFrame({
        t("驱动", "Driver"): rows["driver"], t("例子", "Case"): rows["case"], t("变的是", "What changes"): rows["change"],
        t("行业", "Industry"): shown["industry"], t("在哪里", "Where"): shown["place"],
    })  # fmt: skip
    return charts.figure(
        chart.properties(height={"step": 50}), id="fig-tracks-drivers", title=title, status="computed", table=table,
        subtitle=t("讲话举出的驱动（行）和例子所在的行业（列），圆点下面是什么变新了；归类是本书的读法", "The speech's drivers (rows), the industry of each case (columns), and under the dot what becomes new; the sorting is ours"),
        source=reading.source_titles(["newsletter"]),
        alt_text=t(f"驱动与行业的方阵，每行一个圆点。{title}。", f"Matrix of drivers and industries, one dot a row. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- a bowl of noodles

PAUSE = 12  # seconds between two bowls: an assumption, to be changed
RUSH = 200  # bowls wanted in one hour: an assumption, to be changed


def machines_needed(bowls: float, hours: float, pause: float = 0.0) -> int:
    """Return how many machines must run side by side for ``bowls`` in ``hours``, pausing ``pause`` seconds a bowl."""
    each = int(hours * _HOUR // (told("noodle_seconds") + pause))
    return -(-int(bowls) // each)


def noodles() -> charts.Figure:
    """Draw how many bowls one machine makes in an hour when it pauses between two bowls."""
    seconds = told("noodle_seconds")
    rows = pd.DataFrame({"pause": range(0, 61)})
    rows["bowls"] = _HOUR / (seconds + rows["pause"])
    most, paused = int(_HOUR // seconds), int(_HOUR // (seconds + PAUSE))
    title = finding(
        t("{s:.0f} 秒一碗，一台机器一小时最多 {m} 碗；每碗之间停 {p} 秒，就只有 {k} 碗",
          "At {s:.0f} seconds a bowl one machine makes {m} bowls an hour at most; with {p} seconds between bowls, {k}"),
        holds=paused < most, s=seconds, m=most, p=PAUSE, k=paused,
    )  # fmt: skip
    marks = pd.DataFrame({"pause": [0, PAUSE], "bowls": [most, paused], "told": [f"{most}", f"{paused}"]})
    x = alt.X("pause:Q", title=t("两碗之间停多少秒（取碗、加料、清洗）", "Seconds between two bowls (taking, refilling, cleaning)"), scale=alt.Scale(domain=[0, 60], nice=False), axis=alt.Axis(tickCount=6, grid=False))  # fmt: skip
    y = alt.Y("bowls:Q", title=t("每小时碗数", "Bowls an hour"), scale=alt.Scale(domain=[0, 85], nice=False), axis=alt.Axis(tickCount=5))  # fmt: skip
    line = alt.Chart(rows).mark_line(color=BLUE).encode(x=x, y=y)
    dot = alt.Chart(marks).mark_circle(size=110, opacity=1, color=ORANGE).encode(x=x, y=y)
    text = (
        alt.Chart(marks)
        .mark_text(align="left", dx=9, dy=-9, fontWeight="bold")
        .encode(x=x, y=y, text="told:N")
    )
    picked = rows[rows["pause"] % 12 == 0]
    table = pd.DataFrame({
        t("停顿（秒）", "Pause (seconds)"): picked["pause"], t("每小时碗数", "Bowls an hour"): [int(b) for b in picked["bowls"]],
    })  # fmt: skip
    return charts.figure(
        (line + dot + text).properties(height=260), id="fig-tracks-noodles", title=title, status="computed", table=table,
        subtitle=t("由讲话的出餐时间推出一台机器每小时的上限；假定一次做一碗、不断有人点；停顿时长是假设",
                   "Upper bound for one machine from the speech's time a bowl, one bowl at a time and always someone waiting; the pause is assumed"),
        source=reading.source_titles(["newsletter"]),
        alt_text=t(f"一条下降的曲线。{title}。", f"A falling curve. {title}."),
    )  # fmt: skip
