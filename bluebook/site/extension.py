"""What Sphinx is told: run and read chapters, give pages their figures, notebooks and stable addresses."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import myst_nb.sphinx_ as reader
import nbformat
from docutils import nodes
from mdit_py_cjk_friendly import cjk_friendly
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from bluebook.data import edition as editions
from bluebook.data.csvio import marked
from bluebook.ledger.book import quoted, resolve
from bluebook.messages import BadInput, language
from bluebook.site import (
    figures,
    furniture,
    here,
    keys,
    kit,
    notebooks,
    offline,
    online,
    proofs,
    roles,
    runs,
    search,
    terms,
    trace,
)
from bluebook.year import checklist, draft, one_edition

log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect everything; called by Sphinx."""
    roles.setup(app)
    proofs.setup(app)
    keys.setup(app)
    figures.setup(app)
    trace.setup(app)
    here.setup(app)
    terms.setup(app)
    search.setup(app)
    furniture.setup(app)
    online.setup(app)
    app.add_html_math_renderer("mathml", (offline.visit_inline_math, None), (offline.visit_block_math, None))
    app.connect("config-inited", _configure, priority=10)
    app.connect("config-inited", offline.vendor_vega)
    app.connect("builder-inited", offline.remove_thebe)
    app.connect("builder-inited", offline.early_style)
    app.connect("builder-inited", _run_chapters)
    app.connect("env-get-outdated", _outdated)
    app.connect("source-read", _read_source)
    app.connect("doctree-read", _stable_anchors, priority=100)
    app.connect("env-updated", _pages_that_name_others)
    # The theme builds its buttons at 501: whatever changes the download menu comes before, or mends it after.
    app.connect("html-page-context", _page, priority=500)
    app.connect("html-page-context", _downloads_menu, priority=502)
    app.connect("html-page-context", offline.leave_out, priority=900)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def runs_of(app: Sphinx) -> runs.Runs:
    """Return the runs of the book being built."""
    book = Path(app.srcdir)
    return runs.Runs(offline.project_root(book), book, language())


def _configure(app: Sphinx, config: Config) -> None:
    """Set what follows from the edition and from where the book lies."""
    root = offline.project_root(Path(app.srcdir))
    os.environ["BLUEBOOK_DATA"] = str(root / "data")
    os.environ["BLUEBOOK_LANG"] = "zh" if (config.language or "").startswith("zh") else "en"
    config.nb_execution_mode = "off"  # chapters are run by `runs`, which knows what each of them read
    config.html_math_renderer = "mathml"
    year = editions.current_year()
    config.html_title = f"{config.html_title} {year}"
    own = {"bluebook_year": year, "bluebook_publisher": editions.edition()["publisher"] or ""}
    config.html_context = config.html_context | {"default_mode": "auto"} | own
    if banner := draft.banner():
        config.html_theme_options = config.html_theme_options | {"announcement": banner}
    config.html_static_path.append(str(root / "assets"))
    config.templates_path.append(str(root / "templates"))


# ---------------------------------------------------------------- running and reading


def _run_chapters(app: Sphinx) -> None:
    """Run what changed before anything is read; after `bluebook build` there is nothing left to run."""
    try:
        one_edition.refuse_mixed(notebooks.pages(Path(app.srcdir)))
    except BadInput as problem:
        raise ExtensionError(str(problem)) from None
    known = runs_of(app)
    todo = known.stale()
    failures = known.run_all(todo, lambda done, total, page: log.info("%s/%s %s", done, total, page))
    if failures:
        raise ExtensionError("\n".join(map(str, failures)))


def _outputs_from_runs(made: Callable) -> Callable:
    """Hand MyST-NB each chapter with the outputs of its run: it executes nothing itself."""

    def create(path: str, md_config: object, nb_config: object, content: str) -> object:
        found = made(path, md_config, nb_config, content)
        home = offline.project_root(Path(path).parent)
        if found is None or not (home / "data" / "datapackage.json").exists():
            return found
        book = offline.book_root(Path(path))
        page = Path(path).relative_to(book).with_suffix("").as_posix()
        done = runs.Runs(home, book, language()).executed(page)
        return found if done is None else replace(found, read=lambda _text: done)

    return create


def _bold_beside_chinese(made: Callable) -> Callable:
    """Let **…** open and close beside full-width punctuation, which CommonMark forbids."""
    return lambda *args, **options: made(*args, **options).use(cjk_friendly)


# Once in a process, when this module is loaded: neither Sphinx nor MyST-NB has a place of its own for these.
reader.create_nb_reader = _outputs_from_runs(reader.create_nb_reader)
reader.create_md_parser = _bold_beside_chinese(reader.create_md_parser)


def _state(app: Sphinx, known: runs.Runs, page: str) -> str:
    """Return what a page shows beyond its own text: its run, and the figures of the ledger that it quotes."""
    quotes = sorted(app.env.metadata.get(page, {}).get("bluebook_quotes", ()))
    told = hashlib.sha256()
    if quotes:
        ledger = roles.ledger_of(app)
        for text in quotes:
            id_ = resolve(text)
            told.update(f"{text}\0{roles.shown(app, id_) if id_ in ledger.index else ''}\0".encode())
    return f"{known.look(page)[0]} {told.hexdigest()}"


def _outdated(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list[str]:
    """Return the pages to read again though their text is the same: run anew, or a quoted figure changed."""
    known, before = runs_of(app), getattr(env, "bluebook_states", {})
    pages = [p for p in env.all_docs if p not in added | changed | removed]
    return [p for p in pages if before.get(p) != _state(app, known, p)]


def _read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put in the edition's own text, and note the figures that the page quotes."""
    path = Path(app.srcdir) / f"{docname}.md"
    for name in notebooks.edition_texts(source[0], path):
        app.env.note_dependency(str(name))
    source[0] = notebooks.expand(source[0], path)
    app.env.metadata[docname]["bluebook_quotes"] = set(re.findall(r"\{fig\}`([^`]+)`", source[0]))


def _pages_that_name_others(app: Sphinx, env: BuildEnvironment) -> Iterator[str]:
    """Return every page if a title or the table of contents changed: all of them show it at their side."""
    known = runs_of(app)
    env.bluebook_states = {p: _state(app, known, p) for p in sorted(env.all_docs)}
    titles = [(p, env.titles[p].astext()) for p in sorted(env.titles)]
    shelf = repr((titles, sorted((k, v) for k, v in env.toctree_includes.items())))
    same, env.bluebook_shelf = getattr(env, "bluebook_shelf", shelf) == shelf, shelf
    return iter([] if same else sorted(env.all_docs))


def _stable_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give a section with a Chinese heading an address that stays: Sphinx only counts them, id1, id2, …"""
    for section in doctree.findall(nodes.section):
        if all(re.fullmatch(r"id\d+", i) for i in section["ids"]) and section.children:
            anchor = f"s-{zlib.crc32(section[0].astext().encode('utf-8')):08x}"
            if anchor not in doctree.ids:
                section["ids"].insert(0, anchor)
                doctree.ids[anchor] = section


# ---------------------------------------------------------------- writing


def _page(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Offer the page's notebook; lead links of a framed table to the site's root."""
    if doctree is not None and app.env.metadata.get(page, {}).get("kernelspec"):
        context["ipynb_source"] = f"{page}.ipynb"
    if "@@site@@/" in context.get("body", ""):
        prefix = context["pathto"]("", 1)
        context["body"] = context["body"].replace("@@site@@/", "" if prefix in {"#", "."} else prefix)


def _downloads_menu(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Take the raw text of a page out of its download menu, for a reader can do nothing with MyST, and offer
    where its notebook opens online."""
    elsewhere = online.buttons(app.config, page) if context.get("ipynb_source") else []
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            kept = [b for b in group["buttons"] if b.get("label") != "download-source-button"]
            group["buttons"] = [*kept, *elsewhere]


def _finish(app: Sphinx, failed: Exception | None) -> None:
    """Put beside the pages of a build that went through what belongs to them, and take away what does not."""
    if failed is None and app.builder.name == "html":
        for step in (
            offline.slim,
            _forget,
            search.write,
            furniture.write,
            _downloads,
            proofs.write,
            _data,
            _note_look,
        ):
            step(app)


def _forget(app: Sphinx) -> None:
    """Remove what an earlier build wrote for a page or a figure that is no longer in the book."""
    out, pages = Path(app.outdir), app.env.found_docs
    keep = {f"{page}.html" for page in pages} | {"genindex.html", "search.html", "404.html"}
    keep |= {f"_sources/{page}.{ending}" for page in pages for ending in ("md", "ipynb")}
    for path in [*out.rglob("*.html"), *(out / "_sources").rglob("*.*")]:
        name = path.relative_to(out).as_posix()
        if name not in keep and not name.startswith(("_static/", "en/")):
            path.unlink()
    figures.forget_files(app)


def _downloads(app: Sphinx) -> None:
    """Export every page's notebook, those anew that changed, and the student's kit."""
    known, lang, out = runs_of(app), language(), Path(app.outdir)
    exported = {}
    for page in notebooks.pages(known.book):
        done = known.executed(page)
        if done is None:
            continue
        plain = notebooks.export(done, quoted, lang)
        if banner := draft.banner():
            plain.cells.insert(0, nbformat.v4.new_markdown_cell(f"**{banner}**", id="draft"))
        for mark in notebooks.raw_marks(plain):
            log.warning("%s.ipynb: raw mark left in the text: %s", page, mark)
        exported[page] = out / "_sources" / f"{page}.ipynb"
        notebooks.save(plain, exported[page])
    if draft.looking_at() == "page":
        return
    target = out / "downloads" / f"notebooks-{lang}.zip"
    kit.kit(known.root, exported, target, offline.cache_folder(app), lang)


def _data(app: Sphinx) -> None:
    """Put the data package beside the pages, file by file, so that every table has a plain link.

    Its tables carry a byte order mark: Excel on Windows reads UTF-8 only behind one.
    """
    if draft.looking_at() == "page":
        return
    target = Path(app.outdir) / "downloads" / "data"
    shutil.rmtree(target, ignore_errors=True)
    skip = shutil.ignore_patterns(".*", "__pycache__", checklist.NAME)  # names of people, not data
    shutil.copytree(offline.project_root(Path(app.srcdir)) / "data", target, ignore=skip)
    for path in target.rglob("*.csv"):
        path.write_bytes(marked(path.read_bytes()))


def _note_look(app: Sphinx) -> None:
    """Write down which rooms of the package shape every page: those that this process imported."""
    root = offline.project_root(Path(app.srcdir))
    loaded = [m for name, m in list(sys.modules.items()) if name.split(".")[0] == "bluebook"]
    files = [Path(m.__file__) for m in loaded if m.__file__]
    inside = sorted(f.relative_to(root).as_posix() for f in files if f.is_relative_to(root))
    (offline.cache_folder(app) / "look.json").write_text(json.dumps(inside), "utf-8")
