"""The old path of ``tools/teaching_panel.py``, for a checkout; goes when nothing calls it any more."""

from bluebook.tools import tool


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(tool("teaching_panel"), name)
