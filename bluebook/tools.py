"""Programs that only a checkout of the source has: run by hand, kept in ``tools/``, not in the wheel."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from bluebook.messages import BadInput

FOLDER = Path(__file__).resolve().parents[1] / "tools"


@cache
def tool(name: str) -> ModuleType:
    """Return ``tools/<name>.py`` as a module. Raises BadInput where the source is not checked out."""
    path = FOLDER / f"{name}.py"
    if not path.exists():
        raise BadInput(
            f"这一步要用源代码里的 tools/{name}.py，安装包里没有；请在源代码文件夹中运行",
            f"this needs tools/{name}.py, which no installed package has; run it in a checkout",
        )
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))
    return importlib.import_module(f"tools.{name}")
