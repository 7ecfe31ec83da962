"""Programs that are run by hand, from a checkout: they do not go into the wheel."""
