"""Moved to `bluebook.ledger`; this path stays until nothing imports it."""

from bluebook.ledger.book import follows, money, printed, reckon  # noqa: F401
from bluebook.ledger.interval import Interval as Reckoned  # noqa: F401
from bluebook.ledger.series import known, single_month, until  # noqa: F401
