"""The old path of `bluebook.index.robustness` and `bluebook.index.choices`; goes when nothing calls it any more."""

from bluebook.index.choices import *  # noqa: F403
from bluebook.index.robustness import *  # noqa: F403
