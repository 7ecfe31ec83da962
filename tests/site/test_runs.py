"""Chapters share a kernel, and nothing else."""

import json
from pathlib import Path

import pytest

from bluebook.site.runs import CellFailure, Runs

ROOT = Path(__file__).parents[2]
HEAD = "---\njupytext:\n  text_representation:\n    format_name: myst\nkernelspec:\n  name: python3\n---\n"
CELL = """
```{code-cell} ipython3
import os
import bluebook as bb
assert "left" not in globals(), "a name of the chapter before"
assert "read" not in vars(bb), "the package of the chapter before"
left = bb.read = os.getpid()
bb.cities().shape
```
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Return the runs of a book of six chapters, the third of which fails, and its failures."""
    book = tmp_path_factory.mktemp("book")
    names = [f"c{n}" for n in range(6)]
    for name in names:
        broken = "\n```{code-cell} ipython3\n1 / 0\n```\n" * (name == "c2")
        (book / f"{name}.md").write_text(f"{HEAD}\n# {name}\n{CELL}{broken}", "utf-8")
    listed = "".join(f"  - file: {name}\n" for name in names[1:])
    (book / "_toc.yml").write_text(f"format: jb-book\nroot: c0\nchapters:\n{listed}", "utf-8")
    runs = Runs(ROOT, book, "zh")
    runs.folder = book / "kept"
    return runs, runs.run_all(runs.stale(), lambda *_: None)


def test_a_chapter_finds_neither_names_nor_package_of_the_one_before(ran):
    runs, failures = ran
    assert [(f.chapter, f.cell) for f in failures] == [("c2", 2)]
    assert all(isinstance(f, CellFailure) and "ZeroDivisionError" in str(f) for f in failures)
    assert [one.page for one in runs.stale()] == ["c2"]


def test_every_chapter_is_seen_to_read_what_it_read_though_another_read_it_before(ran):
    runs, _ = ran
    records = [json.loads(path.read_text("utf-8"))["read"] for path in runs.folder.glob("*/*.json")]
    assert len(records) == 5
    assert all(record.keys() == records[0].keys() for record in records)
    assert {"data/cities.csv", "bluebook/__init__.py", "bluebook/data/edition.py"} <= records[0].keys()
