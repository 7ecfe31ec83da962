"""Moved to `bluebook.messages`; this path stays until nothing imports it."""

from bluebook.messages import *  # noqa: F403
from bluebook.messages import told as told
