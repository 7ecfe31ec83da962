"""The old path of `bluebook.index.robustness`; goes when nothing calls it any more."""

from bluebook.index.robustness import *  # noqa: F403
