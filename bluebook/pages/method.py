"""reference/method: how the book computes, where the newsletter is retold, how fast the engine is."""

from __future__ import annotations

from html import escape

import pandas as pd

from bluebook import charts
from bluebook.charts import finding, glue
from bluebook.data import edition as editions
from bluebook.data import schema, views
from bluebook.messages import Catalogue, t
from bluebook.pages import told
from bluebook.pages.pieces import Pieces, chapter_titles, title_of

BENCH, CLASS = "bench.csv", "class.csv"
NODE, KEPT = 16, 2  # GB of a machine that a class works on, and of them for its system and the hub
SAYS = Catalogue(__file__)
# What the bench measures: the unit of both numbers and the largest ratio allowed. `case_…` says what it is.
CASES = {
    "draws_numpy": ("s", 2),
    "draws_criteria": ("s", 1e-3),
    "draws_linear": ("s", 1.25),
    "draws_memory": ("GB", 1),
    "score_pandas": ("s", 1.5),
    "score_criteria": ("s", 1),
    "percentile": ("s", 3),
    "recover": ("s", 1),
    "steps_pandas": ("s", 2),
    "recover_5": ("s", 1),
    "recover_15": ("s", 1),
    "sobol": ("s", 1),
    "doubt": ("s", 1),
    "deep": ("s", 1),
    "ranges": ("s", 1),
    "ranges_200": ("s", 1),
    "weight_first": ("KB", 1),
    "weight_further": ("KB", 1),
}


def numbers() -> None:
    """Glue the counts that the page on the method names: of the latest edition.

    >>> bb.method_numbers()
    data_told = ...
    """
    book, counts = editions.edition(), views.framework_counts()
    some, year = t("若干", "several"), book["data_year"]
    data_told = t(f"统计数据截至 {year} 年底", f"the data reach to the end of {year}")
    glue(
        data_told=data_told
        if year
        else t("统计数据截至哪年没有查到", "to which year the data reach is unknown"),
        carried=told.carried(),
        n_dimensions=counts["n_dimensions"] or some,
        n_indicators=counts["n_indicators"] or some,
        decimals=book["decimals"],
    )


def headings() -> charts.Figure:
    """Show where each heading of the edition's text is retold, with links. FindingError where one is not.

    >>> list(bb.newsletter_headings().table)
    ['级', '原文的标题', '本书的章', '节']
    """
    outline, titles = editions.outline(), chapter_titles()
    heads, chapters = SAYS.text("heading_heads").split("|"), [title_of(c, titles) for c in outline["chapter"]]
    parts = outline["level"], outline["heading"], chapters, outline["section"]
    framed = charts.table(
        pd.DataFrame(dict(zip(heads, parts, strict=True))),
        id="tab-headings",
        status="published",
        title=finding(SAYS.text("headings"), holds=bool(outline["chapter"].ne("").all()), n=len(outline)),
        subtitle=SAYS.text("headings_subtitle"),
        source=told.sources(),
    )
    rows = [
        f'<tr><td style="padding-inline-start:{1.1 * int(row.level) - 0.55:.2f}rem">'
        f"{escape(row.heading)}</td>"
        f'<td><a href="../{escape(row.chapter)}.html">{escape(title)}</a></td>'
        f"<td>{escape(row.section)}</td></tr>"
        for row, title in zip(outline.itertuples(), chapters, strict=True)
    ]
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads[1:])
    return framed.with_body(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def met(table: pd.DataFrame) -> pd.Series:
    """Return which of the measured ratios keep their limit."""
    return table["ratio"] <= [CASES[case][1] for case in table["id"]]


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Return measured speeds (id, ours, peer, ratio) to read, three significant digits."""
    rows = []
    for case, ours, peer, ratio in table[["id", "ours", "peer", "ratio"]].itertuples(index=False):
        unit, limit = CASES[case]
        pair = f"{_amount(ours, unit)} / {_amount(peer, unit)}"
        rows.append((SAYS.text(f"case_{case}"), pair, _ratio(ratio), _ratio(limit)))
    return pd.DataFrame(rows, columns=SAYS.text("bench_heads").split("|"))


def _amount(number: float, unit: str) -> str:
    return f"{1000 * number:.3g} ms" if unit == "s" and number < 1 else f"{number:.3g} {unit}"


def _ratio(number: float) -> str:
    return f"{number:.3g}" if number > 1e-3 else f"1/{1 / number:.0f}"


def bench() -> charts.Figure | Pieces:
    """Show the last measured speeds (data/bench.csv); they are ratios, measured side by side in one run.

    >>> list(bb.bench_table().table)
    ['工作', '引擎 / 对象', '比值', '上限']
    """
    path = schema.data_root() / BENCH
    if not path.exists():
        return Pieces(f"<p>{t('还没有测过。', 'Not measured yet.')}</p>")
    table = pd.read_csv(path, encoding="utf-8-sig")
    ratio = table.set_index("id")["ratio"]
    return charts.table(
        named(table),
        id="tab-bench",
        status="computed",
        title=finding(
            SAYS.text("bench"),
            holds=bool(met(table).all() and ratio["draws_numpy"] < 2),
            times=int(1 / ratio["draws_criteria"] // 1000 * 1000),
        ),
        subtitle=SAYS.text("bench_subtitle"),
        source=SAYS.text("bench_source"),
    )


def lesson() -> None:
    """Glue what `tools/class_load.py` measured of a class at work on one hub (data/class.csv).

    >>> bb.class_numbers()
    class_students = ...
    """
    found = pd.read_csv(schema.data_root() / CLASS, encoding="utf-8-sig").set_index("id")["value"]
    counts = {f"class_{name}": int(found[name]) for name in ("students", "at_once", "others_seen")}
    times = {f"class_{name}": found[name] for name in ("start", "start_most", "work")}
    memory = {f"class_{name}": int(found[name]) for name in ("memory", "memory_most")}
    node = {"class_node": NODE, "class_kept": KEPT}
    bears = int((NODE - KEPT) * 1000 / found["memory_most"])
    glue(**counts, **times, **memory, **node, class_bears=bears)
