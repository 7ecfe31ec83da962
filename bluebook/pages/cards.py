"""The findings on the front page: four cards, each with a small drawing, each chosen from the edition's data.

A card asks a question that recurs (which printed number is farthest off? which is right and misleads? how far
is the second from the first? how much could be checked?), so that next year's page answers it anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

import pandas as pd

from bluebook.charts import first_finding
from bluebook.data import edition as editions
from bluebook.data import views
from bluebook.ledger import book
from bluebook.ledger.interval import Interval
from bluebook.ledger.rows import decimals
from bluebook.ledger.wording import VERDICT_WORDS, derived, format_value, show_interval
from bluebook.messages import Catalogue, language, t
from bluebook.pages import front
from bluebook.pages.pieces import Pieces, link_to, sentence

SAYS = Catalogue(__file__)
WIDE, HIGH = 264, 88  # the room of a small drawing, in the units of its words (13)
BLUE, BAD, PALE = "var(--bb-blue, #0a4d88)", "var(--bb-v-contradicted, #ad2a1a)", "var(--bb-pale, #9fc3e2)"
INK, MUTED, AXIS = "var(--bb-ink, #1b222a)", "var(--bb-muted, #56606c)", "var(--bb-rule, #858f9b)"


def cards() -> Pieces:
    """Show the findings of the edition whose speeches are told; one that the data do not give is left out.

    >>> bb.front_cards().text.count("<h3>")
    4
    """
    made = [slip(), misleading() or growing(), ranking(), checked()]
    return Pieces(f'<div class="bb-cards">{"".join(made)}</div>')


def card(title: str, picture: str, words: str, chapter: str) -> str:
    """Return one card; ``chapter``: where it leads, as in ``stabilise/growth``."""
    link = f'<p class="bb-go">{to}</p>' if (to := link_to(chapter)) else ""
    return (
        f'<div class="bb-card"><h3>{escape(title)}</h3>{picture}<p>{escape(sentence(words))}</p>{link}</div>'
    )


# ---------------------------------------------------------------- which finding


def slipped() -> tuple[pd.Series, Interval] | None:
    """Return the printed number that lies farthest from what follows, and what does; None without."""
    rows = book.wrong()
    rows = rows[rows["verdict"] == "contradicted"]
    return None if rows.empty else (rows.iloc[0], expected(rows.iloc[0]))


def slip() -> str:
    """Return the card of the printed number that lies farthest from what follows, "" where none does."""
    found = slipped()
    if found is None:
        return ""
    row, should = found
    told = {"printed": printed(row), "follows": shown(row, should)}
    picture = line_of_two(
        (float(row["value"]), t("印作 ", "printed ") + told["printed"]),
        (float(should.value), t("应为 ", "should be ") + told["follows"]),
    )
    title = SAYS.text("card_slip", subject=row[t("subject_zh", "subject_en")], **told)
    return card(title, picture, row["reason"], row["chapter"])


def turned() -> tuple[pd.Series, Interval, str] | None:
    """Return a number that is right but has the other sign when seen otherwise, that number, and the cause.

    Of several the one that turns farthest; None where no number does.
    """
    found = book.corrections(editions.speech_year())
    found = found[(found["kind"] == "context") & (found["sure"] != "low") & ~found["fired"]]
    turns: list[tuple[float, str, Interval]] = []
    for id_ in found["id"]:
        said, other = book.printed(id_), book.follows(id_)
        if other.value is not None and said * other.sign < 0:
            turns.append(
                (abs(said - float(other.value)) / max(abs(said), abs(float(other.value))), id_, other)
            )
    if not turns:
        return None
    _, id_, other = max(turns, key=lambda one: one[0])
    return book.audited().loc[id_], other, str(found.set_index("id").loc[id_, "cause"])


def misleading() -> str:
    """Return the card of a number that is right and misleads: seen otherwise, it has the other sign."""
    found = turned()
    if found is None:
        return ""
    row, other, cause = found
    told = {"printed": printed(row), "follows": shown(row, other, sign=True)}
    picture = two_bars(
        (float(row["value"]), t("印作 ", "printed ") + told["printed"]),
        (float(other.value), t("换一个口径 ", "on another base ") + told["follows"]),
    )
    title = SAYS.text("card_misleading", subject=row[t("subject_zh", "subject_en")], **told)
    return card(title, picture, cause, row["chapter"])


def growing() -> str:
    """Return the card of the growth of the last two years, which stands in where no number misleads."""
    growth = front.growth_by_year().iloc[-1]
    both = [(float(growth[name]), f"{name} {growth[name]:.1f}%") for name in (front.OWN, front.CHINA)]
    return card(
        t("河南和全国，哪个快", "Henan and the country"),
        two_bars(*both),
        front.growth_finding(),
        "stabilise/growth",
    )


def ranking() -> str:
    """Return the card of the latest scores: how far the second is from the first."""
    scored = views.standings().dropna(subset=["score"])
    if len(scored) < 3:
        return ""
    first, second, last = (scored.iloc[i] for i in (0, 1, -1))
    up, down = first["score"] - second["score"], second["score"] - last["score"]
    title = first_finding(
        (SAYS.text("card_second_alone"), up > down),
        (SAYS.text("card_second_close"), True),
        k=int(last["rank"]),
    )
    told = {"a": first["name"], "x": first["score"], "b": second["name"], "y": second["score"], "up": up}
    return card(title, standing(scored), SAYS.text("card_second", **told), "report/index-results")


def checked() -> str:
    """Return the card of the verdicts: how many figures, contradicted, beyond our means to check."""
    n = book.counts()
    if not any(n.values()):
        return ""
    counts = {"all": sum(n.values()), "wrong": n["contradicted"], "unchecked": n["unchecked"]}
    title = SAYS.text("card_checked", **counts) if n["contradicted"] else SAYS.text("card_sound", **counts)
    told = {name: f"{n[name]} {t(*VERDICT_WORDS[name])}" for name in ("confirmed", "recomputed")}
    words = SAYS.text("card_checked_more", confirmed=n["confirmed"], recomputed=n["recomputed"])
    label = t("，", ", ").join([title, *told.values()])
    bar = f'<div class="bb-pic" role="img" aria-label="{escape(label)}">{front.bar(n)}</div>'
    return card(title, bar, words, "reference/audit")


def expected(row: pd.Series) -> Interval:
    """Return what should stand in the place of a contradicted row, with the number at its printed digits."""
    try:
        found = book.follows(row["id"])
    except KeyError:
        found = derived(row)
    if found.value is not None:
        return found
    ends = [float(end) for end in found.ends if math.isfinite(end)]
    return found._replace(value=sum(ends) / len(ends))


def printed(row: pd.Series) -> str:
    """Return the printed number with its unit and a real minus."""
    return format_value(row, language()).replace("-", "−")


def shown(row: pd.Series, found: Interval, *, sign: bool = False) -> str:
    """Return what follows in the digits and the unit of the printed number: "12.0%"; an open end in words."""
    if not all(math.isfinite(end) for end in found.ends):
        return show_interval(found, decimals(row), language())
    number = f"{float(found.value):.{decimals(row)}f}"
    told = format_value({**row, "value": number, "bound": "", "note_zh": ""}, language())
    plus = "+" if sign and float(found.value) > 0 else ""
    return plus + told.replace("-", "−")


# ---------------------------------------------------------------- small drawings


def svg(body: str, label: str) -> str:
    """Return a drawing of ``WIDE`` × ``HIGH`` with words for those who cannot see it."""
    return (
        f'<svg class="bb-pic" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(label)}" '
        f'font-size="13">{body}</svg>'
    )


def word(x: float, y: float, text: str, colour: str = INK, *, bold: bool = False, anchor: str = "") -> str:
    """Return a word at ``x``: in the middle of it, or to the side on which there is room."""
    side = anchor or ("start" if x < 56 else "end" if x > WIDE - 56 else "middle")
    # By itself a word hangs over its point; where it is told its side, it stands clear of a line there.
    by = {"start": 4, "end": -4} if anchor else {"start": -8, "end": 8}
    at = min(max(x + by.get(side, 0), 0), WIDE)
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{at:.1f}" y="{y}" text-anchor="{side}" fill="{colour}"{weight}>{escape(text)}</text>'


def rule(x: float, y: float, x2: float, y2: float, colour: str = AXIS, wide: float = 1) -> str:
    """Return a straight line."""
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{wide}"/>'


def dot(x: float, y: float, colour: str, size: float = 6) -> str:
    """Return a filled point."""
    return f'<circle cx="{x:.1f}" cy="{y}" r="{size}" fill="{colour}"/>'


def across(values: Sequence[float], *, room: float = 10) -> Callable[[float], float]:
    """Return value → x, from nought or the lowest to nought or the highest of ``values``."""
    low, high = min(0.0, *values), max(0.0, *values)
    return lambda value: room + (value - low) / ((high - low) or 1) * (WIDE - 2 * room)


def line_of_two(wrong: tuple[float, str], right: tuple[float, str]) -> str:
    """Draw a struck-out number above a line and the one that follows below it, from nought."""
    x = across([wrong[0], right[0]])
    at, there, y = x(wrong[0]), x(right[0]), 46
    body = rule(0, y, WIDE, y) + rule(x(0), y - 4, x(0), y + 4)
    if abs(there - x(0)) > 90:
        body += word(x(0), 74, "0", MUTED, anchor="middle")
    body += dot(there, y, BLUE) + word(there, 74, right[1], BLUE, bold=True)
    body += f'<circle cx="{at:.1f}" cy="{y}" r="6" fill="none" stroke="{BAD}" stroke-width="2"/>'
    body += rule(at - 8, y + 8, at + 8, y - 8, BAD, 2) + word(at, 28, wrong[1], BAD, bold=True)
    return svg(body, t("，", ", ").join([wrong[1], right[1]]))


def two_bars(first: tuple[float, str], second: tuple[float, str]) -> str:
    """Draw two numbers as bars from nought, each below its words."""
    x = across([first[0], second[0]], room=2)
    zero = x(0)
    body = ""
    for y, (value, said) in ((4, first), (48, second)):
        left, right = sorted((zero, x(value)))
        colour = BAD if value < 0 else BLUE
        body += word(zero, y + 11, said, colour, bold=True, anchor="start" if zero < WIDE / 2 else "end")
        body += f'<rect x="{left:.1f}" y="{y + 17}" width="{right - left:.1f}" height="17" fill="{colour}"/>'
    return svg(body + rule(zero, 0, zero, HIGH), t("，", ", ").join([first[1], second[1]]))


def standing(scored: pd.DataFrame) -> str:
    """Draw the printed scores on a line from 0 to 100, and both distances of the second."""
    top = max(100.0, float(scored["score"].max()))
    xs = [8 + score / top * (WIDE - 16) for score in scored["score"]]
    first, second, last = xs[0], xs[1], xs[-1]
    y = 56
    body = rule(0, y, WIDE, y)
    for low, high in ((last, second), (second, first)):
        gap = (high - low) / (WIDE - 16) * top
        body += rule(low + 1, 30, high - 1, 30, INK) + rule(low + 1, 27, low + 1, 34, INK)
        body += rule(high - 1, 27, high - 1, 34, INK)
        body += word((low + high) / 2, 20, f"{gap:.2f}", bold=True, anchor="middle")
    body += "".join(dot(x, y, PALE, 5) for x in xs[2:]) + dot(second, y, BLUE) + dot(first, y, BLUE)
    k, names = int(scored.iloc[-1]["rank"]), list(scored["name"])
    body += word(
        last, 80, t(f"第 {k} 名", f"no. {k}"), MUTED, anchor="end" if second - last < 60 else "middle"
    )
    body += word(second, 80, names[1], bold=True, anchor="middle") + word(first, 80, names[0], bold=True)
    label = t("，", ", ").join(f"{r['name']} {r['score']:.2f}" for _, r in scored.iterrows())
    return svg(body, label)
