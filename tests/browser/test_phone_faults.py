"""Hundreds of visits under faults that come at random: none is lost, none is there twice.

Each visit is written in the page as a representative writes it, and between and during the sending the network goes, answers
get lost, the server fails, the session ends, tabs are killed, a second tab sends too, and somebody else signs in on the phone.
"""

from __future__ import annotations

import os
import time
from random import Random
from statistics import median
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, Route

from crm.base.models import Company
from dealers.models import Dealer
from tests.browser.conftest import NARROW
from tests.browser.test_phone_offline import (  # noqa: F401
    built,
    cast,
    counts,
    forgive,
    ready,
    sign_in_again,
    sign_in_again_at,
)
from tests.factories import DealerFactory
from visits.models import Finding, Submission, Visit

# `PHONE_FAULT_VISITS=500` for the whole proof; it takes about two seconds a visit, the last one as the first.
VISITS = int(os.environ.get("PHONE_FAULT_VISITS", "60"))
SEED = 7

# What a representative does at a dealer's that is not in the plan, without the clicks: the page's own drafts and outbox.
WRITE = """
async ({ dealer, summary, kill }) => {
  location.hash = `#/start/${dealer}`;
  const until = async (found) => {
    for (let turn = 0; turn < 2400; turn += 1) {
      const there = found();
      if (there) return there;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`nothing came of ${found}`);
  };
  const type = (name, text) => {
    const field = document.querySelector(`[name=${name}]`);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const press = (words) => [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === words).click();
  await until(() => location.hash.startsWith("#/visit/") && document.querySelector("[name=objective], [name=summary]"));
  if (document.querySelector("[name=objective]")) {
    type("objective", "Win the order");
    const purpose = document.querySelector("[data-name=purpose] button");
    if (purpose.getAttribute("aria-pressed") === "false") purpose.click();
    press("Start visit");
  }
  await until(() => document.querySelector("[name=summary]"));
  type("summary", summary);
  if (!document.querySelector("[data-section=stated] [data-row]")) press("Add a problem the dealer names");
  const problem = document.querySelector("[data-section=stated] [data-row] [name=text]");
  problem.value = `Problem of ${summary}`;
  problem.dispatchEvent(new Event("input", { bubbles: true }));
  for (const section of ["order", "next"]) {
    const box = document.querySelector(`[data-section=${section}]`);
    box.open = true;
    await until(() => box.querySelector("input"));
  }
  type("order_amount", "100");
  type("next_step", "Call");
  await new Promise((done) => setTimeout(done, 250));
  if (kill) return;
  press("To the end");
  const result = await until(() => document.querySelector("[data-name=result] button"));
  if (result.getAttribute("aria-pressed") === "false") result.click();
  press("Finish visit");
  await until(() => location.hash === "#/");
}
"""


class Faults:
    """Meets every request to the outbox with whatever the dice say; `calm` lets all through."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.calm = False
        self.met: dict[str, int] = {}

    def handle(self, route: Route) -> None:
        fate = (
            "fine"
            if self.calm
            else self.random.choice(("fine", "fine", "fine", "lost", "lost", "never", "500", "portal"))
        )
        self.met[fate] = self.met.get(fate, 0) + 1
        if fate == "fine":
            route.continue_()
        elif fate == "never":
            route.abort()
        elif fate == "lost":
            # The server does it; nobody hears of it.
            route.fetch()
            route.abort()
        elif fate == "500":
            route.fulfill(status=503, body="busy")
        else:
            route.fulfill(status=200, content_type="text/html", body="<p>Welcome to the hotel's network</p>")


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_is_there_twice(open_as, cast, settings, transactional_db):  # noqa: F811
    random = Random(SEED)
    dealers = [
        DealerFactory(territory=cast["places"]["CN-EAST-1"], name=f"Shop {number}", kind="WHOLESALER")
        for number in range(VISITS)
    ]
    consent(cast["alice"])
    page: Page = open_as(cast["alice"], size=NARROW)
    forgive(page)
    page.set_default_timeout(120_000)
    page.goto("/m/")
    ready(page)
    context = page.context
    # A machine that is kept busy is slow, not wrong.
    context.set_default_timeout(120_000)
    faults = Faults(random)
    context.route("**/m/outbox/", faults.handle)
    met = {"offline": 0, "killed": 0, "session": 0, "second tab": 0, "another user": 0}
    # Seconds a visit took to write, beside how many waited meanwhile.
    pace: list[tuple[int, float]] = []
    for number, dealer in enumerate(dealers):
        offline = random.random() < 0.3
        context.set_offline(offline)
        met["offline"] += offline
        if random.random() < 0.05:
            Session.objects.all().delete()
            cache.clear()
            met["session"] += 1
        arguments: dict[str, Any] = {"dealer": dealer.pk, "summary": f"Visit {number}", "kill": False}
        if random.random() < 0.1:
            page.evaluate(WRITE, arguments | {"kill": True})
            # Who opens the page anew, with a signal and after the session has ended, has to sign in.
            sign_in_again(page, cast["alice"], settings)
            page = another_tab(page, cast["alice"])
            met["killed"] += 1
        began = time.monotonic()
        page.evaluate(WRITE, arguments)
        pace.append((counts(page)["outbox"], time.monotonic() - began))
        if random.random() < 0.04 and not offline:
            page = lent_to(cast["charlie"], page, cast["alice"], settings)
            met["another user"] += 1
        if random.random() < 0.1:
            other = context.new_page()
            other.goto("/m/")
            for tab in (page, other):
                tab.evaluate("dispatchEvent(new Event('online'))")
            other.wait_for_timeout(200)
            other.close()
            # A tab in the background is given one turn a minute.
            page.bring_to_front()
            met["second tab"] += 1
        if random.random() < 0.6:
            sign_in_again(page, cast["alice"], settings)
            page.evaluate("dispatchEvent(new Event('online'))")
    context.set_offline(False)
    faults.calm = True
    sign_in_again(page, cast["alice"], settings)
    page.goto("/m/")
    ready(page)
    for _second in range(60 + VISITS):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(1000)
        if counts(page)["outbox"] == 0:
            break
    assert counts(page) == {"drafts": 0, "photos": 0, "outbox": 0}
    is_there_once(dealers)
    # The dice did what they are for.
    assert min(faults.met.get(fate, 0) for fate in ("lost", "never", "500", "portal")) > 0, faults.met
    # Of few visits it may be that nobody else took the phone.
    assert min(met["offline"], met["killed"], met["second tab"]) > 0, met
    waiting = sorted(pace)
    print(f"{VISITS} visits: {faults.met} {met}; most that waited: {waiting[-1][0]}")
    quarter = max(len(pace) // 4, 1)
    quarters = [median(s for _n, s in pace[at : at + quarter]) for at in range(0, len(pace) - quarter + 1, quarter)]
    print(f"quarters in order: {', '.join(f'{each:.2f}' for each in quarters)} s a visit")
    for label, part in (("fewest", waiting[: len(waiting) // 4]), ("most", waiting[-len(waiting) // 4 :])):
        print(
            f"quarter with {label} waiting ({part[0][0]} to {part[-1][0]}): {median(s for _n, s in part):.2f} s a visit"
        )


def is_there_once(dealers: list[Dealer]) -> None:
    made = Visit.objects.filter(state="DONE")
    written = sorted(made.values_list("dealer", "summary"))
    assert written == sorted((dealer.pk, f"Visit {number}") for number, dealer in enumerate(dealers))
    assert Finding.objects.count() == len(dealers)
    assert Submission.objects.filter(kind="visit").count() == len(dealers)
    assert set(made.values_list("on", flat=True)) <= {Company.get().today()}
    assert set(made.values_list("version", flat=True)) == {1}


def consent(user: Any) -> None:
    """Refused before, so that no question stands in the way."""
    from visits.models import LocationConsent

    LocationConsent.objects.create(user=user, given_at="2026-01-01T00:00Z", withdrawn_at="2026-01-01T00:00Z")


def lent_to(other: Any, page: Page, owner: Any, settings: Any) -> Page:
    """Somebody else signs in, looks at her own day, and gives the phone back: hers is empty, and nothing goes out."""
    page.close()
    tab = page.context.new_page()
    sign_in_again_at(tab, other, settings, page.url)
    tab.goto("/m/")
    tab.get_by_text("No stops are planned for today").wait_for()
    # What was on its way in the owner's name when she closed her page has arrived by now.
    sent = Submission.objects.count()
    tab.evaluate("dispatchEvent(new Event('online'))")
    tab.wait_for_timeout(200)
    assert tab.get_by_text("Shop ").count() == 0
    assert Submission.objects.filter(user=other).count() == 0
    assert Submission.objects.count() == sent
    sign_in_again_at(tab, owner, settings, page.url)
    return another_tab(tab, owner)


# The page that was kept may be the other one's: it gives way to hers.
IS_HERS = """(user) => JSON.parse(document.getElementById("phone").textContent).user === user && document.querySelector(".m-lead")"""


def another_tab(page: Page, owner: Any) -> Page:
    """As after the phone has thrown the tab away: a new one at today's page."""
    context = page.context
    page.close(run_before_unload=False)
    new = context.new_page()
    new.goto("/m/")
    new.wait_for_function(IS_HERS, arg=owner.pk)
    return new
