"""Pictures of the chapters that ran, drawn on every core before the pages are typeset one after another.

Each goes into the cache where `figures.drawn` looks first; what cannot be drawn is told when its page is
typeset.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from bluebook.charts.frame import MIME
from bluebook.messages import BadInput
from bluebook.site import figures

FEW = 8  # below that, starting other processes takes longer than drawing


def draw(notebooks: Iterable[Any], cache: Path, environment: Mapping[str, str]) -> None:
    """Draw every figure of these executed notebooks into ``cache``, as pages in this environment will ask."""
    specs = list(specs_of(notebooks))
    if len(specs) < FEW:
        return
    # Not forked: the kernels' clients have left threads behind.
    how = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), how, _settle, (dict(environment),)) as pool:
        list(pool.map(_drawn, specs, [cache] * len(specs), chunksize=4))


def specs_of(notebooks: Iterable[Any]) -> Iterator[dict]:
    """Yield the specification of every chart among the notebooks' outputs."""
    for notebook in notebooks:
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                content = output.get("data", {}).get(MIME)
                if content and content.get("spec"):
                    yield content["spec"]


def _settle(environment: dict[str, str]) -> None:
    os.environ.update(environment)


def _drawn(spec: dict, cache: Path) -> None:
    with suppress(BadInput):
        figures.drawn(spec, cache)
