"""How fast the database grows, measured with the real flows: `make growth`."""
