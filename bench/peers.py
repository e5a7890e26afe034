"""List, search and one dealer among 5,000, held against what two other systems took for the same.

Those figures were measured beside each other on the machine that this was planned on: Odoo answered JSON without a page
around it, Creme whole pages. Ours are whole pages through every middleware, as somebody who sees all dealers.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import subprocess
import sys
from urllib.parse import urlencode, urlsplit, urlunsplit

from bench.database import use_bench_database
from bench.floors import share
from bench.report import Report

DEALERS = 5000
REPEAT = 120
# Page -> our goal, Odoo and Creme, in ms.
PEERS = {"list": (25, 40, 125), "search": (25, 31, 130), "dealer": (50, 96, 219)}
_SUFFIX = "_peers"


def run(report: Report) -> None:
    """In a process and a database of its own: how many dealers there are is settled when the parts are loaded."""
    address = urlsplit(use_bench_database())
    own = urlunsplit(address._replace(path=f"{address.path}{_SUFFIX}"))
    environment = os.environ | {"BENCH_DEALERS": str(DEALERS), "BENCH_DATABASE_URL": own}
    said = subprocess.run(
        [sys.executable, "-m", "bench.peers"], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    for name, times in json.loads(said.stdout.splitlines()[-1]).items():
        if name not in PEERS:
            report.add(f"{name}, p95 (p50 {statistics.median(times):.1f} ms)", share(times, 95))
            continue
        goal, odoo, creme = PEERS[name]
        report.add(
            f"{name}, p95 (p50 {statistics.median(times):.1f} ms; Odoo {odoo} ms, JSON only; Creme {creme} ms)",
            share(times, 95),
            limit=goal,
        )


def measure() -> dict[str, list[float]]:
    """Milliseconds of each request, by what was asked for."""
    from django.core.management import call_command
    from django.db import connection

    from bench.generate import DIRECTOR
    from bench.months import ensure_months
    from bench.web import Visitor

    ensure_months()
    call_command("migrate", verbosity=0, skip_checks=True)
    chance = random.Random(11)
    visitor = Visitor(DIRECTOR)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dealer_id, text FROM dealers_dealersearch ORDER BY hashint8(dealer_id) LIMIT %s", [REPEAT]
        )
        found = cursor.fetchall()
    words = [chance.choice([word for word in text.split() if len(word) >= 3]) for _dealer, text in found]
    addresses = {
        "list": ["/dealers/"] * REPEAT,
        "search": [f"/dealers/?{urlencode({'q': word[:3]})}" for word in words],
        "dealer": [f"/dealers/{dealer}/" for dealer, _text in found],
    }
    times: dict[str, list[float]] = {}
    pages: list[bytes] = []
    for name, each in addresses.items():
        for address in each[:5]:
            visitor.get(address)
        answers = [visitor.get(address) for address in each]
        times[name] = [taken * 1000 for taken, _page in answers]
        pages = [page for _taken, page in answers]
    # What the page of a dealer loads after itself, as it is scrolled through.
    times["dealer with all that it loads later"] = [
        taken + sum(visitor.get(part)[0] for part in _parts(page)) * 1000
        for taken, page in zip(times["dealer"][:30], pages, strict=False)
    ]
    return times


def _parts(page: bytes) -> list[str]:
    return [found.decode().replace("&amp;", "&") for found in re.findall(rb'hx-get="(/[^"]*)"', page)]


if __name__ == "__main__":
    import django

    use_bench_database()
    django.setup()
    from bench.generate import ensure

    ensure()
    print(json.dumps(measure()))
