"""A speech comes in: its numbers and relations are proposed, none decided; what is no speech gets one line."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from conftest import ROOT, bluebook
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bluebook.data import edition
from bluebook.desk import proposals, sheets, texts
from bluebook.desk.numbers import find, periods
from bluebook.messages import BadInput
from bluebook.year import contents

NUMBERS = [
    ("增长6.3%，高于全国2.2个百分点", "6.3% 2.2个百分点"),
    ("增长百分之六点三", "6.3%"),
    ("比上年多三到五个百分点", "3个百分点 5个百分点"),
    ("3–5个城市，三至五家企业", "3个 5个 3家 5家"),
    ("突破千亿元大关", ">1000亿元"),
    ("接近6万亿元，不到20%", "<6万亿元 <20%"),
    ("两千余家、900多个、25%以上、约10万吨左右", ">2000家 >900个 >25% ~10万吨"),
    ("十三点五亿元，三千二百万元", "13.5亿元 3200万元"),
    ("分别增长0.3、1.5和2.0个百分点", "0.3个百分点 1.5个百分点 2.0个百分点"),
    ("居全国第17位，中部倒数第4位，税收在中部最后一位", "17位 4位（倒数） 1位（倒数）"),
    ("郑某、洛某等七个省辖市，5大产业，16条措施", "7个 5个 16条"),
    ("全省投入强度只有1.64，指数为28.51", "1.64% 28.51分"),
    ("贸易增长12,345.6万吨，同比−4.7%", "12345.6万吨 -4.7%"),
    ("增加3倍多", ">3倍"),
    ("2021年3月8日，前5个月，5G基站，3D打印，18号文件，“十四五”，一是二是，第一产业，数十亿元", ""),
    ("零部件、十大以来、八项规定、两位数、三重压力、第六批、第十一次、8时30分、0371-68787369", ""),
    ("不仅仅是一个大的行业；一个城市", ""),
]


@pytest.mark.parametrize(("text", "numbers"), NUMBERS, ids=[t[:12] for t, _ in NUMBERS])
def test_a_number_comes_with_its_unit_and_its_bound(text: str, numbers: str) -> None:
    signs = {"exact": "", "at_least": ">", "at_most": "<", "about": "~"}
    assert " ".join(f"{signs[f.bound]}{f.value}{f.unit}" for f in find(text)) == numbers


def test_periods_are_read_and_what_is_compared_with_is_none() -> None:
    text = "二〇二三年，今年1—4月比去年同期、较2020年前5个月增长；一季度；自2017年以来；3月当月；上半年"
    told = [(w.period, w.base) for w in periods(text, 2023)]
    assert told == [
        ("2023", False),
        ("2023M1-M4", False),
        ("2022", True),
        ("2020M1-M5", True),
        ("2023Q1", False),
        ("2017-2023", False),
        ("2023-03", False),
        ("2023H1", False),
    ]


# ---------------------------------------------------------------- a speech that the patterns were not made for

SPEECH = """推动科技创新和产业创新融合
某市科学技术局局长 张三
同志们：
过去一年，全市上下没有松劲。2023年全市研发经费投入首次突破百亿元，达到112.6亿元，比上年增长14.3%，占生产总值的比重为2.41%。
一、企业这一头越来越强
到2023年底，全市高新技术企业1386家，比上年净增214家，增长18.3%。规上工业企业里，有研发活动的占58.6%，比2020年提高12.1个百分点。装备、食品、新材料三个产业的企业过半有研发活动。
全年技术合同成交额94.7亿元，其中本地企业之间成交38.2亿元，占40.3%，流向外地的56.5亿元。
二、平台这一头越来越多
新建省级重点实验室4家、省技术创新中心6家、省中试基地2家，三类平台新增12家，累计达到67家。全市共有省级以上孵化器21家，其中国家级9家，在孵企业1560家。
三、人才这一头还有短板
去年引进博士326名，流出118名，净流入208名。在校生从2020年的9.6万人增加到2023年的12.8万人，三年增加3.2万人。
四、和先进地区比
2022年，全国研发经费投入强度为2.54%，河南为1.96%，低于全国0.58个百分点。2022年河南研发经费1143.26亿元，其中企业962.6亿元，占84.2%。
五、今年怎么干
力争研发经费增长12%以上，达到126亿元左右，高新技术企业超过1600家，技术合同成交额突破110亿元。
"""
RELATIONS = {  # what a reader of the speech finds, in its own numbers
    "18.3% equals 214家/(1386家 - 214家)*100",
    "3个 equals listed_3个",
    "94.7亿元 equals 38.2亿元 + 56.5亿元",
    "38.2亿元 <= 94.7亿元",
    "56.5亿元 <= 94.7亿元",
    "40.3% equals 38.2亿元/94.7亿元*100",
    "12家 equals 4家 + 6家 + 2家",
    "9家 <= 21家",
    "208名 equals 326名 - 118名",
    "12.8万人 > 9.6万人",
    "3.2万人 equals 12.8万人 - 9.6万人",
    "0.58个百分点 equals 2.54% - 1.96%",
    "2.54% equals series_rd_spending_cn_2022/series_gdp_level_cn_2022*100",
    "962.6亿元 <= 1143.26亿元",
    "84.2% equals 962.6亿元/1143.26亿元*100",
}


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The speech as a Word file, with a table, a footnote's neighbour: a picture is not in it."""
    document = docx.Document()
    for line in SPEECH.splitlines():
        document.add_paragraph(line, style="Heading 2" if line[1:2] == "、" and len(line) < 20 else None)
    table = document.add_table(2, 3)
    for at, cell in enumerate(("县区", "高企数（家）", "占比（%）", "甲县", "128", "9.2")):
        table.cell(at // 3, at % 3).text = cell
    path = tmp_path_factory.mktemp("speech") / "讲话.docx"
    document.save(path)
    return path


def relations(found: proposals.Found) -> set[str]:
    """Return what is proposed in the speech's own numbers."""
    said = {f.id: f"{f.value}{f.unit}" for f in found.talk.figures}
    out = set()
    for link in found.links:
        text = link.relation
        for id_, number in sorted(said.items(), key=lambda one: -len(one[0])):
            text = text.replace(id_, number)
        out.add(f"{said[link.id]} {text}")
    return out


def test_the_relations_that_a_speech_claims_are_proposed_and_no_others(speech: Path) -> None:
    found = proposals.look(speech, 2024)
    assert relations(found) == RELATIONS
    assert all(link.holds for link in found.links)


def test_a_relation_that_the_printed_numbers_break_is_proposed_and_said_to_fail(tmp_path: Path) -> None:
    path = tmp_path / "讲话.txt"
    path.write_text(SPEECH.replace("0.58个百分点", "0.85个百分点"), encoding="gb18030")
    failing = [link for link in proposals.look(path, 2024).links if not link.holds]
    assert [link.pattern for link in failing] == ["gaps"]
    assert failing[0].follows.told(2) == "0.57–0.59"


def test_who_speaks_when_and_where_is_guessed(speech: Path) -> None:
    at = {f"{f.value}{f.unit}": f for f in proposals.look(speech, 2024).talk.figures}
    assert {f.speaker for f in at.values()} == {"张三"}
    assert (at["94.7亿元"].period, at["94.7亿元"].region) == ("2023", "本市")
    assert (at["2.54%"].region, at["1.96%"].region) == ("全国", "河南")
    assert at["326名"].section == "三、人才这一头还有短板"
    assert (at["128家"].subject, at["9.2%"].kind) == ("甲县高企数（表）", "share")
    assert "14.3%" in at and "2023亿元" not in at


def test_other_speeches_in_the_ledger_are_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "讲话.txt"
    path.write_text(
        "谈谈外贸\n某研究所所长 李四\n2020年全省外贸进出口总值6654.8亿元，同比增长16.4%。\n", "utf-8"
    )
    told = {(link.pattern, link.relation) for link in proposals.look(path, edition.speech_year()).links}
    assert {("again", "equals trade_ha_2020"), ("again", "equals trade_growth_ha_2020")} <= told


# ---------------------------------------------------------------- the sheet and the draft


def test_the_sheet_offers_each_figure_and_relation_to_be_confirmed_or_struck(
    speech: Path, tmp_path: Path
) -> None:
    done = proposals.propose(speech, tmp_path, 2024)
    book = openpyxl.load_workbook(done.sheet)
    assert book.sheetnames == [sheets.GUIDE, "引用数字", "关系", "名单"]
    for name, rows in (("引用数字", len(done.found.talk.figures)), ("关系", len(done.found.links))):
        sheet = book[name]
        told = [sheet.cell(row, 1).value for row in range(sheets.FIRST, sheet.max_row + 1)]
        assert told == ["待确认"] * rows
        [rule] = [r for r in sheet.data_validations.dataValidation if r.formula1 == '"待确认,确认,删去"']
        assert str(rule.sqref) == f"A{sheets.FIRST}:A{sheets.FIRST + rows - 1}"
    heads = [c.value for c in book["引用数字"][sheets.HEAD]]
    row = next(
        r
        for r in book["引用数字"].iter_rows(min_row=sheets.FIRST)
        if r[heads.index("印出的数")].value == 2.54
    )
    cells = dict(zip(heads, row, strict=True))
    assert cells["外部证据"].value == "series_rd_intensity_cn_2022"
    assert (cells["它的数"].value, cells["与印出的数"].value) == (2.54, "相同")
    assert cells["印出的数"].number_format == "0.00"
    assert not [c for s in book for r in s.iter_rows() for c in r if c.data_type == "f"]


def test_the_draft_says_that_it_is_unwritten_and_holds_none_of_the_speech_s_sentences(
    speech: Path, tmp_path: Path
) -> None:
    text = proposals.propose(speech, tmp_path, 2024).chapter.read_text("utf-8")
    assert contents.MARK.search(text)
    assert "## 一、企业这一头越来越强" in text
    assert "% 原表：甲县 | 128 | 9.2" in text
    shown = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    assert not [s for line in SPEECH.splitlines() for s in line.split("，") if len(s) > 14 and s in shown]


@pytest.mark.slow
def test_the_command_writes_both_files_once_and_says_how_many(speech: Path, tmp_path: Path) -> None:
    done = bluebook("speech", str(speech), "--out", str(tmp_path), "--year", "2024")
    assert done.returncode == 0, done.stderr
    assert f"{len(RELATIONS)} relations proposed, 0 not met" in done.stdout
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    assert len(before) == 2
    again = bluebook("speech", str(speech), "--out", str(tmp_path))
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before


# ---------------------------------------------------------------- what is no speech


def saved(document, path: Path) -> Path:
    document.save(path)
    return path


def changed(path: Path, change: Callable[[str, bytes], bytes | None], **more: bytes) -> Path:
    """Rewrite a Word file part by part; ``more`` adds parts."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as pack:
        parts = {n: pack.read(n) for n in pack.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in {**parts, **more}.items():
            if (new := change(name, content)) is not None:
                pack.writestr(name, new)
    return path


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Return files that are no speech to read: what is wrong → the file, and words of the line."""
    told: dict[str, tuple[Path, str]] = {}

    def plain(name: str) -> Path:
        document = docx.Document()
        document.add_paragraph("增长6.3%。")
        return saved(document, folder / name)

    def raw(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    same = lambda _, content: content  # noqa: E731
    told["there is none"] = folder / "没有.docx", "没有这个文件"
    told["a folder"] = folder, "只读 .docx"
    told["another kind"] = raw("a.pdf", b"%PDF"), "只读 .docx"
    told["empty"] = raw("b.docx", b""), "空的"
    told["an old document"] = raw("c.doc", b"\xd0\xcf\x11\xe0" + bytes(600)), "旧格式"
    secret = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    told["a password"] = raw("d.docx", secret), "密码"
    told["no document"] = raw("e.docx", b"hello"), "不是 Word"
    told["macros by name"] = raw("f.docm", b"PK\x03\x04"), "宏"
    told["macros inside"] = changed(plain("g.docx"), same, **{"word/vbaProject.bin": b"x"}), "宏"
    told["a bomb"] = changed(plain("h.docx"), same, **{"word/media/x.bin": bytes(50 * 2**20)}), "太大"
    entity = lambda n, c: c if n != "word/document.xml" else b'<!DOCTYPE a [<!ENTITY b "c">]>' + c  # noqa: E731
    told["entities"] = changed(plain("i.docx"), entity), "实体"
    told["no main part"] = (
        changed(plain("j.docx"), lambda n, c: None if n == "word/document.xml" else c),
        "不是 Word",
    )
    told["cut off"] = raw("k.docx", plain("k.docx").read_bytes()[:900]), "坏了"
    told["broken xml"] = (
        changed(plain("l.docx"), lambda n, c: c[:200] if n == "word/document.xml" else c),
        "坏了",
    )
    told["no words"] = saved(docx.Document(), folder / "m.docx"), "没有文字"
    told["a lock"] = raw("~$n.docx", b"x"), "~$"
    told["no text at all"] = raw("o.txt", bytes(range(128, 256)) * 9), "读不出文字"
    told["too large"] = raw("p.txt", "数".encode() * 2_100_000), "太大"
    return told


@pytest.mark.slow
def test_what_is_no_speech_gets_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for what, (path, words) in bad_files(tmp_path).items():
        with pytest.raises(BadInput) as problem:
            proposals.propose(path, out)
        assert words in problem.value.zh, f"{what}: {problem.value.zh}"
        assert path.name in problem.value.zh
    assert not list(out.iterdir())


def test_damage_anywhere_gives_one_line_or_a_reading_never_a_traceback(speech: Path, tmp_path: Path) -> None:
    whole, path = speech.read_bytes(), tmp_path / "x.docx"
    for at in range(0, len(whole), len(whole) // 25):
        path.write_bytes(whole[:at] + bytes(b ^ 0x5A for b in whole[at : at + 20]) + whole[at + 20 :])
        try:
            texts.read(path)
        except BadInput as problem:
            assert "\n" not in problem.zh


def test_nested_tables_pictures_and_tracked_changes_are_read_and_told(tmp_path: Path) -> None:
    document = docx.Document()
    outer = document.add_table(1, 1)
    outer.cell(0, 0).add_table(1, 1).cell(0, 0).text = "投资增长7.1%"
    paragraph = document.add_paragraph("增长")
    marks = nsdecls("w")
    paragraph._p.append(parse_xml(f"<w:del {marks}><w:r><w:delText>5.0%</w:delText></w:r></w:del>"))
    paragraph._p.append(parse_xml(f"<w:ins {marks}><w:r><w:t>6.3%</w:t></w:r></w:ins>"))
    document.add_paragraph()._p.append(parse_xml(f"<w:r {marks}><w:drawing/></w:r>"))
    text = texts.read(saved(document, tmp_path / "a.docx"))
    assert [p.text for p in text.pieces if p.kind == "text"] == ["增长6.3%"]
    assert text.pieces[0].rows == (("投资增长7.1%",),)
    assert len(text.notes) == 3


def test_footnotes_are_kept_as_notes(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("增长6.3%。")
    notes = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>统计局数据</w:t></w:r></w:p></w:footnote></w:footnotes>'
    path = changed(
        saved(document, tmp_path / "a.docx"), lambda _, c: c, **{"word/footnotes.xml": notes.encode()}
    )
    assert [p.text for p in texts.read(path).pieces if p.kind == "note"] == ["统计局数据"]


@pytest.mark.slow
def test_two_thousand_numbers_are_read_within_a_minute(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "\n".join(f"第{i}项投资{i}.5亿元，增长{i % 90}.{i % 10}%。" for i in range(1000)), "utf-8"
    )
    assert len(proposals.look(path).talk.figures) == 2000


def test_the_room_says_why_for_every_pattern() -> None:
    from bluebook.desk import relate
    from bluebook.messages import catalogue

    said = catalogue(ROOT / "bluebook/desk")
    assert [p.__name__ for p in relate.PATTERNS if f"link_{p.__name__}" not in said] == []
