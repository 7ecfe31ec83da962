"""What this machine has and lacks for building, testing and printing the book."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``mend`` is the line that installs it. ``needed``: no book without it."""

    zh: str
    en: str
    fine: bool
    needed: bool
    mend: str = ""

    def line(self, lang: str) -> str:
        """Return the finding as one line."""
        mark = "✓" if self.fine else "✗" if self.needed else "–"
        mend = "" if self.fine or not self.mend else f"  →  {self.mend}"
        return f"{mark} {self.zh if lang == 'zh' else self.en}{mend}"


def examine(root: Path) -> Iterator[Finding]:
    """Yield what was found: Python, the locked packages, a Chinese font, Chromium."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        f"Python {version}（需要 3.11 或更新）",
        f"Python {version} (3.11 or newer is needed)",
        fine=sys.version_info >= (3, 11),
        needed=True,
        mend="https://www.python.org/downloads/",
    )
    for name, needed in (("requirements.txt", True), ("requirements-dev.txt", False)):
        if not (root / name).exists():  # the students' notebooks come without the developers' list
            continue
        wrong = list(differing(root / name))
        shown = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        yield Finding(
            f"{name}：" + (f"缺少或版本不符 {shown}" if wrong else "都已安装"),
            f"{name}: " + (f"missing or of another version: {shown}" if wrong else "all installed"),
            fine=not wrong,
            needed=needed,
            mend=f"{Path(sys.executable).name} -m pip install -r {name}",
        )
    font = chinese_font()
    yield Finding(
        f"中文字体：{font or '没有；导出的图里汉字会变成方框'}",
        f"Chinese font: {font or 'none; Chinese in exported pictures becomes empty boxes'}",
        fine=bool(font),
        needed=False,
        mend="apt install fonts-noto-cjk",
    )
    browser = chromium()
    yield Finding(
        f"Chromium：{browser or '没有；浏览器测试会跳过'}",
        f"Chromium: {browser or 'none; browser tests are skipped'}",
        fine=bool(browser),
        needed=False,
        mend="apt install chromium",
    )


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


def chinese_font() -> str:
    """Return the name of a font with Chinese characters, or "" where there is none."""
    if sys.platform in {"win32", "darwin"}:
        return "Microsoft YaHei" if sys.platform == "win32" else "PingFang SC"
    if not shutil.which("fc-list"):
        return ""
    done = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    names = sorted(done.stdout.splitlines(), key=lambda n: ("Noto Sans CJK SC" not in n, n))
    return names[0].split(",")[0] if names else ""


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
