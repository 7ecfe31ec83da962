"""opening/conference: the meeting of July 2022, who stood behind it, and what this issue prints of it."""

from __future__ import annotations

import datetime as dt

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.labels import broken
from bluebook.charts import BLUE, INK, MUTED, QUIET, finding, first_finding, glue
from bluebook.words import t

SESSIONS = {
    "opening": ("开幕致辞", "Opening speeches"),
    "results": ("成果发布", "Release of the results"),
    "keynote": ("主旨演讲", "Keynote"),
    "key": ("重点发言", "Key session"),
}
#: The five lists in which a unit can stand: column of units.csv → heading, broken into short lines.
LISTS = {
    "organiser": ("合办 会议", "Host"),
    "broadcaster": ("直播", "Air"),
    "author": ("撰写", "Wrote"),
    "convened_yu": ("创研 （于）", "Led (Yu)"),
    "convened_ren": ("创研 （任）", "Led (Ren)"),
}


def talks() -> pd.DataFrame:
    """Return the talks this issue prints, in order: columns of talks.csv, ``name``, ``title``, ``pages``.

    ``pages`` counts from a talk's first page to the next one's; the last talk's is NaN, since the contents
    do not say where it ends.
    """
    table = editions.own_table("talks").sort_values("position", ignore_index=True)
    pages = table["page"].diff(-1).mul(-1).astype("float")
    return table.assign(
        pages=pages, name=table[t("speaker", "speaker_en")], title=table[t("title_zh", "title_en")]
    )


def places() -> pd.DataFrame:
    """Return every place at the lectern: session, place (1…), name ("" where not printed), printed."""
    table = talks()
    experts = int(reading.audited().loc["session_experts", "value"])
    rows = []
    for session in SESSIONS:
        names = list(table.loc[table["session"] == session, "name"])
        size = experts if session == "key" else len(names)
        names += [""] * (size - len(names))
        rows += [(session, i, name, bool(name)) for i, name in enumerate(names, 1)]
    return pd.DataFrame(rows, columns=["session", "place", "name", "printed"])


def units() -> pd.DataFrame:
    """Return the units with ``name`` and ``n``, the number of lists that name each; most often named first."""
    table = editions.own_table("units")
    table = table.assign(name=table[t("unit_zh", "unit_en")], n=table[list(LISTS)].sum(axis=1).astype(int))
    return table.sort_values("n", ascending=False, kind="stable", ignore_index=True)


def days() -> dict[str, dt.date]:
    """Return the dates of the meeting and of the printing."""
    book = editions.edition(editions.speech_year())
    return {
        "held": dt.date.fromisoformat(book["published"]),
        "printed": dt.date.fromisoformat(book["newsletter"]["printed"]),
    }


def numbers() -> None:
    """Glue what the prose says of the meeting, the issue and its masthead."""
    book, table, seen, named, dates = (
        editions.edition(editions.speech_year()),
        talks(),
        places(),
        units(),
        days(),
    )
    key = seen[seen["session"] == "key"]
    complete = table.dropna(subset=["pages"])
    issue = int(reading.audited().loc["newsletter_issue_2022", "value"])
    so_far = dates["printed"].timetuple().tm_yday
    week = t(
        "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    ).split()
    comma = t("、", ", ")
    glue(
        title=book[t("title_zh", "title_en")], theme=book[t("theme_zh", "theme_en")], editors=comma.join(book["editors"]),
        organisers=comma.join(named.loc[named["organiser"], "name"]), n_organisers=int(named["organiser"].sum()),
        authors=comma.join(named.loc[named["author"], "name"]), n_authors=int(named["author"].sum()),
        platforms=comma.join(named.loc[named["broadcaster"], "name"]), n_platforms=int(named["broadcaster"].sum()),
        both=comma.join(named.loc[named["organiser"] & named["author"], "name"]), n_both=int((named["organiser"] & named["author"]).sum()),
        n_talks=len(table), n_places=len(seen), n_missing=int((~seen["printed"]).sum()),
        n_key=len(key), n_key_printed=int(key["printed"].sum()), share_key=100 * key["printed"].mean(), share_all=100 * seen["printed"].mean(),
        pages_all=int(complete["pages"].sum()), pages_results=int(complete.set_index("session").loc["results", "pages"]),
        pages_keynote=int(complete.set_index("session").loc["keynote", "pages"]),
        share_results=100 * float(complete.set_index("session").loc["results", "pages"] / complete["pages"].sum()),
        days=(dates["printed"] - dates["held"]).days, weekday_held=week[dates["held"].weekday()], weekday_printed=week[dates["printed"].weekday()],
        day_of_year=so_far, days_per_issue=so_far / issue, issues_a_year=365 / (so_far / issue),
        registration=book["newsletter"]["registration"], address=book["newsletter"][t("address_zh", "address_en")],
        **{key: book["newsletter"][key] for key in ("postcode", "phone", "email")},
        keynote_announced=book["newsletter"][t("keynote_announced_zh", "keynote_announced_en")],
    )  # fmt: skip


def pages() -> charts.Figure:
    """Draw where each talk begins and how far it reaches; the last one's end is not printed."""
    table = talks()
    complete = table.dropna(subset=["pages"])
    longest = complete.loc[complete["pages"].idxmax()]
    total = complete["pages"].sum()
    title = first_finding(
        (t("{name}一篇占 {n:.0f} 页，比其余有头有尾的几篇加起来还多", "{name}’s text takes {n:.0f} pages, more than the others whose end is known"), longest["pages"] > total / 2),
        (t("{name}一篇占 {n:.0f} 页，是有头有尾的 {k} 篇的 {share:.0f}%", "{name}’s text takes {n:.0f} pages, {share:.0f}% of the {k} texts whose end is known"), True),
        name=longest["name"], n=longest["pages"], k=len(complete), share=100 * longest["pages"] / total,
    )  # fmt: skip
    last = float(table["page"].max())
    shown = table.assign(
        start=table["page"].astype(float), end=(table["page"].astype(float) + table["pages"]).fillna(last + 3),
        open=table["pages"].isna(),
        told=[t(f"{n:.0f} 页", f"{n:.0f} p.") if n == n else t("止页未印", "end not printed") for n in table["pages"]],
    )  # fmt: skip
    y = alt.Y(
        "name:N",
        sort=list(shown["name"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=6),
    )
    x = alt.X("start:Q", title=t("页码", "Page"), scale=alt.Scale(domain=[1, last + 11], nice=False),
              axis=alt.Axis(values=[5 * i for i in range(1, int(last) // 5 + 1)], format="d"))  # fmt: skip
    base = alt.Chart(shown).encode(y=y, x=x)
    chart = (
        base.transform_filter("!datum.open").mark_bar(height=16).encode(
            x2="end:Q", color=alt.condition(f"datum.name == {longest['name']!r}", alt.value(BLUE), alt.value("#7fb6d8")))
        + base.transform_filter("datum.open").mark_bar(height=16, fill="transparent", stroke=QUIET, strokeDash=[3, 3]).encode(x2="end:Q")
        + alt.Chart(shown).mark_text(align="left", dx=5).encode(y=y, x=alt.X("end:Q"), text="told:N",
              color=alt.condition("datum.open", alt.value(MUTED), alt.value(INK)))
    )  # fmt: skip
    data = shown[["name", "title", "page", "pages"]].rename(columns={
        "name": t("讲话人", "Speaker"), "title": t("题目", "Title"), "page": t("起始页", "First page"), "pages": t("到下一篇的页数", "Pages to the next")})  # fmt: skip
    return charts.figure(
        chart.properties(height={"step": 30}), id="fig-pages", title=title, status="computed",
        subtitle=t("各篇起始页与到下一篇起始页的页数（页），2022 年第 3 期；虚线框：止页没有印出",
                   "First page of each text and pages to the next (pages), issue 3 of 2022; dashed: the end is not printed"),
        source=reading.source_titles(["newsletter"]), table=data, formats={t("到下一篇的页数", "Pages to the next"): "{:.0f}"},
        alt_text=t(f"横条图。{title}。", f"Bar chart. {title}."),
    )  # fmt: skip


def lectern() -> charts.Figure:
    """Draw one dot for each speaker, session by session; filled where this issue prints the talk."""
    seen = places()
    missing = seen[~seen["printed"]]
    where = list(missing["session"].unique())
    title = finding(
        t("登台讲话的 {all} 人，这一期印出 {n} 人；没有印出的 {m} 人都在重点发言",
          "Of {all} who spoke, this issue prints {n}; the {m} left out all belong to the key session"),
        holds=where == ["key"], all=len(seen), n=int(seen["printed"].sum()), m=len(missing),
    )  # fmt: skip
    order = list(SESSIONS)
    shown = seen.assign(
        row=[order.index(s) for s in seen["session"]],
        heading=[t(*SESSIONS[s]) for s in seen["session"]],
        told=[n or t("没有印出", "not printed") for n in seen["name"]],
    )
    heads = shown.groupby("row", as_index=False).agg(
        heading=("heading", "first"), names=("name", lambda s: t("、", ", ").join(n for n in s if n))
    )
    heads["line"] = heads["heading"] + t("：", ": ") + heads["names"]
    left = int((~seen["printed"]).sum())
    heads.loc[heads["row"] == order.index("key"), "line"] += t(f"，另 {left} 人", f" and {left} more")
    x = alt.X(
        "place:Q",
        axis=None,
        scale=alt.Scale(domain=[0.7, max(8.4, float(seen["place"].max()) + 0.4)], nice=False),
    )
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[3.35, -0.7], nice=False))
    chart = (
        alt.Chart(shown).mark_point(size=330, filled=False, strokeWidth=2).encode(
            x=x, y=y, stroke=alt.condition("datum.printed", alt.value(BLUE), alt.value(QUIET)),
            tooltip=[alt.Tooltip("heading:N", title=t("环节", "Session")), alt.Tooltip("told:N", title=t("讲话人", "Speaker"))])
        + alt.Chart(shown).transform_filter("datum.printed").mark_circle(size=330, color=BLUE, opacity=1).encode(x=x, y=y)
        + alt.Chart(heads).mark_text(align="left", dy=-24, dx=-9).encode(x=alt.datum(1), y=y, text="line:N")
    )  # fmt: skip
    table = shown[["heading", "place", "told"]].rename(
        columns={
            "heading": t("环节", "Session"),
            "place": t("第几位", "Place"),
            "told": t("讲话人", "Speaker"),
        }
    )
    return charts.figure(
        chart.properties(height=270), id="fig-lectern", title=title, status="computed",
        subtitle=t("2022 年 7 月 4 日登台讲话的人（人），不含主持人；实心：这一期印出，空心：没有印出",
                   "Speakers of 4 July 2022 (persons), without the chairs; filled: printed in this issue, hollow: not"),
        source=reading.source_titles(["newsletter"]), table=table,
        alt_text=t(f"点阵图。{title}。", f"Dot chart. {title}."),
    )  # fmt: skip


def roles() -> charts.Figure:
    """Draw which units stand in which of the five lists."""
    named = units()
    most, second = named.iloc[0], named.iloc[1]
    n_lists = named[list(LISTS)].any().sum()
    title = first_finding(
        (t("名单有 {k} 份，{unit}占了 {n} 份；{all} 家单位里 {once} 家只出现一次",
           "There are {k} lists and {unit} stands in {n}; of {all} units {once} appear only once"), most["n"] > second["n"]),
        (t("{all} 家单位里 {once} 家只出现一次", "Of {all} units {once} appear only once"), True),
        k=int(n_lists), unit=most["name"], n=int(most["n"]), all=len(named), once=int((named["n"] == 1).sum()),
    )  # fmt: skip
    heads = [t(*LISTS[c]) for c in LISTS]
    long = named.melt(id_vars=["name"], value_vars=list(LISTS), var_name="list", value_name="there")
    long = long.assign(heading=[t(*LISTS[c]) for c in long["list"]], there=long["there"].astype(bool))
    x = alt.X("heading:N", sort=heads, title=None,
              axis=alt.Axis(orient="top", labelAngle=0, labelExpr="split(datum.label, ' ')", domain=False, ticks=False, labelOverlap=False, labelPadding=20))  # fmt: skip
    y = alt.Y(
        "name:N",
        sort=list(named["name"]),
        title=None,
        axis=alt.Axis(
            grid=True,
            domain=False,
            ticks=False,
            labelPadding=4,
            labelLimit=190,
            labelOverlap=False,
            labelExpr=broken(named["name"], 28),
        ),
    )
    chart = alt.Chart(long).transform_filter("datum.there").mark_circle(size=110, opacity=1, color=BLUE).encode(
        x=x, y=y, tooltip=[alt.Tooltip("name:N", title=t("单位", "Unit")), alt.Tooltip("heading:N", title=t("名单", "List"))])  # fmt: skip
    mark = t("是", "yes")
    table = named[["name", *LISTS]].copy()
    for column in LISTS:
        table[column] = [mark if v else "" for v in table[column]]
    table = table.rename(
        columns={"name": t("单位", "Unit"), **{c: t(*LISTS[c]).replace(" ", t("", " ")) for c in LISTS}}
    )
    return charts.figure(
        chart.properties(height=(22 if t("zh", "en") == "zh" else 34) * len(named)), id="fig-roles", title=title, status="published",
        subtitle=t("各份名单里出现的单位，2022 年；“创研”是牵头研究，于善甫与任文武说法不同；撰写、直播两份名单以“等”结尾，不全",
                   "Units in each list, 2022; “led” the research: Yu Shanfu and Ren Wenwu differ; the lists of writers and broadcasters are left open"),
        source=reading.source_titles(["newsletter"]), table=table,
        alt_text=t(f"点阵图。{title}。", f"Dot matrix. {title}."),
    )  # fmt: skip
