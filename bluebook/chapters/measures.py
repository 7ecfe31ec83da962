"""stabilise/measures: eight measures against the diagnosis, and two that pull against each other."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from bluebook import charts, editions, reading
from bluebook.chapters.diagnosis import heads
from bluebook.chapters.drawing import named_rows, ruler
from bluebook.charts import BLUE, INK, ORANGE, QUIET, RED, finding, first_finding, glue
from bluebook.reckoning import Reckoned, known, money, printed, reckon
from bluebook.words import t

MEASURES = (
    ("projects", "一 重点项目", "1 Major projects"),
    ("areas", "二 重点投资", "2 Key investment"),
    ("rescue", "三 救房地产", "3 Rescue of housing"),
    ("spending", "四 居民消费", "4 Household spending"),
    ("chains", "五 产业链", "5 Supply chains"),
    ("exports", "六 外贸结构", "6 Trade’s structure"),
    ("opening", "七 扩大开放", "7 Opening up"),
    ("emerging", "八 新兴产业", "8 Emerging industry"),
)
OWN, PASSING, NONE = "own", "passing", "none"

# head, problem (zh, en), measure or "", level, the words in the text on which it rests (zh, en). OWN: a passage of its
# own; PASSING: said while speaking of something else; NONE: nothing found. This is how this book reads the speech.
LINKS = (
    ("trade", "进口少", "Few imports", "exports", OWN, "借进博会多进口，重点企业进口关键原料和部件免税", "import at the Shanghai expo, key materials and parts duty-free"),
    ("trade", "出口商品附加值低", "Exports of low value", "exports", OWN, "提高劳动密集产品的档次，多做技术和附加值高的产品", "better grades of labour-intensive goods, more of high technology"),
    ("trade", "服务贸易少", "Few services", "exports", OWN, "提高服务贸易在外贸中的比重", "raise the share of services"),
    ("trade", "大企业少", "Few large firms", "opening", OWN, "再引进富士康那样的龙头", "attract leading firms like Foxconn"),
    ("investment", "全部投资慢", "Investment slow", "projects", OWN, "重点项目全年投资的目标", "the target for major projects"),
    ("investment", "基础设施慢", "Infrastructure slow", "areas", OWN, "铁路、公路、机场、水利按规划开工", "railways, motorways, airports and waterworks as planned"),
    ("investment", "断链，受制于人", "Broken chains and choke points", "chains", OWN, "供给来源多元，风险监测和预警", "more than one source, risks watched"),
    ("investment", "融资减少，不愿扩大", "Less financing and no wish to expand", "areas", PASSING, "投资补助、开发性贷款、债券、产业基金支持民营企业", "subsidies, development loans, bonds and funds for private firms"),
    ("investment", "疫情难料", "The epidemic", "", NONE, "", ""),
    ("investment", "成本高而利润薄", "High costs and thin profits", "", NONE, "", ""),
    ("consumption", "收入快而花钱慢", "Income outruns spending", "spending", OWN, "促销、消费券、汽车家电", "promotions, vouchers, cars and appliances"),
    ("consumption", "外出消费减少", "Fewer outings", "spending", OWN, "恢复餐饮、住宿、零售、文旅", "catering, hotels, retail and tourism"),
    ("consumption", "个人消费贷款减少", "Fewer consumer loans", "", NONE, "", ""),
    ("consumption", "没有信心而多存钱", "No confidence and more saving", "", NONE, "", ""),
    ("housing", "开发投资低迷", "Investment weak", "rescue", OWN, "城市承担主体责任，城市更新，旧小区改造", "cities responsible, urban renewal, old estates"),
    ("housing", "新开工、买地、销售下降", "Starts, land and sales fall", "rescue", PASSING, "一城一策的总要求", "the general rule of a policy for each city"),
    ("structure", "传统行业占比高", "Much old industry", "areas", PASSING, "钢铁、化工减量提质", "steel and chemicals: less and better"),
    ("structure", "新兴产业支撑不足", "Little new industry", "emerging", OWN, "产业链和产业集群", "chains and clusters"),
    ("structure", "储备项目档次低", "Projects in reserve of low grade", "projects", OWN, "谋划先进制造、现代服务项目，提高质量", "plan advanced manufacturing and services, raise quality"),
    ("structure", "技改占比下降", "Less upgrading", "", NONE, "", ""),
    ("finance", "直接融资少", "Little direct finance", "areas", PASSING, "债券和产业基金，作为支持民间投资的工具", "bonds and funds, as tools for private investment"),
    ("finance", "中小企业贷款贵", "Dear loans for small firms", "spending", PASSING, "只给受冲击的服务业降利率", "lower rates for stricken services only"),
    ("finance", "没有抵押就贷不到款", "No loan without collateral", "", NONE, "", ""),
    ("environment", "关停多而一刀切", "Blanket closures", "", NONE, "", ""),
    ("environment", "全省受管控而停产", "All under control and halted each year", "", NONE, "", ""),
)  # fmt: skip


def links(also: Sequence[tuple[str, str, str]] = ()) -> pd.DataFrame:
    """Return every problem of the diagnosis with what answers it: head, problem, measure, level, basis.

    ``also``: (problem as printed on the page, measure key, level) for readers who read the speech otherwise; it
    replaces the reading of that problem. Raises ValueError for a problem, measure or level that there is not.
    """
    rows = [(h, t(zh, en), m, level, t(bz, be)) for h, zh, en, m, level, bz, be in LINKS]
    out = pd.DataFrame(rows, columns=["head", "problem", "measure", "level", "basis"])
    for problem, measure, level in also:
        at = out.index[out["problem"] == problem]
        if at.empty or measure not in [k for k, *_ in MEASURES] or level not in (OWN, PASSING):
            raise ValueError(f"no such problem, measure or level: {problem}, {measure}, {level}")
        out.loc[at, ["measure", "level", "basis"]] = [measure, level, t("读者的读法", "the reader’s reading")]
    return out


def matrix(also: Sequence[tuple[str, str, str]] = ()) -> pd.DataFrame:
    """Return the strongest link of each measure and head: measure, measure_name, head, head_name, level, problems."""
    found = links(also).query("level != 'none'")
    names = {k: t(zh, en) for k, zh, en in MEASURES}
    heads_ = dict(zip(heads()["key"], heads()["name"], strict=True))
    rows = []
    for (measure, head), group in found.groupby(["measure", "head"], sort=False):
        level = OWN if (group["level"] == OWN).any() else PASSING
        rows.append(
            (measure, names[measure], head, heads_[head], level, t("；", "; ").join(group["problem"]))
        )
    return pd.DataFrame(rows, columns=["measure", "measure_name", "head", "head_name", "level", "problems"])


def matrix_chart(also: Sequence[tuple[str, str, str]] = ()) -> charts.Figure:
    """Draw measures against heads: a full dot for a passage of its own, a ring for a passing word, a bare column for none."""
    shown, every = matrix(also), links(also)
    names = dict(zip(heads()["key"], heads()["name"], strict=True))
    own = set(shown.loc[shown["level"] == OWN, "head"])
    bare = [names[h] for h in names if h not in set(shown["head"])]
    thin = [names[h] for h in names if h in set(shown["head"]) and h not in own]
    missing = int((every["level"] == NONE).sum())
    title = first_finding(
        (t("{bare}一条没有任何对策，{thin}只被顺带提到；{n} 个问题里 {k} 个没有下文", "No measure answers the head on {bare}, {thin} gets a passing word; of {n} problems {k} are left unanswered"),
         bool(bare and thin)),
        (t("{bare}一条没有任何对策；{n} 个问题里 {k} 个没有下文", "No measure answers the head on {bare}; of {n} problems {k} are left unanswered"), bool(bare)),
        (t("每一条诊断都有对策；{n} 个问题里 {k} 个没有下文", "Every head has a measure; of {n} problems {k} are left unanswered"), True),
        bare=t("、", ", ").join(bare).lower(), thin=t("、", ", ").join(thin).lower(), n=len(every), k=missing,
    )  # fmt: skip
    order, rows = list(names.values()), [t(zh, en) for _, zh, en in MEASURES]
    x = alt.X("head_name:N", sort=order, title=None, scale=alt.Scale(domain=order), axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, labelPadding=8, labelOverlap=False))  # fmt: skip
    y = named_rows(rows, "measure_name")
    y.scale = alt.Scale(domain=rows)
    grid = pd.MultiIndex.from_product([rows, order], names=["measure_name", "head_name"]).to_frame(
        index=False
    )
    empty = grid[grid["head_name"].isin(bare)]
    drawn = alt.Chart(grid).mark_point(shape="square", size=9, color=QUIET, opacity=1).encode(x=x, y=y)
    drawn += alt.Chart(empty).mark_rect(color=RED, opacity=0.12).encode(x=x, y=y)
    labels = {OWN: t("专门一段", "A passage of its own"), PASSING: t("顺带提到", "A passing word")}
    shown["told"] = shown["level"].map(labels)
    tip = [alt.Tooltip("measure_name:N", title=t("对策", "Measure")), alt.Tooltip("head_name:N", title=t("诊断", "Head")), alt.Tooltip("problems:N", title=t("问题", "Problems"))]  # fmt: skip
    dots = alt.Chart(shown).encode(x=x, y=y, tooltip=tip)
    kinds = list(labels.values())
    drawn += dots.mark_point(size=240, opacity=1, strokeWidth=3, filled=False).encode(
        stroke=alt.Stroke("told:N", title=None, scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE])),
        fill=alt.Fill("told:N", legend=None, scale=alt.Scale(domain=kinds, range=[BLUE, charts.PAPER])),
    )
    level = labels | {NONE: t("没有", "None")}
    measure_names = {k: t(zh, en) for k, zh, en in MEASURES} | {"": "—"}
    table = pd.DataFrame({
        t("诊断", "Head"): every["head"].map(names), t("问题", "Problem"): every["problem"], t("对策", "Measure"): every["measure"].map(measure_names),
        t("程度", "How"): every["level"].map(level), t("依据", "Basis"): every["basis"].replace("", "—")})  # fmt: skip
    return charts.figure(
        drawn.properties(height=34 * len(rows)), id="fig-matrix", title=title, status="computed",
        subtitle=t("横排是七条诊断，竖排是八条对策；实心：对策里有专门的话，空心：讲别的事时顺带提到，底色：整列空白。依据逐条列在数据表里，这是本书的读法",
                   "Across: the seven heads; down: the eight measures; full: a passage of its own, ring: said in passing, shaded: a column left empty. The basis of each stands in the table; the reading is this book’s"),
        source=reading.source_titles(["newsletter"]), table=table,
        alt_text=t(f"矩阵图，八行七列。{title}。", f"A matrix of eight rows and seven columns. {title}."),
    )  # fmt: skip


def unanswered() -> pd.DataFrame:
    """Return the problems that no measure speaks to: head (name), problem; in the speech's order."""
    found = links().query("level == 'none'")
    names = dict(zip(heads()["key"], heads()["name"], strict=True))
    return found.assign(head=found["head"].map(names))[["head", "problem"]].reset_index(drop=True)


# ---------------------------------------------------------------- two measures that pull apart


def services_needed(size: float, target: float | None = None) -> Reckoned:
    """Return how many times as large services must be once a newcomer trades ``size`` times what Foxconn does.

    ``target``: the share of services to reach (%); None: the share of 2020 itself, so that nothing is lost.
    """
    goods = f"trade_ha_2020*(1 + {size:.6f}*foxconn_share_2020/100)"
    if target is None:
        return reckon(f"1 + {size:.6f}*foxconn_share_2020/100")
    return reckon(f"{target}/(100 - {target})*{goods}/services_trade_ha_2020")


def services_share(size: float) -> Reckoned:
    """Return the share of services (%) once a newcomer trades ``size`` times what Foxconn does, services unchanged."""
    return reckon(f"services_trade_ha_2020/(services_trade_ha_2020 + trade_ha_2020*(1 + {size:.6f}*foxconn_share_2020/100))*100")  # fmt: skip


def tug_chart() -> charts.Figure:
    """Draw how far services must grow, by the size of the newcomer that the seventh measure asks for."""
    nation = printed("services_share_cn_2020")
    now, then, hold = services_needed(0, nation), services_needed(1, nation), services_needed(1)
    title = finding(
        t("再引进一个富士康，服务贸易要变成 {then:.1f} 倍才到全国的占比，不引进只要 {now:.1f} 倍", "With a second Foxconn services must grow {then:.1f}-fold to reach China’s share, without it {now:.1f}-fold"),
        holds=then.lower > now.upper and hold.lower > 1, then=then.value, now=now.value,
    )  # fmt: skip
    names = {
        "nation": t(f"到全国的 {nation}%", f"to China’s {nation}%"),
        "hold": t("保住现在的占比", "to keep today’s share"),
    }
    rows = [(key, size * 100, *services_needed(float(size), target)) for key, target in (("nation", nation), ("hold", None)) for size in np.linspace(0, 1, 21)]  # fmt: skip
    shown = pd.DataFrame(rows, columns=["key", "size", "value", "lower", "upper"])
    shown["name"] = shown["key"].map(names)
    colour = alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(names.values()), range=[RED, BLUE]))
    x = ruler(
        t("新企业的进出口相当于富士康的（%）", "Newcomer’s trade, % of Foxconn’s"),
        [0, 109],
        [0, 25, 50, 75, 100],
    )
    y = alt.Y("lower:Q", title=t("服务贸易须是 2020 年的几倍", "Services, times those of 2020"), scale=alt.Scale(domain=[0, 4.3], nice=False))  # fmt: skip
    base = alt.Chart(shown).encode(x=x("size"), color=colour)
    drawn = base.mark_area(opacity=0.25).encode(y=y, y2="upper:Q") + base.mark_line().encode(
        y=alt.Y("value:Q")
    )
    ends = shown[shown["size"].isin([0, 100])]
    ends = ends.assign(told=[f"{v:.1f}" for v in ends["value"]])
    last = alt.Chart(ends[ends["size"] == 100]).encode(x=x("size"), y=alt.Y("value:Q"))
    first = alt.Chart(ends[ends["size"] == 0]).encode(x=x("size"), y=alt.Y("value:Q"))
    drawn += last.mark_text(align="left", dx=5, fontWeight="bold").encode(text="told:N", color=alt.value(INK))
    drawn += first.mark_text(align="left", dx=4, dy=-12, fontWeight="bold").encode(
        text="told:N", color=alt.value(INK)
    )
    middle = alt.Chart(shown[shown["size"] == 50]).encode(x=x("size"), y=alt.Y("value:Q"))
    drawn += middle.mark_text(dy=26).encode(text="name:N", color=alt.value(INK))
    table = shown[shown["size"] % 25 == 0]
    table = pd.DataFrame({t("目标", "Aim"): table["name"], t("新企业（%）", "Newcomer (%)"): table["size"], t("须是几倍", "Times"): table["value"],
                          t("四舍五入的范围", "Range left by rounding"): [Reckoned(r.value, r.lower, r.upper).told() for r in table.itertuples()]})  # fmt: skip
    return charts.figure(
        drawn.properties(height=270), id="fig-tug", title=title, status="computed",
        subtitle=t("服务贸易须达到 2020 年的几倍，随新引进企业的大小而变；设其他货物贸易不变，色带是四舍五入的范围", "How many times the services of 2020 are needed, by the size of the newcomer; other goods trade unchanged, bands are what rounding leaves"),
        source=reading.source_titles(["newsletter"]), table=table, formats={t("新企业（%）", "Newcomer (%)"): "{:.0f}", t("须是几倍", "Times"): "{:.2f}"},
        alt_text=t(f"两条上升的线。{title}。", f"Two rising lines. {title}."),
    )  # fmt: skip


# ---------------------------------------------------------------- prose

# lists.csv holds the names as printed, in Chinese; these are their English words, in the same order.
_CHAINS_EN = (
    "new displays and smart devices", "new-energy and connected vehicles", "smart equipment", "smart sensors", "network security",
    "new-generation artificial intelligence", "biomedicine", "energy saving and environmental protection", "5G", "superhard (new) materials",
)  # fmt: skip


def chains() -> list[str]:
    """Return the emerging chains that the speech names, in its order, in the page's language."""
    table = editions.lists().query("list == 'chains'").sort_values("position")
    return [t(item, english) for item, english in zip(table["item"], _CHAINS_EN, strict=True)]


def numbers() -> None:
    """Glue the figures that the chapter's prose speaks of."""
    every, shown = links(), matrix()
    names = dict(zip(heads()["key"], heads()["name"], strict=True))
    left = unanswered()
    told = t("；", "; ").join(
        t(f"{head}方面的{'、'.join(g)}", f"in {head.lower()}, {', '.join(p[0].lower() + p[1:] for p in g)}")
        for head, g in left.groupby("head", sort=False)["problem"]
    )
    nation = printed("services_share_cn_2020")
    target = reckon("investment_target_2022*10000/gdp_ha_2021*100")
    growth = {r: known("gdp_growth_real", r).set_index("period")["value"]["2022"] for r in ("河南", "全国")}
    first = reckon("foxconn_share_2020/(1 + foxconn_share_2020/100)")
    items = printed("grafted_industries") + printed("growth_industries") + printed("future_industries")
    finding(
        t("2022 年全年，河南增长略快于全国", "Over 2022 Henan grew a little faster than China"),
        holds=growth["河南"] > growth["全国"], henan=growth["河南"], china=growth["全国"],
    )  # fmt: skip
    glue(
        n_measures=len(MEASURES), n_heads=len(names), n_problems=len(every), n_own=int((every["level"] == OWN).sum()),
        n_passing=int((every["level"] == PASSING).sum()), n_none=len(left), left=told,
        n_trade=int(shown[shown["head"] == "trade"]["measure"].nunique()), chains=t("、", ", ").join(chains()), n_chains=len(chains()),
        target_share=target.value, target_range=target.told(0), n_industries=int(items),
        floor=reckon("emerging_clusters*cluster_size/10000").value,
        share_now=services_share(0).value, share_then=services_share(1).value,
        first_now=printed("foxconn_share_2020"), first_then=first.value, both_then=2 * first.value,
        need_now=services_needed(0, nation).value, need_then=services_needed(1, nation).value, hold=services_needed(1).value,
        growth_ha=growth["河南"], growth_cn=growth["全国"],
        investment_2022=known("fixed_investment_growth", "河南").set_index("period")["value"]["2022"],
        industry_2022=known("industrial_investment_growth", "河南").set_index("period")["value"]["2022"],
        trade_2024=money(known("trade_goods_total", "河南").set_index("period")["value"]["2024"]), trade_2021=money(known("trade_goods_total", "河南").set_index("period")["value"]["2021"]),
    )  # fmt: skip
