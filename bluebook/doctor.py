"""What this machine has and lacks for building, testing and printing the book."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from bluebook.machine import chinese_font
from bluebook.messages import LANGUAGES, message


@dataclass(frozen=True)
class Finding:
    """One thing looked at, in both languages; ``mend`` installs it; ``needed``: no book without it."""

    told: tuple[str, str]
    fine: bool
    needed: bool
    mend: str

    def line(self, lang: str) -> str:
        """Return the finding as one line."""
        mark = "✓" if self.fine else "✗" if self.needed else "–"
        mend = "" if self.fine else f"  →  {self.mend}"
        return f"{mark} {self.told[LANGUAGES.index(lang)]}{mend}"


def examine(root: Path) -> Iterator[Finding]:
    """Yield what was found: Python, the locked packages, a Chinese font, Chromium."""
    version = ".".join(map(str, sys.version_info[:3]))
    told = message(__file__, "python", version=version)
    yield Finding(told, sys.version_info >= (3, 11), True, "https://www.python.org/downloads/")
    for name, needed in (("requirements.txt", True), ("requirements-dev.txt", False)):
        if not (root / name).exists():  # the students' notebooks come without the developers' list
            continue
        wrong = list(differing(root / name))
        shown = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        told = message(__file__, "packages_missing" if wrong else "packages_fine", name=name, shown=shown)
        yield Finding(told, not wrong, needed, f"{Path(sys.executable).name} -m pip install -r {name}")
    font, browser = chinese_font(), chromium()
    told = message(__file__, "font" if font else "no_font", font=font)
    yield Finding(told, bool(font), False, "apt install fonts-noto-cjk")
    from bluebook.print import faces

    bold = faces.bold_of_the_system()
    told = message(__file__, "bold" if bold else "no_bold", fonts=bold)
    yield Finding(told, bool(bold), False, faces.install_line())
    told = message(__file__, "browser" if browser else "no_browser", browser=browser)
    yield Finding(told, bool(browser), False, "apt install chromium")


def differing(lock: Path) -> Iterator[str]:
    """Yield the packages of a lock that are not installed in the pinned version."""
    for line in lock.read_text("utf-8").splitlines() if lock.exists() else []:
        try:
            pin = Requirement(re.split(r"\s#", line)[0])
        except InvalidRequirement:
            continue  # a comment or an empty line
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        try:
            if importlib.metadata.version(pin.name) not in pin.specifier:
                yield pin.name
        except importlib.metadata.PackageNotFoundError:
            yield pin.name


def chromium() -> str:
    """Return the path of Chromium, Chrome or Edge, or "" where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "microsoft-edge"):
        if found := shutil.which(name):
            return found
    usual = (
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
        "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    )
    return next((p for p in usual if Path(p).exists()), "")
