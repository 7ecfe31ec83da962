"""reference/method: how the book computes, where each heading of the newsletter is retold, how fast the engine is."""

from __future__ import annotations

import pandas as pd

from bluebook import bench as speed
from bluebook import charts, editions, reading
from bluebook.chapters import audit
from bluebook.charts import finding, glue
from bluebook.words import t

BENCH = "bench.csv"


def numbers() -> None:
    """Glue the counts that the page names."""
    outline, book = editions.outline(), editions.edition()
    glue(
        year=book["year"],
        data_year=book["data_year"],
        n_headings=len(outline),
        n_chapters=int(outline["chapter"].nunique()),
        n_dimensions=book["framework"]["n_dimensions"],
        n_indicators=book["framework"]["n_indicators"],
        decimals=book["decimals"],
    )


def headings() -> audit.Pieces:
    """Show where each heading of the newsletter is retold, with links."""
    outline = editions.outline()
    titles = audit.chapter_titles()
    shown = pd.DataFrame(
        {
            t("级", "Level"): outline["level"],
            t("简讯的标题", "Heading of the newsletter"): outline["heading"],
            t("本书的章", "Chapter here"): outline["chapter"].map(lambda c: titles.get(c, c)),
            t("节", "Section"): outline["section"],
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
            "Headings of all levels (shortened) and the chapter and section that retell them; where empty, the whole chapter",
        ),
        source=reading.source_titles(["newsletter"]),
    )
    rows = "".join(
        f'<tr><td style="padding-inline-start:{0.55 + 1.1 * (row.level - 1)}rem">{row.heading}</td>'
        f'<td><a href="../{row.chapter}.html">{titles.get(row.chapter, row.chapter)}</a></td><td>{row.section}</td></tr>'
        for row in outline.itertuples()
    )
    heads = [t("简讯的标题", "Heading of the newsletter"), t("本书的章", "Chapter here"), t("节", "Section")]
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    return framed.with_body(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")


def bench() -> charts.Figure | audit.Pieces:
    """Show the last measured speeds; they are ratios, measured side by side in one run."""
    path = editions.data_root() / BENCH
    if not path.exists():
        return audit.Pieces(f"<p>{t('还没有测过。', 'Not measured yet.')}</p>")
    table = pd.read_csv(path)
    ratio = table.set_index("id")["ratio"]
    shown = speed.named(table).iloc[:, :-1]  # that every limit is met is what the title stands on
    work, peer = shown.columns[:2]
    shown[work] += t("；对象：", "; peer: ") + shown.pop(peer)
    return charts.table(
        shown,
        id="tab-bench",
        status="computed",
        title=finding(
            t(
                "抽权重重排名次，引擎比逐次调用 scikit-criteria 快 {times} 倍以上，用时不到手写 NumPy 的两倍",
                "Ranking under drawn weights, the engine is over {times} times as fast as calling scikit-criteria draw by draw, and takes less than twice the time of plain NumPy",
            ),
            holds=bool(speed.met(table).all() and ratio["draws_numpy"] < 2),
            times=int(1 / ratio["draws_criteria"] // 1000 * 1000),
        ),
        subtitle=t(
            "同一次运行里并排测得的中位数与比值；换一台电脑，秒数会变，比值大致不变",
            "Medians and ratios measured side by side in one run; on another machine the seconds change, the ratios hardly",
        ),
        source=t(
            "本书的测速程序，python -m bluebook bench --out data/bench.csv",
            "this book's bench, python -m bluebook bench --out data/bench.csv",
        ),
    )
