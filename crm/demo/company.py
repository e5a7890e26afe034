"""Builds the demo company: the same each time for the same day."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from random import Random
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from faker import Faker

from accounts.notices.models import Delivery, Notice
from crm.base.models import Company
from crm.base.periods import add_months
from crm.demo import (
    coaching,
    field,
    files,
    judgements,
    leaders,
    network,
    promotions,
    rebates,
    staff,
    support,
    trade,
    visits,
    warnings,
)
from crm.demo.places import COUNTRIES
from dealers.models import Dealer

SEED = 20_240_229
TIME_ZONE = ZoneInfo("Asia/Shanghai")


class CompanyExists(Exception):
    """There are dealers already; the demo never mixes with somebody's own data."""


def months_back(on: dt.date) -> dt.date:
    """First month with sales: three whole years before this one, so that growth of two years can be told. 36 to 47 months."""
    return min(dt.date(on.year - 3, 1, 1), add_months(on.replace(day=1), -39))


def exists() -> bool:
    return Dealer.with_bin.exists()


def build(*, on: dt.date, at: dt.datetime | None = None, say: Callable[[str], None] = lambda _text: None) -> None:
    """Write everything as of the day `on` in one transaction, then run the last nights. Raises CompanyExists.

    With a moment `at` of that day its visits until then are made.
    """
    if exists():
        raise CompanyExists
    random = Random(SEED)
    fakers = {country.code: Faker(country.locale) for country in COUNTRIES}
    for number, fake in enumerate(fakers.values()):
        fake.seed_instance(SEED + number)
    started = time.monotonic()

    def told(what: str) -> None:
        say(f"{time.monotonic() - started:5.1f} s  {what}")

    with transaction.atomic():
        _silence_audit()
        company = Company.get()
        company.name, company.time_zone, company.currency = "Haiyue Appliances", TIME_ZONE.key, "USD"
        company.save()
        people, _director = staff.hire(random=random, fakers=fakers, on=on)
        told("people and territories")
        first_month = months_back(on)
        grown = network.grow(random=random, fakers=fakers, staff=people, first_month=first_month, on=on)
        told(f"{len(grown)} dealers")
        products = trade.stock_shelves()
        files.fill(random=random, fakers=fakers, grown=grown, unit_price=trade.mean_price(products), on=on)
        told("their files, contacts, agreements")
        trade.trade(random=random, grown=grown, products=products, first_month=first_month, on=on)
        told("sales, receivables, stock and targets")
        judgements.judge(random=random, grown=grown, on=on)
        visits.make(grown=grown, on=on, at=at)
        leaders.make(grown=grown, on=on)
        field.prepare(grown=grown, on=on)
        coaching.write(grown=grown, on=on, at=timezone.now())
        told("visits made and planned")
        warnings.settle(on=on)
        rebates.promise(on=on)
        told("most of it in order")
        told(f"{promotions.make(on=on)} promotions")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _nights(on, told)
    # Last night's news: some judgements came in yesterday, and tonight's run takes them up.
    judgements.judge_anew(random=random, grown=grown, on=on)
    _night(on, told)
    planned = field.plan(on=on, at=timezone.now())
    told(f"{planned['planned']} visits planned for this month and the next")
    warnings.work(on=on, at=timezone.now())
    rebates.settle(on=on, at=timezone.now())
    support.make(on=on)
    _read_the_old_notices(on)
    told("cases of last night taken up, rebates settled, people and vehicles sent")


def _silence_audit() -> None:
    """Keep the audit out of this transaction: nobody made the demo's first rows, so nobody is said to have.

    pgtrigger.ignore would do, but it rewrites each statement, which neither COPY nor named parameters bear.
    """
    triggers = [
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registered()
        if trigger.name in ("insert_insert", "update_update")
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{','.join(triggers)}}}"])


def _nights(on: dt.date, told: Callable[[str], None]) -> None:
    """The yearly turn of the last two years and the night before last, so that there is a history to look back on."""
    for day in (dt.date(on.year - 1, 1, 2), dt.date(on.year, 1, 2), on - dt.timedelta(days=1)):
        if day < on:
            _night(day, told)


def _read_the_old_notices(on: dt.date) -> None:
    """People have seen what they were told before this week, and nobody is written to about it now."""
    this_week = dt.datetime.combine(on - dt.timedelta(days=6), dt.time(), TIME_ZONE)
    earlier = Notice.objects.filter(at__lt=this_week)
    Delivery.objects.filter(notice__in=earlier).delete()
    earlier.update(read_at=F("at") + dt.timedelta(hours=4), routed_at=F("at"))


def _night(day: dt.date, told: Callable[[str], None]) -> None:
    from crm.base import jobs

    jobs.run_night(on=day, requested_by="demo")
    told(f"night of {day}")
