"""How files come into a home: read in workers, put into the store, reported one by one."""
