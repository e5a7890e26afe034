"""A day on the phone with the network off and on: nothing is lost, nothing is there twice, nobody sees another's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.base.models import Company
from dealers.models import Dealer
from tests.browser.conftest import NARROW
from tests.browser.watch import barriers, sideways
from tests.cast import hire, plant_territories
from tests.factories import ContactFactory, DealerFactory
from tests.visits.factories import VisitFactory
from visits.models import Commitment, Finding, LocationConsent, Submission, Visit, VisitPhoto
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
    people: dict[str, Any] = {name: hire(name, territories) for name in ("alice", "bob", "charlie")}
    people["places"] = territories
    return people


@pytest.fixture
def dealer(cast) -> Dealer:
    dealer = DealerFactory(
        territory=cast["places"]["CN-EAST-1"], name="苏州海悦专卖店", kind="WHOLESALER", phone="0512 123"
    )
    ContactFactory(dealer=dealer, name="沈月", is_primary=True)
    return dealer


@pytest.fixture
def visit(cast, dealer) -> Visit:
    LocationConsent.objects.create(user=cast["alice"], given_at="2026-01-01T00:00Z", withdrawn_at="2026-01-01T00:00Z")
    return VisitFactory(dealer=dealer, user=cast["alice"], on=Company.get().today())


@pytest.fixture
def phone(open_as, cast):
    """`phone("alice")` is the page of today on her phone, ready for times without a signal."""

    def phone(name: str = "alice") -> Page:
        page = open_as(cast[name], size=NARROW)
        forgive(page)
        page.goto("/m/")
        ready(page)
        return page

    return phone


def forgive(page: Page) -> None:
    """Requests that fail on purpose are no fault; everything else still is."""
    page.watch.expects_no_network = True
    page.watch.expected_statuses |= {401, 403, 409, 422, 503}


def ready(page: Page) -> None:
    """The worker runs and keeps the page."""
    page.wait_for_function(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          if (!registration.active || !navigator.serviceWorker.controller) return false;
          return Boolean(await caches.match("/m/"));
        }"""
    )
    expect(page.locator("#status")).to_contain_text("as of")


def begin(page: Page, objective: str = "Win the order") -> None:
    page.get_by_role("link", name="Open visit").click()
    page.locator("[name=objective]").fill(objective)
    purpose = page.locator("[data-name=purpose] button").first
    # A second press takes it away again.
    if purpose.get_attribute("aria-pressed") == "false":
        purpose.click()
    page.get_by_role("button", name="Start visit").click()
    expect(page.locator("[name=summary]")).to_be_visible()


def write(page: Page, summary: str = "利润太薄") -> None:
    page.locator("[name=summary]").fill(summary)
    for name in ("order", "next"):
        page.locator(f"[data-section={name}] > summary").click()
    page.locator("[name=order_amount]").fill("1,250.50")
    page.locator("[name=next_step]").fill("Bring samples")


def end(page: Page) -> None:
    page.get_by_role("button", name="To the end").click()
    page.locator("[data-name=result] button").first.click()
    page.get_by_role("button", name="Finish visit").click()
    expect(page).to_have_url(re.compile(r"#/$"))


def log(page: Page, summary: str = "利润太薄") -> None:
    begin(page)
    write(page, summary)
    end(page)


def is_sent(page: Page) -> None:
    expect(page.locator("#status")).to_contain_text("Everything is sent", timeout=30_000)


def test_a_visit_is_logged_without_a_signal_and_sent_later(phone, visit, tmp_path):
    page = phone()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".m-card")).to_contain_text("苏州海悦专卖店")
    begin(page)
    write(page)
    page.locator("[data-section=promises] > summary").click()
    page.get_by_role("button", name="Add our promise").click()
    page.locator("[data-section=promises] [name=text]").last.fill("Solve the delay")
    page.get_by_role("button", name="Add the dealer's promise").click()
    page.locator("[data-section=promises] [name=text]").last.fill("Takes twenty")
    page.locator("[data-section=promises] [name=quantity]").last.fill("20")
    page.locator("[data-section=photos] > summary").click()
    page.locator("[name=photo]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator(".m-photo")).to_have_count(1)
    page.get_by_role("button", name="To the end").click()
    expect(page.locator("#app")).to_contain_text("Takes twenty")
    page.locator("[data-name=result] button").first.click()
    page.get_by_role("button", name="Finish visit").click()
    expect(page.locator("#status")).to_contain_text("Waits to be sent: 2")
    assert not Submission.objects.exists()
    page.context.set_offline(False)
    is_sent(page)
    visit.refresh_from_db()
    assert (visit.state, visit.summary, str(visit.order_amount), visit.check_in) == (
        "DONE",
        "利润太薄",
        "1250.50",
        "UNVERIFIED",
    )
    theirs = Commitment.objects.get(visit=visit, side="THEIRS")
    assert theirs.for_promise is not None
    assert theirs.for_promise.text == "Solve the delay"
    assert VisitPhoto.objects.get(visit=visit).bytes < 500_000
    assert Submission.objects.count() == 2
    # Nothing of it stays on the phone.
    assert counts(page) == {"drafts": 0, "photos": 0, "outbox": 0}


def picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "PNG")
    return out.getvalue()


def counts(page: Page) -> dict[str, int]:
    return page.evaluate(
        """async () => {
          const user = JSON.parse(document.getElementById("phone").textContent).user;
          const db = await new Promise((done) => {
            const asked = indexedDB.open(`dealer-crm-${user}`);
            asked.onsuccess = () => done(asked.result);
          });
          const count = (name) => new Promise((done) => {
            const asked = db.transaction(name).objectStore(name).count();
            asked.onsuccess = () => done(asked.result);
          });
          const found = { drafts: await count("drafts"), photos: await count("photos"), outbox: await count("outbox") };
          db.close();
          return found;
        }"""
    )


def test_a_lost_answer_leaves_one_visit(phone, visit):
    """The server does it, the phone does not hear of it, three times."""
    page = phone()
    lost = []

    def lose(route):
        if len(lost) < 3:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/m/outbox/", lose)
    log(page)
    expect(page.locator("#status")).to_contain_text("Waits to be sent: 1")
    for _time in range(4):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(400)
    is_sent(page)
    assert lost == [200, 200, 200]
    visit.refresh_from_db()
    assert (visit.state, visit.version) == ("DONE", 2)
    assert (Visit.objects.count(), Submission.objects.count()) == (1, 1)


def test_a_killed_tab_keeps_the_draft(phone, visit):
    page = phone()
    page.context.set_offline(True)
    begin(page)
    page.locator("[name=summary]").fill("Half a sentence")
    expect(page.locator(".m-saved")).to_contain_text("saved on this phone")
    address = page.url
    page.wait_for_timeout(400)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(address)
    expect(again.locator("[name=summary]")).to_have_value("Half a sentence")


def test_an_ended_session_keeps_the_queue(phone, visit, cast, settings):
    page = phone()
    page.context.set_offline(True)
    log(page)
    Session.objects.all().delete()
    cache.clear()
    page.context.set_offline(False)
    expect(page.locator("#status")).to_contain_text("Sign in", timeout=20_000)
    expect(page.locator("#status")).to_contain_text("Waits to be sent: 1")
    assert not Submission.objects.exists()
    sign_in_again(page, cast["alice"], settings)
    page.goto("/m/")
    is_sent(page)
    visit.refresh_from_db()
    assert visit.state == "DONE"


def sign_in_again(page: Page, user, settings) -> None:
    sign_in_again_at(page, user, settings, page.url)


def sign_in_again_at(page: Page, user, settings, address: str) -> None:
    """Whoever is signed in at the address, it is this user from now on."""
    from django.test import Client

    from tests.cast import sign_in

    name = settings.SESSION_COOKIE_NAME
    key = sign_in(Client(), user).cookies[name].value
    page.context.add_cookies([{"name": name, "value": key, "url": address.partition("/m/")[0]}])


def test_what_both_changed_is_shown_side_by_side(phone, visit):
    Visit.objects.filter(pk=visit.pk).update(objective="Old", purpose="SELL")
    page = phone()
    page.context.set_offline(True)
    log(page)
    Visit.objects.filter(pk=visit.pk).update(objective="Collect first", version=2)
    page.context.set_offline(False)
    expect(page.locator("#status")).to_contain_text("Needs attention: 1", timeout=20_000)
    page.locator("#status a").first.click()
    conflict = page.locator("[data-field=objective]")
    expect(conflict).to_contain_text("Collect first")
    expect(conflict).to_contain_text("Win the order")
    conflict.get_by_role("button", name="The other").click()
    page.get_by_role("button", name="Go on with what I chose").click()
    page.get_by_role("button", name="Finish visit").click()
    expect(page).to_have_url(re.compile(r"#/$"))
    for _attempt in range(40):
        is_sent(page)
        visit.refresh_from_db()
        if visit.state == "DONE":
            break
        page.wait_for_timeout(250)
    assert (visit.objective, visit.summary, visit.state) == ("Collect first", "利润太薄", "DONE")


def test_a_refusal_is_kept_corrected_and_sent_again(phone, visit, dealer, cast):
    page = phone()
    page.context.set_offline(True)
    log(page)
    # The dealer went to another territory while the phone was away.
    Dealer.objects.filter(pk=dealer.pk).update(territory=cast["places"]["JP-KANTO-1"])
    page.context.set_offline(False)
    expect(page.locator("#status")).to_contain_text("Needs attention: 1", timeout=20_000)
    assert counts(page)["outbox"] == 1
    Dealer.objects.filter(pk=dealer.pk).update(territory=cast["places"]["CN-EAST-1"])
    page.locator("#status a").first.click()
    page.get_by_role("button", name="Send again").click()
    is_sent(page)
    visit.refresh_from_db()
    assert visit.state == "DONE"


def test_two_tabs_send_it_once_and_neither_overwrites_the_other(phone, visit):
    first = phone()
    first.context.set_offline(True)
    begin(first)
    write(first)
    first.wait_for_timeout(500)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.locator("[name=summary]")).to_have_value("利润太薄")
    second.locator("[name=summary]").fill("Written in the second tab")
    expect(second.locator(".m-saved")).to_contain_text("saved")
    second.wait_for_timeout(500)
    # The first one notices and shows how it stands now.
    first.locator("[name=next_step]").fill("Lost?")
    expect(first.get_by_role("dialog")).to_contain_text("another tab")
    first.get_by_role("button", name="Look at it").click()
    expect(first.locator("[name=summary]")).to_have_value("Written in the second tab")
    end(second)
    first.context.set_offline(False)
    is_sent(second)
    visit.refresh_from_db()
    assert visit.summary == "Written in the second tab"
    assert Submission.objects.count() == 1


def test_another_user_of_the_phone_sees_and_sends_nothing_of_hers(phone, visit, cast, settings):
    page = phone()
    page.context.set_offline(True)
    log(page, "Alice's secret")
    sign_in_again(page, cast["charlie"], settings)
    page.context.set_offline(False)
    page.goto("/m/")
    expect(page.locator("#app")).to_contain_text("No stops are planned")
    expect(page.locator("body")).not_to_contain_text("苏州海悦专卖店")
    page.goto("/m/#/queue")
    expect(page.locator("body")).not_to_contain_text("苏州海悦专卖店")
    page.wait_for_timeout(1000)
    assert not Submission.objects.exists()
    # Alice comes back, and it goes out in her name.
    sign_in_again(page, cast["alice"], settings)
    page.goto("/m/")
    page.reload()
    is_sent(page)
    visit.refresh_from_db()
    assert (visit.state, visit.user) == ("DONE", cast["alice"])


def test_signing_out_warns_and_clears_the_phone(phone, visit, dealer):
    page = phone()
    begin(page)
    page.wait_for_timeout(400)
    page.get_by_label("More").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog")).to_contain_text("Not sent yet: 1")
    page.get_by_role("button", name="Stay signed in").click()
    assert counts(page)["drafts"] == 1
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out and delete").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    names = page.evaluate("indexedDB.databases().then((all) => all.map((each) => each.name))")
    assert not [name for name in names if re.fullmatch(r"dealer-crm-\d+", name)]
    assert page.evaluate("caches.match('/m/').then(Boolean)") is False


def test_signing_out_on_another_page_takes_the_phone_pages_along(phone, visit):
    """What was not sent stays for its writer, without a page that would show it."""
    page = phone()
    page.context.set_offline(True)
    log(page)
    page.context.unroute_all()
    page.context.route("**/m/outbox/", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/accounts/profile/")
    page.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert page.evaluate("caches.match('/m/').then(Boolean)") is False
    names = page.evaluate("indexedDB.databases().then((all) => all.map((each) => each.name))")
    assert [name for name in names if re.fullmatch(r"dealer-crm-\d+", name)]


def test_the_next_morning_without_a_signal(phone, visit, cast):
    """What came yesterday holds today's stops."""
    next_stop = DealerFactory(territory=cast["places"]["CN-EAST-1"], name="Tomorrow's Shop")
    VisitFactory(dealer=next_stop, user=cast["alice"], on=visit.on + dt.timedelta(days=1))
    page = phone()
    expect(page.locator(".m-card")).to_contain_text("苏州海悦专卖店")
    page.context.set_offline(True)
    page.evaluate(
        """async () => {
          const user = JSON.parse(document.getElementById("phone").textContent).user;
          const asked = indexedDB.open(`dealer-crm-${user}`);
          const db = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
          const put = db.transaction("kept", "readwrite").objectStore("kept").put(Date.now() - 86_400_000, "fetched_at");
          await new Promise((done) => (put.onsuccess = done));
          db.close();
        }"""
    )
    page.reload()
    expect(page.locator(".m-lead")).to_contain_text("0 of 2 made")
    expect(page.locator("#app")).to_contain_text("Tomorrow's Shop")


def test_what_was_begun_off_plan_by_mistake_is_thrown_away(phone, visit, cast):
    DealerFactory(territory=cast["places"]["CN-EAST-1"], name="Nantong Shop")
    page = phone()
    page.get_by_role("link", name="Visit another dealer").click()
    page.locator("[name=dealer]").fill("nantong")
    page.locator(".m-row").click()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#app")).not_to_contain_text("Nantong Shop")
    assert counts(page) == {"drafts": 0, "photos": 0, "outbox": 0}


def test_a_visit_off_plan_by_search(phone, visit, cast):
    other = DealerFactory(territory=cast["places"]["CN-EAST-1"], name="Nantong Électro", kind="WHOLESALER")
    DealerFactory(territory=cast["places"]["JP-KANTO-1"], name="Nantong of Charlie", kind="WHOLESALER")
    page = phone()
    page.context.set_offline(True)
    page.get_by_role("link", name="Visit another dealer").click()
    page.locator("[name=dealer]").fill("nantong electro")
    expect(page.locator(".m-row")).to_have_count(1)
    page.locator(".m-row").click()
    page.locator("[name=objective]").fill("Say hello")
    page.locator("[data-name=purpose] button").first.click()
    page.get_by_role("button", name="Start visit").click()
    write(page)
    end(page)
    page.context.set_offline(False)
    is_sent(page)
    made = Visit.objects.get(dealer=other)
    assert (made.state, made.why, made.user) == ("DONE", "OFF_PLAN", cast["alice"])


def test_what_was_left_open_is_followed_up(phone, visit, dealer, cast):
    written = {"dealer": dealer, "created_at": timezone.now(), "created_by": cast["alice"]}
    issue = Finding.objects.create(kind="STATED", text="Always late", **written)
    promise = Commitment.objects.create(side="THEIRS", text="Takes ten", due_on=visit.on, **written)
    page = phone()
    page.context.set_offline(True)
    begin(page)
    page.locator("[data-section=open] > summary").click()
    page.locator(f"[data-issue='{issue.key}']").get_by_label("What is the cause?").fill("One lorry too few")
    page.locator(f"[data-promise='{promise.key}']").get_by_role("button", name="kept", exact=True).click()
    write(page)
    end(page)
    page.context.set_offline(False)
    is_sent(page)
    issue.refresh_from_db()
    promise.refresh_from_db()
    assert (issue.state, issue.cause, promise.state) == ("ANALYSED", "One lorry too few", "KEPT")


def test_what_is_compulsory_or_why_not(phone, visit):
    page = phone()
    page.get_by_role("link", name="Open visit").click()
    page.get_by_role("button", name="Start visit").click()
    expect(page.get_by_role("alert")).to_contain_text("objective and purpose")
    page.locator("[name=objective]").fill("Look around")
    page.locator("[data-name=purpose] button").first.click()
    page.get_by_role("button", name="Start visit").click()
    page.get_by_role("button", name="To the end").click()
    page.locator("[data-name=result] button").first.click()
    page.get_by_role("button", name="Finish visit").click()
    expect(page.get_by_role("alert")).to_contain_text("Still missing")
    for section in ("stated", "order", "next"):
        box = page.locator(f"[data-section={section}]")
        box.locator("> summary").click()
        box.get_by_text("Not possible because").click()
        box.get_by_role("button", name="No time").click()
    page.get_by_role("button", name="Finish visit").click()
    expect(page).to_have_url(re.compile(r"#/$"))
    is_sent(page)
    visit.refresh_from_db()
    assert visit.not_possible == {"stated": "No time", "order": "No time", "next": "No time"}


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_keep_nobody_out(open_as, cast, visit, dark):
    """WCAG 2.2 AA, no sideways scroll and targets of 44 px, before, during and at the end of a visit."""
    page = open_as(cast["alice"], size=NARROW, dark=dark)
    page.goto("/m/")
    expect(page.locator(".m-card")).to_be_visible()
    wrong = look(page)
    for address in ("#/queue", "#/dealers", "#/day"):
        page.goto(f"/m/{address}")
        page.wait_for_timeout(300)
        wrong += look(page)
    page.goto("/m/#/")
    begin(page)
    page.evaluate("document.querySelectorAll('[data-section]').forEach((each) => (each.open = true))")
    page.wait_for_timeout(300)
    wrong += look(page)
    page.get_by_role("button", name="To the end").click()
    wrong += look(page)
    assert not wrong, "\n".join(wrong)


SMALL = """
() => [...document.querySelectorAll("a, button, input:not([type=checkbox]):not(.m-file), select, textarea, summary, .form-check")]
  .filter((each) => each.getClientRects().length && !each.closest(".skip-link") && !each.classList.contains("skip-link"))
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([each, box]) => `${each.tagName} ${each.className} "${each.textContent.slice(0, 20)}" is ${Math.round(box.width)} x ${Math.round(box.height)}`)
"""


def look(page: Page) -> list[str]:
    return [f"{page.url}: {each}" for each in [*barriers(page), *sideways(page), *page.evaluate(SMALL)]]
