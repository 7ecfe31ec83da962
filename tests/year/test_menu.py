"""The menu: the state on top, only what can be done, and after each doing what comes next."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, bluebook, rewrite
from shelves import freeze, sign

from bluebook.cli import app, menu
from bluebook.messages import catalogue
from bluebook.year import scaffold


def typed(home: Path, *lines: str, lang: str = "zh", words: tuple[str, ...] = ("--menu",)) -> str:
    """Return what the menu says to somebody who types these lines, then closes the window."""
    env = {**os.environ, "BLUEBOOK_LANG": lang, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    env.pop("BLUEBOOK_DATA", None)
    done = subprocess.run(
        [sys.executable, "-m", "bluebook", *words],
        cwd=home,
        env=env,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def commands() -> list[str]:
    import typer

    return list(typer.main.get_command(app).commands)


def test_the_state_stands_above_the_numbers_and_zero_leaves(home: Path) -> None:
    said = typed(home, "0")
    state, first, leave = (
        said.index("18/18 个城市有名次"),
        said.index("  1  新的一年"),
        said.index("  0  退出"),
    )
    assert state < first < leave
    assert said.count("输入数字") == 1


@pytest.mark.slow
def test_what_is_typed_by_mistake_is_answered_and_a_closed_window_ends_it(home: Path) -> None:
    said = typed(home, "x")
    assert "没有“x”这一项" in said and said.count("输入数字") == 2


def test_the_folder_and_what_to_do_there(home: Path) -> None:
    said = typed(home, "2", "", "0")
    assert f"{home / 'data' / 'editions' / '2022'}" in said and "再选 3 检查" in said


@pytest.mark.slow
def test_a_check_leads_on_to_the_preview_and_faults_lead_back_to_the_data(home: Path) -> None:
    assert "接下来：5 预览" in typed(home, "3", "", "0")
    rewrite(home / "data", "editions/2022/scores.csv", lambda t: t.replace("97.25", "97。25"))
    said = typed(home, "3", "", "0")
    assert "scores.csv" in said and "选 2，照上面逐条改好" in said and "处要改" in said


def test_a_new_year_is_begun_only_by_somebody_who_is_sure(home: Path) -> None:
    said = typed(home, "1", "", "", "0")
    assert "2023 年度" in said and not (home / "data/editions/2023").exists()


@pytest.mark.slow
def test_publishing_first_lays_out_what_has_to_be_signed(home: Path) -> None:
    said = typed(home, "8", "", "", "0")
    assert "签字表在 data/editions/2022/checklist.csv" in said
    assert (home / "data/editions/2022/checklist.csv").exists()


@pytest.mark.slow
def test_while_the_next_year_is_a_draft_the_frozen_one_is_what_has_to_be_signed(home: Path) -> None:
    freeze(home, 2022)
    scaffold.new_edition(2023)
    assert "签字表在 data/editions/2022/checklist.csv" in typed(home, "8", "", "", "0")
    assert "8 项没有填全" in typed(home, "8", "", "", "0")


@pytest.mark.slow
def test_what_is_not_built_is_not_published(home: Path) -> None:
    sign(home / "data", 2022)
    again = typed(home, "8", "", "", "0")
    assert "_build/html 不是由现在的内容生成的" in again and "没有做成" in again


@pytest.mark.slow
def test_going_back_where_there_is_nothing_says_so(home: Path) -> None:
    assert "退不回去" in typed(home, "8", "b", "", "0")


def test_the_menu_shows_a_line_only_for_a_command_that_is_there() -> None:
    there = commands()
    for one in menu.offered(there):
        assert not one.commands or set(one.commands) & set(there)
    assert [one.key for one in menu.offered(["check"])] == ["2", "3"]


def test_every_line_has_its_name_and_its_next_step_in_both_languages() -> None:
    told = catalogue(ROOT / "bluebook" / "cli")
    for one in menu.DOINGS:
        assert f"menu_{one.name}" in told and f"menu_{one.name}_next" in told
        assert one.name == "doctor" or re.search(r"\d", told[f"menu_{one.name}_next"][0])


def test_in_english_too(home: Path) -> None:
    said = typed(home, "2", "", "0", lang="en")
    assert "a new year" in said and "then choose 3" in said and not re.search(r"[\u4e00-\u9fff]{4}", said)


def test_without_a_screen_the_help_is_shown_as_before(home: Path) -> None:
    done = bluebook(cwd=home, PYTHONPATH=str(ROOT))
    assert done.returncode == 2 and "Usage" in done.stdout and "check" in done.stdout


def test_the_windows_file_prepares_python_and_opens_this_menu() -> None:
    text = (ROOT / "蓝皮书.cmd").read_text("utf-8")
    assert "python -m bluebook --menu" in text and "set /p" not in text
