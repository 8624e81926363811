"""The two legs of a home and the texts of their passages, opened together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.files import make_private_folder
from corpus.filters import ANY, Filters
from index.stores.dense import DenseIndex
from index.stores.lexical import LexicalIndex
from index.stores.lexical_files import count_removed, iter_strays
from index.stores.manifest import Manifest, Stamp, index_folders, load_manifest, save_manifest
from index.stores.texts import Texts

TEXTS, DENSE = "texts.sqlite", "dense"


class Legs:
    """The lexical and the dense index, and the texts, that a home's manifest names.

    `lexical`, `dense` and `texts` stay the same objects for as long as the legs are open, also when
    another process has rebuilt the indexes in another folder.
    """

    def __init__(self, home: Path, manifest: Manifest) -> None:
        """Open the indexes in the manifest's folder, or create empty ones there."""
        self.home = home
        self.manifest = manifest
        folder = self.folder
        make_private_folder(folder)
        self.lexical = LexicalIndex.open(folder / "lexical")
        self.dense = DenseIndex.open(folder / DENSE, manifest.stamp.dimension)
        self.texts = Texts(folder / TEXTS)

    @property
    def folder(self) -> Path:
        """The folder that they are in."""
        return self.home / self.manifest.folder

    @classmethod
    def open(cls, home: Path, stamp: Stamp) -> Legs:
        """Open the indexes of a home; where it has none yet, create empty ones.

        :raises IndexMismatch: where they were made otherwise than `stamp` says, or are damaged.
        """
        while True:
            manifest = load_manifest(home)
            if manifest is None or manifest.place:  # what was on a server is of no use here
                manifest = Manifest.new(home, stamp)
                legs = cls(home, manifest)
                save_manifest(home, manifest)
                return legs
            manifest.check(stamp)
            legs = cls(home, manifest)
            if load_manifest(home) == manifest:
                return legs
            legs.close()  # a rebuild has ended in between, and deleted what was just opened

    def refresh(self) -> None:
        """See what other processes have committed or rebuilt.

        :raises IndexMismatch: where they rebuilt the indexes with another model or segmentation.
        """
        manifest = load_manifest(self.home)
        if manifest is None or manifest == self.manifest:
            self.lexical.refresh()
            self.dense.refresh()
            return
        manifest.check(self.manifest.stamp)
        folder = self.home / manifest.folder
        self.lexical.reopen(folder / "lexical")
        self.dense.reopen(folder / DENSE)
        self.texts.reopen(folder / TEXTS)
        self.manifest = manifest

    def find_near(
        self,
        vector: NDArray[np.float32],
        k: int,
        allowed: NDArray[np.int64] | None = None,
        filters: Filters = ANY,
    ) -> list[tuple[int, float]]:
        """Return what the dense leg finds of what filters allow: `allowed` is that, as keys."""
        return self.dense.search(vector, k, allowed)

    def iter_remains(self) -> Iterator[str]:
        """Yield, in Chinese, what is left of removed passages in the files of the lexical leg."""
        path = self.lexical.path
        if count_removed(path) or any(True for _ in iter_strays(path)):
            yield f"{path} 里还有已移除段落的词语。请运行 dafu rebuild。"

    def held_keys(self) -> tuple[NDArray[np.int64], ...]:
        """Return the keys that the texts, the lexical and the dense leg hold, each ascending."""
        return self.texts.keys(), self.lexical.keys(), self.dense.keys()

    def remove(self, keys: NDArray[np.int64]) -> None:
        """Remove passages from all."""
        self.texts.remove(keys.tolist())
        self.lexical.remove(keys.tolist())
        self.dense.remove(keys.tolist())

    def erase(self) -> None:
        """Leave nothing of removed passages in the files of all.

        To be called once the passages that `LexicalIndex.diluted` names were added again.

        :raises HomeBusy: where another process is reading the texts.
        """
        self.texts.erase()
        self.lexical.sweep()
        self.dense.erase()
        delete_other_folders(self.home, self.manifest)

    def commit(self) -> None:
        """Put on the disk what was added to and removed from both."""
        self.lexical.commit()
        self.dense.commit()

    def rollback(self) -> None:
        """Forget what was not committed."""
        self.lexical.rollback()
        self.dense.rollback()

    def close(self) -> None:
        """Give up what was not committed, and all locks and files."""
        self.lexical.close()
        self.texts.close()


def delete_other_folders(home: Path, manifest: Manifest) -> None:
    """Delete what the manifest no longer names, also what killed rebuilds have left behind."""
    for folder in index_folders(home):
        if folder.name != manifest.folder:
            shutil.rmtree(folder, ignore_errors=True)  # Windows keeps files that readers have open
