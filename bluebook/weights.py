"""The old path of `bluebook.index.weights`; goes when nothing calls it any more."""

from bluebook.index.weights import *  # noqa: F403
