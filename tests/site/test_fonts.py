"""A picture holds its Chinese on any machine: the locked font draws it, and what it cannot draw stops the build."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from fontTools.ttLib import TTFont

from bluebook.charts.theme import FONT
from bluebook.messages import BadInput
from bluebook.site import figures, fonts

WORDS = "郑州都市圈"


def chart(words: str) -> dict:
    """Return a chart of nothing but a title."""
    config = {"font": FONT, "title": {"fontWeight": "bold"}}
    data = {"values": [{"x": 1}]}
    return {"data": data, "mark": "point", "encoding": {}, "title": {"text": words}, "config": config}


def ink(png: bytes) -> int:
    """Return how many pixels are dark."""
    from PIL import Image

    return sum(Image.open(io.BytesIO(png)).convert("RGBA").getchannel("A").point(lambda a: a > 128).tobytes())


ALONE = """
import json, sys
from pathlib import Path
from bluebook.site import figures, fonts
if sys.argv[3] == "boxes":
    fonts.register = lambda cache: None
made = figures.drawn(json.loads(sys.argv[1]), Path(sys.argv[2]))
Path(sys.argv[2], "out.png").write_bytes(made["png"])
Path(sys.argv[2], "out.svg").write_bytes(made["svg"])
"""


def drawn_alone(spec: dict, home: Path, how: str = "") -> bytes:
    """Draw in a process that knows no font of the system: only the locked one, or (``boxes``) none."""
    home.mkdir()
    (home / "fonts.conf").write_text("<fontconfig></fontconfig>", "utf-8")
    lone = {
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", ALONE, json.dumps(spec), str(home), how]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **lone}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return (home / "out.png").read_bytes()


@pytest.mark.slow
def test_without_a_font_of_the_system_a_picture_still_holds_its_chinese(tmp_path: Path) -> None:
    here = figures.drawn(chart(WORDS), tmp_path / "here")["png"]
    assert drawn_alone(chart(WORDS), tmp_path / "alone") == here, "the same pixels as with every font"
    other = figures.drawn(chart("新乡都市圈"), tmp_path / "other")["png"]
    assert other != here and abs(ink(other) - ink(here)) < ink(here), (
        "two words are two drawings, not five boxes"
    )
    without = drawn_alone(chart(WORDS), tmp_path / "boxes", "boxes")
    assert without != here, "the test would see if the locked font were not used"


def test_a_drawing_carries_the_shapes_of_its_own_characters(tmp_path: Path) -> None:
    svg = figures.drawn(chart(WORDS), tmp_path)["svg"].decode("utf-8")
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", svg)[1]
    carried = TTFont(io.BytesIO(base64.b64decode(data)))
    assert {ord(c) for c in WORDS} <= set(carried.getBestCmap())
    assert len(carried.getGlyphOrder()) < 40 and fonts.FAMILY in svg
    full = TTFont(fonts.locked())
    for c in WORDS:  # a shape, not an empty box of the right width
        assert (
            carried.getGlyphSet()[carried.getBestCmap()[ord(c)]].width
            == full["hmtx"][full.getBestCmap()[ord(c)]][0]
        )
    assert fonts.face(WORDS) == fonts.face(WORDS[::-1]), "the same characters, the same bytes"


def test_a_character_that_the_font_cannot_draw_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="𓀀") as told:
        figures.drawn(chart("名次𓀀"), tmp_path)
    assert told.value.code == "no_glyph" and not list(tmp_path.glob("*.png"))
    assert fonts.missing("郑州，R&D ≥ 2.5% ▲⚠\u200b\n") == []


def test_every_picture_of_the_book_is_drawn_with_the_locked_font(site: Path) -> None:
    drawings = sorted((site / "_figures").glob("*.svg"))
    assert len(drawings) > 20
    for path in drawings:
        svg = path.read_text("utf-8")
        assert fonts.missing(fonts.words_of(svg)) == [], path.name
        assert f'font-family:"{fonts.FAMILY}"' in svg and "base64," in svg, path.name
