"""The face of the package: what `import bluebook as bb` offers a student's notebook."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import bluebook as bb

CALLABLE = [name for name in bb.__all__ if callable(getattr(bb, name))]
# Sphinx's side of the house needs Sphinx running, and `__main__` would run the commands.
MODULES = [
    module.name
    for module in pkgutil.walk_packages(bb.__path__, "bluebook.")
    if not module.name.startswith("bluebook.site.") and not module.name.endswith("__main__")
]
THROUGH_THE_BOOK = ("bluebook.pages.audit", "bluebook.pages.weights")  # their examples read all of it


@pytest.fixture(autouse=True)
def in_a_students_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples are written for a notebook of the Chinese book."""
    monkeypatch.setenv("BLUEBOOK_LANG", "zh")
    for name in ("BLUEBOOK_BUILD", "BLUEBOOK_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", CALLABLE)
def test_every_name_says_what_it_does_and_shows_it(name: str) -> None:
    told = inspect.getdoc(getattr(bb, name)) or ""
    shown = doctest.DocTestParser().get_examples(told)
    assert shown, f"bb.{name} has no example"
    lines = sum(len(example.source.splitlines()) for example in shown)
    assert lines <= 7, f"bb.{name}: an example of {lines} lines teaches nobody"


@pytest.mark.parametrize("name", [name for name in CALLABLE if inspect.isfunction(getattr(bb, name))])
def test_an_example_calls_what_it_is_about_as_a_student_would(name: str) -> None:
    assert f"bb.{name}(" in inspect.getdoc(getattr(bb, name))


@pytest.mark.parametrize(
    "name", [pytest.param(m, marks=pytest.mark.slow) if m in THROUGH_THE_BOOK else m for m in MODULES]
)
@pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, _ = doctest.testmod(
        importlib.import_module(name),
        extraglobs={"bb": bb, "pd": pd, "np": np},
        optionflags=doctest.ELLIPSIS,
    )
    assert not failed


def test_every_module_of_the_face_is_among_those_whose_examples_run() -> None:
    assert {getattr(bb, name).__module__ for name in CALLABLE} <= {"bluebook", *MODULES}


@pytest.mark.slow
def test_no_sub_module_hides_a_name() -> None:
    """A module, once imported, is an attribute of its package: it may not be called as a name of the face."""
    code = (
        "import importlib, types, bluebook as bb\n"
        f"for name in {MODULES!r}: importlib.import_module(name)\n"
        "bad = [n for n in bb.__all__ if isinstance(getattr(bb, n), types.ModuleType) or n in vars(bb)]\n"
        "assert not bad, bad\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slip_is_answered_with_the_nearest_names_in_one_line(monkeypatch, lang: str) -> None:
    monkeypatch.setenv("BLUEBOOK_LANG", lang)
    with pytest.raises(AttributeError) as slip:
        _ = bb.provincess
    told = str(slip.value)
    assert "bb.provinces" in told and "\n" not in told
    assert ("相近的有" if lang == "zh" else "the nearest") in told


def test_a_name_like_no_other_is_answered_with_where_to_look() -> None:
    with pytest.raises(AttributeError, match=r"xyzxyz.*dir\(bb\)"):
        _ = bb.xyzxyz


def test_what_python_and_jupyter_look_for_is_no_slip() -> None:
    assert not hasattr(bb, "_repr_html_") and not hasattr(bb, "_ipython_display_")


def test_dir_lists_exactly_the_face() -> None:
    assert dir(bb) == sorted(bb.__all__)
    assert len(set(bb.__all__)) == len(bb.__all__)


def test_importing_the_face_loads_no_room() -> None:
    """Pandas and Altair cost a second; nobody pays it for a name not asked for."""
    code = "import sys, bluebook; assert not {'pandas', 'altair'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
