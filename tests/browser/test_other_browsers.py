"""The pages for the field and the plan in Firefox and WebKitGTK, which know no Background Sync: a visit is logged without a
signal and sent later by the page itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from crm.base.models import Company
from dealers.models import Dealer
from tests.browser.other_browsers import FIREFOX, MINI_BROWSER, WEBKIT_DRIVER, XVFB, Driver, Firefox, Line, WebKit
from tests.browser.test_phone_faults import WRITE, consent
from tests.browser.test_phone_offline import built, cast, dealer  # noqa: F401
from tests.cast import sign_in
from tests.visits.factories import VisitFactory
from visits.models import Submission, Visit

needs_firefox = pytest.mark.skipif(FIREFOX is None, reason="no Firefox on this machine")
needs_webkit = pytest.mark.skipif(
    None in (WEBKIT_DRIVER, MINI_BROWSER, XVFB), reason="no WebKitWebDriver, MiniBrowser or Xvfb on this machine"
)
BROWSERS = [pytest.param(Firefox, marks=needs_firefox), pytest.param(WebKit, marks=needs_webkit)]

WAITING = """(async () => {
  const { user } = JSON.parse(document.getElementById("phone").textContent);
  const asked = indexedDB.open(`dealer-crm-${user}`);
  const db = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  const counted = db.transaction("outbox").objectStore("outbox").count();
  const count = await new Promise((done) => (counted.onsuccess = () => done(counted.result)));
  db.close();
  return String(count);
})()"""


def until(browser: Driver, body: str, seconds: int = 40) -> Any:
    """What the expression comes to, once it is something; it is not evaluated as text, for the pages do not allow that."""
    script = (
        f"for (let turn = 0; turn < {seconds * 5}; turn += 1) {{ const there = await ({body}); if (there) return there; "
        "await new Promise((done) => setTimeout(done, 200)); } "
        "throw new Error('nothing came of it; the page says: ' + document.body.innerText.slice(0, 300));"
    )
    return browser.run(script)


@pytest.fixture(params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Driver]:
    started: Driver = request.param()
    yield started
    started.close()


@pytest.fixture
def line(live_server: Any) -> Iterator[Line]:
    line = Line(urlsplit(live_server.url).port or 80)
    yield line
    line.close()


@pytest.fixture
def site(browser: Driver, line: Line, cast: dict[str, Any], settings: Any) -> str:  # noqa: F811
    """Where the pages are for Alice, who is signed in."""
    address = f"http://localhost:{line.port}"
    browser.goto(f"{address}{reverse('phone:manifest')}")
    name = settings.SESSION_COOKIE_NAME
    browser.add_cookie(name, sign_in(Client(), cast["alice"]).cookies[name].value)
    return address


@pytest.fixture
def visit(cast: dict[str, Any], dealer: Dealer) -> Visit:  # noqa: F811
    consent(cast["alice"])
    return VisitFactory(dealer=dealer, user=cast["alice"], on=Company.get().today())


def test_a_visit_is_logged_without_a_signal_and_sent_later(
    browser: Driver, site: str, line: Line, visit: Visit
) -> None:
    browser.goto(f"{site}/m/")
    assert visit.dealer.name in until(browser, "document.querySelector('.m-card')?.innerText")
    until(browser, "navigator.serviceWorker.ready.then((it) => it.active && caches.match('/m/'))")
    line.cut()
    # Loaded anew by the worker, from what lies on the phone.
    browser.goto(f"{site}/m/")
    assert visit.dealer.name in until(browser, "document.querySelector('.m-card')?.innerText")
    write = f"return ({WRITE})(given[0]);"
    browser.run(write, {"dealer": visit.dealer_id, "summary": "Without a signal", "kill": False})
    assert until(browser, WAITING) == "1"
    assert not Submission.objects.exists()
    line.mend()
    until(browser, f"(dispatchEvent(new Event('online')), {WAITING}.then((count) => count === '0'))")
    made = Visit.objects.get()
    assert (made.state, made.summary, made.findings.count()) == ("DONE", "Without a signal", 1)
    assert Submission.objects.count() == 1
    until(browser, "document.getElementById('status').innerText.includes('Everything is sent')")


def test_the_plan(browser: Driver, site: str, visit: Visit) -> None:
    """The week and the day of one's own: what is planned stands there, and nothing is wider than the window."""
    for name, arguments in (("week", ()), ("day", (visit.on,)), ("month", ())):
        browser.goto(f"{site}{reverse(f'visits:{name}', args=[visit.user_id, *arguments])}")
        assert visit.dealer.name in until(browser, "document.querySelector('main')?.innerText")
        wide = browser.run("return document.documentElement.scrollWidth - innerWidth;")
        assert wide <= 0, f"{name} is {wide} px wider than the window"
