"""From an empty database to the first tiers, and the same files once more."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from accounts.choices import Role
from accounts.models import Territory, User
from crm.base.models import Company, JobRun
from dealers.models import Dealer
from sales.models import SalesRecord
from tests.browser import company, sheets
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory


@pytest.fixture
def dora(transactional_db) -> User:
    """The director of a company that has nothing but her."""
    director = UserFactory(email="dora@example.com", name="Dora", language="en")
    AssignmentFactory(user=director, territory=TerritoryFactory(code="ROOT", name="All"), role=Role.DIRECTOR)
    return director


def sales_rows(today: dt.date) -> int:
    """Two whole years and the closed months of this one, for each dealer."""
    return len(sheets.DEALERS) * (24 + today.month - 1)


def upload(page: Page, kind: str, name: str, content: bytes) -> None:
    """Choose a file and check its rows with the columns that were guessed."""
    page.goto("/imports/")
    page.locator("[name=importer]").select_option(kind)
    page.locator("[name=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Which column is what?")).to_be_visible()


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the rows").click()
    expect(page.locator("#checked")).to_be_visible()


def load(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.locator("#checked .notice").first).to_be_visible()


def test_from_nothing_to_tiers(open_as, dora):
    page = open_as(dora)
    page.goto("/")
    expect(page.get_by_role("heading", name="Getting started")).to_be_visible()

    page.get_by_role("link", name="Company settings").click()
    page.get_by_label("Name").fill("海悦电器")
    page.get_by_label("Time zone").fill("Asia/Shanghai")
    page.get_by_label("Reporting currency").fill("CNY")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Getting started")).to_be_visible()
    expect(page.locator(".setup-step.is-done h2").first).to_have_text("Name your company")

    page.get_by_role("link", name="Territories").last.click()
    page.get_by_role("link", name="New territory").first.click()
    page.get_by_label("Name").fill("江苏")
    page.get_by_label("Code").fill("CN-JS")
    page.locator("[name=parent]").select_option(str(Territory.objects.get(code="ROOT").pk))
    page.locator("main").get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="江苏")).to_be_visible()

    # The headers are Chinese; nobody has to say what they mean.
    upload(page, "dealers", "客户.csv", sheets.dealer_sheet("CN-JS", with_refused=True))
    expect(page.locator("[name=column-code]")).to_have_value("客户编码")
    expect(page.locator("[name=column-kind]")).to_have_value("客户类型")
    expect(page.locator("[name=column-territory]")).to_have_value("销售区域")
    check(page)
    refused = page.locator("tr.is-refused")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("“小卖部” is none of these")
    assert not Dealer.objects.exists()
    load(page, "Load 5 new, skip 1")
    assert Dealer.objects.count() == 5

    today = Company.get().today()
    upload(page, "sales", "销售.csv", sheets.sales_sheet(today))
    check(page)
    expect(page.locator("tr.is-refused")).to_have_count(0)
    load(page, f"Load {sales_rows(today)} new")
    assert SalesRecord.objects.count() == sales_rows(today)

    page.goto("/jobs/")
    page.get_by_role("button", name="Run a date").click()
    page.locator("#rerun").get_by_role("button", name="Run").click()
    expect(page.get_by_text("Handed to the worker.")).to_be_visible()
    assert set(JobRun.objects.values_list("state", flat=True)) == {"DONE"}

    for code, tier, reason in (("C-001", "A", "agents are always A"), ("C-002", "A", "A: ")):
        page.goto(Dealer.objects.get(code=code).get_absolute_url())
        expect(page.locator(".side-tier")).to_contain_text(f"Tier {tier}")
        expect(page.locator(".side-reason")).to_contain_text(reason)
    page.goto("/")
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()


def test_the_same_file_again_changes_nothing_and_can_be_undone(open_as, dora, tmp_path):
    TerritoryFactory(code="CN-JS", name="江苏", parent=Territory.objects.get(code="ROOT"))
    company.name_the_company()
    page = open_as(dora)
    content = sheets.dealer_sheet("CN-JS")
    upload(page, "dealers", "客户.csv", content)
    check(page)
    load(page, "Load 5 new")
    first = page.url
    before = list(Dealer.objects.order_by("pk").values())

    upload(page, "dealers", "客户.csv", content)
    check(page)
    expect(page.locator(".import-figures")).to_contain_text(re.compile(r"same\s*5", re.IGNORECASE))
    expect(page.get_by_role("button", name="Load")).to_be_disabled()
    assert list(Dealer.objects.order_by("pk").values()) == before

    page.goto(first)
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("This import was undone.")).to_be_visible()
    assert not Dealer.objects.exists()
