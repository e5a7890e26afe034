"""A form is composed, published, and filled in on a phone that was away; tasks are moved by key and by mouse."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.base.models import Company
from tests.browser.conftest import NARROW
from tests.browser.test_phone_offline import end, forgive, ready
from tests.browser.watch import barriers, sideways
from tests.cast import hire, plant_territories
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from visits.models import LocationConsent, Task, VisitForm
from visits.worker import SCRIPT, _content


@pytest.fixture(autouse=True)
def built() -> None:
    try:
        _content(SCRIPT)
    except FileNotFoundError:
        pytest.skip("static/vendor is not built: python frontend/build.py")


@pytest.fixture
def cast(transactional_db) -> dict[str, Any]:
    territories = plant_territories()
    people: dict[str, Any] = {name: hire(name, territories) for name in ("alice", "ada")}
    people["dealer"] = DealerFactory(territory=territories["CN-EAST-1"], name="苏州海悦专卖店", kind="WHOLESALER")
    return people


def compose(page: Page) -> None:
    """Ask one question more, by key and in two languages, and publish it."""
    page.goto("/visits/forms/wholesaler/")
    expect(page.locator("[data-preview] details").first).to_be_visible()
    page.get_by_role("button", name="New question").click()
    row = page.locator("[data-compose-row]").last
    row.locator("[data-names][data-lang=en]").fill("How many staff?")
    row.locator("[data-type]").select_option("NUMBER")
    row.get_by_label("Smallest").fill("1")
    row.get_by_label("Largest").fill("50")
    row.locator("[data-use]").select_option("REQUIRED")
    # To the second place: with Shift and the arrow key.
    row.focus()
    for _step in range(page.locator("[data-compose-row]").count() - 2):
        page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-compose-row]").nth(1)).to_contain_text("How many staff?")
    expect(page.locator("[data-said]")).to_contain_text("place 2 of")
    # The preview is the phone's own code, in the language that is chosen.
    expect(page.locator("[data-preview] [data-section]").nth(1)).to_contain_text("How many staff?")
    page.get_by_role("button", name="日本語").click()
    page.locator("[data-compose-row]").nth(1).locator("[data-names][data-lang=ja]").fill("従業員は何人?")
    expect(page.locator("[data-preview] [data-section]").nth(1)).to_contain_text("従業員は何人?")
    page.get_by_role("button", name="English").click()


def test_a_form_is_composed_and_a_phone_that_was_away_keeps_the_older_one(open_as, cast):
    visit = VisitFactory(dealer=cast["dealer"], user=cast["alice"], on=Company.get().today())
    LocationConsent.objects.create(user=cast["alice"], given_at="2026-01-01T00:00Z", withdrawn_at="2026-01-01T00:00Z")
    page = open_as(cast["ada"])
    page.watch.expected_statuses.add(422)
    compose(page)
    assert barriers(page) == []
    # Bad input keeps what was typed, in its place.
    largest = page.locator("[data-compose-row]").nth(1).get_by_label("Largest")
    largest.fill("many")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator("#form-errors")).to_contain_text("This is no number.")
    expect(page.locator("[data-compose-row]").nth(1).get_by_label("Largest")).to_have_value("many")
    page.locator("[data-compose-row]").nth(1).get_by_label("Largest").fill("50")
    page.locator("#note").fill("We plan trainings")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.locator("#toasts")).to_contain_text("Version 1 counts now.")
    first = VisitForm.objects.get()
    key = first.sections[1]["key"]

    phone = open_as(cast["alice"], size=NARROW)
    forgive(phone)
    phone.goto("/m/")
    ready(phone)
    phone.context.set_offline(True)
    # While she is away, the question goes.
    VisitForm.objects.create(
        kind="WHOLESALER", version=2, sections=[{"key": "stated", "use": "REQUIRED"}], published_at=timezone.now()
    )
    phone.get_by_role("link", name="Open visit").click()
    phone.locator("[name=objective]").fill("Win the order")
    phone.locator("[data-name=purpose] button").first.click()
    phone.get_by_role("button", name="Start visit").click()
    phone.locator("[name=summary]").fill("利润太薄")
    for name in ("order", "next"):
        phone.locator(f"[data-section={name}] > summary").click()
    phone.locator("[name=order_amount]").fill("0")
    phone.locator("[name=next_step]").fill("Bring samples")
    asked = phone.locator(f"details[data-section='{key}']")
    asked.locator("summary").first.click()
    asked.get_by_role("textbox").fill("80")
    expect(asked).to_contain_text("From 1 to 50")
    phone.get_by_role("button", name="To the end").click()
    expect(phone.locator("#app")).to_contain_text("How many staff?")
    again = phone.locator(f"details[data-section='{key}']")
    again.locator("summary").first.click()
    again.get_by_role("textbox").fill("8")
    phone.get_by_role("button", name="Back", exact=True).click()
    phone.context.set_offline(False)
    end(phone)
    expect(phone.locator("#status")).to_contain_text("Everything is sent")
    visit.refresh_from_db()
    assert (visit.state, visit.form, visit.answers) == ("DONE", first, {key: "8"})
    shown = open_as(cast["ada"])
    shown.goto(f"/visits/{visit.pk}/")
    expect(shown.locator("main")).to_contain_text("How many staff?")
    expect(shown.locator("main")).to_contain_text("written with version 1 of the form")


def test_the_composer_on_a_narrow_screen(open_as, cast):
    page = open_as(cast["ada"], size=NARROW, dark=True)
    page.goto("/visits/forms/all/")
    expect(page.locator("[data-preview] details").first).to_be_visible()
    assert sideways(page) == []
    page.locator("[data-compose-row] [data-step='1']").first.click()
    expect(page.locator("[data-compose-row]").nth(1)).to_have_attribute("data-compose-row", "stated")
    assert barriers(page) == []


def test_tasks_are_moved_by_key_by_mouse_and_done_with_undo(open_as, cast):
    on = Company.get().today()
    for title, important, urgent in (("Receipts", False, True), ("Offer", True, False)):
        Task.objects.create(
            owner=cast["alice"], title=title, important=important, urgent=urgent, due_on=on, created_at=timezone.now(),
            sequence=1 if urgent else None,
        )  # fmt: skip
    page = open_as(cast["alice"])
    page.goto("/visits/tasks/")
    expect(page.locator("#day")).to_contain_text("“Receipts” is sand and stands before the stone “Offer”.")
    page.get_by_role("button", name="Stones first").click()
    expect(page.locator("#day .notice")).to_have_count(0)
    expect(page.locator("[data-day-task]").first).to_contain_text("Offer")
    # By key: the sand becomes important, too.
    page.locator("[data-task]", has_text="Receipts").focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-quadrant='11']")).to_contain_text("Receipts")
    expect(page.locator("[data-task]", has_text="Receipts")).to_be_focused()
    # By mouse: back to the sand.
    page.locator("[data-task]", has_text="Receipts").drag_to(page.locator("[data-quadrant='01']"))
    expect(page.locator("[data-quadrant='01']")).to_contain_text("Receipts")
    page.locator("[data-task]", has_text="Receipts").focus()
    page.keyboard.press("x")
    expect(page.locator("#toasts")).to_contain_text("“Receipts” is done.")
    expect(page.locator("#tasks")).not_to_contain_text("Receipts")
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.locator("[data-quadrant='01']")).to_contain_text("Receipts")
    assert Task.objects.filter(state="OPEN").count() == 2
    assert barriers(page) == []
    narrow = open_as(cast["alice"], size=NARROW, dark=True)
    narrow.goto("/visits/tasks/")
    assert sideways(narrow) == []
    assert barriers(narrow) == []
