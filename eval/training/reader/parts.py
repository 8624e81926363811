"""Join the parts of a trained reader to a folder.

python -m eval.training.reader.parts PARTS --out FOLDER
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.training.encoder.parts import join_to_folder
from eval.training.reader.model import save_reader


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    join_to_folder("python -m eval.training.reader.parts", save_reader, arguments)


if __name__ == "__main__":
    main()
