"""The turning of the year on a small book: frozen, begun, taken back, reopened, corrected; and what goes wrong."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import desk
import pytest
from conftest import ROOT, bluebook
from turning import Killed, as_built, dying, rewrite, small_book, state

from bluebook.data.edition import settings
from bluebook.messages import BadInput
from bluebook.year import begin, chapters, checklist, errata, frozen, inputs, journal, reopen, scaffold
from bluebook.year.freeze import freeze

NEVER = 10**6
OWN = {"chapters/opening/speech.md", "chapters/report/purpose.md"}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(small_book(tmp_path / "book"), monkeypatch)


def enter(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
    return home


def repack(path: Path, work: Callable[[dict[str, bytes]], None]) -> None:
    """Change what is in a zip."""
    with zipfile.ZipFile(path) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    work(files)
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)


# ---------------------------------------------------------------- which chapters recur


def test_every_chapter_recurs_or_belongs_to_one_edition() -> None:
    told = settings(ROOT / "data/editions/2022/edition.yml")
    pages = chapters.pages((ROOT / "_toc.yml").read_text("utf-8"))
    recurring = [p for p in pages if not chapters.belongs(p, told)]
    allowed = r"index|chapters/(report/index-(method|results|dimensions)|(lab|reference|cities)/[\w-]+)"
    assert [p for p in recurring if not re.fullmatch(allowed, p)] == []
    assert [p for p in pages if chapters.belongs(p, told) and re.fullmatch(allowed, p)] == []
    idle = [x for x in chapters.own(told) if not any(chapters.belongs(p, {"chapters": [x]}) for p in pages)]
    assert idle == [], "listed in edition.yml, but no chapter"


def test_a_folder_is_not_taken_for_another_that_begins_alike() -> None:
    told = {"chapters": ["lab", "report/index"]}
    assert not chapters.belongs("chapters/laboratory/x", told) and not chapters.belongs(
        "chapters/report/index-x", told
    )
    assert chapters.belongs("en/chapters/lab/x.md", told) and chapters.belongs(
        "chapters/report/index.md", told
    )
    assert not chapters.belongs("chapters/lab/x", {"chapters": None})


def test_a_table_of_contents_without_the_own_chapters_keeps_the_rest_in_order() -> None:
    told = settings(ROOT / "data/editions/2022/edition.yml")
    toc = (ROOT / "_toc.yml").read_text("utf-8")
    left = chapters.without(toc, told)
    assert chapters.pages(left) == [p for p in chapters.pages(toc) if not chapters.belongs(p, told)]
    assert "发布会" not in left and "  - caption: 实验室\n    chapters:\n      - file: chapters/lab/" in left
    assert chapters.without(toc, {"chapters": []}) == toc


@pytest.mark.parametrize(
    ("toc", "row"), [("root: index\nchapters:\n  - file: a\n- file: b\n", 4), ("", 1), ("- a\n", 1)]
)
def test_a_table_of_contents_that_cannot_be_read_is_one_line_with_its_row(toc: str, row: int) -> None:
    for act in (chapters.pages, lambda text: chapters.without(text, {"chapters": []})):
        with pytest.raises(BadInput, match=rf"_toc\.yml 第 {row} 行：读不懂目录"):
            act(toc)


def test_a_recurring_chapter_below_one_that_leaves_takes_its_place() -> None:
    toc = "root: index\nchapters:\n- file: chapters/a\n  sections:\n  - file: chapters/b\n  - file: chapters/c\n"
    assert chapters.pages(chapters.without(toc, {"chapters": ["a", "c"]})) == ["index", "chapters/b"]


def test_the_tests_of_chapters_that_left_are_skipped_and_those_of_lost_ones_fail(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "ROOT", tmp_path)
    with pytest.raises(FileNotFoundError):
        desk.opened("stabilise/growth")  # the current edition's own
    scaffold.new_edition(2023)
    with pytest.raises(pytest.skip.Exception, match="left the book"):
        desk.opened("stabilise/growth")
    with pytest.raises(FileNotFoundError):
        desk.opened("lab/robustness")  # recurs


# ---------------------------------------------------------------- freezing


def test_a_frozen_edition_holds_site_and_sources_with_their_checksums(book: Path) -> None:
    done = freeze(book)
    assert (done.year, done.release, done.new) == (2022, 1, True)
    assert sorted(p.name for p in (book / "published/2022/1").iterdir()) == [
        "manifest.json",
        "site.zip",
        "sources.zip",
    ]
    told = json.loads((book / "published/2022/1/manifest.json").read_text("utf-8"))
    assert (told["year"], told["release"], told["date"]) == (2022, 1, "2022-07-04")
    for name, about in told["zips"].items():
        pack = book / "published/2022/1" / name
        assert frozen.hash_of(pack.read_bytes()) == about["sha256"]
        with zipfile.ZipFile(pack) as opened:
            assert {n: frozen.hash_of(opened.read(n)) for n in opened.namelist()} == about["files"]
            assert opened.namelist() == sorted(opened.namelist())
    assert (
        "index.html" in told["zips"]["site.zip"]["files"]
        and "errata.js" not in told["zips"]["site.zip"]["files"]
    )
    assert OWN | {"_toc.yml", "data/editions/2022/scores.csv", "bluebook/room.toml"} <= set(
        told["zips"]["sources.zip"]["files"]
    )
    assert (frozen.years(book), frozen.releases(2022, book)) == ([2022], [1])
    assert frozen.site(2022, None, book) == book / "published/2022/1/site.zip"
    assert frozen.verify(2022, book) == frozen.faults(book) == []


def test_the_settings_say_frozen_before_the_sources_are_packed_and_the_site_stays_current(book: Path) -> None:
    freeze(book)
    assert settings(book / "data/editions/2022/edition.yml")["status"] == "frozen"
    with zipfile.ZipFile(frozen.sources(2022, None, book)) as pack:
        assert b"\nstatus: frozen  #" in pack.read("data/editions/2022/edition.yml")
    assert inputs.site_is_current(book)


def test_the_frozen_site_says_that_it_is_and_keeps_its_pages_byte_for_byte(book: Path) -> None:
    freeze(book)
    with zipfile.ZipFile(frozen.site(2022, None, book)) as pack:
        info = pack.read("build-info.js").decode()
        for name in set(pack.namelist()) - {"build-info.js"}:
            assert pack.read(name) == (book / "_build/html" / name).read_bytes()
    assert '"frozen": 1' in info and '"edition": 2022' in info and "seconds" not in info


def test_the_same_book_gives_the_same_bytes_whenever_it_is_frozen(tmp_path: Path, monkeypatch) -> None:
    made = []
    for name, day in (("a", dt.date(2023, 1, 1)), ("b", dt.date(2024, 2, 2))):
        home = enter(small_book(tmp_path / name), monkeypatch)
        rewrite(home / "data/editions/2022/edition.yml", "published: 2022-07-04", "published: null")
        for path in home.rglob("*"):
            os.utime(path, (1e9, 1e9 + len(made)))
        as_built(home)
        freeze(home, today=day)
        made.append({p.name: p.read_bytes() for p in (home / "published/2022/1").iterdir()})
    assert made[0]["site.zip"] == made[1]["site.zip"] and made[0]["sources.zip"] == made[1]["sources.zip"]
    assert made[0]["manifest.json"].replace(b"2023-01-01", b"2024-02-02") == made[1]["manifest.json"]


def test_an_unchanged_book_is_no_new_release_and_a_changed_one_is(book: Path) -> None:
    freeze(book)
    before = state(book)
    again = freeze(book)
    assert (again.release, again.new) == (1, False) and state(book) == before
    (book / "chapters/reference/data.md").write_text("# 数据，改过\n", "utf-8")
    as_built(book)
    assert (freeze(book).release, frozen.releases(2022, book)) == (2, [1, 2])
    assert frozen.site(2022, None, book).parent.name == "2" and frozen.site(2022, 1, book).parent.name == "1"


def test_an_erratum_makes_no_new_release(book: Path) -> None:
    freeze(book)
    errata.add(book, 2022, old="52.70", new="52.71", who="编辑", place="", reason="correction", note="")
    assert freeze(book).new is False


def test_books_in_print_go_with_the_site(book: Path) -> None:
    (book / "_build/html/downloads").mkdir(exist_ok=True)
    (book / "_build/html/downloads/book-2022.pdf").write_bytes(b"%PDF")
    freeze(book)
    with zipfile.ZipFile(frozen.site(2022, None, book)) as pack:
        assert pack.read("downloads/book-2022.pdf") == b"%PDF"
    (book / "_build/html/downloads/book-2022.pdf").write_bytes(b"%PDF again")
    assert freeze(book).new


def changed_after_the_build(home: Path) -> None:
    (home / "chapters/opening/speech.md").write_text("# 别的\n", "utf-8")


@pytest.mark.parametrize(
    ("spoil", "year", "told"),
    [
        (changed_after_the_build, None, "源文件又改过.*--build"),
        (lambda home: shutil.rmtree(home / "_build"), None, "还没有生成.*--build"),
        (lambda home: (home / "_toc.yml").unlink(), None, "只有数据"),
        (
            lambda home: rewrite(
                home / "data/editions/2022/edition.yml", "status: published", "status: draft"
            ),
            None,
            "还是草稿",
        ),
        (lambda home: None, 2021, "只能给当前的 2022 年度"),
        (lambda home: None, 1066, "没有 1066 年度：现有 2021、2022"),
    ],
)
def test_what_cannot_be_frozen_is_refused_in_one_line_and_nothing_is_written(
    book: Path, spoil: Callable[[Path], None], year: int | None, told: str
) -> None:
    spoil(book)
    before = state(book)
    with pytest.raises(BadInput, match=told) as problem:
        freeze(book, year)
    assert "\n" not in problem.value.zh + problem.value.en and state(book) == before


# ---------------------------------------------------------------- tampering


@pytest.mark.parametrize(
    ("spoil", "code", "file"),
    [
        (lambda d: rewrite(d / "scores.csv", "52.70", "57.20"), "frozen_changed", "editions/2022/scores.csv"),
        (lambda d: (d / "talks.csv").unlink(), "frozen_gone", "editions/2022/talks.csv"),
        (lambda d: (d / "lists.csv").write_text("list\n"), "frozen_added", "editions/2022/lists.csv"),
        (
            lambda d: rewrite(d / "edition.yml", "status: frozen", "status: published"),
            "frozen_changed",
            "editions/2022/edition.yml",
        ),
    ],
)
def test_later_changes_of_a_frozen_editions_data_are_named(book: Path, spoil, code: str, file: str) -> None:
    freeze(book)
    spoil(book / "data/editions/2022")
    (found,) = frozen.faults(book)
    assert (
        (found.code, found.file) == (code, file)
        and "reopen 2022" in found.mend_zh
        and "reopen 2022" in found.mend_en
    )
    assert frozen.faults(book, 2021) == []
    with pytest.raises(BadInput, match="定稿的内容被改过"):
        freeze(book)


def test_what_excel_leaves_lying_about_and_a_signature_are_no_change(book: Path) -> None:
    freeze(book)
    (book / "data/editions/2022/~$scores.csv").write_bytes(b"lock")
    checklist.lay_out(book / "data", 2022)
    assert frozen.faults(book) == [] and freeze(book).new is False


@pytest.mark.slow
def test_every_command_refuses_a_frozen_edition_that_was_tampered_with_and_names_the_file(book: Path) -> None:
    freeze(book)
    begin.begin(book, 2023)
    cell, pack = book / "data/editions/2022/scores.csv", frozen.site(2022, None, book)
    commands = {
        cell: (("check",), ("publish",)),
        pack: (("check",), ("publish",), ("reopen", "2022"), ("year", "2023", "--undo")),
    }
    spoil = {
        cell: lambda: rewrite(cell, "52.70", "57.20"),
        pack: lambda: repack(pack, lambda files: files.update({"index.html": b"changed"})),
    }
    named = {cell: "editions/2022/scores.csv", pack: "published/2022/1/site.zip"}
    for path, work in spoil.items():
        content = path.read_bytes()
        work()
        before = state(book)
        for words in commands[path]:
            done = bluebook(*words, cwd=book, lang="zh", PYTHONPATH=str(ROOT))
            said = done.stdout + done.stderr
            assert done.returncode in (1, 2) and named[path] in said and "Traceback" not in said, (
                words,
                said,
            )
            assert path is cell or "index.html" in said, (words, said)
            assert state(book) == before, words
        path.write_bytes(content)
    assert frozen.faults(book) == []


@pytest.mark.parametrize(
    ("work", "named"),
    [
        (lambda files: files.update({"index.html": b"changed"}), ["index.html"]),
        (lambda files: files.pop("index.html"), ["index.html"]),
        (lambda files: files.update({"more.html": b""}), ["more.html"]),
        (lambda files: None, [""]),
    ],
)
def test_a_page_changed_in_a_frozen_site_is_named(book: Path, work: Callable, named: list[str]) -> None:
    freeze(book)
    repack(frozen.site(2022, None, book), work)
    found = frozen.verify(2022, book)
    assert [f.value for f in found] == named and {f.file for f in found} == {"published/2022/1/site.zip"}


@pytest.mark.parametrize("at", [0, 40, -20, -300])
def test_a_damaged_byte_anywhere_in_a_zip_is_a_fault(book: Path, at: int) -> None:
    freeze(book)
    path = frozen.site(2022, None, book)
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(bytes(content))
    assert frozen.verify(2022, book) and "published/2022/1/site.zip" in frozen.verify(2022, book)[0].file


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"zips": 1}', '{"zips": {"site.zip": {}, "sources.zip": {}}}']
)
def test_a_manifest_that_cannot_be_read_is_a_fault_and_one_line(book: Path, text: str) -> None:
    freeze(book)
    (book / "published/2022/1/manifest.json").write_text(text, "utf-8")
    assert [f.code for f in frozen.faults(book)] == ["no_manifest"]
    with pytest.raises(BadInput, match="读不出来"):
        reopen.reopen(book, 2022)


# ---------------------------------------------------------------- the next year and back


def test_the_next_year_keeps_what_recurs_and_the_own_chapters_live_on_in_the_frozen_sources(
    book: Path,
) -> None:
    begun = begin.begin(book, 2023)
    assert begun.left == ["chapters/opening/speech", "chapters/report/purpose"] and begun.frozen.release == 1
    assert chapters.pages((book / "_toc.yml").read_text("utf-8")) == [
        "index",
        "chapters/report/index-results",
        "chapters/reference/data",
    ]
    assert not OWN & set(state(book)) and not (book / "chapters/opening").exists()
    with zipfile.ZipFile(frozen.sources(2022, None, book)) as pack:
        assert set(pack.namelist()) >= OWN
    told = settings(book / "data/editions/2023/edition.yml")
    assert (told["status"], told["chapters"]) == ("draft", [])
    fields = json.loads((book / "data/datapackage.json").read_text("utf-8"))
    for kind in ("talks", "lists", "claims"):
        header = (book / f"data/editions/2023/{kind}.csv").read_text("utf-8").strip().split(",")
        assert header == [f["name"] for f in fields["tables"][kind]["schema"]["fields"]]
        assert f"editions/2023/{kind}.csv" in {r["path"] for r in fields["resources"]}
    assert frozen.faults(book) == []


def test_taking_the_year_back_restores_every_byte_but_keeps_the_frozen_edition_and_a_backup(
    book: Path,
) -> None:
    freeze(book)
    before = state(book)
    begin.begin(book, 2023)
    (book / "chapters/reference/data.md").write_text("# 改过\n", "utf-8")
    backup = begin.undo(book, 2023)
    now = state(book)
    assert backup == book / "backups/2023-1.zip" and now.pop("backups/2023-1.zip")
    assert now == {**before, "chapters/reference/data.md": "# 改过\n".encode()}
    with zipfile.ZipFile(backup) as pack:
        assert {"data/editions/2023/edition.yml", "_toc.yml", "chapters/reference/data.md"} <= set(
            pack.namelist()
        )


def test_a_draft_with_chapters_of_its_own_is_taken_back_by_force_and_kept_in_the_backup(book: Path) -> None:
    begin.begin(book, 2023)
    rewrite(book / "data/editions/2023/edition.yml", "chapters: []", "chapters: [opening]")
    (book / "chapters/opening").mkdir()
    (book / "chapters/opening/new.md").write_text("# 新的发言\n", "utf-8")
    with pytest.raises(BadInput, match=r"edition\.yml、chapters/opening.*--force"):
        begin.undo(book, 2023)
    backup = begin.undo(book, 2023, force=True)
    assert sorted(p.name for p in (book / "chapters/opening").iterdir()) == ["speech.md"]
    with zipfile.ZipFile(backup) as pack:
        assert pack.read("chapters/opening/new.md").decode() == "# 新的发言\n"
    begin.begin(book, 2023)
    assert begin.undo(book, 2023).name == "2023-2.zip"


@pytest.mark.parametrize(
    ("year", "told"), [(2022, "已经有"), (2025, "下一个只能是 2023"), (-1, "下一个只能是"), (2021, "已经有")]
)
def test_a_year_that_is_not_the_next_is_refused_and_nothing_is_written(
    book: Path, year: int, told: str
) -> None:
    before = state(book)
    with pytest.raises(BadInput, match=told):
        begin.begin(book, year)
    assert state(book) == before


def test_a_second_beginning_at_once_finds_the_first(book: Path) -> None:
    begin.begin(book, 2023)
    before = state(book)
    with pytest.raises(BadInput, match="已经有 2023 年度"):
        begin.begin(book, 2023)
    assert state(book) == before


# ---------------------------------------------------------------- reopened and corrected


def test_a_reopened_edition_is_corrected_beside_the_book_and_frozen_as_its_second_release(
    book: Path, monkeypatch
) -> None:
    begin.begin(book, 2023)
    first = (book / "published/2022/1/site.zip").read_bytes()
    copy = reopen.reopen(book, 2022)
    assert copy == book / "reopened/2022" and set(state(copy)) >= OWN
    enter(copy, monkeypatch)
    rewrite(copy / "data/editions/2022/scores.csv", "52.70", "52.71")
    rewrite(copy / "chapters/opening/speech.md", "发言", "发言，更正")
    assert frozen.faults(copy) == [], "a reopened copy is there to be changed"
    with pytest.raises(BadInput, match="还没有生成"):
        freeze(copy)
    for name in ("index.html", "build-info.js"):
        (copy / "_build/html").mkdir(parents=True, exist_ok=True)
        shutil.copy(book / "_build/html" / name, copy / "_build/html" / name)
    as_built(copy)
    done = freeze(copy, today=dt.date(2023, 9, 1))
    assert done.folder == book / "published/2022/2" and frozen.manifest(2022, 2, book)["date"] == "2023-09-01"
    assert "52.71" in (book / "data/editions/2022/scores.csv").read_text("utf-8"), "one fact, one place"
    assert not OWN & set(state(book)), "its chapters do not come back into the book of another year"
    assert (book / "published/2022/1/site.zip").read_bytes() == first
    enter(book, monkeypatch)
    assert frozen.faults(book) == [] and frozen.releases(2022, book) == [1, 2]


def test_a_year_that_is_not_frozen_or_open_already_cannot_be_reopened(book: Path) -> None:
    with pytest.raises(BadInput, match="没有这一次定稿"):
        reopen.reopen(book, 2022)
    freeze(book)
    reopen.reopen(book, 2022)
    before = state(book)
    with pytest.raises(BadInput, match="reopened/2022 已经在了"):
        reopen.reopen(book, 2022)
    assert state(book) == before


def test_in_a_reopened_copy_no_other_year_begins(book: Path, monkeypatch) -> None:
    freeze(book)
    copy = enter(reopen.reopen(book, 2022), monkeypatch)
    for act in (lambda: begin.begin(copy, 2023), lambda: reopen.reopen(copy, 2022)):
        with pytest.raises(BadInput, match="重新打开"):
            act()
    shutil.move(copy, copy.parents[2] / "elsewhere")
    away = enter(copy.parents[2] / "elsewhere", monkeypatch)
    with pytest.raises(BadInput, match="找不到"):
        freeze(away)


# ---------------------------------------------------------------- cut short anywhere

ACTS: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "freeze": (lambda home: None, freeze),
    "begin": (freeze, lambda home: begin.begin(home, 2023)),
    "undo": (lambda home: begin.begin(home, 2023), lambda home: begin.undo(home, 2023)),
    "reopen": (freeze, lambda home: reopen.reopen(home, 2022)),
    "errata": (
        freeze,
        lambda home: errata.add(home, 2022, old="a", new="b", who="c", place="", reason="revision", note=""),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "problem", [None, OSError(errno.ENOSPC, "No space left on device")], ids=["kill", "full"]
)
def test_a_command_cut_short_at_any_operation_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, problem: OSError | None
) -> None:
    prepare, run = ACTS[act]
    start = enter(small_book(tmp_path / "start"), monkeypatch)
    prepare(start)
    whole = enter(Path(shutil.copytree(start, tmp_path / "whole")), monkeypatch)
    with dying(monkeypatch, NEVER) as done:
        run(whole)
    old, new, seen = state(start), state(whole), set()
    for at in range(1, len(done) + 1):
        home = enter(Path(shutil.copytree(start, tmp_path / "cut")), monkeypatch)
        try:
            with dying(monkeypatch, at, problem):
                run(home)
        except Killed:
            pass
        except BadInput as refusal:
            assert "\n" not in refusal.zh
            assert state(home) == old, (at, done[at - 1])
        journal.recover(home)
        assert state(home) in (old, new), (at, done[at - 1])
        seen.add(state(home) == new)
        shutil.rmtree(home)
    assert seen == {True, False}


# ---------------------------------------------------------------- errata


def test_an_erratum_stays_with_the_release_that_it_speaks_of(book: Path) -> None:
    freeze(book)
    row = errata.add(
        book,
        2022,
        old="52.70 </script>",
        new="52.71",
        who="编辑",
        place="chapters/opening/speech",
        reason="revision",
        note="",
    )
    assert (row["id"], row["release"]) == ("e1", "1") and errata.faults(book) == []
    told = json.loads(re.search(r"=(\[.*?\]);document", errata.script(book)).group(1))
    assert (
        told[0]["old"] == "52.70 </script>"
        and told[0]["year"] == 2022
        and "</script" not in errata.script(book)
    )
    (book / "chapters/reference/data.md").write_text("# 数据，改过\n", "utf-8")
    as_built(book)
    freeze(book)
    assert '"release": 1' in errata.script(book) and '"release": 2' not in errata.script(book)
    late = {"who": "编辑", "place": "", "reason": "correction", "note": ""}
    assert errata.add(book, 2022, old="a", new="b", **late)["release"] == "2"
    assert errata.add(book, 2022, old="c", new="d", release=1, **late)["release"] == "1"
    with pytest.raises(BadInput, match="没有这一次定稿"):
        errata.add(book, 2022, old="c", new="d", release=3, **late)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"old": " "}, "缺少 old"),
        ({"reason": "whim"}, "不能是“whim”"),
        ({"place": "chapters/opening/spech"}, "没有 chapters/opening/spech 这一页"),
    ],
)
def test_an_erratum_that_says_nothing_or_of_no_page_is_refused(
    book: Path, cells: dict[str, str], told: str
) -> None:
    freeze(book)
    before = state(book)
    row = {"old": "a", "new": "b", "who": "c", "place": "", "reason": "correction", "note": "", **cells}
    with pytest.raises(BadInput, match=told):
        errata.add(book, 2022, **row)
    assert state(book) == before


def test_in_a_copy_or_among_data_alone_errata_have_no_shelf_to_be_held_against(book: Path) -> None:
    freeze(book)
    errata.add(book, 2022, old="a", new="b", who="c", place="", reason="revision", note="")
    (book / "chapters/reference/data.md").write_text("# 数据，改过\n", "utf-8")
    as_built(book)
    freeze(book)
    assert errata.faults(reopen.reopen(book, 2022)) == []
    (book / "_toc.yml").unlink()
    shutil.rmtree(book / "published")
    assert errata.faults(book) == []


def test_an_erratum_without_a_year_is_for_the_check_of_the_tables_to_name(book: Path) -> None:
    (book / "data/errata.csv").write_text(
        (book / "data/errata.csv").read_text() + ",1,x,,a,b,2023-01-01,correction,c,\n"
    )
    assert errata.faults(book) == [] and "=[];" in errata.script(book)


def test_check_names_an_erratum_of_what_was_never_frozen(book: Path) -> None:
    freeze(book)
    with (book / "data/errata.csv").open("a", encoding="utf-8") as file:
        file.write(
            "2022,7,x1,,a,b,2023-01-01,correction,c,\n2022,1,x2,chapters/none,a,b,2023-01-01,correction,c,\n"
        )
    assert [(f.code, f.row) for f in errata.faults(book)] == [
        ("erratum_of_no_release", 2),
        ("erratum_of_no_page", 3),
    ]


# ---------------------------------------------------------------- at the command line


@pytest.mark.slow
def test_the_commands_say_what_they_did_and_refuse_in_one_line(book: Path) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        done = bluebook(*words, cwd=book, lang="zh", PYTHONPATH=str(ROOT))
        return done.returncode, done.stdout, done.stderr

    assert run("freeze")[:2] == (0, "2022 年度第 1 次定稿，在 published/2022/1\n")
    assert "没有改动，仍是第 1 次定稿" in run("freeze")[1]
    assert "e1" in run("errata", "add", "2022", "--old", "a", "--new", "b", "--who", "c")[1]
    assert "“a”应为“b”" in run("errata", "list")[1]
    code, out, _ = run("year", "2023")
    assert code == 0 and "2 章收进了定稿" in out and "data/editions/2023/scores.csv" in out
    assert "reopened/2022" in run("reopen", "2022")[1]
    code, out, err = run("reopen", "2022")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "backups/2023-1.zip" in run("new-edition", "2023", "--undo")[1]
    code, out, err = run("year", "2031")
    assert (code, out, err.count("\n")) == (2, "", 1)
    rewrite(book / "data/editions/2022/scores.csv", "52.70", "57.20")
    code, out, _ = run("check", "--edition", "2022")
    assert code == 1 and "editions/2022/scores.csv：2022 年度已经定稿" in out and "reopen 2022" in out
