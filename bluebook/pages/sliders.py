"""lab/your-weights: the sliders, one a dimension, and the cities in the order that they give."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pandas as pd

from bluebook import charts
from bluebook.charts import first_finding
from bluebook.charts.spec import as_json
from bluebook.data import edition as editions
from bluebook.data import schema, views
from bluebook.data.csvio import table_text
from bluebook.messages import t
from bluebook.pages import lab, weights

ID = "fig-lab-weights"


def page() -> charts.Figure:
    """Show the sliders and the cities in order; without JavaScript the table for the book's own weights.

    >>> bb.weights_page().id
    'fig-lab-weights'
    """
    now, public, panel = weights.scored("public"), *map(weights.ahead_everywhere, ("public", "panel"))
    always = t(
        "五个权重随你改，{first}总是第一：有数据的维度它个个领先",
        "Move the five weights as you like: {first} stays first, "
        "as it leads in every dimension that has data",
    )
    changes = t("权重一改，第一名也会换", "Change the weights, and even the first place changes")
    same = bool(public and panel and public[0] == panel[0])
    title = first_finding((always, same), (changes, True), first=public[0] if public else "")
    sets = _sets()
    table = _table("public")
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


def _sets() -> dict[str, dict]:
    """Return what the page needs of each set of data: levels, what stands in the frame, and the file."""
    year, n = lab.panel_edition()[1], sum(map(len, lab.PUBLIC.values()))
    every = weights.n_indicators()
    moved = t(
        "得分满分 100，▲▼ 是相对本书所用权重的名次变化",
        "Total out of 100; ▲▼: change of rank from the weights this book uses",
    )
    public = t(
        f"{year} 年公开数据，{n} 项指标；维度得分按极差法折算到 0–100，维度内均分。{moved}",
        f"Public figures of {year}, {n} indicators; dimensions scored 0–100 by min-max, "
        f"equal weights within. {moved}",
    )
    panel = t(
        f"教学示意数据，{every} 项指标，不是真实统计；按本书所用权重，它给出公布的名次。{moved}",
        f"Illustrative teaching data, {every} indicators, not real statistics; "
        f"under the weights this book uses it gives the published ranks. {moved}",
    )
    return {
        "public": _set("public", "computed", public, _public_source(), f"{ID}.csv"),
        "panel": _set("panel", "illustrative", panel, weights.panel_source(), f"{ID}-panel.csv"),
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
        "words": {
            "none": t("无公开数据", "no public data"),
            "few": t("数据不足", "too few data"),
            "value": t("{points} 分，占 {share}", "{points} points, {share}"),
            "moved": t(
                "第 1 名{first}，{score} 分；{n} 个城市换了名次",
                "First: {first}, {score}; {n} cities changed rank",
            ),
            "same": t(
                "第 1 名{first}，{score} 分；名次都没有变",
                "First: {first}, {score}; no rank has changed",
            ),
            "nothing": t("权重全是零，没有得分", "All weights are zero: no scores"),
            "up": t("上升 {n} 位", "up {n}"),
            "down": t("下降 {n} 位", "down {n}"),
            "copied": t("链接已复制", "Link copied"),
            "byhand": t("请复制下面的链接", "Copy the link below"),
        },
    }


def _controls() -> str:
    """Return the controls, hidden until the script runs."""
    sets = {
        "public": t("公开数据", "Public figures"),
        "panel": t("教学数据（示意）", "Teaching panel (illustrative)"),
    }
    radios = "".join(
        f'<label><input type="radio" name="{ID}-data" value="{name}"{" checked" * (name == "public")}> '
        f"{escape(told)}</label>"
        for name, told in sets.items()
    )
    sliders = "".join(
        f'<div class="bb-weight"><label for="{ID}-{escape(d.code)}">{escape(d.name)}</label>'
        f'<input type="range" id="{ID}-{escape(d.code)}" min="0" max="100" step="1" value="{d.weight:g}">'
        f'<output for="{ID}-{escape(d.code)}">{d.weight:g}</output></div>'
        for d in weights.dimensions().itertuples()
    )
    buttons = {
        "reset": t("恢复本书所用权重", "Back to the book’s weights"),
        "copy": t("复制这组权重的链接", "Copy a link to these weights"),
    }
    pressed = "".join(f'<button type="button" data-do="{do}">{told}</button>' for do, told in buttons.items())
    return (
        f'<div class="bb-weights-controls" hidden><fieldset><legend>{t("用哪份数据", "Data")}</legend>'
        f'{radios}</fieldset>{sliders}<div class="bb-weights-buttons">{pressed}</div>'
        f'<input class="bb-weights-address" hidden readonly aria-label="{t("链接", "Link")}">'
        f'<p class="bb-weights-said" role="status" aria-live="polite"></p></div>'
    )


def _ranking(now: pd.DataFrame) -> str:
    """Return the cities in order, scored by the book's own weights on the public figures."""
    heads = [t("名次", "Rank"), t("城市", "City"), t("变化", "Change"), "", t("得分", "Score")]
    few, rows = t("数据不足", "too few data"), []
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
