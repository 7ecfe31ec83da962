"""An edition's settings changed where a person changed them: every other line stays as it is, remarks too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bluebook.desk import sheets

_CARRIED = re.compile("照抄|顺延|须核对")  # what beginning an edition remarks beside what it carried over
_REMARK = re.compile(r"\s+#.*$")


def shown(told: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that an editor fills in: the way down to each → its text, "" where unknown.

    ``before`` are the last edition's: what is a mapping there and unknown yet has the same rows here.
    """
    return dict(_rows("", told, before))


def _rows(above: str, told: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        path = f"{above}{key}"
        if path in sheets.NOT_SHOWN:
            continue
        last = before.get(key) if isinstance(before, Mapping) else None
        if isinstance(value, Mapping) or (value is None and isinstance(last, Mapping)):
            inner = value if isinstance(value, Mapping) else dict.fromkeys(last)
            yield from _rows(f"{path}.", inner, last if isinstance(last, Mapping) else {})
        elif isinstance(value, list):
            yield path, "；".join(map(str, value))
        else:
            yield path, "" if value is None else str(value)


def carried(text: str, told: Mapping[str, Any]) -> list[str]:
    """Return the settings that were carried over and wait to be confirmed."""
    waiting = {str(key) for key in told.get("unconfirmed") or ()}
    return [key for key, _ in _blocks(text) if key in waiting]


def changed(
    text: str, told: Mapping[str, Any], filled: Mapping[str, str], was: Mapping[str, str], confirmed: set[str]
) -> str:
    """Return the text of an ``edition.yml`` with what ``filled`` has otherwise than ``was``.

    ``confirmed`` are settings somebody has checked: they lose the remark that says they must be.
    """
    new: dict[str, Any] = dict(told)
    touched = set()
    for path, value in filled.items():
        if path == "year" or value == was.get(path, ""):
            continue
        first, *rest = path.split(".")
        touched.add(first)
        new[first] = _put(new.get(first), rest, _typed(path, value))
    waiting = list(told.get("unconfirmed") or ())
    if set(waiting) & confirmed:
        new["unconfirmed"] = [key for key in waiting if key not in confirmed]
        touched.add("unconfirmed")
    there = {key for key, _ in _blocks(text)}
    out = re.split(r"(?m)^(?=[A-Za-z_]+:)", text.replace("\r\n", "\n"))
    for i, block in enumerate(out):
        key = block.partition(":")[0]
        if key in there and key in touched:
            head = block.partition("\n")[0]
            remark = _REMARK.search(head) if "#" in head and "'" not in head and '"' not in head else None
            out[i] = _dumped(key, new[key], remark.group() if remark else "")
        if key in there and key in confirmed and _CARRIED.search(out[i]):
            first_line, _, more = out[i].partition("\n")
            out[i] = f"{_REMARK.sub('', first_line)}\n{more}"
    out += [_dumped(key, new[key], "") for key in touched - there]
    return "".join(out)


def with_list(text: str, key: str, items: list[str]) -> str:
    """Return the text of an ``edition.yml`` whose setting ``key`` lists ``items``; its remark stays.

    >>> with_list("year: 1\\nchapters: []  # own\\n", "chapters", ["a/b"])
    'year: 1\\nchapters:  # own\\n- a/b\\n'
    """
    out = re.split(r"(?m)^(?=[A-Za-z_]+:)", text.replace("\r\n", "\n"))
    for i, block in enumerate(out):
        if block.partition(":")[0] == key:
            remark = _REMARK.search(block.partition("\n")[0])
            out[i] = _dumped(key, items, remark.group() if remark else "")
            return "".join(out)
    return "".join(out) + _dumped(key, items, "")


def _blocks(text: str) -> list[tuple[str, str]]:
    found = re.split(r"(?m)^(?=[A-Za-z_]+:)", text.replace("\r\n", "\n"))
    return [(b.partition(":")[0], b) for b in found if re.match(r"[A-Za-z_]+:", b)]


def _put(there: Any, way: list[str], value: Any) -> Any:
    if not way:
        return value
    inner = dict(there) if isinstance(there, Mapping) else {}
    inner[way[0]] = _put(inner.get(way[0]), way[1:], value)
    return inner


def _typed(path: str, value: str) -> Any:
    if path in sheets.LISTS:
        return [part.strip() for part in re.split("[；;]", value) if part.strip()]
    if path == "publisher":
        return value
    if not value:
        return None
    whole = path in sheets.WHOLE or path.startswith("framework.")
    return int(value) if whole and value.isdigit() else value


def _dumped(key: str, value: Any, remark: str) -> str:
    text = yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=10**6)
    if isinstance(value, list) and not value:
        text = f"{key}: []\n"
    head, _, more = text.partition("\n")
    return f"{head}{remark}\n{more}"
