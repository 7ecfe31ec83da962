"""reference/method: how the book computes, where the newsletter is retold, how fast the engine is."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import pandas as pd

from bluebook import charts
from bluebook.charts import finding, glue
from bluebook.data import edition as editions
from bluebook.data import schema, views
from bluebook.messages import t
from bluebook.pages.pieces import Pieces, chapter_titles, title_of

BENCH = "bench.csv"


class Case(NamedTuple):
    """What the bench measures: the work, the peer beside it, the unit of both, the largest ratio allowed."""

    work: tuple[str, str]
    peer: tuple[str, str]
    unit: str
    limit: float


DRAWS = ("1 万组权重的名次分布，18 × 36", "Ranks under 10 000 weight draws, 18 × 36")
SCORE = ("算一遍得分，3 000 × 100", "One full score, 3 000 × 100")
CASES = {
    "draws_numpy": Case(DRAWS, ("纯 NumPy", "plain NumPy"), "s", 2),
    "draws_criteria": Case(
        DRAWS,
        ("scikit-criteria（由 200 次推算）", "scikit-criteria (extrapolated from 200 draws)"),
        "s",
        1e-3,
    ),
    "draws_linear": Case(
        ("100 万组权重", "1 000 000 draws"),
        ("10 万组的 10 倍（用时应成正比）", "ten times 100 000 draws (time linear in draws)"),
        "s",
        1.25,
    ),
    "draws_memory": Case(
        ("100 万组权重，内存峰值", "1 000 000 draws, peak memory"), ("1 GB", "1 GB"), "GB", 1
    ),
    "score_pandas": Case(SCORE, ("纯 pandas", "plain pandas"), "s", 1.5),
    "score_criteria": Case(
        SCORE,
        ("scikit-criteria（只有一级，不容缺失）", "scikit-criteria (one level, no missing cells)"),
        "s",
        1,
    ),
    "percentile": Case(
        ("百分位得分，3 142 × 15", "Percentile score, 3 142 × 15"),
        ("单是 pandas 的 rank", "pandas rank alone"),
        "s",
        3,
    ),
    "recover": Case(
        ("反推 45 个权重，180 × 32，一位小数", "Recover 45 weights, 180 × 32, one decimal"),
        ("10 秒", "10 s"),
        "s",
        1,
    ),
}


def numbers() -> None:
    """Glue the counts that the page on the method names: of the latest edition.

    >>> bb.method_numbers()
    data_year = ...
    """
    book = editions.edition()
    glue(
        data_year=book["data_year"],
        n_dimensions=book["framework"]["n_dimensions"],
        n_indicators=book["framework"]["n_indicators"],
        decimals=book["decimals"],
    )


def headings() -> charts.Figure:
    """Show where each heading of the newsletter is retold, with links. FindingError where one is not (build).

    >>> list(bb.newsletter_headings().table)
    ['级', '简讯的标题', '本书的章', '节']
    """
    outline, titles = editions.outline(), chapter_titles()
    heads = [t("简讯的标题", "Heading of the newsletter"), t("本书的章", "Chapter here"), t("节", "Section")]
    told = [title_of(c, titles) for c in outline["chapter"]]
    shown = pd.DataFrame(
        {
            t("级", "Level"): outline["level"],
            heads[0]: outline["heading"],
            heads[1]: told,
            heads[2]: outline["section"],
        }
    )
    framed = charts.table(
        shown,
        id="tab-headings",
        status="published",
        title=finding(
            t(
                "简讯的 {n} 个标题都有一章一节转述",
                "Each of the newsletter's {n} headings has a section that retells it",
            ),
            holds=bool(outline["chapter"].ne("").all()),
            n=len(outline),
        ),
        subtitle=t(
            "各级标题（从简）与转述它的章、节；节为空处是整章",
            "Headings of all levels (shortened) and the chapter and section that retell them; "
            "where empty, the whole chapter",
        ),
        source=views.source_titles(["newsletter"]),
    )
    rows = [
        f'<tr><td style="padding-inline-start:{1.1 * int(row.level) - 0.55:.2f}rem">'
        f"{escape(row.heading)}</td>"
        f'<td><a href="../{escape(row.chapter)}.html">{escape(title)}</a></td>'
        f"<td>{escape(row.section)}</td></tr>"
        for row, title in zip(outline.itertuples(), told, strict=True)
    ]
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    return framed.with_body(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def met(table: pd.DataFrame) -> pd.Series:
    """Return which of the measured ratios keep their limit."""
    return table["ratio"] <= table["id"].map({case: told.limit for case, told in CASES.items()})


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Return measured speeds (id, ours, peer, ratio) to read, three significant digits."""
    told = [CASES[case] for case in table["id"]]
    pairs = zip(table["ours"], table["peer"], told, strict=True)
    peers = [t(*case.peer) for case in told]
    return pd.DataFrame(
        {
            t("工作", "Work"): [
                f"{t(*c.work)}{t('；对象：', '; peer: ')}{p}" for c, p in zip(told, peers, strict=True)
            ],
            t("引擎 / 对象", "Engine / peer"): [
                f"{_amount(a, c.unit)} / {_amount(b, c.unit)}" for a, b, c in pairs
            ],
            t("比值", "Ratio"): [_ratio(r) for r in table["ratio"]],
            t("上限", "At most"): [_ratio(case.limit) for case in told],
        }
    )


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
            t(
                "抽权重重排名次，引擎比逐次调用 scikit-criteria 快 {times} 倍以上，用时不到手写 NumPy 的两倍",
                "Ranking under drawn weights, the engine is over {times} times as fast as calling "
                "scikit-criteria draw by draw, and takes less than twice the time of plain NumPy",
            ),
            holds=bool(met(table).all() and ratio["draws_numpy"] < 2),
            times=int(1 / ratio["draws_criteria"] // 1000 * 1000),
        ),
        subtitle=t(
            "同一次运行里并排测得的中位数与比值；换一台电脑，秒数会变，比值大致不变",
            "Medians and ratios measured side by side in one run; on another machine the seconds change, "
            "the ratios hardly",
        ),
        source=t(
            "本书的测速程序，python -m bluebook bench --out data/bench.csv",
            "this book's bench, python -m bluebook bench --out data/bench.csv",
        ),
    )
