"""Write the pages of the cities: one a row of cities.csv, all alike but for code and name, and their place in
the table of contents.

By hand, from a checkout: ``python -m tools.city_pages``. A city added to cities.csv has its page after that;
the page of a city that is gone goes.
"""

from __future__ import annotations

import re
from pathlib import Path

from bluebook.data import edition as editions
from bluebook.data.schema import data_root
from bluebook.year.chapters import FRONT

FOLDER = "chapters/cities"
CELL = "```{{code-cell}} ipython3\n:tags: [{tag}]\n{code}\n```\n"
# Under which heading stands which call; without one the call belongs to the head of the page.
SECTIONS = (
    ("", "remove-input", "city_head"),
    ("名次和总分", "hide-input", "city_history"),
    ("各个维度", "hide-input", "city_dimensions"),
    ("换位要改多少权重", "hide-input", "city_moves"),
    ("和上一版比", "hide-input", "city_moved"),
    ("公开数据", "hide-input", "city_public"),
    ("发言和报告里怎么说", "hide-input", "city_speeches"),
    ("数据", "hide-input", "city_data"),
)
ENTRY = re.compile(rf"^ +- file: {FOLDER}/\d{{6}}\n", re.M)


def page(code: str, name: str) -> str:
    """Return the text notebook of one city."""
    title = re.sub(r"([\\`*_{}\[\]()<>#|&])", r"\\\1", name)
    parts = [f"{FRONT}\n(city-{code})=\n# {title}\n"]
    parts.append(CELL.format(tag="remove-cell", code="import bluebook as bb"))
    parts.append(CELL.format(tag="remove-cell", code=f'bb.glue(why=bb.city_told("{code}"))'))
    parts.append("{glue:text}`why`\n")
    for heading, tag, call in SECTIONS:
        head = f"## {heading}\n\n" if heading else ""
        parts.append(head + CELL.format(tag=tag, code=f'bb.{call}("{code}")'))
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """Return the file of every city, by its path in the book."""
    table = editions.cities()[["city", "name_zh"]]
    return {f"{FOLDER}/{code}.md": page(code, name) for code, name in table.itertuples(index=False)}


def contents(text: str) -> str:
    """Return a table of contents whose pages of cities are those of cities.csv, below the overview."""
    entries = "".join(f"          - file: {path.removesuffix('.md')}\n" for path in pages())
    head = f"      - file: {FOLDER}/index\n        sections:\n"
    return ENTRY.sub("", text).replace(head, head + entries)


def main() -> None:
    """Write what differs, remove the pages of cities that are gone."""
    root = data_root().parent
    wanted = pages()
    for path in (root / FOLDER).glob("[0-9]*.md"):
        if path.relative_to(root).as_posix() not in wanted:
            path.unlink()
    toc = root / "_toc.yml"
    for path, text in {**wanted, "_toc.yml": contents(toc.read_text("utf-8"))}.items():
        write(root / path, text)
    print(f"{len(wanted)} pages in {FOLDER}")


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, and only if it differs."""
    if path.exists() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)


if __name__ == "__main__":
    main()
