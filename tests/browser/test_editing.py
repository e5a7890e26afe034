"""What is typed is never lost: not by an error, not by somebody else, not by the bin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from dealers.models import Contact, Dealer, Interaction
from sales.models import SalesRecord
from tests.browser import company
from tests.cast import hire, plant_territories


@pytest.fixture
def cast(transactional_db, tmp_path):
    territories = plant_territories()
    people = {name: hire(name, territories) for name in ("alice", "bob")}
    company.fill(tmp_path, territory="CN-EAST-1")
    return people


@pytest.fixture
def dealer(cast) -> Dealer:
    return Dealer.objects.get(code="C-001")


def test_an_error_keeps_what_was_typed(open_as, cast, dealer):
    page = open_as(cast["alice"])
    page.watch.expected_statuses.add(422)
    page.goto(f"{dealer.get_absolute_url()}edit/")
    page.locator("[name=city]").fill("昆山市")
    page.locator("[name=email]").fill("no address")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#form-errors")).to_contain_text("Nothing was saved yet.")
    expect(page.locator("[name=city]")).to_have_value("昆山市")
    expect(page.locator("[name=email]")).to_have_value("no address")
    assert Dealer.objects.get(pk=dealer.pk).city == "苏州市"
    page.locator("[name=email]").fill("office@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert Dealer.objects.get(pk=dealer.pk).city == "昆山市"


def test_two_who_change_the_same_see_both_values(open_as, cast, dealer):
    hers, his = open_as(cast["alice"]), open_as(cast["bob"])
    hers.watch.expected_statuses.add(422)
    for page in (hers, his):
        page.goto(f"{dealer.get_absolute_url()}edit/")
    his.locator("[name=city]").fill("常熟市")
    his.get_by_role("button", name="Save").click()
    expect(his.locator("#toasts")).to_contain_text("Saved.")
    hers.locator("[name=city]").fill("太仓市")
    hers.get_by_role("button", name="Save").click()
    expect(hers.locator("#form-errors")).to_contain_text("“常熟市”")
    expect(hers.locator("#form-errors")).to_contain_text("“太仓市”")
    expect(hers.locator("[name=city]")).to_have_value("太仓市")
    assert Dealer.objects.get(pk=dealer.pk).city == "常熟市"
    hers.get_by_role("button", name="Save").click()
    expect(hers.locator("#toasts")).to_contain_text("Saved.")
    assert Dealer.objects.get(pk=dealer.pk).city == "太仓市"


def test_two_who_change_different_things_both_keep_theirs(open_as, cast, dealer):
    hers, his = open_as(cast["alice"]), open_as(cast["bob"])
    for page in (hers, his):
        page.goto(f"{dealer.get_absolute_url()}edit/")
    his.locator("[name=postal_code]").fill("215500")
    his.get_by_role("button", name="Save").click()
    expect(his.locator("#toasts")).to_contain_text("Saved.")
    hers.locator("[name=city]").fill("太仓市")
    hers.get_by_role("button", name="Save").click()
    expect(hers.locator("#toasts")).to_contain_text("somebody else changed meanwhile was kept")
    dealer.refresh_from_db()
    assert (dealer.city, dealer.postal_code) == ("太仓市", "215500")


def test_what_was_typed_survives_a_closed_page(open_as, cast, dealer):
    page = open_as(cast["alice"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{dealer.get_absolute_url()}edit/")
    page.locator("[name=city]").press_sequentially("！")
    typed = page.locator("[name=city]").input_value()
    page.goto("/dealers/")
    page.goto(f"{dealer.get_absolute_url()}edit/")
    expect(page.locator("[name=city]")).to_have_value(typed)


def whole_file(dealer: Dealer) -> tuple[Any, ...]:
    """What must come back from the bin: the row itself and what hangs on it."""
    row = Dealer.with_bin.filter(pk=dealer.pk).values().get()
    row.pop("updated_at", None)
    children = (Contact, Interaction, SalesRecord)
    return row, *(sorted(model.objects.filter(dealer=dealer.pk).values_list("pk", flat=True)) for model in children)


def test_a_dealer_goes_to_the_bin_and_comes_back_whole(open_as, cast, dealer):
    before = whole_file(dealer)
    page = open_as(cast["bob"])
    page.goto(dealer.get_absolute_url())
    page.get_by_label("More", exact=True).click()
    page.get_by_role("button", name="Move to the bin").click()
    expect(page).to_have_url(re.compile(r"/dealers/$"))
    expect(page.locator("#toasts")).to_contain_text("is in the bin")
    expect(page.locator("[data-rows] [data-row]")).to_have_count(4)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("is back with everything in its file")
    expect(page.locator("[data-rows] [data-row]")).to_have_count(5)
    now = whole_file(dealer)
    assert {name: value for name, value in now[0].items() if before[0][name] != value} == {}
    assert now[1:] == before[1:]
