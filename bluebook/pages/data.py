"""reference/data: every table of the data package and every source, generated from the package itself."""

from __future__ import annotations

import html
import re
from collections import Counter
from itertools import zip_longest
from typing import Any

import altair as alt
import pandas as pd

from bluebook import charts
from bluebook.charts import SEQUENTIAL, first_finding, glue
from bluebook.data import edition as editions
from bluebook.data import schema, views
from bluebook.messages import Catalogue, t
from bluebook.pages.pieces import Pieces, sentence

SAYS = Catalogue(__file__)
CONFIDENCE = {"high": ("高", "high"), "medium": ("中", "medium"), "low": ("低", "low")}
# The pieces of one hue: order survives every kind of colour blindness and a grey print.
SHADES = {"high": SEQUENTIAL[5], "medium": SEQUENTIAL[3], "low": SEQUENTIAL[1]}
TYPES = {
    "string": ("文字", "text"),
    "integer": ("整数", "integer"),
    "number": ("数", "number"),
    "boolean": ("是或否", "yes or no"),
    "date": ("日期", "date"),
}
EDITION = re.compile(r"editions/(\d{4})/(\w+)\.csv")
DOWNLOADS = "downloads/data"


# ---------------------------------------------------------------- the package


def read(path: str) -> pd.DataFrame:
    """Return a table of the package as text cells, "" where empty; ``path`` below the data folder."""
    return pd.read_csv(schema.data_root() / path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def groups() -> list[dict[str, Any]]:
    """Return what the page lists, in the package's order: one entry a table, those of all editions in one.

    Keys: name, title, description, paths (below the data folder), years, fields, key, licences, rows (a frame
    of text cells, None for what is no table). A resource that is added to the package appears by itself.
    """
    found = schema.package()
    shared: dict[str, dict[str, Any]] = {}
    for resource in found["resources"]:
        match = EDITION.fullmatch(resource["path"])
        kind = match.group(2) if match and match.group(2) in found.get("tables", {}) else None
        told = found["tables"][kind] if kind else resource
        group = shared.setdefault(
            kind or resource["name"],
            {
                "name": kind or resource["name"],
                "title": told.get(t("title", "title_en"), resource["name"]),
                "description": told.get(t("description", "description_en"), ""),
                "paths": [],
                "years": [],
                "fields": resource.get("schema", {}).get("fields", []),
                "key": resource.get("schema", {}).get("primaryKey", []),
                "licences": resource.get("licenses", found.get("licenses", [])),
            },
        )
        group["paths"].append(resource["path"])
        group["years"] += [int(match.group(1))] if match else []
    for group in shared.values():
        tables = [read(p) for p in group["paths"] if p.endswith(".csv")]
        group["rows"] = pd.concat(tables, ignore_index=True) if tables else None
    return list(shared.values())


def invented(group: dict[str, Any]) -> bool:
    """Return whether a table is the teaching panel's: it wears the badge and is never evidence."""
    return all(path.startswith("teaching/") for path in group["paths"])


def period_of(group: dict[str, Any]) -> list[int]:
    """Return the first and last year that a table speaks of: one where they are the same, or none."""
    rows = group["rows"]
    cells = next((rows[c] for c in ("period", "year") if rows is not None and c in rows), ())
    years = group["years"] or [int(y) for cell in cells for y in re.findall(r"\d{4}", cell)]
    return sorted({min(years), max(years)}) if years else []


def uses() -> Counter[str]:
    """Return how many rows rest on each source (id): those that name it in source, named_in or evidence.

    >>> bb.source_uses()["newsletter"] > 100
    True
    """
    count: Counter[str] = Counter()
    for group in groups():
        if group["rows"] is None or group["name"] == "sources":
            continue
        for column in ("source", "named_in", "evidence"):
            for cell in group["rows"].get(column, pd.Series(dtype=str)):
                parts = [part.strip() for part in cell.split(";") if part.strip()]
                # Evidence without a colon names a row, which names its source itself.
                count.update({p.split(":")[0] for p in parts if column != "evidence" or ":" in p})
    return count


def numbers() -> None:
    """Glue the counts that the page on the data speaks of: tables, rows, sources, kinds of figures.

    >>> bb.data_numbers()
    n_cities = 18
    ...
    """
    tables = [g for g in groups() if g["rows"] is not None and not invented(g)]
    known = editions.sources()
    every = pd.concat([g["rows"] for g in tables if "kind" in g["rows"] and "vintage" in g["rows"]])
    told = pd.concat([g["rows"] for g in tables if "kind" in g["rows"] and "confidence" in g["rows"]])
    kinds, vintages = told["kind"].value_counts(), every["vintage"].value_counts()
    glue(
        n_cities=len(editions.cities()),
        n_indicators=views.framework_counts()["n_indicators"] or t("各", "the"),
        n_tables=sum(len(g["paths"]) for g in tables),
        n_rows=sum(len(g["rows"]) for g in tables),
        n_sources=len(known),
        n_official=int(known["official"].sum()),
        n_text=int((~known["official"]).sum()),
        n_licence=int((known["licence"] != "").sum()),
        **{f"kind_{k}": int(kinds.get(k, 0)) for k in ("printed", "derived", "inferred", "lower_bound")},
        **{f"vintage_{v}": int(vintages.get(v, 0)) for v in ("first", "revised", "unknown")},
        sentence_cities=cities_sentence(),
        licence=t("、", ", ").join(x["title"] for x in schema.package()["licenses"]),
    )


def cities_sentence() -> str:
    """Return how much of the public city figures rests on one repost."""
    low = (editions.public_cities()["confidence"] == "low").mean()
    choices = (SAYS.text("cities_low"), low > 0.5), (SAYS.text("cities_less"), True)
    return first_finding(*choices, share=100 * low)


# ---------------------------------------------------------------- figures


def _by_table(order: list[str]) -> alt.Y:
    """Return the axis of both figures: a row a table."""
    axis = alt.Axis(ticks=False, domain=False, labelLimit=150)
    return alt.Y("table:N", sort=order, title=None, axis=axis)


def _tips(**words: str) -> list[alt.Tooltip]:
    """Return a tooltip: the table, the given columns by their words, the number of rows."""
    told = {"table:N": t("表", "Table"), **words, "n:Q": t("行数", "Rows")}
    return [alt.Tooltip(column, title=word) for column, word in told.items()]


def confidence() -> charts.Figure:
    """Draw how far each table can be trusted: rows by confidence.

    >>> bb.data_confidence().id
    'fig-confidence'
    """
    told = [g for g in groups() if g["rows"] is not None and "confidence" in g["rows"]]
    levels = {g["title"]: g["rows"]["confidence"] for g in told if g["name"] != "sources"}
    data = pd.DataFrame(
        {"table": name, "level": level, "n": int((rows == level).sum()), "all": len(rows)}
        for name, rows in levels.items()
        for level in CONFIDENCE
    )
    data["share"] = 100 * data["n"] / data["all"]
    total, low = int(data["n"].sum()), int(data[data["level"] == "low"]["n"].sum())
    choices = (SAYS.text("confidence_low"), low > 0.25 * total), (SAYS.text("confidence_less"), True)
    data["told"] = data["level"].map(lambda x: t(*CONFIDENCE[x]))
    data["order"] = data["level"].map(list(CONFIDENCE).index)
    worst = data[data["level"] == "low"].sort_values("share")["table"].tolist()
    names = {level: t(*words) for level, words in CONFIDENCE.items()}
    shades = alt.Scale(domain=list(names.values()), range=list(SHADES.values()))
    share = alt.X("share:Q", stack="zero", title=SAYS.text("share_of_rows"), scale=alt.Scale(domain=[0, 100]))
    chart = alt.Chart(data, height=26 * len(worst) + 10).mark_bar(height=16)
    table = data.pivot(index="table", columns="level", values="n").loc[worst, list(CONFIDENCE)]
    table = table.rename(columns=names).rename_axis(index=t("表", "Table"), columns=None)
    return charts.figure(
        chart.encode(
            x=share,
            y=_by_table(worst),
            color=alt.Color("told:N", scale=shades, title=t("可信度", "Confidence")),
            order="order:Q",
            tooltip=_tips(**{"told:N": t("可信度", "Confidence")}),
        ),
        id="fig-confidence",
        title=first_finding(*choices, all=total, share=100 * low / total),
        status="computed",
        table=table.reset_index(),
        subtitle=SAYS.text("confidence_subtitle"),
        source=SAYS.text("package"),
        drawing=t("堆叠横条图", "Stacked bar chart"),
    )


def coverage() -> charts.Figure:
    """Draw which years the figures are about, table by table.

    >>> bb.data_coverage().id
    'fig-coverage'
    """
    dated = [g for g in groups() if g["rows"] is not None and "period" in g["rows"] and not invented(g)]
    periods = pd.concat({g["title"]: g["rows"]["period"] for g in dated}, names=["table", "row"])
    years = periods.str.extract(r"(\d{4})$|^(\d{4})").bfill(axis=1)[0].dropna().astype(int).rename("year")
    data = years.groupby(level="table", sort=False).value_counts().rename("n").reset_index()
    by_year = data.groupby("year")["n"].sum()
    by_year = by_year.reindex(range(by_year.index.min(), by_year.index.max() + 1), fill_value=0)
    three = by_year.rolling(3).sum()
    last = int(three.idxmax())
    most = three.max() > by_year.sum() / 2
    choices = (SAYS.text("years_most"), most), (SAYS.text("years_densest"), True)
    told = {"share": 100 * three.max() / by_year.sum(), "a": last - 2, "b": last}
    order = data.groupby("table")["n"].sum().sort_values(ascending=False).index.tolist()
    heads, year = alt.Axis(labelAngle=0, labelOverlap=True, ticks=False, domain=False), t("年份", "Year")
    key = alt.Legend(gradientLength=140, values=[1, 10, 100])
    shades = alt.Scale(type="symlog", range=SEQUENTIAL[1:])
    chart = alt.Chart(data, height=34 * len(order) + 10)
    table = data.pivot(index="year", columns="table", values="n").reindex(by_year.index, columns=order)
    table = table.astype("Int64").rename_axis(index=year, columns=None).reset_index()
    return charts.figure(
        chart.mark_rect(cornerRadius=2, stroke="#ffffff", strokeWidth=1).encode(
            x=alt.X("year:O", title=None, scale=alt.Scale(domain=list(by_year.index)), axis=heads),
            y=_by_table(order),
            color=alt.Color("n:Q", title=t("行数", "Rows"), scale=shades, legend=key),
            tooltip=_tips(**{"year:O": year}),
        ),
        id="fig-coverage",
        title=first_finding(*choices, **told),
        status="computed",
        table=table.astype({year: str}),
        subtitle=SAYS.text("coverage_subtitle"),
        source=SAYS.text("package"),
        drawing=SAYS.text("coverage_drawing"),
    )


# ---------------------------------------------------------------- the tables, one by one


def tables() -> Pieces:
    """Show every table of the package as HTML: what it holds, its fields, licence, confidence and the file.

    >>> "scores.csv" in bb.data_tables().text
    True
    """
    whole = SAYS.text("whole_package")
    return Pieces(f"<p>{whole}{_file('datapackage.json', None)}</p>" + "".join(map(_table, groups())))


def _table(group: dict[str, Any]) -> str:
    esc, rows, years = html.escape, group["rows"], period_of(group)
    comma, facts = t("、", ", "), []
    if rows is not None:
        facts.append(t(f"{len(rows):,} 行", f"{len(rows):,} rows"))
    if years:
        facts.append(t("—", "–").join(map(str, years)))
    if rows is not None and "confidence" in rows:
        count = rows["confidence"].value_counts()
        told = comma.join(f"{t(*words)} {count[k]}" for k, words in CONFIDENCE.items() if k in count)
        facts.append(t(f"可信度：{told}", f"confidence: {told}"))
    links = comma.join(_file(*pair) for pair in zip_longest(group["paths"], group["years"]))
    licence = comma.join(esc(x.get("title", x["name"])) for x in group["licences"])
    items = "".join(f"<li>{_field(f, f['name'] in group['key'])}</li>" for f in group["fields"])
    fields = (
        f'<p class="bb-aside">{t("字段", "Fields")}</p><ul class="bb-fields">{items}</ul>' if items else ""
    )
    description = f"<p>{esc(sentence(group['description']))}</p>" if group["description"] else ""
    if invented(group):
        description = f'<p class="bb-badge" role="note">{t(*charts.STATUS["illustrative"])}</p>{description}'
    return (
        f'<details class="bb-datatable" id="table-{esc(group["name"])}">'
        f"<summary><b>{esc(group['title'])}</b> "
        f'<span class="bb-aside">{esc(t("；", "; ").join(facts))}</span></summary>{description}'
        f"<p>{t('下载', 'Download')}{t('：', ': ')}{links}</p>"
        f"<p>{t('许可', 'Licence')}{t('：', ': ')}{licence}</p>{fields}</details>"
    )


def _file(path: str, year: int | None) -> str:
    """Return a link to the built site's copy of a file; outside the book, its path."""
    name = html.escape(f"{year} {path.rsplit('/', 1)[-1]}" if year else path)
    if not charts.building():
        return f"<code>data/{html.escape(path)}</code>"
    return f'<a download href="@@site@@/{DOWNLOADS}/{html.escape(path)}">{name}</a>'


def _field(field: dict[str, Any], is_key: bool) -> str:
    """Return one field as a line: name, meaning, type, unit, what it may hold."""
    esc, limits = html.escape, field.get("constraints", {})
    kind = t(*TYPES.get(field["type"], (field["type"], field["type"])))
    unit = f"{t('，单位：', ', unit: ')}{esc(field['unit'])}" if field.get("unit") else ""
    told = field.get(t("description", "description_en"), "")
    rules = [t("主键", "key")] if is_key else []
    rules += [t("必填", "required")] if limits.get("required") and not is_key else []
    # What a description already explains value by value need not be listed again.
    if "enum" in limits and not all(str(v) in told for v in limits["enum"]):
        rules.append(" | ".join(map(str, limits["enum"])))
    if "minimum" in limits or "maximum" in limits:
        rules.append(f"{limits.get('minimum', '')}–{limits.get('maximum', '')}")
    aside = f' <span class="bb-aside">{esc(t("；", "; ").join(rules))}</span>' if rules else ""
    meaning = f"{t('。', '. ')}{esc(sentence(told))}" if told else ""
    title, comma = esc(field.get(t("title", "title_en"), "")), t("，", ", ")
    return f"<code>{esc(field['name'])}</code> {title}{comma}{esc(kind)}{unit}{meaning}{aside}"
