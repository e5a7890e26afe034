"""Pictures that look the same: a difference hash of 64 bits, and the nearest of all earlier ones.

The picture is made 9 x 8 grey points; each bit says whether a point is brighter than its right neighbour. Cutting a little,
scaling, saving anew or brightening changes few bits; two places differ in about half of them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.db import connection
from PIL import Image

SIDE = 8
# So many of 64 bits may differ between two pictures of one file. Of a million unrelated ones about one in a million million
# is as near.
NEAR = 8
_SIGN = 1 << 63


def picture_hash(content: bytes) -> int | None:
    """As a signed number of 64 bits; None for what is no picture, or has nothing on it."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            small = image.convert("L").resize((SIDE + 1, SIDE), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    points = list(small.tobytes())
    if max(points) - min(points) < 2:
        return None
    bits = 0
    for row in range(SIDE):
        for column in range(SIDE):
            left = points[row * (SIDE + 1) + column]
            bits = bits << 1 | (left > points[row * (SIDE + 1) + column + 1])
    return bits - (1 << 64) if bits & _SIGN else bits


def distance(first: int, second: int) -> int:
    """In how many of 64 bits two hashes differ."""
    return ((first ^ second) & ((1 << 64) - 1)).bit_count()


@dataclass(frozen=True, slots=True)
class Twin:
    """The earlier picture that looks most like one, and in how many bits it differs."""

    evidence_id: int
    distance: int


_NEAREST = """
    SELECT id, bit_count((picture_hash # %(hash)s)::bit(64)) AS differs FROM promotions_claimevidence
     WHERE picture_hash IS NOT NULL AND bit_count((picture_hash # %(hash)s)::bit(64)) <= %(near)s
     ORDER BY differs, id LIMIT 1
"""


def nearest(hash_: int) -> Twin | None:
    """Among all pictures of all claims; None when none is near. Reads the narrow index of hashes whole."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"hash": hash_, "near": NEAR})
        row = cursor.fetchone()
    return Twin(*row) if row else None
