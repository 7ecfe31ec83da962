"""Moved to `bluebook.data`; this path stays until nothing imports it."""

from bluebook.data.across import CITIES, DIMENSIONS, check  # noqa: F401
