"""Relations proposed by order: parts of a whole, more and less, totals since January, spans of years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from bluebook.desk.links import Proposal, Talk, shared
from bluebook.desk.matches import alike
from bluebook.desk.speech import Figure
from bluebook.ledger.series import until

_SCALE = {"亿元": 1, "万亿元": 10_000, "万元": 0}
_PART = re.compile("其中|中有|含")


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
                    first = group[group.index(whole) + 1] is f or group[at - 1].unit != f.unit
                    if first or talk.fits(f.id, f"<= {whole.id}"):  # what comes later may be something else
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
            elif re.search("(?:增加|减少|提高|上升|下降)(?:到|至)", between):
                third = next((x for x in group if x.place > b.place and x.unit == a.unit), None)
                if third and re.search("增加|减少", third.clause) and third.bound == "exact":
                    high, low = (b, a) if "增加" in third.clause else (a, b)
                    yield third, f"equals {high.id} - {low.id}", ()
            if re.search("提高到|上升到|增加到|增长到|升至|扩大到", between):
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
        table = [f for f in table if not re.match("合计|总计|共计", f.clause)]
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
    every = [*talk.figures, *talk.ledger]
    speakers = dict.fromkeys([f.speaker, *(x.speaker for x in every)])
    for who in speakers:
        told = []
        for year in range(first, last + 1):
            own, other = (
                next(
                    (
                        x
                        for x in every
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


ORDERED = (
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
