"""The Sphinx side of the book, loaded by ``_config.yml`` as a local extension; it works uninstalled."""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from bluebook import editions, ledger
from bluebook.site import frames, notebooks, offline, roles, search

log = logging.getLogger(__name__)
search.register()


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect everything; called by Sphinx."""
    _bold_beside_chinese()
    roles.setup(app)
    app.add_html_math_renderer(
        "mathml", (offline.visit_inline_math, None), (offline.visit_block_math, None)
    )  # fmt: skip
    app.connect("config-inited", _configure, priority=10)
    app.connect("config-inited", offline.vendor_vega)
    app.connect("builder-inited", offline.remove_thebe)
    app.connect("source-read", _read_source)
    app.connect("doctree-read", _stable_anchors, priority=100)
    app.connect("html-page-context", _page, priority=900)
    app.connect("build-finished", offline.slim)
    app.connect("build-finished", _forget)
    app.connect("build-finished", _downloads)
    app.connect("build-finished", _data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def language_of(app: Sphinx) -> str:
    """Return "zh" or "en", the language of the book being built."""
    return "zh" if (app.config.language or "").startswith("zh") else "en"


def _configure(app: Sphinx, config: Config) -> None:
    """Set what follows from the edition and from where the book lies."""
    root = offline.project_root(Path(app.srcdir))
    lang = "zh" if (config.language or "").startswith("zh") else "en"
    os.environ["BLUEBOOK_DATA"] = str(root / "data")
    # Where MyST-NB runs a cell itself (plain `jupyter-book build .`), the kernel inherits this environment.
    os.environ.update(
        {
            k: v
            for k, v in notebooks.environment(root, lang).items()
            if k.startswith(("BLUE", "PYTHON", "PYDEV"))
        }
    )
    config.nb_execution_cache_path = str(
        offline.cache_folder(app) / "cells" / f"{lang}-{notebooks.cache_key(root, lang)}"
    )
    config.html_math_renderer = "mathml"
    year = editions.current_year()
    config.html_title = f"{config.html_title} {year}"
    config.html_context = {
        **config.html_context,
        "default_mode": "auto",
        "bluebook_year": year,
        "bluebook_publisher": editions.edition()["publisher"] or "",
    }
    config.html_static_path.append(str(root / "assets"))
    config.templates_path.append(str(root / "templates"))


def _read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put in the edition's own text; make the page depend on the tables that its quoted figures come from."""
    root = offline.project_root(Path(app.srcdir))
    source[0] = notebooks.expand(source[0], Path(app.srcdir) / f"{docname}.md")
    if "{fig}`" in source[0]:
        for path in sorted((root / "data" / "editions").rglob("*.csv")):
            app.env.note_dependency(str(path))


def _stable_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give a section with a Chinese heading an address that stays: Sphinx only counts them, id1, id2, …"""
    for section in doctree.findall(nodes.section):
        if all(re.fullmatch(r"id\d+", i) for i in section["ids"]) and section.children:
            anchor = f"s-{zlib.crc32(section[0].astext().encode('utf-8')):08x}"
            if anchor not in doctree.ids:
                section["ids"].insert(0, anchor)
                doctree.ids[anchor] = section


def _page(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Write the figures' files and fill their links; offer the page's notebook."""
    if "body" in context and "bb-" in context["body"]:
        prefix = context["pathto"]("", 1)
        prefix = "" if prefix in {"#", "."} else prefix
        context["body"] = frames.place(
            context["body"], Path(app.outdir), offline.cache_folder(app) / "figures", prefix
        )  # fmt: skip
    if doctree is not None and app.env.metadata.get(page, {}).get("kernelspec"):
        context["ipynb_source"] = f"{page}.ipynb"


def _forget(app: Sphinx, failed: Exception | None) -> None:
    """Remove what an earlier build wrote for a page that is no longer in the book."""
    out = Path(app.outdir)
    if failed is not None or app.builder.name != "html":
        return
    keep = {f"{page}.html" for page in app.env.found_docs} | {"genindex.html", "search.html"}
    for path in out.rglob("*.html"):
        name = path.relative_to(out).as_posix()
        if name not in keep and not name.startswith(("_static/", "en/")):
            path.unlink()


def quoted(app: Sphinx, lang: str) -> object:
    """Return the function that turns a ledger id into its text, for the exported notebooks."""
    table = roles.ledger_of(app)
    return lambda text: ledger.format_value(table.loc[roles.resolve(text, table)], lang)


def _downloads(app: Sphinx, failed: Exception | None) -> None:
    """Export every page's notebook, those anew whose text or results changed, and the student's kit."""
    if failed is not None or app.builder.name != "html":
        return
    root, lang, book = offline.project_root(Path(app.srcdir)), language_of(app), Path(app.srcdir)
    out, cells = Path(app.outdir), Path(app.config.nb_execution_cache_path)
    memory = out / "downloads" / ".exported.json"
    before = json.loads(memory.read_text("utf-8")) if memory.exists() else {}
    now, exported, base = {}, {}, notebooks.digest(root, cells.name)
    for page in notebooks.pages(book):
        path, target = book / f"{page}.md", out / "_sources" / f"{page}.ipynb"
        if not path.exists():
            continue
        state = f"{base[:16]} {notebooks.text_hash(path)}"
        if before.get(page) == state and target.exists():
            now[page], exported[page] = state, target
            continue
        done = notebooks.executed(path, cells)
        if done is None:
            continue
        plain = notebooks.export(done, quoted(app, lang), lang)
        for mark in notebooks.raw_marks(plain):
            log.warning("%s.ipynb: raw mark left in the text: %s", page, mark)
        notebooks.save(plain, target)
        now[page], exported[page] = state, target
    kit = out / "downloads" / f"notebooks-{lang}.zip"
    if now != before or not kit.exists():
        notebooks.kit(root, exported, kit, offline.cache_folder(app), lang)
        memory.write_text(json.dumps(now), "utf-8")


def _data(app: Sphinx, failed: Exception | None) -> None:
    """Put the data package beside the pages, file by file, so that every table has a plain link."""
    if failed is not None or app.builder.name != "html":
        return
    target = Path(app.outdir) / "downloads" / "data"
    shutil.rmtree(target, ignore_errors=True)
    skip = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(offline.project_root(Path(app.srcdir)) / "data", target, ignore=skip)


def _bold_beside_chinese() -> None:
    """Let **…** open and close beside full-width punctuation, which CommonMark forbids."""
    import myst_nb.sphinx_ as reader
    from mdit_py_cjk_friendly import cjk_friendly

    made = reader.create_md_parser
    if getattr(made, "bluebook", False):
        return

    def create(*args: object, **options: object) -> object:
        return made(*args, **options).use(cjk_friendly)

    create.bluebook = True
    reader.create_md_parser = create
