"""Which chapters belong to one edition, and which recur every year; the table of contents with and without.

An edition says it in its settings: ``chapters:`` lists folders and chapters below ``chapters/`` that are its
own (``opening``, ``report/purpose``). Whatever is not listed recurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
FOLDER = "chapters"
# Where a chapter that recurs puts in what only the current edition has to say.
EDITION_TEXT = re.compile(r"^% edition-text: ([\w-]+)[ \t]*$", re.M)
# What every chapter's file begins with: a text notebook.
FRONT = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---
"""


def own(settings: Mapping[str, Any]) -> list[str]:
    """Return the folders and chapters that an edition's settings list as its own, below ``chapters/``.

    >>> own({"chapters": ["opening", "report/purpose"]})
    ['opening', 'report/purpose']
    """
    return [str(name).strip("/") for name in settings.get("chapters") or []]


def belongs(name: str, settings: Mapping[str, Any]) -> bool:
    """Return whether a file or page, by its name from the project's folder, is the edition's own.

    >>> belongs("chapters/report/purpose.md", {"chapters": ["report/purpose"]})
    True
    >>> belongs("chapters/report/index-results", {"chapters": ["report/purpose"]})
    False
    """
    name = name.removeprefix("en/").removesuffix(".md")
    return any(name == f"{FOLDER}/{x}" or name.startswith(f"{FOLDER}/{x}/") for x in own(settings))


def paths(book: Path, settings: Mapping[str, Any]) -> list[Path]:
    """Return the folders and files of the edition's own chapters that are in ``book``, each as a whole."""
    found = []
    for name in own(settings):
        for path in (book / FOLDER / name, (book / FOLDER / name).with_name(f"{Path(name).name}.md")):
            if path.exists():
                found.append(path)
    return found


def pages(toc: str) -> list[str]:
    """Return every page of a table of contents in its order, by its name from the project's folder.

    Raises `BadInput` that names the line where it is not YAML.
    """
    return list(_pages(_read(toc)))


def without(toc: str, settings: Mapping[str, Any]) -> str:
    """Return a table of contents without an edition's own chapters, and without parts that have no other."""
    told = _read(toc)
    for key in ("parts", "chapters", "sections"):
        if key in told:
            told[key] = _left(told[key], settings)
            if not told[key]:
                del told[key]
    return yaml.dump(told, Dumper=_Indented, allow_unicode=True, sort_keys=False)


def with_page(toc: str, page: str, caption: str) -> str:
    """Return a table of contents with one more page: at the end of the part that has pages of its folder.

    Where none has, in the part of this name; a new part comes first.
    """
    told = _read(toc)
    parts, folder = told.setdefault("parts", []), f"{page.rpartition('/')[0]}/"
    part = next((p for p in parts if any(one.startswith(folder) for one in _pages(p))), None)
    part = part or next((p for p in parts if p.get("caption") == caption), None)
    if part is None:
        part = {"caption": caption, "chapters": []}
        parts.insert(0, part)
    part["chapters"].append({"file": page})
    return yaml.dump(told, Dumper=_Indented, allow_unicode=True, sort_keys=False)


def _read(toc: str) -> dict[str, Any]:
    try:
        if isinstance(told := yaml.safe_load(toc), dict):
            return told
        row = 1
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        row = mark.line + 1 if mark else 1
    SAYS.refuse("toc_unreadable", "_toc.yml", row)


def _pages(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _pages(one)
    elif isinstance(node, dict):
        if isinstance(node.get("root"), str):
            yield node["root"]
        if isinstance(node.get("file"), str):
            yield node["file"].removesuffix(".md")
        for key in ("parts", "chapters", "sections"):
            yield from _pages(node.get(key))


def _left(nodes: list[dict[str, Any]], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what stays; a recurring chapter below one that goes takes its place."""
    stay = []
    for node in nodes:
        below = {key: _left(node[key] or [], settings) for key in ("chapters", "sections") if key in node}
        inner = [one for found in below.values() for one in found]
        if "file" in node and belongs(node["file"], settings):
            stay += inner
        elif "file" in node or "url" in node or inner or not below:
            stay.append(
                {**{k: v for k, v in node.items() if k not in below}, **{k: v for k, v in below.items() if v}}
            )
    return stay


class _Indented(yaml.SafeDumper):
    """YAML as an editor writes it: lists stand further in than their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)
