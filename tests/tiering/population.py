"""Dealers with figures and scores as a test wants them, and the rule applied to them one by one."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from accounts.models import Territory
from crm.base.models import Company
from crm.base.periods import add_months, last_closed_fiscal_year
from dealers.choices import TRADING, DealerKind, DealerStatus
from dealers.models import Dealer
from sales.models import DealerFigures, FiguresState
from tests.factories import TerritoryFactory
from tiering.models import DealerScore, DealerTier, TierOverride, TierPolicy
from tiering.rule import CutOff, Decision, Facts, Missing, cut_off, decide

KINDS = [DealerKind.AGENT, DealerKind.FRANCHISEE, DealerKind.FRANCHISEE, DealerKind.FRANCHISEE, DealerKind.RETAILER]
STATUSES = [DealerStatus.ACTIVE] * 6 + [DealerStatus.SUSPENDED, DealerStatus.PROSPECT, DealerStatus.TERMINATED]


@dataclass
class Population:
    """`make` fills the database; `by_rule` says what each dealer should be."""

    rng: random.Random
    on: dt.date = dt.date(2026, 1, 10)

    def make(self, count: int, territory: Territory | None = None) -> list[Dealer]:
        territory = territory or TerritoryFactory()
        start = Dealer.with_bin.count()
        dealers = Dealer.objects.bulk_create(
            Dealer(
                code=f"P-{start + number:05}", name=f"Dealer {number}", country="CN", territory=territory,
                kind=self.rng.choice(KINDS), status=self.rng.choice(STATUSES),
                completeness=self.rng.choice([20, 60, 90]),
            )
            for number in range(count)
        )  # fmt: skip
        self.stand(self.on)
        self.change(dealer.pk for dealer in dealers)
        return dealers

    def stand(self, on: dt.date) -> None:
        """Say that the figures are those as of `on`."""
        year = last_closed_fiscal_year(on, Company.get().fiscal_year_start)
        FiguresState.objects.update_or_create(
            pk=1, defaults={"on": on, "year": year, "first_month": Company.get().fiscal_year_start, "stale": False}
        )
        DealerFigures.objects.exclude(year=year).update(year=year)
        self.on = on

    def change(self, ids: Iterable[int]) -> None:
        """Other figures and scores. Small numbers, so that ties, exact growth of 10 % and empty years occur often."""
        for pk in ids:
            earliest = self.rng.choice([0, 0, 10, 20, 30, 100])
            before = self.rng.choice([0, earliest, earliest * 11 // 10, earliest * 12 // 10, 44, -3])
            last = self.rng.choice([0, before, before * 11 // 10, before * 12 // 10, 121, -5])
            DealerFigures.objects.filter(pk=pk).update(
                quantity_e3=last, quantity_1_e3=before, quantity_2_e3=earliest,
                amount_e4=earliest, amount_1_e4=before, amount_2_e4=last,
                first_sale_month=self.rng.choice([None, *(add_months(dt.date(2022, 11, 1), n) for n in range(5))]),
            )  # fmt: skip
            DealerScore.objects.update_or_create(
                dealer_id=pk,
                defaults={
                    "cooperation": self.rng.choice([None, 69, 70, 90]), "loyalty": self.rng.choice([None, 69, 70, 80, 80]),
                    "values": [None] * 15, "on": self.on,
                },
            )  # fmt: skip

    def by_rule(self, policy: TierPolicy, on: dt.date) -> tuple[CutOff, dict[int, Decision]]:
        """What the pure rule makes of every dealer that is in the database."""
        amount = policy.basis == "AMOUNT"
        running = {o.dealer_id: o.tier for o in TierOverride.objects.running(on).order_by("pk")}
        scores = {s.pk: s for s in DealerScore.objects.all()}
        facts: dict[int, Facts] = {}
        for dealer in Dealer.with_bin.select_related("figures"):
            f = dealer.figures
            score = scores.get(dealer.pk)
            facts[dealer.pk] = Facts(
                kind=dealer.kind,
                trading=dealer.status in TRADING and dealer.deleted_at is None,
                values=(f.amount_e4, f.amount_1_e4, f.amount_2_e4)
                if amount
                else (f.quantity_e3, f.quantity_1_e3, f.quantity_2_e3),
                first_sale_month=f.first_sale_month,
                cooperation=score.cooperation if score else None,
                loyalty=score.loyalty if score else None,
                completeness=dealer.completeness,
                override=running.get(dealer.pk),
            )
        ranked = [f.values[0] for f in facts.values() if f.trading and f.kind in policy.kinds_ranked]
        cut = cut_off(ranked, policy.terms)
        return cut, {pk: decide(f, policy.terms, cut, on) for pk, f in facts.items()}


def by_run() -> dict[int, Decision]:
    """What the latest run wrote down; a dealer without a row has no tier."""
    rows = {t.pk: Decision(t.tier, t.computed, t.reason, Missing(t.missing)) for t in DealerTier.objects.all()}
    return {pk: rows.get(pk, Decision(None, None, "OUTSIDE")) for pk in Dealer.with_bin.values_list("pk", flat=True)}


def all_rows(table: str, *, without: Iterable[str] = ("id",)) -> list[tuple[object, ...]]:
    """The whole table as it stands, ordered."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column.name for column in cursor.description]
        keep = [number for number, name in enumerate(names) if name not in set(without)]
        return sorted(((tuple(row[number] for number in keep)) for row in cursor.fetchall()), key=repr)
