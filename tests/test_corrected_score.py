"""A corrected score passes through the whole book: each page says the new number, and none stops the build."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import desk
import pytest
from conftest import ROOT, bluebook
from desk import SCORES, change, opened, said

import bluebook as bb
from bluebook.pages import agreement
from bluebook.site import notebooks
from bluebook.tools import tool

data = desk.data
pytestmark = pytest.mark.filterwarnings("ignore::bluebook.messages.Notice")

# city and code, what is printed now, the correction, the city's name
TOTAL = ("410300", "index", "52.70", "53.71", "洛阳")
FIRST = ("410100", "index", "97.25", "97.24", "郑州")
DIMENSION = ("410700", "input", "40.54", "40.45", "新乡")
CORRECTIONS = [TOTAL, FIRST, DIMENSION]
ON_THE_PANEL = ["lab/full-calculation", "lab/robustness", "lab/your-weights"]
ON_SCORES = [
    *ON_THE_PANEL,
    "lab/hidden-weights",
    "lab/public-data",
    "report/index-results",
    "report/index-method",
    "report/index-dimensions",
    "reference/audit",
    "../index",
]
CALCULATION, HIDDEN = "lab/full-calculation", "lab/hidden-weights"


def correct(root: Path, correction: tuple[str, ...]) -> None:
    """Correct one score in a copy of the data."""
    city, code, before, after, _ = correction
    change(root / SCORES, {"score": after}, city=city, code=code, score=before)


def words(there: desk.Opened) -> str:
    """Return everything that a chapter says by its cells: what it glues, and what its figures say."""
    told = [str(value) for value in there.glued.values()]
    return "\n".join(
        [*told, *(text for figure in there.figures.values() for text in (*said(figure), figure.csv()))]
    )


def nans(there: desk.Opened) -> list[str]:
    """Return the glued numbers that are missing: in the build they would stop it."""
    return [name for name, value in there.glued.items() if value != value]


# ---------------------------------------------------------------- chapter by chapter


@pytest.mark.slow
@pytest.mark.parametrize("chapter", ON_SCORES)
def test_a_corrected_total_runs_through_every_chapter_that_reads_scores(data, chapter):
    correct(data, TOTAL)
    there = opened(chapter)
    assert there.broken == [] and nans(there) == []


@pytest.mark.slow
@pytest.mark.parametrize("correction", [FIRST, DIMENSION], ids=["first", "dimension"])
@pytest.mark.parametrize("chapter", [CALCULATION, HIDDEN, "report/index-method", "report/index-dimensions"])
def test_so_do_other_corrections(data, chapter, correction):
    correct(data, correction)
    there = opened(chapter)
    assert there.broken == [] and nans(there) == []


@pytest.mark.slow
@pytest.mark.parametrize("chapter", ["report/index-results", "../index"])
def test_the_results_say_the_new_total_and_what_follows_from_it(data, chapter):
    correct(data, TOTAL)
    told = words(opened(chapter))
    assert "43.54" in told and "44.55" not in told, "97.25 − 53.71"
    assert "52.7" not in told


def test_the_ledger_quotes_the_new_score(data):
    correct(data, TOTAL)
    assert bb.quoted("score_2022_410300_index").startswith("53.71")


# ---------------------------------------------------------------- the teaching panel, solved for what was printed


def test_while_all_agrees_the_laboratory_says_so():
    assert agreement.panel_misses().empty and bb.panel_told() == "现在，它给出的得分和名次与公布的全都一致"
    assert agreement.out_of_reach(2022) == {}


def test_each_page_on_the_panel_says_where_it_parts_from_what_is_printed_and_what_to_run(data):
    correct(data, DIMENSION)
    told = bb.panel_told()
    assert "新乡的创新投入，公布的是 40.45，它给出 40.54" in told and agreement.SOLVE in told
    for chapter in ON_THE_PANEL:
        text = (ROOT / "chapters" / f"{chapter}.md").read_text("utf-8")
        assert "agreement_now=bb.panel_told()" in text and "{glue:text}`agreement_now`" in text, chapter


def test_the_command_that_is_named_is_there():
    folder, module = agreement.SOLVE.removeprefix("python -m ").split(".")
    assert (ROOT / folder / f"{module}.py").exists()


def test_a_total_that_the_weights_cannot_give_says_that_solving_is_not_enough(data):
    correct(data, TOTAL)
    told = bb.panel_told()
    assert "洛阳的总分，公布的是 53.71，它给出 52.70" in told and agreement.SOLVE in told
    assert "只重新求解改不了" in told and "离得最近的是创新投入 28.5" in told
    assert "很可能" not in bb.weights_told() and "合不出" in bb.weights_told()


def test_a_rank_that_differs_is_told_as_a_rank(data):
    change(data / SCORES, {"rank": "12"}, city="410700", code="performance")
    assert "新乡的创新绩效名次，公布的是 12，它给出 11" in bb.panel_told()


@pytest.mark.slow
def test_the_title_on_the_totals_no_longer_says_that_all_is_alike(data):
    correct(data, TOTAL)
    there = opened(CALCULATION)
    assert "公布的 31 个得分里有 30 个" in there.figures["fig-lab-totals"].title
    assert "≠ 53.71" in json.dumps(there.figures["fig-lab-totals"].panels, ensure_ascii=False)
    assert "全部公布的得分" not in there.figures["fig-lab-another"].title


@pytest.mark.slow
def test_weights_that_no_longer_fit_are_not_called_likely(data):
    correct(data, TOTAL)
    there = opened(HIDDEN)
    assert "52.70" not in words(there) and "53.71" in words(there)
    drawn = json.dumps([figure.panels for figure in there.figures.values()], ensure_ascii=False)
    assert "52.7" not in drawn, "nor in what a drawing carries along"
    assert "没有一组相合" in there.glued["five_told"] and "合不出" in there.glued["standing"]
    assert "最近的一组整数权重" in there.glued["assumed"]
    assert "只是假定" in opened("report/index-method").glued["weights_trust"]


@pytest.mark.slow
def test_the_panel_solved_anew_takes_the_note_away(data):
    correct(data, DIMENSION)
    tool("teaching_panel").main()
    assert agreement.panel_misses().empty and "全都一致" in bb.panel_told()
    there = opened(CALCULATION)
    assert there.broken == [] and "全都一样" in there.figures["fig-lab-totals"].title


@pytest.mark.slow
def test_with_weights_that_give_the_corrected_total_the_note_goes_too(data):
    correct(data, TOTAL)
    tool("teaching_panel").main()
    assert list(agreement.panel_misses()["city"]) == ["410300"], (
        "all but the one total that the weights exclude"
    )
    for code, weight in agreement.nearest_weights(2022).items():
        change(data / "editions/2022/indicators.csv", {"weight": f"{weight:g}"}, code=code)
    assert agreement.out_of_reach(2022) == {}
    tool("teaching_panel").main()
    assert agreement.panel_misses().empty and "全都一致" in bb.panel_told()
    assert "相合的不止这一组" in bb.weights_told()
    for chapter in [*ON_THE_PANEL, HIDDEN]:
        there = opened(chapter)
        assert there.broken == [] and nans(there) == [], chapter


def test_where_no_panel_fits_the_program_says_so_and_writes_nothing(data, tmp_path, monkeypatch):
    change(
        data / SCORES, {"score": "99.00"}, city="410700", code="input"
    )  # more than its total leaves room for
    program = tool("teaching_panel")
    with pytest.raises(ArithmeticError):
        program.main(tmp_path / "out")
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- the whole book


@pytest.mark.slow
@pytest.mark.parametrize("correction", CORRECTIONS, ids=["total", "first", "dimension"])
def test_every_chapter_runs_with_a_corrected_score(data, correction):
    correct(data, correction)
    (data.parent / "assets").symlink_to(ROOT / "assets")  # the walk that the editors' page shows lies there
    for page in notebooks.pages(ROOT):
        there = opened(f"../{page}")
        assert there.broken == [] and nans(there) == [], page


@pytest.mark.slow
def test_the_book_builds_with_a_corrected_total_and_says_it_on_every_page(tmp_path):
    home = tmp_path / "book"
    shutil.copytree(ROOT, home, ignore=shutil.ignore_patterns(".venv", ".git", "_build", "__pycache__"))
    correct(home / "data", TOTAL)
    done = bluebook("build", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {p: p.read_text("utf-8") for p in (home / "_build/html").rglob("*.html")}
    calculation = pages[home / "_build/html/chapters/lab/full-calculation.html"]
    assert "公布的是 53.71，它给出 52.70" in calculation
    results = pages[home / "_build/html/chapters/report/index-results.html"]
    assert "53.71" in results and "52.70" not in results
