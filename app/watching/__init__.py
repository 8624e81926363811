"""Watched folders: what appears in them, changes or vanishes is loaded, or told."""
