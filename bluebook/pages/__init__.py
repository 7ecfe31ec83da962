"""Pages that only show the ledger, the data or the laboratory: what their one-line cells call."""
