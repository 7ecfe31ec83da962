"""Pages that only show the ledger or the data: front page, audit, errata, method, data, and the sliders.

Their cells are one line each; what they call (``bb.audit_table()``) is here. A page serves every edition and
both languages, so it names no year, no speaker and no city, and whatever comes from a table is escaped on its
way to HTML.
"""
