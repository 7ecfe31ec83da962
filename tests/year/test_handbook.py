"""The handbook shows slips by making them; a slip that passes the check would stop the book."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

import bluebook as bb
from bluebook.charts.findings import FindingError
from bluebook.data.edition import data_root
from bluebook.year import handbook
from tools import editor_walk


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


@pytest.mark.slow
def test_the_walk_on_the_page_is_what_the_menu_says_today(tmp_path: Path) -> None:
    walked = editor_walk.play(tmp_path / "book")
    kept = json.loads(editor_walk.WALK.read_text("utf-8"))
    for now, then in zip(walked, kept, strict=True):
        assert now == then, "python -m tools.editor_walk writes it anew"


def test_the_walk_ends_every_step_with_what_comes_next_and_shows_the_typical_mistakes() -> None:
    kept = json.loads(editor_walk.WALK.read_text("utf-8"))
    shown = [step["shown"] for step in kept]
    for text in shown[1:]:
        assert "接下来：" in text or "没有做成" in text or "选 3 检查" in text, text
    mistakes = (
        "没有“x”这一项",
        "先运行",
        "９７.２５",
        "52.70分",
        "#N/A",
        "第5名",
        "UTF-8",
        "换成了说明",
        "签字表",
    )
    mistakes += ("没有填全", "待写", "先生成", "已经定稿", "个城市没有名次")
    assert [word for word in mistakes if not any(word in text for text in shown)] == []
    assert not any("/tmp" in text or "Traceback" in text for text in shown)


def test_the_walk_is_shown_as_pictures_and_as_text_and_asks_no_other_host() -> None:
    steps = len(json.loads(editor_walk.WALK.read_text("utf-8")))
    text = bb.editor_walk().text
    assert text.count("<svg") == text.count("<pre>") == steps
    assert set(re.findall(r"https?://[^\"' )]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "&lt;b&gt;" in handbook.picture("<b>", "x", "screen") and len(text) < 400_000


def test_the_workflow_publishes_all_editions_on_a_tag() -> None:
    text = (ROOT / ".github/workflows/publish.yml").read_text("utf-8")
    assert "bluebook publish --out _site" in text and "path: _site" in text and "tags:" in text


def test_every_screen_of_the_walk_has_a_name_and_is_reached_by_key() -> None:
    told = handbook.walk().text
    assert (
        told.count("<svg") == told.count("<svg aria-label=") == told.count('tabindex="0" role="region"') > 10
    )
