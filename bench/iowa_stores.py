"""The stores of `../shared/data/iowa` as dealers: where they are, what they bought in their last year, which tier they get.

The richest tenth by the sales of the last twelve months of the data are A, the next three tenths B, all others C.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from visits.routing.distance import Place

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "iowa"
# Shares of the stores by rank of sales.
A_SHARE, B_SHARE = 0.1, 0.4
LAST_YEAR = "2018-01"


@dataclass(frozen=True, slots=True)
class Store:
    key: int
    place: Place
    tier: str


def is_there(folder: Path = FOLDER) -> bool:
    return (folder / "stores.csv").is_file()


def read(folder: Path = FOLDER) -> tuple[list[Store], int]:
    """The stores in order of their numbers, and how many of them stand in the middle of their town or county because
    the file has no coordinates for them. A store of whose county no place is known is left out."""
    with (folder / "stores.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sales: dict[int, float] = defaultdict(float)
    with gzip.open(folder / "sales_store_month_2012_2018.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["month"] >= LAST_YEAR:
                sales[int(row["store"])] += float(row["usd"])
    around: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for row in rows:
        if row["lat"]:
            for area in _areas(row):
                around[area].append(_place(row))
    places: dict[int, Place] = {}
    guessed = 0
    for row in rows:
        near = next((around[area] for area in _areas(row) if area in around), [])
        if row["lat"]:
            places[int(row["store"])] = _place(row)
        elif near:
            guessed += 1
            places[int(row["store"])] = Place(
                fmean(place.latitude for place in near), fmean(place.longitude for place in near)
            )
    ranked = sorted(places, key=lambda key: (-sales[key], key))
    tiers = {key: _tier(rank / len(ranked)) for rank, key in enumerate(ranked)}
    return [Store(key, places[key], tiers[key]) for key in sorted(places)], guessed


def _areas(row: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Its town and its county."""
    return (row["county"].casefold(), row["city"].casefold()), (row["county"].casefold(),)


def _place(row: dict[str, str]) -> Place:
    return Place(float(row["lat"]), float(row["lon"]))


def _tier(share: float) -> str:
    return "A" if share < A_SHARE else "B" if share < B_SHARE else "C"
