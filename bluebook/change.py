"""The old path of `bluebook.index.change`; goes when nothing calls it any more."""

from bluebook.index.change import *  # noqa: F403
