"""What 2022 alone says of the index: distances, a place too many, two shares, 36 firsts."""

from __future__ import annotations

import desk
import pytest
from desk import CLAIMS, change, figures, glued, in_chinese

from bluebook import charts
from bluebook.chapters import index_2022
from bluebook.words import BadInput

data = desk.data


@pytest.fixture(autouse=True)
def build(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the build a finding that does not hold stops it; elsewhere it only warns."""
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")


def test_a_place_is_worth_about_a_quarter_of_a_point_whichever_way_one_counts() -> None:
    table = index_2022.a_place()
    assert list(table["place"]) == [16, 15] and list(table["steps"]) == [8, 7]
    assert table["lower"].min() == pytest.approx(2.035 / 8) and table["upper"].max() == pytest.approx(
        2.045 / 7
    )


def test_the_finding_on_places_fails_when_the_printed_gap_is_another(data) -> None:
    change(data / CLAIMS, {"value": "9.04"}, id="index_gap_8_15")
    with pytest.raises(charts.FindingError, match="开封"):
        index_2022.tight()


def test_text_that_needs_a_figure_says_which_one_is_missing(data) -> None:
    path = data / CLAIMS
    path.write_text(
        "\n".join(x for x in path.read_text("utf-8").splitlines() if not x.startswith("index_gap_8_15,"))
        + "\n",
        "utf-8",
    )
    with pytest.raises(BadInput, match="index_gap_8_15"):
        index_2022.tight()


def test_the_two_totals_of_science_spending_do_not_meet_even_with_rounding() -> None:
    table = index_2022.spending_totals().set_index("city")
    assert table["lower"]["410100"] > table["upper"]["410300"]
    assert table["lower"]["410100"] == pytest.approx(100 * 69.065 / 30.65)
    assert table["share_upper"]["410300"] < 12.15  # 洛阳's printed 12.2 cannot be, if 郑州 is right


def test_a_share_that_fits_takes_the_contradiction_away(data) -> None:
    change(data / CLAIMS, {"value": "12.0"}, id="science_share_ly_2020")
    with pytest.raises(charts.FindingError):
        index_2022.spending()


def test_seven_output_places_agree_with_each_other() -> None:
    places = index_2022.output_places().table.set_index("城市")
    assert places.apply(lambda column: column.is_unique).all()
    assert list(places.loc["郑州"]) == [1, 1, 1] and list(places.loc["新乡"]) == [2, 4, 3]


def test_all_first_places_are_accounted_for() -> None:
    table = index_2022.firsts()
    assert table["n"].sum() == 36 and dict(zip(table["name"], table["n"], strict=True)) == {
        "郑州": 32,
        "洛阳": 1,
        "新乡": 1,
        "信阳": 1,
        "济源": 1,
    }


def test_another_count_in_the_press_stops_the_deduction(data, monkeypatch: pytest.MonkeyPatch) -> None:
    change(data / "public/press.csv", {"value": "31"}, id="press_2022_410100_firsts")
    with pytest.raises(charts.FindingError, match="名字全都知道"):
        glued(index_2022, monkeypatch, "first_numbers")


def test_a_shortfall_bounds_the_weight_of_the_only_indicator_that_is_not_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = glued(index_2022, monkeypatch, "first_numbers")
    assert told["short_input"] == pytest.approx(3.98) and told["short_enterprise"] == pytest.approx(2.31)
    assert told["implied_enterprise"] == pytest.approx(100 - 2.31 * 7)


@pytest.mark.parametrize("module", [index_2022])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_speaks_one_language(monkeypatch: pytest.MonkeyPatch, module, lang: str) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    for figure in figures(module):
        assert in_chinese(figure.title + figure.subtitle) == (lang == "zh"), figure.id
