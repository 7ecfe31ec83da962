"""The list of the R packages' files: all of them are in it, and every test that it names is there."""

import ast
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from .given import HOME

LISTED = pd.read_csv(HOME / "files.csv", keep_default_na=False)


def functions(module):
    return {
        node.name for node in ast.parse(module.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    }


def test_every_copied_file_is_listed_and_every_file_that_a_test_holds_is_copied():
    here = {p.relative_to(HOME).as_posix() for d in ("coinr", "compind") for p in (HOME / d).rglob("*.csv")}
    assert not LISTED["file"].duplicated().any()
    assert here <= set(LISTED["file"])
    assert set(LISTED.loc[LISTED["kind"] == "held", "file"]) <= here
    assert not set(LISTED.loc[LISTED["kind"] == "listed", "file"]) & here, "a copy that no test holds"


def test_every_test_named_is_there_and_whatever_has_none_says_why():
    names = {path.name: functions(path) for path in Path(__file__).parent.glob("test_*.py")}
    for _, row in LISTED.iterrows():
        assert row["kind"] in ("held", "input", "listed")
        assert bool(row["tests"]) == (row["kind"] == "held"), row["file"]
        assert row["note"] or row["kind"] == "held", row["file"]
        for test in row["tests"].split():
            module, name = test.split("::")
            assert name in names[module], test


OPENED = """
import sys
seen = set()
sys.addaudithook(lambda event, given: event == "open" and seen.add(str(given[0])))
import pytest
failed = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *sys.argv[1:]])
print("\\nOPENED", *sorted(path for path in seen if path.endswith(".csv")), sep="\\n")
sys.exit(failed)
"""


@pytest.mark.slow
def test_every_file_said_to_be_held_is_opened_by_the_tests_named():
    held = LISTED[LISTED["kind"] == "held"]
    named = sorted({test for tests in held["tests"] for test in tests.split()})
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", OPENED, *(str(here / test) for test in named)],
        cwd=here.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    opened = {Path(line).resolve() for line in done.stdout.partition("OPENED")[2].split()}
    assert {HOME / file for file in held["file"]} <= opened
