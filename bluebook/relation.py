"""Moved to `bluebook.ledger`; this path stays until nothing imports it."""

from bluebook.ledger.interval import ANY, Interval, Undefined, between, exactly, loosely, rounded  # noqa: F401
from bluebook.ledger.relation import *  # noqa: F403
from bluebook.ledger.span import Box, certain, implied, possible, span  # noqa: F401
