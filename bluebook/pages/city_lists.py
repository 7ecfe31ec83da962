"""The rest of a city's profile and the pages of all of them: public figures, what the speeches say, the data,
the overview, two to four side by side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from html import escape

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts
from bluebook.charts import BLUE, INK, MUTED, QUIET
from bluebook.charts.kinds._parts import rows as named_rows
from bluebook.charts.kinds._parts import tall
from bluebook.charts.kinds._words import broken
from bluebook.data import edition as editions
from bluebook.data import schema, views
from bluebook.data.script import as_json
from bluebook.index.rank import rank_values
from bluebook.ledger import book
from bluebook.ledger.wording import format_value, period_beside
from bluebook.messages import Catalogue, language, t
from bluebook.pages import cities, grounds
from bluebook.pages.audit import verdict
from bluebook.pages.city_figures import KINDS, known_words, place_words
from bluebook.pages.city_head import link, number, place, printed_sources, score_words
from bluebook.pages.pieces import Pieces, mark

SAYS = Catalogue(__file__)
LABEL = 112  # pixels for the name of a figure beside its row
COVERED = 0.5  # a figure known for fewer of the cities ranks nobody
AUDIT = "chapters/reference/audit.html"


# ---------------------------------------------------------------- public figures


def _public() -> pd.DataFrame:
    """Return the latest year of each public figure that most cities have: city, value and how to say it."""
    told = editions.public_indicators().set_index("indicator")
    rows = editions.public_cities()
    rows = rows[rows["indicator"].isin(told.index) & rows["period"].str.fullmatch(r"\d{4}")]
    most = rows.groupby(["indicator", "period"])["city"].transform("nunique")
    rows = rows[most >= COVERED * len(cities.names())]
    rows = rows[rows["period"] == rows.groupby("indicator")["period"].transform("max")]
    zh = language() == "zh"
    names, units = told["name_zh" if zh else "name_en"], told["unit" if zh else "unit_en"]
    rows = rows.assign(name=rows["indicator"].map(names), unit=rows["indicator"].map(units))
    order = {c: i for i, c in enumerate(told.index)}
    return rows.sort_values("indicator", key=lambda c: c.map(order), kind="stable")


def public(code: str) -> charts.Figure | Pieces:
    """Draw a city's public figures as multiples of the median of all cities, its neighbours marked.

    >>> bb.city_public("410300").table["指标"].tolist()[0]
    '地区生产总值'
    """
    cities.refuse_unknown(code)
    rows, around, name = _public(), cities.neighbours(code), cities.names()[code]
    made, points = [], []
    for indicator, group in rows.groupby("indicator", sort=False):
        values = group.set_index("city")["value"].astype(float)
        own, middle, first = values.get(code, math.nan), values.median(), group.iloc[0]
        ranks = dict(zip(values.index, rank_values(values.to_numpy()), strict=True))
        near = values[values.index.isin(around)].median()
        rank = ranks.get(code, math.nan)
        made.append((first["name"], first["period"], first["unit"], own, middle, near, rank, len(values)))
        if middle > 0:
            row = f"{broken(first['name'], LABEL)}|{first['period']}"
            points += [(row, c, v / middle, v, indicator) for c, v in values.items() if v > 0]
    heads = [t("指标", "Figure"), t("年份", "Year"), t("单位", "Unit"), name, t("中位数", "Median")]
    heads += [t("相邻各市的中位数", "Median of neighbours"), t("名次", "Rank"), t("有数的市", "Cities known")]
    table = pd.DataFrame(made, columns=heads)
    table[heads[6]] = table[heads[6]].astype("Int64")
    if table[name].isna().all():
        return Pieces(f"<p>{escape(SAYS.text('city_public_none', name=name))}</p>")
    shown = pd.DataFrame(points, columns=["row", "city", "ratio", "value", "indicator"])
    above = int((table[name] > table[heads[4]]).sum())
    known = table[name].notna().sum()
    lacking = "、".join(table.loc[table[name].isna(), heads[0]])
    note = SAYS.text("city_public_lacks", name=name, what=lacking) if lacking else ""
    return charts.figure(
        _ratios(shown, code, around),
        id=f"fig-city-{code}-public",
        title=SAYS.text("city_public", name=name, n=int(known), k=above),
        subtitle=SAYS.text("city_public_subtitle", name=name),
        source=views.source_titles(list(dict.fromkeys(rows["source"]))),
        status="public",
        drawing=t("每项指标一行，横轴是中位数的倍数", "A row a figure, as multiples of its median"),
        table=table,
        formats=dict.fromkeys(heads[3:6], _plain),
        note=SAYS.text("city_public_note") + note,
    )


def _plain(value: float) -> str:
    """Return a public figure with the digits that matter: none below 1000's, two below 100."""
    size = abs(value)
    return (
        f"{value:,.0f}" if size >= 1000 or value == round(value) else f"{value:.{1 if size >= 100 else 2}f}"
    )


def _ratios(data: pd.DataFrame, code: str, around: list[str]) -> alt.LayerChart:
    """Return the strips: the city a large dot, its neighbours diamonds, the others small rings."""
    names = cities.names()
    data = data.assign(who=data["city"].map(names), told=data["value"].map(_plain))
    data["part"] = np.where(data["city"] == code, "own", np.where(data["city"].isin(around), "near", "far"))
    order = list(dict.fromkeys(data["row"]))
    ends = [min(0.2, data["ratio"].min()), max(5.0, data["ratio"].max())]
    over = alt.Scale(type="log", domain=[ends[0] / 1.1, ends[1] * 1.1], nice=False)
    marks = [m for m in (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50) if ends[0] <= m <= ends[1]]
    axis = alt.Axis(values=marks, format="~g", labelSeparation=4)
    title = t("中位数的倍数（对数轴）", "Multiples of the median (log scale)")
    x = alt.X("ratio:Q", scale=over, axis=axis, title=title)
    y = named_rows(order, "row")
    tips = [alt.Tooltip("who:N", title=t("城市", "City")), alt.Tooltip("told:N", title=t("数值", "Value"))]
    base = alt.Chart(data).encode(y=y, x=x, tooltip=tips)
    one = alt.Chart(pd.DataFrame({"at": [1.0]})).mark_rule(color=INK, strokeWidth=1.5)
    looks = {
        "far": {"filled": False, "size": 30, "color": QUIET, "strokeWidth": 1},
        "near": {"filled": False, "size": 60, "color": MUTED, "shape": "diamond", "strokeWidth": 1.6},
        "own": {"filled": True, "size": 130, "color": BLUE, "opacity": 1},
    }
    drawn = [base.transform_filter(f"datum.part == '{k}'").mark_point(**look) for k, look in looks.items()]
    return alt.layer(one.encode(x=alt.X("at:Q", scale=over)), *drawn).properties(height=tall(order, 44))


# ---------------------------------------------------------------- what the speeches say


def quoted(code: str) -> pd.DataFrame:
    """Return the rows of the ledger that speak of a city, scores left out: columns as `audited`.

    A row does where its region is the city or its subject names it; the name within a longer region's (a
    metropolitan area's) does not count.

    >>> bb.city_quoted("411000")["id"].tolist()
    ['noodle_seconds']
    """
    cities.refuse_unknown(code)
    rows, name = book.audited(), editions.cities().set_index("city")["name_zh"][code]
    own = rows["edition"] == editions.current_year()  # what an earlier edition's speakers said is in its book
    rows = rows[own & ~rows["id"].str.match(r"(score|rank)_\d")]
    longer = [r for r in set(rows["region"]) if name in r and r != name]
    subject = rows["subject_zh"]
    for region in longer:
        subject = subject.str.replace(region, "", regex=False)
    return rows[(rows["region"] == name) | subject.str.contains(name, regex=False)]


def speeches(code: str) -> charts.Figure | Pieces:
    """List what the speeches and the report say of a city, with verdicts and the ways to the ledger.

    >>> bb.city_speeches("411000").table.shape[0]
    1
    """
    rows, name = quoted(code), cities.names()[code]
    if rows.empty:
        return Pieces(f"<p>{escape(SAYS.text('city_speeches_none', name=name))}</p>")
    lang, subject = language(), t("subject_zh", "subject_en")
    table = pd.DataFrame(
        {
            t("说的是什么", "What it is"): rows[subject],
            t("印出的数", "Printed"): [format_value(r, lang) for r in rows.to_dict("records")],
            t("谁说的", "Who"): rows["speaker"],
            t("结论", "Verdict"): [verdict(v) for v in rows["verdict"]],
            t("依据", "Grounds"): rows["reason"],
        }
    ).reset_index(drop=True)
    wrong = int(rows["verdict"].isin(["contradicted", "revised"]).sum())
    framed = charts.table(
        table,
        id=f"tab-city-{code}-speeches",
        title=SAYS.text("city_speeches_wrong" if wrong else "city_speeches", name=name, n=len(rows), k=wrong),
        subtitle=SAYS.text("city_speeches_subtitle"),
        source=views.source_titles(["newsletter"]),
        status="published",
    )
    known = grounds.sources()
    items = "".join(_said(row, known, code) for row in rows.to_dict("records"))
    return replace(framed, body=f'<ul class="bb-city-says">{items}</ul>')


def _said(row: Mapping[str, object], known: Mapping[str, grounds.Source], code: str) -> str:
    """Return one quoted figure as an item: mark, what it is, the value with its bubble, who said it."""
    lang, id_ = language(), escape(str(row["id"]))
    when = period_beside(row, lang)
    what = escape(str(row[f"subject_{lang}"])) + (f" · {escape(when)}" if when else "")
    value, told = escape(format_value(row, lang)), str(row["verdict"])
    if not charts.building():
        return f"<li>{mark(told)} {what} <b>{value}</b> {escape(verdict(told))}</li>"
    where = f"@@site@@/{AUDIT}"
    bubble = grounds.bubble(row, known, lang)
    before, after = grounds.around(
        str(row["id"]), told, f"tip-city-{code}-{id_}", bubble, where, f"fig-use-{id_}-1"
    )
    return (
        f"<li>{mark(told)} <span>{what}</span> {before}{value}{after}"
        f"<small>{escape(verdict(told))}{t('；', '; ')}"
        f'{escape(str(row["speaker"]))}{t("，", ", ")}<a href="{where}#claim-{id_}">{t("账本", "ledger")}</a>'
        f"</small></li>"
    )


# ---------------------------------------------------------------- its data


def data(code: str) -> charts.Figure:
    """Offer all that this book holds on a city as one CSV: one number a row, each with kind and source.

    >>> sorted(set(bb.city_data("411000").table["性质"]))
    ['公开来源', '报告印出', '本书推得']
    """
    mine, found = cities.cells_of(code), cities.known()
    printed, public_ = t("报告印出", "printed"), t("公开来源", "public source")
    own = t("本书推得", "worked out here")
    rows: list[tuple] = []
    scores = editions.all_scores().query("city == @code")
    trees = {y: editions.indicators(y).set_index("code")[f"name_{language()}"] for y in editions.years()}
    fallback, total = trees[found.year], t("总分", "Total")
    for r in scores.itertuples():
        what = total if r.code == "index" else trees[r.year].get(r.code, fallback.get(r.code, r.code))
        for value, unit in ((r.score, t("分", "points")), (r.rank, t("名次", "rank"))):
            if not pd.isna(value):
                shown = number(value, int(r.decimals)) if unit == t("分", "points") else str(int(value))
                rows.append((what, str(r.year), shown, unit, printed, r.source, r.confidence))
    for cell in mine[mine["kind"] != "printed"].itertuples():
        ends = {t("至少，证明", "at least, proven"): cell.low, t("至多，证明", "at most, proven"): cell.high}
        ends |= {
            t("至少，按反推权重", "at least, likely"): cell.likely_low,
            t("至多，按反推权重", "at most, likely"): cell.likely_high,
        }
        for how, value in ends.items():
            if not pd.isna(value):
                shown, label = f"{value:.3f}", f"{cell.name}（{how}）"
                rows.append((label, str(found.year), shown, t("分", "points"), own, "", ""))
    told = editions.public_indicators().set_index("indicator")[t("name_zh", "name_en")]
    for r in editions.public_cities().query("city == @code").itertuples():
        what = told.get(r.indicator, r.indicator)
        rows.append((what, r.period, f"{r.value:.10g}", r.unit, public_, r.source, r.confidence))
    heads = [t("项目", "What"), t("版次或时期", "Edition or period"), t("数值", "Value"), t("单位", "Unit")]
    heads += [t("性质", "Kind"), t("来源编号", "Source"), t("可信度", "Confidence")]
    name, n = cities.names()[code], len(rows)
    framed = charts.table(
        pd.DataFrame(rows, columns=heads),
        id=f"tab-city-{code}-data",
        title=SAYS.text("city_data", name=name, n=n),
        subtitle=SAYS.text("city_data_subtitle"),
        source=SAYS.text("city_data_source"),
        status="computed",
    )
    return replace(framed, body=f"<p>{escape(SAYS.text('city_data_how', n=n))}</p>")


# ---------------------------------------------------------------- all cities


def overview() -> charts.Figure:
    """List all cities in their fixed order, with rank, total and the way to their pages.

    >>> bb.cities_overview().table["总分"].tolist()[:2]
    ['97.25', '未公布']
    """
    found, names = cities.known(), cities.names()
    n = len(found.dims)
    printed = found.cells.dropna(subset=["score"]).groupby("city")["code"].nunique()
    heads = [t("城市", "City"), t("名次", "Rank"), t("总分", "Total"), t("印出的维度", "Dimensions printed")]
    rows = [
        (
            name,
            place(found.total["rank"][c]),
            score_words(found.total["score"][c]),
            f"{printed.get(c, 0)} / {n}",
        )
        for c, name in names.items()
    ]
    scored = int(found.total["score"].notna().sum())
    framed = charts.table(
        pd.DataFrame(rows, columns=heads),
        id="tab-cities",
        title=SAYS.text("cities_overview", n=len(rows), k=scored),
        subtitle=SAYS.text("cities_overview_subtitle", year=found.year),
        source=printed_sources(),
        status="published",
    )
    body = "".join(
        f'<tr><th scope="row">{link(c, row[0])}</th>{"".join(f"<td>{escape(v)}</td>" for v in row[1:])}</tr>'
        for c, row in zip(names, rows, strict=True)
    )
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    table = f'<table class="bb-cities"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return framed.with_body(table)


def compare() -> charts.Figure:
    """Show two to four cities side by side, chosen in the address; without JavaScript a table of all.

    >>> bb.cities_compare().id
    'tab-cities-compare'
    """
    found, names = cities.known(), cities.names()
    dims = list(found.dims["name"])
    heads = [t("城市", "City"), t("名次", "Rank"), t("总分", "Total"), *dims]
    rows = []
    for c, name in names.items():
        cells = [f"{KINDS[x['kind']][0]} {known_words(x)}" for _, x in cities.cells_of(c).iterrows()]
        rows.append((name, place(found.total["rank"][c]), score_words(found.total["score"][c]), *cells))
    framed = charts.table(
        pd.DataFrame(rows, columns=heads),
        id="tab-cities-compare",
        title=SAYS.text("cities_compare", n=len(rows)),
        subtitle=SAYS.text("cities_compare_subtitle", year=found.year, basis=cities.basis()),
        source=printed_sources(),
        status="computed",
        note=SAYS.text("cities_compare_note"),
    )
    boxes = "".join(
        f'<label><input type="checkbox" value="{escape(c)}"> {escape(n)}</label>' for c, n in names.items()
    )
    pick = escape(SAYS.text("compare_pick"))
    controls = (
        f'<fieldset class="bb-compare-pick" hidden><legend>{pick}</legend>{boxes}</fieldset>'
        '<p class="bb-compare-said" role="status" aria-live="polite"></p><div class="bb-compare-table"></div>'
    )
    data_ = f'<script type="application/json">{as_json(_side_by_side())}</script>'
    every = f'<div class="bb-compare-all">{framed.table_html()}</div>'
    return framed.with_body(f'<div class="bb-compare">{data_}{controls}{every}</div>{_script()}')


def _side_by_side() -> dict:
    """Return everything the script shows: groups of rows, each kind of figure by itself, all as words."""
    found, names, rows = cities.known(), cities.names(), _public()
    mine = {c: cities.cells_of(c).set_index("code") for c in names}
    printed = [
        {"name": t("名次", "Rank"), "cells": [place(found.total["rank"][c]) for c in names]},
        {"name": t("总分", "Total"), "cells": [score_words(found.total["score"][c]) for c in names]},
    ]
    dims = [
        {
            "name": d.name,
            "cells": [
                f"{KINDS[mine[c].loc[d.code, 'kind']][0]} {known_words(mine[c].loc[d.code])}" for c in names
            ],
            "asides": [
                place_words(pd.concat([mine[c].loc[d.code], pd.Series({"code": d.code})])) for c in names
            ],
        }
        for d in found.dims.itertuples()
    ]
    public_ = []
    for _, group in rows.groupby("indicator", sort=False):
        first, values = group.iloc[0], group.set_index("city")["value"]
        cells = [_plain(float(values[c])) if c in values.index else t("没有数", "none") for c in names]
        public_.append({"name": f"{first['name']}（{first['unit']}，{first['period']}）", "cells": cells})
    status = {k: t(*charts.STATUS[k]) for k in ("published", "computed", "public")}
    return {
        "codes": list(names),
        "names": list(names.values()),
        "links": [c + ".html" if charts.building() else "" for c in names],
        "most": 4,
        "groups": [
            {"name": status["published"], "rows": printed},
            {"name": f"{t('维度', 'Dimensions')}：{SAYS.text('compare_marks')}", "rows": dims},
            {"name": status["public"], "rows": public_},
        ],
        "words": {k: SAYS.text(f"compare_{k}") for k in ("few", "many", "shown", "what")}
        | {"comma": t("、", ", "), "stop": t("。", ". ")},
    }


def _script() -> str:
    """Return what runs the comparison: the book's own file while it is built, else the script itself."""
    if charts.building():
        return '<script src="@@site@@/_static/cities.js" defer></script>'
    path = schema.data_root().parent / "assets" / "cities.js"
    return f"<script>{path.read_text('utf-8')}</script>" if path.exists() else ""
