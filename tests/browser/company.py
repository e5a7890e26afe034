"""A company at work: territories, the cast, five dealers with three years of sales, and last night's tiers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils import timezone

from crm.base.jobs import run_night
from crm.base.models import Company
from crm.imports import actions
from crm.imports.choices import ImportState
from dealers.actions.refreshing import refresh
from dealers.choices import Channel
from dealers.models import Dealer, Interaction
from tests.browser import sheets
from tests.factories import ContactFactory
from visits.models import PlanningRules


def name_the_company() -> Company:
    company = Company.get()
    company.name, company.currency, company.time_zone = "海悦电器", "CNY", "Asia/Shanghai"
    company.save()
    return company


def bring(folder: Path, importer: str, content: bytes) -> None:
    """Load a file with the columns that are guessed; nothing of it may be refused."""
    path = folder / f"{importer}.csv"
    path.write_bytes(content)
    run = actions.import_file(path, importer, at=timezone.now())
    assert run.state == ImportState.DONE, run.problem


def fill(folder: Path, *, territory: str) -> list[Dealer]:
    """Load the dealers into the territory with their sales, and run the night of today. Returns them by code."""
    company = name_the_company()
    today = company.today()
    bring(folder, "dealers", sheets.dealer_sheet(territory))
    bring(folder, "sales", sheets.sales_sheet(today))
    # Each journey plans what it needs.
    PlanningRules.objects.update_or_create(pk=1, defaults={"days_ahead": 0, "replan": False})
    run_night(on=today)
    dealers = list(Dealer.objects.order_by("code"))
    owner = ContactFactory(dealer=dealers[0], name="沈月", mobile="13900000001")
    Interaction.objects.create(
        dealer=dealers[0], contact=owner, channel=Channel.PHONE, happened_at=timezone.now() - dt.timedelta(days=3),
        summary="谈了新品价格", next_step="寄送样机", next_step_on=today,
    )  # fmt: skip
    refresh([dealers[0].pk], searchable=True)
    return dealers
