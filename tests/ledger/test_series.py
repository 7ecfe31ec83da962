"""The economy tables: which print is picked, how ties and gaps are ranked, what an average leaves over."""

import math

import pandas as pd
import pytest

from bluebook.data import edition
from bluebook.ledger import series as economy
from bluebook.ledger.interval import Interval
from bluebook.ledger.place import Place, place
from bluebook.ledger.regions import regions
from bluebook.messages import BadInput


@pytest.fixture(scope="module")
def series():
    return edition.series()


def growth(period):
    return economy.values_by_province(edition.provinces(), "gdp_growth_real", period)


def test_first_prints_and_revisions_are_different_rows(series):
    assert economy.value(series, "gdp_growth_real", "全国", 2012) == 7.8
    assert economy.value(series, "gdp_growth_real", "全国", 2012, vintage="revised") == 7.7
    assert economy.value(series, "gdp_growth_real", "河南", 2020) == 1.3


def test_where_no_revision_was_seen_the_first_print_stands_and_says_so(series):
    row = economy.pick(series, "gdp_growth_real", "河南", vintage="revised").loc["2017"]
    assert (row["value"], row["vintage"]) == (7.8, "first")


def test_a_missing_year_is_a_gap_and_never_left_out(series):
    wide = economy.by_year(series, "gdp_growth_real", ["全国", "河南"])
    assert list(wide.index) == list(range(wide.index[0], wide.index[-1] + 1))
    assert wide.loc[[2013, 2014], "河南"].isna().all()
    assert wide.loc[[2013, 2014], "全国"].notna().all()


def test_a_figure_that_is_not_there_is_named_in_the_build_and_a_gap_elsewhere(series, monkeypatch):
    monkeypatch.delenv("BLUEBOOK_BUILD", raising=False)
    assert math.isnan(economy.value(series, "gdp_growth_real", "河南", 2013))
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(BadInput, match="河南 2013"):
        economy.value(series, "gdp_growth_real", "河南", 2013)


def test_whoever_has_no_figure_has_no_place_in_a_notebook_and_stops_the_build(monkeypatch):
    rates = pd.Series({"a": 1.0, "b": float("nan")})
    assert pd.isna(place(rates, "b").rank)
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    with pytest.raises(BadInput, match="b"):
        place(rates, "b")


def test_a_name_that_is_not_there_is_named_with_those_that_are(series):
    with pytest.raises(BadInput, match="gdp_growth_real"):
        economy.value(series, "gdp", "河南", 2020)
    with pytest.raises(BadInput, match="郑洛新"):
        economy.value(series, "gdp_growth_real", "中原", 2020)


def prints(*told):
    """Return a series of one year from prints told as (vintage, kind, confidence, value)."""
    return pd.DataFrame(
        [
            {
                "series": "x",
                "region": "河南",
                "period": "2020",
                "frequency": "A",
                "value": value,
                "vintage": vintage,
                "kind": kind,
                "confidence": confidence,
                "source": "s",
            }
            for vintage, kind, confidence, value in told
        ]
    )


def test_a_print_of_unknown_vintage_stands_before_a_revision_and_after_the_first():
    three = prints(
        ("revised", "printed", "high", 3.0),
        ("unknown", "printed", "low", 2.0),
        ("first", "printed", "low", 1.0),
    )
    assert economy.pick(three, "x", "河南")["value"].tolist() == [1.0]
    assert economy.pick(three[three["vintage"] != "first"], "x", "河南")["value"].tolist() == [2.0]
    assert economy.pick(three, "x", "河南", vintage="revised")["value"].tolist() == [3.0]
    late = three[three["vintage"] != "revised"]
    assert economy.pick(late, "x", "河南", vintage="revised")["value"].tolist() == [1.0]


def test_a_printed_figure_stands_before_a_derived_one_of_more_confidence():
    two = prints(("first", "derived", "high", 2.0), ("first", "printed", "low", 1.0))
    assert economy.pick(two, "x", "河南")["value"].tolist() == [1.0]


def test_a_lower_bound_among_the_provinces_leaves_the_place_open():
    values = economy.values_by_province(edition.provinces(), "trade_goods_total", 2021, regions().central)
    assert values.attrs["at_least"] == ("山西",)
    assert place(values, "河南") == Place(1, 2, (), ("山西",), 6)
    assert place(values, "河南", {"山西": (2230, 3000)}) == Place(1, 1, (), (), 6)


def test_the_ranks_of_the_speech_come_out_of_the_31_provinces():
    assert place(growth(2020), "河南").rank == 26
    tie = place(growth(2021), "河南")
    assert (tie.rank, tie.tied, tie.last) == (27, ("内蒙古",), 28)
    central = list(regions().central)
    assert [place(growth(p)[central], "河南").rank for p in (2020, 2021, "2022Q1")] == [5, 6, 6]


def test_a_province_without_a_figure_leaves_the_rank_open_until_something_is_known_of_it():
    spring = growth("2022Q1")
    assert spring.index[spring.isna()].tolist() == ["西藏"]
    open_ = place(spring, "河南")
    assert (open_.rank, open_.worst, open_.unknown) == (24, 25, ("西藏",))
    known = place(spring, "河南", {"西藏": (spring["湖南"], spring["山西"])})
    assert (known.rank, known.worst, known.unknown) == (25, 25, ())


def test_bounds_say_nothing_of_a_value_that_is_there():
    values = pd.Series({"a": 2.0, "b": 3.0, "c": 1.0})
    assert place(values, "a", {"b": (0, 1), "c": (5, 6), "d": (9, 9)}) == Place(2, 2, (), (), 3)


def test_a_value_that_is_certainly_lower_changes_no_rank():
    values = pd.Series({"a": 2.0, "b": float("nan"), "c": 1.0})
    assert place(values, "a", {"b": (0, 1.9)}) == Place(1, 1, (), (), 3)


def test_ranked_gives_ties_the_smallest_rank_and_the_missing_none():
    table = economy.ranked(pd.Series({"a": 1.0, "b": 3.0, "c": 3.0, "d": float("nan")}))
    assert table["rank"].tolist() == [1, 1, 3, pd.NA]


def test_two_year_average_and_second_year_give_the_first():
    first = economy.rest_of_average(3.6, 2, [6.3])
    assert first.lower < 0.97 < first.upper and first.value == pytest.approx(0.9686, abs=1e-4)
    assert not first.lower <= 1.3 <= first.upper
    exact = economy.rest_of_average(5.0, 3, [Interval(5, 5, 5)] * 2, half=0.0)
    assert exact.lower == pytest.approx(5) == exact.upper
    with pytest.raises(ValueError):
        economy.rest_of_average(5.0, 2, [1.0, 2.0])
