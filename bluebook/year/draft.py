"""What a draft says of itself, on every page and in every file that is made of it."""

from __future__ import annotations

import os
import re
from html import escape

from bluebook.charts.theme import FONT
from bluebook.data import edition as editions
from bluebook.messages import Catalogue, t

SAYS = Catalogue(__file__)


def looking_at() -> str:
    """Return "page" or "whole" in a preview of one page or of the whole book, "" in a build."""
    return os.environ.get("BLUEBOOK_PREVIEW", "")


def banner() -> str:
    """Return the banner of a draft or of a preview in the page's language, "" for an edition that is out."""
    year = editions.current_year()
    if editions.edition(year)["status"] == "draft":
        return SAYS.text("banner_draft", year=year)
    return SAYS.text("banner_preview", year=year) if looking_at() else ""


def mark() -> str:
    """Return the word that lies across the pictures of a draft, "" where there is none."""
    return t("草稿", "DRAFT") if editions.edition(editions.current_year())["status"] == "draft" else ""


def marked(svg: str) -> str:
    """Return a picture with the draft's word across it, in its own font; another picture as it is."""
    word, box = mark(), re.search(r'<svg[^>]*?width="([\d.]+)"[^>]*?height="([\d.]+)"', svg)
    if not word or not box:
        return svg
    x, y = float(box[1]) / 2, float(box[2]) / 2
    family = f'font-family="{escape(FONT)}"'  # without one the converter draws no Chinese, and says nothing
    look = f'{family} font-size="{min(x, y) / 1.5:.0f}" fill="#a8320a" fill-opacity="0.18"'
    across = f'text-anchor="middle" transform="translate({x:.0f},{y:.0f}) rotate(-20)"'
    return svg.replace("</svg>", f"<text {look} {across}>{word}</text></svg>")
