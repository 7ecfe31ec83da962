"""Every recurring page, run on editions that never were: no year's words, numbers or speakers but its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import desk
import editions
import pytest
from conftest import ROOT, bluebook, copy_data
from desk import Opened, opened, said

import bluebook as bb
from bluebook.data.traits import chosen, panel_year, traits
from bluebook.ledger import book
from bluebook.ledger.check import check
from bluebook.messages import BadInput
from bluebook.pages import cards
from bluebook.pages.front import growth_finding
from bluebook.site import notebooks

REPORT = ("report/index-method", "report/index-results", "report/index-dimensions")
REFERENCE = ("reference/audit", "reference/errata", "reference/method", "reference/data")
LAB = tuple(
    f"lab/{name}"
    for name in (
        *("full-calculation", "hidden-weights", "your-weights", "robustness", "public-data"),
        *("exercises-1", "exercises-2", "exercises-3"),
    )
)
QUICK = ("../index", *REPORT, *REFERENCE)
CASES = editions.EDITIONS | editions.VARIATIONS
# What looks back by its nature: the history of ranks, scores and counts, the change since the last edition, other
# rankings and public data of their own years, the ledger of every edition, a text's own words with the years it tells.
HISTORY = re.compile(
    r"fig-(bump|lead|revisions|last-\w+|others|parts|field|coverage|confidence)|tab-(audit|errata|headings|sources|bench)"
)
LOOKING_BACK = {
    "last_year",
    "first_year",
    "counts_told",
    "shared_told",
    "moves_told",
    "lead_max_year",
    "lead_min_year",
}
LOOKING_BACK |= {"sample_year", "finding_growth", "of_panel"}
# What no sentence may say: a number that is missing, and none of something where there is nothing to count.
EMPTY = re.compile(
    r"(?<![A-Za-z])(nan|None|<NA>|NaT|inf)(?![A-Za-z])|(?<![\d.,])0 (?:个|项|版|名|处|条|分)|（缺数）|（）|“”|《》"
)


GAPS = {"nan", "<NA>"}  # a missing cell, which the page shows as a dash


@pytest.fixture(scope="module", params=list(CASES))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of an edition that the book is of while this module's tests run on it."""
    with pytest.MonkeyPatch.context() as patch:
        CASES[request.param](copy_data(tmp_path_factory.mktemp("book"), patch))
        yield request.param
    run.cache_clear()


@lru_cache
def run(page: str) -> Opened:
    """Return what a page's cells leave behind for the edition of the moment."""
    return opened(page)


def text_of(page: str) -> str:
    """Return a page's text as the edition of the moment has it."""
    path = ROOT / "chapters" / f"{page}.md"
    return notebooks.expand(path.read_text("utf-8"), path)


def words(page: str) -> Iterator[tuple[str, str]]:
    """Yield what a page says, each with where: the glued words that its prose asks for, what stands about a figure."""
    there = run(page)
    for name in set(re.findall(r"\{glue:text\}`(\w+)", text_of(page))):
        yield name, str(there.glued[name])
    for figure in there.figures.values():
        yield from ((figure.id, told) for told in said(figure) if told not in GAPS)


def foreign(page: str) -> dict[str, str]:
    """Return the words of a page that name another edition's year or speaker, by where they stand."""
    own = bb.current_year()
    years = [str(y) for y in bb.years() if y != own and y != bb.edition()["data_year"]]
    speakers = {s for y in bb.years() if y != own for s in bb.claims(y)["speaker"]} - set(
        bb.claims()["speaker"]
    )
    names = re.compile("|".join([*(rf"(?<!\d){y}(?!\d)" for y in years), *map(re.escape, sorted(speakers))]))
    return {
        at: told
        for at, told in words(page)
        if at not in LOOKING_BACK and not HISTORY.match(at) and names.search(told)
    }


def test_the_edition_is_sound_data(case: str) -> None:
    assert [str(fault) for fault in check()] == []
    assert str(bb.current_year()) == case[:4]


@pytest.mark.slow
@pytest.mark.parametrize("page", QUICK)
def test_a_page_stands_whatever_its_edition_has(case: str, page: str) -> None:
    assert run(page).broken == []
    assert {at: told for at, told in words(page) if not HISTORY.match(at) and EMPTY.search(told)} == {}


@pytest.mark.slow
@pytest.mark.parametrize("page", QUICK)
def test_a_page_says_nothing_of_another_edition(case: str, page: str) -> None:
    assert foreign(page) == {}
    ledger = bb.audited()
    quoted = [book.resolve(wanted) for wanted in re.findall(r"\{fig\}`([^`]+)`", text_of(page))]
    assert {ledger.loc[id_, "edition"] for id_ in quoted} <= {bb.current_year()}


@pytest.mark.slow
@pytest.mark.parametrize("page", LAB)
def test_the_laboratory_stands_and_says_of_which_edition_it_is(case: str, page: str) -> None:
    if case == "2022 tie":
        pytest.skip(
            "the panel is of 2022 and was solved for its scores, in which nobody ties: test_agreement"
        )
    there = run(page)
    assert there.broken == []
    note = "{glue:text}`of_panel`" in text_of(page)
    assert note == (bb.current_year() != panel_year())
    told = there.glued["of_panel"]
    assert not note or (
        f"都是 {panel_year()} 年版的" in told and f"这本书所说的 {bb.current_year()} 年版" in told
    )


# ---------------------------------------------------------------- what each case says


data = desk.data


@pytest.fixture
def made(data: Path, request: pytest.FixtureRequest) -> Path:
    CASES[request.param](data)
    return data


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("made", [name], indirect=True)


@pytest.mark.slow
@of("2023")
def test_2023_has_everything_and_its_one_contradiction_is_told(made: Path) -> None:
    front = opened("../index").glued
    assert "主题是“创新之年”" in front["about"] and "各部分合计的产值" in cards.slip()
    assert growth_finding() == "2021 年河南比全国慢 1.8 个百分点，2022 年比全国快 0.1 个百分点。"
    assert {"scores", "speeches", "assumed weights"} <= traits() and not {
        "few scores",
        "panel",
        "newsletter",
    } & traits()
    assert opened("reference/audit").glued["wrong_told"].startswith("有矛盾的数有 1 个")


@pytest.mark.slow
@of("2023 sound")
def test_without_a_contradiction_the_book_says_so(made: Path) -> None:
    assert cards.slip() == "" and "没有查出矛盾" in cards.checked()
    assert opened("reference/audit").glued["wrong_told"] == "没有查出矛盾，也没有后来修订的数"


@of("2024")
def test_the_real_growth_of_2022_and_2023_is_told_as_ahead_then_behind(made: Path) -> None:
    front = opened("../index").glued
    assert growth_finding() == "2022 年河南比全国快 0.1 个百分点，2023 年比全国慢 1.1 个百分点。"
    assert "得分没有见到" in front["finding_ranking"] and "发言还没有收进来" in front["about"]


@pytest.mark.slow
@of("2024")
def test_ranks_alone_give_an_order_and_no_distances(made: Path) -> None:
    there = opened("report/index-results")
    assert (
        "fig-gaps" not in there.figures
        and len(there.figures["fig-ranking"].table) == there.glued["n_cities"] == 17
    )
    assert "说不出差多少" in text_of("report/index-results") and "score_now_1_index" not in text_of(
        "report/index-results"
    )
    assert "fig-steepness" not in opened("report/index-dimensions").figures


@pytest.mark.slow
@of("2025")
def test_what_is_carried_over_is_not_told_as_found(made: Path) -> None:
    there = opened("report/index-method")
    assert (
        "还没有同这一版的报告核对过" in there.glued["carried"]
        and "一项也没有找到" in there.glued["named_told"]
    )
    assert "沿用上一版" in set(there.figures["fig-known"].table["名字来自"])
    assert "2025" not in there.glued["counts_told"] and "假定" in there.figures["fig-tree"].title
    last = opened("report/index-dimensions").figures["fig-last-enterprise"]
    assert last.title.startswith("产业创新（2022 年版叫企业创新）")


@pytest.mark.slow
@of("2022 tie")
def test_a_shared_first_place_is_told_as_shared(made: Path) -> None:
    assert opened("../index").glued["finding_ranking"] == "郑州和洛阳并列第一，都是 97.25 分。"
    assert opened("report/index-results").figures["fig-ranking"].title == "郑州和洛阳并列第一，都是 97.25 分"
    assert [book.resolve(f"score_now_{n}_index")[11:17] for n in (1, 2, 3)] == ["410100", "410300", "410700"]


@of("2022 ahead")
def test_growth_ahead_of_the_country_is_told_as_ahead(made: Path) -> None:
    assert "都比全国快，领先从 0.8 个百分点扩大到 1.2 个" in growth_finding()


@of("2022 all scores")
def test_where_every_score_is_printed_none_is_said_to_be_missing(made: Path) -> None:
    there = opened("report/index-results")
    assert "虚线框" not in there.figures["fig-ranking"].subtitle
    assert "的名次和得分都印了出来" in text_of("report/index-results")


def test_the_words_of_a_case_stand_where_the_edition_meets_it_and_nowhere_else() -> None:
    text = "前\n% if: scores\n甲\n% if: no tie\n乙\n% end\n% else\n丙\n% end\n后\n"
    assert chosen(text, frozenset({"scores"})) == "前\n甲\n乙\n后\n"
    assert chosen(text, frozenset({"scores", "tie"})) == "前\n甲\n后\n"
    assert chosen(text, frozenset()) == "前\n丙\n后\n"
    for wrong in ("% if: nonsense\n% end\n", "% if: tie\n", "% end\n", "% else\n"):
        with pytest.raises(BadInput):
            chosen(wrong, frozenset())


# ---------------------------------------------------------------- a whole book


@pytest.mark.slow
def test_a_book_of_2023_is_built_and_is_of_2023_throughout(tmp_path: Path) -> None:
    home = tmp_path / "book"
    home.mkdir()
    for folder in ("data", "bluebook", "assets", "templates"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "index.md", "pyproject.toml", "LICENSE", "NOTICE", "README.md"):
        shutil.copy(ROOT / name, home / name)
    for name in ("requirements.txt", "requirements-kit.txt"):
        shutil.copy(ROOT / name, home / name)
    led_to = ["reference/minute", "reference/editors"]  # by the front page, as is every city
    led_to += [f"cities/{path.stem}" for path in sorted((ROOT / "chapters/cities").glob("*.md"))]
    pages = [f"chapters/{page}" for page in (*REPORT, *LAB, *REFERENCE, *led_to)]
    for page in (*pages, "chapters/opening/conference"):
        (home / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / f"{page}.md", home / f"{page}.md")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLUEBOOK_DATA", str(home / "data"))
        editions.year_2023(home / "data")
    contents(home, [*pages, "chapters/opening/conference"])
    mixed = bluebook("build", cwd=home, lang="zh")
    assert mixed.returncode == 2 and "conference 转述的是 2022 年版，书却是 2023 年版" in mixed.stderr
    (home / "chapters/opening/conference.md").unlink()
    contents(home, pages)
    done = bluebook("build", cwd=home, lang="zh")
    assert done.returncode == 0, done.stdout + done.stderr
    html = {page: (home / f"_build/html/{page}.html").read_text("utf-8") for page in ("index", *pages)}
    assert all("2023" in re.search(r"<title>(.*?)</title>", told, re.S)[1] for told in html.values())
    assert "创新之年" in html["index"] and "赋能河南经济" not in html["index"]
    every_year = {
        "chapters/reference/audit",
        "chapters/reference/data",
    }  # whole ledger; all tables, as described
    assert [page for page in html if "于善甫" in html[page] and page not in every_year] == []
    for page, told in html.items():
        assert ("都是 2022 年版的，不是这本书所说的 2023 年版" in told) == ("/lab/" in page), page


def contents(home: Path, pages: list[str]) -> None:
    """Write a book's table of contents."""
    listed = "".join(f"- file: {page}\n" for page in pages)
    (home / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{listed}", "utf-8")
