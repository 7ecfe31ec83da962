"""Programs that only a checkout of the source has: run by hand, kept in ``tools/``, not in the wheel."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from bluebook.messages import Catalogue

SAYS = Catalogue(__file__)
FOLDER = Path(__file__).resolve().parents[1] / "tools"


@cache
def tool(name: str) -> ModuleType:
    """Return ``tools/<name>.py`` as a module. Raises BadInput where the source is not checked out."""
    path = FOLDER / f"{name}.py"
    if not path.exists():
        SAYS.refuse("only_in_a_checkout", name=name)
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))
    return importlib.import_module(f"tools.{name}")
