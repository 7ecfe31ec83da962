"""The Word files: the press release, the brief for leaders, the table of the ranking."""

from __future__ import annotations

import pandas as pd

from bluebook.data import edition as editions
from bluebook.desk.out.built import Key
from bluebook.desk.out.story import Story
from bluebook.desk.out.word import Paper
from bluebook.ledger import book
from bluebook.messages import Catalogue, t
from bluebook.pages.pieces import sentence

SAYS = Catalogue(__file__)
IN_RELEASE, IN_BRIEF = 3, 3  # chapters whose first key sentence is told
NOTHING = "—"
SHOWN_WRONG = 5  # contradicted figures that the brief lists


def release(story: Story) -> bytes:
    """Return the press release: what the edition found, in a page and a half."""
    ranked, growth = story.finding("ranking"), story.finding("growth")
    paper = Paper(SAYS.text("release", title=story.title))
    paper.badge(story.banner)
    paper.title(headline(story))
    paper.text(lead(story))
    if ranked:
        paper.text(_all(ranked.title, ranked.words, _standing(story)))
    for code in ("moved", "dimensions"):
        if found := story.finding(code):
            paper.text(_all(found.title, found.words))
    if growth:
        paper.text(_all(growth.title, growth.words))
    for key in chosen(story, IN_RELEASE):
        paper.text(sentence(key.sentences[0]), lead=sentence(key.title), warn=_warning(key))
    if checked := story.finding("checked"):
        paper.text(_all(checked.title, checked.words))
    paper.small(_foot(story))
    return paper.bytes()


def brief(story: Story) -> bytes:
    """Return the brief for leaders: the ranking, the speeches' points, what was found wrong, what is open."""
    paper = Paper(SAYS.text("brief", title=story.title), line=26)
    paper.badge(story.banner)
    paper.title(headline(story))
    parts = [
        (SAYS.text("part_ranking"), _ranking_part),
        (SAYS.text("part_points"), _points_part),
        (SAYS.text("part_checked"), _checked_part),
        (SAYS.text("part_open"), _open_part),
    ]
    number = 0
    for head, write in parts:
        start = len(paper.doc.paragraphs)
        write(story, paper)
        if len(paper.doc.paragraphs) > start:
            number += 1
            mark = t(f"{'一二三四五'[number - 1]}、", f"{number}. ")
            paper.heading(f"{mark}{head}")
            made = paper.doc.paragraphs[-1]._p
            paper.doc.paragraphs[start]._p.addprevious(made)
    paper.small(_foot(story))
    return paper.bytes()


def standings(story: Story) -> bytes:
    """Return the ranking as a table: place, city, score, last year's place, change; as far as printed."""
    paper = Paper(SAYS.text("standings", title=story.title), line=22)
    paper.badge(story.banner)
    paper.title(SAYS.text("standings", title=story.title))
    table = story.ranking
    if table["rank"].notna().any():
        heads, rows = standings_table(story)
        paper.table(heads, rows, [24, 36, 30, 36, 30][: len(heads)], left=-1)
        notes = [SAYS.text("note_score")] if table["score"].isna().any() else []
        if story.last is not None and table["before"].isna().any():
            notes.append(SAYS.text("note_before", last=story.last))
    else:
        paper.text(SAYS.text("no_places"))
        notes = []
    paper.small([*notes, *_foot(story)])
    return paper.bytes()


def standings_table(story: Story) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the ranking; columns that nobody has a value in are left out."""
    table, digits = story.ranking, int(editions.edition(story.year)["decimals"])
    heads = [t("名次", "Rank"), t("城市", "City")]
    columns = [table["rank"].map(_place), table["name"]]
    if table["score"].notna().any():
        heads.append(t("得分", "Score"))
        columns.append(table["score"].map(lambda x: NOTHING if pd.isna(x) else f"{x:.{digits}f}"))
    if table["before"].notna().any():
        heads += [SAYS.text("head_before", last=story.last), t("变化", "Change")]
        columns += [table["before"].map(_place), table["moved"].map(change)]
    return heads, [list(row) for row in zip(*columns, strict=True)]


def change(moved: object) -> str:
    """Return how far a city moved, in an arrow: ↑1, ↓5, or that it did not."""
    if pd.isna(moved):
        return NOTHING
    return t("不变", "none") if not moved else f"{'↑' if moved > 0 else '↓'}{abs(int(moved))}"


def _place(rank: object) -> str:
    return NOTHING if pd.isna(rank) else str(int(rank))


# ---------------------------------------------------------------- the parts


def headline(story: Story) -> str:
    ranked = story.finding("ranking")
    if ranked is None:
        return story.title
    return f"{story.title}{t('：', ': ')}{ranked.title.rstrip('。.')}"


def lead(story: Story) -> str:
    fields = {"title": story.title, "when": story.released, "n": len(story.ranking)}
    words = SAYS.text("lead_released" if story.released else "lead", **fields)
    return words + sentence(story.about)


def _standing(story: Story) -> str:
    """Return every city in its order, in one sentence."""
    placed = story.ranking.dropna(subset=["rank"])
    groups = placed.groupby("rank", sort=True)["name"].apply(lambda g: t("、", ", ").join(g))
    return SAYS.text("standing", names=t("、", ", ").join(groups))


def _all(*parts: str) -> str:
    """Return sentences one after the other; what is empty is left out."""
    return t("", " ").join(sentence(part) for part in parts if part)


def chosen(story: Story, most: int) -> list[Key]:
    """Return the edition's own chapters that quote most figures, in the book's order; none invented."""
    own = [key for key in story.keys if key.own and not key.illustrative]
    figures = {key.page: sum(book.counts(chapter=key.page.removeprefix("chapters/")).values()) for key in own}
    told = sorted(own, key=lambda key: -figures[key.page])[:most]
    return [key for key in own if key in told]


def _warning(key: Key) -> str:
    return SAYS.text("illustrative") if key.illustrative else ""


def _foot(story: Story) -> list[str]:
    return [SAYS.text("sources", told=story.source), *story.imprint()]


def _ranking_part(story: Story, paper: Paper) -> None:
    for code in ("ranking", "moved", "dimensions", "growth"):
        if found := story.finding(code):
            paper.text(_all(found.title, found.words))


def _points_part(story: Story, paper: Paper) -> None:
    for key in chosen(story, IN_BRIEF):
        paper.text(sentence(key.sentences[0]), lead=sentence(key.title), warn=_warning(key))


def _checked_part(story: Story, paper: Paper) -> None:
    checked, wrong = story.finding("checked"), story.finding("wrong")
    if checked:
        paper.text(_all(checked.title, checked.words))
    if wrong is not None and wrong.table is not None:
        few = len(wrong.table) <= SHOWN_WRONG
        paper.text(_all(wrong.title, "" if few else SAYS.text("wrong_first", n=SHOWN_WRONG)))
        rows = wrong.table.head(SHOWN_WRONG).astype(str).values.tolist()
        paper.table(list(wrong.table), rows, [64, 18, 26, 28, 20], left=0)


def _open_part(story: Story, paper: Paper) -> None:
    for line in open_questions(story):
        paper.text(line)


def open_questions(story: Story) -> list[str]:
    """Return what the edition leaves open, a sentence each."""
    table = story.ranking
    lines = []
    if "ranks" not in story.has:
        lines.append(SAYS.text("open_no_ranks"))
    elif table["score"].isna().all():
        lines.append(SAYS.text("open_no_scores"))
    elif table["score"].isna().any():
        lines.append(SAYS.text("open_few_scores", n=int(table["score"].isna().sum())))
    basis = set(editions.indicators(story.year)["weight_basis"]) - {""}
    if basis & {"recovered", "assumed"}:
        lines.append(SAYS.text("open_weights"))
    if "speeches" not in story.has:
        some = "figures" in story.has
        lines.append(SAYS.text("open_no_speeches") if some else SAYS.text("open_no_figures"))
    return [*lines, *([sentence(story.carried)] if story.carried else [])]
