"""Where the demo's representatives start in the morning, when dealers are open, and the plans of this month and the next."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from random import Random

from accounts.models import User
from crm.base.periods import add_months, month_start
from crm.demo.network import Grown
from crm.demo.week import weekdays
from dealers.choices import TRADING
from visits.due import refresh
from visits.models import OpeningHours, PlanningRules, Visit, WorkingTime
from visits.planning import plan_month

SEED = 29
# A representative's month has some forty visits: the search finds little more in a longer time.
SECONDS = 0.05
# Shops by opening hours; who trades in bulk is open in office hours and closed at noon.
SHOP = ((dt.time(10), dt.time(20)),)
OFFICE = ((dt.time(8, 30), dt.time(12)), (dt.time(13, 30), dt.time(17, 30)))


def prepare(*, grown: list[Grown], on: dt.date) -> None:
    """Start places in the town with the most dealers of the patch, and opening hours for two dealers in three."""
    random = Random(SEED)
    patches: dict[int, list[Grown]] = defaultdict(list)
    for g in grown:
        if g.dealer.status in TRADING:
            patches[g.staff.representative.pk].append(g)
    for user_id, dealers in patches.items():
        towns: dict[str, list[Grown]] = defaultdict(list)
        for g in dealers:
            if g.dealer.latitude is not None and g.dealer.longitude is not None:
                towns[g.dealer.city].append(g)
        if not towns:
            continue
        there = max(towns.values(), key=len)
        WorkingTime.objects.create(
            user_id=user_id, active_from=dt.date(on.year - 5, 1, 1), starts=dt.time(8, 30), ends=dt.time(18),
            weekdays=weekdays(on),
            start_latitude=sum(g.dealer.latitude or 0.0 for g in there) / len(there),
            start_longitude=sum(g.dealer.longitude or 0.0 for g in there) / len(there),
        )  # fmt: skip
    rows = []
    for g in grown:
        kind = random.random()
        spans = SHOP if kind < 0.45 else OFFICE if kind < 0.67 else ()
        days = range(1, 8) if spans is SHOP else weekdays(on)
        rows += [
            OpeningHours(dealer=g.dealer, weekday=day, opens=opens, closes=closes)
            for day in days
            for opens, closes in spans
        ]
    OpeningHours.objects.bulk_create(rows, batch_size=2000)
    # Until everybody's months are planned, the nights leave them alone.
    PlanningRules.objects.create(pk=1, days_ahead=0, replan=False)


def plan(*, on: dt.date, at: dt.datetime) -> Counter[str]:
    """Plan the rest of the month and the next for everybody, in place of coming visits that nobody prepared; returns
    visits planned and visits without a day."""
    Visit.objects.filter(state="PLANNED", on__gt=on, why="CYCLE", objective="", confirmed_at=None).delete()
    counted: Counter[str] = Counter()
    reps = User.objects.active().filter(working_times__isnull=False).select_related("manager").order_by("pk").distinct()
    for month in (month_start(on), add_months(on, 1)):
        for rep in reps:
            made = plan_month(
                user=rep, month=month, today=on, at=at, by=rep.manager, seconds=SECONDS,
                from_day=on + dt.timedelta(days=1),
            )  # fmt: skip
            counted["planned"] += made.visits.filter(state="PLANNED").count()
            counted["without a day"] += sum(row["visits"] for row in made.report["left_out"])
    PlanningRules.objects.all().delete()
    # What the night wrote of coming visits is out of date by now.
    refresh(on=on)
    return counted
