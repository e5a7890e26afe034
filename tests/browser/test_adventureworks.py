"""Microsoft's sample through the pages: an empty company, every file uploaded, one night, and the reasons read."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum
from playwright.sync_api import Page, expect

from accounts.models import Territory, TerritoryAssignment, User
from crm.base.models import JobRun
from dealers.choices import DealerKind, Tier
from dealers.models import Contact, Dealer
from sales.adventureworks import Sheet, Source, write_all
from sales.models import Product, SalesRecord, SalesTarget
from tests.factories import UserFactory
from tests.sales.real_data import ADVENTUREWORKS, needs_adventureworks

pytestmark = needs_adventureworks

# The sample's sales end in 2013; so they end in the year before this one.
NIGHT = "2026-01-10"
SHIFT = 12
ROWS = {
    "territories": 15,
    "users": 19,
    "assignments": 30,
    "dealers": 701,
    "contacts": 753,
    "products": 606,
    "sales": 60_855,
    "targets": 163,
}
TOTAL = Decimal("80450596.98")


@pytest.fixture
def ada(transactional_db) -> User:
    """The first account of a company that has nothing else, as `createsuperuser` makes it."""
    return UserFactory(email="ada@example.com", name="Ada", language="en", is_staff=True, is_superuser=True)


def bring(page: Page, sheet: Sheet, path: Path) -> None:
    """Upload one file; its columns are known by the shipped profile; check and load it, and read the result."""
    page.goto("/imports/")
    page.locator("[name=importer]").select_option(sheet.importer)
    page.locator("[name=file]").set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Which column is what?")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.locator("#checked")).to_be_visible(timeout=60_000)
    expect(page.locator("tr.is-refused")).to_have_count(0)
    rows = ROWS[sheet.importer]
    page.get_by_role("button", name=f"Load {rows:,} new").click()
    expect(page.locator("#checked .notice").first).to_be_visible(timeout=60_000)
    expect(page.locator(".import-figures")).to_contain_text(re.compile(rf"new\s*{rows:,}(?!\d)", re.IGNORECASE))


def test_adventureworks_from_nothing_to_tiers(open_as, ada, tmp_path):
    sheets = Source(ADVENTUREWORKS, shift_years=SHIFT).sheets()
    page = open_as(ada)
    page.set_default_timeout(60_000)
    page.goto("/")
    expect(page.get_by_role("heading", name="Getting started")).to_be_visible()
    page.get_by_role("link", name="Company settings").click()
    page.get_by_label("Name").fill("Adventure Works")
    page.get_by_label("Time zone").fill("America/Los_Angeles")
    page.get_by_label("Reporting currency").fill("USD")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Getting started")).to_be_visible()

    for sheet, path in zip(sheets, write_all(sheets, tmp_path), strict=True):
        assert len(sheet.rows) == ROWS[sheet.importer]
        bring(page, sheet, path)

    assert Dealer.objects.count() == 701
    assert Contact.objects.count() == 753
    assert Product.objects.count() == 606
    assert SalesTarget.objects.count() == 163
    assert TerritoryAssignment.objects.count() == 30
    assert Territory.objects.count() == 15
    amount = SalesRecord.objects.aggregate(amount=Sum("amount"))["amount"]
    assert (SalesRecord.objects.count(), round(amount, 2)) == (60_855, TOTAL)

    page.goto("/jobs/")
    page.get_by_role("button", name="Run a date").click()
    page.locator("#rerun [name=on]").fill(NIGHT)
    page.locator("#rerun").get_by_role("button", name="Run").click()
    expect(page.get_by_text("Handed to the worker.")).to_be_visible(timeout=120_000)
    assert set(JobRun.objects.values_list("state", flat=True)) == {"DONE"}

    # The same sum stands on the page of a dealer's records as in its rows, and each tier says why.
    largest = Dealer.objects.filter(kind=DealerKind.FRANCHISEE, tier=Tier.A).order_by("-sales_12m").first()
    assert largest is not None
    agent = Dealer.objects.filter(kind=DealerKind.AGENT).order_by("code").first()
    assert agent is not None
    for dealer, reason in ((agent, "agents are always A"), (largest, "A: ")):
        page.goto(dealer.get_absolute_url())
        expect(page.locator(".side-tier")).to_contain_text("Tier A")
        expect(page.locator(".side-reason")).to_contain_text(reason)
    page.goto("/")
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
