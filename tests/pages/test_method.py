"""The method chapter: where each heading is retold, and the speeds last measured."""

import pandas as pd
import pytest

from bluebook.charts import FindingError
from bluebook.data import schema
from bluebook.pages import method


@pytest.fixture
def measured():
    return pd.read_csv(schema.data_root() / method.BENCH)


def test_every_case_of_the_bench_was_measured_and_kept_its_limit(measured):
    assert measured["id"].tolist() == list(method.CASES)
    assert method.met(measured).all()


def test_a_ratio_is_ours_over_the_peers(measured):
    assert (measured["ours"] / measured["peer"]).tolist() == pytest.approx(measured["ratio"], rel=2e-3)


def test_the_page_shows_each_case_with_numbers_in_its_unit():
    shown = method.bench().table
    assert len(shown) == len(method.CASES)
    assert shown.iloc[list(method.CASES).index("draws_memory"), 1].endswith(" GB / 1 GB")
    assert shown.iloc[0, 1].endswith(" ms") and "NumPy" in shown.iloc[0, 0]
    assert shown.iloc[1, 1].endswith(" s") and shown.iloc[1, 2].startswith("1/")


def test_a_speed_that_misses_its_limit_stops_the_page(measured, tmp_path, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    measured.loc[measured["id"] == "percentile", "ratio"] = 3.2
    measured.to_csv(tmp_path / method.BENCH, index=False)
    monkeypatch.setattr(schema, "data_root", lambda: tmp_path)
    assert not method.met(measured).iloc[6]
    with pytest.raises(FindingError, match="不再支持"):
        method.bench()


def test_before_any_measurement_the_page_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "data_root", lambda: tmp_path)
    assert "还没有测过" in method.bench()._repr_html_()
