"""Relations proposed by reckoning: shares, growth, multiples, sums and differences, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from bluebook.desk.links import Proposal, Talk
from bluebook.desk.numbers import periods, plain
from bluebook.desk.speech import Figure
from bluebook.ledger.interval import Interval

# What the statistics' own definitions say of their series.
IDENTITIES = {
    "gdp_level": "{gdp_primary} + {gdp_secondary} + {gdp_tertiary}",
    "trade_goods_total": "{exports} + {imports}",
    "rd_intensity": "{rd_spending}/{gdp_level}*100",
}


def _sharp(found: Interval | None) -> bool:
    """Return whether what follows is pinned to one part in fifty: a fit that is hardly chance."""
    return found is not None and 0 <= found.width <= abs(found.lower + found.upper) / 100


# ---------------------------------------------------------------- shares and growth


def shares(talk: Talk) -> Iterator[Proposal]:
    """占…的 so many percent: the part over the whole, both levels of one unit."""
    for f in talk.figures:
        m = re.search(
            r"(?:^|(?<=.))(?P<part>[^，。；占]*)占(?P<whole>[^，。；]*?)(?:的比重|比重|的)?(?:达到|达|为)?\s*$",
            _up_to(f),
        )
        if f.kind != "share" or f.unit != "%" or not m:
            continue
        levels = [
            x for x in talk.figures if x.kind == "level" and x.period == f.period and x.speaker == f.speaker
        ]
        near = [x for x in levels if x.place[:2] == f.place[:2] and x.place[2] < f.place[2]]
        phrase, whole = m["part"].strip(), m["whole"].strip()
        if len(phrase) >= 2:
            parts = [x for x in levels if x.id and _like(talk, phrase, x) >= 0.6]
        else:
            parts = near[-1:]
        for part in parts[:1]:
            yield from _share(talk, f, part, whole, levels)


def _up_to(f: Figure) -> str:
    return re.sub(
        r"[（(][^）)]*[）)]", "", f.sentence.strip()[: f.place[2]] if f.printed in f.sentence else f.clause
    )


def _like(talk: Talk, phrase: str, f: Figure) -> float:
    return talk.like(re.sub("总?额|总值|全省|河南省?", "", phrase), f)


def _share(talk: Talk, f: Figure, part: Figure, whole: str, levels: list[Figure]) -> Iterator[Proposal]:
    bare = re.sub("全省|全国|我省", "", whole)
    pool = [x for x in levels if x is not part and x.unit == part.unit and float(x.value) > float(part.value)]
    named = [x for x in pool if talk.like(bare, x) >= 0.75]
    series = talk.tables.series_of(bare, part.unit, False)
    match = talk.tables.get(series, part.region, part.period) if series else None
    both = re.search(r"[（(][^（）()]*\+[^（）()]*[）)]", f.sentence)
    if not whole:  # 其中…，占 40%: of what was named before it
        named = [x for x in pool if x.place[:2] == f.place[:2] and x.place < part.place][:1]
        match = None
    tries = [f"{part.id}/({part.id} + {x.id})*100" for x in pool] if both else []
    tries += [f"{part.id}/{x.id}*100" for x in named]
    tries += [f"{part.id}/{match.id}*100"] if match else []
    fine = [t for t in tries if talk.fits(f.id, f"equals {t}")]
    if chosen := (fine or tries[: 0 if both else 1]):
        yield f, f"equals {chosen[0]}", ()
        if other := next((x for x in named if chosen[0] == f"{part.id}/{x.id}*100"), None):
            talk.shares[f.id] = (part, other)


def two_shares(talk: Talk) -> Iterator[Proposal]:
    """Two parts of one whole with the share of each: the whole that follows from one must give the other."""
    for group in talk.sentences():
        for a, b, *rest in (group[i:] for i in range(len(group) - 3)):
            rates = [x for x in rest if x.unit == "%" and x.kind == "share"][:2]
            turns = a.sentence.count("分别") >= 2 and a.kind == b.kind == "level" and a.unit == b.unit
            if turns and len(rates) == 2 and "占" in a.sentence[b.place[2] : rates[0].place[2]]:
                yield rates[1], f"equals {b.id}/({a.id}/{rates[0].id})", ()
                break


def grown(talk: Talk) -> Iterator[Proposal]:
    """So many more, so many in all, so many percent: 新增 2 家，总量 12 家，增长 20%."""
    for group in talk.sentences():
        for new, total, rate in zip(group, group[1:], group[2:], strict=False):
            if re.search("净增|新增", total.clause) and not re.search("净增|新增", new.clause):
                new, total = total, new  # 1200 家，比上年新增 200 家
            counts = new.unit == total.unit and new.kind == total.kind and new.kind in ("count", "level")
            if counts and rate.kind == "growth" and re.search("净增|新增", new.clause):
                yield rate, f"equals {new.id}/({total.id} - {new.id})*100", ()


def times(talk: Talk) -> Iterator[Proposal]:
    """So many times: one level of the sentence over another."""
    for group in talk.sentences():
        for f in (x for x in group if x.unit == "倍" and not _MORE.search(x.clause + x.printed)):
            levels = [x for x in group if x.kind in ("level", "count") and x is not f]
            for a, b in combinations(levels, 2):
                for high, low in ((a, b), (b, a)):
                    holds, follows = talk.tested(f.id, f"equals {high.id}/{low.id}")
                    if high.unit == low.unit and holds and _sharp(follows):
                        yield f, f"equals {high.id}/{low.id}", ()


_MORE, _FROM = re.compile("增|翻|提高|扩大"), re.compile(r"(?:到|至|达|达到)[^，。；]{0,12}$")


def risen(talk: Talk) -> Iterator[Proposal]:
    """从甲增加到乙, so many per cent or times more: the second over the first, less one."""
    for group in talk.sentences():
        for a, b, f in zip(group, group[1:], group[2:], strict=False):
            between = f.sentence[a.place[2] + len(a.printed) : b.place[2]]
            steps = a.unit == b.unit and a.kind == b.kind and a.kind in ("level", "count")
            if not steps or not _FROM.search(between) or not re.search("[从由]", f.sentence[: a.place[2]]):
                continue
            if f.unit == "倍" and _MORE.search(f.clause + f.printed):
                yield f, f"equals {b.id}/{a.id} - 1", ()
            elif f.unit == "%" and f.kind == "growth":
                fallen = re.search("下降|减少|缩小|回落|降低", f.clause) and not f.value.startswith("-")
                yield (
                    f,
                    f"equals (1 - {b.id}/{a.id})*100" if fallen else f"equals ({b.id}/{a.id} - 1)*100",
                    (),
                )


def counted_shares(talk: Talk) -> Iterator[Proposal]:
    """90 家，其中 30 家…，占三分之一: the part over the whole, both counted."""
    for group in talk.sentences():
        for whole, part, f in zip(group, group[1:], group[2:], strict=False):
            between = f.sentence[whole.place[2] : part.place[2]]
            alike = whole.kind == part.kind == "count" and whole.unit == part.unit and whole.unit != "年"
            bare = re.search(r"占(?:比|总数的?)?(?:为|达到?|近|约|超过?|不到|接近)*$", f.clause)
            if alike and f.unit == "%" and bare and re.search("其中|中有|中，", between):
                yield f, f"equals {part.id}/{whole.id}*100", ()
            one, all_ = whole, part  # 36.5 亿元，占全部 50.1 亿元的七成
            behind = f.sentence[all_.place[2] + len(all_.printed) : f.place[2]]
            near = re.fullmatch(r"的?(?:近|约|超过?|不到|接近|将近)?", behind.strip())
            alike = one.unit == all_.unit and one.kind == all_.kind in ("level", "count")
            if f.unit == "%" and alike and near and "占" in between:
                yield f, f"equals {one.id}/{all_.id}*100", ()


def fewer(talk: Talk) -> Iterator[Proposal]:
    """比……少一个, 比……多 3 家: one count less another, of the region or period that is named."""
    for f in talk.figures:
        m = re.search(r"比(?P<what>[^，。；]{1,14}?)(?:还|又)?(?P<way>多|少|增加|减少)了?$", f.clause)
        if f.kind != "count" or f.unit == "年" or not m:
            continue
        alike = [x for x in talk.figures if x is not f and x.unit == f.unit and x.speaker == f.speaker]
        before = [x for x in alike if x.place[:2] == f.place[:2] and x.place < f.place]
        head = f.clause[: m.start()]
        own = next((x for x in alike if head and x.region in head and "（表）" in x.subject), None)
        own = before[-1] if before else own
        other = _named(talk, alike, own, m["what"]) if own else None
        if own and other:
            more, less = (own, other) if m["way"] in ("多", "增加") else (other, own)
            yield f, f"equals {more.id} - {less.id}", ()


def _named(talk: Talk, alike: list[Figure], own: Figure, what: str) -> Figure | None:
    """Return the count of the region or the period that a comparison names."""
    there = [x for x in alike if x is not own]
    if told := [w.period for w in periods(plain(what), talk.year) if w.period]:
        return next((x for x in there if x.period == told[0] and x.region == own.region), None)
    return next((x for x in reversed(there) if x.region != own.region and x.region in what), None)


# ---------------------------------------------------------------- sums and differences


def sums(talk: Talk) -> Iterator[Proposal]:
    """A whole and its two parts, a surplus, and the growth of each, in one paragraph and period."""
    for group in talk.paragraphs():
        levels = [f for f in group if f.kind == "level" and f.bound == "exact" and f.unit]
        for a, b, c in combinations(levels, 3):
            if not (
                a.unit == b.unit == c.unit
                and a.period == b.period == c.period
                and a.region == b.region == c.region
            ):
                continue
            for own, one, other in ((a, b, c), (b, a, c), (c, a, b)):
                difference = re.search("差|净", own.subject)
                sign = "-" if difference else "+"
                high, low = sorted((one, other), key=lambda x: -float(x.value))
                text = f"{high.id} - {low.id}" if difference else f"{one.id} + {other.id}"
                holds, follows = talk.tested(own.id, f"equals {text}")
                whole = difference or float(own.value) > max(float(one.value), float(other.value))
                if not (holds and whole and _sharp(follows)):
                    continue
                if not difference and any(re.search("差|净", x.subject) for x in (one, other)):
                    continue  # said once, of the difference
                yield own, f"equals {text}", ()
                yield from _growth_of_sum(talk, group, own, (high, low) if difference else (one, other), sign)


def _growth_of_sum(
    talk: Talk, group: list[Figure], own: Figure, parts: tuple[Figure, Figure], sign: str
) -> Iterator[Proposal]:
    rates = [_rate_behind(group, x) for x in (own, *parts)]
    if not all(rates):
        return
    rate, *others = rates
    before = f" {sign} ".join(f"{p.id}/(1 + {r.id}/100)" for p, r in zip(parts, others, strict=True))
    fallen = re.search("缩小|下降|减少|回落", rate.clause) and not rate.value.startswith("-")
    whole = f"(1 - {own.id}/({before}))*100" if fallen else f"({own.id}/({before}) - 1)*100"
    yield rate, f"equals {whole}", ()


def _rate_behind(group: list[Figure], level: Figure) -> Figure | None:
    rest = group[group.index(level) + 1 :]
    return next(iter(rest[:1]), None) if rest and rest[0].kind == "growth" and rest[0].unit == "%" else None


def balances(talk: Talk) -> Iterator[Proposal]:
    """净流入 is what came less what went; 共、新增 behind a row of counts is their sum."""
    for group in talk.sentences():
        for at, f in enumerate(group):
            if f.kind not in ("count", "level") or f.bound != "exact" or at < 2:
                continue
            before = [
                x for x in group[:at] if x.kind == f.kind and x.bound == "exact" and x.period == f.period
            ]
            alike = [x for x in before if x.unit == f.unit]
            tries = []
            if re.search("净", f.clause) and len(alike) >= 2:
                tries = [f"{a.id} - {b.id}" for a, b in combinations(alike, 2)]
            elif re.search("共|合计|新增|总", f.clause) and len(alike) >= 2:
                tries = [" + ".join(x.id for x in alike[n:]) for n in range(len(alike) - 1)]
            for told in tries:
                if talk.fits(f.id, f"equals {told}"):
                    yield f, f"equals {told}", ()
                    break


def definitions(talk: Talk) -> Iterator[Proposal]:
    """What the statistics define: product by sectors, research by product."""
    for f in talk.figures:
        match = talk.matches.get(f.id)
        if not match or match.series not in IDENTITIES or f.bound != "exact":
            continue
        if abs(float(match.value) - float(f.value)) > abs(float(match.value)) / 10:
            continue
        names = re.findall(r"{(\w+)}", IDENTITIES[match.series])
        found = {}
        for name in names:
            own = next((x for x in talk.figures if x.bound == "exact" and _is(talk, x, name, f)), None)
            fact = talk.tables.get(name, f.region, f.period)
            if own or fact:
                found[name] = own.id if own else fact.id
        if len(found) == len(names):
            yield f, f"equals {IDENTITIES[match.series].format(**found)}", ()


def _is(talk: Talk, x: Figure, series: str, f: Figure) -> bool:
    m = talk.matches.get(x.id)
    close = (
        m is not None
        and m.series == series
        and abs(float(m.value) - float(x.value)) <= abs(float(m.value)) / 100
    )
    return close and x.region == f.region and x.period == f.period


def base_years(talk: Talk) -> Iterator[Proposal]:
    """Growth over the same months two years back (较…前 5 个月), through the year between."""
    for f in talk.figures:
        if f.kind != "growth":
            continue
        named = [w for w in periods(plain(f.clause), talk.year) if w.base and w.period]
        level = next((x for x in talk.figures if x.place[:2] == f.place[:2] and x.kind == "level"), None)
        if not named or level is None or not f.period[:4].isdigit():
            continue
        series = talk.series(level) or talk.tables.series_of(level.subject, level.unit, False)
        year, past = int(f.period[:4]), named[0].period
        between = f"{year - 1}{f.period[4:]}"
        if past != f"{year - 2}{f.period[4:]}" or not series:
            continue
        one, rate = (
            talk.tables.get(series, f.region, between),
            talk.tables.get(f"{series}_growth", f.region, between),
        )
        if one and rate:
            yield f, f"equals ({level.id}/({one.id}/(1 + {rate.id}/100)) - 1)*100", ()


RECKONED = (
    shares,
    two_shares,
    counted_shares,
    grown,
    risen,
    times,
    fewer,
    sums,
    balances,
    definitions,
    base_years,
)
