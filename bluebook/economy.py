"""Moved to `bluebook.ledger`; this path stays until nothing imports it."""

from bluebook.ledger.interval import Interval as Reckoned  # noqa: F401
from bluebook.ledger.interval import many  # noqa: F401
from bluebook.ledger.place import Place, Room, place, places, unseen  # noqa: F401
from bluebook.ledger.rows import CONFIDENCE  # noqa: F401
from bluebook.ledger.series import *  # noqa: F403


def __getattr__(name: str) -> object:
    from bluebook.ledger import regions

    if name in ("CENTRAL", "PROVINCES"):
        return regions.central() if name == "CENTRAL" else regions.provinces()
    raise AttributeError(name)
