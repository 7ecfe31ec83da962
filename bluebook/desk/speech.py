"""The figures of a speech with what can be guessed of each from where it stands; none is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from pypinyin import lazy_pinyin

from bluebook.data import edition
from bluebook.desk import numbers
from bluebook.desk.texts import Piece, Text, titled
from bluebook.ledger.regions import regions
from bluebook.ledger.units import counted

CITY = "本市"  # where the text does not say which city it speaks of
_STOP = "。；;！？"
_BYLINE = re.compile(r"[\s　]([一-鿿]{2}|[一-鿿]{3,4}|[一-鿿][\s　][一-鿿])$")
_RISE = re.compile(r"增长|增速|增幅|下降|降幅|回落|减少|缩小|上升|提升|下滑")
_SHARE = re.compile(r"占|比重|份额|强度|来自")
_LIST = re.compile(r"[、和及与]")
# Words around a name that say nothing of what is counted.
_WORDS = (
    "其中|但是|但|同比|分别|达到|达|实现|完成|仅为|仅|只有|为|是|约|共计|共|累计|均在|均|仍|高达|已|首次|突破|超过|超|接近"
    "|将近|不到|增长到|的|了|在|有|位居|排名|排序|排在|排|比去年同期|与去年同期相比|我省|全省|本省|本书|目前|当前|最后|"
    "全国第?|中部第?|再次跃|由|到|从|以|就|都|则"
)
_ENDS = re.compile(rf"^(?:{_WORDS})+|(?:{_WORDS}|居)+$")


@dataclass(frozen=True)
class Figure:
    """A number of a speech: what is printed, and what is guessed.

    ``clause``: the words before it since the last stop; ``after``: those behind it up to the next. ``kind``:
    growth, share, gap, rank, ratio, count or level. ``items``: the things that the words before it list.
    """

    id: str
    speaker: str
    section: str
    sentence: str
    place: tuple[int, int, int]  # piece, sentence, letter
    value: str
    unit: str
    bound: str
    printed: str
    clause: str
    after: str
    kind: str
    subject: str
    region: str
    period: str
    items: tuple[str, ...] = ()
    then: str = ""  # the next sentence

    @property
    def decimals(self) -> int:
        return len(self.value.partition(".")[2])


@dataclass
class Places:
    """The regions that a text may name, and which of them is spoken of where none is named."""

    names: dict[str, str]
    home: str
    country: str

    @classmethod
    def of(cls, root: Path) -> Places:
        told = regions(root)
        names = {r: r for r in told.codes}
        names |= {f"{r}{end}": r for r in told.provinces for end in ("省", "市")}
        cities = edition.table("cities.csv", root)["name_zh"]
        names |= {str(c): str(c) for c in cities}
        country = next(iter(told.codes))
        ours = dict.fromkeys(("我省", "全省", "本省"), told.home)
        names |= ours | dict.fromkeys(("全国", "我国", "国内生产总值", "中国"), country)
        names |= dict.fromkeys(("全市", "我市", "本市"), CITY)
        return cls(names, told.home, country)

    def of_text(self, text: Text) -> Places:
        """Return the places of a speech: where a city speaks of itself, what has no place is its own."""
        told = "".join(p.text for p in text.pieces)
        province, city = (len(re.findall(p, told)) for p in ("全省|我省|本省", "全市|我市|本市"))
        return Places(self.names, CITY if city > province else self.home, self.country)

    def find(self, text: str) -> Iterator[tuple[int, str, bool]]:
        """Yield place, region and whether it is only compared with (高于全国, 居全国第…)."""
        pattern = "|".join(map(re.escape, sorted(self.names, key=len, reverse=True)))
        for m in re.finditer(pattern, text):
            before, after = text[max(0, m.start() - 3) : m.start()], text[m.end() : m.end() + 3]
            beside = re.match(r"[一-鿿]{0,4}[（(]\s*-?\d", text[m.end() :])
            aside = (
                beside
                or re.search("高于|低于|比|居|占|列|较|过|在$", before)
                or re.match("第|排|位|平均|整体|水平|前列|首", after)
            )
            yield m.end(), self.names[m.group()], bool(aside)

    def beside(self, text: str) -> str:
        """Return the region that a number in brackets belongs to: 某省（16.4%）; "" if none."""
        m = re.search(r"([一-鿿]{2,10})[（(]\s*$", text)
        return next((r for _, r, _ in reversed(list(self.find(m[1])))), "") if m else ""


def figures(text: Text, year: int, places: Places, speaker: str = "") -> list[Figure]:
    """Return the figures of a text in their order; ``year`` is the year of the speech."""
    out: list[Figure] = []
    places = places.of_text(text)
    section, talk, tells, held = "", speaker, 1, {0: str(year)}
    for at, piece in enumerate(text.pieces):
        if not speaker and (who := byline(text.pieces, at)):
            talk, section, tells, held = who, "", 1, {0: str(year)}
        if piece.kind == "heading":
            section = piece.text
            held = {k: v for k, v in held.items() if k < piece.level}
            if named := [w.period for w in numbers.periods(section, year) if len(w.period) == 4]:
                held[piece.level] = named[-1]
        period = held[max(held)]
        if max(held) == 0 and out and out[-1].speaker == talk and re.search("全年|年末", piece.text[:12]):
            whole = [f.period for f in out if f.speaker == talk and re.fullmatch(r"\d{4}", f.period)]
            period = next((p for p in reversed(whole) if p != str(year)), period)
        if piece.kind == "table":
            caption = _caption(text.pieces, at)
            found = list(_of_table(piece, at, caption, year, places))
        else:
            found = list(_of_text(piece.text, at, year, places, period))
        for f in found:
            out.append(replace(f, id=f"{slug(talk)}_{tells:03}", speaker=talk, section=section))
            tells += 1
    return _alone(out)


def slug(name: str) -> str:
    """Return a name for ids: a speaker's in Latin letters, "speech" where nobody is named."""
    told = re.sub("[^a-z0-9]+", "", "".join(lazy_pinyin(name)).lower())
    return told if told[:1].isalpha() else "speech"


def byline(pieces: list[Piece], at: int) -> str:
    """Return who speaks from here on, if a piece is a title's second line: office, a blank, the name."""
    text, before = pieces[at].text, pieces[at - 1] if at else None
    if (
        pieces[at].kind in ("table", "heading")
        or titled(text)
        or not 8 <= len(text) <= 60
        or re.search("[。！？；:：]", text)
    ):
        return ""
    short = before is not None and len(before.text) <= 45 and not before.text.endswith(("。", "："))
    m = _BYLINE.search(text)
    return re.sub(r"\s", "", m[1]) if m and short and not re.search(r"\.{3,}|●", text) else ""


def _alone(found: list[Figure]) -> list[Figure]:
    """Let no two figures have one id: a speaker may speak twice."""
    seen: dict[str, int] = {}
    out = []
    for f in found:
        n = seen[f.id] = seen.get(f.id, 0) + 1
        out.append(f if n == 1 else replace(f, id=f"{f.id}_{n}"))
    return out


def _caption(pieces: list[Piece], at: int) -> str:
    near = [pieces[i].text for i in (at - 1, at + 1) if 0 <= i < len(pieces) and pieces[i].kind != "table"]
    return next((t for t in near if len(t) <= 40 and t.endswith("表")), "")


# ---------------------------------------------------------------- sentences


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield place and text of each sentence; what stands in brackets stays with it."""
    start, depth = 0, 0
    for i, c in enumerate(text):
        depth += (c in "（(") - (c in "）)")
        if c in _STOP and depth <= 0:
            yield start, text[start : i + 1]
            start, depth = i + 1, 0
    if text[start:].strip():
        yield start, text[start:]


def _of_text(text: str, at: int, year: int, places: Places, period: str) -> Iterator[Figure]:
    region, held, rate = places.home, "", "share"
    every = list(sentences(text))
    for number, (start, sentence) in enumerate(every):
        told = numbers.plain(sentence)
        named = numbers.periods(told, year, _year_of(period, year))
        spoken = [w for w in named if not w.base]
        where = list(places.find(told))
        found = numbers.find(told)
        indent = len(sentence) - len(sentence.lstrip())
        for i, f in enumerate(found):
            when = _period_at(spoken, f.start, period)
            here = [r for end, r, aside in where if end <= f.start + 1 and not aside]
            clause, after = _around(told, f)
            last = found[i - 1] if i else None
            kind = _kind(f, clause) or rate
            subject = _subject(told, found, i, clause, after) or ("" if i else _earlier(told[: f.start]))
            subject = subject or held or _trimmed(_no_periods(clause))
            own = places.beside(told[: f.start]) or next(
                (r for _, r, aside in places.find(_by_turns(told, found, i)) if not aside), ""
            )
            ahead = re.match(r"的([一-鿿]{2,4}?)市", told[f.end :]) if f.unit == "位" else None
            own = own or next((r for _, r, _ in places.find(ahead[1])), "") if ahead else own
            items = (
                listed(told[last.end if last else 0 : f.start]) if counted(f.unit) and f.unit != "位" else ()
            )
            if items and not own:  # many places are no place
                own = region
            if kind in ("level", "count", "growth", "share") and f.unit != "年":
                held = subject
            rate = kind if f.unit == "%" else rate
            yield Figure(
                id="",
                speaker="",
                section="",
                sentence=sentence.strip(),
                place=(at, start, f.start - indent),
                value=f.value,
                unit=f.unit,
                bound=f.bound,
                printed=f.words,
                clause=clause,
                after=after,
                kind=kind,
                subject=subject,
                region=own or (here[-1] if here else region),
                period=when,
                then=every[number + 1][1].strip() if number + 1 < len(every) else "",
                items=items,
            )
        if spoken:
            period = spoken[-1].period
        firm = [r for _, r, aside in where if not aside]
        region = firm[-1] if firm else region


def _year_of(period: str, year: int) -> int:
    return int(period[:4]) if period[:4].isdigit() else year


def _period_at(spoken: list[numbers.When], at: int, held: str) -> str:
    before = [w for w in spoken if w.end <= at and w.period]
    return before[-1].period if before else held


def _around(text: str, f: numbers.Found) -> tuple[str, str]:
    """Return the words before a number since the last comma or stop, and those behind it up to the next."""
    before = re.split(r"[，,。；：:!！?？]|、(?=\s*\d)|\0", text[: f.start])[-1]
    after = re.split(r"[，,。；：:、!！?？)）]", text[f.end :])[0]
    return before.strip(), after.strip()


def _kind(f: numbers.Found, clause: str) -> str:
    tail = clause[-24:]
    if f.unit == "个百分点":
        return "gap"
    if f.unit.startswith("位") and f.unit != "位专家":
        return "rank"
    if f.unit == "%":
        places = {
            k: max((m.end() for m in p.finditer(tail)), default=-1)
            for k, p in (("growth", _RISE), ("share", _SHARE))
        }
        return "" if max(places.values()) < 0 else max(places, key=lambda k: places[k])
    return "ratio" if f.unit == "倍" else "count" if counted(f.unit) else "level"


def _subject(text: str, found: list[numbers.Found], i: int, clause: str, after: str) -> str:
    """Return what a number is about: the words before it, for a count those behind; "" if none."""
    f = found[i]
    if shared := _by_turns(text, found, i):
        return shared
    if counted(f.unit) and not f.unit.startswith("位") and f.unit != "年":
        noun = re.split("[的和、与（(]|(?<=.)实现|(?<=.)持续|增长", after)[0]
        if len(noun) >= 2:
            return _trimmed(noun)[:20]
    told = _trimmed(_no_periods(clause))
    if len(re.sub("增长|增速|下降|高于|低于|提高|减少|缩小|全国|国内|第|中部|按美元计价", "", told)) < 2:
        return ""
    return told[-24:]


def _earlier(text: str) -> str:
    """Return what the earlier clauses of a sentence speak of: the last that says anything."""
    told = (_trimmed(_no_periods(c)) for c in reversed(re.split("[，,：:]", text)[:-1]))
    return next((t[:24] for t in told if len(t) >= 4), "")


def _by_turns(text: str, found: list[numbers.Found], i: int) -> str:
    """Return the subject of a number in "A、B、C …分别… 1、2、3", where each has its own."""
    start = i
    while start and re.fullmatch(r"\s*(?:、|和|及|,|，)\s*", text[found[start - 1].end : found[start].start]):
        start -= 1
    end = i
    while end + 1 < len(found) and re.fullmatch(
        r"\s*(?:、|和|及)\s*", text[found[end].end : found[end + 1].start]
    ):
        end += 1
    head = text[: found[start].start]
    if end == start or "分别" not in head[-30:]:
        return ""
    whole = re.split("[。；]", head)[-1]
    at = whole.rindex("分别")
    for clause in reversed(re.split("[，,]", whole[:at])):
        parts = _LIST.split(re.sub(".*(?:全年|其中)", "", clause))
        if len(parts) >= end - start + 1:
            break
    else:
        return ""
    mine = [re.sub("(?:一般|占).*|等.*?(?=[一-鿿]{3})", "", _no_periods(p)) for p in parts[start - end - 1 :]]
    tail = re.search("增速|增长|占", whole[at:])
    return _trimmed(f"{mine[i - start]}{tail.group() if tail else ''}")


def _trimmed(text: str) -> str:
    told = re.sub(r"[“\"（(].*$", "", text.strip()) or text
    return re.sub(r"同比|[\s\0“”]", "", _ENDS.sub("", told.strip(" 、，)）"))).strip("、，()（）")


def _no_periods(text: str) -> str:
    for w in reversed(numbers.periods(text, 0)):
        text = text[: w.start] + text[w.end :]
    return text


def listed(before: str) -> tuple[str, ...]:
    """Return the things that the words before a number list: 甲、乙和丙等 3 家 lists three.

    >>> listed("其中漯河、开封和鹤壁等")
    ('漯河', '开封', '鹤壁')
    """
    told = re.sub(r"[（(][^（）()]*[）)]", "", before.strip())
    told = re.split(r"[，,。；：:()（）]", told)[-1]
    told = re.sub(r"^.*?(?:其中|共有|拥有|新设立|包括|仅有|继|形成|公布)", "", told)
    ends = re.search(r"(?:等|之后的?|作为.*)\s*$", told)
    told = told[: ends.start()] if ends else told
    parts = parted(told) if "、" in told else ()
    fine = all(
        1 <= len(p) <= 24 and not re.search("分别|高于|低于|增长|占|[0-9]{2}|由|排在", p) for p in parts
    )
    return parts if len(parts) >= 2 and fine else ()


def parted(text: str) -> tuple[str, ...]:
    """Return the things of an enumeration; 和 parts only the last two: 甲、乙和丙.

    >>> parted("显示和终端、汽车、装备及材料")
    ('显示和终端', '汽车', '装备', '材料')
    """
    parts = [p.strip() for p in text.split("、") if p.strip()]
    last = re.split("(?<=[一-鿿])[和及](?=[一-鿿])", parts[-1]) if parts else []
    return (*parts[:-1], *last) if len(last) <= 2 else tuple(parts)


# ---------------------------------------------------------------- tables


def _of_table(piece: Piece, at: int, caption: str, year: int, places: Places) -> Iterator[Figure]:
    """Yield the figures of a table: a column's head says what and in which unit, its row's name where."""
    heads = [r for r in piece.rows if not _numeric(r)]
    width = max(map(len, piece.rows), default=0)
    depth = len(heads) if heads and piece.rows[: len(heads)] == tuple(heads) else 1
    named = numbers.periods(caption, year)
    for row_at, row in enumerate(piece.rows[depth:], start=depth):
        name = ""
        for column, cell in enumerate(row):
            told = numbers.plain(cell).replace(",", "").strip()
            if not re.fullmatch(r"-?\d+(\.\d+)?%?", told):
                name = cell.strip() or name
                continue
            head = _head(piece.rows[:depth], column, width)
            unit = "%" if told.endswith("%") else _unit_of(head) or _unit_of(caption)
            own = numbers.periods(head, year) or named
            where = [r for _, r, _ in places.find(name)]
            subject = re.sub(r"[（(].*?[）)]|\s", "", head)
            yield Figure(
                id="",
                speaker="",
                section="",
                sentence=f"{caption} {name} {head} {cell}".strip(),
                place=(at, row_at, column),
                value=told.rstrip("%"),
                unit=unit,
                bound="exact",
                printed=cell.strip(),
                clause=f"{name}{subject}",
                after="",
                kind="rank" if unit == "位" else "share" if unit == "%" else "level",
                subject=f"{name}{subject}（表）",
                region=where[-1] if where else places.home,
                period=own[-1].period if own else str(year),
            )


def _numeric(row: tuple[str, ...]) -> bool:
    return any(re.fullmatch(r"-?[\d,]+(\.\d+)?%?", numbers.plain(c).strip()) for c in row if c) and not all(
        re.fullmatch(r"(19|20)?\d\d年?|", c.strip()) or not re.search(r"\d", c) for c in row
    )


def _head(rows: tuple[tuple[str, ...], ...], column: int, width: int) -> str:
    """Return a column's head, each line of it, a merged cell's words for every column below it."""
    out = []
    for row in rows:
        cells = [*row, *[""] * (width - len(row))]
        told = cells[column] or next((c for c in reversed(cells[:column]) if c), "")
        out.append(told + ("年" if re.fullmatch(r"(19|20)\d\d", told) else ""))
    return " ".join(dict.fromkeys(out))


def _unit_of(text: str) -> str:
    m = re.search(r"[（(](?:单位[:：])?([^）)]{1,6})[）)]", text)
    if m:
        return m[1]
    return (
        "位"
        if re.search("排名|位次|名次", text)
        else "分"
        if re.search("得分|总分|评分", text)
        else "%"
        if "占比" in text
        else ""
    )


_ASKED = ("id", "speaker", "section", "region", "period", "value", "unit", "decimals", "bound")


def frame(found: list[Figure]) -> pd.DataFrame:
    """Return figures as a table, one row each, with columns of the ledger."""
    return pd.DataFrame([{k: getattr(f, k) for k in _ASKED} | {"subject_zh": f.subject} for f in found])
