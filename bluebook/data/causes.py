"""One cause is told once: which of several faults in one place stands, and how often the same one occurs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bluebook.data.faults import Fault, Pair

WHOLE_ROW = ("note_row", "total_row")
ALIKE = 5  # up to so many cells of a column that are wrong in the same way are told one by one
MANY = 20  # the same for warnings
PLACES = 6


def by_cause(faults: Iterable[Fault], keyed: bool = False) -> list[Fault]:
    """Return the faults, each cause once: ``times`` counts its places and ``elsewhere`` lists the others.

    A cell keeps its first fault, a row that is no unit's keeps that alone. The same value that is wrong in
    the same way is one cause, in whatever table; so are more than `ALIKE` cells of one column. ``keyed``:
    each stands for itself, since an editor may accept it by its key, unless they are many more.
    """
    most = MANY if keyed else ALIKE
    same: dict[tuple[object, ...], list[Fault]] = {}
    for f in _first(faults):
        place = () if f.value else (f.file, f.column)
        one = keyed or not isinstance(f.row, int)
        same.setdefault((f,) if one else (f.code, f.value, f.problem_zh, *place), []).append(f)
    columns: dict[tuple[object, ...], list[list[Fault]]] = {}
    for group in same.values():
        f = group[0]
        one = not isinstance(f.row, int)
        columns.setdefault((f,) if one else (f.code, f.file, f.column, f.mend_zh), []).append(group)
    found: list[Fault] = []
    for groups in columns.values():
        together = [[f for group in groups for f in group]] if len(groups) > most else groups
        found += map(_told, together)
    return found


def count(faults: Iterable[Fault]) -> int:
    """Return in how many places something is wrong."""
    return sum(f.times for f in faults)


def _first(faults: Iterable[Fault]) -> Iterator[Fault]:
    found = list(faults)
    apart = {(f.file, f.row) for f in found if f.code in WHOLE_ROW}
    seen: set[tuple[object, ...]] = set()
    for f in found:
        place = (f.file, f.row, f.column)
        if f.row is None:
            place = (*place, f.value, f.code, f.problem_zh)
        elif (f.file, f.row) in apart:
            if f.code not in WHOLE_ROW:
                continue
            place = (f.file, f.row)
        if place not in seen:
            seen.add(place)
            yield f


def _told(group: list[Fault]) -> Fault:
    first, times = group[0], sum(f.times for f in group)
    return first if len(group) == 1 else replace(first, times=times, elsewhere=_places(group))


def _places(group: list[Fault]) -> Pair:
    """Return where the same cause stands, rows in a stretch joined: "（共 43 处：第 2–44 行）"."""
    stretches: list[list[object]] = []
    for f in group:
        last = stretches[-1] if stretches else None
        if last and last[0] == f.file and f.row == last[2] + 1:
            last[2] = f.row
        elif not (last and last[0] == f.file and f.row == last[2]):
            stretches.append([f.file, f.row, f.row])
    zh, en, file = [], [], group[0].file
    for name, one, end in stretches[:PLACES]:
        rows = f"{one}" if one == end else f"{one}–{end}"
        elsewhere = "" if name == file else f"{name} "
        zh.append(f"{elsewhere}第 {rows} 行")
        en.append(f"{elsewhere}row {rows}")
        file = name
    more = len(stretches) > PLACES
    return (
        f"（共 {len(group)} 处：{'，'.join(zh)}{' 等' if more else ''}）",
        f" ({len(group)} times: {', '.join(en)}{' and others' if more else ''})",
    )
