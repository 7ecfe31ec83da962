"""Every figure in the prose leads to its row on the audit page, the row to its grounds and back to the prose."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import bluebook, cell, page

from bluebook.ledger import book as ledger
from bluebook.ledger.wording import VERDICT_MARKS, VERDICT_WORDS, source_words
from bluebook.pages import grounds

pytestmark = pytest.mark.slow  # a small book is built for it

QUOTED = {
    "gdp_growth_ha_2020": "喻新安：2020 年河南经济增速",
    "rd_intensity_cn_2021": "于善甫：2021 年全国研发投入强度",
    "trade_rank_ha_2020": "喻新安：2020 年河南进出口总值的全国名次",
    "trade_ha_2022m5": "喻新安：2022 年前 5 个月河南进出口总值（2022年1—5月）",
    "bonded_centre_share_2021": "王小艳：河南保税物流中心园区出口占全省（2021年）",
    "rank_2022_410300_index": "于善甫：2022 年版洛阳总分名次",
}
FIRST = "(said)=\n# 说过的：前半\n\n" + "".join(f"印着 {{fig}}`{i}`。\n\n" for i in QUOTED)
SECOND = "(again)=\n# 又说\n\n先是 {fig}`gdp_growth_ha_2020`，后来又是 {fig}`gdp_growth_ha_2020`。\n"
AUDIT = (
    "(audit)=\n# 账本\n\n"
    + cell(":tags: [remove-cell]\nimport bluebook as bb")
    + "(verdicts)=\n| | 结论 |\n| --- | --- |\n| 矛 | 有矛盾 |\n\n"
    + cell(":tags: [hide-input]\nbb.audit_table()")
)
SOURCES = (
    "(data)=\n# 来源\n\n"
    + cell(":tags: [remove-cell]\nimport bluebook as bb")
    + cell(":tags: [hide-input]\nbb.source_table()")
)
PAGES = {"said": FIRST, "part/again": SECOND, "reference/audit": AUDIT, "reference/data": SOURCES}


def build(home: Path, *names: str) -> None:
    """Build a book of these chapters."""
    chapters = "".join(f"- file: chapters/{n}\n" for n in names)
    (home / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapters}", "utf-8")
    done = bluebook("build", cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr


def read(home: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((home / f"_build/html/chapters/{name}.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def book(built_mini: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two chapters with figures, the ledger and the sources, built once."""
    home = tmp_path_factory.mktemp("trace") / "book"
    shutil.copytree(built_mini, home, ignore=shutil.ignore_patterns("_build"))
    (home / "chapters" / "one.md").unlink()
    (home / "index.md").write_text("(front)=\n# 小书\n\n没有数。\n", "utf-8")
    for name, text in PAGES.items():
        path = home / "chapters" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(text) if "```" in text else text, "utf-8")
    build(home, *PAGES)
    return home


class Pages(dict[str, BeautifulSoup]):
    """The pages by name, and ``places``: their elements by id, since to look one up walks the whole page."""

    def __init__(self, book: Path) -> None:
        super().__init__({name: read(book, name) for name in PAGES})
        self.places = {n: {e["id"]: e for e in soup.find_all(id=True)} for n, soup in self.items()}


@pytest.fixture(scope="module")
def pages(book: Path) -> Pages:
    return Pages(book)


def follow(pages: Pages, start: str, link: str) -> tuple[str, object]:
    """Return the page and the element that a link leads to."""
    address, _, anchor = link.partition("#")
    target = (Path("/", start).parent / address).resolve().as_posix()[1:] if address else f"{start}.html"
    name = target.removesuffix(".html")
    return name, pages.places[name].get(anchor)


def test_every_figure_leads_to_its_row_and_the_row_back_to_every_place(pages: Pages) -> None:
    uses: dict[str, set[tuple[str, str]]] = {}
    for name, soup in pages.items():
        for figure in soup.select(".bb-fig"):
            row, rule = (a["href"] for a in figure.select(".bb-tip-links a"))
            at, found = follow(pages, name, row)
            assert (at, found["id"]) == ("reference/audit", f"claim-{figure['data-id']}")
            at, found = follow(pages, name, rule)
            assert (
                at == "reference/audit" and "有矛盾" in (found.parent if found.name == "span" else found).text
            )
            uses.setdefault(figure["data-id"], set()).add((name, figure["id"]))
    assert set(uses) == set(QUOTED) and len(uses["gdp_growth_ha_2020"]) == 3
    for row in pages["reference/audit"].select("tr[id^=claim-]"):
        links = [follow(pages, "reference/audit", a["href"]) for a in row.select(".bb-uses a")]
        found = {(name, element["id"]) for name, element in links}
        assert found == uses.get(row["id"].removeprefix("claim-"), set()) and len(found) == len(links)


def test_a_place_is_named_by_the_title_of_its_chapter_in_the_order_of_the_book(pages: Pages) -> None:
    told = pages["reference/audit"].select_one("#claim-gdp_growth_ha_2020 .bb-uses").text
    assert told == "用在：说过的、又说 [2]"
    assert pages["reference/audit"].select_one("#claim-gdp_ha_2021 .bb-uses").text == "", "quoted nowhere"


def test_a_row_leads_to_the_figures_and_the_sources_it_rests_on(pages: Pages) -> None:
    known, judged = grounds.sources(), ledger.audited()
    facts = ledger.facts().set_index("id")["source"]
    followed = 0
    for row in judged.to_dict("records"):
        line = pages.places["reference/audit"][f"claim-{row['id']}"]
        links = [a["href"] for a in line.select("a[href]")]
        ends = [follow(pages, "reference/audit", a) for a in links]
        assert all(element is not None for _, element in ends), row["id"]
        ends = {(name, element["id"]) for name, element in ends}
        rests = {i for i in row["rests_on"].split(";") if i} - {row["id"]}
        wanted = {("reference/audit", f"claim-{i}") for i in rests if i in judged.index}
        outside = {s for i in rests if i in facts.index for s in facts[i].split(";") if s}
        outside |= {s for s in row["source"].split(";") if s}
        wanted |= {("reference/data", f"source-{s}") for s in outside}
        assert wanted <= ends, row["id"]
        assert {s for n, s in ends if n == "reference/data"} <= {f"source-{s}" for s in known}
        followed += len(wanted)
    assert followed > 300


def test_a_figure_it_rests_on_goes_by_its_subject(pages: Pages) -> None:
    row = pages["reference/audit"].select_one("#claim-gdp_growth_ha_2020")
    assert row.select_one("a[href='#claim-gdp_growth_ha_2021']").text == "2021 年河南经济增速"


def test_a_row_of_a_source_says_how_many_rows_use_it(pages: Pages) -> None:
    assert int(pages["reference/data"].select_one("#source-newsletter td.num").text) > 100


@pytest.mark.parametrize("id_", QUOTED)
def test_a_bubble_says_verdict_who_why_and_from_where_in_this_order(pages: Pages, id_: str) -> None:
    row, known = ledger.audited().loc[id_], grounds.sources()
    tip = pages["said"].select_one(f".bb-fig[data-id={id_}] .bb-tip")
    text = re.sub(r"\s+", " ", tip.text)
    assert tip.select_one(".bb-mark")["data-verdict"] == row["verdict"]
    parts = [VERDICT_MARKS[row["verdict"]], VERDICT_WORDS[row["verdict"]][0], QUOTED[id_], row["reason_zh"]]
    parts += [row["note_zh"]] * bool(row["note_zh"]) + ["账本里的这一行", "怎么判的"]
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places), text
    sources = [known[s] for s in row["source"].split(";") if s]
    links = {a["href"] for a in tip.select("a[rel=noopener]")}
    assert links <= {s["url"] for s in sources if s["official"]}, "only what its owner publishes is a link"
    for source in sources:
        words = source_words(source)
        assert text.count(words) == 1 or (words not in row["reason_zh"] and len(sources) > 3), words
        if source["official"] and words in text:
            assert source["url"] in links
    assert tip.find(["div", "p", "ul", "dl"]) is None, "a bubble stands inside a paragraph"


def test_a_source_that_only_an_equation_names_is_said_after_it(pages: Pages) -> None:
    tip = pages["said"].select_one(".bb-fig[data-id=trade_ha_2022m5] .bb-tip")
    assert "来源：" in tip.text and len(tip.select("a[rel=noopener]")) == 2
    many = pages["said"].select_one(".bb-fig[data-id=trade_rank_ha_2020] .bb-tip")
    assert many.text.count("来源：") == 1 and "另有 11 个来源" in many.text


def test_a_row_says_what_should_stand_what_stood_later_and_what_follows(pages: Pages) -> None:
    told = {i: pages["reference/audit"].select_one(f"#claim-{i} td").text for i in QUOTED}
    assert "应为 2.435" in told["rd_intensity_cn_2021"] and "后来是" in told["gdp_growth_ha_2020"]
    assert "推得" in told["bonded_centre_share_2021"] and "应为" not in told["bonded_centre_share_2021"]
    assert not re.search("应为|后来是|推得", told["trade_rank_ha_2020"])
    floor = pages["reference/audit"].select_one("#claim-trade_ha_2021_floor td").text
    assert floor.startswith("超过")


def test_no_machine_id_is_in_sight(pages: Pages) -> None:
    ids = {*ledger.audited()["id"], *ledger.facts()["id"], *(s for s in grounds.sources() if "_" in s)}
    for name, soup in pages.items():
        words = set(re.findall(r"[a-z][a-z0-9_]+", soup.select_one("article").text)) & ids
        assert not {w for w in words if "_" in w}, name


def test_anchors_are_unique_and_the_search_index_holds_no_bubble(book: Path, pages: Pages) -> None:
    for name, soup in pages.items():
        ids = [n["id"] for n in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), name
    index = (book / "_build/html/searchindex.js").read_text("utf-8")
    said = json.loads(re.search(r"bluebookIndex=(.*);", index, re.S)[1])
    found = [page for page in said["pages"] if page["url"] == "chapters/part/again.html"]
    for word in ("账本里的这一行", "怎么判的"):
        assert word not in json.dumps(found, ensure_ascii=False), word


def test_the_exported_notebook_runs_without_a_word_on_places(book: Path) -> None:
    done = json.loads((book / "_build/html/_sources/chapters/reference/audit.ipynb").read_text("utf-8"))
    assert any("bb.audit_table()" in "".join(c["source"]) for c in done["cells"])
    for text in re.findall(r'<span class="bb-uses".*?</span>', ledger_body()):
        assert BeautifulSoup(text, "html.parser").text == ""


def ledger_body() -> str:
    from bluebook.pages import audit

    return audit.table().body


# ---------------------------------------------------------------- when uses change


def test_when_uses_change_the_audit_page_is_written_anew_as_from_nothing(book: Path, tmp_path: Path) -> None:
    home, clean = tmp_path / "book", tmp_path / "clean"
    shutil.copytree(book, home)
    again = home / "chapters/part/again.md"
    again.write_text(SECOND.replace("又是 {fig}`gdp_growth_ha_2020`", "是 {fig}`gdp_ha_2021`"), "utf-8")
    build(home, *PAGES)
    row = read(home, "reference/audit").select_one
    assert row("#claim-gdp_growth_ha_2020 .bb-uses").text == "用在：说过的、又说"
    assert row("#claim-gdp_ha_2021 .bb-uses").text == "用在：又说"
    build(home, *[n for n in PAGES if n != "said"])
    assert read(home, "reference/audit").select_one("#claim-trade_rank_ha_2020 .bb-uses").text == ""
    shutil.copytree(home, clean, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    build(clean, *[n for n in PAGES if n != "said"])
    for name in ("part/again", "reference/audit", "reference/data"):
        path = f"_build/html/chapters/{name}.html"
        assert (home / path).read_bytes() == (clean / path).read_bytes(), name


def test_without_an_audit_page_a_figure_leads_nowhere_and_a_source_stays_words(
    book: Path, tmp_path: Path
) -> None:
    home = tmp_path / "book"
    shutil.copytree(book, home)
    build(home, "said", "reference/audit")
    row = read(home, "reference/audit").select_one("#claim-gdp_growth_ha_2020")
    assert row.select_one("a[data-source]") and not row.select_one("a[href*=data]")
    build(home, "said", "part/again")
    assert read(home, "said").select(".bb-fig .bb-tip") and not read(home, "said").select(".bb-tip-links")


def test_a_sources_own_address_reaches_the_bubbles_that_name_it(book: Path, tmp_path: Path) -> None:
    home = tmp_path / "book"
    shutil.copytree(book, home)
    path = home / "data/sources.csv"
    text = path.read_text("utf-8")
    mended = re.sub(r"(?m)^(askci_2023_rd,.*),false$", r"\1,true", text)
    assert mended != text
    path.write_text(mended, "utf-8")
    build(home, *PAGES)
    tip = read(home, "said").select_one(".bb-fig[data-id=rd_intensity_cn_2021] .bb-tip")
    assert "中商情报网" in tip.select_one("a[rel=noopener]").text
