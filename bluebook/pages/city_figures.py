"""A city's profile: its history, its dimensions, what a change of weights would do, what moved.

Each function takes a six-digit code and shows one figure; the pages of the cities are these calls and nothing
else. What is not known is said to be, never drawn as zero.
"""

from __future__ import annotations

import math
from html import escape

import altair as alt
import pandas as pd

from bluebook import charts
from bluebook.charts import BLUE, INK, MUTED, QUIET, kinds
from bluebook.charts.kinds._parts import rows as named_rows
from bluebook.data import edition as editions
from bluebook.messages import Catalogue, t
from bluebook.pages import cities
from bluebook.pages.city_head import digits, place, printed_sources, score_words, unpublished
from bluebook.pages.pieces import Pieces

SAYS = Catalogue(__file__)
KINDS = {
    "printed": ("●", "印出", "printed"),
    "bounded": ("▭", "由得分证明的范围", "a range that the scores prove"),
    "likely": ("▬", "由反推权重推得的范围", "a range by the book’s weights"),
    "unknown": ("┄", "未知", "unknown"),
}


# ---------------------------------------------------------------- history


def history(code: str) -> charts.Figure | Pieces:
    """Draw a city's rank and total over the editions, the other cities in grey; gaps where none is printed.

    >>> bb.city_history("410300").table.columns.tolist()
    ['版次', '名次', '总分']
    """
    cities.refuse_unknown(code)
    rows, names = cities.history(), cities.names()
    mine = rows[rows["city"] == code].set_index("year").reindex(editions.years())
    ranked = mine["rank"].dropna().astype(int)
    if ranked.empty and mine["score"].isna().all():
        return Pieces(f"<p>{escape(SAYS.text('city_history_none'))}</p>")
    name, wide = names[code], {}
    for column in ("rank", "score"):
        table = rows.pivot(index="city", columns="year", values=column)
        table = table.reindex(index=list(names), columns=editions.years()).astype(float)
        lines = table.notna().sum(axis=1) > (
            column == "score"
        )  # a single total makes no line to compare with
        wide[column] = table[lines | (table.index == code)].rename(index=names)
    for table in wide.values():
        table.index.name, table.columns.name = t("城市", "City"), t("版次", "Edition")
    colours = {n: BLUE if n == name else QUIET for n in names.values()}
    ranks = wide["rank"].rename(columns=str)
    drawn = [kinds.bump(ranks, colours=colours, highlight=[name])]
    if mine["score"].notna().any():
        scores = wide["score"].T
        drawn.append(
            kinds.lines(
                scores,
                t("总分（分）", "Total (points)"),
                colours=colours,
                highlight=[name],
                domain=(0, cities.TOP),
                label="{name} {value:.2f}",
                gaps=unpublished(),
                height=420,
            )
        )
    key = "city_history_once" if len(ranked) == 1 else "city_history_range"
    key = "city_history_same" if len(ranked) > 1 and ranked.nunique() == 1 else key
    told = {"n": len(ranked), "best": ranked.min(), "worst": ranked.max(), "of": len(mine)}
    year, points, rank = t("版次", "Edition"), t("总分", "Total"), t("名次", "Rank")
    table = pd.DataFrame(
        {year: mine.index, rank: mine["rank"].astype("Int64").array, points: mine["score"].to_numpy()}
    )
    return charts.figure(
        drawn,
        id=f"fig-city-{code}-history",
        title=SAYS.text(key if len(ranked) else "city_history_scores", name=name, **told),
        subtitle=SAYS.text("city_history_subtitle", first=mine.index[0], last=mine.index[-1]),
        source=rows[rows["city"] == code],
        status="published",
        drawing=t("名次和总分的折线图", "Lines of ranks and totals"),
        table=table,
        formats={points: "{:.2f}"},
    )


# ---------------------------------------------------------------- dimensions


def known_words(cell: pd.Series) -> str:
    """Return in words what is known of a dimension: its score, its range, or its ceiling."""
    if cell["kind"] == "printed":
        return score_words(cell["score"], cell["decimals"])
    low, high = range_of(cell)
    if cell["kind"] == "unknown":
        return t(f"不高于 {high:.2f}", f"at most {high:.2f}")
    return f"{low:.1f}–{high:.1f}"


def range_of(cell: pd.Series) -> tuple[float, float]:
    """Return the range told of a dimension that is not printed, rounded outwards to a tenth where it is told
    so.

    The proven one, or, of a *likely* one, that by the book's weights; of an unknown one the whole.
    """
    low, high = (
        (cell["likely_low"], cell["likely_high"]) if cell["kind"] == "likely" else cell[["low", "high"]]
    )
    return cities.outward(low, high) if cell["kind"] != "unknown" else (low, _printed_end(high))


def _printed_end(high: float) -> float:
    """Return the printed score below an upper end that half a unit of its last digit was added to."""
    return math.floor(high * 10 ** digits() + 1e-6) / 10 ** digits()


def place_words(cell: pd.Series) -> str:
    """Return a dimension's rank in words; one that is not printed comes after those that are."""
    last = cities.known().listed.get(cell["code"], 0)
    if not pd.isna(cell["rank"]) or not last:
        return place(cell["rank"])
    return t(f"不在前 {last}", f"not in the first {last}")


def dimensions(code: str) -> charts.Figure | Pieces:
    """Draw a city's dimensions from 0 to 100: printed, bounded by recovery, or unknown.

    >>> bb.city_dimensions("411000").table["怎么知道"].tolist()[2]
    '由反推权重推得的范围'
    """
    mine = cities.cells_of(code)
    if mine.empty:
        return Pieces(f"<p>{escape(SAYS.text('city_no_dimensions'))}</p>")
    found, name = cities.known(), cities.names()[code]
    weight = mine["weight"].map(lambda w: "" if pd.isna(w) else f"|{w:g}%")
    mine["row"] = mine["name"] + weight
    printed = mine.dropna(subset=["score"])
    if len(printed) == len(mine):
        best, worst = (printed.loc[i] for i in (printed["score"].idxmax(), printed["score"].idxmin()))
        told = {"best": best["name"], "a": best["score"], "worst": worst["name"], "b": worst["score"]}
        title = SAYS.text("city_dims_all", name=name, n=len(mine), **told)
    else:
        title = _known_title(name, mine)
    how = t("怎么知道", "How known")
    table = pd.DataFrame(
        {
            t("维度", "Dimension"): mine["name"],
            t("得分或范围", "Score or range"): [known_words(c) for _, c in mine.iterrows()],
            t("名次", "Rank"): [place_words(c) for _, c in mine.iterrows()],
            how: [t(*KINDS[k][1:]) for k in mine["kind"]],
            t("证明的下限", "Proven from"): mine["low"].where(mine["score"].isna()),
            t("证明的上限", "Proven to"): mine["high"].where(mine["score"].isna()),
        }
    )
    return charts.figure(
        _dimension_chart(mine, found.cells, code),
        id=f"fig-city-{code}-dimensions",
        title=title,
        subtitle=SAYS.text("city_dims_subtitle", year=found.year, basis=cities.basis()),
        source=printed_sources(),
        status="published" if len(printed) == len(mine) else "computed",
        drawing=t("每个维度一行，0 到 100 分", "A row a dimension, from 0 to 100"),
        table=table,
        formats=dict.fromkeys(table.columns[-2:], "{:.2f}"),
        note="" if len(printed) == len(mine) else SAYS.text("city_dims_note"),
    )


def _known_title(name: str, mine: pd.DataFrame) -> str:
    """Return how many dimensions are printed, bounded and unknown; what there is none of is left out."""
    counts = mine["kind"].replace("likely", "bounded").value_counts()
    if counts.get("unknown", 0) == len(mine):
        return SAYS.text("city_dims_none", name=name, n=len(mine))
    parts = [
        SAYS.text(f"city_dims_{k}", n=int(counts[k]))
        for k in ("printed", "bounded", "unknown")
        if k in counts
    ]
    return SAYS.text("city_dims_some", name=name, n=len(mine), parts=t("，", ", ").join(parts))


def _dimension_chart(mine: pd.DataFrame, cells: pd.DataFrame, code: str) -> alt.LayerChart:
    """Return the strips: others in grey, what is printed a dot, what is bounded a frame, what is not a dashed
    one.
    """
    order = list(mine["row"])
    others = cells[cells["city"] != code].dropna(subset=["score"])
    others = others.merge(mine[["code", "row"]], on="code").assign(
        who=others["city"].map(cities.names()).to_numpy() if len(others) else ""
    )
    data = mine.assign(told=[f"{known_words(c)}  {place_words(c)}" for _, c in mine.iterrows()])
    data["at"] = data["score"].fillna(data["high"])
    data["side"] = ["left" if a < 22 else "right" if a > 78 else "center" for a in data["at"]]
    y = named_rows(order, "row")
    across = alt.Scale(domain=[0, cities.TOP], nice=False)
    quarters = alt.Axis(values=[0, 25, 50, 75, cities.TOP], labelSeparation=4)
    x = alt.X("score:Q", scale=across, title=t("得分（分）", "Score (points)"), axis=quarters)
    tips = [
        alt.Tooltip("name:N", title=t("维度", "Dimension")),
        alt.Tooltip("told:N", title=t("得分", "Score")),
    ]
    who = [alt.Tooltip("who:N", title=t("城市", "City")), alt.Tooltip("score:Q", title=t("得分", "Score"))]
    base = alt.Chart(data).encode(y=y, tooltip=tips)
    grey = alt.Chart(others).encode(y=y, x=x, tooltip=who)
    box = {"height": 18, "filled": False, "strokeWidth": 1.8, "fillOpacity": 0}
    ends = {"x": alt.X("low:Q", scale=across), "x2": "high:Q"}
    inner = {"x": alt.X("likely_low:Q", scale=across), "x2": "likely_high:Q"}
    unknown, framed = "datum.kind == 'unknown' || datum.kind == 'likely'", "datum.kind == 'bounded'"
    parts = [
        base.mark_rule(color=QUIET).encode(x=alt.datum(0, scale=across), x2=alt.datum(cities.TOP)),
        grey.mark_point(filled=False, size=36, color=MUTED, strokeWidth=1),
        base.transform_filter(unknown).mark_bar(stroke=MUTED, strokeDash=[4, 3], **box).encode(**ends),
        base.transform_filter(framed).mark_bar(stroke=BLUE, **box).encode(**ends),
        base.transform_filter(
            "isValid(datum.likely_low) && datum.kind != 'printed' && datum.kind != 'unknown'"
        )
        .mark_bar(height=8, color=BLUE, opacity=0.75)
        .encode(**inner),
        base.transform_filter("datum.kind == 'printed'")
        .mark_point(size=150, color=BLUE, opacity=1)
        .encode(x=x),
    ]
    for side in ("left", "center", "right"):
        words = base.transform_filter(f"datum.side == '{side}'")
        words = words.mark_text(align=side, dy=-19, fontWeight="bold", color=INK)
        parts.append(words.encode(x=alt.X("at:Q", scale=across), text="told:N"))
    return alt.layer(*parts).properties(height=62 * len(order))


# ---------------------------------------------------------------- a change of weights


def weight_moves(code: str) -> charts.Figure | Pieces:
    """Show, city by city, the least change of weights that would bring it level with ``code``.

    >>> bb.city_moves("411000").table["城市"].tolist()[-1]
    '南阳'
    """
    table, names = cities.swaps(code), cities.names()
    if table.empty:
        return Pieces(f"<p>{escape(SAYS.text('city_moves_none', why=cities.moves(code)))}</p>")
    near = table[table["lead"].notna()].sort_values("rank", kind="stable")
    rest = table[table["lead"].isna()]
    heads = [t("城市", "City"), t("名次", "Rank"), t("总分差", "Lead")]
    heads += [t("至少挪", "At least"), t("至多挪", "At most")]
    rows = [
        (names[r.city], int(r.rank), r.lead, *_move_words(r.least, r.most, r.always))
        for r in near.itertuples()
    ]
    note = SAYS.text("city_moves_rest", n=len(rest)) if len(rest) else ""
    return charts.table(
        pd.DataFrame(rows, columns=heads),
        id=f"tab-city-{code}-moves",
        title=SAYS.text("city_moves", told=cities.moves(code)),
        subtitle=SAYS.text("city_moves_subtitle", basis=cities.basis()),
        source=printed_sources(),
        status="computed",
        formats={heads[2]: "{:.2f}"},
        note=note,
    )


def _move_words(least: float, most: float, always: bool) -> tuple[str, str]:
    """Return the two ends in words, rounded outwards."""
    if always or math.isinf(least):
        never = t("做不到", "never")
        return never, never
    low, high = cities.outward(least, most)
    return f"{low:.1f}", t("说不定", "not certain") if math.isinf(high) else f"{high:.1f}"


# ---------------------------------------------------------------- what moved


def moved(code: str) -> charts.Figure | Pieces:
    """Show a city's rank and scores in the last two editions, and how they differ.

    >>> bb.city_moved("410300").table.columns.tolist()[-1]
    '得分变化'
    """
    cities.refuse_unknown(code)
    found, names = cities.known(), cities.names()
    before = [y for y in editions.years() if y < found.year][-1:]
    if not before:
        return Pieces(f"<p>{escape(SAYS.text('city_moved_first'))}</p>")
    last = before[0]
    told = {"index": t("总分", "Total"), **dict(zip(found.dims["code"], found.dims["name"], strict=True))}
    rows = {y: _scores_of(y, code) for y in (last, found.year)}
    both = [r.set_index("code")[["score", "rank"]] for r in rows.values()]
    old, new = (table.reindex(list(told)) for table in both)
    seen = old.notna().any(axis=1) | new.notna().any(axis=1)
    old, new = old[seen], new[seen]
    if old["rank"].isna().all() and old["score"].isna().all():
        return Pieces(f"<p>{escape(SAYS.text('city_moved_unknown', last=last, name=names[code]))}</p>")
    change = (new["score"] - old["score"]).round(digits())
    table = pd.DataFrame(
        {
            t("项目", "What"): [told[c] for c in old.index],
            t(f"{last} 年版", str(last)): [_printed_words(r) for r in old.itertuples()],
            t(f"{found.year} 年版", str(found.year)): [_printed_words(r) for r in new.itertuples()],
            t("得分变化", "Change"): [_signed(c) for c in change],
        }
    )
    return charts.table(
        table,
        id=f"tab-city-{code}-moved",
        title=_moved_title(names[code], old, new, change),
        subtitle=SAYS.text("city_moved_subtitle", last=last, now=found.year),
        source=pd.concat(rows),
        status="computed",
        note=SAYS.text("city_moved_note"),
    )


def _scores_of(year: int, code: str) -> pd.DataFrame:
    rows = editions.scores(year)
    return rows[rows["city"] == code]


def _printed_words(row: tuple) -> str:
    """Return rank and score of one edition in words, one 未公布 where it prints neither."""
    both = place(row.rank), score_words(row.score)
    return both[0] if both[0] == both[1] else " · ".join(both)


def _signed(change: float) -> str:
    return t("算不出", "unknown") if pd.isna(change) else kinds.signed(change, f".{digits()}f")


def _moved_title(name: str, old: pd.DataFrame, new: pd.DataFrame, change: pd.Series) -> str:
    ranks = [table["rank"].get("index", pd.NA) for table in (old, new)]
    if any(pd.isna(r) for r in ranks):
        words = SAYS.text("city_moved_no_rank", name=name)
    else:
        a, b = map(int, ranks)
        words = SAYS.text("city_moved_same" if a == b else "city_moved", name=name, a=a, b=b)
    by = change.get("index", math.nan)
    return (
        words if pd.isna(by) else words + SAYS.text("city_moved_score", by=kinds.signed(by, f".{digits()}f"))
    )
