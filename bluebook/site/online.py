"""Where a page's notebook opens without installing anything: Binder, or a class's JupyterHub.

Only what ``_config.yml`` gives an address gets a button, in the page's download menu.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlparse

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from bluebook.messages import message, t, told

KEYS = "bluebook_binder", "bluebook_hub", "bluebook_notebooks"
KIT = "notebooks"  # where binder/postBuild unpacks the kit


def addresses(config: Config, page: str) -> list[tuple[str, str]]:
    """Return (name, address) of every place where the page's notebook can be opened and run.

    >>> from types import SimpleNamespace
    >>> addresses(SimpleNamespace(bluebook_binder="https://binder.example/v2/gh/a/b/HEAD"), "index")
    [('Binder', 'https://binder.example/v2/gh/a/b/HEAD?urlpath=lab%2Ftree%2Fnotebooks%2Findex.ipynb')]
    """
    binder, hub, repo = (str(getattr(config, key, "") or "").rstrip("/") for key in KEYS)
    out = []
    if binder:
        out.append(("Binder", f"{binder}?{urlencode({'urlpath': f'lab/tree/{KIT}/{page}.ipynb'})}"))
    if hub:
        folder = repo.rsplit("/", 1)[-1].removesuffix(".git")  # as nbgitpuller names the student's copy
        query = urlencode({"repo": repo, "urlpath": f"lab/tree/{folder}/{page}.ipynb"})
        out.append(("JupyterHub", f"{hub}/hub/user-redirect/git-pull?{query}"))
    return out


def buttons(config: Config, page: str) -> list[dict[str, str]]:
    """Return the entries of the download menu that open the page's notebook elsewhere."""
    return [
        {
            "type": "link",
            "url": url,
            "text": t(f"在 {name} 里打开", f"Open in {name}"),
            "icon": "fas fa-code",
            "tooltip": t("不用安装，直接运行这一页的笔记本", "Run this page's notebook, nothing to install"),
            "label": f"open-{name.lower()}",
        }
        for name, url in addresses(config, page)
    ]


def _refuse(app: Sphinx, config: Config) -> None:
    """Stop at an address that is none, and at a hub that would not know what to pull."""
    for key in KEYS:
        url = str(getattr(config, key) or "")
        if url and (urlparse(url).scheme not in {"http", "https"} or not urlparse(url).netloc):
            raise ExtensionError(told(*message(__file__, "no_place", key=key, url=url)))
    if config.bluebook_hub and not config.bluebook_notebooks:
        raise ExtensionError(told(*message(__file__, "nothing_to_pull")))


def setup(app: Sphinx) -> None:
    """Connect."""
    for key in KEYS:
        app.add_config_value(key, "", "html")
    app.connect("config-inited", _refuse, priority=20)
