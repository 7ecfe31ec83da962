"""The old path of the indicator tree; goes when nothing calls it any more."""

from bluebook.index.tables import *  # noqa: F403
from bluebook.index.tree import *  # noqa: F403
from bluebook.messages import Notice as Notice
