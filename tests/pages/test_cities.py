"""The cities' pages: every clause of why a city stands where it stands, worked out again from the tables."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import statistics
from pathlib import Path

import desk
import pytest
from conftest import ROOT
from desk import SCORES, change, in_chinese

import bluebook as bb
from bluebook.pages import cities
from tools import city_pages

data = desk.data
EVIL = "<img src=x onerror=alert(1)>"
FIGURES = ["history", "dimensions", "moves", "public", "moved", "speeches", "data"]


def read(path: str, root: Path = ROOT / "data") -> list[dict[str, str]]:
    with (root / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


NAMES = {row["city"]: row["name_zh"] for row in read("cities.csv")}
PRINTED = {(r["city"], r["code"]): r for r in read(SCORES)}
DIMS = {r["code"]: r for r in read("editions/2022/indicators.csv") if r["parent"] == "index"}
FIFTH = {d: min(float(r["score"]) for (_, c), r in PRINTED.items() if c == d and r["score"]) for d in DIMS}
CODES = list(NAMES)
every_city = pytest.mark.parametrize("code", CODES, ids=NAMES.get)


def rank_of(code: str, of: str = "index") -> int | None:
    rank = PRINTED.get((code, of), {}).get("rank")
    return int(rank) if rank else None


def score_of(code: str, of: str = "index") -> float | None:
    score = PRINTED.get((code, of), {}).get("score")
    return float(score) if score else None


def shown(code: str) -> str:
    """Return everything that a profile says, as HTML."""
    made = [getattr(bb, f"city_{name}")(code) for name in ["head", *FIGURES]]
    return "".join(
        json.dumps(m.payload(), ensure_ascii=False) if hasattr(m, "payload") else m.text for m in made
    )


# ---------------------------------------------------------------- why this rank


@every_city
def test_why_a_city_stands_there_is_said_in_eighty_characters(code: str) -> None:
    told = bb.city_told(code)
    assert 10 < len(re.findall(r"[\u4e00-\u9fff]", told)) <= 80 and told.endswith("。")


@every_city
def test_what_lifts_a_city_is_its_best_printed_dimension_or_indicator(code: str) -> None:
    told, own = bb.city_told(code).split("；")[0].rstrip("。"), rank_of(code)
    ranks = {d: rank_of(code, d) for d in DIMS if rank_of(code, d)}
    ahead = {d: r for d, r in ranks.items() if r <= own}
    if len(ranks) == len(DIMS) and len(set(ranks.values())) == 1:
        assert told == f"{len(DIMS)} 个维度都排第 {own}"
    elif ahead:
        best = min(ahead.values())
        names = "、".join(DIMS[d]["name_zh"] for d in DIMS if ahead.get(d) == best)
        assert told == f"{'抬高' if best < own else '撑住'}名次的是{names}（第 {best}）"
    else:
        single = [int(r["rank"]) for (c, k), r in PRINTED.items() if c == code and "_" in k and r["rank"]]
        single = [r for r in single if r < own]
        assert told.endswith(f"（第 {min(single)}）" if single else "没有见到排在前面的维度或单项")


@every_city
def test_what_holds_a_city_back_is_its_worst_dimension_or_those_behind_the_list(code: str) -> None:
    told, own = bb.city_told(code), rank_of(code)
    ranks = {d: rank_of(code, d) for d in DIMS}
    if set(ranks.values()) == {own}:
        above = next((c for c in NAMES if rank_of(c) == own - 1), None)
        gaps = {
            d: float(DIMS[d]["weight"]) / 100 * ((score_of(above, d) if above else 100) - score_of(code, d))
            for d in DIMS
        }
        worst = max(gaps, key=gaps.get)
        assert f"{DIMS[worst]['name_zh']}，加权差 {gaps[worst]:.1f} 分" in told
        return
    behind = [DIMS[d]["name_zh"] for d, r in ranks.items() if r is None and own <= 5]
    worse = [r for r in ranks.values() if r and r > own]
    assert ("不在前 5" in told) == bool(behind) and ("拖低的是" in told) == bool(behind or worse)
    assert "、".join(behind) in told
    if worse:
        names = "、".join(DIMS[d]["name_zh"] for d, r in ranks.items() if r == max(worse))
        assert f"拖低的是{names}（第 {max(worse)}）" in told


@every_city
def test_no_weights_move_a_city_only_if_it_leads_or_trails_every_other_in_every_dimension(code: str) -> None:
    """By print alone: a score, or at most the last that is printed."""

    def most(city: str, d: str) -> float:
        score = score_of(city, d)
        return (FIFTH[d] if score is None else score) + 0.005

    def least(city: str, d: str) -> float:
        score = score_of(city, d)
        return 0.0 if score is None else score - 0.005

    def apart(a: str, b: str) -> bool:
        return all(least(a, d) > most(b, d) for d in DIMS)

    fixed = all(apart(code, c) or apart(c, code) for c in NAMES if c != code)
    assert ("怎样改权重，名次都不变" in bb.city_told(code)) == fixed


def test_the_least_change_of_weights_is_between_what_it_takes_for_scores_that_fit() -> None:
    """Scores drawn at random within print and ceilings that give both totals, by a search of its own."""
    numpy = pytest.importorskip("numpy")
    rng, weights = numpy.random.default_rng(5), numpy.array([float(r["weight"]) / 100 for r in DIMS.values()])

    def fitting(code: str, n: int = 150) -> list:
        """Scores of a city: what is printed, the rest at random, the last of them solved from the total."""
        out, open_ = [], [i for i, d in enumerate(DIMS) if score_of(code, d) is None]
        while len(out) < n:
            x = numpy.array([score_of(code, d) or 0.0 for d in DIMS])
            for i in open_:
                x[i] = rng.uniform(0, list(FIFTH.values())[i])
            last = int(rng.choice(open_))
            x[last] += (score_of(code) - x @ weights) / weights[last]
            if 0 <= x[last] <= list(FIFTH.values())[last]:
                out.append(x)
        return out

    def change(a: numpy.ndarray, b: numpy.ndarray) -> float:
        """Move weight, a little at a time, from where the lead is greatest to where it is least."""
        w, d, moved = weights.copy(), a - b, 0.0
        while w @ d > 0:
            i = max((k for k in range(len(w)) if w[k] > 0), key=lambda k: d[k])
            step = min(w[i], 0.001)
            w[i] -= step
            w[d.argmin()] += step
            moved += step
        return 100 * moved

    pairs = [("411000", "411300"), ("410800", "411000")]
    for above, below in pairs:
        row = bb.city_swaps(above).set_index("city").loc[below]
        tried = [change(a, b) for a, b in zip(fitting(above), fitting(below), strict=True)]
        assert row["least"] - 0.11 <= min(tried) and max(tried) <= row["most"] + 0.11
        assert max(tried) - min(tried) > 0.4 * (row["most"] - row["least"])
        other_way = bb.city_swaps(below).set_index("city").loc[above]
        assert other_way[["least", "most"]].tolist() == row[["least", "most"]].tolist()


@every_city
def test_the_change_that_is_said_is_the_least_of_all(code: str) -> None:
    told, table = bb.city_told(code), bb.city_swaps(code)
    if score_of(code) is None:
        assert table.empty and "总分未公布，算不出改多少权重会换位" in told
        return
    least, most = table["least"].min(), table["most"].min()
    numbers = re.search(r"(?:最少要挪|至多挪) ([\d.]+)(?:—([\d.]+))? 分", told)
    if math.isinf(least):
        assert numbers is None and "名次都不变" in told
    elif "至多挪" in told:
        assert least < 0.1 and 0 <= float(numbers[1]) - most <= 0.1
    else:
        assert 0 <= least - float(numbers[1]) <= 0.1 and 0 <= float(numbers[2]) - most <= 0.1
        assert "反推的权重" in told


@every_city
def test_what_cannot_be_said_is_said(code: str) -> None:
    last = bb.city_told(code).rstrip("。").split("；")[-1]
    missing = [DIMS[d]["name_zh"] for d in DIMS if score_of(code, d) is None]
    if not missing:
        assert "单项数据未公布" in last
    elif len(missing) == len(DIMS) or rank_of(code) > 5:
        assert f"{len(missing)} 个维度" in last and "哪项拖低说不出" in last
    else:
        assert last == f"{'、'.join(missing)}的得分未公布，只知道范围"


CLAUSES = {  # every form that a clause may take, in the order in which they stand
    "lifts": [
        r"\d+ 个维度都排第 \d+",
        r"(抬高|撑住)名次的是[^；]+（第 \d+）",
        r"维度里没有见到排在前面的，单项里有[^；]+（第 \d+）",
        r"没有见到排在前面的维度或单项",
    ],
    "holds back": [
        r"离[^；]+最远的是[^；]+，加权差 [\d.]+ 分",
        r"拖低的是[^；]+（(第 \d+|不在前 \d+)）(，[^；]+不在前 \d+)?",
    ],
    "moves": [
        r"怎样改权重，名次都不变",
        r"从[^；]+权重出发，(怎样改也换不了位|至少挪 [\d.]+ 分才会换位|至多挪 [\d.]+ 分就同[^；]+打平|最少要挪 [\d.—]+ 分才换位)",
        r"总分未公布，算不出改多少权重会换位",
    ],
    "unsaid": [
        r"单项数据未公布，得分的来由说不出",
        r"[^；]*个维度[^；]*未公布，哪项拖低说不出",
        r"[^；]+的得分未公布，只知道范围",
    ],
}


@every_city
def test_no_clause_stands_that_is_not_tested_here_and_what_could_be_said_is_said(code: str) -> None:
    said = bb.city_told(code).rstrip("。").split("；")
    kinds = [[k for k, forms in CLAUSES.items() if any(re.fullmatch(f, s) for f in forms)] for s in said]
    assert all(len(found) == 1 for found in kinds), list(zip(said, kinds, strict=True))
    order = [found[0] for found in kinds]
    assert order == [k for k in CLAUSES if k in order], "each once, in this order"
    assert {"lifts", "moves", "unsaid"} <= set(order), "only nothing that holds back may be left out"


@every_city
def test_a_single_indicator_is_named_as_the_table_names_it(code: str) -> None:
    found = re.search(r"单项里有(.+)（第 (\d+)）", bb.city_told(code).split("；")[0])
    if found is None:
        return
    names = {r["code"]: r["name_zh"] for r in read("editions/2022/indicators.csv")}
    ranks = {k: int(r["rank"]) for (c, k), r in PRINTED.items() if c == code and "_" in k and r["rank"]}
    assert found[1] in {names[k] for k, rank in ranks.items() if rank == int(found[2]) == min(ranks.values())}


@every_city
def test_whom_it_would_draw_level_with_is_the_nearest(code: str) -> None:
    told, table = bb.city_told(code), bb.city_swaps(code)
    if found := re.search("就同(.+)打平", told):
        near = table.loc[table["most"] == table["most"].min(), "city"].map(NAMES)
        assert found[1] in set(near)
    if "怎样改也换不了位" in told:
        assert table["least"].map(math.isinf).all() and not table["always"].all()
    if found := re.search(r"离(.+)最远的是", told):
        ahead = [c for c in NAMES if rank_of(c) == rank_of(code) - 1]
        assert found[1] == (NAMES[ahead[0]] if ahead else "满分")


# ---------------------------------------------------------------- what the figures hold


@every_city
def test_a_printed_dimension_is_what_the_table_prints_and_any_other_a_range(code: str) -> None:
    table = bb.city_dimensions(code).table.set_index("维度")
    for d, row in DIMS.items():
        told, printed = table.loc[row["name_zh"]], PRINTED.get((code, d), {})
        if printed.get("score"):
            assert (told["得分或范围"], told["怎么知道"]) == (printed["score"], "印出")
        else:
            assert told["证明的上限"] <= FIFTH[d] + 0.0051 and told["怎么知道"] != "印出"
            assert (told["怎么知道"] == "未知") == told["得分或范围"].startswith("不高于")
        rank = rank_of(code, d)
        assert told["名次"] == (f"第 {rank}" if rank else "不在前 5")
    status = "published" if all(score_of(code, d) is not None for d in DIMS) else "computed"
    assert bb.city_dimensions(code).status == status


def test_ranges_are_those_of_the_recovery_and_of_the_weights() -> None:
    found = cities.known().cells.set_index(["city", "code"])
    proven = found.loc[("410700", "performance")]
    assert proven["kind"] == "bounded"
    assert [round(proven[c], 1) for c in ("low", "high")] == [19.5, 49.9]  # as the laboratory proves
    rest = sum(score_of("410700", d) * float(DIMS[d]["weight"]) for d in DIMS if d != "performance")
    only = (100 * score_of("410700") - rest) / float(DIMS["performance"]["weight"])
    assert proven["likely_low"] < only < proven["likely_high"] < only + 0.2
    assert found.loc[("411000", "enterprise"), "kind"] == "likely"
    assert found.loc[("419001", "input"), "kind"] == "unknown"


@every_city
def test_history_holds_every_print_and_a_gap_for_every_other_year(code: str) -> None:
    table = bb.city_history(code).table.set_index("版次")
    for year in bb.years():
        row = next(
            (r for r in read(f"editions/{year}/scores.csv") if r["city"] == code and r["code"] == "index"), {}
        )
        rank, score = table["名次"][year], table["总分"][year]
        assert ("" if math.isnan(score) else float(score)) == (
            float(row["score"]) if row.get("score") else ""
        )
        assert (
            rank == int(row["rank"])
            if row.get("rank")
            else math.isnan(float(table["名次"].astype(float)[year]))
        )


@every_city
def test_public_figures_are_the_tables_with_median_neighbours_and_rank(code: str) -> None:
    table, rows = bb.city_public(code).table, read("public/cities.csv")
    names = {r["indicator"]: r["name_zh"] for r in read("public/indicators.csv")}
    by_name = {v: k for k, v in names.items()}
    around = bb.city_neighbours(code)
    assert len(table) >= 10
    for _, told in table.iterrows():
        mine = [r for r in rows if r["indicator"] == by_name[told["指标"]] and r["period"] == told["年份"]]
        values = {r["city"]: float(r["value"]) for r in mine}
        assert told["单位"] == mine[0]["unit"] and len(values) >= 9 and told["有数的市"] == len(values)
        assert told["中位数"] == pytest.approx(statistics.median(values.values()))
        near = [v for c, v in values.items() if c in around]
        assert told["相邻各市的中位数"] == pytest.approx(statistics.median(near))
        if code in values:
            assert told[NAMES[code]] == values[code]
            assert told["名次"] == 1 + sum(v > values[code] for v in values.values())
        else:
            assert math.isnan(told[NAMES[code]]) and told["指标"] in bb.city_public(code).note


def test_neighbours_are_mutual_and_share_an_arc() -> None:
    near = {c: bb.city_neighbours(c) for c in CODES}
    assert all(a in near[b] for a in CODES for b in near[a]) and all(near.values())
    assert [NAMES[c] for c in near["419001"]] == ["洛阳", "焦作"]
    assert "411500" not in near["410500"], "north and south of the province"


@every_city
def test_what_moved_is_the_difference_of_two_prints(code: str) -> None:
    before = {r["code"]: r for r in read("editions/2021/scores.csv") if r["city"] == code}
    found = bb.city_moved(code)
    if not before:
        assert "没有见到" in found.text
        return
    names = {"总分": "index", **{r["name_zh"]: d for d, r in DIMS.items()}}
    for _, row in found.table.iterrows():
        old, new = before.get(names[row["项目"]], {}).get("score"), score_of(code, names[row["项目"]])
        if old and new is not None:
            assert float(row["得分变化"].replace("−", "-")) == pytest.approx(new - float(old))
        else:
            assert row["得分变化"] == "算不出" and "未公布" in "".join(row)
    assert "算不出" in found.note


@every_city
def test_a_city_quotes_the_figures_that_name_it_with_their_verdicts(code: str) -> None:
    name, told = NAMES[code], bb.city_quoted(code)
    claims = read("editions/2022/claims.csv")
    own = {r["id"] for r in claims if r["region"] == name}
    assert own <= set(told["id"])
    for id_ in set(told["id"]) - own:
        assert name in next(r for r in claims if r["id"] == id_)["subject_zh"]
    text = bb.city_speeches(code)
    if told.empty:
        assert "没有见到" in text.text
    else:
        assert text.body.count("<li>") == len(told) == text.body.count("bb-mark")
        assert text.table["结论"].tolist() == [bb.VERDICT_WORDS[v][0] for v in told["verdict"]]


def test_a_metropolitan_area_is_not_its_city() -> None:
    told = bb.city_quoted("410100")
    assert not told["subject_zh"].str.fullmatch("郑州都市圈.*").any() and len(told) > 10


def test_in_the_book_a_quoted_figure_opens_and_leads_to_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    body = bb.city_speeches("410300").body
    assert body.count('class="bb-fig"') == len(bb.city_quoted("410300"))
    assert '<a href="@@site@@/chapters/reference/audit.html#claim-science_share_ly_2020">' in body
    assert "@@site@@/chapters/cities/410100.html" in bb.city_head("410300").text
    assert "@@site@@/chapters/cities/compare.html#c=410300,410100" in bb.city_head("410300").text


@every_city
def test_the_data_of_a_city_say_of_each_number_what_kind_it_is_and_whence(code: str) -> None:
    table = bb.city_data(code).table
    printed = [r for y in bb.years() for r in read(f"editions/{y}/scores.csv") if r["city"] == code]
    numbers = sorted(v for r in printed for v in (r["score"], r["rank"]) if v)
    assert sorted(table.loc[table["性质"] == "报告印出", "数值"]) == numbers
    public = [r for r in read("public/cities.csv") if r["city"] == code]
    shown_ = table.loc[table["性质"] == "公开来源", "数值"].astype(float).tolist()
    assert shown_ == pytest.approx([float(r["value"]) for r in public])
    assert (table.loc[table["性质"] != "本书推得", "来源编号"] != "").all()


# ---------------------------------------------------------------- all of them


def test_the_overview_lists_all_in_their_order_and_says_what_is_not_published() -> None:
    table = bb.cities_overview().table
    assert table["城市"].tolist() == list(NAMES.values())
    for code, (_, row) in zip(NAMES, table.iterrows(), strict=True):
        assert row["名次"] == f"第 {rank_of(code)}"
        assert row["总分"] == (PRINTED[code, "index"]["score"] or "未公布")
        assert row["印出的维度"] == f"{sum(score_of(code, d) is not None for d in DIMS)} / {len(DIMS)}"


def test_side_by_side_holds_the_same_words_as_the_table() -> None:
    figure = bb.cities_compare()
    told = json.loads(re.search(r"<script type=\"application/json\">(.*?)</script>", figure.body, re.S)[1])
    printed, dims, public = told["groups"]
    assert told["codes"] == CODES and [r["name"] for r in printed["rows"]] == ["名次", "总分"]
    for row in [*printed["rows"], *dims["rows"]]:
        assert figure.table[row["name"]].tolist() == row["cells"]
    assert public["name"] == "其他公开来源" and len(public["rows"]) >= 10
    assert figure.table_html() in figure.body, "without JavaScript all stand in one table"


def test_the_pages_are_what_the_tool_writes() -> None:
    wanted = city_pages.pages()
    assert len(wanted) == len(NAMES)
    for path, text in wanted.items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path}: run python -m tools.city_pages"
    there = {p.relative_to(ROOT).as_posix() for p in (ROOT / "chapters/cities").glob("[0-9]*.md")}
    assert there == set(wanted)
    toc = (ROOT / "_toc.yml").read_text("utf-8")
    assert city_pages.contents(toc) == toc


def test_pages_differ_in_code_and_name_only() -> None:
    plain = {
        text.replace(p[-9:-3], "0").replace(f"# {NAMES[p[-9:-3]]}\n", "#\n")
        for p, text in city_pages.pages().items()
    }
    assert len(plain) == 1
    assert "洛\\*阳\\<b\\>" in city_pages.page("410300", "洛*阳<b>")


# ---------------------------------------------------------------- other data


@pytest.mark.slow
def test_a_changed_score_changes_the_page(data) -> None:
    before = bb.city_told("410800"), bb.city_dimensions("411000").table.to_string()
    change(data / SCORES, {"score": "27.90"}, city="411300", code="index")
    change(data / SCORES, {"score": "53.99"}, city="411000", code="performance")
    after = bb.city_told("410800"), bb.city_dimensions("411000").table.to_string()
    assert before[0] != after[0] and before[1] != after[1] and "53.99" in after[1]


def test_scores_that_the_weights_do_not_give_leave_the_change_unknown(data) -> None:
    change(data / SCORES, {"score": "60.70"}, city="410300", code="index")
    assert "合不出印出的得分" in bb.city_told("410300") and bb.city_swaps("410300").empty
    assert "合不出" in bb.city_moves("410300").text


def next_edition(root: Path, **totals: tuple[str, str]) -> None:
    """Make an edition of the year after, of whose totals only these are printed: city → (score, rank)."""
    old, new = root / "editions/2022", root / "editions/2023"
    new.mkdir()
    settings = (old / "edition.yml").read_text("utf-8").replace("year: 2022", "year: 2023")
    (new / "edition.yml").write_text(settings, "utf-8")
    shutil.copy(old / "indicators.csv", new)
    empty = dict.fromkeys(read(SCORES)[0], "")
    with (new / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(empty), lineterminator="\n")
        out.writeheader()
        for city in NAMES:
            score, rank = totals.get(f"c{city}", ("", ""))
            told = {
                "city": city,
                "code": "index",
                "score": score,
                "rank": rank,
                "decimals": "2" if score else "",
            }
            out.writerow({**empty, **told, "source": "newsletter", "confidence": "low"})


def test_a_city_without_rank_and_score_says_so(data) -> None:
    next_edition(data, c410100=("97.00", "1"), c410300=("52.00", "2"))
    assert "名次和得分未公布" in bb.city_told("411600") and "未公布" in bb.city_head("411600").text
    assert bb.city_told("410100") != bb.city_told("410300") and "未公布" in bb.city_told("410300")
    table = bb.cities_overview().table.set_index("城市")
    assert table.loc["周口", ["名次", "总分"]].tolist() == ["未公布", "未公布"]
    assert table.loc["洛阳", ["名次", "总分"]].tolist() == ["第 2", "52.00"]


@pytest.mark.slow
def test_an_edition_without_any_score_says_so_everywhere(data) -> None:
    next_edition(data)
    assert all("名次和得分未公布" in bb.city_told(c) for c in NAMES)
    assert (bb.cities_overview().table["总分"] == "未公布").all()
    text = shown("410300")
    assert not re.search(r"\bnan\b|<NA>|\bNone\b", text) and "未公布" in text


@pytest.mark.slow
def test_a_city_added_to_the_table_has_its_page(data) -> None:
    path = data / "cities.csv"
    path.write_text(
        path.read_text("utf-8") + "419999,新城,新城市,Xincheng,19,#123456,,echarts_map,high,\n", "utf-8"
    )
    assert f"{city_pages.FOLDER}/419999.md" in city_pages.pages()
    toc = (ROOT / "_toc.yml").read_text("utf-8")
    assert "chapters/cities/419999\n" in city_pages.contents(toc)
    assert "未公布" in bb.city_told("419999") and bb.city_neighbours("419999") == []
    assert shown("419999") and len(bb.cities_overview().table) == len(NAMES) + 1
    assert "419999" in bb.cities_compare().body


def test_the_tool_writes_the_new_page_and_takes_the_old_away(data, tmp_path: Path) -> None:
    shutil.copy(ROOT / "_toc.yml", tmp_path / "_toc.yml")
    path = data / "cities.csv"
    path.write_text(path.read_text("utf-8").replace("419001,济源,济源市", "419002,济水,济水市"), "utf-8")
    old = tmp_path / city_pages.FOLDER / "419001.md"
    old.parent.mkdir(parents=True)
    old.write_text("old", "utf-8")
    city_pages.main()
    assert not old.exists() and "# 济水\n" in old.with_name("419002.md").read_text("utf-8")
    toc = (tmp_path / "_toc.yml").read_text("utf-8")
    assert "419002" in toc and "419001" not in toc


def test_nothing_of_the_teaching_panel_is_in_a_profile(data) -> None:
    shutil.rmtree(data / "teaching")
    assert shown("411000") and bb.city_told("411000") and bb.cities_compare().body


@pytest.mark.slow
def test_what_comes_from_a_table_stands_as_text(data, monkeypatch: pytest.MonkeyPatch) -> None:
    change(data / "cities.csv", {"name_zh": EVIL, "metro": EVIL}, city="410300")
    change(data / desk.CLAIMS, {"subject_zh": EVIL, "speaker": EVIL}, id="noodle_seconds")
    for building in ("", "1"):
        monkeypatch.setenv("BLUEBOOK_BUILD", building)
        text = bb.city_head("410300").text + bb.cities_overview().body + bb.cities_compare().body
        text += bb.city_speeches("411000").body + bb.city_head("410100").text
        assert "<img" not in text and "&lt;img" in text


def test_a_code_that_is_no_city_is_refused() -> None:
    for name in ["told", "head", *FIGURES, "swaps", "neighbours", "quoted"]:
        with pytest.raises(bb.BadInput, match="410000"):
            getattr(bb, f"city_{name}")("410000")


@pytest.mark.slow
def test_the_pages_read_in_english_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    for code in ("410100", "410700", "411000", "411600"):
        assert not in_chinese(bb.city_told(code)), bb.city_told(code)
        for name in FIGURES:
            figure = getattr(bb, f"city_{name}")(code)
            words = figure.title + figure.subtitle + figure.note if hasattr(figure, "title") else figure.text
            assert not in_chinese(words), (name, words)
    assert not in_chinese(bb.cities_overview().body + bb.cities_compare().title)


# ---------------------------------------------------------------- in a browser


@pytest.fixture
def page(browser, tmp_path: Path):
    """The comparison as a file, opened from the disk."""
    path = tmp_path / "compare.html"
    figure = bb.cities_compare()
    path.write_text(f"<!doctype html><meta charset=utf-8>{figure.body}", "utf-8")
    tab = browser.new_page()
    yield tab, path.as_uri()
    tab.close()


def test_the_choice_stands_in_the_address_and_keys_change_it(page) -> None:
    tab, address = page
    faults: list[str] = []
    tab.on("pageerror", lambda fault: faults.append(str(fault)))
    tab.goto(f"{address}#c=410300,411000,999999,410300")
    heads, every = ".bb-compare-table thead th", tab.locator(".bb-compare-all")
    assert tab.locator(heads).all_inner_texts()[1:] == ["洛阳", "许昌"]
    assert "52.70" in tab.locator(".bb-compare-table").inner_text() and not every.is_visible()
    tab.locator("input[value='410100']").focus()
    tab.keyboard.press("Space")
    tab.wait_for_function("location.hash === '#c=410300,411000,410100'")
    assert tab.locator(heads).count() == 4
    tab.locator("input[value='410200']").focus()
    tab.keyboard.press("Space")
    assert tab.locator("input[value='410400']").is_disabled(), "four are enough"
    tab.evaluate("location.hash = '#c=419001,410700'")
    tab.wait_for_function("document.querySelectorAll('.bb-compare-table thead th').length === 3")
    assert tab.locator(heads).all_inner_texts()[1:] == ["济源", "新乡"]
    tab.goto(f"{address}#c=")
    tab.reload()
    assert tab.locator(heads).count() == 0 and "至少选两座" in tab.locator(".bb-compare-said").inner_text()
    assert every.is_visible() and faults == []
