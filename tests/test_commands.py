"""What a command says where something is missing: one line in the reader's language, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT


def without(package: str, *words: str, lang: str = "zh") -> subprocess.CompletedProcess:
    """Run a command as if ``package`` were not installed."""
    code = f"import sys; sys.modules[{package!r}] = None; sys.argv[1:] = {list(words)!r}; from bluebook.cli import main; main()"
    env = {**os.environ, "BLUEBOOK_LANG": lang, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(("package", "command"), [("frictionless", "check")])
def test_a_command_that_lacks_a_package_says_which_line_installs_it(package: str, command: str) -> None:
    done = without(package, command)
    assert done.returncode == 2
    assert done.stderr.strip() == f"这个命令还需要 {package}：请先运行 python -m pip install {package}"


@pytest.mark.slow
def test_among_the_students_notebooks_a_command_works_or_says_why_not(tmp_path: Path) -> None:
    """The kit has tables and its own short list of packages, and not the sources of the book."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "requirements.txt").write_text("pandas\n", "utf-8")
    env = {**os.environ, "BLUEBOOK_LANG": "zh", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def run(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "bluebook", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", check=False
        )

    built = run("build")
    assert built.returncode == 2 and len(built.stderr.splitlines()) == 1 and "源代码" in built.stderr
    examined = run("doctor")
    assert "requirements.txt" in examined.stdout and "requirements-dev.txt" not in examined.stdout
    audited = run("audit", "--out", "a.csv")
    assert audited.returncode == 0, audited.stderr[-500:]
    assert (tmp_path / "a.csv").read_text("utf-8-sig").startswith("id,value,unit,verdict")


def test_in_a_notebook_bad_input_is_one_line() -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    with capture_output() as shown:
        shell.run_cell('import bluebook as bb\nbb.by_year(bb.series(), "gdp_growth_real", ["湖南省"])')
    lines = [x for x in shown.stdout.splitlines() if x.strip()]
    assert len(lines) == 1 and "湖南省" in lines[0] and "湖南、" in lines[0], shown.stdout


def test_an_unknown_series_or_city_lists_the_names_there_are() -> None:
    import bluebook as bb

    with pytest.raises(bb.BadInput, match="gdp_growth_real"):
        bb.value(bb.series(), "gdp_grwth", "河南", 2020)
    with pytest.raises(bb.BadInput, match="410100"):
        bb.city_colours(["999999"])
