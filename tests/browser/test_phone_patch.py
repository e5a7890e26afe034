"""Beyond the plan of the day: briefs of other dealers, visits together, days that were forgotten, what was taken back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.test_phone_offline import (  # noqa: F401
    begin,
    built,
    cast,
    counts,
    dealer,
    end,
    forgive,
    is_sent,
    log,
    look,
    phone,
    ready,
    visit,
    write,
)
from tests.factories import ContactFactory, DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.models import Advice, DayLog, Visit, VisitDue

KEPT_BRIEFS = """
async () => {
  const user = JSON.parse(document.getElementById("phone").textContent).user;
  const asked = indexedDB.open(`dealer-crm-${user}`);
  const db = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  const got = db.transaction("kept").objectStore("kept").get("briefs");
  await new Promise((done) => (got.onsuccess = done));
  db.close();
  return Object.keys(got.result || {}).length;
}
"""


def briefs_are_here(page: Page, number: int) -> None:
    for _turn in range(150):
        if page.evaluate(KEPT_BRIEFS) == number:
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.evaluate(KEPT_BRIEFS))


@pytest.fixture
def patch(cast, visit):  # noqa: F811
    """Two more dealers of Alice's, one of them due; the other was visited and advised."""
    on = visit.on
    shops = [
        DealerFactory(territory=cast["places"]["CN-EAST-1"], name=name, kind="WHOLESALER")
        for name in ("Wuxi", "Nantong")
    ]
    for shop, days in zip(shops, (0, 60), strict=True):
        VisitDue.objects.create(dealer=shop, user=cast["alice"], due_on=on + dt.timedelta(days=days))
        ContactFactory(dealer=shop, name=f"Mr Shen of {shop.name}")
        before = made_visit(
            dealer=shop, user=cast["alice"], on=on - dt.timedelta(days=30), summary=f"{shop.name} was content"
        )
        Advice.objects.create(
            visit=before, dealer=shop, topic="Window", text="Show the new range", created_at=before.ended_at
        )
    DayLog.objects.create(user=cast["alice"], on=on - dt.timedelta(days=30))
    return shops


@pytest.mark.parametrize("name", ["Wuxi", "Nantong"])
def test_the_brief_of_a_dealer_off_plan_is_there_without_a_signal(phone, patch, name):  # noqa: F811
    page = phone()
    briefs_are_here(page, 2)
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("link", name="Visit another dealer").click()
    page.locator("[name=dealer]").fill(name)
    page.locator(".m-row").click()
    brief = page.locator("[data-brief]")
    expect(brief).to_contain_text(f"{name} was content")
    expect(brief).to_contain_text(f"Mr Shen of {name}")
    expect(brief.get_by_text("In short")).to_have_count(0 if name == "Wuxi" else 1)


def test_what_came_of_advice_is_said_at_the_next_visit(phone, patch, cast):  # noqa: F811
    page = phone()
    briefs_are_here(page, 2)
    page.context.set_offline(True)
    page.goto("/m/#/dealers")
    page.locator("[name=dealer]").fill("Nantong")
    page.locator(".m-row").click()
    page.locator("[name=objective]").fill("See the window")
    page.locator("[data-name=purpose] button").first.click()
    page.get_by_role("button", name="Start visit").click()
    page.locator("[data-section=open] > summary").click()
    advice = Advice.objects.get(dealer__name="Nantong")
    row = page.locator(f"[data-advice='{advice.key}']")
    row.get_by_role("button", name="taken up and it helped").click()
    row.get_by_label("In words").fill("Twice as many ask")
    write(page)
    end(page)
    page.context.set_offline(False)
    is_sent(page)
    advice.refresh_from_db()
    assert (advice.result, advice.result_note) == ("HELPED", "Twice as many ask")


def test_the_next_time_stands_among_the_stops_to_come(phone, visit):  # noqa: F811
    page = phone()
    begin(page)
    write(page)
    page.locator("[data-section=next] .chip").first.click()
    page.get_by_role("button", name="To the end").click()
    expect(page.locator("#app")).to_contain_text("The next time will stand in your plan")
    page.locator("[data-name=result] button").first.click()
    page.get_by_role("button", name="Finish visit").click()
    is_sent(page)
    tomorrow = visit.on + dt.timedelta(days=1)
    planned = Visit.objects.get(dealer=visit.dealer, on=tomorrow)
    assert (planned.state, planned.objective, planned.locked) == ("PLANNED", "Bring samples", True)
    page.reload()
    expect(page.locator(f"[data-stop='{planned.key}']")).to_have_count(1)


def test_who_goes_along_reads_the_visit_and_does_not_write_it(phone, cast, dealer, visit):  # noqa: F811
    Visit.objects.filter(pk=visit.pk).update(kind="JOINT", companion=cast["bob"], objective="Win the order")
    page = phone("bob")
    expect(page.locator(".m-card")).to_contain_text("together with Alice")
    page.locator(".m-card .btn-primary").click()
    expect(page.locator("#app")).to_contain_text("Alice makes this visit")
    expect(page.locator("#app")).to_contain_text("Win the order")
    assert page.get_by_role("button", name="Start visit").count() == 0


def test_a_day_that_was_not_written_down_is_asked_for(phone, cast, visit):  # noqa: F811
    yesterday = visit.on - dt.timedelta(days=1)
    midnight = timezone.make_aware(dt.datetime.combine(yesterday, dt.time()), timezone.get_default_timezone())
    shop = DealerFactory(territory=cast["places"]["CN-EAST-1"], name="Yesterday's Shop")
    made_visit(
        dealer=shop, user=cast["alice"], on=yesterday,
        started_at=midnight + dt.timedelta(hours=9), ended_at=midnight + dt.timedelta(hours=9, minutes=40),
    )  # fmt: skip
    page = phone()
    page.context.set_offline(True)
    page.locator("[data-forgotten] a").click()
    expect(page.locator(f"[data-day-log='{yesterday.isoformat()}']")).to_be_visible()
    expect(page.locator(".m-sums [data-category=SELLING]")).to_contain_text("0:40")
    page.locator("[name=meal_minutes]").fill("30")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-forgotten]")).to_have_count(0)
    page.context.set_offline(False)
    is_sent(page)
    assert DayLog.objects.get().meal_minutes == 30
    assert DayLog.objects.get().on == yesterday


def test_the_week_is_added_up(phone, cast, visit):  # noqa: F811
    shop = DealerFactory(territory=cast["places"]["CN-EAST-1"], name="Morning Shop")
    made_visit(dealer=shop, user=cast["alice"], on=visit.on, order_amount=1200)
    page = phone()
    page.goto("/m/#/day")
    page.locator("[data-week] > summary").click()
    expect(page.locator("[data-week] tfoot")).to_contain_text("1,200")


WATCH_STATUS = """
() => {
  window.said = [];
  const status = document.getElementById("status");
  new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true, subtree: true, characterData: true });
}
"""


def test_from_taking_back_to_sending_nobody_says_that_all_is_sent(phone, visit):  # noqa: F811
    Visit.objects.filter(pk=visit.pk).update(objective="Old", purpose="SELL")
    page = phone()
    page.context.set_offline(True)
    log(page)
    Visit.objects.filter(pk=visit.pk).update(objective="Collect first", version=2)
    page.context.set_offline(False)
    expect(page.locator("#status")).to_contain_text("Needs attention: 1", timeout=30_000)
    page.locator("#status a").first.click()
    page.evaluate(WATCH_STATUS)
    page.locator("[data-field=objective]").get_by_role("button", name="The other").click()
    page.get_by_role("button", name="Go on with what I chose").click()
    expect(page.locator("#status")).to_contain_text("Taken back, not sent: 1")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    before = page.evaluate("window.said.length")
    assert not [said for said in page.evaluate("window.said") if "Everything is sent" in said]
    page.get_by_role("button", name="Finish visit").click()
    expect(page).to_have_url(re.compile(r"#/$"))
    # The first time that it is said, it is so.
    is_sent(page)
    visit.refresh_from_db()
    assert (visit.objective, visit.state) == ("Collect first", "DONE")
    assert page.evaluate("window.said.length") > before
    assert counts(page) == {"drafts": 0, "photos": 0, "outbox": 0}


def test_it_waits_from_the_press_on(phone, visit):  # noqa: F811
    """Between the press of a button and the message in the outbox lie some milliseconds of the store's."""
    page = phone()
    page.goto("/m/#/day")
    page.get_by_text("Add a task").click()
    page.locator("[name=title]").fill("Call the forwarder")
    page.context.route("**/m/outbox/", lambda route: route.abort())
    said = page.evaluate(
        """() => {
          [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === "Save").click();
          return document.getElementById("status").textContent;
        }"""
    )
    assert "Everything is sent" not in said


@pytest.mark.parametrize("dark", [False, True])
def test_these_pages_keep_nobody_out(open_as, cast, visit, patch, dark):  # noqa: F811
    made_visit(
        dealer=DealerFactory(territory=cast["places"]["CN-EAST-1"]), user=cast["alice"],
        on=visit.on - dt.timedelta(days=1), order_amount=1200,
    )  # fmt: skip
    VisitFactory(
        dealer=DealerFactory(territory=cast["places"]["CN-EAST-1"], name="Joint Shop"), user=cast["bob"], kind="JOINT",
        companion=cast["alice"], on=visit.on, sequence=9,
    )  # fmt: skip
    page = open_as(cast["alice"], size=(390, 844), dark=dark)
    page.goto("/m/")
    expect(page.locator("[data-forgotten]")).to_be_visible()
    wrong = look(page)
    page.locator("[data-forgotten] a").first.click()
    expect(page.locator(".m-sums")).to_be_visible()
    wrong += look(page)
    page.goto("/m/#/day")
    page.locator("[data-week] > summary").click()
    wrong += look(page)
    page.goto("/m/#/")
    page.get_by_role("link", name="Look at it").click()
    expect(page.locator("#app")).to_contain_text("you go along")
    wrong += look(page)
    assert not wrong, "\n".join(wrong)
