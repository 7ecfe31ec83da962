"""Each heading of the newsletter is retold somewhere, and that place exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

from bluebook.data import edition as editions
from bluebook.site import notebooks

ROWS = editions.outline(2022).to_dict("records")


def headings(chapter: str) -> list[str]:
    path = ROOT / "chapters" / f"{chapter}.md"
    text = notebooks.expand(path.read_text("utf-8"), path)
    return [re.sub(r"[*`]", "", h).strip() for h in re.findall(r"^#+ (.+)$", text, re.M)]


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['position']}" for r in ROWS])
def test_a_heading_of_the_newsletter_has_its_chapter_and_section(row: dict) -> None:
    assert Path(ROOT / "chapters" / f"{row['chapter']}.md").exists(), row
    if row["section"]:
        assert any(row["section"] in h for h in headings(row["chapter"])), (row, headings(row["chapter"]))


def test_every_chapter_that_retells_is_reached_from_a_heading() -> None:
    reached = {r["chapter"] for r in ROWS}
    for part in ("opening", "report", "stabilise", "industry"):
        for path in (ROOT / "chapters" / part).glob("*.md"):
            assert f"{part}/{path.stem}" in reached, path


def test_most_headings_below_a_talk_have_a_section_of_their_own() -> None:
    below = [r for r in ROWS if r["level"] > 1]
    assert sum(bool(r["section"]) for r in below) >= 0.8 * len(below)
