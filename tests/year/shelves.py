"""Frozen editions for tests: tiny sites in zips, with the manifest that freezing writes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from conftest import ROOT

HEAD = '<nav class="bb-editions" data-root="{up}" data-list="{up}../editions.js" hidden></nav>'


def site(year: int, word: str = "first") -> dict[str, str]:
    """Return a tiny site, name → text: a front page and two chapters, one of which only this year has."""
    script = (ROOT / "assets" / "editions.js").read_text("utf-8")

    def page(up: str) -> str:
        body = f'{HEAD.format(up=up)}<article class="bd-article"><h1>{year} {word}</h1></article>'
        start = (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        )
        return f'{start}<script src="{up}_static/editions.js"></script></head><body>{body}</body></html>'

    return {
        "index.html": page("./"),
        "chapters/both.html": page("../"),
        f"chapters/only-{year}.html": page("../"),
        "_static/editions.js": script,
    }


def freeze(home: Path, year: int, release: int = 1, word: str = "first") -> Path:
    """Put a frozen edition on the shelf below ``home`` and return its folder."""
    folder = home / "published" / str(year) / str(release)
    folder.mkdir(parents=True)
    data = sorted((home / "data" / "editions" / str(year)).glob("*"))
    sources = {
        p.relative_to(home).as_posix(): p.read_text("utf-8") for p in data if p.name != "checklist.csv"
    }
    zips = {"site.zip": site(year, word), "sources.zip": {"index.md": f"# {year}\n", **sources}}
    told: dict = {"year": year, "release": release, "zips": {}}
    for name, files in zips.items():
        with zipfile.ZipFile(folder / name, "w") as box:
            for inside, text in files.items():
                box.writestr(zipfile.ZipInfo(inside), text)
        sums = {n: hashlib.sha256(t.encode()).hexdigest() for n, t in files.items()}
        whole = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        told["zips"][name] = {"sha256": whole, "files": sums}
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    return folder


def sign(data: Path, year: int) -> None:
    """Sign an edition's checklist."""
    from bluebook.year import checklist

    rows = "".join(f"{item},是,某某,2030-06-01\n" for item in checklist.ITEMS)
    checklist.path_of(data, year).write_text("item,done,who,date\n" + rows, "utf-8")


def build(home: Path, year: int) -> None:
    """Lay a tiny site where a build leaves it, and the sources that the table of contents names."""
    for name, text in site(year, "built").items():
        path = home / "_build" / "html" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (home / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    (home / "index.md").write_text("(front)=\n# 小书\n\n一句话。\n", "utf-8")
