"""The daily performance record: calls, productive calls, orders and collections of each day (D-45)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from accounts.models import User
from visits.figures import EXECUTIVE, conditions
from visits.models import Collection, Finding
from visits.results import visits_of

NOTHING = Decimal(0)


@dataclass(slots=True)
class DayRecord:
    """One day of one person; `on` None for the sum of the days."""

    on: dt.date | None
    planned: int = 0
    done: int = 0
    ordered: int = 0
    orders: Decimal = NOTHING
    lines: int = 0
    collected: int = 0
    payments: Decimal = NOTHING
    issues: int = 0

    @property
    def strike_rate(self) -> float | None:
        return self.ordered / self.done if self.done else None

    @property
    def drop_size(self) -> Decimal | None:
        """Order value a productive call."""
        return self.orders / self.ordered if self.ordered else None

    def add(self, other: DayRecord) -> None:
        for name in ("planned", "done", "ordered", "orders", "lines", "collected", "payments", "issues"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def days_of(
    person: User, start: dt.date, until: dt.date, *, today: dt.date, scope: Any = None
) -> tuple[list[DayRecord], DayRecord]:
    """Days of the person's work from `start` until before `until` on which anything was planned or made, and their sum;
    three statements. Visits count as in visits.figures, on the day they stand for; `scope` as in visits.results."""
    known = conditions(today)
    visits = visits_of(scope).filter(user=person, on__gte=start, on__lt=until).exclude(EXECUTIVE).order_by()
    found: dict[dt.date, DayRecord] = {}
    counted = visits.values("on").annotate(
        planned=Count("pk", filter=known["planned"]), done=Count("pk", filter=known["done"]),
        ordered=Count("pk", filter=known["ordered"]),
        orders=Sum("order_amount", filter=known["done"], default=NOTHING),
        lines=Sum("order_lines", filter=known["ordered"], default=0),
    )  # fmt: skip
    for row in counted:
        found[row["on"]] = DayRecord(**row)
    paid = Collection.objects.filter(visit__in=visits).order_by().values("visit__on")
    for row in paid.annotate(number=Count("pk"), amount=Sum("amount")):
        day = found[row["visit__on"]]
        day.collected, day.payments = row["number"], row["amount"]
    issues = Finding.objects.filter(visit__in=visits).order_by().values_list("visit__on")
    for on, number in issues.annotate(Count("pk")):
        found[on].issues = number
    total = DayRecord(None)
    days = [found[on] for on in sorted(found) if found[on].planned or found[on].done or found[on].collected]
    for day in days:
        total.add(day)
    return days, total
