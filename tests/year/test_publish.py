"""The site of all editions: whole or not at all, frozen years untouched, nothing out that is not ready."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, bluebook, rewrite
from shelves import build, freeze, sign, site

from bluebook.messages import BadInput
from bluebook.year import checklist, contents, errata, journal, shelf
from bluebook.year import publish as publishing

EARLIER, YEAR, NEXT = 2021, 2022, 2023


@pytest.fixture
def home(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book ready to go out: last year frozen, this year built, everything signed; its data count as sound."""
    monkeypatch.setattr("bluebook.ledger.check.check", lambda *_: [])
    freeze(copy.parent, EARLIER)
    build(copy.parent, YEAR)
    sign(copy, YEAR)
    return copy.parent


def out(home: Path, fresh: bool = True) -> Path:
    return publishing.publish(home, home / "_site", fresh).out


def state(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file() and journal.FOLDER not in p.parts)
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def listed(path: Path) -> list[dict]:
    text = path.read_text("utf-8")
    return json.loads(text[text.index("=") + 1 : text.index(";document")])


def refused(home: Path, words: str, fresh: bool = True) -> None:
    """Publishing says why not, in one line, and leaves everything as it was."""
    before = state(home)
    with pytest.raises(BadInput, match=words) as said:
        out(home, fresh)
    assert "\n" not in str(said.value)
    assert state(home) == before


def test_every_edition_stands_below_its_year_and_latest_leads_to_the_newest(home: Path) -> None:
    there = out(home)
    assert (there / "2021/chapters/only-2021.html").read_text("utf-8") == site(2021)[
        "chapters/only-2021.html"
    ]
    assert "2022 built" in (there / "2022/index.html").read_text("utf-8")
    assert "2022/index.html" in (there / "index.html").read_text("utf-8")
    deep = (there / "latest/chapters/both.html").read_text("utf-8")
    assert 'href="../../2022/chapters/both.html"' in deep
    assert not (there / "latest/chapters/only-2021.html").exists()


def test_the_list_of_editions_names_each_with_title_release_and_path(home: Path) -> None:
    there = out(home)
    rows = listed(there / "editions.js")
    assert [(r["year"], r["release"], r["path"]) for r in rows] == [(2021, 1, "2021/"), (2022, 1, "2022/")]
    assert rows[1]["title"] == "河南双创蓝皮书（2022）" and "chapters/only-2021.html" in rows[0]["pages"]
    assert [r["path"] for r in listed(there / "2021/editions.js")] == ["../2021/", "../2022/"]


def test_the_manifest_holds_the_checksum_of_every_file(home: Path) -> None:
    there = out(home)
    told = json.loads((there / "manifest.json").read_text("utf-8"))
    assert told["latest"] == 2022
    assert told["files"] == {k: v for k, v in state(there).items() if k != "manifest.json"}


def test_publishing_twice_gives_the_same_bytes(home: Path) -> None:
    first = state(out(home))
    assert state(out(home)) == first == state(home / "_site.previous")


def test_the_newest_release_wins_and_the_older_one_stays_below_it(home: Path) -> None:
    freeze(home, EARLIER, 2, "corrected")
    there = out(home)
    assert "corrected" in (there / "2021/index.html").read_text("utf-8")
    assert "first" in (there / "2021/release-1/index.html").read_text("utf-8")
    row = listed(there / "editions.js")[0]
    assert row["release"] == 2 and row["older"] == [{"release": 1, "path": "2021/release-1/"}]
    assert not any("release-1" in page for page in row["pages"])


def test_an_erratum_goes_out_though_no_build_has_seen_it(home: Path) -> None:
    errata.add(home, EARLIER, place="", old="4.2", new="12.0", reason="correction", who="编辑部", note="")
    there = out(home)
    for folder in (there, there / "2021", there / "2022"):
        assert '"old": "4.2", "new": "12.0"' in (folder / "errata.js").read_text("utf-8")


def test_a_tenth_release_is_newer_than_a_ninth(home: Path) -> None:
    for release in range(2, 11):
        freeze(home, EARLIER, release, f"release {release}")
    assert "release 10" in (out(home) / "2021/index.html").read_text("utf-8")


def test_an_edition_that_is_frozen_comes_from_the_shelf_not_from_the_last_build(home: Path) -> None:
    freeze(home, YEAR, word="frozen")
    assert "2022 frozen" in (out(home, fresh=False) / "2022/index.html").read_text("utf-8")


def test_a_draft_is_left_out_and_what_came_before_goes_out(home: Path) -> None:
    rewrite(
        home / "data", "editions/2022/edition.yml", lambda t: t.replace("status: published", "status: draft")
    )
    sign(home / "data", EARLIER)
    done = publishing.publish(home, home / "_site", fresh=False)
    assert done.left_out == 2022 and [e.year for e in done.editions] == [2021]
    assert not (home / "_site/2022").exists()


def test_a_draft_alone_is_nothing_to_publish(home: Path) -> None:
    shutil.rmtree(home / "published")
    rewrite(
        home / "data", "editions/2022/edition.yml", lambda t: t.replace("status: published", "status: draft")
    )
    refused(home, r"edition\.yml status：2022 年度还是草稿|还是草稿")


def test_a_changed_page_of_a_frozen_edition_is_named(home: Path) -> None:
    path = home / "published/2021/1/site.zip"
    with zipfile.ZipFile(path, "w") as box:
        for name, text in site(2021).items():
            box.writestr(zipfile.ZipInfo(name), text.replace("first", "other") if "only" in name else text)
    refused(home, r"published/2021/1/site\.zip.*chapters/only-2021\.html")


def test_a_changed_cell_of_a_frozen_edition_is_named(home: Path) -> None:
    rewrite(home / "data", "editions/2021/scores.csv", lambda t: t.replace("96.54", "69.54"))
    refused(home, r"editions/2021/scores\.csv.*reopen 2021")


def test_a_release_that_was_published_never_comes_out_with_other_bytes(home: Path) -> None:
    out(home)
    shutil.rmtree(home / "published/2021/1")
    freeze(home, EARLIER, 1, "rewritten, manifest and all")
    refused(home, "第 1 次印发已经发布过")


def test_a_zip_that_writes_outside_its_folder_is_refused(home: Path) -> None:
    folder = home / "published/2021/1"
    with zipfile.ZipFile(folder / "site.zip", "w") as box:
        box.writestr("../../escaped.html", "x")
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    told["zips"]["site.zip"] = {"sha256": shelf.digest(folder / "site.zip"), "files": {}}
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    refused(home, "文件夹外面")
    assert not list(home.rglob("escaped.html"))


def test_a_site_that_is_not_built_from_what_is_there_now_stays_in(home: Path) -> None:
    refused(home, "先生成", fresh=False)


def test_an_unwritten_chapter_stays_in_with_its_line(home: Path) -> None:
    (home / "index.md").write_text("(front)=\n# 小书\n\n一句话。\n\n% 待写：谁发的言\n", "utf-8")
    refused(home, r"index\.md：第 6 行还写着“待写”")
    (home / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: chapters/gone\n", "utf-8"
    )
    (home / "index.md").write_text("# 小书\n\n一句话。\n", "utf-8")
    refused(home, r"chapters/gone\.md：目录里有，文件不在")


def test_a_title_alone_is_no_chapter_and_a_cell_is_one(home: Path) -> None:
    (home / "index.md").write_text("---\na: b\n---\n\n(front)=\n# 小书\n\n## 二\n", "utf-8")
    assert contents.unwritten(home)
    (home / "index.md").write_text("# 小书\n\n```{code-cell} ipython3\n1\n```\n", "utf-8")
    assert not contents.unwritten(home)


def test_no_chapter_of_the_book_is_unwritten() -> None:
    assert contents.unwritten(ROOT) == []


def test_faulty_data_stay_in_and_the_first_fault_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("BLUEBOOK_DATA", str(home / "data"))
    rewrite(home / "data", "editions/2022/scores.csv", lambda t: t.replace("97.25", "九十七"))
    refused(home, r"数据有 \d+ 处要改.*scores\.csv")


def test_without_a_checklist_it_says_how_to_get_one(home: Path) -> None:
    checklist.path_of(home / "data", YEAR).unlink()
    refused(home, r"data/editions/2022/checklist\.csv：没有.*--checklist")
    checklist.lay_out(home / "data", YEAR)
    refused(home, "8 项没有填全：初审、复审、终审")
    with pytest.raises(BadInput, match="已经有了"):
        checklist.lay_out(home / "data", YEAR)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("审图号,是,某某,2030-06-01\n", ""),
        ("审图号,是,", "审图号,否,"),
        ("审图号,是,某某", "审图号,是,"),
        ("审图号,是,某某,2030-06-01", "审图号,是,某某,六月"),
    ],
)
def test_an_item_left_out_or_half_filled_is_open(home: Path, old: str, new: str) -> None:
    rewrite(home / "data", "editions/2022/checklist.csv", lambda t: t.replace(old, new))
    refused(home, "1 项没有填全：审图号；")


def test_a_date_as_excel_saves_it_and_an_item_of_ones_own_count(home: Path) -> None:
    path = "editions/2022/checklist.csv"
    rewrite(home / "data", path, lambda t: t.replace("2030-06-01", "2030/6/1") + "法务,,,\n")
    refused(home, "1 项没有填全：法务；")


def test_a_folder_with_other_things_in_it_is_never_replaced(home: Path) -> None:
    (home / "_site").mkdir()
    (home / "_site/letters.docx").write_text("mine", "utf-8")
    refused(home, "另选一个空的文件夹")


def test_going_back_twice_is_where_one_was(home: Path) -> None:
    first = state(out(home))
    freeze(home, EARLIER, 2, "corrected")
    second = state(out(home))
    assert second != first
    publishing.back(home, home / "_site")
    assert state(home / "_site") == first and state(home / "_site.previous") == second
    publishing.back(home, home / "_site")
    assert state(home / "_site") == second


def test_there_is_nothing_to_go_back_to_before_the_second_publication(home: Path) -> None:
    with pytest.raises(BadInput, match="没有上一次"):
        publishing.back(home, home / "_site")
    out(home)
    with pytest.raises(BadInput, match="没有上一次"):
        publishing.back(home, home / "_site")


@pytest.mark.parametrize("deadly", range(1, 4))
@pytest.mark.parametrize("act", ["publish", "back"])
def test_cut_short_at_any_rename_the_next_call_finds_a_whole_site(
    home: Path, monkeypatch: pytest.MonkeyPatch, deadly: int, act: str
) -> None:
    old = state(out(home))
    freeze(home, EARLIER, 2, "corrected")
    new = state(out(home))
    real, count = Path.rename, iter(range(1, 99))

    def rename(self: Path, target: Path) -> Path:
        if next(count) == deadly:
            raise KeyboardInterrupt
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        try:
            out(home) if act == "publish" else publishing.back(home, home / "_site")
        except KeyboardInterrupt:
            publishing.recover(home / "_site")
    assert state(home / "_site") in (old, new)
    out(home)
    assert state(home / "_site") == new


@pytest.mark.parametrize("problem", [(28, "No space left on device"), (30, "Read-only file system")])
def test_on_a_full_disk_and_in_a_read_only_folder_the_old_site_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch, problem: tuple[int, str]
) -> None:
    out(home)
    freeze(home, EARLIER, 2, "corrected")

    def full(*_: object, **__: object) -> None:
        raise OSError(*problem)

    monkeypatch.setattr(shutil, "copytree", full)
    refused(home, problem[1])


def test_two_publications_at_once_take_turns(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, end = threading.Event(), threading.Event()

    def hold() -> None:
        with journal.locked(home):
            held.set()
            end.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(20)
    monkeypatch.setattr(journal.locked.__wrapped__, "__defaults__", (0.05,))
    for act in (lambda: out(home), lambda: publishing.back(home, home / "_site")):
        with pytest.raises(BadInput, match="另一个命令"):
            act()
    end.set()
    other.join()
    assert not (home / "_site").exists()


def test_titles_are_escaped_wherever_they_go(home: Path) -> None:
    rewrite(
        home / "data",
        "editions/2022/edition.yml",
        lambda t: t.replace("title_zh: 河南双创蓝皮书（2022）", 'title_zh: "</script><b>x"'),
    )
    there = out(home)
    for name in ("index.html", "latest/index.html", "editions.js", "2021/editions.js"):
        assert "</script><b>" not in (there / name).read_text("utf-8"), name


@pytest.mark.slow
def test_the_command_writes_the_checklist_and_refuses_in_one_line(copy: Path) -> None:
    home = copy.parent
    (home / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    laid = bluebook("publish", "--checklist", cwd=home, lang="zh", PYTHONPATH=str(ROOT))
    assert laid.returncode == 0 and "data/editions/2022/checklist.csv" in laid.stdout, laid.stderr
    assert (copy / "editions/2022/checklist.csv").read_bytes().startswith(b"\xef\xbb\xbfitem,done,who,date")
    again = bluebook("publish", "--checklist", cwd=home, PYTHONPATH=str(ROOT))
    assert again.returncode == 2 and len(again.stderr.splitlines()) == 1 and again.stdout == ""
    back = bluebook("publish", "--back", cwd=home, PYTHONPATH=str(ROOT))
    assert back.returncode == 2 and len(back.stderr.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("over", ["http", "file"])
def test_the_switcher_leads_from_edition_to_edition(browser, home: Path, over: str) -> None:
    import functools
    import http.server

    shutil.rmtree(home / "published")
    freeze(home, EARLIER)
    freeze(home, EARLIER, 2, "corrected")
    freeze(home, YEAR)
    there = out(home)

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Silent, directory=str(there))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    start = f"http://127.0.0.1:{server.server_port}" if over == "http" else there.as_uri()
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.goto(f"{start}/2021/chapters/both.html")
    page.wait_for_selector(".bb-editions a")
    shown = page.locator(".bb-editions a").all_inner_texts()
    assert shown == ["2021", "2022", "最新"]
    assert page.locator('.bb-editions a[aria-current="true"]').inner_text() == "2021"
    assert "2021 年版" in page.locator(".bb-newer").inner_text()
    page.click(".bb-editions a:nth-child(2)")
    page.wait_for_url("**/2022/chapters/both.html")
    assert page.locator(".bb-newer").count() == 0
    page.goto(f"{start}/2021/chapters/only-2021.html")
    page.click(".bb-editions a:nth-child(2)")
    page.wait_for_url("**/2022/index.html")
    page.goto(f"{start}/2021/release-1/chapters/both.html")
    page.wait_for_selector(".bb-newer")
    assert "第 1 次印发" in page.locator(".bb-newer").inner_text()
    assert page.locator(".bb-editions a[aria-current]").count() == 0
    page.goto(f"{start}/latest/chapters/both.html#here")
    page.wait_for_url("**/2022/chapters/both.html#here")
    assert complaints == []
    page.close()
    server.shutdown()


@pytest.mark.browser
def test_a_book_without_its_neighbours_shows_no_switcher_and_no_error(browser, home: Path) -> None:
    page = browser.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda e: broken.append(str(e)))
    page.goto((home / "_build/html/chapters/both.html").as_uri())
    page.wait_for_timeout(300)
    assert page.locator(".bb-editions").is_hidden() and broken == []
    page.close()
