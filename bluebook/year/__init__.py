"""An edition from its first table to its freezing."""
