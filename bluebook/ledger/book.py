"""The whole ledger as the book reads it: every edition's figures judged, and expressions over all of them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pandas as pd

from bluebook.data import edition
from bluebook.data.schema import data_root
from bluebook.ledger.audit import judge
from bluebook.ledger.corrections import corrections as _corrections
from bluebook.ledger.facts import all_facts, all_rows
from bluebook.ledger.interval import Interval
from bluebook.ledger.relation import parse_expression
from bluebook.ledger.rows import intervals
from bluebook.ledger.span import Box, span
from bluebook.ledger.wording import VERDICT_WORDS, VERDICTS, format_value
from bluebook.messages import BadInput, language, t


def state() -> tuple[int, ...]:
    """Return what changes when any table of the data changes."""
    return tuple(p.stat().st_mtime_ns for p in sorted(data_root().rglob("*.csv")))


def facts() -> pd.DataFrame:
    """Return what sources say, as facts: series, provinces, cities and the lists a text prints."""
    return all_facts(data_root())


def audited() -> pd.DataFrame:
    """Return every quoted figure of every edition with its verdict, indexed by id.

    Columns: those of `claims`, ``edition`` (year) and the audit's: verdict, printed_lower to printed_upper,
    derived_lower to derived_upper (in ``unit``), source, reason.

    >>> bb.audited().loc["gdp_growth_ha_2021", "verdict"]
    'confirmed'
    """
    judged = _judged(data_root(), state())
    return judged.assign(reason=judged[f"reason_{language()}"])


@lru_cache(maxsize=4)
def _judged(root: Path, _state: tuple[int, ...]) -> pd.DataFrame:
    return judge(all_rows(root), edition.sources(), all_facts(root)).set_index("id", drop=False)


def corrections(year: int | None = None, lang: str = "") -> pd.DataFrame:
    """Return one edition's findings (None: the latest) with both numbers computed."""
    return _corrections(edition.corrections(year), audited(), facts(), lang or language())


def audit(year: int | None = None, lang: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the audited ledger and the findings, of one edition or of all; ``reason`` in ``lang``."""
    wanted = edition.years() if year is None else [edition.edition(year) and year]
    judged = audited()
    judged = judged[judged["edition"].isin(wanted)]
    found = [corrections(y, lang) for y in wanted]
    return judged.assign(reason=judged[f"reason_{lang or language()}"]), pd.concat(found, ignore_index=True)


def counts(year: int | None = None, chapter: str = "") -> dict[str, int]:
    """Return how many figures have each verdict, strongest first, also where there are none.

    ``year``: the edition (None: the latest); ``chapter``: one chapter's figures only.
    Every count of verdicts in the book is this one.

    >>> list(bb.verdict_counts())[:3]
    ['contradicted', 'revised', 'confirmed']
    """
    rows = audited()
    rows = rows[rows["edition"] == (edition.current_year() if year is None else year)]
    mine = rows[rows["chapter"] == chapter] if chapter else rows
    return {v: int((mine["verdict"] == v).sum()) for v in VERDICTS}


def counted_words(counts: dict[str, int]) -> str:
    """Return counts by verdict as a phrase, those that are not zero: "2 个独立证实、3 个未能核对".

    >>> bb.counted_words({"confirmed": 2, "revised": 0, "unchecked": 3})
    '2 个独立证实、3 个未能核对'
    """
    told = [(n, t(*VERDICT_WORDS[v])) for v, n in counts.items() if n]
    return t("、".join(f"{n} 个{word}" for n, word in told), ", ".join(f"{n} {word}" for n, word in told))


def verdicts(chapter: str, **figures: str) -> dict[str, object]:
    """Return what a chapter's box on the audit says, ready to be glued.

    ``audit_all`` and ``audit_confirmed`` …: how many figures of the chapter there are, by verdict;
    ``audit_counts`` says them in words; for each of ``figures`` (name → id) its verdict in words as
    ``verdict_<name>``. Raises KeyError for an unknown id.

    >>> bb.verdicts("report/index-results", growth="gdp_growth_ha_2021")["verdict_growth"]
    '独立证实'
    """
    table, mine = audited(), counts(chapter=chapter)
    words = {f"verdict_{k}": t(*VERDICT_WORDS[table.loc[i, "verdict"]]) for k, i in figures.items()}
    told = {f"audit_{v}": n for v, n in mine.items()}
    return {"audit_all": sum(mine.values()), "audit_counts": counted_words(mine), **told, **words}


def wrong(year: int | None = None) -> pd.DataFrame:
    """Return one edition's contradicted and revised figures (None: the latest), the worst first.

    Columns as `audited`, and ``distance``: how far what is printed lies from what follows, over the larger of
    the two (0–1); contradictions stand before revisions.

    >>> bb.wrong_figures()["id"].iloc[0]
    'investment_growth_ha_2022m4'
    """
    rows = audited()
    rows = rows[rows["edition"] == (edition.current_year() if year is None else year)]
    rows = rows[rows["verdict"].isin(["contradicted", "revised"])]
    follows = rows[["derived_lower", "derived_upper"]].mean(axis=1)
    printed_ = rows["value"].astype("float64")
    distance = (printed_ - follows).abs() / pd.concat([printed_.abs(), follows.abs()], axis=1).max(axis=1)
    return rows.assign(distance=distance).sort_values(
        ["verdict", "distance"], ascending=[True, False], kind="stable"
    )


def reckon(expression: str) -> Interval:
    """Work out an expression over ids of the ledger and its facts.

    The value is what the printed digits give, the ends are the range that their rounding leaves, all floats.
    Raises `BadInput` where it cannot be read, KeyError for an id that nobody knows.

    >>> bb.reckon("imports_ha_2020/trade_ha_2020*100").told(2)
    '38.76–38.77'
    """
    tree = parse_expression(expression)
    return span(tree, _box(data_root(), state())).floats()


def printed(id_: str) -> float:
    """Return the number that the ledger's row ``id_`` prints, in the row's unit. Raises KeyError.

    >>> bb.printed("gdp_growth_ha_2021")
    6.3
    """
    return float(audited().loc[id_, "value"])


def follows(id_: str, *, explanation: bool = False) -> Interval:
    """Return what the finding on ``id_`` says should stand there, by its expression in `corrections`.

    In the unit of the figure. ``explanation``: the second row of a finding, where the printed number comes
    from. Raises KeyError for an id without such a finding.

    >>> bb.printed("investment_growth_ha_2022m4"), bb.follows("investment_growth_ha_2022m4").told()
    (4.2, '11.9–12.1')
    """
    table = edition.corrections()
    at = table[(table["id"] == id_) & ((table["kind"] == "explanation") == explanation)]
    if at.empty:
        raise KeyError(id_)
    return reckon(at["follows"].iloc[0])


def money(amount: float) -> float:
    """Return an amount in 亿元 in the scale of the page's prose: 亿元, in English billion yuan."""
    return amount if language() == "zh" else amount / 10


@lru_cache(maxsize=4)
def _box(root: Path, _state: tuple[int, ...]) -> Box:
    return intervals(all_facts(root)) | intervals(_judged(root, _state))


# ---------------------------------------------------------------- a figure as the text prints it

_RELATIVE = re.compile(r"^(score|rank)_(now|prev|\d{4})_(\d{1,2}|\d{6})_(\w+)$")


def resolve(text: str) -> str:
    """Return the ledger id that ``text`` means.

    ``score_now_1_index`` is the score of whoever is first in the current edition, ``prev`` the edition
    before: a chapter that recurs names places, not years. Cities that share a place hold it and those that it
    leaves empty, in their fixed order. Anything else is an id already.
    """
    match = _RELATIVE.match(text)
    if not match:
        return text
    kind, when, who, code = match.groups()
    now = edition.current_year()
    year = int(when) if when.isdigit() else now if when == "now" else now - 1
    if len(who) < 6:
        at = _holder(edition.scores(year), code, int(who))
        if not at:
            return text
        who = at
    return f"{kind}_{year}_{who}_{code}"


def _holder(scores: pd.DataFrame, code: str, place: int) -> str:
    """Return the city that holds a place, "" where none is printed; of several the one in turn."""
    at = scores[(scores["code"] == code) & (scores["rank"] <= place)].merge(
        edition.cities()[["city", "order"]]
    )
    at = at[at["rank"] == at["rank"].max()].sort_values("order")
    turn = place - int(at["rank"].max()) if len(at) else 0
    return at["city"].iloc[turn] if turn < len(at) else ""


def quoted(id_: str) -> str:
    """Return a quoted figure as the text prints it, value and unit.

    ``id_``: an id of `claims` or of a score; ``score_now_2_index`` is the score of whoever is second in the
    latest edition, ``prev`` the edition before. Raises `BadInput` for an id that the ledger does not hold.

    >>> bb.quoted("gdp_growth_ha_2021"), bb.quoted("score_2022_410300_index")
    ('6.3%', '52.70分')
    """
    rows = _rows(data_root(), state())
    name = resolve(id_)
    if name not in rows:
        raise BadInput(
            f"账本里没有 {id_} 这一条：请改成 claims.csv 里有的 id。",
            f"The ledger holds no row {id_}: use an id of claims.csv.",
        )
    return format_value(rows[name], language())


@lru_cache(maxsize=4)
def _rows(root: Path, _state: tuple[int, ...]) -> dict[str, dict[str, object]]:
    """Return the ledger's rows of every edition by id, not judged: printing a number takes no audit."""
    return {row["id"]: row for row in all_rows(root).to_dict("records")}
