"""What the machine has that pictures need: asked without any package, so that `doctor` can ask it too."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache


@cache
def chinese_font() -> str:
    """Return the name of a font of this machine with Chinese characters, or "" where there is none."""
    if sys.platform in {"win32", "darwin"}:
        return "Microsoft YaHei" if sys.platform == "win32" else "PingFang SC"
    if not shutil.which("fc-list"):
        return ""
    done = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    names = sorted(done.stdout.splitlines(), key=lambda n: ("Noto Sans CJK SC" not in n, n))
    return names[0].split(",")[0] if names else ""
