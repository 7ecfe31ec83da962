"""The handbook shows slips by making them; a slip that passes the check would stop the book."""

from __future__ import annotations

import pytest
from conftest import ROOT

from bluebook.charts.findings import FindingError
from bluebook.data.edition import data_root
from bluebook.year import handbook


def test_every_slip_is_named_with_its_row_column_and_mend() -> None:
    told = handbook.slips().table
    for (_, column, _), line in zip(handbook.SLIPS, told.iloc[:, 1], strict=True):
        assert line.startswith("editions/") and f" {column} 列" in line and line.count("。") >= 2


def test_the_data_stay_as_they_are() -> None:
    before = [p.stat().st_mtime_ns for p in sorted(data_root().rglob("*"))]
    handbook.slips()
    assert [p.stat().st_mtime_ns for p in sorted(data_root().rglob("*"))] == before


def test_a_slip_that_passes_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")
    monkeypatch.setattr(handbook, "SLIPS", (("slip_ten", "score", lambda cell: cell),))
    with pytest.raises(FindingError):
        handbook.slips()


def test_the_workflow_publishes_all_editions_on_a_tag() -> None:
    text = (ROOT / ".github/workflows/publish.yml").read_text("utf-8")
    assert "bluebook publish --out _site" in text and "path: _site" in text and "tags:" in text
