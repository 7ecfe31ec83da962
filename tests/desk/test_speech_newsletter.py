"""Show: the newsletter as a Word file gives nearly all that the ledger holds by hand, and little that is false.

The patterns were written with this text at hand, so the counts are no forecast for another speech;
`test_speech` has one that they were not written for.
"""

from __future__ import annotations

import csv
from pathlib import Path

import newsletters
import pandas as pd
import pytest
from conftest import ROOT, rewrite

from bluebook.desk import proposals

TEXT = newsletters.source()
pytestmark = pytest.mark.skipif(
    TEXT is None, reason="the newsletter's text is not at hand: BLUEBOOK_NEWSLETTER"
)
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> newsletters.Comparison:
    """The newsletter read by a book that has no quoted figure and no list yet, beside what the ledger holds."""
    import shutil

    folder = tmp_path_factory.mktemp("newsletter")
    root = folder / "data"
    shutil.copytree(ROOT / "data", root)
    for kind in ("claims", "lists"):
        rewrite(root, f"editions/2022/{kind}.csv", lambda t: t.split("\n", 1)[0] + "\n")
    word = newsletters.as_word(TEXT.read_text("utf-8"), folder / "newsletter.docx")
    claims = pd.read_csv(ROOT / "data/editions/2022/claims.csv", dtype=str, keep_default_na=False)
    found = proposals.look(word, 2022, root=root)
    return newsletters.Comparison(ROOT / "data", claims.assign(place=range(len(claims))), found)


def say(capsys: pytest.CaptureFixture, line: str) -> None:
    with capsys.disabled():
        print(f"\n  {line}", end="")


def test_the_figures_of_the_ledger_are_proposed(
    compared: newsletters.Comparison, capsys: pytest.CaptureFixture
) -> None:
    claims, found = compared.claims, compared.found.talk.figures
    by_id, of = {f.id: f for f in found}, {c: f for f, c in compared.claim_of.items()}
    rows = [r for r in claims.to_dict("records") if r["id"] in of]
    told = {
        k: sum(r[k] == getattr(by_id[of[r["id"]]], k) for r in rows) for k in ("bound", "period", "region")
    }
    say(
        capsys,
        f"figures of the ledger with value and unit: {len(rows)} of {len(claims)}; numbers proposed: {len(found)}",
    )
    say(capsys, "guessed as the ledger has them: " + ", ".join(f"{k} {n}" for k, n in told.items()))
    assert len(rows) >= 0.99 * len(claims)
    assert told["bound"] >= 0.97 * len(rows)
    assert min(told["period"], told["region"]) >= 0.8 * len(rows)


def test_the_relations_of_the_ledger_are_proposed_and_few_false_ones(
    compared: newsletters.Comparison, capsys: pytest.CaptureFixture
) -> None:
    hits, good = compared.matched()
    rows, proposed = compared.rows(hits)
    with (HERE / "relations_read.tsv").open(encoding="utf-8", newline="") as file:
        read = {
            (r["pattern"], r["number"], r["relation"]): r["true"]
            for r in csv.DictReader(file, delimiter="\t")
        }
    links = compared.found.links
    rest = [tuple(compared.told(link).split("\t")) for i, link in enumerate(links) if i not in good]
    false = [told for told in rest if read.get(told) != "yes"]
    say(capsys, f"rows of the ledger with a relation: {len(rows)}, proposed: {len(proposed)}")
    say(capsys, f"statements in them: {len(compared.ledger)}, proposed: {len(hits)}")
    say(
        capsys,
        f"relations proposed: {len(links)}; in the ledger {len(good)}, true by reading "
        f"{len(rest) - len(false)}, false or not read {len(false)}",
    )
    assert len(proposed) >= 0.6 * len(rows)
    assert len(false) <= 0.1 * len(links), "\n".join(map(str, false))


def test_the_audit_s_contradictions_within_the_text_are_among_what_fails(
    compared: newsletters.Comparison,
) -> None:
    failing = {compared.claim_of.get(link.id) for link in compared.found.links if not link.holds}
    assert failing >= {
        "rd_intensity_ha_2021",
        "science_share_ly_2020",
        "imports_share_gap_2020",
        "phone_share_ha_2020h1",
        "realestate_gap_ha_2022m4",
        "six_high_projects",
        "index_shangqiu_place",
    }
