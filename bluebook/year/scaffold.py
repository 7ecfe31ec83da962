"""The first shape of next year's edition: settings, an empty ranking and a framework to start from; and its
undoing.

What a scaffold holds follows from the edition before it and nothing else, so it needs no memory of its own:
an edition is untouched as long as its files are what would be written again.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from pathlib import Path

from bluebook.data import edition as editions
from bluebook.data import schema
from bluebook.data.csvio import read_rows
from bluebook.messages import BadInput

# Settings that stay; of the others the names of people, dates, theme and method are not known yet.
_KEPT = ("organisers", "organisers_en", "book_publisher", "publisher", "decimals", "framework")
_TITLES = ("title_zh", "title_en", "book_title_zh", "book_title_en")
_COPIED = "  # 照抄 {last} 年度，须核对 / copied from {last}, to be checked"
_SHIFTED = "  # 由 {last} 年度顺延，须核对 / carried forward from {last}, to be checked"


def new_edition(year: int) -> list[Path]:
    """Make ``data/editions/<year>`` as a draft and list its tables in the package; return the files.

    The folder appears whole or not at all. Raises `BadInput` unless ``year`` is the one after the latest
    edition and the latest edition is no draft.
    """
    root, last = schema.data_root(), editions.current_year()
    if year in editions.years():
        raise BadInput(
            f"已经有 {year} 年度了（data/editions/{year}）：直接改那里的文件，或换一个年份。",
            f"There is an edition {year} already (data/editions/{year}): "
            "edit its files, or name another year.",
        )
    if year != last + 1:
        raise BadInput(
            f"不能新建 {year} 年度：最新的是 {last}，书要同上一年比较，下一个只能是 {last + 1}。",
            f"Cannot begin edition {year}: the latest is {last} and the book compares with the year before, "
            f"so the next one is {last + 1}.",
        )
    if editions.edition(last)["status"] == "draft":
        raise BadInput(
            f"{last} 年度还是草稿：先做完它（edition.yml 里 status 改为 published），或用 new-edition {last} --undo 撤掉。",
            f"Edition {last} is still a draft: finish it (status: published in edition.yml), "
            f"or take it back with new-edition {last} --undo.",
        )
    folder, files = root / "editions" / str(year), first_shape(year)
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".new-{year}-", dir=folder.parent))
    except OSError as problem:
        raise _unwritable(folder.parent, problem) from None
    try:
        for name, text in files.items():
            (scratch / name).write_bytes(text.encode("utf-8"))
        scratch.chmod(0o755)
        scratch.rename(folder)
        schema.list_tables(root)
    except OSError as problem:
        for path in (scratch, folder):
            shutil.rmtree(path, ignore_errors=True)
        raise _unwritable(folder, problem) from None
    return [folder / name for name in files]


def undo(year: int, force: bool = False) -> None:
    """Remove a draft that `new_edition` made and nobody has changed since; ``force`` removes a changed one as
    well.

    Raises `BadInput` for an edition that is missing, not the latest, not a draft, or changed.
    """
    root, folder = schema.data_root(), schema.data_root() / "editions" / str(year)
    if year not in editions.years():
        raise BadInput(
            f"没有 {year} 年度，无可撤销：现有 {'、'.join(map(str, editions.years()))}。",
            f"There is no edition {year} to take back: there are {', '.join(map(str, editions.years()))}.",
        )
    if (
        editions.edition(year)["status"] != "draft"
        or year != editions.current_year()
        or year == editions.years()[0]
    ):
        raise BadInput(
            f"{year} 年度不是最新的草稿，不能撤销：发布过的年度一直保留。",
            f"Edition {year} is not the latest draft and cannot be taken back: published editions stay.",
        )
    changed = [] if force else touched(year)
    if changed:
        raise BadInput(
            f"{year} 年度新建之后改过：{'、'.join(changed)}。确实不要了，加上 --force。",
            f"Edition {year} was changed since it was made: {', '.join(changed)}. "
            "To remove it all the same, add --force.",
        )
    gone = folder.with_name(f".undo-{year}")
    try:
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        schema.list_tables(root)
    except OSError as problem:
        raise _unwritable(folder, problem) from None
    shutil.rmtree(gone, ignore_errors=True)


def touched(year: int) -> list[str]:
    """Return the files of an edition that are not as `new_edition` writes them: changed, added or gone."""
    folder, fresh = schema.data_root() / "editions" / str(year), first_shape(year)
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return sorted(
        name
        for name in there.keys() | fresh.keys()
        if name not in there or name not in fresh or there[name].read_bytes() != fresh[name].encode("utf-8")
    )


def unfilled(year: int | None = None) -> list[str]:
    """Return the short Chinese names of the cities without a rank in an edition; all if none has one."""
    scores = editions.scores(year).query("code == 'index'")
    ranked = set(scores[scores["rank"].notna()]["city"])
    names = editions.cities().set_index("city")["name_zh"]
    waiting = scores[scores["rank"].isna()]["city"] if ranked else names.index
    return [str(names.get(city, city)) for city in waiting]


def refuse_unfilled(year: int | None = None) -> None:
    """Raise `BadInput` if the edition to be built has no ranking, or rows of it without a rank."""
    year = year or editions.current_year()
    waiting = unfilled(year)
    if not waiting:
        return
    table, n = f"data/editions/{year}/scores.csv", len(waiting)
    some = waiting[:6]
    zh = "、".join(some) + ("等" if n > 6 else "")
    en = ", ".join(some) + (" and others" if n > 6 else "")
    raise BadInput(
        f"{year} 年度还不能生成：{table} 里 {n} 个城市没有名次（{zh}）。填上名次和印出的得分，或用 new-edition {year} --undo 撤掉草稿。",
        f"Edition {year} cannot be built yet: in {table} {n} cities have no rank ({en}). "
        f"Fill in ranks and printed scores, or take the draft back with new-edition {year} --undo.",
    )


def next_steps(year: int) -> tuple[list[str], list[str]]:
    """Return what an editor does after `new_edition`, a line each, in Chinese and in English."""
    last, folder = year - 1, f"data/editions/{year}"
    zh = [
        f"{year} 年度的草稿在 {folder}。接下来：",
        f"1. {folder}/edition.yml：填主题、日期、主编；带“须核对”的逐项核对；不知道的留 null。",
        f"2. data/sources.csv：给 {year} 年的报告加一行，记下它的编号。",
        f"3. {folder}/scores.csv：每个城市一行，填名次、印出的得分和小数位数、来源编号、可信度；五个维度印出的得分另加行。",
        f"4. {folder}/indicators.csv：照抄 {last} 年度的，按新报告改。",
        "5. python -m bluebook check，再 python -m bluebook build。",
        f"不要了：python -m bluebook new-edition {year} --undo",
    ]
    en = [
        f"The draft of edition {year} is in {folder}. Next:",
        f"1. {folder}/edition.yml: theme, dates, editors; check what says “to be checked”; "
        "leave null what is unknown.",
        f"2. data/sources.csv: add a row for the report of {year} and note its id.",
        f"3. {folder}/scores.csv: one row a city: rank, printed score and its decimals, source id, "
        "confidence; add rows for the printed scores of the dimensions.",
        f"4. {folder}/indicators.csv: copied from {last}; change it to what the new report says.",
        "5. python -m bluebook check, then python -m bluebook build.",
        f"To take it back: python -m bluebook new-edition {year} --undo",
    ]
    return zh, en


# ---------------------------------------------------------------- what the files hold


def first_shape(year: int) -> dict[str, str]:
    """Return the files of a new edition, name → text, from the edition before it."""
    root, last = schema.data_root(), year - 1
    before = root / "editions" / str(last)
    files = {"edition.yml": _settings((before / "edition.yml").read_text("utf-8-sig"), last, year)}
    files["scores.csv"] = _ranking(root)
    if (before / "indicators.csv").is_file():
        files["indicators.csv"] = _framework(before / "indicators.csv", last, year)
    return files


def _settings(text: str, last: int, year: int) -> str:
    """Return an ``edition.yml``: titles with the year replaced, what stays copied, the rest null."""
    out: list[str] = []
    blocks = re.split(r"(?m)^(?=[A-Za-z_]+:)", text.replace("\r\n", "\n"))
    out.append(blocks[0])
    for block in blocks[1:]:
        head, _, more = block.partition("\n")
        key = head.partition(":")[0]
        remark = re.search(r"\s+#.*$", head)
        note = remark.group() if remark else ""
        if key == "year":
            out.append(f"year: {year}\n")
        elif key == "status":
            out.append(f"status: draft{note}\n")
        elif key in _TITLES:
            out.append(block.replace(str(last), str(year)))
        elif key == "data_year":
            known = re.search(r"\d{4}", head.removesuffix(note))
            shifted = f"{int(known.group()) + 1}{_SHIFTED.format(last=last)}" if known else f"null{note}"
            out.append(f"data_year: {shifted}\n")
        elif key in _KEPT:
            if more:  # a list or a mapping says what may change; a single word does not
                head = head.removesuffix(note) + _COPIED.format(last=last)
            out.append(f"{head}\n{more}")
        elif key == "method":
            inner = re.sub(r"(?m)^(\s+\w+:).*$", r"\1 null", more)
            out.append(f"method:\n{inner}")
        elif key == "sources":
            out.append("sources: []\n")
        else:
            out.append(f"{key}: null{note}\n")
    return "".join(out)


def _ranking(root: Path) -> str:
    """Return an empty ranking: one row a city for the total, with neither score nor rank."""
    columns = [f["name"] for f in schema.package(root)["tables"]["scores"]["schema"]["fields"]]
    cities = editions.cities()["city"]
    rows = [{"city": city, "code": "index"} for city in cities]
    return _csv(columns, [[row.get(c, "") for c in columns] for row in rows])


def _framework(path: Path, last: int, year: int) -> str:
    """Return the indicators of ``last`` to start from: weights are assumed now, since nothing backs them."""
    header, lines = read_rows(path)
    basis, how, weight, parent = (header.index(c) for c in ("weight_basis", "derivation", "weight", "parent"))
    rows = []
    for _, line in lines:
        cells = list(line)
        if cells[weight] and cells[parent] and cells[basis] != "assumed":
            cells[basis] = "assumed"
            cells[how] = f"Copied from edition {last}; to be checked against the report of {year}"
        rows.append(cells)
    return _csv(header, rows)


def _csv(header: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def _unwritable(path: Path, problem: OSError) -> BadInput:
    why = problem.strerror or str(problem)
    return BadInput(
        f"写不进 {path}（{why}）：检查文件夹的权限，或关掉打开着的文件。",
        f"Cannot write {path} ({why}): check the folder's permissions, or close what is open.",
    )
