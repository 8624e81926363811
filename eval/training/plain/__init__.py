"""Questions in people's own words about real texts: see README.md."""
