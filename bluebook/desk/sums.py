"""Relations proposed by reckoning: shares, growth, sums and differences, parts of a whole, more and less."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from bluebook.desk.links import WORDED, Link, Proposal, Talk, shared
from bluebook.desk.matches import alike
from bluebook.desk.numbers import periods, plain
from bluebook.desk.speech import Figure
from bluebook.ledger.interval import Interval
from bluebook.ledger.series import until

# What the statistics' own definitions say of their series.
IDENTITIES = {
    "gdp_level": "{gdp_primary} + {gdp_secondary} + {gdp_tertiary}",
    "trade_goods_total": "{exports} + {imports}",
    "rd_intensity": "{rd_spending}/{gdp_level}*100",
}
_SCALE = {"亿元": 1, "万亿元": 10_000, "万元": 0}
_PART = re.compile("其中|中有|含")


def _sharp(found: Interval | None) -> bool:
    """Return whether what follows is pinned to one part in fifty: a fit that is hardly chance."""
    return found is not None and 0 < found.width <= abs(found.lower + found.upper) / 100


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
            counts = new.unit == total.unit and new.kind == total.kind and new.kind in ("count", "level")
            if (
                counts
                and rate.kind == "growth"
                and "新增" in new.clause
                and re.search("总|达到", total.clause)
            ):
                yield rate, f"equals {new.id}/({total.id} - {new.id})*100", ()


def times(talk: Talk) -> Iterator[Proposal]:
    """So many times: one level of the sentence over another."""
    for group in talk.sentences():
        for f in (x for x in group if x.unit == "倍"):
            levels = [x for x in group if x.kind in ("level", "count") and x is not f]
            for a, b in combinations(levels, 2):
                for high, low in ((a, b), (b, a)):
                    holds, follows = talk.tested(f.id, f"equals {high.id}/{low.id}")
                    if high.unit == low.unit and holds and _sharp(follows):
                        yield f, f"equals {high.id}/{low.id}", ()


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


# ---------------------------------------------------------------- parts, more and less


def parts(talk: Talk) -> Iterator[Proposal]:
    """其中: what is part of a whole is no larger."""
    for group in talk.sentences():
        for at, f in enumerate(group):
            if f.kind not in ("count", "level") or f.unit in ("年", "位"):
                continue
            for whole in reversed(group[:at]):
                between = f.sentence[whole.place[2] : f.place[2]]
                if (
                    whole.unit == f.unit
                    and whole.kind == f.kind
                    and _PART.search(between)
                    and whole.bound == "exact"
                ):
                    yield f, f"<= {whole.id}", ()
                    break


def shared_out(talk: Talk) -> Iterator[Proposal]:
    """甲、乙、丙分别为…: together no more than the whole that was named before."""
    for group in talk.sentences():
        run = [f for f in group if f.kind == "level" and "分别" in f.sentence]
        if len(run) < 2 or len({f.unit for f in run}) > 1 or len({f.region for f in run}) < len(run):
            continue
        subject = run[-1].subject
        for whole in talk.figures:
            if whole.unit == run[0].unit and whole.kind == "level" and whole.period == run[0].period:
                alike = talk.like(re.sub("^.{2}(综试区|市)|规模|交易", "", subject), whole) >= 0.75
                if alike and whole.speaker == run[0].speaker and whole.region == talk.tables.where.home:
                    yield whole, ">= " + " + ".join(f.id for f in run), ()
                    break


def stations(talk: Talk) -> Iterator[Proposal]:
    """77 家企业在 43 个国家设立 183 个…: what each has at least one of is no fewer than they."""
    for group in talk.sentences():
        for a, b, c in zip(group, group[1:], group[2:], strict=False):
            text = a.sentence[a.place[2] : c.place[2]]
            if all(x.kind == "count" for x in (a, b, c)) and re.search(
                "在.*(设立|建立|布局|建成|开设)", text
            ):
                yield c, f">= {a.id}; >= {b.id}", ()


def moved(talk: Talk) -> Iterator[Proposal]:
    """由甲下滑到乙, 甲~乙: which of two neighbours is the larger."""
    for group in talk.sentences():
        for a, b in pairwise(group):
            between = b.sentence[a.place[2] + len(a.printed) : b.place[2]]
            if a.unit != b.unit or a.unit.startswith("位"):
                continue
            if re.fullmatch(r"\s*[~～—–-]\s*", between):
                yield b, f"> {a.id}", ()
            elif re.search("下滑到|下降到|降至|降到|回落到|减少到", between):
                yield b, f"< {a.id}", ()
            elif re.search("提高到|上升到|增加到|增长到|升至|扩大到", between):
                yield b, f"> {a.id}", ()


_BELOW = re.compile("(?:远)?(低于|高于|不及|超过)(?!全国)")


def compared(talk: Talk) -> Iterator[Proposal]:
    """低于、高于 without the distance: one rate of the sentence beside others; a table beside the own region."""
    home = talk.tables.where.home
    for group in talk.sentences():
        rates = [f for f in group if f.unit == "%"]
        for at, own in enumerate(rates[:-1]):
            rest = own.sentence[own.place[2] :]
            m = _BELOW.search(rest)
            if not m or m.start() > 16 + len(own.printed):
                continue
            for other in rates[at + 1 :]:
                text = own.sentence[own.place[2] + m.start() : other.place[2]]
                if other.kind != own.kind or re.search("[。；]|百分点", text):
                    break
                if other.region == own.region:
                    sign = "<" if m[1] in ("低于", "不及") else ">"
                    yield own, f"{sign} {other.id}", ()
                    break
                sign = ">" if m[1] in ("低于", "不及") else "<"
                yield other, f"{sign} {own.id}", ()
                if re.match(r"[）)]?的?一半", other.sentence[other.place[2] + len(other.printed) :]):
                    yield own, f"< {other.id}/2", ()
    for group in talk.paragraphs():
        table = [f for f in group if f.subject.endswith("（表）") and f.unit == "%"]
        mine = next((f for f in table if f.region == home), None)
        for f in table if mine and len({x.period for x in table}) == 1 else ():
            printed_before = any(
                x.value == f.value and x.region == f.region for x in talk.figures if x not in table
            )
            if f is not mine and f.value != mine.value and not printed_before:
                yield f, f"{'>' if float(f.value) > float(mine.value) else '<'} {mine.id}", ()


def below_country(talk: Talk) -> Iterator[Proposal]:
    """低于全国: in one period against the tables, or for some years in a row against the speech's own figures."""
    country, home = talk.tables.country, talk.tables.where.home
    for group in talk.sentences():
        for f in group:
            text = f.sentence
            m = re.search("(低于|高于)全国(?![^，。；]{0,6}[0-9])", text)
            if not m or (f.kind == "gap"):
                continue
            sign = "<" if m[1] == "低于" else ">"
            match = talk.matches.get(f.id)
            if match and f.kind == "growth" and f.region == home:
                other = talk.tables.get(match.series, country, f.period)
                if other and not any(x.region == country and x.kind == "growth" for x in group):
                    yield f, f"{sign} {other.id}", ()
            if f.unit == "年" and "连续" in f.clause and re.fullmatch(r"\d{4}-\d{4}", f.period):
                yield from _years(talk, f, sign)


def _years(talk: Talk, f: Figure, sign: str) -> Iterator[Proposal]:
    first, last = map(int, f.period.split("-"))
    series = talk.tables.series_of(f.sentence[f.place[2] :], "%", True)
    speakers = dict.fromkeys([f.speaker, *(x.speaker for x in talk.figures)])
    for who in speakers:
        told = []
        for year in range(first, last + 1):
            own, other = (
                next(
                    (
                        x
                        for x in talk.figures
                        if x.speaker == who
                        and x.period == str(year)
                        and x.region == region
                        and x.kind == "growth"
                        and talk.series(x) == series
                        and talk.speaks(x)
                    ),
                    None,
                )
                for region in (talk.tables.where.home, talk.tables.country)
            )
            if own and other:
                told.append(f"{own.id} {sign} {other.id}")
        if len(told) == last - first + 1:
            yield f, "; ".join(told), ()
            return


def cumulated(talk: Talk) -> Iterator[Proposal]:
    """A level since January is less than the same over more months, in the economy's tables."""
    for f in talk.figures:
        if f.kind != "level" or f.bound != "exact":
            continue
        series = talk.series(f) or talk.tables.series_of(f.subject, f.unit, False)
        year, month = until(f.period) if re.match(r"\d{4}", f.period) else (0, None)
        if not series or not month or month == 12:
            continue
        told = [
            (until(m.period)[1], m)
            for m in talk.tables.rows
            if m.series == series and m.region == f.region and m.period[:4] == str(year)
        ]
        told = [(end, m) for end, m in told if end and end != month]
        shorter = max((t for t in told if t[0] < month), key=lambda t: t[0], default=None)
        longer = min((t for t in told if t[0] > month), key=lambda t: t[0], default=None)
        text = [f"> {shorter[1].id}"] if shorter else []
        text += [f"< {longer[1].id}"] if longer else []
        if text:
            yield f, "; ".join(text), ()


def rounded_off(talk: Talk) -> Iterator[Proposal]:
    """A round mark that the exact figure beside it is close to or has passed: 突破千亿, 接近 6 万亿元."""
    for group in talk.paragraphs():
        for f in group:
            if f.kind != "level" or f.bound not in ("at_least", "at_most"):
                continue
            for other in reversed([x for x in group if x.kind == "level" and x.bound == "exact"]):
                mine, theirs = _SCALE.get(f.unit), _SCALE.get(other.unit)
                if not mine or not theirs or (other.place[2] > f.place[2] and other.place[:2] >= f.place[:2]):
                    continue
                ratio = float(other.value) * theirs / (float(f.value) * mine)
                if (
                    talk.series(f) != talk.series(other)
                    and shared(alike(f.subject), alike(other.subject)) < 0.6
                ):
                    continue
                near = (1 <= ratio < 1.2) if f.bound == "at_least" else (0.9 < ratio <= 1)
                if near:
                    yield f, f"equals {other.id}" + (f"/{mine // theirs}" if mine != theirs else ""), ()
                    break


def year_spans(talk: Talk) -> Iterator[Proposal]:
    """自某年以来 so many volumes or years: counted from the years, both ends in or not."""
    for f in talk.figures:
        if f.unit not in ("年", "部", "届", "期") or "第" in f.printed:
            continue
        clause = f.sentence
        if m := re.fullmatch(r"(\d{4})-(\d{4})", f.period):
            first, last = int(m[1]), int(m[2])
        elif re.search("经过|历时", f.clause) and re.fullmatch(r"\d{4}", f.period):
            first, last = int(f.period), talk.year
        else:
            continue
        if (
            first == last
            or not re.search("以来|到|从|自|经过|历时", clause)
            or "低于" in clause
            or "高于" in clause
        ):
            continue
        tries = [f"{last} - {first} + 1", f"{last} - {first}"]
        yield f, f"equals {next((t for t in tries if talk.fits(f.id, f'equals {t}')), tries[0])}", ()


PATTERNS: tuple[Callable[[Talk], Iterator[Proposal]], ...] = (
    shares,
    two_shares,
    *WORDED,
    grown,
    times,
    sums,
    definitions,
    base_years,
    parts,
    shared_out,
    stations,
    moved,
    compared,
    below_country,
    cumulated,
    rounded_off,
    year_spans,
)


def propose(talk: Talk) -> list[Link]:
    """Return every relation that a pattern proposes, each once, in the order of the figures."""
    seen: dict[tuple[str, str], Link] = {}
    for pattern in PATTERNS:
        for figure, relation, lists in pattern(talk):
            key = (figure.id, relation)
            if key not in seen:
                holds, follows = talk.tested(figure.id, relation, lists)
                seen[key] = Link(figure.id, pattern.__name__, relation, lists, holds, follows)
    order = {f.id: i for i, f in enumerate(talk.figures)}
    return sorted(seen.values(), key=lambda link: order[link.id])
