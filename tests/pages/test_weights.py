"""lab/your-weights: what its prose says is worked out, in both languages, and the panel's file wears its badge."""

from __future__ import annotations

import re

import pytest
from desk import in_chinese, left_in_chinese

import bluebook as bb
from bluebook import charts
from bluebook.pages import sliders, weights


@pytest.mark.slow
def test_the_exercises_come_to_what_the_page_says() -> None:
    told = weights.exercises()
    assert (told["climber"], told["passer"], told["passed"]) == ("新乡", "许昌", 64)
    assert told["only_output"] < told["much_performance"]
    ranks = bb.scored_with("panel", _with(63)).set_index("name")["rank"]
    assert ranks["新乡"] < ranks["许昌"]
    ranks = bb.scored_with("panel", _with(64)).set_index("name")["rank"]
    assert ranks["许昌"] < ranks["新乡"]


def _with(points: float) -> dict[str, float]:
    dims = weights.dimensions()
    return {**dict(zip(dims["code"], dims["weight"], strict=True)), dims["code"].iloc[-1]: points}


def test_a_rank_can_lie_outside_those_of_the_extremes() -> None:
    assert "随机取权重时却到过第" in weights.beyond()


def test_who_is_third_under_some_extreme_really_is() -> None:
    table = weights.extremes("panel").set_index("name").drop(columns=["city", "book"])
    assert weights.thirds() == sorted(table.index[(table == 3).any(axis=1)])


def test_the_panels_file_says_in_each_row_what_it_is() -> None:
    text = bb.weights_page().more[f"{sliders.ID}-panel"].splitlines()
    assert len(text) == 19 and all(row.endswith(charts.STATUS["illustrative"][0]) for row in text[1:])


@pytest.mark.slow  # the English book comes later
def test_in_english_the_page_speaks_no_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    body = re.sub(
        r'"source":"[^"]*"', "", re.sub(r"</div><script>.*", "", bb.weights_page().body, flags=re.S)
    )
    assert not in_chinese(body), re.findall(r"[\u4e00-\u9fff]+", body)[:5]
    assert left_in_chinese(bb.weights_alone()) == []
    told: dict[str, object] = {}
    monkeypatch.setattr(weights, "glue", lambda **values: told.update(values))
    weights.numbers()
    assert not in_chinese(" ".join(map(str, told.values())))
