"""What cannot be meant is a fault that names the cell; what is hardly meant is a warning; sound data are neither."""

from __future__ import annotations

import contextlib
import csv
import random
import re
import shutil
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, change, rewrite, row_of, rules
from typer.testing import CliRunner

from bluebook import cli
from bluebook.data import across, causes, csvio, edition, schema, signs
from bluebook.data.faults import BadTable, visible
from bluebook.ledger import book, check
from bluebook.messages import BadInput
from bluebook.year import scaffold

SERIES, PROVINCES, CITIES = "economy/series.csv", "economy/provinces.csv", "public/cities.csv"
SCORES, TREE, CLAIMS = (f"editions/2022/{n}.csv" for n in ("scores", "indicators", "claims"))
PANEL, FORMS, ACCEPTED = "teaching/observations.csv", "teaching/experts.csv", "accepted.csv"
LUOYANG = "410300"


def as_gbk(text: str) -> str:
    """Return a text as it looks when its UTF-8 is opened as GBK and saved again."""
    return text.encode().decode("gbk", "replace")


def cell(name: str, column: str, value: str, **where: str) -> Callable[[Path], tuple[str, int, str]]:
    def spoil(root: Path) -> tuple[str, int, str]:
        row = row_of(root, name, **where)
        change(root, name, row, column, value)
        return name, row, column

    return spoil


def added(name: str, column: str, **cells: str) -> Callable[[Path], tuple[str, int, str]]:
    """Put a row below a table."""

    def spoil(root: Path) -> tuple[str, int, str]:
        with (root / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        line = [cells.get(c, "") for c in rows[0]]
        with (root / name).open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(line)
        return name, len(rows) + 1, column

    return spoil


def keep(name: str, wanted: Callable[[list[str]], bool]) -> Callable[[Path], tuple[str, None, str]]:
    """Keep only some of a table's rows, as a filter does that was left on."""

    def spoil(root: Path) -> tuple[str, None, str]:
        with (root / name).open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        with (root / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *filter(wanted, rows)])
        return name, None, ""

    return spoil


HENAN = {"series": "gdp_growth_real", "region": "河南", "period": "2021"}
FAULTS = {
    "a unit in garbled text": (cell(CLAIMS, "unit", as_gbk("亿元"), id="gdp_ha_2021"), "garbled"),
    "a garbled name": (cell("cities.csv", "name_zh", as_gbk("洛阳"), city=LUOYANG), "garbled"),
    "a garbled letter with an accent": (cell("sources.csv", "title", "CafÃ©", id="newsletter"), "garbled"),
    "a sign for a lost letter": (cell(SCORES, "note", "two sources\ufffd", city=LUOYANG, code="index"), "garbled"),
    "a Cyrillic letter in Chinese": (cell(TREE, "name_zh", "创新Аб", code="input"), "foreign"),
    "kana in Chinese": (cell(TREE, "name_zh", "創新の力", code="input"), "foreign"),
    "a letter of private use": (cell(TREE, "name_zh", "创新\ue001", code="input"), "foreign"),
    "full-width letters in an id": (cell(CLAIMS, "id", "ｇdp_ha_2021", id="gdp_ha_2021"), "foreign_ascii"),
    "full-width digits in a period": (cell(CITIES, "period", "２０20", city=LUOYANG, indicator="universities", period="2020"), "foreign_ascii"),
    "a blank of a web page beside a number": (cell(SERIES, "value", "6.3\u00a0", **HENAN), "odd_blank"),
    "a blank of a web page in a name": (cell(TREE, "name_zh", "创新\u00a0投入", code="input"), "odd_blank"),
    "a letter without width": (cell(TREE, "name_zh", "创新\u200b投入", code="input"), "odd_blank"),
    "a wide blank": (cell(TREE, "name_zh", "\u3000创新投入", code="input"), "odd_blank"),
    "a blank at the end": (cell(TREE, "name_zh", "创新投入 ", code="input"), "blank_around"),
    "an error of Excel as a subject": (cell(CLAIMS, "subject_zh", "#N/A", id="gdp_ha_2021"), "no_value_text"),
    "an error of Excel as a number": (cell(SERIES, "value", "#DIV/0!", **HENAN), "no_value"),
    "NULL as a note": (cell(SERIES, "note", "NULL", **HENAN), "no_value_text"),
    "nan as a speaker": (cell(CLAIMS, "speaker", "nan", id="gdp_ha_2021"), "no_value_text"),
    "a date with strokes as a period": (cell(CLAIMS, "period", "2021/1/1", id="gdp_ha_2021"), "date_for_period"),
    "a date with dashes as a period": (cell(SERIES, "period", "2021-1-1", **HENAN), "date_for_period"),
    "a date as Excel counts as a period": (cell(SERIES, "period", "44197", **HENAN), "date_for_period"),
    "a formula as a note": (cell(SERIES, "note", "=A1+B1", **HENAN), "formula"),
    "an infinite score": (cell(SCORES, "score", "inf", city=LUOYANG, code="index"), "not_a_number"),
    "a row that sums the cities": (added(SCORES, "city", city="合计", code="index", score="50", rank="18", decimals="0"), "total_row"),
    "a mean among the experts": (added(FORMS, "expert", expert="平均", indicator="input", points="25", status="illustrative"), "total_row"),
    "the country among the cities": (added(CITIES, "city", city="全国", indicator="universities"), "total_row"),
    "a note below a table": (added(CITIES, "city", city="注：2019 年为普查前的数"), "note_row"),
    "a rank that a sentence contradicts": (cell(CLAIMS, "value", "5", id="index_list_first"), "against_scores"),
    "weights off 100": (cell(TREE, "weight", "26", code="input"), "weights_sum"),
    "half the ranking": (keep(SCORES, lambda r: r[1] != "index" or int(r[3]) <= 9), "not_ranked"),
    "an edition with a header only": (keep("editions/2021/scores.csv", lambda _: False), "no_rows"),
    "half of an early edition": (keep("editions/2019/scores.csv", lambda r: int(r[3]) <= 3), "ranked_otherwise"),
    "a framework with a header only": (keep(TREE, lambda _: False), "no_rows"),
    "a series with a header only": (keep(SERIES, lambda _: False), "no_rows"),
    "one city only": (keep(CITIES, lambda r: r[0] == "410100"), "city_without_rows"),
    "half of the panel": (keep(PANEL, lambda r: r[1] < "input"), "panel_gap"),
    "half of an expert's form": (keep(FORMS, lambda r: r[:2] != ["E1", "output"]), "judged_partly"),
    "an expert's points off 100": (cell(FORMS, "points", "31", expert="E1", indicator="input"), "points_sum"),
    "a heading left out": (keep("editions/2022/outline.csv", lambda r: r[0] != "7"), "position_gap"),
    "a city of the ranking without a rank": (cell(SCORES, "rank", "", city="411300", code="index"), "without_rank"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "code"), FAULTS.values(), ids=FAULTS)
def test_it_is_a_fault_that_names_the_cell(spoil, code, copy):
    file, row, column = spoil(copy)
    found = check.check(copy) if code == "against_scores" else rules(copy, file)
    mine = [f for f in found if f.code == code]
    assert mine, [f.line("en") for f in found]
    if row and code not in ("weights_sum", "against_scores"):
        assert (mine[0].file, mine[0].row, mine[0].column) == (file, row, column)
        assert len([f for f in found if (f.file, f.row) == (file, row)]) == 1, "one cell, one fault"


def test_decimals_below_zero_are_named_and_nothing_breaks(copy):
    cell("editions/2017/scores.csv", "decimals", "-2", city=LUOYANG, code="index")(copy)
    assert {f.code for f in check.check(copy)} == {"minimum"}


def test_a_row_shorter_than_the_header_is_a_fault(copy):
    rewrite(
        copy, SCORES, lambda t: t.replace(",newsletter;bluebook_press_2022,high,two sources agree", "", 1)
    )
    assert [f.code for f in check.check(copy)] == ["ragged"]


ENGINEER = {
    "a relation naming an unknown id": cell(CLAIMS, "relation", "equals nobody", id="gdp_ha_2021"),
    "evidence that is no number": cell(CLAIMS, "evidence", "newsletter:abc", id="gdp_ha_2021"),
    "an unknown id in the corrections": cell("editions/2022/corrections.csv", "id", "nobody", finding="1"),
    "full-width digits in a score": cell(SCORES, "score", "５2.70", city=LUOYANG, code="index"),
    "full-width digits in a rank": cell(SCORES, "rank", "２", city=LUOYANG, code="index"),
    "an underscore in a score": cell(SCORES, "score", "9_7.25", city=LUOYANG, code="index"),
}


@pytest.mark.parametrize("spoil", ENGINEER.values(), ids=ENGINEER)
def test_what_the_audit_refuses_the_check_refuses(spoil, copy):
    spoil(copy)
    with pytest.raises(BadInput) as refused:
        book.audit()
    assert refused.value.line("zh") in [f.line("zh") for f in check.check()]


WARNINGS = {
    "a plausible slip in a score": (cell(SCORES, "score", "57.20", city=LUOYANG, code="index"), "against_panel"),
    "a direction flipped": (cell(TREE, "direction", "-1", code="input_3"), "against_panel"),
    "ten times as much in the panel": (cell(PANEL, "value", "690.7", city="410100", indicator="input_1"), "against_panel"),
    "a rate ten times as large": (cell(SERIES, "value", "63", series="gdp_growth_real", region="河南", period="2021", vintage="first"), "leap"),
    "a level with its point misplaced": (cell(PROVINCES, "value", "5499.7", series="gdp_level", region="河南", period="2020"), "leap"),
    "a city's figure a tenth": (cell(CITIES, "value", "1200.304", city="410100", indicator="gdp_100m", period="2020"), "leap"),
    "a share ten times its peers'": (cell(PROVINCES, "value", "16.4", series="rd_intensity", region="河南", period="2020"), "peers"),
    "a fall among rises": (cell(PROVINCES, "value", "-6.3", series="gdp_growth_real", region="河南", period="2021"), "other_sign"),
    "a rise where a fall was accepted": (cell(PROVINCES, "value", "5.0", series="gdp_growth_real", region="湖北", period="2020"), "matches_nothing"),
    "a claim in another size": (cell(CLAIMS, "value", "63", id="gdp_growth_ha_2021"), "unexplained"),
    "a province missing in one period": (keep(PROVINCES, lambda r: r[:3] != ["gdp_growth_real", "山西", "2021"]), "fewer_units"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "code"), WARNINGS.values(), ids=WARNINGS)
def test_it_is_a_warning_and_no_fault(spoil, code, copy):
    spoil(copy)
    found = check.report(copy)
    assert code in {f.code for f in found.warnings}, [f.line("en") for f in (*found.warnings, *found.faults)]
    assert found.faults == [] or code == "unexplained"


def next_year(root: Path) -> Path:
    """Make 2023 a copy of 2022, ready to be changed."""
    new = root / "editions/2023"
    shutil.copytree(root / "editions/2022", new, ignore=shutil.ignore_patterns("*.md"))
    for name in ("claims", "corrections", "lists", "outline", "agenda", "talks", "units", "topics"):
        (new / f"{name}.csv").unlink()
    rewrite(root, "editions/2023/edition.yml", lambda t: t.replace("year: 2022", "year: 2023"))
    return new


@pytest.mark.slow
def test_next_year_is_held_against_this_year(copy):
    next_year(copy)
    assert check.report(copy).warnings == []
    row = row_of(copy, "editions/2023/scores.csv", city="411300", code="index")
    change(copy, "editions/2023/scores.csv", row, "score", "2.877")
    change(copy, "editions/2023/scores.csv", row, "decimals", "3")
    tree = "editions/2023/indicators.csv"
    change(copy, tree, row_of(copy, tree, code="input_3"), "direction", "-1")
    change(copy, tree, row_of(copy, tree, code="input_1"), "unit", "万元")
    keep("editions/2023/scores.csv", lambda r: r[1] != "performance_3")(copy)
    told = {(f.file, f.code) for f in check.report(copy).warnings}
    assert told == {
        ("editions/2023/scores.csv", "leap_now"),
        ("editions/2023/scores.csv", "fewer_rows"),
        (tree, "other_direction"),
        (tree, "other_unit_now"),
    }


def test_the_data_as_shipped_have_no_fault_and_no_warning_that_nobody_accepted():
    found = check.report(ROOT / "data")
    assert ([f.line("en") for f in found.faults], [f.line("en") for f in found.warnings]) == ([], [])
    with (ROOT / "data" / ACCEPTED).open(encoding="utf-8") as file:
        assert found.accepted == len(list(csv.DictReader(file)))


@pytest.mark.slow
def test_a_draft_that_waits_is_no_fault_but_what_the_build_will_refuse_is_said(copy):
    scaffold.new_edition(2023)
    found = check.report(copy)
    assert found.faults == [] and [f.code for f in found.warnings] == ["waits"]
    with pytest.raises(BadInput) as refused:
        scaffold.refuse_unfilled()
    assert refused.value.line("zh").startswith("2023 年度还不能生成")
    assert "2023 年度还不能生成" in found.warnings[0].line("zh") and found.warnings[0].value == "18"


@pytest.mark.slow
def test_what_an_editor_accepts_is_counted_and_not_told(copy, monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "zh")
    cell(PROVINCES, "value", "-5.7", series="gdp_growth_real", region="青海", period="2021")(copy)
    (told,) = check.report(copy).warnings
    result = CliRunner().invoke(cli.app, ["check"])
    assert result.exit_code == 0 and "提醒 " in result.output and told.about in result.output
    assert "1 处提醒，16 处已认可" in result.output
    added(ACCEPTED, "", table=told.file, key=told.about, reason="试", who="编辑部", date="2026-01-01")(copy)
    result = CliRunner().invoke(cli.app, ["check"])
    assert result.exit_code == 0 and result.output.splitlines() == ["数据没有问题，17 处已认可"]


@pytest.mark.slow
def test_an_acceptance_needs_its_reason(copy):
    change(copy, ACCEPTED, 2, "reason", "")
    assert [(f.file, f.code, f.column) for f in check.check(copy)] == [(ACCEPTED, "required", "reason")]


def test_one_cause_is_told_once_with_its_count(copy):
    keep("sources.csv", lambda r: r[0] != "panel_structure")(copy)
    found = check.check(copy)
    assert len(found) == 1 and found[0].code == "unknown_source" and found[0].times > 100
    assert f"共 {found[0].times} 处：第 " in found[0].line("zh") and "public/indicators.csv" in found[0].line(
        "zh"
    )
    assert causes.count(found) == found[0].times


def test_two_causes_are_told_apart(copy):
    for code, value in (("input", "甲甲 "), ("output", "乙\u00a0乙")):
        change(copy, TREE, row_of(copy, TREE, code=code), "name_zh", value)
    assert [f.code for f in check.check(copy)] == ["blank_around", "odd_blank"]


def test_blanks_are_made_visible():
    assert visible("60.5\u00a0") == "60.5␣(U+00A0)"
    assert visible(" a\u200bb ") == "␣a␣(U+200B)b␣"
    assert visible("two words") == "two words"


def test_a_file_that_a_spreadsheet_holds_says_so(copy, monkeypatch):
    def held(path: Path, *_: object) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", held)
    with pytest.raises(BadTable) as refused:
        csvio.read_rows(copy / SCORES)
    assert "Excel" in refused.value.line("zh") and "关掉" in refused.value.line("zh")
    assert "引号" not in refused.value.line("zh")


def test_names_that_look_alike_are_alike(copy):
    name = "e\u0301tude"  # é in two signs
    added("sources.csv", "", id="study", title=name, origin="study", confidence="low", official="false")(copy)
    assert edition.table("sources.csv", copy)["title"].iloc[-1] == unicodedata.normalize("NFC", name)
    rewrite(
        copy, PROVINCES, lambda t: t.replace(",福建,", ",\ufa1b建,", 1)
    )  # the same sign by another number
    assert check.check(copy) == []


def test_plain_text_is_not_taken_for_garbled():
    chapters = [p.read_text("utf-8") for p in (ROOT / "chapters").rglob("*.md")]
    pieces = [piece for text in chapters for piece in re.split(r"[，。；：、\s]", text)]
    assert len(pieces) > 5000 and not any(map(signs.garbled, pieces))
    assert all(
        signs.garbled(as_gbk(name)) for name in edition.table("cities.csv", ROOT / "data")["name_full_zh"]
    )


MENDS = {
    (room.parent.name, code, key): text
    for room in (ROOT / "bluebook").glob("*/messages.toml")
    for code, told in tomllib.loads(room.read_text("utf-8")).items()
    for key, text in told.items()
    if key.startswith("mend_") or code.startswith("form_")
}


def test_every_mend_is_words():
    assert len(MENDS) > 100
    for place, text in MENDS.items():
        assert not re.search(r"\\[dwsb]|\[[^\]]*[a-z0-9]-[a-z0-9]|\(\?|\{\d+\}|\.\*|\]\+|\|", text), place
        assert len(text) > 3, place


@pytest.mark.parametrize(
    "column", ["id", "city", "source", "period", "date", "url", "colour", "chapter", "code"]
)
def test_no_pattern_is_shown_where_a_cell_breaks_it(column, copy):
    names = [
        "cities.csv",
        "sources.csv",
        SERIES,
        CITIES,
        "editions/2022/outline.csv",
        "editions/2022/agenda.csv",
    ]
    for name in names:
        fields = {f["name"]: f for f in schema.fields_of(copy, copy / name)}
        if "pattern" in fields.get(column, {}).get("constraints", {}):
            change(copy, name, 3, column, "!?")
            told = [f for f in rules(copy, name) if f.code == "pattern" and f.column == column]
            assert told and not any(
                "\\d" in f.line(g) or "[a-z" in f.line(g) for f in told for g in ("zh", "en")
            )
            return
    pytest.fail(f"no table has a pattern for {column}")


# ---------------------------------------------------------------- whatever an editor may do to a table

VALUES = (
    *("", " ", "0", "-1", "1e3", "1,000", "12%", "inf", "nan", "#N/A", "#REF!", "NULL", "2021/1/1", "44197", "合计"),
    *("注：见表", "=A1", "+x", "@y", "５", "６3.0", "9_7.25", "浜垮厓", "Ã©", "\ufffd", "a\u00a0b", "\u200b", "Ж", "ｉｄ"),
    *("true", "TRUE", "99999999999999999999", "0" * 400 + "1", "9" * 400, "nobody", "newsletter:abc", "a;b", '"', "a\nb"),
    *("\x00", "\t", "2022-02-30", "郑州", "河南", "index", "equals nobody", "< 1", "(", "equals 1/0"),
)  # fmt: skip


def spoil(root: Path, chance: random.Random) -> str:
    """Spoil one table of a copy in one way; return what was done."""
    names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*.csv"))
    name = chance.choice([n for n in names if len((root / n).read_text("utf-8").splitlines()) > 1])
    path = root / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    way = chance.choice(
        ("cell",) * 8 + ("times", "sign", "cut", "columns", "delete", "id", "half", "twice", "short")
    )
    row, column = chance.randrange(1, len(rows)), chance.randrange(len(rows[0]))
    other = chance.randrange(len(rows[0]))
    old = rows[row][column]
    if way == "cell":
        rows[row][column] = chance.choice(
            (*VALUES, f"\u00a0{old}", f"{old} ", old.upper(), as_gbk(old), old * 2)
        )
    elif way == "times":
        with contextlib.suppress(ValueError):
            rows[row][column] = f"{float(old) * chance.choice((10, 0.1)):g}"
    elif way == "sign":
        rows[row][column] = old[1:] if old.startswith("-") else f"-{old}"
    elif way == "columns":
        for cells in rows[chance.choice((0, 1)) :]:
            cells[column], cells[other] = cells[other], cells[column]
    elif way == "delete":
        del rows[row]
    elif way == "id":
        rows[row][0] += "x"
    elif way == "half":
        rows = rows[: 1 + len(rows) // 2]
    elif way == "twice":
        rows.append(rows[row])
    elif way == "short":
        del rows[row][-1]
    if way == "cut":
        whole = path.read_bytes()
        path.write_bytes(whole[: chance.randrange(len(whole))])
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return f"{way} {name} row {row + 1} {rows[0][column]}: {old!r} → {rows[min(row, len(rows) - 1)][-1:]}"


def refused(root: Path) -> str:
    """Return what loading any table, or the audit, has against a copy, "" for nothing."""
    try:
        for path in sorted(root.rglob("*.csv")):
            edition.table(path.relative_to(root).as_posix(), root)
        for year in schema.edition_years(root):
            edition.edition(year)
        book.audit()
    except Exception as problem:  # whatever it is, the check should have said it before
        return f"{type(problem).__name__}: {problem}"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 300, 30))
def test_no_spoilt_copy_passes_the_check_and_fails_later(copy, first):
    silent = []
    for number in range(first, first + 30):
        root = copy.parent / "spoilt" / "data"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(ROOT / "data", root)
        done = spoil(root, random.Random(number))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BLUEBOOK_DATA", str(root))
            years = schema.edition_years(root)
            if (why := refused(root)) and not across.check(root, years) and not check.check(root):
                silent.append(f"{number}: {done}: {why}")
            elif not why and number % 10 == 0:
                check.report(root)  # whatever was done, it never raises
    assert silent == []


def test_an_edition_of_which_no_speech_has_come_in_may_go_out_and_half_of_them_may_not(copy) -> None:
    folder = copy / "editions/2022"
    for name in ("talks.csv", "claims.csv"):
        path = folder / name
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
        codes = {f.code for f in across.check(copy, [2022]) if f.file == f"editions/2022/{name}"}
        assert ("no_rows" in codes) == (name == "talks.csv"), (
            "talks are gone while figures are there; then both are"
        )
    assert not [f for f in across.check(copy, [2022]) if f.code == "no_rows"]
