"""Weights in blocks of 32 that share a scale: 4 bits a weight where that loses nothing, or 8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BLOCK = 32

FOUR_BITS = 2 + BLOCK // 2
"""The bytes of a block of 4 bits a weight: its scale, then byte j with weight j in its low half and
weight j + 16 in its high half, both raised by 8."""

_AT_ONCE = 1 << 15
"""Blocks whose scales are tried at once, to keep memory small."""


def pack_blocks(weights: Floats) -> NDArray[np.uint8]:
    """Return the bytes of weights whose number is a multiple of 32, uint8 (blocks, 18 or 34).

    Each block is a float16 scale and its weights in units of that. Weights that were unpacked from
    4 bits come back to the last digit; others are rounded to 8 bits.
    """
    blocks = weights.reshape(-1, BLOCK)
    exact = [_four_bits(blocks[at : at + _AT_ONCE]) for at in range(0, len(blocks), _AT_ONCE)]
    whole = [part for part in exact if part is not None]
    return np.concatenate(whole) if len(whole) == len(exact) else _eight_bits(blocks)


def unpack_blocks(packed: NDArray[np.uint8]) -> Floats:
    """Return the weights, float32 (blocks * 32,)."""
    scales = packed[:, :2].copy().view("<f2").astype(np.float32)
    rest = packed[:, 2:]
    if rest.shape[1] == BLOCK:
        return (rest.view(np.int8) * scales).reshape(-1).astype(np.float32)
    units = np.concatenate([rest & 15, rest >> 4], axis=1).astype(np.float32) - 8
    return (units * scales).reshape(-1)


def _four_bits(blocks: Floats) -> NDArray[np.uint8] | None:
    """Return 18 bytes a block, or None where one block would lose something.

    The largest weight is 1 to 8 units, and the scale may be negative: all are tried.
    """
    largest = np.abs(blocks).max(axis=1)
    scales = np.zeros(len(blocks), np.float16)
    units = np.zeros(blocks.shape, np.int8)
    missing = largest > 0
    for most in (sign * most for most in range(8, 0, -1) for sign in (1, -1)):
        tried = (largest[missing] / most).astype(np.float16)
        safe = np.where(tried == 0, np.float16(1), tried).astype(np.float32)[:, None]
        rounded = np.rint(blocks[missing] / safe)
        same = (rounded * tried.astype(np.float32)[:, None] == blocks[missing]).all(axis=1)
        same &= (rounded.min(axis=1) >= -8) & (rounded.max(axis=1) <= 7)
        found = np.flatnonzero(missing)[same]
        scales[found], units[found] = tried[same], rounded[same]
        missing[found] = False
        if not missing.any():
            break
    if missing.any():
        return None
    raised = (units + 8).astype(np.uint8)
    half = BLOCK // 2
    nibbles = raised[:, :half] | raised[:, half:] << 4
    return np.concatenate([scales[:, None].view(np.uint8), nibbles], axis=1)


def _eight_bits(blocks: Floats) -> NDArray[np.uint8]:
    scales = (np.abs(blocks).max(axis=1) / 127).astype(np.float16)
    safe = np.where(scales == 0, np.float16(1), scales).astype(np.float32)[:, None]
    units = np.clip(np.rint(blocks / safe), -127, 127).astype(np.int8)
    return np.concatenate([scales[:, None].view(np.uint8), units.view(np.uint8)], axis=1)
