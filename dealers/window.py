"""The part of a map that somebody looks at."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

# A cluster for each square of so many pixels.
_CELL_PX = 64
_TILE_PX = 256
_DEEPEST = 22


@dataclass(frozen=True)
class Window:
    """A part of the map in degrees. West is larger than east where it reaches across the date line."""

    west: float
    south: float
    east: float
    north: float
    zoom: int

    @classmethod
    def read(cls, bbox: str, zoom: str) -> Window:
        """From `west,south,east,north` and a zoom of web maps. Raises ValueError."""
        west, south, east, north = (float(part) for part in bbox.split(","))
        if not all(map(math.isfinite, (west, south, east, north))) or south > north:
            raise ValueError(bbox)
        return cls(
            max(-180.0, min(180.0, west)), max(-90.0, min(90.0, south)),
            max(-180.0, min(180.0, east)), max(-90.0, min(90.0, north)),
            max(0, min(_DEEPEST, int(zoom))),
        )  # fmt: skip

    def holds(self, *, lng: float, lat: float) -> bool:
        """Whether a place lies inside."""
        across = lng >= self.west or lng <= self.east if self.west > self.east else self.west <= lng <= self.east
        return across and self.south <= lat <= self.north

    @property
    def cell(self) -> float:
        """The side of a cluster's square in degrees."""
        return 360 / 2**self.zoom * _CELL_PX / _TILE_PX


def around(places: Iterable[tuple[float | None, float | None]], *, margin: float = 0.05, share: float = 0.0) -> str:
    """`west,south,east,north` around places (longitude, latitude) in degrees, wider by `margin` and by a `share` of the
    longer side; empty when no place is known."""
    known = [(lng, lat) for lng, lat in places if lng is not None and lat is not None]
    if not known:
        return ""
    lngs, lats = zip(*known, strict=True)
    west, east, south, north = min(lngs), max(lngs), min(lats), max(lats)
    wider = max(east - west, north - south) * share + margin
    return f"{west - wider:.4f},{south - wider:.4f},{east + wider:.4f},{north + wider:.4f}"
