"""Real dealers: the night's tiers against a computation from the raw files that shares no code with the program."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import math
import random
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from dealers.models import Dealer
from sales.figures import rebuild_figures
from tests.factories import UserFactory
from tests.sales.real_data import ADVENTUREWORKS, IOWA, load_iowa, needs_adventureworks, needs_iowa
from tiering.models import DealerTier, ScoreJudgement, ScoreWeights
from tiering.runs import run_tiers
from tiering.scores import run_scores

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Month = tuple[int, int]

KINDS = {"Value Added Reseller": "AGENT", "Specialty Bike Shop": "FRANCHISEE", "Warehouse": "DISTRIBUTOR"}


def judge_at_random(
    rng: random.Random, dealers: dict[str, int], on: dt.date
) -> dict[str, tuple[int | None, int | None]]:
    """Cooperation and loyalty by judgement alone, for four of five dealers, high enough for half of those."""
    weights = ScoreWeights.at(on).weights
    weights["COOPERATION"], weights["LOYALTY"] = {"EXECUTION": 100}, {"MARKET_ORDER": 100}
    ScoreWeights.objects.update_or_create(active_from=dt.date(2001, 1, 1), defaults={"weights": weights})
    judge = UserFactory()
    said: dict[str, tuple[int | None, int | None]] = {}
    rows = []
    for code, pk in dealers.items():
        values = tuple(rng.choice([None, 40, 69, 70, 71, 80, 90, 100, 100, 100]) for _ in range(2))
        said[code] = values  # type: ignore[assignment]
        for component, value in zip(("EXECUTION", "MARKET_ORDER"), values, strict=True):
            if value is not None:
                day = on - dt.timedelta(days=rng.randrange(1, 300))
                rows.append(
                    ScoreJudgement(dealer_id=pk, component=component, value=value, judged_on=day, judged_by=judge)
                )
                # An earlier one that no longer says anything.
                rows.append(
                    ScoreJudgement(
                        dealer_id=pk, component=component, value=100 - value, judged_on=dt.date(2005, 1, 1),
                        judged_by=judge,
                    )
                )  # fmt: skip
    ScoreJudgement.objects.bulk_create(rows)
    return said


def expected_tiers(
    kinds: dict[str, str],
    sold: dict[str, dict[Month, Fraction]],
    said: dict[str, tuple[int | None, int | None]],
    on: dt.date,
) -> dict[str, str]:
    """docs/practice.md section 1, written down once more: calendar years, quantities, everybody trades."""
    year = on.year - 1

    def of_year(code: str, wanted: int) -> Fraction:
        return sum((value for (y, _m), value in sold[code].items() if y == wanted), Fraction(0))

    franchisees = sorted((of_year(code, year) for code, kind in kinds.items() if kind == "FRANCHISEE"), reverse=True)
    places = math.ceil(Fraction(20, 100) * len(franchisees))
    tiers = {}
    for code, kind in kinds.items():
        last, before, earliest = (of_year(code, year - back) for back in range(3))
        better = sum(1 for value in franchisees if value > last)
        months = sorted(month for month, value in sold[code].items() if value > 0 and month < (on.year, on.month))
        age = (on.year - months[0][0]) * 12 + on.month - months[0][1] if months else 0
        cooperation, loyalty = said[code]
        if kind == "AGENT" or (kind == "FRANCHISEE" and last > 0 and better < places):
            tiers[code] = "A"
        elif (
            before > 0
            and earliest > 0
            and last / before >= Fraction(110, 100)
            and before / earliest >= Fraction(110, 100)
            and (cooperation or 0) >= 70
            and (loyalty or 0) >= 70
            and age >= 36
        ):
            tiers[code] = "B"
        else:
            tiers[code] = "C"
    return tiers


def tiers_of_the_night(on: dt.date) -> dict[str, str | None]:
    rebuild_figures(on)
    run_scores(on=on)
    run_tiers(on=on)
    tiers = dict(DealerTier.objects.values_list("dealer__code", "tier"))
    assert dict(Dealer.objects.values_list("code", "tier")) == tiers
    return tiers


@needs_iowa
def test_every_store_of_iowa() -> None:
    dealers = load_iowa()
    sold: dict[str, dict[Month, Fraction]] = defaultdict(dict)
    with gzip.open(IOWA / "sales_store_month_2012_2018.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            year, month = map(int, row["month"].split("-"))
            sold[row["store"]][year, month] = Fraction(row["bottles"])
    said = judge_at_random(random.Random(7), dealers, dt.date(2016, 1, 1))
    kinds = dict.fromkeys(dealers, "FRANCHISEE")
    # In time's order, then one of the past once more.
    for on in (dt.date(2015, 1, 12), dt.date(2016, 1, 12), dt.date(2017, 1, 12), dt.date(2018, 7, 10)):
        ScoreJudgement.objects.filter(judged_on__year__gt=2005).update(judged_on=on)
        expected = expected_tiers(kinds, sold, said, on)
        assert tiers_of_the_night(on) == expected
        assert min(Counter(expected.values()).values()) >= 10
        assert set(expected.values()) == {"A", "B", "C"}


@needs_adventureworks
def test_every_reseller_of_adventureworks(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    call_command("import_adventureworks", ADVENTUREWORKS, stdout=io.StringIO())
    with (ADVENTUREWORKS / "DimReseller.csv").open(encoding="utf-8") as file:
        resellers = {row["ResellerKey"]: row for row in csv.DictReader(file)}
    sold: dict[str, dict[Month, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    with gzip.open(ADVENTUREWORKS / "FactResellerSales.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["OrderDateKey"]
            code = resellers[row["ResellerKey"]]["ResellerAlternateKey"]
            sold[code][int(key[:4]), int(key[4:6])] += Fraction(row["OrderQuantity"])
    kinds = {row["ResellerAlternateKey"]: KINDS[row["BusinessType"]] for row in resellers.values()}
    on = dt.date(2014, 1, 12)
    dealers = dict(Dealer.objects.values_list("code", "pk"))
    said = judge_at_random(random.Random(7), dealers, on)

    expected = expected_tiers(kinds, sold, said, on)

    assert len(expected) == 701
    assert tiers_of_the_night(on) == expected
    assert set(expected.values()) == {"A", "B", "C"}
