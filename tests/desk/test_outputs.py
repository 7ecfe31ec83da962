"""What goes out says the book's numbers, in files that open; a draft says so, and nothing is half written."""

from __future__ import annotations

import errno
import functools
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import editions as invented
import openpyxl
import pptx
import pytest
from conftest import ROOT, bluebook, change, row_of
from desks import Dying, Killed, held_elsewhere
from docx import Document
from lxml import html
from PIL import Image

from bluebook.charts.spec import PHONE
from bluebook.data import edition as editions
from bluebook.desk.out import article, asked, built, make, papers, slides
from bluebook.desk.out.story import Story, story
from bluebook.ledger import book
from bluebook.ledger.wording import VERDICT_WORDS
from bluebook.messages import BadInput
from bluebook.pages import front
from bluebook.print import city
from bluebook.site import figures
from bluebook.year import journal

PAGE = """<html><body><h1>一章<a class="headerlink" href="#x">#</a></h1>
<div class="bb-key"><ol><li><a href="#key-1">1</a><span>增长
<span class="bb-fig" data-verdict="confirmed"><span>6.3%</span><span class="bb-tip">气泡</span></span>，快。</span></li>
<li><a>2</a><span>第二句 <b>1 &lt; 2</b>。</span></li></ol><p>复制</p></div>{more}</body></html>"""
BADGE = '<p class="bb-badge">示意</p>'
NONSENSE = re.compile(r"\bnan\b|None|<NA>|NaT|\{\w+|：。|。。|，。|第 [ 名]|（）")


def key(*, own: bool = True, more: str = "") -> built.Key:
    """Return the key sentences of a small page."""
    return built.key_of(html.fromstring(PAGE.format(more=more)), "chapters/one", Path("nowhere"), own=own)


def paragraphs(content: bytes) -> list[str]:
    """Return every paragraph of a Word file, those of its tables too."""
    doc = Document(io.BytesIO(content))
    cells = [c.text for table in doc.tables for row in table.rows for c in row.cells]
    return [*(p.text for p in doc.paragraphs), *cells]


def shown(content: bytes) -> list[str]:
    """Return every text on the slides."""
    deck = pptx.Presentation(io.BytesIO(content))
    out = []
    for slide in deck.slides:
        for shape in slide.shapes:
            out += [shape.text_frame.text] if shape.has_text_frame else []
            if shape.has_table:
                out += [cell.text for row in shape.table.rows for cell in row.cells]
    return out


def charts(content: bytes) -> list:
    """Return the slides' charts."""
    deck = pptx.Presentation(io.BytesIO(content))
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def cells(content: bytes) -> list[list[str]]:
    """Return the rows of every sheet as text."""
    book_ = openpyxl.load_workbook(io.BytesIO(content))
    return [[str(c.value or "") for c in row] for sheet in book_ for row in sheet.iter_rows()]


def words(name: str, content: bytes) -> str:
    """Return all words of a file, whatever its kind; "" for a picture."""
    kinds = {
        ".docx": paragraphs,
        ".pptx": shown,
        ".xlsx": lambda c: [" ".join(row) for row in cells(c)],
        ".html": lambda c: [html.fromstring(c.decode()).text_content()],
    }
    return "\n".join(kinds[Path(name).suffix](content)) if Path(name).suffix in kinds else ""


@pytest.fixture(scope="module")
def told() -> Story:
    """The book's own edition."""
    return story(ROOT, [key()])


@pytest.fixture(scope="module")
def files(told: Story) -> dict[str, bytes]:
    """Its files."""
    return make.made(told, None)


# ---------------------------------------------------------------- the book's numbers


@pytest.mark.slow
def test_the_table_of_the_ranking_holds_the_books_ranks_scores_and_last_years_places(files) -> None:
    doc = Document(io.BytesIO(files["排名表.docx"]))
    heads, *rows = [[c.text for c in row.cells] for row in doc.tables[0].rows]
    total = editions.scores().query("code == 'index'").merge(editions.cities(), on="city")
    year = editions.current_year()
    before = editions.scores(year - 1).query("code == 'index'").set_index("city")["rank"]
    assert heads == ["名次", "城市", "得分", f"{year - 1} 年版名次", "变化"]
    assert len(rows) == len(total) == 18
    for row in total.itertuples():
        place, _, score, last, moved = next(r for r in rows if r[1] == row.name_zh)
        assert place == str(row.rank)
        assert score == ("—" if row.score != row.score else f"{row.score:.2f}")
        known = before.get(row.city)
        if known is None or known != known or str(known) == "<NA>":
            assert (last, moved) == ("—", "—")
        else:
            by = int(known) - int(row.rank)
            assert last == str(int(known))
            assert moved == ("不变" if not by else f"{'↑' if by > 0 else '↓'}{abs(by)}")


def test_the_charts_of_the_slides_are_editable_and_hold_the_books_numbers(files) -> None:
    drawn = charts(files["发布会.pptx"])
    values = [{s.name: list(s.values) for s in c.plots[0].series} for c in drawn]
    scores = editions.scores().query("code == 'index'").dropna(subset="score").sort_values("rank")["score"]
    assert {"得分": list(scores)} in values
    assert {"个数": [n for n in book.counts().values() if n]} in values
    growth = next(v for v in values if front.CHINA in v)
    yearly = front.growth_by_year().tail(len(growth[front.CHINA]))
    for name, numbers in growth.items():
        assert [n for n in numbers if n is not None] == list(yearly[name].dropna())
    assert all(c.part.chart_workbook.xlsx_part is not None for c in drawn)  # a click opens their numbers


def test_every_slide_says_a_finding_and_has_source_and_status_at_its_foot(files, told) -> None:
    deck = pptx.Presentation(io.BytesIO(files["发布会.pptx"]))
    middle = list(deck.slides)[1:-1]
    assert [s.shapes.title.text for s in middle[: len(told.findings)]] == [
        f.title.rstrip("。.") for f in told.findings
    ]
    for slide in middle:
        foot = [s.text_frame.text for s in slide.shapes if s.has_text_frame][-1]
        assert "来源：" in foot and re.match("报告或简讯印出的数字|本书计算|其他公开来源", foot)


def test_release_and_brief_tell_the_findings_of_the_story(files, told) -> None:
    for name in ("通稿.docx", "要报.docx", "公众号.html"):
        text = words(name, files[name])
        for code in ("ranking", "moved", "dimensions", "growth", "checked"):
            assert told.finding(code).title.rstrip("。") in text, (name, code)
        assert "增长 6.3%，快。" in text and "气泡" not in text, name


def test_a_speaker_gets_all_own_figures_with_the_ledgers_verdicts_and_what_would_settle_them(files) -> None:
    rows = book.audited()
    rows = rows[rows["edition"] == editions.current_year()]
    assert len(asked.speakers()) > 3
    for who in asked.speakers():
        content = files[asked.file_name(who)]
        heads, *lines = [r for r in cells(content) if len([c for c in r if c]) > 5]
        own = rows[rows["speaker"] == who]
        assert len(lines) == len(own)
        verdict, settle = heads.index("结论"), heads.index("怎样才能定")
        assert sorted(line[verdict] for line in lines) == sorted(VERDICT_WORDS[v][0] for v in own["verdict"])
        assert all(line[settle] for line in lines)
        order = [w for w, _ in VERDICT_WORDS.values()]
        assert [order.index(line[verdict]) for line in lines] == sorted(
            order.index(x[verdict]) for x in lines
        )


def test_nobody_is_asked_who_is_the_press_or_the_editor() -> None:
    quoted = set(book.audited().query("edition == @editions.current_year()")["speaker"])
    assert {"媒体", "编者"} <= quoted and not {"媒体", "编者"} & set(asked.speakers())


@pytest.mark.slow
def test_a_text_that_looks_like_a_formula_stays_text(copy: Path) -> None:
    name = "editions/2022/claims.csv"
    row = row_of(copy, name, id="gdp_growth_ha_2021")
    change(copy, name, row, "subject_zh", "=1+1")
    content = asked.asked(story(copy.parent, []), "喻新安")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    found = [c for line in sheet.iter_rows() for c in line if c.value == "=1+1"]
    assert found and all(c.data_type == "s" for c in found)
    page = article.article(story(copy.parent, [key()._replace(title="<script>x</script>")]), None)[
        "公众号.html"
    ]
    assert b"<script" not in page and b"&lt;script" in page


# ---------------------------------------------------------------- badges, imprint, cases


def test_every_file_bears_sources_and_imprint(files, told) -> None:
    for name, content in files.items():
        text = words(name, content)
        assert told.whose in text and "来源：" in text and told.title in text, name
        assert "草稿" not in text, name


@pytest.mark.slow
def test_every_file_of_a_draft_says_so(full: Path) -> None:
    told = story(full, [key()])
    assert asked.speakers()
    assert "草稿" in told.banner
    for name, content in make.made(told, None).items():
        assert told.banner in words(name, content), name
    deck = pptx.Presentation(io.BytesIO(slides.slides(told)))
    assert all(
        told.banner in " ".join(s.text_frame.text for s in x.shapes if s.has_text_frame) for x in deck.slides
    )


def test_invented_data_wears_its_badge_and_stays_out_of_release_brief_and_slides(told) -> None:
    panel = key(more=BADGE)
    assert panel.illustrative and not key().illustrative
    with_panel = told._replace(keys=[panel._replace(title="教学数据章")])
    for content in (papers.release(with_panel), papers.brief(with_panel)):
        assert "教学数据章" not in "\n".join(paragraphs(content))
    assert "教学数据章" not in "\n".join(shown(slides.slides(with_panel)))
    assert "示意数据" in "\n".join(article._chapter(panel, article.Pictures()))


QUICK = ("2024", "2025")  # ranks only; a draft with few scores
EVERY = {**invented.EDITIONS, **invented.VARIATIONS}


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(n, marks=pytest.mark.slow) for n in EVERY if n not in QUICK)]
)
def test_whatever_an_edition_has_its_files_hold_no_nonsense(copy: Path, name: str) -> None:
    EVERY[name](copy)
    told = story(copy.parent, [])
    for file, content in make.made(told, None).items():
        text = words(file, content)
        if file.endswith(".xlsx"):
            continue  # their reasons are the ledger's, tried there
        assert not NONSENSE.search(text), (file, NONSENSE.search(text), text)
        assert (told.banner in text) and ("草稿" in text) == bool(told.banner), file
    if "scores" not in told.has:
        ranking = Document(io.BytesIO(make.made(told, None)["排名表.docx"])).tables
        assert all("得分" not in [c.text for c in t.rows[0].cells] for t in ranking)


def test_an_edition_that_has_just_begun_says_that_there_is_nothing_yet(home: Path) -> None:
    told = story(home, [])
    assert told.finding("ranking") is None and asked.speakers() == []
    for name, content in make.made(told, None).items():
        assert not NONSENSE.search(words(name, content)), name
    assert "还没有名次" in "\n".join(paragraphs(papers.standings(told)))
    assert "还没有名次和得分" in "\n".join(paragraphs(papers.brief(told)))


def test_the_article_asks_nobody_and_has_a_code_only_where_an_address_is_known(told) -> None:
    plain = article.article(told, None)
    assert not re.search(rb"<script|<link|https?://|class=|src=\"(?!\xe5)", plain["公众号.html"])
    assert not any("qr" in name for name in plain)
    there = article.article(told._replace(address="https://example.org/book/"), None)
    assert there["公众号图片/qr.png"].startswith(b"\x89PNG") and b"qr.png" in there["公众号.html"]


# ---------------------------------------------------------------- whole or not at all


def test_files_are_put_together_and_what_is_gone_goes(tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "2022"
    make.put({"甲.docx": b"1", "图/乙.png": b"2"}, folder)
    make.refuse_edited(folder)
    make.put({"甲.docx": b"3"}, folder)
    assert sorted(p.name for p in folder.rglob("*")) == sorted([make.MADE, "甲.docx"])
    assert [p.name for p in folder.parent.iterdir()] == ["2022"]


def test_what_a_command_that_was_cut_short_left_is_taken_back(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "outputs" / "2022"
    make.put({"通稿.docx": b"old"}, folder)
    moves = []

    def killed(self: Path, target: Path) -> Path:
        moves.append(target)
        if len(moves) == 2:
            raise KeyboardInterrupt
        return move(self, target)

    move = Path.rename
    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        make.put({"通稿.docx": b"new"}, folder)
    monkeypatch.undo()
    assert not folder.exists()  # the old one stands aside
    monkeypatch.setattr(make, "_swap", lambda *_: None)
    make.put({}, folder)
    assert (folder / "通稿.docx").read_bytes() == b"old"
    assert [p.name for p in folder.parent.iterdir()] == ["2022"]


def test_whichever_step_is_the_last_the_old_folder_is_there_as_a_whole_or_the_new_one(
    tmp_path: Path,
) -> None:
    folder, seen, step = tmp_path / "outputs" / "2022", [], 0
    old, new = {"通稿.docx": b"old", "图/甲.png": b"old"}, {"通稿.docx": b"new", "乙.docx": b"new"}

    def there() -> dict[str, bytes]:
        return {
            p.relative_to(folder).as_posix(): p.read_bytes()
            for p in folder.rglob("*")
            if p.is_file() and p.name != make.MADE
        }

    while True:
        step += 1
        shutil.rmtree(tmp_path / "outputs", ignore_errors=True)
        make.put(old, folder)
        with pytest.MonkeyPatch.context() as patch:
            Dying(patch, step)
            try:
                make.put(new, folder)
                break
            except Killed:
                pass
        make._settle(folder, make._scratch(folder))  # the next command begins with this
        make.refuse_edited(folder)
        assert there() in (old, new), step
        assert [p.name for p in folder.parent.iterdir()] == ["2022"]
        seen.append(there() == new)
    assert len(seen) >= 10 and seen == sorted(seen) and set(seen) == {False, True}


def test_outputs_waits_its_turn_and_says_so_in_one_line(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = copy.parent
    monkeypatch.setattr(make.journal, "locked", functools.partial(journal.locked, wait=0.2))
    with held_elsewhere(home), pytest.raises(BadInput) as caught:
        make.outputs(home)
    assert caught.value.code == "at_work" and "\n" not in caught.value.zh


def test_what_somebody_edited_or_holds_open_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "2022"
    make.put({"通稿.docx": b"1", "公众号图片/a.png": b"2"}, folder)
    for lock in (".~lock.通稿.docx#", "~$通稿.docx", "~$.docx"):
        (folder / lock).touch()
        with pytest.raises(BadInput, match=r"通稿\.docx 正开着"):
            make.refuse_edited(folder)
        (folder / lock).unlink()
    (folder / "通稿.docx").write_bytes(b"changed")
    with pytest.raises(BadInput, match=r"通稿\.docx 生成之后有人改过"):
        make.refuse_edited(folder)
    (folder / "通稿.docx").unlink()
    make.refuse_edited(folder)  # moved elsewhere, as the message asks


@pytest.mark.parametrize("where", ["write", "swap"])
def test_a_full_disk_or_a_held_folder_leaves_what_was_there(tmp_path, monkeypatch, where) -> None:
    folder = tmp_path / "outputs" / "2022"
    make.put({"通稿.docx": b"old"}, folder)
    if where == "write":

        def full(self: Path, content: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))

        monkeypatch.setattr(Path, "write_bytes", full)
        said = "磁盘满了"
    else:

        def held(self: Path, target: Path) -> Path:
            raise PermissionError(errno.EACCES, "in use", str(self))

        monkeypatch.setattr(Path, "rename", held)
        said = "正开着"
    with pytest.raises(BadInput, match=said):
        make.put({"通稿.docx": b"new"}, folder)
    monkeypatch.undo()
    assert (folder / "通稿.docx").read_bytes() == b"old"
    assert [p.name for p in folder.parent.iterdir()] == ["2022"]


def test_without_a_built_book_the_command_says_one_line_and_writes_nothing(copy: Path) -> None:
    home = copy.parent
    for name in ("_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, home)
    with pytest.raises(BadInput, match="先运行 build"):
        make.outputs(home)
    site = home / "_build" / "html"
    site.mkdir(parents=True)
    (site / "index.html").touch()
    with pytest.raises(BadInput, match="改过"):
        make.outputs(home)
    assert not (home / "_build" / "outputs").exists()


# ---------------------------------------------------------------- the real book


@pytest.fixture(scope="module")
def written(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file of the real book."""
    keys, picture = built.read(ROOT)
    folder = tmp_path_factory.mktemp("outputs") / "written"
    draw = lambda spec: figures.drawn(spec, folder.with_name("cache"))["png"]  # noqa: E731
    make.put(make.made(story(ROOT, keys), picture, draw) | city.one_pagers(ROOT), folder)
    return folder


@pytest.mark.slow
def test_the_command_writes_every_file_once_more_and_never_over_an_edited_one(mini: Path) -> None:
    for _ in range(2):
        done = bluebook("outputs", cwd=mini, lang="zh")
        assert done.returncode == 0, done.stderr
        assert "通稿.docx" in done.stdout
    folder = mini / "_build" / "outputs" / str(editions.current_year())
    assert json.loads((folder / make.MADE).read_text("utf-8")).keys() == {
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != make.MADE
    }
    (folder / "要报.docx").write_bytes(b"edited")
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    done = bluebook("outputs", cwd=mini, lang="zh")
    assert (
        done.returncode == 2
        and "要报.docx 生成之后有人改过" in done.stderr
        and "Traceback" not in done.stderr
    )
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


@pytest.mark.slow
def test_the_article_tells_the_books_own_sentences_with_its_pictures(written: Path, site: Path) -> None:
    text = (written / "公众号.html").read_text("utf-8")
    keys, _ = built.read(ROOT)
    told = papers.chosen(story(ROOT, keys), article.IN_ARTICLE)
    assert len(told) == article.IN_ARTICLE
    for one in told:
        page = html.fromstring((site / f"{one.page}.html").read_bytes())
        quoted = page.xpath(
            "//div[contains(@class, 'bb-key')]//*[@class='bb-fig-value' or @class='pasted-text']"
        )
        for figure in quoted:
            assert figure.text_content() in html.fromstring(text).text_content(), (one.page, figure)
    shown = html.fromstring(text).xpath("//img/@src")
    assert set(shown) == {f"{article.FOLDER}/{p.name}" for p in (written / article.FOLDER).iterdir()}
    drawn = [Image.open(written / picture) for picture in shown if not picture.endswith("qr.png")]
    wide = [picture.width for picture in drawn if picture.width != 2 * PHONE]
    assert len(drawn) > article.IN_ARTICLE and not wide, "read on a phone, where letters keep their size"


def test_where_nothing_draws_the_article_takes_the_pictures_of_the_pages(tmp_path: Path) -> None:
    (tmp_path / "fig-x.png").write_bytes(b"wide")
    one = built.Picture(tmp_path / "fig-x.png", "题", "源", "public", [{"a": 1}, {"b": 2}])
    taken = article.Pictures()
    assert taken.names(one) == ["公众号图片/fig-x.png"] and taken.files == {"公众号图片/fig-x.png": b"wide"}
    drawn = article.Pictures(lambda spec: str(spec).encode())
    assert drawn.names(one) == ["公众号图片/fig-x.png", "公众号图片/fig-x-1.png"]
    assert drawn.names(one._replace(phone=[])) == ["公众号图片/fig-x.png"]


@pytest.mark.slow
def test_every_city_has_a_page_of_one_side_with_its_place_and_what_it_rests_on(written: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    total = editions.scores().query("code == 'index'").merge(editions.cities(), on="city")
    made = {p.stem for p in (written / "城市一页").iterdir()}
    assert made == set(total["name_zh"])
    for row in total.itertuples():
        pdf = pypdf.PdfReader(written / "城市一页" / f"{row.name_zh}.pdf")
        text = re.sub(r"\s", "", pdf.pages[0].extract_text())
        assert len(pdf.pages) == 1 and f"第{row.rank}" in text and "来源：" in text and "独立的转述" in text
        assert (f"{row.score:.2f}" if row.score == row.score else "未公布") in text


@pytest.mark.slow
def test_libreoffice_opens_every_file_and_the_brief_has_two_pages(written: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if not office:
        pytest.skip("no LibreOffice on this machine")
    files = [p for p in sorted(written.iterdir()) if p.suffix in (".docx", ".pptx", ".xlsx")]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0 and "rror" not in done.stdout + done.stderr, done.stderr
    pypdf = pytest.importorskip("pypdf")
    pages = {f.stem: len(pypdf.PdfReader(tmp_path / f"{f.stem}.pdf").pages) for f in files}
    assert (pages["通稿"], pages["要报"], pages["排名表"]) == (2, 2, 1)
    assert pages["发布会"] == len(pptx.Presentation(str(written / "发布会.pptx")).slides)
