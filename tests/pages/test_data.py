"""reference/data: the page is the package; what may not be linked is not, and every file it offers exists."""

import html
import json
import re
import shutil

import desk
import pytest
from desk import DATA, in_chinese

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.pages import data as data_tables
from bluebook.pages.sources import sources

data = desk.data

BOM = b"\xef\xbb\xbf"  # the site puts it before every table
LINK = re.compile(r'href="@@site@@/downloads/data/([^"]+)"')


@pytest.fixture
def book(monkeypatch):
    monkeypatch.setenv("BLUEBOOK_BUILD", "1")


def test_every_file_of_the_package_is_offered_and_exists(book):
    offered = LINK.findall(data_tables.tables().text)
    listed = [r["path"] for r in schema.package()["resources"]]
    assert sorted(offered) == sorted([*listed, "datapackage.json"])
    assert all((DATA / path).is_file() for path in offered)


def test_every_field_of_every_table_is_explained():
    shown = data_tables.tables().text
    for group in data_tables.groups():
        entry = shown.split(f'id="table-{group["name"]}"')[1].split("</details>")[0]
        for field in group["fields"]:
            assert f"<code>{field['name']}</code>" in entry
        if group["rows"] is not None:
            assert f"{len(group['rows']):,} 行" in entry
        assert "许可" in entry


def test_a_new_table_appears_by_itself(data, book):
    (data / "economy" / "toll.csv").write_text(
        "road,period,value,confidence\na,2021,3,high\nb,2022,4,low\n", "utf-8"
    )
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    package["resources"].append({
        "name": "toll", "path": "economy/toll.csv", "title": "过路费", "title_en": "Tolls", "description": "每条路一行",
        "description_en": "one row a road", "type": "table",
        "schema": {"fields": [{"name": "road", "type": "string", "title": "路", "title_en": "Road"},
                              {"name": "period", "type": "string"}, {"name": "value", "type": "number", "unit": "元"},
                              {"name": "confidence", "type": "string"}], "primaryKey": ["road"]},
    })  # fmt: skip
    (data / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    entry = data_tables.tables().text.split('id="table-toll"')[1].split("</details>")[0]
    for told in (
        "过路费",
        "2 行；2021—2022；可信度：高 1、低 1",
        "每条路一行。",
        "economy/toll.csv",
        "单位：元",
        "主键",
    ):
        assert told in entry
    assert "过路费" in set(data_tables.confidence().table["表"])
    assert "过路费" in data_tables.coverage().table.columns


def test_a_new_editions_table_joins_those_of_its_kind(data, book):
    folder = data / "editions" / "2023"
    folder.mkdir()
    for name in ("scores.csv", "edition.yml"):
        shutil.copy(data / "editions" / "2021" / name, folder / name)
    schema.list_tables()
    entry = data_tables.tables().text.split('id="table-scores"')[1].split("</details>")[0]
    assert "2017—2023" in entry and "editions/2023/scores.csv" in entry


def test_only_an_official_address_is_a_link():
    shown, known = sources().body, editions.sources()
    linked = {html.unescape(u) for u in re.findall(r'<td data-label="网址"[^>]*><a href="([^"]+)"', shown)}
    assert linked == set(known[known["official"]]["url"])
    rows = shown.split('<tr id="source-')[1:]
    assert len(rows) == len(known)
    for row in known[~known["official"]].itertuples():
        entry = next(r for r in rows if r.startswith(f'{row.id}"'))
        assert 'href="http' not in entry.split("</tr>")[0]
        assert html.escape(row.url) in entry


def test_every_source_can_be_found_by_its_title():
    text = html.unescape(sources().body)
    assert all(title in text for title in editions.sources()["title"])


def test_every_source_in_the_list_says_how_many_rows_rest_on_it():
    used = data_tables.uses()
    assert set(used) <= set(editions.sources()["id"])
    assert used["paihang_2021_provinces"] >= 31


def test_the_page_stays_light_enough_for_a_phone():
    assert len(data_tables.tables().text.encode()) < 60_000
    assert len(sources().body.encode()) < 200_000


def test_outside_the_book_a_file_is_named_by_its_path(monkeypatch):
    monkeypatch.delenv("BLUEBOOK_BUILD", raising=False)
    shown = data_tables.tables().text
    assert "@@" not in shown and "<code>data/economy/series.csv</code>" in shown


def test_the_page_reads_in_english_as_well(monkeypatch):
    monkeypatch.setenv("BLUEBOOK_LANG", "en")
    heads = re.findall(r"<summary>.*?</summary>", data_tables.tables().text)
    assert heads and not in_chinese("".join(heads))
    for figure in (data_tables.confidence(), data_tables.coverage()):
        assert not in_chinese(figure.title + figure.subtitle + "".join(map(str, figure.table.columns)))


def test_the_built_site_holds_a_copy_of_every_table(site):
    page = (site / "chapters" / "reference" / "data.html").read_text("utf-8")
    links = re.findall(r'<a download(?:="")? href="\.\./\.\./(downloads/data/[^"]+)"', page)
    assert len(links) == len(schema.package()["resources"]) + 1
    for link in links:
        assert (site / link).read_bytes().removeprefix(BOM) == (
            DATA / link.removeprefix("downloads/data/")
        ).read_bytes()
    assert "@@" not in page
