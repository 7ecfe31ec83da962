"""What pages say of themselves while they are read, page by page: kept through parallel reading.

Sphinx keeps the notes with its environment, so that a page that is not read again has them still.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

T = TypeVar("T")


class Noted(Generic[T]):
    """One kind of note, by page; ``name`` is that of the environment's attribute."""

    def __init__(self, name: str) -> None:
        self.name = name

    def of(self, env: BuildEnvironment) -> dict[str, T]:
        """Return page → its note, as noted so far; to be written into."""
        if not hasattr(env, self.name):
            setattr(env, self.name, {})
        return getattr(env, self.name)

    def connect(self, app: Sphinx) -> None:
        """Let notes go with their page and come along from a parallel reader."""
        app.connect("env-purge-doc", self._forget)
        app.connect("env-merge-info", self._merge)

    def _forget(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        self.of(env).pop(docname, None)

    def _merge(
        self, app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment
    ) -> None:
        self.of(env).update({page: note for page, note in self.of(other).items() if page in docnames})
