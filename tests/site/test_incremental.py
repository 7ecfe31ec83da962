"""Only what changed runs, and the book is then the same, byte for byte, as one built from nothing."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import bluebook, cell, page

GROWTH = (
    "(growth)=\n# 增速\n\n"
    + cell(":tags: [hide-cell]\nimport bluebook as bb\n\nseries = bb.series()")
    + cell(
        ':tags: [hide-cell]\ngrowth = bb.by_year(series, "gdp_growth_real", ["全国", "河南"], 2015, 2021)\ngrowth'
    )
    + cell(':tags: [remove-cell]\nbb.glue(last=growth["河南"][2021])')
    + "最后一年是 {glue:text}`last:.1f`%，印出的是 {fig}`gdp_growth_ha_2021`。\n\n"
    + cell(
        ':tags: [hide-input]\nbb.figure(\n    bb.lines(growth, "%"), id="fig-one", status="public", drawing="折线图",'
        '\n    title="增速 甲", subtitle="两条线", source=["newsletter"], table=growth.reset_index(),\n)'
    )
)
RANKS = (
    "(ranks)=\n# 名次\n\n"
    + cell(":tags: [hide-cell]\nimport bluebook as bb\n\nprovinces = bb.provinces()")
    + cell(
        ':tags: [hide-cell]\nrates = bb.values_by_province(provinces, "gdp_growth_real", "2021")\n'
        'place = bb.place(rates, "河南")\nplace'
    )
    + cell(":tags: [remove-cell]\nbb.glue(rank=place.rank)")
    + "排第 {glue:text}`rank`，见[增速](growth.md)。\n"
)
EDITION = (
    "(said)=\n# 这一版\n\n" + cell(":tags: [hide-cell]\nimport bluebook as bb") + "% edition-text: own\n"
)
PLAIN = "(plain)=\n# 没有代码\n\n一句话，印出的是 {fig}`gdp_growth_ha_2020`。\n"
PAGES = {"growth": GROWTH, "ranks": RANKS, "said": EDITION, "plain": PLAIN}
OWN = "本版的话 {fig}`gdp_growth_cn_2021`。\n"

pytestmark = pytest.mark.slow


def _toc(home: Path, names: list[str]) -> None:
    chapters = "".join(f"- file: chapters/{n}\n" for n in names)
    (home / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapters}", "utf-8")


@pytest.fixture(scope="module")
def book(built_mini: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of four small chapters of different kinds, built once."""
    home = tmp_path_factory.mktemp("incremental") / "book"
    shutil.copytree(built_mini, home, ignore=shutil.ignore_patterns("_build"))
    for name, text in PAGES.items():
        (home / "chapters" / f"{name}.md").write_text(page(text), "utf-8")
    (home / "chapters" / "one.md").unlink()
    (home / "index.md").write_text("(front)=\n# 小书\n\n[增速](chapters/growth.md)\n", "utf-8")
    (home / "data" / "editions" / "2022" / "own.md").write_text(OWN, "utf-8")
    _toc(home, list(PAGES))
    done = bluebook("build", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


# ---------------------------------------------------------------- what runs


def ran(home: Path) -> list[str]:
    """Build and return the chapters that ran, as the command says."""
    done = bluebook("build", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    said = re.search(r"ran \d+ chapters?: (.*)", done.stdout)
    groups = said.group(1).split("; ") if said else []
    return [name for group in groups for name in group.split(" (")[0].split(", ")]


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} not in {path.name}"
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def copy_of(book: Path, tmp_path: Path) -> Path:
    home = tmp_path / "book"
    shutil.copytree(book, home)
    return home


def test_each_change_runs_the_chapters_that_read_it_and_no_other(copy_of: Path) -> None:
    assert bluebook("build", cwd=copy_of).stdout.startswith("Nothing has changed")
    chapters = copy_of / "chapters"
    swap(chapters / "growth.md", "最后一年", "末一年")
    assert ran(copy_of) == [], "prose runs nothing"
    swap(chapters / "growth.md", "增速 甲", "增速 乙")
    assert ran(copy_of) == ["growth"], "a title in a cell runs its chapter"
    provinces = copy_of / "data/economy/provinces.csv"
    text = provinces.read_text("utf-8")
    provinces.write_text(re.sub(r"(gdp_growth_real,云南,2021,A,)[\d.]+", r"\g<1>7.4", text), "utf-8")
    assert ran(copy_of) == ["ranks"], "a table runs the chapters that read it"
    html = (copy_of / "_build/html/chapters/growth.html").read_text("utf-8")
    assert "末一年" in html and "增速 乙" in html


def test_a_file_that_was_asked_for_in_vain_counts_once_it_is_there(copy_of: Path) -> None:
    """A chapter that looked for a table which is not there stands on its absence."""
    swap(copy_of / "chapters/ranks.md", "place\n", 'place, len(bb.own_table("talks", 2021))\n')
    ran(copy_of)
    shutil.copy(copy_of / "data/editions/2022/talks.csv", copy_of / "data/editions/2021/talks.csv")
    assert "ranks" in ran(copy_of)


# ---------------------------------------------------------------- incremental equals clean


def _cell(home: Path, dice: random.Random) -> None:
    swap(home / "chapters/growth.md", "两条线", f"两条线{dice.randint(0, 99)}")


def _glued(home: Path, dice: random.Random) -> None:
    swap(home / "chapters/ranks.md", "rank=place.rank", f"n{dice.randint(0, 99)}=1, rank=place.rank")


def _prose(home: Path, dice: random.Random) -> None:
    swap(
        home / "chapters" / dice.choice(["growth.md", "ranks.md", "plain.md"]),
        "。\n",
        f"。{'又' * dice.randint(1, 5)}。\n",
    )


def _heading(home: Path, dice: random.Random) -> None:
    name = dice.choice(["growth.md", "plain.md"])
    path = home / "chapters" / name
    path.write_text(
        re.sub(r"^# .*$", f"# 题目{dice.randint(0, 99)}", path.read_text("utf-8"), count=1, flags=re.M),
        "utf-8",
    )


def _series(home: Path, dice: random.Random) -> None:
    path = home / "data/economy/series.csv"
    text = path.read_text("utf-8")
    path.write_text(
        re.sub(r"(gdp_growth_real,河南,2019,A,)[\d.]+", rf"\g<1>{dice.randint(50, 90) / 10}", text), "utf-8"
    )


def _note(home: Path, dice: random.Random) -> None:
    path = home / "data/editions/2022/claims.csv"
    text = path.read_text("utf-8")
    path.write_text(
        re.sub(r"(?m)^(gdp_growth_ha_2020,.*)$", rf"\g<1>{dice.randint(0, 9)}", text, count=1), "utf-8"
    )


def _edition_text(home: Path, dice: random.Random) -> None:
    (home / "data/editions/2022/own.md").write_text(f"第 {dice.randint(1, 9)} 稿。\n\n" + OWN, "utf-8")


def _package(home: Path, dice: random.Random) -> None:
    name = dice.choice(["ledger/series.py", "charts/frame.py", "site/roles.py"])
    with (home / "bluebook" / name).open("a", encoding="utf-8") as file:
        file.write(f"# {dice.randint(0, 999)}\n")


def _label(home: Path, dice: random.Random) -> None:
    path = home / "bluebook/charts/frame.py"
    path.write_text(
        re.sub(r'"data": \("[^"]*"', f'"data": ("数据表{dice.randint(0, 99)}"', path.read_text("utf-8")),
        "utf-8",
    )


def _style(home: Path, dice: random.Random) -> None:
    with (home / "assets/book.css").open("a", encoding="utf-8") as file:
        file.write(f"\n.x{dice.randint(0, 999)} {{ color: inherit; }}\n")


def _contents(home: Path, dice: random.Random) -> None:
    names = list(PAGES)
    dice.shuffle(names)
    keep = dice.randint(3, 4)
    _toc(home, ["growth", *[n for n in names if n != "growth"][:keep]])


def _figure_gone(home: Path, dice: random.Random) -> None:
    path = home / "chapters/growth.md"
    path.write_text(
        re.sub(r'id="fig-[^"]*"', f'id="fig-{dice.randint(0, 99)}"', path.read_text("utf-8")), "utf-8"
    )


EDITS = [
    _cell,
    _glued,
    _prose,
    _heading,
    _series,
    _note,
    _edition_text,
    _package,
    _label,
    _style,
    _contents,
    _figure_gone,
]


def files(site: Path) -> dict[str, bytes]:
    return {
        p.relative_to(site).as_posix(): p.read_bytes()
        for p in sorted(site.rglob("*"))
        if p.is_file() and p.name != "build-info.js"
    }


def _differs(home: Path, scratch: Path) -> list[str]:
    """Build ``home`` as it stands and a copy of it from nothing; return the files that differ."""
    ran(home)
    if scratch.exists():
        shutil.rmtree(scratch)
    shutil.copytree(home, scratch, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    ran(scratch)
    one, two = files(home / "_build/html"), files(scratch / "_build/html")
    return sorted(n for n in one.keys() | two.keys() if one.get(n) != two.get(n))


@pytest.mark.slow
@pytest.mark.parametrize("edits", [2, 30])
def test_after_random_edits_the_incremental_build_is_the_clean_one(
    copy_of: Path, tmp_path: Path, edits: int
) -> None:
    dice = random.Random(edits)
    done: list[Callable] = []
    for number in range(edits):
        edit = EDITS[number % len(EDITS)] if edits > len(EDITS) else dice.choice(EDITS)
        edit(copy_of, dice)
        done.append(edit)
        if edits > len(EDITS) or number % 2:  # a build after every edit, in the short run after every second
            differs = _differs(copy_of, tmp_path / "clean")
            assert differs == [], f"after {[e.__name__ for e in done]}: {differs}"
