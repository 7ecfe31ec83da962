"""CSV in and out, the schema, an edition's tables, what is wrong in them; knows nothing of how anything is computed."""
