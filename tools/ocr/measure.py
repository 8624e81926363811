"""Measure recognition: the character error rate of letters, clean and rough.

    python -m tools.ocr.measure --font FONT.ttc [--letters 40] [--keep FOLDER]

Forty letters are put together from the sentences of the sample replies, printed on A4 at 300 dpi
in a Chinese font of this machine (Debian: fonts-noto-cjk), and read as the product reads pictures.
Rough ones are turned by 1 to 3 degrees, blurred, unevenly lit, stained, under a red seal, and
saved as JPEG, all by seeded chance. The error rate is the edit distance between what was
printed and what was read, without white space, over the number of characters printed.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from corpus.readers import iter_documents
from corpus.readers.recognition import LEAST_SURE, recognise
from corpus.text.clean import clean
from corpus.types import Document

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples" / "replies"
WIDTH, HEIGHT = 2480, 3508
MARGIN, LEADING, SIZE = 330, 116, 66
LINE = (WIDTH - 2 * MARGIN) // SIZE


def letters(count: int, seed: int) -> list[list[str]]:
    """Return the lines of letters of about a page, each of other paragraphs of the samples."""
    chance = random.Random(seed)
    documents = (item for path in sorted(SAMPLES.iterdir()) for item in iter_documents(path))
    texts = [clean(item.lines).text for item in documents if isinstance(item, Document)]
    paragraphs = [line for text in texts for line in text.split("\n") if 30 <= len(line) <= 200]
    pages = []
    for number in range(count):
        lines = [f"云桥区商务委员会关于第{chance.randint(1, 400):04}号提案的答复", "李明委员："]
        while len(lines) < 20:
            text = "　　" + chance.choice(paragraphs)
            lines += [text[at : at + LINE] for at in range(0, len(text), LINE)]
        lines = lines[:22]
        lines += ["　" * 15 + "云桥区商务委员会", "　" * 15 + f"2024年{1 + number % 12}月18日"]
        pages.append(lines)
    return pages


def print_page(lines: list[str], font: str, seal: bool) -> Image.Image:
    """Print the lines; a red seal stands over the signature where that is asked for."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    face = ImageFont.truetype(font, SIZE, index=2 if font.endswith(".ttc") else 0)
    for row, line in enumerate(lines):
        draw.text((MARGIN, 300 + LEADING * row), line, font=face, fill=(20, 20, 20))
    if seal:
        left, top = MARGIN + 16 * SIZE, 300 + LEADING * (len(lines) - 3)
        draw.ellipse((left, top, left + 480, top + 480), outline=(210, 30, 30), width=14)
        draw.regular_polygon((left + 240, top + 240, 80), 5, fill=(210, 30, 30))
        draw.text((left + 60, top + 340), "云桥区商务委", font=face, fill=(210, 30, 30))
    return page


def spoil(page: Image.Image, chance: random.Random) -> Image.Image:
    """Turn, blur, light unevenly and stain a page."""
    noise = np.random.default_rng(chance.randrange(1 << 30))
    angle = chance.choice((-1, 1)) * chance.uniform(1, 3)
    page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
    page = page.filter(ImageFilter.GaussianBlur(chance.uniform(1.0, 2.2)))
    stains = Image.new("L", page.size, 255)
    draw = ImageDraw.Draw(stains)
    for _ in range(12):
        x, y, r = chance.randrange(WIDTH), chance.randrange(HEIGHT), chance.randrange(20, 160)
        draw.ellipse((x, y, x + r, y + r), fill=chance.randrange(150, 220))
    stains = stains.filter(ImageFilter.GaussianBlur(12))
    light = np.linspace(chance.uniform(0.75, 1), chance.uniform(0.85, 1), WIDTH)[None, :, None]
    pixels = (
        np.asarray(page, np.float32) * (np.asarray(stains, np.float32)[..., None] / 255) * light
    )
    pixels += noise.normal(0, 10, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def as_jpeg(page: Image.Image) -> Image.Image:
    """Return a page as it comes out of a JPEG file."""
    file = io.BytesIO()
    page.save(file, "JPEG", quality=70)
    return Image.open(file).convert("RGB")


def distance(one: str, other: str) -> int:
    """Return how many characters must be changed, added or dropped (Levenshtein)."""
    row = np.arange(len(other) + 1)
    codes = np.array([ord(sign) for sign in other])
    for number, sign in enumerate(one, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (codes != ord(sign)))
        steps = np.concatenate(([number], best)) - np.arange(len(other) + 1)
        row = np.minimum.accumulate(steps) + np.arange(len(other) + 1)
    return int(row[-1])


def plain(text: str) -> str:
    """Return a text without white space, its punctuation in one width, as cleaning leaves it."""
    table = str.maketrans("，。；：！？（）“”‘’％", ",.;:!?()\"\"''%")
    return re.sub(r"\s", "", text).translate(table)


@dataclass
class Tally:
    """What was read of the letters so far."""

    wrong: int = 0
    printed: int = 0
    unsure: int = 0
    seconds: float = 0.0

    def add(self, lines: list[str], page: Image.Image) -> None:
        """Read a page and count what differs from its lines."""
        start = time.monotonic()
        found = recognise(np.asarray(page)[:, :, ::-1])
        self.seconds += time.monotonic() - start
        right, read = plain("".join(lines)), plain("".join(line.text for line in found))
        self.wrong += distance(right, read)
        self.printed += len(right)
        self.unsure += sum((line.confidence or 0) < LEAST_SURE for line in found)

    def __str__(self) -> str:
        share = f"{self.wrong}/{self.printed} = {self.wrong / self.printed:.2%}"
        return f"{share}, {self.unsure} lines unsure, {self.seconds:.0f} s"


def main() -> None:
    """Measure clean and rough letters."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--font", required=True)
    parser.add_argument("--letters", type=int, default=40)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--keep", type=Path, help="a folder for the rough pictures")
    given = parser.parse_args()
    clean_ones, rough_ones = Tally(), Tally()
    for number, lines in enumerate(letters(given.letters, given.seed)):
        chance = random.Random(given.seed * 1000 + number)
        page = print_page(lines, given.font, seal=False)
        clean_ones.add(lines, page)
        page = spoil(print_page(lines, given.font, seal=number % 2 == 0), chance)
        rough_ones.add(lines, as_jpeg(page))
        if given.keep:
            page.save(given.keep / f"rough-{number:02}.png")
        print(f"{number + 1} letters: clean {clean_ones}; rough {rough_ones}", flush=True)


if __name__ == "__main__":
    main()
