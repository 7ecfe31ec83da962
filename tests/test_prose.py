"""How the chapters are written: figures through the ledger, one paragraph a line, Chinese punctuation, no overclaim."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from bluebook.messages import catalogue
from bluebook.site import notebooks

CHAPTERS = sorted(
    [ROOT / "index.md", *(ROOT / "chapters").rglob("*.md"), *(ROOT / "data/editions").rglob("*.md")]
)
NAMES = [p.relative_to(ROOT).as_posix() for p in CHAPTERS]
ALLOWED = [
    line.split("\t")[0]
    for line in (ROOT / "tests" / "typed_allowed.tsv").read_text("utf-8").splitlines()
    if "\t" in line and not line.startswith("#")
]

FENCED_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
NOT_PROSE = [
    re.compile(r"\A---\n.*?\n---\n", re.S),  # front matter
    FENCED_CODE,
    re.compile(r"<!--.*?-->|^%[^\n]*$", re.S | re.M),
    re.compile(r"\{[\w:-]+\}`[^`]*`"),  # roles
    re.compile(r"(`+)[^`\n]+\1"),  # code
    re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.S),  # formulas
    re.compile(r"\]\([^)]*\)"),  # targets of links
    re.compile(r"^:{3,}(?:\{[\w-]+\}[ \d]*)?", re.M),  # fences and a grid's columns
    re.compile(r"^:[\w-]+:.*$", re.M),  # options
    re.compile(r"^\([\w:.-]+\)=$", re.M),  # labels
    re.compile(r"<[^>]+>"),
]
FINE = [
    re.compile(r"(?:19|20)\d\d(?!\d|\.\d)"),  # years
    re.compile(r"第\s*\d+"),  # ordinals
    re.compile(r"前\s*\d+\s*(?:名|位|章|页)"),
    re.compile(r"^\s*\d+\.\s|^\|\s*\d+\s*(?=\|)", re.M),  # numbered lists, numbered rows
    re.compile(r"\d+\s*世纪|\d0\s*年代"),
    re.compile(r"\d+(?:[—–～、和至到]|\s*—\s*)*\d*\s*月(?:份|初|底|末)?(?:\s*\d+\s*日)?"),  # months and days
]
# A Chinese numeral before a unit that measures something; counting words (个, 条, 种 …) are part of plain speech.
HAN_FIGURE = re.compile(
    r"[一二三四五六七八九十百千两零][一二三四五六七八九十百千万亿两零点]*(?:多|余|来)?(?:亿元|万元|亿美元|元|万人|万家|个百分点|百分点|倍|公里|平方公里|吨|架次|亿|万)"
    r"|百分之[一二三四五六七八九十百]+|[二三四五六七八九十]成(?!为|员|果|立|长|本)"
)


def prose(path: Path) -> str:
    """Return a chapter's words with everything that is not prose blanked out, line for line."""
    return prose_of(path.read_text("utf-8"))


def prose_of(text: str) -> str:
    for pattern in NOT_PROSE:
        text = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_typed_into_prose(name: str) -> None:
    text = prose(ROOT / name)
    for word in sorted(ALLOWED, key=len, reverse=True):
        text = text.replace(word, " " * len(word))
    for pattern in FINE:
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    typed = [
        f"line {text.count(chr(10), 0, m.start()) + 1}: {m.group()} … {text[max(0, m.start() - 12) : m.end() + 8].strip()!r}"
        for pattern in (re.compile(r"\d+(?:[.,]\d+)*"), HAN_FIGURE)
        for m in pattern.finditer(text)
    ]
    assert typed == [], "\n".join(typed)


@pytest.mark.parametrize("name", NAMES)
def test_a_paragraph_is_one_line(name: str) -> None:
    lines = prose(ROOT / name).split("\n")
    raw = (ROOT / name).read_text("utf-8").split("\n")
    plain = re.compile(r"^[^\s|>*+\-:#\d`]")
    broken = [
        i + 1
        for i in range(1, len(lines))
        if plain.match(lines[i])
        and plain.match(lines[i - 1])
        and plain.match(raw[i])
        and plain.match(raw[i - 1])
    ]
    assert broken == [], f"lines {broken}"


@pytest.mark.parametrize("name", NAMES)
def test_chinese_text_has_chinese_punctuation(name: str) -> None:
    text = prose(ROOT / name)
    wrong = [
        m.group()
        for m in re.finditer(
            r"[\u4e00-\u9fff][,;:?!](?=\s|[\u4e00-\u9fff]|$)|[\u4e00-\u9fff]\([\u4e00-\u9fff]|「|」|\"[\u4e00-\u9fff]",
            text,
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("chapters/", "index"))])
def test_every_heading_before_a_chapters_text_has_a_label_that_stays(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert re.search(r"^\([a-z][\w-]*\)=\n# ", text, re.M), "a (label)= before the title"


def test_no_chapter_is_longer_than_a_reader_can_follow() -> None:
    for path in CHAPTERS:
        assert len(path.read_text("utf-8").splitlines()) <= 600, path.name


def test_every_allowed_word_is_still_used() -> None:
    everything = "\n".join(p.read_text("utf-8") for p in CHAPTERS)
    assert [w for w in ALLOWED if w not in everything] == []


# ---------------------------------------------------------------- what the book does not claim

# The newsletter is known as a text whose pictures and parts of tables are lost: what that text lacks may be printed.
NOT_PRINTED = re.compile("(?:没有?|未)印|没有附|只印|没有给出")
TEXT_VERSION = "我们见到的文字版"
PAGES = [n for n in NAMES if n.startswith(("chapters/", "index"))]
# Words of strength that one text cannot bear; a cause, a verdict on a book that nobody here has read.
OVERCLAIMED = {
    "没有公布|没有公开": "a source that was not found: say 没有查到 or 没有找到",
    "查不到出处": "say that we did not find it",
    "各说各的|没有下文": "a verdict that a narrow rule decides: say the rule and what was found by it",
    "苹果新机": "a cause without a source",
}
FAIR = {
    "也不等于没有公布过": "audit: says the opposite",
    "不说明任务和对策各说各的": "agenda: says the opposite",
    "各说各的时接近零": "full-calculation: what Kendall's W measures",
}


def strings(code: str) -> Iterator[str]:
    """Yield the words that a cell puts on the page: its string literals, f-strings whole, doc strings left out."""
    tree = ast.parse(code)
    docs = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef) and isinstance(n.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def page_words(name: str) -> str:
    """Return what a page says: its prose and its figures' words, the current edition's own text put in."""
    return "\n".join(
        [prose_of(text := expanded(name)), *(w for code in code_of(text) for w in strings(code))]
    )


def expanded(name: str) -> str:
    path = ROOT / name
    return notebooks.expand(path.read_text("utf-8"), path)


def code_of(text: str) -> list[str]:
    return re.findall(r"^```\{code-cell\}[^\n]*\n(?::[\w-]+:[^\n]*\n)*(.*?)^```[ \t]*$", text, re.M | re.S)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_says_not_printed_says_that_we_know_the_text_version_only(name: str) -> None:
    words = page_words(name)
    assert not (found := NOT_PRINTED.search(words)) or TEXT_VERSION in words, f"{found.group()}: {name}"


def test_the_front_page_says_that_we_know_the_text_version_only() -> None:
    front = page_words("index.md")
    assert TEXT_VERSION in front and "不等于原刊或蓝皮书里没有" in front
    assert NOT_PRINTED.search("得分没有印") and not NOT_PRINTED.search("印出了名次")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_claims_more_than_was_found(name: str) -> None:
    words = page_words(name)
    for fair in FAIR:
        words = words.replace(fair, "")
    found = {m.group(): why for claim, why in OVERCLAIMED.items() for m in re.finditer(claim, words)}
    assert found == {}


def test_every_fair_use_is_still_on_a_page() -> None:
    everything = "\n".join(page_words(name) for name in PAGES)
    assert [fair for fair in FAIR if fair not in everything] == []


def titled_calls(code: str) -> Iterator[tuple[str, str]]:
    """Yield status and title, as they are written, of each call that frames a figure."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            given = {k.arg: ast.unparse(k.value) for k in node.keywords}
            if {"status", "title"} <= set(given):
                yield given["status"], given["title"]


def test_the_title_of_an_illustrative_figure_says_that_it_is_one() -> None:
    """A copied title travels without its badge; `charts.frame` refuses one that does not say so."""
    texts = [code for name in NAMES for code in code_of((ROOT / name).read_text("utf-8"))]
    said = catalogue(ROOT / "bluebook" / "pages")
    for path in sorted((ROOT / "bluebook" / "pages").glob("*.py")):
        texts.append(re.sub(r'SAYS\.text\("(\w+)"\)', lambda m: repr(said[m[1]][0]), path.read_text("utf-8")))
    titles = [title for text in texts for status, title in titled_calls(text) if "illustrative" in status]
    assert len(titles) >= 13 and [title for title in titles if "示意：" not in title] == []


# Vermilion looks orange to a reader; what a chart calls red has to be red.
RED = re.compile("(?<!橙)红(?:点|线|叉|底|色|带|十字|条|：)")


@pytest.mark.parametrize("name", PAGES)
def test_a_figure_names_the_colour_that_is_drawn(name: str) -> None:
    said = [w for code in code_of(expanded(name)) for w in strings(code)]
    assert [w for w in said if RED.search(w)] == []


# A reader looks a slogan up under its own name: once, in quotation marks, where it is explained.
SLOGANS = {
    "卡脖子": ["stabilise/demand", "opening/ren-wuwu"],
    "高位嫁接": ["stabilise/measures"],
    "抢滩占先": ["stabilise/measures", "report/agenda"],
    "前瞻布局": ["stabilise/measures", "report/agenda"],
    "十大战略": ["stabilise/measures", "opening/hu-dabai"],
    "两个确保": ["opening/hu-dabai", "report/achievements"],
    "万人助万企": ["report/achievements"],
    "三个一批": ["report/achievements"],
    "揭榜挂帅": ["report/achievements"],
    "农业芯": ["report/achievements"],
    "四张牌": ["report/outlook"],
    "大国重器": ["report/agenda"],
    "芯屏网端器": ["report/agenda"],
    "一枝独秀": ["industry/cross-border"],
    "众木成林": ["industry/cross-border"],
    "四路协同": ["industry/cross-border"],
    "网上丝绸之路": ["industry/cross-border"],
    "即买即提": ["industry/cross-border"],
    "虚高级化": ["industry/new-tracks"],
    "低端锁定": ["industry/new-tracks"],
    "一港一谷一园": ["industry/new-tracks"],
    "追兵渐近、标兵渐远": ["opening/hu-dabai"],
    "敢为天下先": ["opening/hu-dabai"],
    "野蛮治理": ["stabilise/structure"],
}


@pytest.mark.parametrize("slogan", SLOGANS)
def test_a_slogan_stands_under_its_name_where_it_is_explained(slogan: str) -> None:
    missing = [c for c in SLOGANS[slogan] if f"“{slogan}”" not in prose(ROOT / "chapters" / f"{c}.md")]
    assert missing == []
