"""lab/your-weights: the sliders, one a dimension, and the cities in the order that they give."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pandas as pd

from bluebook import charts
from bluebook.charts import first_finding
from bluebook.data import edition as editions
from bluebook.data import schema, views
from bluebook.data.csvio import table_text
from bluebook.data.script import as_json
from bluebook.index.tree import leaves
from bluebook.messages import Catalogue, t
from bluebook.pages import lab, weights

ID = "fig-lab-weights"
SAYS = Catalogue(__file__)
# What the script says.
WORDS = ("none", "few", "value", "moved", "same", "nothing", "up", "down", "copied", "byhand")


def page() -> charts.Figure:
    """Show the sliders and the cities in order; without JavaScript the table for the book's own weights.

    >>> bb.weights_page().id
    'fig-lab-weights'
    """
    now, public, panel = weights.scored("public"), *map(weights.ahead_everywhere, ("public", "panel"))
    same = bool(public and panel and public[0] == panel[0])
    choices = (SAYS.text("always_first"), same), (SAYS.text("first_changes"), True)
    title = first_finding(*choices, first=public[0] if public else "")
    sets, table = _sets(title), _table("public")
    framed = charts.table(
        table,
        id=ID,
        title=title,
        subtitle=sets["public"]["subtitle"],
        source=_public_source(),
        status="computed",
        formats=dict.fromkeys(table.columns[2:], "{:.2f}"),
    )
    inline = "" if charts.building() else " data-inline"
    body = (
        f'<div class="bb-weights"{inline}><script type="application/json">{as_json(_data(sets))}</script>'
        f"{_controls()}{_ranking(now)}</div>{_script()}"
    )
    return replace(framed.with_body(body), more={f"{ID}-panel": _panel_file()})


def _public_source() -> str:
    table = editions.public_indicators()
    wanted = [c for codes in lab.PUBLIC.values() for c in codes]
    return views.source_titles(list(table.loc[table["indicator"].isin(wanted), "source"]), 4)


def _table(name: str) -> pd.DataFrame:
    """Return rank, city, score and dimension scores under the book's weights, named for the reader."""
    dims = weights.dimensions()
    wide = weights.levels(name).rename(columns=dict(zip(dims["code"], dims["name"], strict=True)))
    told = {"rank": t("名次", "Rank"), "name": t("城市", "City"), "score": t("得分", "Score")}
    both = weights.scored(name).merge(wide, left_on="city", right_index=True)
    return both[["rank", "name", "score", *wide]].rename(columns=told)


def _panel_file() -> str:
    """Return the teaching panel's own table as CSV: it says in each row that it is illustrative."""
    data = _table("panel").assign(**{t("状态", "status"): t(*charts.STATUS["illustrative"])})
    return table_text(data)


def _sets(title: str) -> dict[str, dict]:
    """Return what the page needs of each set of data: levels, what stands in the frame, and the file.

    With the teaching panel the ``title`` says itself that it is an illustration: it may be copied alone.
    """
    year, n = lab.panel_edition()[1], sum(map(len, lab.PUBLIC.values()))
    moved = SAYS.text("ranks_moved")
    public = SAYS.text("public_subtitle", year=year, n=n, moved=moved)
    panel = SAYS.text("panel_subtitle", n=len(leaves(lab.tree())), moved=moved)
    return {
        "public": _set("public", "computed", public, _public_source(), f"{ID}.csv") | {"title": title},
        "panel": _set("panel", "illustrative", panel, weights.panel_source(), f"{ID}-panel.csv")
        | {"title": t(f"示意：{title}", f"Illustration: {title}")},
    }


def _set(name: str, status: str, subtitle: str, source: str, file: str) -> dict[str, object]:
    table, told = weights.levels(name), t(*charts.STATUS[status])
    return {
        "levels": [[None if v != v else float(v) for v in row] for row in table.to_numpy()],
        "has": [bool(h) for h in table.notna().any()],
        "availability": lab.AVAILABILITY,
        "status": status,
        "subtitle": subtitle,
        "source": t(f"来源：{source}", f"Source: {source}"),
        "told": told,
        "badge": told if status == "illustrative" else "",
        "csv": file,
    }


def _data(sets: dict[str, dict]) -> dict:
    """Return everything that the script computes with and says."""
    order = lab.cities()
    return {
        "weights": [float(w) for w in weights.dimensions()["weight"]],
        "data": "public",
        "sets": sets,
        "decimals": lab.decimals(),
        "cities": [{"code": c, "name": n} for c, n in zip(order["city"], order["name"], strict=True)],
        "words": {word: SAYS.text(f"slider_{word}") for word in WORDS},
    }


def _controls() -> str:
    """Return the controls, hidden until the script runs."""
    radios = "".join(
        f'<label><input type="radio" name="{ID}-data" value="{name}"{checked}> '
        f"{escape(SAYS.text(f'data_{name}'))}</label>"
        for name, checked in (("public", " checked"), ("panel", ""))
    )
    sliders = "".join(
        f'<div class="bb-weight"><label for="{ID}-{escape(d.code)}">{escape(d.name)}</label>'
        f'<input type="range" id="{ID}-{escape(d.code)}" min="0" max="100" step="1" value="{d.weight:g}">'
        f'<output for="{ID}-{escape(d.code)}">{d.weight:g}</output></div>'
        for d in weights.dimensions().itertuples()
    )
    pressed = "".join(
        f'<button type="button" data-do="{do}">{SAYS.text(f"button_{do}")}</button>'
        for do in ("reset", "copy")
    )
    return (
        f'<div class="bb-weights-controls" hidden><fieldset><legend>{t("用哪份数据", "Data")}</legend>'
        f'{radios}</fieldset>{sliders}<div class="bb-weights-buttons">{pressed}</div>'
        f'<input class="bb-weights-address" hidden readonly aria-label="{t("链接", "Link")}">'
        f'<p class="bb-weights-said" role="status" aria-live="polite"></p></div>'
    )


def _ranking(now: pd.DataFrame) -> str:
    """Return the cities in order, scored by the book's own weights on the public figures."""
    heads, few, rows = SAYS.text("ranking_heads").split("|"), SAYS.text("slider_few"), []
    for r in now.itertuples():
        rank, score = ("—", few) if pd.isna(r.rank) else (str(r.rank), f"{r.score:.2f}")
        bar = f'<span class="bb-bar" style="width:{0 if pd.isna(r.score) else r.score:g}%"></span>'
        rows.append(
            f'<tr data-city="{escape(r.city)}"><td class="num">{rank}</td><td>{escape(r.name)}</td><td></td>'
            f'<td aria-hidden="true">{bar}</td><td class="num">{score}</td></tr>'
        )
    sides = [' class="num"', "", "", "", ' class="num"']
    head = "".join(f'<th{s} scope="col">{h}</th>' for s, h in zip(sides, heads, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _script() -> str:
    """Return what runs the sliders: the book's own file while it is built, else the script itself."""
    if charts.building():
        return '<script src="@@site@@/_static/weights.js" defer></script>'
    path = schema.data_root().parent / "assets" / "weights.js"
    return f"<script>{path.read_text('utf-8')}</script>" if path.exists() else ""
