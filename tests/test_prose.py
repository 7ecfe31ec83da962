"""How the chapters are written: figures through the ledger, one paragraph a line, Chinese punctuation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT

CHAPTERS = sorted(
    [ROOT / "index.md", *(ROOT / "chapters").rglob("*.md"), *(ROOT / "data/editions").rglob("*.md")]
)
NAMES = [p.relative_to(ROOT).as_posix() for p in CHAPTERS]
ALLOWED = [
    line.split("\t")[0]
    for line in (ROOT / "tests" / "typed_allowed.tsv").read_text("utf-8").splitlines()
    if "\t" in line and not line.startswith("#")
]

FENCED_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
NOT_PROSE = [
    re.compile(r"\A---\n.*?\n---\n", re.S),  # front matter
    FENCED_CODE,
    re.compile(r"<!--.*?-->|^%[^\n]*$", re.S | re.M),
    re.compile(r"\{[\w:-]+\}`[^`]*`"),  # roles
    re.compile(r"(`+)[^`\n]+\1"),  # code
    re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.S),  # formulas
    re.compile(r"\]\([^)]*\)"),  # targets of links
    re.compile(r"^:{3,}(?:\{[\w-]+\}[ \d]*)?", re.M),  # fences and a grid's columns
    re.compile(r"^:[\w-]+:.*$", re.M),  # options
    re.compile(r"^\([\w:.-]+\)=$", re.M),  # labels
    re.compile(r"<[^>]+>"),
]
FINE = [
    re.compile(r"(?:19|20)\d\d(?!\d|\.\d)"),  # years
    re.compile(r"第\s*\d+"),  # ordinals
    re.compile(r"前\s*\d+\s*(?:名|位|章|页)"),
    re.compile(r"^\s*\d+\.\s|^\|\s*\d+\s*(?=\|)", re.M),  # numbered lists, numbered rows
    re.compile(r"\d+\s*世纪|\d0\s*年代"),
    re.compile(r"\d+(?:[—–～、和至到]|\s*—\s*)*\d*\s*月(?:份|初|底|末)?(?:\s*\d+\s*日)?"),  # months and days
]
# A Chinese numeral before a unit that measures something; counting words (个, 条, 种 …) are part of plain speech.
HAN_FIGURE = re.compile(
    r"[一二三四五六七八九十百千两零][一二三四五六七八九十百千万亿两零点]*(?:多|余|来)?(?:亿元|万元|亿美元|元|万人|万家|个百分点|百分点|倍|公里|平方公里|吨|架次|亿|万)"
    r"|百分之[一二三四五六七八九十百]+|[二三四五六七八九十]成(?!为|员|果|立|长|本)"
)


def prose(path: Path) -> str:
    """Return a chapter's words with everything that is not prose blanked out, line for line."""
    text = path.read_text("utf-8")
    for pattern in NOT_PROSE:
        text = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_typed_into_prose(name: str) -> None:
    text = prose(ROOT / name)
    for word in sorted(ALLOWED, key=len, reverse=True):
        text = text.replace(word, " " * len(word))
    for pattern in FINE:
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    typed = [
        f"line {text.count(chr(10), 0, m.start()) + 1}: {m.group()} … {text[max(0, m.start() - 12) : m.end() + 8].strip()!r}"
        for pattern in (re.compile(r"\d+(?:[.,]\d+)*"), HAN_FIGURE)
        for m in pattern.finditer(text)
    ]
    assert typed == [], "\n".join(typed)


@pytest.mark.parametrize("name", NAMES)
def test_a_paragraph_is_one_line(name: str) -> None:
    lines = prose(ROOT / name).split("\n")
    raw = (ROOT / name).read_text("utf-8").split("\n")
    plain = re.compile(r"^[^\s|>*+\-:#\d`]")
    broken = [
        i + 1
        for i in range(1, len(lines))
        if plain.match(lines[i])
        and plain.match(lines[i - 1])
        and plain.match(raw[i])
        and plain.match(raw[i - 1])
    ]
    assert broken == [], f"lines {broken}"


@pytest.mark.parametrize("name", NAMES)
def test_chinese_text_has_chinese_punctuation(name: str) -> None:
    text = prose(ROOT / name)
    wrong = [
        m.group()
        for m in re.finditer(
            r"[\u4e00-\u9fff][,;:?!](?=\s|[\u4e00-\u9fff]|$)|[\u4e00-\u9fff]\([\u4e00-\u9fff]|「|」|\"[\u4e00-\u9fff]",
            text,
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("chapters/", "index"))])
def test_every_heading_before_a_chapters_text_has_a_label_that_stays(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert re.search(r"^\([a-z][\w-]*\)=\n# ", text, re.M), "a (label)= before the title"


def test_no_chapter_is_longer_than_a_reader_can_follow() -> None:
    for path in CHAPTERS:
        assert len(path.read_text("utf-8").splitlines()) <= 600, path.name


def test_every_allowed_word_is_still_used() -> None:
    everything = "\n".join(p.read_text("utf-8") for p in CHAPTERS)
    assert [w for w in ALLOWED if w not in everything] == []
