"""The Sphinx side of the book, named in ``_config.yml`` as a local extension; it works uninstalled.

Nothing of Sphinx is loaded before Sphinx asks: the command line, too, has rooms here.
"""

from __future__ import annotations


def setup(app: object) -> dict[str, bool]:
    """Connect everything; called by Sphinx."""
    from bluebook.site import extension

    return extension.setup(app)
