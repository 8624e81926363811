"""Where the indexes of a library are, where they are not in the home."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Place:
    """A Milvus server, or a file of Milvus Lite; `token` is an API key or user:password."""

    address: str = field(repr=False)
    token: str = field(default="", repr=False)

    @property
    def is_file(self) -> bool:
        """Whether it is a file of Milvus Lite."""
        return "://" not in self.address

    @property
    def where(self) -> str:
        """The address without user and password, as it may be shown."""
        if self.is_file:
            return self.address
        parts = urlsplit(self.address)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
