"""The old path of ``tools/bench.py``, for a checkout; goes when nothing calls it any more."""

from bluebook.tools import tool


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(tool("bench"), name)
