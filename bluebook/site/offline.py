"""Nothing on a page comes from another host: Vega from the book, formulas as MathML, no Thebe."""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

BUNDLE = "vega-bundle.js"


def vendor_vega(app: Sphinx, config: Config) -> None:
    """Write Vega, Vega-Lite and vega-embed as one script beside the book's own, once for each version."""
    import vl_convert as vlc

    folder = cache_folder(app) / "vendor"
    target = folder / BUNDLE
    tag = f"/* Vega {vlc.get_vega_version()}, BSD-3-Clause, by way of vl-convert {vlc.__version__} */\n"
    if not target.exists() or not target.read_text("utf-8").startswith(tag):
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(f"{tag}(()=>{{{vlc.javascript_bundle(vl_version='6.4')}\n}})();\n", "utf-8")
    config.html_static_path.append(str(folder))


def cache_folder(app: Sphinx) -> Path:
    """Return ``_build/.cache`` of the project: what a build may reuse and `make clean` removes."""
    return project_root(Path(app.srcdir)) / "_build" / ".cache"


def project_root(start: Path) -> Path:
    """Return the folder that holds ``data/datapackage.json``, at ``start`` or above it."""
    for folder in (start, *start.parents):
        if (folder / "data" / "datapackage.json").exists():
            return folder
    return start


def book_root(page: Path) -> Path:
    """Return the book that a page belongs to: the nearest folder above it with a table of contents."""
    return next((f for f in page.parents if (f / "_toc.yml").exists()), project_root(page.parent))


def remove_thebe(app: Sphinx) -> None:
    """Take out sphinx-thebe's handlers: even switched off they name a CDN in every page."""
    for handlers in app.events.listeners.values():
        handlers[:] = [h for h in handlers if not h.handler.__module__.startswith("sphinx_thebe")]


def early_style(app: Sphinx) -> None:
    """Lay MyST-NB's style sheet before the first page is written: its address carries its checksum."""
    from myst_nb.sphinx_ext import add_global_html_resources

    if app.builder.name == "html":
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)
        add_global_html_resources(app, None)


# What extensions of Jupyter Book add to every page and none of ours uses.
UNUSED = (
    *("sphinx-thebe.css", "sphinx-thebe.js", "togglebutton.css", "togglebutton.js", "design-tabs.js"),
    *("translations.js", "sphinx_highlight.js"),
)
_TOGGLES = ("toggleHint", "toggleOpenOnPrint", "togglebuttonSelector")


def leave_out(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Take out of a page the scripts and styles that it does not use."""
    used = {"sphinx-design.min.css": 'class="sd-', "copybutton.js": "<pre>", "clipboard.min.js": "<pre>"}
    body = context.get("body", "")
    unused = {*UNUSED, *(name for name, mark in used.items() if mark not in body)}
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset
            for asset in context.get(kind, ())
            if Path(str(asset.filename or "").partition("?")[0]).name not in unused
            and not any(word in str(asset.attributes.get("body", "")) for word in _TOGGLES)
        ]


def slim(app: Sphinx) -> None:
    """Empty the 1.5 MB icon script (icons stand in assets/icons.css) and remove what no page asks for."""
    static = Path(app.outdir) / "_static"
    script = static / "scripts" / "fontawesome.js"
    if script.exists():
        script.write_text("/* icons: icons.css */\n", "utf-8")
    for path in [*map(static.joinpath, UNUSED), *static.rglob("*.map"), *static.rglob("*.ttf")]:
        path.unlink(missing_ok=True)
    shutil.rmtree(static / "locales", ignore_errors=True)


def _mathml(self: object, node: nodes.Node, display: str) -> str:
    from latex2mathml.converter import convert

    return convert(node.astext(), display=display)


def visit_inline_math(self: object, node: nodes.Node) -> None:
    """Write an inline formula as MathML."""
    self.body.append(_mathml(self, node, "inline"))
    raise nodes.SkipNode


def visit_block_math(self: object, node: nodes.Node) -> None:
    """Write a displayed formula as MathML."""
    self.body.append(f'<div class="math bb-math">{_mathml(self, node, "block")}</div>')
    raise nodes.SkipNode
