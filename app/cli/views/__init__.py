"""How what commands find looks in a terminal."""
