"""The certificates beside the pages: made anew when what they rest on changes; the role ``{proof}``."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from bluebook.data.edition import current_year
from bluebook.index import tables
from bluebook.pages import certificates, lab
from bluebook.site import offline
from bluebook.year import draft

FOLDER = "downloads/certificates"
RESTS_ON = ("bluebook/certify.py", "bluebook/recover", "bluebook/index", "bluebook/pages/certificates.py")
ALL = "all"  # the name of the zip with all of them and the checker
DATA = ("data/editions", "data/public", "data/teaching")


class ProofRole(SphinxRole):
    """``{proof}`words <name>` ``: a link to a certificate; the words alone where the book has none.

    Outside the laboratory a page speaks of the current edition, whose certificates these are only as long as
    the laboratory speaks of it too.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words, _, name = self.text.rpartition("<")
        words, name, page = words.strip(), name.rstrip(">"), self.env.docname
        self.env.bluebook_proofs = True  # kept with the environment: the book has pages that link to some
        ours = page.startswith("lab/") or "/lab/" in page or current_year() == lab.panel_edition()[0]
        unknown = (
            name != ALL and draft.looking_at() != "page" and f"{name}.json" not in files_of(self.env.app)
        )
        if unknown or not (ours or name == ALL):
            return [nodes.inline(self.rawtext, words)], []
        file = f"{FOLDER}.zip" if name == ALL else f"{FOLDER}/{name}.json"
        target = "../" * page.count("/") + file
        return [nodes.reference(self.rawtext, words, refuri=target, internal=True)], []


def files_of(app: Sphinx) -> dict[str, str]:
    """Return the certificates and their inputs, file name → text; made once, then kept in the cache."""
    if not hasattr(app, "bluebook_certificates"):
        app.bluebook_certificates = _files(offline.project_root(Path(app.srcdir)), offline.cache_folder(app))
    return app.bluebook_certificates


def _files(root: Path, cache: Path) -> dict[str, str]:
    package = Path(certificates.__file__).parents[2]
    below = [package / name for name in RESTS_ON] + [root / name for name in DATA]
    rests = sorted(p for top in below for p in (top.rglob("*") if top.is_dir() else [top]))
    content = [(p.name, p.read_bytes()) for p in rests if p.suffix in {".py", ".csv", ".yml"}]
    key, kept = hashlib.sha256(repr(content).encode()).hexdigest(), cache / "certificates.json"
    if kept.exists() and (found := json.loads(kept.read_text("utf-8")))["key"] == key:
        return found["files"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for own in certificates.made(folder).values():
            tables.write(own)
        files = {p.name: p.read_bytes().decode("utf-8") for p in sorted(folder.iterdir())}
    files["certify.py"] = (package / RESTS_ON[0]).read_text("utf-8")
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"key": key, "files": files}, ensure_ascii=False), "utf-8")
    return files


def write(app: Sphinx) -> None:
    """Put every certificate, its inputs and the checker beside the pages, and all of them into one zip."""
    if draft.looking_at() == "page" or not getattr(app.env, "bluebook_proofs", False):
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    content = {name: text.encode("utf-8") for name, text in files_of(app).items()}
    for path in folder.iterdir():
        if path.name not in content:
            path.unlink()
    for name, data in content.items():
        if not (folder / name).exists() or (folder / name).read_bytes() != data:
            (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def setup(app: Sphinx) -> None:
    """Add the role."""
    app.add_role("proof", ProofRole())
