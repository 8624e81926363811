"""How well scanned letters are read: letters printed, spoilt and recognised, by a seeded script."""
