"""Relations proposed among the figures of a speech and with the economy's tables, from words that say so.

A relation is proposed where a sentence claims it (占, 高于…个百分点, 其中, 等 7 个, 第 3 位 …), never because
two numbers happen to fit; only where the words name the parts loosely must the numbers fit as well. Each is
tested with the ledger's intervals, and none is decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bluebook.desk.matches import Match, Tables, alike, likeness
from bluebook.desk.speech import Figure, frame, parted
from bluebook.ledger.interval import Interval, Undefined, exactly
from bluebook.ledger.relation import parse_relation
from bluebook.ledger.rows import intervals
from bluebook.ledger.span import implied, possible
from bluebook.ledger.units import counted


@dataclass(frozen=True)
class Link:
    """A relation that is proposed: the figure that carries it, its pattern, the ledger's text, and the test.

    ``lists``: names of lists that it counts → their items. ``holds``: whether the printed numbers can satisfy
    it; ``follows``: what the others say the figure must be, None where that is no interval.
    """

    id: str
    pattern: str
    relation: str
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    holds: bool = True
    follows: Interval | None = None


Proposal = tuple[Figure, str, tuple[tuple[str, tuple[str, ...]], ...]]


@dataclass
class Talk:
    """The figures that are looked at together, with what each may be in the economy's tables."""

    figures: list[Figure]
    tables: Tables
    year: int
    ranks: dict[tuple[str, int], str] = field(default_factory=dict)  # (city, rank) → id
    ledger: list[Figure] = field(default_factory=list)  # of other speeches
    matches: dict[str, Match] = field(default_factory=dict)
    shares: dict[str, tuple[Figure, Figure]] = field(default_factory=dict)  # a share → its part and whole

    def __post_init__(self) -> None:
        every = [*self.ledger, *self.figures]
        self.matches = {f.id: m for f in every if (m := self.tables.of(f))}
        self.box = intervals(frame(every)) | intervals(self.tables.facts)
        self.box |= {id_: exactly(rank) for (_, rank), id_ in self.ranks.items()}

    def sentences(self) -> Iterator[list[Figure]]:
        yield from _grouped(self.figures, lambda f: (f.speaker, f.place[:2]))

    def paragraphs(self) -> Iterator[list[Figure]]:
        yield from _grouped(self.figures, lambda f: (f.speaker, f.place[0]))

    def series(self, f: Figure) -> str:
        return self.matches[f.id].series if f.id in self.matches else ""

    def like(self, phrase: str, f: Figure) -> float:
        """Return how like a phrase a figure's subject is, each in the statistics' words."""
        one, other = alike(phrase), alike(f.subject)
        return max(likeness(one, other), likeness(other, one) if len(other) > 2 else 0)

    def speaks(self, f: Figure) -> bool:
        """Return whether a figure is close to what the tables print, or they print nothing."""
        m = self.matches.get(f.id)
        return m is None or abs(float(m.value) - float(f.value)) <= max(0.5, abs(float(m.value)) / 10)

    def fits(self, own: str, relation: str, lists: Iterable = ()) -> bool:
        return self.tested(own, relation, lists)[0]

    def tested(self, own: str, relation: str, lists: Iterable = ()) -> tuple[bool, Interval | None]:
        """Return whether the printed numbers can satisfy a relation, and what the others say of ``own``."""
        box = self.box | counts(lists)
        told = parse_relation(relation)
        try:
            holds = all(possible(s, own, box) for s in told)
            return holds, implied(told[0], own, box)
        except Undefined:
            return False, None


def counts(lists: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, Interval]:
    """Return how many things each list names, and how many of them are distinct, by id."""
    out = {}
    for name, items in lists:
        out[f"listed_{name}"] = exactly(len(items))
        out[f"distinct_{name}"] = exactly(len(set(items)))
    return out


def _grouped(figures: list[Figure], key: Callable) -> Iterator[list[Figure]]:
    groups: dict[object, list[Figure]] = {}
    for f in figures:
        groups.setdefault(key(f), []).append(f)
    yield from groups.values()


# ---------------------------------------------------------------- the same number again


def again(talk: Talk) -> Iterator[Proposal]:
    """A number that was printed before, for the same thing."""
    before: list[Figure] = list(talk.ledger)
    for f in talk.figures:
        if other := next((b for b in before if _same(talk, b, f)), None):
            yield f, f"equals {other.id}", ()
        before.append(f)


def _same(talk: Talk, a: Figure, b: Figure) -> bool:
    if (a.value, a.unit, a.bound) != (b.value, b.unit, b.bound):
        return False
    if a.sentence == b.sentence and a.place[:2] == b.place[:2]:
        return bool(re.search("全部$|所有$", b.clause)) and a.unit == b.unit
    m, n = talk.matches.get(a.id), talk.matches.get(b.id)
    if m and n and m.id == n.id:
        return True
    alone = (
        f"{a.clause}{a.printed}" == f"{b.clause}{b.printed}" and len(a.clause) >= 4 and a.period == b.period
    )
    if alone or (a.printed == b.printed and re.fullmatch(r'[“"].*[”"]', a.printed)):
        return True
    one, other = (_noun(x) for x in (a, b))
    if a.unit == "部":
        return "蓝皮书" in a.sentence and "蓝皮书" in b.sentence
    if a.unit == "年":
        return a.period == b.period and shared(a.clause + a.after, b.clause + b.after) >= 0.6
    if counted(a.unit) and not a.unit.startswith("位"):
        cities = all(re.search("市", x.after[:5]) for x in (a, b)) and float(a.value) >= 10
        return cities or (one == other and len(one) >= 4 and a.period == b.period)
    if a.region != b.region or a.period != b.period or a.kind == "rank" or a.unit in ("位", "分"):
        return False
    table = [x for x in (a, b) if x.subject.endswith("（表）")]
    if len(table) == 1:
        head = re.sub(f"^{re.escape(a.region)}|（表）", "", table[0].subject)
        rest = next(x for x in (a, b) if x is not table[0])
        return likeness(head[:4], rest.sentence) >= 1
    return shared(alike(a.subject), alike(b.subject)) >= 0.6


def _noun(f: Figure) -> str:
    return re.split("[的和、与（(]", f.after)[0][:12]


def shared(a: str, b: str) -> float:
    return max(likeness(a, b), likeness(b, a)) if min(len(a), len(b)) >= 2 else 0.0


# ---------------------------------------------------------------- lists


_BEHIND = re.compile(r"[^，。；：:、]{0,14}?(?:依次)?(?:是|为|：|:)([^。；;：:]+)")


def listed(talk: Talk) -> Iterator[Proposal]:
    """As many things as the text says: 甲、乙和丙等 3 家, 排在前五位的是…, 继甲、乙之后的第三个."""
    for f in talk.figures:
        name = f.id
        if f.items and f.unit not in ("年", "%"):
            n = len(f.items)
            op = (
                "equals"
                if n == int(float(f.value))
                else ">="
                if n < float(f.value) and "等" in f.clause
                else ""
            )
            if op:
                yield f, f"{op} listed_{name}", ((name, f.items),)
        elif f.unit == "位" and (m := re.search(r"继([^，。]+)之后", f.sentence)):
            items = _split(m[1])
            yield f, f"equals listed_{name} + 1", ((name, items),)
        elif f.kind in ("count", "rank") and (items := _named_behind(f)):
            twice = len(set(items)) < len(items)
            yield f, f"equals {'distinct' if twice else 'listed'}_{name}", ((name, items),)


def _split(text: str) -> tuple[str, ...]:
    return parted(re.sub(r"[（(][^）)]*[）)]", "", text))


def _named_behind(f: Figure) -> tuple[str, ...]:
    """Return the things that a text lists behind a number, if they are as many."""
    rest = f.sentence[f.place[2] + len(f.printed) :]
    wanted = int(float(f.value))
    if m := re.search(r"[“\"]((?:一[一-鿿]){2,})[”\"]$", f.clause):  # “一港一谷一园”三大…
        ones = re.findall("一[^一]", m[1])
        return tuple(ones) if len(ones) == wanted else ()
    if f.kind == "rank" and not f.sentence[: f.place[2]].rstrip().endswith("前"):
        return ()
    tries = [m[1], m[1].split("，")[0]] if (m := _BEHIND.match(rest)) else []
    if re.fullmatch(r"[“\"].*[”\"]", f.printed) and (m := re.match("实施(.+)。", f.then)):
        tries.append(m[1])  # “六高”工程……。实施……
    for told in tries:
        items = _split(told)
        if len(items) == wanted > 1 and all(len(i) <= 20 for i in items):
            return items
    return ()


def ranking(talk: Talk) -> Iterator[Proposal]:
    """A list from one place to another: 第 4 位到第 18 位的依次是…"""
    for group in talk.sentences():
        for a, b in pairwise(f for f in group if f.unit == "位"):
            text = a.sentence
            if not re.search(rf"{re.escape(a.printed)}\s*[到至—-]\s*{re.escape(b.printed)}", text):
                continue
            m = re.search(r"依次(?:是|为)([^。；，]+)", text)
            items = _split(m[1]) if m else ()
            if len(items) > 1:
                yield b, f"equals {a.id} + listed_{b.id} - 1", ((b.id, items),)
                for f, city in ((a, items[0]), (b, items[-1])):
                    if id_ := talk.ranks.get((city.removesuffix("市"), int(f.value))):
                        yield f, f"equals {id_}", ()
            for other in talk.figures:  # as many cities as the list has places
                if other.value == b.value and other.unit == "个" and "市" in other.after[:5]:
                    yield other, f"equals {b.id}", ()


def ranked(talk: Talk) -> Iterator[Proposal]:
    """A city's place in the edition's own ranking: 第 8 位的某市."""
    for f in talk.figures:
        if f.unit != "位" or "（表）" in f.subject or re.search("二级指标|专利|营业收入", f.sentence):
            continue
        m = re.match(r"的?([一-鿿]{2,3}?)市", f.after)
        if not m:
            continue
        told = {rank: id_ for (city, rank), id_ in talk.ranks.items() if city == m[1]}
        if told and re.search("评分|总分|得分|排名", f.sentence):
            yield f, f"equals {told.get(int(f.value)) or next(iter(told.values()))}", ()


# ---------------------------------------------------------------- places among provinces


def places(talk: Talk) -> Iterator[Proposal]:
    """A place in the country or in central China of a figure that the tables hold for every province."""
    home, central = talk.tables.where.home, len(talk.tables.where.central)
    code = talk.tables.where.codes[home]
    for group in talk.sentences():
        value: Figure | None = None
        scope = ""
        last: Figure | None = None
        for f in group:
            if f.kind in ("growth", "level") and f.region == home:
                value = f
            if f.kind != "rank":
                continue
            scope = (
                "central"
                if "中部" in f.clause
                else "all"
                if "全国" in f.clause or "第" in f.printed
                else scope
            )
            if value and (series := _ranked_series(talk, value, f)):
                when = talk.matches[value.id].period.lower().replace("-", "_")
                kind = "place_central" if scope == "central" else "place"
                id_ = f"{kind}_{series}_{code}_{when}"
                if id_ in talk.tables.ids:
                    back = f"{central + 1} - " if "倒数" in f.unit and scope == "central" else ""
                    if scope == "central" or "倒数" not in f.unit:
                        yield f, f"equals {back}{id_}", ()
            if last and scope == "central" and "全国" in last.clause and f.unit == last.unit == "位":
                yield f, f"<= {last.id}", ()
            last = f


def _ranked_series(talk: Talk, value: Figure, rank: Figure) -> str:
    series = talk.series(value)
    if not series:
        return ""
    if "增速" in rank.clause and not series.endswith(("growth", "growth_real")):
        return f"{series}_growth"
    return series


# ---------------------------------------------------------------- differences


_THAN = re.compile(
    r"(?P<way>高于|低于|高出|快于|慢于|比)(?P<what>[^，。；]*?)(?:整体|平均)?(?:增速|水平)?(?P<low>低|高)?\s*$"
)


def gaps(talk: Talk) -> Iterator[Proposal]:
    """So many points above or below: the figure, and what it is compared with."""
    for group in talk.sentences():
        for at, f in enumerate(group):
            if f.unit != "个百分点":
                continue
            before = re.split("[，。；]", f.sentence[: f.place[2]])[-1] or f.clause
            before = re.sub(
                r"[（(][^）)]*[）)]", "", f.clause if "于" in f.clause or "比" in f.clause else before
            )
            m = re.search(r"(高于|低于|高出|快于|慢于|比)(.*)$", before)
            shared = re.search("分别(高于|低于)(全国)", f.sentence)
            if not (m or shared):
                continue
            down = "低" in (m[0] if m else shared[1]) or "慢" in (m[0] if m else "")
            what = m[2] if m else shared[2]
            yield from _gap(talk, group[:at], f, what, down)


def _gap(talk: Talk, before: list[Figure], f: Figure, what: str, down: bool) -> Iterator[Proposal]:
    rates = [r for r in before if r.unit == "%"]
    country = "全国" in what
    own = _spoken_of(talk, f, rates)
    inside = [r for r in rates if r.region == talk.tables.country] if country else []
    other = inside[-1].id if inside and own and inside[-1] is not own else ""
    if not other:
        other = _compared(talk, f, own, what, country)
    if own and own.id != other and other:
        high, low = (other, own.id) if down else (own.id, other)
        yield f, f"equals {high} - {low}", ()


def _spoken_of(talk: Talk, f: Figure, rates: list[Figure]) -> Figure | None:
    """Return the rate that a gap is about: the one before it, else one of the same subject."""
    home = [r for r in rates if r.region == talk.tables.where.home]
    if mine := home or [r for r in rates if r.region == f.region]:
        return mine[-1]
    pool = [
        r
        for r in talk.figures
        if r.kind in ("growth", "share")
        and r.period == f.period
        and r.region == f.region
        and r.speaker == f.speaker
    ]
    return max(
        (r for r in pool if talk.like(re.sub("增速", "", f.subject), r) >= 0.75),
        key=lambda r: -abs(r.place[0] - f.place[0]),
        default=None,
    )


def _compared(talk: Talk, f: Figure, own: Figure | None, what: str, country: bool) -> str:
    """Return the id of what a gap is measured from, "" where nothing is found."""
    if own is None:
        return ""
    if country:
        match = talk.matches.get(own.id)
        series = match.series if match else talk.tables.series_of(own.subject, "%", own.kind == "growth")
        if series and (m := talk.tables.get(series, talk.tables.country, own.period)):
            return m.id
        if own.kind == "share" and (told := talk.shares.get(own.id)):
            named = [talk.tables.series_of(x.subject, x.unit, False) for x in told]
            facts = [talk.tables.get(n, talk.tables.country, own.period) for n in named if n]
            if len(facts) == 2 and all(facts):
                return f"{facts[0].id}/{facts[1].id}*100"
        near = [
            r
            for r in talk.figures
            if r.region == talk.tables.country
            and r.period == own.period
            and r.unit == "%"
            and r.kind == own.kind
            and r.speaker == f.speaker
            and likeness(re.sub("（表）", "", r.subject)[len(r.region) :][:4], own.sentence) >= 1
        ]
        return near[0].id if near else ""
    phrase = re.sub("增速|水平|同期", "", what)
    pool = [
        r
        for r in talk.figures
        if r.unit == "%" and r.period == own.period and r.region == own.region and r is not own
    ]
    target = talk.tables.series_of(f"{phrase}增速", "%", True)
    for r in pool:
        if (target and talk.series(r) == target) or (len(phrase) >= 3 and shared(phrase, r.subject) >= 0.9):
            return r.id
    m = talk.tables.get(target, own.region, own.period) if target else None
    return m.id if m else ""


WORDED = (again, listed, ranking, ranked, places, gaps)
