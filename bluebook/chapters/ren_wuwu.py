"""opening/ren-wuwu: the publisher's round numbers, and how many people work outside the province."""

from __future__ import annotations

import altair as alt
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.labels import broken
from bluebook.chapters.loose import Range, many
from bluebook.charts import BLUE, INK, MUTED, QUIET, RED, finding, first_finding, glue
from bluebook.words import t

#: The press has published the series since this year (source gmw_2001_pishu).
BRAND_SINCE = 1997
#: How far “about” reaches either way: the ledger's rule.
ABOUT = 0.1


def spoken(id_: str) -> Range:
    """Return what a figure of the ledger printed as “… and more” can mean."""
    return many(float(reading.audited().loc[id_, "value"]))


def ratios() -> pd.DataFrame:
    """Return what follows from the publisher's round numbers: key, name, lower, upper (%), how.

    Blue books over all books; fields over which the year's volumes can at most be spread; volumes dropped a year
    over volumes published (2016 to 2022 is six to seven years); volumes in English over volumes a year.
    """
    books, volumes, fields = (
        spoken("ssap_books_year"),
        spoken("ssap_pishu_year"),
        spoken("ssap_pishu_fields"),
    )
    dropped, english = spoken("ssap_pishu_dropped"), spoken("ssap_pishu_english")
    years = Range(editions.speech_year() - 2016, editions.speech_year() - 2016 + 1)
    covered = volumes.over(fields)
    rows = [
        ("books", t("皮书占全社出书", "Blue books among all books"), volumes.over(books), t("每年皮书种数 ÷ 每年出书种数", "blue books a year ÷ books a year")),
        ("english", t("出过英文版的", "Out in English"), english.over(volumes), t("英文版种数 ÷ 每年皮书种数", "titles in English ÷ blue books a year")),
        ("idle", t("一年没有书的领域", "Fields without a book"), Range(1 - covered.upper, 1 - covered.lower), t("1 − 每年皮书种数 ÷ 领域数，设一书一领域", "1 − blue books a year ÷ fields, one book a field")),
        ("dropped", t("平均每年淘汰", "Dropped a year"), dropped.over(years).over(volumes), t("2016 年以来淘汰种数 ÷ 年数 ÷ 每年皮书种数", "dropped since 2016 ÷ years ÷ blue books a year")),
    ]  # fmt: skip
    flat = [(key, name, 100 * r.lower, 100 * r.upper, how) for key, name, r, how in rows]
    table = pd.DataFrame(flat, columns=["key", "name", "lower", "upper", "how"])
    return table.sort_values("upper", ascending=False, ignore_index=True)


def outside() -> pd.DataFrame:
    """Return counts of people outside the province (10,000 persons): key, label, value, what, source, order."""
    table = editions.series().set_index(["series", "region", "period"])

    def one(series: str, period: str, region: str = "河南") -> tuple[float, str]:
        row = table.loc[(series, region, period)]
        row = row.iloc[0] if isinstance(row, pd.DataFrame) else row
        return float(row["value"]), str(row["source"])

    rows = [
        ("census", *one("registered_in_other_provinces", "2020"), t("户籍在豫、常住外省", "Registered in Henan, living elsewhere"), t("2020 年 11 月 1 日普查", "census, 1 November 2020")),
        ("ren", float(reading.audited().loc["migrants_out_ha", "value"]), "newsletter", t("任文武说的", "What Ren Wenwu says"), t("“每年”到省外务工", "work outside “each year”")),
        ("labour", *one("rural_labour_out_province", "2021"), t("农村劳动力省外就业", "Rural labour outside"), t("2021 年末，统计公报", "end of 2021, the bureau")),
        ("labour_2016", *one("rural_labour_out_province", "2016H1"), t("同上，2016 年年中", "The same, mid-2016"), t("2016 年 6 月底，省人社厅", "end of June 2016, labour department")),
        ("flow", *one("newly_left_province", "2021"), t("一年新增的出省人口", "More people outside in a year"), t("2021 年全年，省统计局", "in 2021, the bureau")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["key", "value", "source", "label", "what"])


def numbers() -> None:
    """Glue the shares that follow from round numbers and the counts of people outside the province."""
    share = ratios().set_index("key")
    people = outside().set_index("key")["value"]
    series = editions.series().set_index(["series", "region", "period"])["value"]
    printed = people["ren"]
    brand, per_field = (
        spoken("ssap_pishu_history"),
        spoken("ssap_pishu_year").over(spoken("ssap_pishu_fields")),
    )
    fields_now, fields_then = spoken("ssap_pishu_fields"), many(series["pishu_fields", "全国", "2018"])
    grown = fields_now.over(fields_then)
    glue(
        **{f"{k}_low": v for k, v in share["lower"].items()}, **{f"{k}_high": v for k, v in share["upper"].items()},
        per_field_low=per_field.lower, per_field_high=per_field.upper,
        brand_years=editions.speech_year() - BRAND_SINCE, brand_since=BRAND_SINCE, brand_low=int(brand.lower), brand_high=int(brand.upper),
        fields_then=int(fields_then.lower), fields_grown_low=100 * (grown.lower - 1), fields_grown_high=100 * (grown.upper - 1),
        labour=people["labour"], labour_2016=people["labour_2016"], census=people["census"], flow=people["flow"],
        over_labour=100 * (printed / people["labour"] - 1), under_census=100 * (1 - printed / people["census"]),
        total_labour=series["rural_labour_transferred", "河南", "2021"], new_labour=series["rural_labour_new", "河南", "2021"],
        inside=series["rural_labour_in_province", "河南", "2021"], residents=series["residents_year_end", "河南", "2021"],
        inside_share=100 * series["rural_labour_in_province", "河南", "2021"] / series["rural_labour_transferred", "河南", "2021"],
        inside_share_2016=100 * series["rural_labour_in_province", "河南", "2016H1"] / series["rural_labour_transferred", "河南", "2016H1"],
        inside_more=series["rural_labour_in_province", "河南", "2021"] - series["rural_labour_in_province", "河南", "2016H1"],
        outside_more=people["labour"] - people["labour_2016"], returned=series["returned_to_start_business", "河南", "2021"],
        returned_share=100 * series["returned_to_start_business", "河南", "2021"] / people["labour"],
        empty_years=series["residents_year_end", "河南", "2021"] / printed, as_flow=printed / people["flow"],
        nation=series["migrant_workers_cross_province", "全国", "2021"],
        nation_printed=100 * printed / series["migrant_workers_cross_province", "全国", "2021"],
        nation_labour=100 * people["labour"] / series["migrant_workers_cross_province", "全国", "2021"],
        about_low=(1 - ABOUT) * printed, about_high=(1 + ABOUT) * printed, about_pct=100 * ABOUT,
        books_naive=100 * spoken("ssap_pishu_year").lower / spoken("ssap_books_year").lower,
        labour_in=_whether(people["labour"], printed), census_in=_whether(people["census"], printed),
    )  # fmt: skip


def _whether(value: float, printed: float) -> str:
    return t("在其中", "inside it") if abs(value / printed - 1) <= ABOUT else t("不在其中", "outside it")


def migrants() -> charts.Figure:
    """Draw the printed number beside the official counts of people who live or work outside the province."""
    people = outside()
    at = people.set_index("key")["value"]
    printed = at["ren"]
    title = first_finding(
        (t("讲话的数夹在两个官方数之间：比农村外出劳动力多 {over:.0f}%，比户籍外流人口少 {under:.0f}%",
           "The speech lies between two official counts: {over:.0f}% above rural labour outside, {under:.0f}% below those registered here and living elsewhere"),
         at["labour"] < printed < at["census"]),
        (t("讲话的数与农村外出劳动力相差 {gap:.0f}%", "The speech and the count of rural labour outside differ by {gap:.0f}%"), True),
        over=100 * (printed / at["labour"] - 1), under=100 * (1 - printed / at["census"]), gap=100 * abs(printed / at["labour"] - 1),
    )  # fmt: skip
    shown = people.assign(
        told=[
            f"{v:.0f}" if k != "flow" else f"{v:.1f}"
            for k, v in zip(people["key"], people["value"], strict=True)
        ]
    )
    y = alt.Y(
        "label:N",
        sort=list(shown["label"]),
        title=None,
        axis=alt.Axis(
            ticks=False, domain=False, labelPadding=6, labelLimit=170, labelExpr=broken(shown["label"], 20)
        ),
    )
    x = alt.X(
        "value:Q",
        title=t("万人", "10,000 persons"),
        scale=alt.Scale(domain=[0, 2050], nice=False),
        axis=alt.Axis(values=[0, 500, 1000, 1500]),
    )
    base = alt.Chart(shown).encode(y=y)
    band = (
        alt.Chart(pd.DataFrame({"a": [(1 - ABOUT) * printed], "b": [(1 + ABOUT) * printed]}))
        .mark_rect(color=RED, opacity=0.1)
        .encode(x=alt.X("a:Q"), x2="b:Q")
    )
    colour = alt.condition("datum.key == 'ren'", alt.value(RED), alt.value(BLUE))
    chart = (
        band + base.mark_rule(color=QUIET).encode(x="value:Q", x2=alt.value(0))
        + base.mark_point(opacity=1, size=110).encode(x=x, color=colour, tooltip=[alt.Tooltip("label:N", title=t("什么人", "Who")), alt.Tooltip("what:N", title=t("哪一时", "When")), alt.Tooltip("told:N", title=t("万人", "10,000 persons"))])
        + base.mark_text(align="left", dx=10).encode(x=x, text="told:N", color=alt.value(INK))
    )  # fmt: skip
    table = shown[["label", "what", "value"]].rename(
        columns={
            "label": t("什么人", "Who"),
            "what": t("哪一时、谁发布", "When, by whom"),
            "value": t("万人", "10,000 persons"),
        }
    )
    return charts.figure(
        chart.properties(height={"step": 44}), id="fig-migrants", title=title, status="computed",
        subtitle=t("在外省的河南人（万人），各数口径不同；红点：讲话，浅红带：当作约数的范围",
                   "Henan people in other provinces (10,000 persons), by different definitions; red: the speech, its band: read as “about”"),
        source=reading.source_titles(list(people["source"]), most=4), table=table, formats={t("万人", "10,000 persons"): "{:,.2f}"},
        alt_text=t(f"点图。{title}。", f"Dot plot. {title}."),
    )  # fmt: skip


def publisher() -> charts.Figure:
    """Draw the shares that follow from the publisher's “… and more”: ranges, never a point."""
    table = ratios()
    wide = table.assign(width=table["upper"] - table["lower"])
    books = table.set_index("key").loc["books"]
    title = finding(
        t("“多”除以“多”只能得出范围：皮书占全社出书的 {a:.0f}%–{b:.0f}%", "“And more” over “and more” gives only a range: blue books are {a:.0f}–{b:.0f}% of all books"),
        holds=bool((wide["width"] > 1).all()), a=books["lower"], b=books["upper"],
    )  # fmt: skip
    shown = table.assign(
        told=[f"{a:.0f}–{b:.0f}%" for a, b in zip(table["lower"], table["upper"], strict=True)]
    )
    y = alt.Y(
        "name:N",
        sort=list(shown["name"]),
        title=None,
        axis=alt.Axis(
            ticks=False, domain=False, labelPadding=6, labelLimit=160, labelExpr=broken(shown["name"], 16)
        ),
    )
    x = alt.X("lower:Q", title="%", scale=alt.Scale(domain=[0, 74], nice=False))
    base = alt.Chart(shown).encode(y=y)
    chart = (
        base.mark_bar(height=12, color="#7fb6d8").encode(x=x, x2="upper:Q", tooltip=[alt.Tooltip("name:N", title=t("比例", "Ratio")), alt.Tooltip("how:N", title=t("怎样算", "How")), alt.Tooltip("told:N", title="%")])
        + base.mark_tick(thickness=3, size=18, color=BLUE).encode(x=x) + base.mark_tick(thickness=3, size=18, color=BLUE).encode(x=alt.X("upper:Q"))
        + base.mark_text(align="left", dx=8).encode(x=alt.X("upper:Q"), text="told:N", color=alt.value(MUTED))
    )  # fmt: skip
    names = {
        "name": t("比例", "Ratio"),
        "lower": t("下限（%）", "Lower (%)"),
        "upper": t("上限（%）", "Upper (%)"),
        "how": t("怎样算", "How"),
    }
    return charts.figure(
        chart.properties(height={"step": 40}), id="fig-publisher", title=title, status="computed",
        subtitle=t("由出版方的约数推出的比例（%），2022 年；“若干多”读作到下一个整数为止，如 500 多读作 500–599",
                   "Ratios that follow from the publisher's round numbers (%), 2022; “500 and more” is read as 500–599"),
        source=reading.source_titles(["newsletter"]), table=table.rename(columns=names)[list(names.values())],
        formats={names["lower"]: "{:.1f}", names["upper"]: "{:.1f}"},
        alt_text=t(f"区间图。{title}。", f"Range chart. {title}."),
    )  # fmt: skip
