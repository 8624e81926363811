"""The programs that are compared, by the names they are asked for, and whether they are there."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from eval.bench.beside import OWN
from tools.peers.peer import Peer
from tools.peers.programs.bm25s import Bm25s
from tools.peers.programs.haystack import Haystack
from tools.peers.programs.langchain import LangChain
from tools.peers.programs.milvus import MilvusLite
from tools.peers.programs.own import Dafu
from tools.peers.programs.sqlite import Sqlite
from tools.peers.programs.txtai import Txtai

PEERS: dict[str, Peer] = {
    OWN: Dafu(),
    "bm25s": Bm25s(),
    "sqlite": Sqlite(),
    "txtai": Txtai(),
    "milvus-lite": MilvusLite(),
    "haystack": Haystack(),
    "langchain": LangChain(),
}

TITLES = {
    OWN: "Dafu",
    "bm25s": "bm25s",
    "sqlite": "SQLite FTS5 + sqlite-vec",
    "txtai": "txtai",
    "milvus-lite": "Milvus Lite",
    "haystack": "Haystack",
    "langchain": "LangChain",
}
"""What they are called where people read."""


def missing_packages(name: str) -> list[str]:
    """Return those of a peer's packages that are not installed."""
    return [each for each in PEERS[name].distributions if installed_version(each) is None]


def installed_version(distribution: str) -> str | None:
    """Return the version of a package, None where it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
