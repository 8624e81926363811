"""Draw how what `dafu bench` measured grows with the library.

python -m tools.growth growth.json docs/growth.svg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from eval.bench.growth import growth_picture

NAMES = {
    "short": "short query",
    "long": "long query",
    "add": "adding 100 replies",
    "open": "opening",
    "memory": "memory of its own",
    "disk": "disk",
}


def main() -> None:
    """Draw the picture of a report with two sizes or more."""
    parser = argparse.ArgumentParser(description="Draw how Dafu grows.")
    parser.add_argument("report", type=Path, help="as `dafu bench --out` saved it, .json")
    parser.add_argument("picture", type=Path, help=".svg")
    options = parser.parse_args()
    sizes = json.loads(options.report.read_text("utf-8"))["sizes"]
    title = f"passages; upwards: times what it was of {sizes[0]['passages']:,}"
    options.picture.write_text(growth_picture(sizes, NAMES, title), "utf-8")


if __name__ == "__main__":
    main()
