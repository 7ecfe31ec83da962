"""Moved to `bluebook.data`; this path stays until nothing imports it."""

from bluebook.data.edition import *  # noqa: F403
from bluebook.data.schema import data_root, fields_of, list_tables, package, schema_of  # noqa: F401
from bluebook.ledger.check import check  # noqa: F401
