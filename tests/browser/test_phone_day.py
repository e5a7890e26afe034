"""Expenses and the log of the day on the phone, without a signal; and hundreds of messages that wait without being read."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_phone_offline import (  # noqa: F401
    built,
    cast,
    counts,
    dealer,
    forgive,
    is_sent,
    log,
    look,
    phone,
    ready,
    visit,
)
from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from visits.models import DayLog, Expense, Submission, TimeEntry


def receipt() -> dict:
    """A photograph of some megabytes, with the camera's data in it."""
    image = Image.effect_noise((2400, 1800), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def write(page: Page, amount: str, category: str = "TRANSPORT") -> None:
    page.get_by_role("link", name="Add an expense").click()
    page.locator(f"[data-name=category] [data-value={category}]").click()
    page.locator("[name=amount]").fill(amount)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Expenses")


def nothing_waits(page: Page) -> None:
    for _turn in range(150):
        if counts(page)["outbox"] == 0:
            return
        page.wait_for_timeout(200)
    raise AssertionError(counts(page))


def kept(page: Page) -> None:
    expect(page.locator(".m-saved")).to_contain_text("kept on this phone")


def test_an_expense_is_written_without_a_signal_changed_and_sent_once(phone, visit, cast):  # noqa: F811
    page = phone()
    page.context.set_offline(True)
    page.goto("/m/#/expenses")
    write(page, "1,320.50", "ENTERTAINMENT")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("what it was for")
    page.locator("[name=purpose]").fill("Dinner with Mr Shen")
    page.locator("[name=guests]").fill("3")
    page.locator("select[name=visit]").select_option(label=visit.dealer.name)
    page.locator("[name=receipt]").set_input_files(receipt())
    expect(page.locator(".m-photos img")).to_have_count(1)
    kept(page)
    # The tab is thrown away, and everything is still there.
    page.close(run_before_unload=False)
    page = page.context.new_page()
    page.goto("/m/#/expenses/new")
    expect(page.locator("[name=purpose]")).to_have_value("Dinner with Mr Shen")
    expect(page.locator(".m-photos img")).to_have_count(1)
    save(page)
    row = page.locator("[data-expense]")
    expect(row).to_contain_text("1,320.50")
    expect(row).to_contain_text("Waits to be sent")
    expect(page.locator(".m-share")).to_contain_text("100%")
    row.click()
    page.locator("[name=amount]").fill("320.50")
    save(page)
    expect(page.locator("[data-expense]")).to_have_count(1)
    assert not Submission.objects.exists()
    page.context.set_offline(False)
    is_sent(page)
    expense = Expense.objects.get()
    assert (expense.user, expense.amount, expense.category, expense.guests) == (
        cast["alice"],
        Decimal("320.50"),
        "ENTERTAINMENT",
        3,
    )
    assert (expense.purpose, expense.dealer, expense.visit) == ("Dinner with Mr Shen", visit.dealer, visit)
    file = expense.receipt.read()
    assert 0 < len(file) <= 500_000
    assert b"Secret camera" not in file
    assert counts(page) == {"drafts": 0, "photos": 0, "outbox": 0}


def test_a_lost_answer_leaves_one_expense(phone, visit):  # noqa: F811
    page = phone()
    lost = []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/m/outbox/", lose)
    page.goto("/m/#/expenses")
    write(page, "12")
    save(page)
    for _time in range(4):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(400)
    is_sent(page)
    assert lost == [200, 200]
    assert Expense.objects.get().amount == 12


def test_what_was_sent_today_is_changed_and_deleted(phone, visit):  # noqa: F811
    page = phone()
    page.goto("/m/#/expenses")
    write(page, "12")
    save(page)
    is_sent(page)
    page.locator("[data-expense]").click()
    page.locator("[name=amount]").fill("15")
    save(page)
    nothing_waits(page)
    assert Expense.objects.get().amount == 15
    page.locator("[data-expense]").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("[data-expense]")).to_have_count(0)
    nothing_waits(page)
    assert not Expense.objects.exists()


def test_what_was_decided_on_cannot_be_changed(phone, visit, cast):  # noqa: F811
    now = timezone.now()
    Expense.objects.create(
        user=cast["alice"], on=visit.on, category="LODGING", amount=80, currency="USD", created_at=now, state="REFUSED",
        decided_by=cast["bob"], decided_at=now, decision_note="No receipt",
    )  # fmt: skip
    page = phone()
    page.goto("/m/#/expenses")
    row = page.locator("[data-expense]")
    expect(row).to_contain_text("refused")
    expect(row).to_contain_text("No receipt")
    assert row.locator("a").count() == 0


def test_the_log_adds_the_day_up(phone, visit, cast):  # noqa: F811
    """Two visits of this morning; half an hour lies between them, and a quarter before the first."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for number, (began, ended) in enumerate(((30, 60), (90, 130))):
        shop = DealerFactory(territory=cast["places"]["CN-EAST-1"], name=f"Morning {number}")
        made_visit(
            dealer=shop, user=cast["alice"], on=visit.on,
            started_at=midnight + dt.timedelta(minutes=began), ended_at=midnight + dt.timedelta(minutes=ended),
        )  # fmt: skip
    page = phone()
    page.context.set_offline(True)
    page.goto("/m/#/day")
    page.locator("[data-day-log] > summary").click()
    travel = page.locator("[name=travel_minutes]")
    expect(travel).to_have_attribute("placeholder", "30")
    page.locator("[name=first_departure]").fill("00:15")
    expect(travel).to_have_attribute("placeholder", "45")
    page.locator("[name=meal_minutes]").fill("10")
    expect(travel).to_have_attribute("placeholder", "35")
    sums = page.locator(".m-sums")
    expect(sums.locator("[data-category=SELLING]")).to_contain_text("1:10")
    expect(sums.locator("[data-category=TRAVEL]")).to_contain_text("0:35")
    expect(sums.locator(".is-sum")).to_contain_text("1:55")
    page.get_by_text("Outside visits").click()
    page.locator("[name=outside-PRIVATE]").fill("5")
    expect(travel).to_have_attribute("placeholder", "30")
    page.locator("[data-day-log]").get_by_role("button", name="Save").click()
    page.context.set_offline(False)
    is_sent(page)
    assert DayLog.objects.get().travel_minutes is None
    spent = {row.category: (row.minutes, row.source) for row in TimeEntry.objects.filter(visit__isnull=True)}
    assert spent == {"TRAVEL": (30, "CHECK_INS"), "MEAL": (10, "SAID"), "PRIVATE": (5, "SAID")}


COUNT_READS = """
window.read = { records: 0, payloads: 0 };
for (const name of ["get", "getAll"]) {
  const before = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (...given) {
    const asked = before.apply(this, given);
    asked.addEventListener("success", () => {
      const found = Array.isArray(asked.result) ? asked.result.length : asked.result === undefined ? 0 : 1;
      window.read.records += found;
      if (this.name === "payloads") window.read.payloads += found;
    });
    return asked;
  };
}
"""

LAY_IN = """
async (count) => {
  const { user } = JSON.parse(document.getElementById("phone").textContent);
  const asked = indexedDB.open(`dealer-crm-${user}`);
  const db = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  const transaction = db.transaction(["outbox", "payloads"], "readwrite");
  for (let number = 0; number < count; number += 1) {
    const key = crypto.randomUUID();
    const head = { key, kind: "visit", title: `Shop ${number}`, about: crypto.randomUUID(), gist: { state: "DONE" }, state: "waiting",
                   error: null, tries: 3, next_at: Date.now() + 3_600_000, written_at: Date.now() };
    const added = transaction.objectStore("outbox").add(head);
    added.onsuccess = () => transaction.objectStore("payloads").add({ seq: added.result, body: "x".repeat(20_000), draft: {} });
  }
  await new Promise((done) => (transaction.oncomplete = done));
  db.close();
}
"""


def test_hundreds_that_wait_are_not_read_again_and_again(phone, visit, dealer):  # noqa: F811
    """Going about, and writing one more visit, reads a handful of records, however many wait."""
    page = phone()
    page.context.set_offline(True)
    page.evaluate(LAY_IN, 400)
    page.add_init_script(COUNT_READS)
    page.reload()
    expect(page.locator("#status")).to_contain_text("Waits to be sent: 400")
    # What is to be sent first is read once when the page opens, before it is known that there is no signal.
    expect(page.locator("#status")).to_contain_text("No signal")
    page.evaluate("window.read = { records: 0, payloads: 0 }")
    for address in ("#/queue", "#/", "#/day", "#/"):
        page.evaluate(f"location.hash = '{address}'")
        page.wait_for_timeout(300)
    about = page.evaluate("window.read")
    assert about["payloads"] == 0
    assert about["records"] < 20
    log(page)
    expect(page.locator("#status")).to_contain_text("Waits to be sent: 401")
    written = page.evaluate("window.read")
    # What is sent is read, and nothing else; the heads are gone through by the sender once.
    assert written["payloads"] <= 2
    assert written["records"] < 2 * 401


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_of_expenses_keep_nobody_out(open_as, cast, visit, dark):  # noqa: F811
    page = open_as(cast["alice"], size=(390, 844), dark=dark)
    page.goto("/m/#/expenses")
    write(page, "12.5", "ENTERTAINMENT")
    wrong = look(page)
    page.locator("[name=purpose]").fill("Lunch")
    save(page)
    wrong += look(page)
    page.goto("/m/#/day")
    page.locator("[data-day-log] > summary").click()
    page.get_by_text("Outside visits").click()
    wrong += look(page)
    assert not wrong, "\n".join(wrong)
