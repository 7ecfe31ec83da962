"""CSV in and out, the schema, an edition's tables, what is wrong in them; nothing is computed here."""
