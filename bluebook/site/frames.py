"""A figure's files: CSV, SVG and PNG written beside the page, with plain links that WeChat's browser can follow."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

CARRIED = re.compile(r'<script type="application/x-bluebook">(.*?)</script>', re.S)
FOLDER = "_figures"


def place(page: str, outdir: Path, cache: Path, prefix: str) -> str:
    """Return ``page`` with its figures' data taken out into files below ``outdir`` and the links filled in.

    ``prefix`` leads from the page to the site's root ("" or "../"). Drawn pictures are kept in ``cache``
    by the hash of their specification, so only a changed figure is drawn again.
    """

    def write(match: re.Match[str]) -> str:
        write_files(json.loads(match.group(1)), outdir / FOLDER, cache)
        return ""

    return CARRIED.sub(write, page).replace("@@figures@@", prefix + FOLDER).replace("@@site@@/", prefix)


def write_files(figure: dict, folder: Path, cache: Path) -> None:
    """Write ``<id>.csv`` and, for a drawn figure, ``<id>.svg`` and ``<id>.png`` (twice the size)."""
    folder.mkdir(parents=True, exist_ok=True)
    # Excel on Windows reads UTF-8 only behind a byte order mark.
    _put(folder / f"{figure['id']}.csv", ("\ufeff" + figure["csv"]).encode("utf-8"))
    if figure["spec"] is not None:
        for kind, data in drawn(figure["spec"], cache).items():
            _put(folder / f"{figure['id']}.{kind}", data)


def drawn(spec: dict, cache: Path) -> dict[str, bytes]:
    """Return the figure as {"svg": …, "png": …}, drawn now or taken from ``cache``."""
    import vl_convert as vlc

    text = json.dumps(spec, ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(f"{vlc.__version__}{text}".encode()).hexdigest()[:24]
    files = {kind: cache / f"{key}.{kind}" for kind in ("svg", "png")}
    if not all(f.exists() for f in files.values()):
        cache.mkdir(parents=True, exist_ok=True)
        svg = vlc.vegalite_to_svg(text, vl_version="6.4")
        _put(files["svg"], svg.encode("utf-8"))
        _put(files["png"], vlc.svg_to_png(svg, scale=2))
    return {kind: f.read_bytes() for kind, f in files.items()}


def carried_in(notebook: dict) -> list[dict]:
    """Return the figures that an executed notebook carries in its outputs."""
    found = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            text = output.get("data", {}).get("text/html", "")
            text = "".join(text) if isinstance(text, list) else text
            found += [json.loads(m) for m in CARRIED.findall(text)]
    return found


def _put(path: Path, data: bytes) -> None:
    """Write whole or not at all: two builds may share the cache."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(path)
