"""The dealer list over a million dealers, as a manager who sees half of them, and over one patch."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.db import connection

from bench.floors import share, statement_seconds
from bench.generate import DIRECTOR, MANAGER, REPRESENTATIVE
from bench.report import Report
from bench.web import Visitor
from dealers import map_tiles, table

LIST, POINTS, COUNT = "/dealers/", "/dealers/points/", "/dealers/count/"
LIMIT_MS = 25.0
REPEAT = 120


def run(report: Report) -> None:
    """The goals of the list: whole requests within LIMIT_MS at the 95th percentile, the deep page 1.2 times the first."""
    chance = random.Random(7)
    map_tiles.rebuild()
    manager = Visitor(MANAGER)
    floor = statement_seconds(
        "SELECT id, name FROM dealers_dealer WHERE deleted_at IS NULL ORDER BY sales_12m DESC, id DESC LIMIT 51",
        repeat=50,
    )
    _measure(report, "first page", manager, [LIST] * REPEAT, floor)
    # A deep page is hardly ever asked for twice, so it is held against a first page of which nothing is kept either.
    first = _measure(report, "first page, drawn anew", manager, [LIST] * REPEAT, floor, before=table.forget)
    deep = _measure(report, "deep page", manager, list(_deep(manager, chance)), floor)
    report.add("deep page against the first", deep, floor=first, goal=1.2)
    for name, words in (
        ("search of three letters", _pieces(chance, 3)), ("search of one or two characters", _short(chance)),
    ):  # fmt: skip
        _measure(report, name, manager, [_list(q=q) for q in words], floor)
        # A small request of its own, when the rows are there.
        counts = [f"{COUNT}?{urlencode({'q': q})}" for q in words]
        _measure(report, f"{name}, all of them counted", manager, counts, floor, limit=None)
    _measure(report, "search of a telephone's end", manager, [_list(q=q) for q in _phones(chance)], floor)
    _measure(report, "territory and tier by sales", manager, list(_by_sales(chance)), floor)
    _measure(report, "tier A of everything by sales", manager, [_list(tier="A", sort="-sales")] * REPEAT, floor)
    _measure(report, "by sales", manager, [_list(sort="-sales")] * REPEAT, floor)
    _measure(report, "map: window of a town", manager, [_window(chance, 0.4, 10) for _ in range(REPEAT)], floor)
    _measure(report, "map: window of a province", manager, [_window(chance, 4, 7) for _ in range(REPEAT)], floor)
    _measure(report, "map: everything", manager, [_window(chance, 40, 4) for _ in range(REPEAT)], floor)
    _measure(report, "director: first page", Visitor(DIRECTOR), [LIST] * REPEAT, floor)
    _measure(report, "representative: first page", Visitor(REPRESENTATIVE), [LIST] * REPEAT, floor)


def _measure(
    report: Report,
    name: str,
    visitor: Visitor,
    addresses: list[str],
    floor: float,
    *,
    before: Callable[[], None] = lambda: None,
    limit: float | None = LIMIT_MS,
) -> float:
    """Milliseconds at the median; what is reported is the 95th percentile. `before` is called before each request."""
    for address in addresses[:5]:
        visitor.get(address)
    times = []
    queries = set()
    for address in addresses:
        before()
        taken, _body = visitor.get(address)
        times.append(taken * 1000)
        queries.add(visitor.queries)
    counted = "/".join(map(str, sorted(queries)))
    report.add(
        f"{name}, p95 (p50 {statistics.median(times):.1f} ms, {counted} queries)",
        share(times, 95),
        floor=floor * 1000,
        limit=limit,
    )
    return statistics.median(times)


def _list(**parameters: str) -> str:
    return f"{LIST}?{urlencode(parameters)}"


def _deep(visitor: Visitor, chance: random.Random) -> Iterator[str]:
    """Pages all over the list: the page after a dealer picked by chance."""
    from dealers.listing import write_cursor

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sales_12m, id FROM dealers_dealer TABLESAMPLE SYSTEM (1) ORDER BY random() LIMIT %s", [REPEAT]
        )
        keys = cursor.fetchall()
    chance.shuffle(keys)
    for sales, pk in keys:
        yield _list(after=write_cursor((sales, pk)))


def _pieces(chance: random.Random, length: int) -> list[str]:
    """Pieces of what dealers are found by, as people type them: from the beginning of a word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM dealers_dealersearch TABLESAMPLE SYSTEM (0.1) ORDER BY dealer_id LIMIT %s", [REPEAT * 3]
        )
        texts = [text for (text,) in cursor.fetchall()]
    chance.shuffle(texts)
    words = [word for text in texts for word in text.split()[1:] if len(word) >= length and not word.isdecimal()]
    chance.shuffle(words)
    return [word[:length] for word in words[:REPEAT]]


def _short(chance: random.Random) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT keys FROM dealers_dealersearch TABLESAMPLE SYSTEM (0.1) LIMIT 400")
        keys = [key for (found,) in cursor.fetchall() for key in found]
    chance.shuffle(keys)
    return keys[:REPEAT]


def _phones(chance: random.Random) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM dealers_dealer TABLESAMPLE SYSTEM (0.1) LIMIT %s", [REPEAT])
        return [phone[-7:] for (phone,) in cursor.fetchall()]


def _by_sales(chance: random.Random) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_territory WHERE path < '00010003' AND length(path) >= 12 ORDER BY id")
        territories = [pk for (pk,) in cursor.fetchall()]
    for _ in range(REPEAT):
        yield _list(territory=str(chance.choice(territories)), tier=chance.choice("ABC"), sort="-sales")


def _window(chance: random.Random, degrees: float, zoom: int) -> str:
    """A window around a place where dealers are, twice as wide as high."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT longitude, latitude FROM dealers_dealer WHERE id = %s", [chance.randrange(1, 4000) * 4])
        lng, lat = cursor.fetchone()
    lng, lat = (110, 30) if degrees > 20 else (lng, lat)
    box = [lng - degrees, lat - degrees / 2, lng + degrees, lat + degrees / 2]
    return f"{POINTS}?{urlencode({'bbox': ','.join(f'{edge:.5f}' for edge in box), 'zoom': zoom})}"
