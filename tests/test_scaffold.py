"""Next year's edition: its first shape follows from the last one, and goes as it came."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, bluebook

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.edition import settings
from bluebook.ledger.check import check
from bluebook.messages import BadInput
from bluebook.year import one_edition, scaffold

DATA = ROOT / "data"


def state(root: Path) -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in root.rglob("*")
        if p.is_file()
    }


def fill(root: Path, year: int = 2023, shift: float = 0.0) -> None:
    """Fill a draft's ranking with the last edition's, each printed total moved by ``shift`` points."""
    with (root / "editions" / str(year - 1) / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["code"] == "index" and row["score"]:
            row["score"] = f"{float(row['score']) + shift:.2f}"
    with (root / "editions" / str(year) / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def test_the_draft_carries_over_what_stays_and_leaves_the_rest_unknown(copy: Path) -> None:
    scaffold.new_edition(2023)
    told, last = editions.edition(2023), editions.edition(2022)
    assert (told["year"], told["status"], told["data_year"]) == (2023, "draft", last["data_year"] + 1)
    assert (
        told["title_zh"] == "河南双创蓝皮书（2023）"
        and "2022" not in told["title_en"] + told["book_title_zh"]
    )
    assert told["framework"] == last["framework"] and told["decimals"] == last["decimals"]
    for unknown in ("published", "theme_zh", "theme_en", "editors", "note_zh", "note_en"):
        assert told[unknown] is None
    assert set(told["method"].values()) == {None} and told["sources"] == []
    assert set(told) == {*last, "unconfirmed"}
    assert told["unconfirmed"] == ["data_year", "framework", "organisers"]
    for key in ("data_year", "organisers", "framework"):
        line = next(
            x
            for x in (copy / "editions/2023/edition.yml").read_text("utf-8").splitlines()
            if x.startswith(f"{key}:")
        )
        assert "2022" in line, "where it comes from"


def test_an_unknown_data_year_stays_unknown(copy: Path) -> None:
    path = copy / "editions/2022/edition.yml"
    path.write_text(path.read_text("utf-8").replace("data_year: 2020", "data_year: null"), "utf-8")
    scaffold.new_edition(2023)
    assert editions.edition(2023)["data_year"] is None


@pytest.mark.slow
def test_the_ranking_waits_with_one_row_a_city_and_is_no_fault(copy: Path) -> None:
    scaffold.new_edition(2023)
    scores = editions.scores(2023)
    assert scores["city"].tolist() == editions.cities()["city"].tolist()
    assert set(scores["code"]) == {"index"} and scores["score"].isna().all() and scores["rank"].isna().all()
    assert check() == []
    assert len(scaffold.unfilled(2023)) == 18


def test_the_framework_is_the_last_ones_but_no_weight_claims_to_be_proven(copy: Path) -> None:
    scaffold.new_edition(2023)
    new, old = editions.indicators(2023), editions.indicators(2022)
    same = ["code", "parent", "name_zh", "unit", "direction", "weight", "named_in"]
    assert new[same].equals(old[same])
    assert set(new[new["parent"] != ""]["weight_basis"]) == {"assumed"}
    assert "2022" in new.set_index("code").loc["input", "derivation"]


def test_the_package_lists_the_new_tables_with_the_same_schema(copy: Path) -> None:
    scaffold.new_edition(2023)
    listed = {r["path"]: r for r in schema.package()["resources"]}
    for kind in ("scores", "indicators"):
        assert listed[f"editions/2023/{kind}.csv"]["schema"] == listed[f"editions/2022/{kind}.csv"]["schema"]


def test_making_and_taking_back_leaves_every_byte_as_it_was(copy: Path) -> None:
    before = state(copy)
    made = scaffold.new_edition(2023)
    assert all(p.is_file() for p in made) and state(copy) != before
    scaffold.undo(2023)
    assert state(copy) == before
    assert sorted(p.name for p in (copy / "editions").iterdir()) == [str(y) for y in range(2017, 2023)]


@pytest.mark.parametrize(
    ("year", "told"), [(2022, "已经有 2022 年度"), (2024, "下一个只能是 2023"), (2021, "已经有"), (1999, "下一个只能是 2023")]
)  # fmt: skip
def test_a_year_that_is_there_or_not_the_next_is_refused_and_nothing_written(
    copy: Path, year: int, told: str
) -> None:
    before = state(copy)
    with pytest.raises(BadInput, match=told) as problem:
        scaffold.new_edition(year)
    assert "\n" not in problem.value.zh and "\n" not in problem.value.en
    assert state(copy) == before


def test_a_second_draft_waits_for_the_first(copy: Path) -> None:
    scaffold.new_edition(2023)
    with pytest.raises(BadInput, match="还是草稿"):
        scaffold.new_edition(2024)


def test_a_draft_that_was_worked_on_is_not_taken_back_unless_forced(copy: Path) -> None:
    before = state(copy)
    scaffold.new_edition(2023)
    fill(copy)
    (copy / "editions/2023/claims.csv").write_text("id\n", "utf-8")
    worked = state(copy)
    with pytest.raises(BadInput, match=r"claims\.csv、scores\.csv.*--force"):
        scaffold.undo(2023)
    assert state(copy) == worked
    scaffold.undo(2023, force=True)
    assert state(copy) == before


@pytest.mark.parametrize("year", [2017, 2021, 2022])
@pytest.mark.parametrize("force", [False, True])
def test_a_published_edition_is_never_taken_back(copy: Path, year: int, force: bool) -> None:
    before = state(copy)
    with pytest.raises(BadInput, match="一直保留"):
        scaffold.undo(year, force)
    assert state(copy) == before


def test_an_edition_that_is_not_there_cannot_be_taken_back(copy: Path) -> None:
    with pytest.raises(BadInput, match="没有 2030 年度"):
        scaffold.undo(2030)


def test_when_the_package_cannot_be_written_nothing_stays_behind(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(copy)

    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if Path(target) == copy / "datapackage.json" and self.parent.name == "new":
            raise PermissionError(13, "Permission denied", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(BadInput, match=r"写不进 data/datapackage\.json"):
        scaffold.new_edition(2023)
    assert state(copy) == before and not list((copy / "editions").glob(".*"))


def test_a_draft_is_refused_until_every_city_has_a_rank(copy: Path) -> None:
    scaffold.refuse_unfilled()
    scaffold.new_edition(2023)
    with pytest.raises(BadInput, match=r"18 个城市没有名次（郑州、开封.*等）.*--undo"):
        scaffold.refuse_unfilled()
    fill(copy)
    path = copy / "editions/2023/scores.csv"
    scaffold.refuse_unfilled()
    rows = path.read_text("utf-8").splitlines()
    at = next(i for i, row in enumerate(rows) if row.startswith("410300,index,"))
    rows[at] = "410300,index,,,,,,"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(BadInput, match=r"1 个城市没有名次（洛阳）"):
        scaffold.refuse_unfilled()


@pytest.mark.slow
def test_what_stands_half_filled_in_a_draft_is_still_a_fault(copy: Path) -> None:
    scaffold.new_edition(2023)
    path = copy / "editions/2023/scores.csv"
    path.write_text(
        path.read_text("utf-8").replace("410100,index,,,,,,", "410100,index,97.00,1,2,,,"), "utf-8"
    )
    found = {(f.row, f.column) for f in check()}
    assert found == {(2, "source"), (2, "confidence")}


def test_the_draft_keeps_the_last_editions_comments_and_stays_valid_yaml(copy: Path) -> None:
    scaffold.new_edition(2023)
    text = (copy / "editions/2023/edition.yml").read_text("utf-8")
    assert text.startswith("# 年度设置") and "# draft | published | frozen" in text
    assert settings(copy / "editions/2023/edition.yml")["year"] == 2023


@pytest.mark.slow
def test_a_book_is_of_one_edition_whether_it_has_speeches_or_not(copy: Path) -> None:
    from bluebook.ledger import book
    from bluebook.pages import audit

    assert sum(book.counts().values()) == len(audit.quoted()) > 300
    scaffold.new_edition(2023)
    fill(copy)
    assert editions.speech_year() == editions.current_year() == 2023
    assert editions.claims().empty and editions.lists().empty and editions.own_table("talks").empty
    assert set(audit.quoted()["edition"]) == {2023} and sum(book.counts(2022).values()) > 300


def test_chapters_of_the_edition_before_are_refused_in_the_next_ones_book(copy: Path) -> None:
    pages = ["chapters/report/index-results", "chapters/opening/conference", "chapters/new/page"]
    one_edition.refuse_mixed(pages)
    scaffold.new_edition(2023)
    assert one_edition.left_over(pages) == {"chapters/opening/conference": 2022}
    with pytest.raises(BadInput, match=r"conference.*转述的是 2022 年版，书却是 2023 年版"):
        one_edition.refuse_mixed(pages)
    shutil.copy(copy / "editions/2022/outline.csv", copy / "editions/2023/outline.csv")
    assert one_edition.left_over(pages) == {}


def test_the_command_line_says_what_comes_next_and_refuses_with_one_line(copy: Path) -> None:
    home = copy.parent
    done = bluebook("new-edition", "2023", cwd=home, lang="zh", PYTHONPATH=str(ROOT))
    assert done.returncode == 0 and "data/editions/2023/scores.csv" in done.stdout and "--undo" in done.stdout
    english = bluebook("new-edition", "2023", cwd=home, PYTHONPATH=str(ROOT))
    assert english.returncode == 2 and english.stderr.strip().count("\n") == 0
    assert "There is an edition 2023 already" in english.stderr and english.stdout == ""
    gone = bluebook("new-edition", "2023", "--undo", cwd=home, PYTHONPATH=str(ROOT))
    assert gone.returncode == 0 and not (copy / "editions/2023").exists()


@pytest.mark.slow
def test_the_book_of_the_new_year_is_about_that_year_and_keeps_its_words(mini: Path) -> None:
    (mini / "chapters/report").mkdir()
    chapter = (ROOT / "chapters/report/index-results.md").read_text("utf-8")
    alone = re.sub(
        r"\[([^]]+)\]\([\w-]+\.md\)", r"\1", chapter
    )  # the chapters it points to are not in this book
    (mini / "chapters/report/index-results.md").write_text(alone, "utf-8")
    (mini / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: chapters/report/index-results\n", "utf-8"
    )
    (mini / "index.md").write_text("(front)=\n# 小书\n", "utf-8")
    assert bluebook("build", cwd=mini).returncode == 0
    old = words(mini)
    assert bluebook("new-edition", "2023", cwd=mini).returncode == 0
    refused = bluebook("build", cwd=mini)
    assert refused.returncode == 2 and "18 cities have no rank" in refused.stderr
    assert words(mini) == old
    fill(mini / "data", shift=-0.31)
    told = mini / "data/editions/2023/edition.yml"
    checked = re.sub(r"^unconfirmed: \[.*?\]", "unconfirmed: []", told.read_text("utf-8"), flags=re.M)
    told.write_text(checked, "utf-8")  # what was carried over has been looked at
    done = bluebook("build", cwd=mini)
    assert done.returncode == 0, done.stdout + done.stderr
    new = words(mini)
    assert "2023 年版是第 7 次" in new and "同 2022 年版相比" in new and "52.39" in new
    assert skeleton(new) == skeleton(old)


def words(home: Path) -> str:
    """Return the words of the index chapter's paragraphs."""
    page = (home / "_build/html/chapters/report/index-results.html").read_text("utf-8")
    body = page.split('<article class="bd-article">')[1].split("</article>")[0]
    body = re.sub(
        r'<figure.*?</figure>|<span class="bb-tip".*?</span></span>|<script.*?</script>|<details.*?</details>',
        " ",
        body,
        flags=re.S,
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def skeleton(text: str) -> str:
    """Return a text without its numbers, and without the sentence that lists who moved."""
    text = re.sub(r"个换了位置：[^。]*。", "", text)
    # what only one edition has to say stands before and after
    text = text.split("课题组每年")[1].split("读这些分数")[0]
    return re.sub(r"\d[\d.,]*", "#", text)
