"""Moved to `bluebook.data`; this path stays until nothing imports it."""

from bluebook.data.csvio import header_faults, missing, not_a_number, ragged_rows, read_rows, short  # noqa: F401
from bluebook.data.edition import settings  # noqa: F401
from bluebook.data.faults import BadTable, Fault  # noqa: F401
