"""Three years on a copy of the whole book: what an editor does each year, by the commands that an editor has."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import editions
import pytest
from conftest import FRONT, ROOT, bluebook
from shelves import sign

FILES = ("_config.yml", "_toc.yml", "index.md", "pyproject.toml", "LICENSE", "LICENSE-CONTENT", "NOTICE")
FOLDERS = ("data", "bluebook", "assets", "templates", "chapters", "_build")
FIGURES = 40
SPEECHES = {"qian": "钱二", "sun": "孙三", "li": "李四"}


def book(home: Path) -> Path:
    """Copy the book with all that its last build left, so that the copy counts as built; return its folder."""
    home.mkdir(parents=True)
    for folder in FOLDERS:
        made = ("preview", "print") if folder == "_build" else ()  # a room of the package is called so too
        leave = shutil.ignore_patterns("__pycache__", *made)
        shutil.copytree(ROOT / folder, home / folder, ignore=leave, copy_function=shutil.copy2)
    for path in ROOT.iterdir():
        if path.name in FILES or path.name.startswith(("README", "requirements")):
            shutil.copy2(path, home / path.name)
    return home


def run(home: Path, *words: str) -> str:
    """Run a command on the book and return what it says; the test fails where the command does."""
    done = bluebook(*words, cwd=home, lang="zh")
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def year_2023(home: Path) -> None:
    """Fill the draft of 2023: every score, three speeches of 40 figures, each a chapter that quotes them all."""
    editions.year_2023(home / "data", figures=FIGURES)
    talks = home / "data/editions/2023/talks.csv"
    rows = (
        f"{n},{who}说产值,{who},{who},{who},研究员,Researcher,opening,1,report_2023"
        for n, who in enumerate(SPEECHES.values(), 1)
    )
    talks.write_text(talks.read_text("utf-8") + "".join(f"{row}\n" for row in rows), "utf-8")
    for number, (name, who) in enumerate(SPEECHES.items()):
        path = home / f"chapters/speech/{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(speech(home, name, who, number), "utf-8")
    put(home / "data/editions/2023/edition.yml", "chapters", "[speech]")
    toc = (home / "_toc.yml").read_text("utf-8")
    listed = "".join(f"      - file: chapters/speech/{name}\n" for name in SPEECHES)
    (home / "_toc.yml").write_text(
        toc.replace("parts:\n", f"parts:\n  - caption: 发言\n    chapters:\n{listed}"), "utf-8"
    )


def speech(home: Path, name: str, who: str, number: int) -> str:
    """Return a speech's chapter: its figures in prose, what the sum comes to, a chart of them."""
    claims = editions.read(home / "data/editions/2023/claims.csv")
    own = claims[claims["chapter"] == f"speech/{name}"]
    told = "，".join(f"{row.subject_zh} {{fig}}`{row.id}`" for row in own.itertuples())
    return FRONT + (
        f"({name})=\n# {who}说产值\n\n"
        "```{code-cell} ipython3\n:tags: [hide-cell]\nimport bluebook as bb\n\n"
        f'own = bb.claims().query(\'chapter == "speech/{name}" and unit == "亿元"\')\n'
        'parts = own[own["id"].str.startswith("part_")].set_index("subject_zh")["value"]\nparts\n```\n\n'
        "```{code-cell} ipython3\n:tags: [remove-cell]\nbb.glue(total=parts.sum())\n"
        'bb.holds("各部分都大于零", (parts > 0).all())\n```\n\n'
        f"{who}说，{told}。各部分都大于零，加起来是 {{glue:text}}`total:.1f`。\n\n"
        "```{code-cell} ipython3\n:tags: [hide-input]\n"
        'first = parts.rename_axis("部分").rename("产值").head(10)\n'
        f'bb.figure(bb.bars(first, "产值（亿元）", format=".1f"), id="fig-{name}", status="published",\n'
        '    title="前十部分的产值", subtitle="各部分的产值（亿元）", source="发言", drawing="十根横条",\n'
        "    table=first.reset_index())\n```\n"
    )


def year_2024(home: Path) -> None:
    """Fill the draft of 2024: ranks alone, of 17 cities, 37 indicators, no speech."""
    editions.year_2024(home / "data")


def year_2025(home: Path) -> None:
    """Fill the draft of 2025: six scores, a renamed dimension; what was carried over is confirmed."""
    editions.year_2025(home / "data")
    settings = home / "data/editions/2025/edition.yml"
    for key, value in {
        "status": "published",
        "published": "2025-09-20",
        "sources": "[report_2025]",
        "unconfirmed": "[]",
    }.items():
        put(settings, key, value)


def put(path: Path, key: str, value: str) -> None:
    """Set one line of an edition's settings."""
    text, n = re.subn(rf"(?m)^{key}:.*$", f"{key}: {value}", path.read_text("utf-8"))
    assert n == 1, key
    path.write_text(text, "utf-8")


YEARS = {2023: year_2023, 2024: year_2024, 2025: year_2025}


def play(home: Path, year: int) -> dict[str, str]:
    """Begin a year, fill it, check, build, sign and publish it; return what each command said."""
    said = {"year": run(home, "year", str(year))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(home / "data"))
        YEARS[year](home)
    said["check"] = run(home, "check")
    said["build"] = run(home, "build")
    sign(home / "data", year)
    return {**said, "publish": run(home, "publish")}
