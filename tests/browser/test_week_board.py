"""The week as a board and the day as a route: by mouse, by keyboard, by two at once; each step can be taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from crm.base.models import Company
from tests.browser.conftest import NARROW
from tests.cast import hire, plant_territories
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from visits.models import Visit, WorkingTime


@pytest.fixture
def cast(transactional_db: None) -> dict[str, User]:
    Company.objects.update_or_create(pk=1)
    territories = plant_territories()
    people = {name: hire(name, territories) for name in ("alice", "bob", "dora")}
    WorkingTime.objects.create(user=people["alice"], start_latitude=31.0, start_longitude=121.0)
    for number, name in enumerate(("Plum", "Orchid", "Bamboo")):
        DealerFactory(
            territory=territories["CN-EAST-1"], name=name, tier="ABC"[number], latitude=31.0 + number / 25, longitude=121.0
        )  # fmt: skip
    return people


@pytest.fixture
def monday(cast: dict[str, User]) -> dt.date:
    """The first day of next week."""
    today = Company.get().today()
    return today + dt.timedelta(days=7 - today.weekday())


@pytest.fixture
def visits(cast: dict[str, User], monday: dt.date) -> dict[str, Visit]:
    """Three on that Monday, as the planner left them."""
    dealers = cast["alice"].assignments.get().territory.dealers.order_by("pk")
    return {
        dealer.name: VisitFactory(user=cast["alice"], dealer=dealer, on=monday, sequence=number)
        for number, dealer in enumerate(dealers, start=1)
    }


def week(page: Page, person: User, day: dt.date) -> None:
    page.goto(f"/visits/people/{person.pk}/week/?day={day.isoformat()}")


def card(page: Page, visit: Visit) -> Any:
    return page.locator(f"[data-visit='{visit.pk}']")


def column(page: Page, day: dt.date) -> Any:
    return page.locator(f"[data-day='{day.isoformat()}']")


def stands_on(page: Page, visit: Visit, day: dt.date) -> None:
    expect(column(page, day).locator(f"[data-visit='{visit.pk}']")).to_be_visible()


def test_a_card_is_dragged_to_another_day_and_comes_back(open_as, cast, monday, visits):
    page = open_as(cast["bob"])
    week(page, cast["alice"], monday)
    plum, tuesday = visits["Plum"], monday + dt.timedelta(days=1)
    card(page, plum).drag_to(column(page, tuesday))
    stands_on(page, plum, tuesday)
    expect(page.locator("#toasts")).to_contain_text("Plum is moved to")
    moved = Visit.objects.get(pk=plum.pk)
    assert (moved.on, moved.locked, moved.first_on) == (tuesday, True, monday)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    stands_on(page, plum, monday)
    back = Visit.objects.get(pk=plum.pk)
    assert (back.on, back.locked) == (monday, False)


def test_the_keyboard_moves_a_card_and_keeps_it_in_hand(open_as, cast, monday, visits):
    page = open_as(cast["alice"])
    week(page, cast["alice"], monday)
    orchid = visits["Orchid"]
    card(page, orchid).focus()
    for days in (1, 2):
        page.keyboard.press("Shift+ArrowRight")
        stands_on(page, orchid, monday + dt.timedelta(days=days))
        expect(card(page, orchid)).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    stands_on(page, orchid, monday + dt.timedelta(days=1))
    assert Visit.objects.get(pk=orchid.pk).on == monday + dt.timedelta(days=1)
    # Arrows alone walk to the next card and move nothing.
    expect(card(page, orchid)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(column(page, monday).locator("[data-visit]:focus")).to_have_count(1)


def test_held_left_out_with_a_reason_and_taken_up_again(open_as, cast, monday, visits):
    page = open_as(cast["alice"])
    week(page, cast["alice"], monday)
    bamboo = visits["Bamboo"]
    card(page, bamboo).locator("summary").click()
    card(page, bamboo).get_by_role("button", name="Hold on this day").click()
    expect(card(page, bamboo).get_by_text("locked")).to_be_attached()
    assert Visit.objects.get(pk=bamboo.pk).locked
    card(page, bamboo).locator("summary").click()
    card(page, bamboo).get_by_role("link", name="Appointment, objective, leave out").click()
    page.get_by_label("Leave out because").select_option("CLOSED")
    page.get_by_label("In words").fill("Stocktaking")
    page.get_by_role("button", name="Leave out").click()
    expect(page.locator("#toasts")).to_contain_text("Left out: Bamboo")
    left_out = Visit.objects.get(pk=bamboo.pk)
    assert (left_out.state, left_out.skip_reason, left_out.skip_note) == ("SKIPPED", "CLOSED", "Stocktaking")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Change the plan")).to_be_visible()
    assert Visit.objects.get(pk=bamboo.pk).state == "PLANNED"


def test_a_visit_off_the_plan_is_added_and_stays_on_its_day(open_as, cast, monday, visits):
    page = open_as(cast["alice"])
    week(page, cast["alice"], monday)
    page.get_by_role("link", name="Add a visit").click()
    page.get_by_role("searchbox", name="Dealer: name or code").fill("Plum")
    page.keyboard.press("Enter")
    page.locator("[data-row]").get_by_role("link", name="Plum").click()
    wednesday = monday + dt.timedelta(days=2)
    page.locator("[name=on]").fill(wednesday.isoformat())
    page.get_by_role("button", name="Add the visit").click()
    expect(page.locator("#toasts")).to_contain_text("The visit to Plum is planned.")
    added = Visit.objects.get(dealer__name="Plum", on=wednesday)
    stands_on(page, added, wednesday)
    assert (added.kind, added.locked) == ("EXTRA", True)


def test_of_two_managers_the_slower_is_told_and_sees_how_it_is(open_as, cast, monday, visits):
    hers, his = open_as(cast["dora"]), open_as(cast["bob"])
    for page in (hers, his):
        week(page, cast["alice"], monday)
    plum, tuesday = visits["Plum"], monday + dt.timedelta(days=1)
    card(his, plum).focus()
    his.keyboard.press("Shift+ArrowRight")
    stands_on(his, plum, tuesday)
    card(hers, plum).drag_to(column(hers, monday + dt.timedelta(days=3)))
    expect(hers.locator("#toasts")).to_contain_text("Somebody has changed this visit meanwhile.")
    stands_on(hers, plum, tuesday)
    assert Visit.objects.get(pk=plum.pk).on == tuesday


def test_stops_are_put_in_order_by_hand_and_the_router_is_asked_again(open_as, cast, monday, visits):
    page = open_as(cast["alice"], size=NARROW)
    page.goto(f"/visits/people/{cast['alice'].pk}/days/{monday.isoformat()}/")
    names = page.locator("[data-stops] .visit-stop-body a")
    expect(names).to_have_count(3)
    before = names.all_inner_texts()
    # The one between the two others: as the last of three it would make the way no longer.
    page.get_by_role("button", name=f"{before[1]}: earlier").click()
    wanted = [before[1], before[0], before[2]]
    expect(page.locator("#toasts")).to_contain_text("Your order is kept.")
    expect(names).to_have_text(wanted)
    expect(page.get_by_text("The router would save")).to_be_visible()
    page.reload()
    expect(names).to_have_text(wanted)
    page.get_by_role("button", name="Let the router order them").click()
    expect(page.get_by_text("Against the order before")).to_be_visible()
    expect(page.locator(".figures")).to_contain_text("saved")
    assert not Visit.objects.filter(by_hand=True).exists()


def test_a_visit_is_moved_in_the_month_by_mouse_and_by_key(open_as, cast, monday, visits):
    page = open_as(cast["bob"])
    page.goto(f"/visits/people/{cast['alice'].pk}/?month={monday:%Y-%m}")
    plum, orchid = visits["Plum"], visits["Orchid"]
    tuesday, wednesday = (monday + dt.timedelta(days=number) for number in (1, 2))
    card(page, plum).drag_to(column(page, wednesday))
    stands_on(page, plum, wednesday)
    card(page, orchid).focus()
    page.keyboard.press("Shift+ArrowRight")
    stands_on(page, orchid, tuesday)
    expect(card(page, orchid)).to_be_focused()
    assert [Visit.objects.get(pk=visit.pk).on for visit in (plum, orchid)] == [wednesday, tuesday]


def test_a_stop_is_marked_and_put_on_another_day_from_its_route(open_as, cast, monday, visits):
    page = open_as(cast["bob"])
    page.goto(f"/visits/people/{cast['alice'].pk}/days/{monday.isoformat()}/")
    plum = visits["Plum"]
    card(page, plum).locator("summary").click()
    card(page, plum).get_by_role("button", name="Must be made").click()
    expect(card(page, plum)).to_contain_text("must")
    card(page, plum).locator("summary").click()
    card(page, plum).get_by_role("button", name="Move", exact=True).click()
    expect(card(page, plum)).to_have_count(0)
    moved = Visit.objects.get(pk=plum.pk)
    assert (moved.on, moved.must) == (monday + dt.timedelta(days=1), True)
