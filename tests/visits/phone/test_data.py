"""What a phone takes along: whose stops, why now, what to know; only once, and only what the reader may see."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import TerritoryAssignment
from crm.base.models import Company
from dealers.models import SpecialDate
from sales.models import Product, Receivable, SalesTarget, StockCount
from tests.cast import sign_in
from tests.factories import ContactFactory, DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits import brief, phone_data, today
from visits.models import Commitment, Finding, Task, VisitDue, VisitForm

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def on():
    return Company.get().today()


@pytest.fixture
def dealer(territories, on):
    return DealerFactory(
        territory=territories["CN-EAST-1"], name="Harbour Shop", kind="RETAILER", tier="A",
        overdue_amount=Decimal("120.50"), sales_12m=1100, sales_prior_12m=1000,
    )  # fmt: skip


def ask(user, **headers):
    return sign_in(Client(), user).get(reverse("phone:data"), headers={"Accept": "application/json", **headers})


def stops(user, on):
    return phone_data.of_days(user, on=on)["stops"]


# --- Whose stops ---


def test_ones_own_stops_of_four_days_in_order(alice, bob, dealer, on, territories):
    other = DealerFactory(territory=territories["CN-EAST-1"])
    second = VisitFactory(dealer=dealer, user=alice, on=on, sequence=2)
    first = VisitFactory(dealer=other, user=alice, on=on, sequence=1)
    last = VisitFactory(dealer=dealer, user=alice, on=on + dt.timedelta(days=3))
    VisitFactory(dealer=other, user=alice, on=on + dt.timedelta(days=4))
    VisitFactory(dealer=other, user=bob, on=on)
    assert [stop["key"] for stop in stops(alice, on)] == [str(each.key) for each in (first, second, last)]


def test_a_long_day_tells_its_first_visits_in_a_line(alice, dealer, on, territories, monkeypatch):
    """Their times are there, for the day's sum; the brief is not."""
    monkeypatch.setattr(today, "TOLD_WHEN_OVER", 1)
    other = DealerFactory(territory=territories["CN-EAST-1"])
    early, late = (made_visit(dealer=each, user=alice, on=on) for each in (other, dealer))
    VisitFactory(dealer=dealer, user=alice, on=on, sequence=3)
    rows = {row["key"]: row for row in stops(alice, on)}
    assert len(rows) == 3
    line = rows.pop(str(early.key))
    assert (line["base"], len(line["span"]), line["why"], "brief" in line) == ({"purpose": "SELL"}, 2, [], False)
    assert all("brief" in row for row in rows.values())
    assert rows[str(late.key)]["base"]["objective"] == "Win the order for spring"


def test_what_was_left_over_comes_too(alice, dealer, on):
    left = VisitFactory(dealer=dealer, user=alice, on=on - dt.timedelta(days=2))
    made_visit(dealer=dealer, user=alice, on=on - dt.timedelta(days=3))
    assert [stop["key"] for stop in stops(alice, on)] == [str(left.key)]


def test_those_of_whom_one_covers_for(alice, bob, dealer, on, territories):
    TerritoryAssignment.objects.create(
        user=bob, territory=territories["CN-EAST-1"], role="REPRESENTATIVE", covers_for=alice,
        period=(on, on + dt.timedelta(days=3)),
    )  # fmt: skip
    VisitFactory(dealer=dealer, user=alice, on=on)
    assert [stop["for"] for stop in stops(bob, on)] == ["Alice"]


def test_not_of_a_dealer_that_went_elsewhere(alice, dealer, on, territories):
    VisitFactory(dealer=dealer, user=alice, on=on)
    dealer.territory = territories["JP-KANTO-1"]
    dealer.save()
    assert stops(alice, on) == []


def test_charlie_gets_none_of_it(charlie, alice, dealer, on):
    VisitFactory(dealer=dealer, user=alice, on=on)
    assert "Harbour Shop" not in ask(charlie).content.decode()
    found = sign_in(Client(), charlie).get(reverse("phone:dealers"), headers={"Accept": "application/json"})
    assert found.json() == {"dealers": []}


def test_the_same_again_is_not_sent_again(alice, dealer, on):
    VisitFactory(dealer=dealer, user=alice, on=on)
    first = ask(alice)
    etag = first.headers["ETag"]
    assert ask(alice, **{"If-None-Match": etag}).status_code == 304
    assert ask(alice, **{"If-None-Match": f"W/{etag}"}).status_code == 304
    Task.objects.create(title="Call", owner=alice, created_at=AT)
    assert ask(alice, **{"If-None-Match": etag}).status_code == 200


def test_more_stops_ask_no_more_questions(alice, dealer, on, territories, django_assert_max_num_queries):
    def more() -> None:
        for number in range(6):
            each = DealerFactory(territory=territories["CN-EAST-1"])
            VisitFactory(dealer=each, user=alice, on=on + dt.timedelta(days=number % 4))
            ContactFactory(dealer=each, is_primary=True)

    def asked() -> int:
        with django_assert_max_num_queries(46) as queries:
            phone_data.of_days(alice, on=on)
        return len(queries)

    more()
    asked()
    few = asked()
    more()
    assert asked() == few


# --- Why now ---


@pytest.mark.parametrize(
    ("late", "text", "tone"),
    [
        (9, "visit overdue by 9 days", "red"),
        (1, "visit overdue by a day", "orange"),
        (0, "visit due today", "yellow"),
        (-1, "due tomorrow", ""),
        (-5, "due in 5 days", ""),
    ],
)
def test_against_the_call_cycle(alice, dealer, on, late, text, tone):
    VisitDue.objects.create(dealer=dealer, user=alice, due_on=on - dt.timedelta(days=late))
    assert today.why_now({dealer.pk: dealer}, user=alice, on=on)[dealer.pk][0] == today.Reason(text, tone)


def test_money_a_birthday_an_appointment_and_what_others_add(alice, dealer, on, monkeypatch):
    day = on + dt.timedelta(days=2)
    SpecialDate.objects.create(
        contact=ContactFactory(dealer=dealer, name="Mr Lin"), kind="BIRTHDAY", month=day.month, day=day.day
    )
    VisitFactory(dealer=dealer, user=alice, on=on, fixed_at=dt.time(14, 30), why="COMPLAINT", why_note="wet boxes")
    monkeypatch.setattr(today, "_more", {})
    today.register("test", lambda asked: {dealer.pk: [today.Reason("promotion ends on Friday")]})
    texts = [reason.text for reason in today.stops(alice, first=on, days=1)[0].reasons]
    assert texts == [
        "complaint: wet boxes", "120.50 USD overdue", "appointment at 14:30", "Mr Lin: birthday in 2 days",
        "promotion ends on Friday",
    ]  # fmt: skip


def test_due_and_not_planned_is_offered(alice, dealer, on, territories):
    VisitDue.objects.create(dealer=dealer, user=alice, due_on=on)
    planned = DealerFactory(territory=territories["CN-EAST-1"])
    VisitDue.objects.create(dealer=planned, user=alice, due_on=on)
    VisitFactory(dealer=planned, user=alice, on=on)
    assert [row["dealer"]["name"] for row in phone_data.of_days(alice, on=on)["due"]] == ["Harbour Shop"]


# --- The brief ---


def parts(dealer, user, on):
    return {part.key: part.items for part in brief.of_dealers([dealer], user=user, on=on)[dealer.pk]}


def test_the_last_three_visits_the_newest_first(alice, dealer, on):
    for days in (40, 30, 20, 10):
        made_visit(
            dealer=dealer, user=alice, on=on - dt.timedelta(days=days), summary=f"{days} days ago", next_step="Call"
        )
    VisitFactory(dealer=dealer, user=alice, on=on)
    found = parts(dealer, alice, on)["visits"]
    assert [item.detail for item in found] == [f"{days} days ago Next: Call" for days in (10, 20, 30)]


def test_promises_both_ways_with_those_that_are_late(alice, dealer, on):
    written = {"dealer": dealer, "created_at": AT, "created_by": alice}
    for side, days, state in (("OURS", 20, "OPEN"), ("THEIRS", -2, "OPEN"), ("THEIRS", 3, "KEPT")):
        Commitment.objects.create(
            side=side, text=f"{side} {days}", due_on=on + dt.timedelta(days=days), state=state, **written
        )
    found = parts(dealer, alice, on)["promises"]
    assert [(item.text, item.tone) for item in found] == [
        ("The dealer promised: THEIRS -2", "red"), ("We promised: OURS 20", ""),
    ]  # fmt: skip


def test_open_issues_and_ones_own_tasks(alice, bob, dealer, on):
    written = {"dealer": dealer, "created_at": AT}
    Finding.objects.create(kind="STATED", text="Late", **written)
    Finding.objects.create(kind="STATED", text="Old", state="CONFIRMED", cause="x", solution="y", **written)
    Task.objects.create(title="Mine", owner=alice, **written)
    Task.objects.create(title="His", owner=bob, **written)
    assert [item.text for item in parts(dealer, alice, on)["todo"]] == ["Late", "Mine"]


def test_people_with_what_they_like(alice, dealer, on):
    ContactFactory(dealer=dealer, name="Ms Shen", position="Owner", interests=["tea", "go"], preferred_every_days=14)
    ContactFactory(dealer=dealer, name="Gone", active=False)
    (item,) = parts(dealer, alice, on)["people"]
    assert item.text == "Ms Shen, Owner"
    assert item.detail == "Interests: tea, go · wishes to hear from us every 14 days"


def test_sales_against_last_year_and_target(alice, dealer, on):
    SalesTarget.objects.create(
        dealer=dealer, amount=1000, period_start=dt.date(on.year - 1, 1, 1), period_end=dt.date(on.year + 1, 1, 1)
    )
    found = parts(dealer, alice, on)["sales"]
    assert (found[0].text, found[0].detail, found[0].tone) == (
        "Last 12 months: 1,100.00 USD", "+10.0% against the 12 months before", "good",
    )  # fmt: skip
    assert (found[1].text, found[1].tone) == ("0% of the target of 1,000.00 USD", "red")


def test_receivables_only_for_who_may_see_credit(alice, dealer, on, rory):
    for number, days, amount in (("RE-1", -40, 300), ("RE-2", 10, 200)):
        due = on + dt.timedelta(days=days)
        Receivable.objects.create(
            dealer=dealer,
            number=number,
            issued_on=due - dt.timedelta(days=30),
            due_on=due,
            amount=amount,
            open_amount=amount,
        )
    found = parts(dealer, alice, on)["receivables"]
    assert found[0].text == "500.00 USD open, of it 300.00 USD overdue"
    assert [item.text for item in found[1:]] == ["RE-1: 300.00 USD", "RE-2: 200.00 USD"]
    assert "receivables" not in parts(dealer, rory, on)


def test_products_of_the_last_count_are_offered(alice, dealer, on):
    one, two, three = (Product.objects.create(code=code, name=code) for code in ("A", "B", "C"))
    for product, days, quantity in ((one, 40, 9), (two, 10, "2.50"), (three, 10, 0)):
        StockCount.objects.create(dealer=dealer, product=product, on=on - dt.timedelta(days=days), quantity=quantity)
    VisitFactory(dealer=dealer, user=alice, on=on)
    assert stops(alice, on)[0]["counted"] == [[two.pk, "B", "2.5"], [three.pk, "C", "0"]]


def test_apps_above_add_parts_and_ticks(alice, dealer, on, monkeypatch):
    monkeypatch.setattr(brief, "_sources", dict(brief._sources))
    brief.register(
        brief.Source("notices", "Notices", 25, lambda asked: {dealer.pk: [brief.Item("New terms", tick="notice:1")]})
    )
    VisitFactory(dealer=dealer, user=alice, on=on)
    (stop,) = stops(alice, on)
    assert {"key": "notices", "label": "Notices", "items": [["New terms", "", "", "notice:1"]]} in stop["brief"]


# --- The form ---


def form_of(alice, on, kind="RETAILER"):
    return {row["key"]: row for row in phone_data.of_days(alice, on=on)["forms"][kind]}


@pytest.mark.parametrize(
    ("kind", "required", "absent"),
    [
        ("RETAILER", {"stated", "next", "stock", "display"}, set()),
        ("AGENT", {"stated", "next", "order"}, {"display"}),
        ("FRANCHISEE", {"stated", "next", "order"}, set()),
    ],
)
def test_the_defaults_ask_for_what_matters(alice, on, kind, required, absent):
    form = form_of(alice, on, kind)
    assert next(iter(form)) == "stated"
    assert {key for key, row in form.items() if row["use"] == "REQUIRED"} == required
    assert not absent & set(form)


def test_a_form_of_ones_own_with_questions(alice, on):
    VisitForm.objects.create(
        kind="RETAILER",
        version=1,
        published_at="2026-01-01T00:00Z",
        sections=[
            {"key": "photos", "use": "REQUIRED"},
            {"key": "stated", "use": "HIDDEN"},
            {"key": "q:sign", "use": "OFFERED", "label": {"en": "Is the sign lit?", "ja": "看板は?"}, "type": "YES_NO"},
            {"key": "q:floor", "label": {"ko": "몇 층?"}, "type": "CHOICE", "choices": ["1", {"en": "two"}]},
            {"key": "no-such-section", "use": "REQUIRED"},
            {"key": "q:odd", "use": "SOMETIMES", "type": "SONG", "label": "Odd"},
        ],
    )
    form = form_of(alice, on)
    assert list(form) == ["photos", "q:sign", "q:floor", "q:odd"]
    assert (form["q:sign"]["label"], form["q:sign"]["type"]) == ("Is the sign lit?", "YES_NO")
    assert (form["q:floor"]["label"], form["q:floor"]["choices"]) == ("몇 층?", [["1", "1"], ["two", "two"]])
    assert (form["q:odd"]["use"], form["q:odd"]["type"]) == ("OFFERED", "TEXT")
    assert "stated" in form_of(alice, on, "AGENT")


# --- The pages themselves ---


def test_the_shell_holds_nothing_but_whose_it_is(alice, dealer, on):
    VisitFactory(dealer=dealer, user=alice, on=on)
    page = sign_in(Client(), alice).get(reverse("phone:shell")).content.decode()
    assert "Harbour Shop" not in page
    assert f'"user": {alice.pk}' in page


def test_ping_tells_who_is_signed_in(alice):
    answer = sign_in(Client(), alice).get(reverse("phone:ping"), headers={"Accept": "application/json"})
    assert answer.json()["user"] == alice.pk
    assert len(answer.json()["csrf"]) > 30
    assert Client().get(reverse("phone:ping"), headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize(("keep", "cleared"), [("", '"cache", "storage"'), ("1", '"cache"')])
def test_leaving_clears_the_device(alice, keep, cleared):
    client = sign_in(Client(), alice)
    answer = client.post(reverse("phone:leave"), {"keep": keep})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (302, cleared)
    assert client.get(reverse("phone:ping"), headers={"Accept": "application/json"}).status_code == 401
