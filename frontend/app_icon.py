"""The icon of the phone pages as PNG, for launchers that take no SVG: the drawing of static/img/phone-icon.svg, in plain Python.

All lengths are shares of the side. The drawing keeps to the middle 80 %, so that it may be cut to any shape (maskable).
"""

from __future__ import annotations

import itertools
import math
import struct
import zlib

GROUND = (0x3B, 0x5B, 0xCC)
PIN = (0xFF, 0xFF, 0xFF)
# Each pixel is the mean of so many samples a side.
SAMPLES = 2
# The pin: a disc, two tangents to the point below, a tick in the disc.
CENTRE = (0.5, 0.42)
RADIUS = 0.22
POINT = (0.5, 0.82)
TICK = ((0.405, 0.425), (0.47, 0.49), (0.6, 0.355))
TICK_WIDTH = 0.055


def _away(x: float, y: float, a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance from the line between two points."""
    (ax, ay), (bx, by) = a, b
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    along = min(1.0, max(0.0, along))
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def _in_cone(x: float, y: float) -> bool:
    """Between the disc and the point, inside the two tangents."""
    height = POINT[1] - CENTRE[1]
    half = math.asin(RADIUS / height)
    touch = CENTRE[1] + RADIUS * math.sin(half)
    return touch <= y <= POINT[1] and abs(x - POINT[0]) <= (POINT[1] - y) * math.tan(half)


def _is_pin(x: float, y: float) -> bool:
    if any(_away(x, y, start, end) <= TICK_WIDTH / 2 for start, end in itertools.pairwise(TICK)):
        return False
    return math.hypot(x - CENTRE[0], y - CENTRE[1]) <= RADIUS or _in_cone(x, y)


def png(size: int) -> bytes:
    """A square PNG of `size` pixels a side, 8 bits RGB, without transparency."""
    steps = [(sample + 0.5) / (size * SAMPLES) for sample in range(size * SAMPLES)]
    rows = []
    for top in range(size):
        row = bytearray([0])
        for left in range(size):
            ys, xs = (steps[at * SAMPLES : (at + 1) * SAMPLES] for at in (top, left))
            # Most of the square is ground.
            near = abs(xs[0] - CENTRE[0]) <= RADIUS + 0.01 and CENTRE[1] - RADIUS - 0.01 <= ys[0] <= POINT[1]
            covered = sum(_is_pin(x, y) for y in ys for x in xs) if near else 0
            share = covered / SAMPLES**2
            row += bytes(round(ground + (pin - ground) * share) for ground, pin in zip(GROUND, PIN, strict=True))
        rows.append(bytes(row))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(b"".join(rows), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
