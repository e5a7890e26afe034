"""Promised payments and purchases against the figures, by the numbers of docs/algorithms/promises.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from sales.models import Receivable, SalesRecord
from sales.records import Line, record_sales
from tests.cast import sign_in
from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from visits import brief
from visits.actions.follow_up import say_result, settle
from visits.actions.planned import PlanRefused
from visits.choices import CommitmentState
from visits.models import Advice, Collection, Commitment, Task
from visits.promise_night import AGAIN, judge, note_account
from visits.promises import GRACE, Promised, count_once, verdict

MADE = dt.date(2026, 3, 2)
DUE = dt.date(2026, 3, 20)
JUDGED = DUE + GRACE
D = Decimal


# --- The rule ---


@pytest.mark.parametrize(
    ("came", "on", "state"),
    [
        (100, MADE, "KEPT"),
        (120, JUDGED, "KEPT"),
        (99, JUDGED - dt.timedelta(days=1), "OPEN"),
        (99, JUDGED, "PARTLY"),
        (50, JUDGED, "PARTLY"),
        (49, JUDGED, "BROKEN"),
        (0, JUDGED, "BROKEN"),
        (None, JUDGED, "OPEN"),
    ],
)
def test_the_share_and_the_day_decide(came, on, state):
    promise = Promised(1, MADE, DUE, amount=D(100), came_amount=None if came is None else D(came))
    assert verdict(promise, on=on) == state


def test_of_an_amount_and_a_quantity_the_smaller_share_counts():
    promise = Promised(1, MADE, DUE, D(100), D(20), D(100), D(12))
    assert promise.share == D("0.6")
    assert verdict(promise, on=JUDGED) == CommitmentState.PARTLY


@pytest.mark.parametrize(("came", "first", "second"), [(100, 100, 0), (150, 150, 50), (300, 300, 200), (40, 40, 0)])
def test_what_came_counts_once_for_the_promise_that_is_due_first(came, first, second):
    rows = [
        Promised(2, MADE, DUE + dt.timedelta(days=10), amount=D(100), came_amount=D(came)),
        Promised(1, MADE, DUE, amount=D(100), came_amount=D(came)),
    ]
    count_once(rows)
    assert (rows[1].came_amount, rows[0].came_amount) == (first, second)


@pytest.mark.parametrize("settled", [None, MADE])
def test_a_promise_that_was_over_before_takes_nothing(settled):
    over = Promised(1, MADE - dt.timedelta(days=20), MADE - dt.timedelta(days=1), D(100), None, D(100))
    if settled:
        over = Promised(1, MADE - dt.timedelta(days=20), DUE, D(100), None, D(100), None, settled)
    running = Promised(2, MADE, DUE, D(100), None, D(70))
    count_once([over, running])
    assert running.came_amount == 70


# --- By the figures ---


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"], name="Harbour Shop")


@pytest.fixture
def visit(dealer, alice):
    return made_visit(dealer=dealer, user=alice, on=MADE)


def promise(visit, *, due_on=DUE, **fields):
    made = Commitment.objects.create(
        visit=visit, dealer=visit.dealer, side="THEIRS", text="Takes twenty", due_on=due_on, owner=visit.user,
        created_at=visit.ended_at, **({"kind": "PURCHASE", "quantity": 20} | fields),
    )  # fmt: skip
    note_account([made])
    return made


def sold(dealer, on, quantity, *, by_month=False):
    line = Line(
        dealer_id=dealer.pk, on=on, quantity=D(quantity), amount=D(quantity * 10), by_month=by_month, reference=f"{on} {quantity}"
    )  # fmt: skip
    record_sales([line])


def invoice(dealer, number, amount, *, open_amount=None, kind="INVOICE"):
    return Receivable.objects.create(
        dealer=dealer, number=number, kind=kind, issued_on=MADE, due_on=DUE, amount=amount,
        open_amount=amount if open_amount is None else open_amount,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_purchase_is_kept_as_soon_as_all_of_it_was_sold(visit, dealer):
    made = promise(visit)
    sold(dealer, MADE - dt.timedelta(days=1), 50)
    sold(dealer, MADE + dt.timedelta(days=3), 12)
    judge(on=MADE + dt.timedelta(days=4))
    made.refresh_from_db()
    assert (made.state, made.came_quantity, made.came_amount) == ("OPEN", 12, None)
    sold(dealer, MADE + dt.timedelta(days=5), 8)
    judge(on=MADE + dt.timedelta(days=6))
    made.refresh_from_db()
    assert (made.state, made.came_quantity, made.by_figures) == ("KEPT", 20, True)
    assert made.settled_on == MADE + dt.timedelta(days=6)
    assert not Task.objects.exists()


@pytest.mark.django_db
def test_a_purchase_that_did_not_come_makes_one_task_however_often_it_is_judged(visit, dealer, alice):
    made = promise(visit)
    sold(dealer, MADE + dt.timedelta(days=3), 4)
    sold(dealer, DUE + dt.timedelta(days=1), 30)
    assert judge(on=JUDGED) == 1
    assert judge(on=JUDGED) == 0
    judge(on=JUDGED + dt.timedelta(days=1))
    made.refresh_from_db()
    assert (made.state, made.came_quantity) == ("BROKEN", 4)
    task = Task.objects.get()
    assert (task.owner, task.dealer, task.visit, task.important) == (alice, dealer, visit, True)
    assert task.title == "Talk about the promise: Takes twenty"
    assert task.note == "not kept: 4 of 20 taken"


@pytest.mark.django_db
def test_sales_that_are_imported_late_mend_it_and_drop_the_task(visit, dealer):
    made = promise(visit)
    judge(on=JUDGED)
    sold(dealer, DUE, 20)
    judge(on=JUDGED + dt.timedelta(days=5))
    made.refresh_from_db()
    assert made.state == "KEPT"
    assert Task.objects.get().state == "DROPPED"
    # After that long nothing is judged again.
    other = promise(visit, due_on=DUE)
    Commitment.objects.filter(pk=other.pk).update(state="BROKEN", by_figures=True)
    judge(on=DUE + AGAIN + dt.timedelta(days=1))
    other.refresh_from_db()
    assert other.state == "BROKEN"


@pytest.mark.django_db
def test_figures_of_whole_months_count_only_where_the_month_lies_within(visit, dealer):
    made = promise(visit)
    sold(dealer, dt.date(2026, 3, 1), 40, by_month=True)
    judge(on=JUDGED)
    made.refresh_from_db()
    assert (made.state, made.came_quantity) == ("OPEN", None)
    longer = promise(visit, due_on=dt.date(2026, 4, 30))
    SalesRecord.objects.all().delete()
    sold(dealer, dt.date(2026, 4, 1), 40, by_month=True)
    judge(on=dt.date(2026, 5, 2))
    longer.refresh_from_db()
    assert (longer.state, longer.came_quantity) == ("KEPT", 40)


@pytest.mark.django_db
def test_figures_that_cannot_tell_any_more_take_nothing_back(visit, dealer):
    made = promise(visit)
    sold(dealer, MADE, 20)
    judge(on=MADE + dt.timedelta(days=1))
    sold(dealer, dt.date(2026, 3, 1), 40, by_month=True)
    judge(on=MADE + dt.timedelta(days=2))
    made.refresh_from_db()
    assert (made.state, made.came_quantity) == ("KEPT", 20)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("then", "billed", "now", "came", "state"),
    [(10_000, 0, 5_000, 5_000, "KEPT"), (10_000, 3_000, 8_000, 5_000, "KEPT"), (10_000, 0, 12_000, 0, "BROKEN"),
     (10_000, 0, 7_000, 3_000, "PARTLY")],
)  # fmt: skip
def test_a_payment_is_what_the_account_fell_by(visit, dealer, then, billed, now, came, state):
    old = invoice(dealer, "RE-1", then)
    made = promise(visit, kind="PAYMENT", quantity=None, amount=5_000)
    assert (made.owed_then, made.newest_item) == (then, old.pk)
    Receivable.objects.filter(pk=old.pk).update(open_amount=now - billed)
    if billed:
        invoice(dealer, "RE-2", billed)
    judge(on=JUDGED)
    made.refresh_from_db()
    assert (made.came_amount, made.state) == (came, state)


@pytest.mark.django_db
def test_orders_and_bills_that_have_not_cleared_are_no_payment(visit, dealer):
    old = invoice(dealer, "RE-1", 8_000)
    made = promise(visit, kind="PAYMENT", quantity=None, amount=5_000)
    Receivable.objects.filter(pk=old.pk).update(open_amount=3_000)
    bill = invoice(dealer, "B-1", 5_000, kind="BILL")
    invoice(dealer, "O-1", 2_000, kind="ORDER")
    judge(on=MADE + dt.timedelta(days=3))
    made.refresh_from_db()
    assert (made.came_amount, made.state) == (0, "OPEN")
    Receivable.objects.filter(pk=bill.pk).update(open_amount=0)
    judge(on=MADE + dt.timedelta(days=4))
    made.refresh_from_db()
    assert (made.came_amount, made.state) == (5_000, "KEPT")


@pytest.mark.django_db
def test_a_receipt_counts_before_it_is_applied_and_once_afterwards(visit, dealer):
    old = invoice(dealer, "RE-1", 8_000)
    made = promise(visit, kind="PAYMENT", quantity=None, amount=6_000)
    receipt = invoice(dealer, "Z-1", -5_000, kind="RECEIPT")
    judge(on=MADE + dt.timedelta(days=3))
    made.refresh_from_db()
    assert made.came_amount == 5_000
    Receivable.objects.filter(pk=old.pk).update(open_amount=3_000)
    Receivable.objects.filter(pk=receipt.pk).update(open_amount=0)
    judge(on=MADE + dt.timedelta(days=4))
    made.refresh_from_db()
    assert made.came_amount == 5_000


@pytest.mark.django_db
def test_what_was_handed_over_on_a_later_visit_counts_at_once(visit, dealer, alice):
    made = promise(visit, kind="PAYMENT", quantity=None, amount=5_000)
    later = made_visit(dealer=dealer, user=alice, on=MADE + dt.timedelta(days=5))
    for of_visit, amount in ((visit, 900), (later, 5_000)):
        Collection.objects.create(
            visit=of_visit, dealer=dealer, amount=amount, method="CASH", created_at=of_visit.ended_at
        )
    judge(on=MADE + dt.timedelta(days=6))
    made.refresh_from_db()
    assert (made.came_amount, made.state) == (5_000, "KEPT")


@pytest.mark.django_db
def test_without_the_account_as_it_stood_a_person_says(visit, dealer):
    made = promise(visit, kind="PAYMENT", quantity=None, amount=5_000)
    Commitment.objects.filter(pk=made.pk).update(owed_then=None, newest_item=None)
    judge(on=JUDGED)
    made.refresh_from_db()
    assert (made.state, made.came_amount) == ("OPEN", None)


@pytest.mark.django_db
def test_what_is_paid_later_does_not_make_it_punctual(visit, dealer):
    old = invoice(dealer, "RE-1", 8_000)
    made = promise(visit, kind="PAYMENT", quantity=None, amount=5_000)
    judge(on=JUDGED)
    Receivable.objects.filter(pk=old.pk).update(open_amount=0)
    judge(on=JUDGED + dt.timedelta(days=1))
    made.refresh_from_db()
    assert (made.state, made.came_amount) == ("BROKEN", 0)


@pytest.mark.django_db
def test_what_a_person_said_stands_and_what_the_figures_said_she_corrects(visit, dealer):
    said, judged = promise(visit), promise(visit, due_on=DUE - dt.timedelta(days=1))
    settle(commitment_id=said.pk, state="KEPT", on=MADE)
    judge(on=JUDGED)
    said.refresh_from_db()
    judged.refresh_from_db()
    assert (said.state, said.by_figures, judged.state) == ("KEPT", False, "BROKEN")
    settle(commitment_id=judged.pk, state="KEPT", on=JUDGED)
    assert Task.objects.get().state == "DROPPED"
    judge(on=JUDGED + dt.timedelta(days=1))
    judged.refresh_from_db()
    assert (judged.state, judged.by_figures) == ("KEPT", False)
    with pytest.raises(PlanRefused):
        settle(commitment_id=judged.pk, state="BROKEN", on=JUDGED)


@pytest.mark.django_db
def test_other_promises_and_our_own_are_left_to_people(visit):
    other = promise(visit, kind="OTHER", quantity=None)
    ours = promise(visit)
    Commitment.objects.filter(pk=ours.pk).update(side="OURS")
    assert judge(on=JUDGED) == 0
    other.refresh_from_db()
    assert other.state == "OPEN"


@pytest.mark.django_db
def test_many_promises_are_judged_by_a_handful_of_statements(visit, dealer, alice, django_assert_max_num_queries):
    for number in range(12):
        promise(visit, due_on=DUE + dt.timedelta(days=number % 3))
    with django_assert_max_num_queries(14):
        judge(on=JUDGED + dt.timedelta(days=5))


# --- Shown ---


@pytest.mark.django_db
def test_the_brief_the_dealers_page_and_the_start_page_show_it_with_its_figures(visit, dealer, alice, charlie):
    on = Company.get().today()
    made = promise(visit, due_on=on - GRACE)
    Commitment.objects.filter(pk=made.pk).update(
        state="PARTLY", by_figures=True, came_quantity=12, settled_on=on, created_at=timezone.now()
    )
    parts = {part.key: part.items for part in brief.of_dealers([dealer], user=alice, on=on)[dealer.pk]}
    item = parts["promises"][0]
    assert "12 of 20 taken" in item.detail
    assert "partly kept" in item.detail
    assert item.tone == "orange"
    client = sign_in(Client(), alice)
    for address in (
        reverse("visits:agreed", args=[dealer.pk]), reverse("visits:promises_due"), reverse("visits:visit", args=[visit.pk]),
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert "12 of 20 taken" in page, address
        assert "partly kept" in page, address
    stranger = sign_in(Client(), charlie)
    assert "Takes twenty" not in stranger.get(reverse("visits:promises_due")).content.decode()
    assert stranger.get(reverse("visits:agreed", args=[dealer.pk])).status_code == 404


# --- Advice ---


@pytest.fixture
def advice(visit):
    return Advice.objects.create(
        visit=visit, dealer=visit.dealer, topic="Window", text="Show the new range", created_at=visit.ended_at
    )


@pytest.mark.django_db
def test_what_came_of_advice_is_said_on_the_page_and_may_be_said_again(advice, visit, alice, charlie):
    address = reverse("visits:advice_result", args=[advice.pk])
    client = sign_in(Client(), alice)
    client.post(address, {"result": "TAKEN", "note": "since Monday"})
    advice.refresh_from_db()
    assert (advice.result, advice.result_note) == ("TAKEN", "since Monday")
    client.post(address, {"result": "HELPED", "note": ""})
    advice.refresh_from_db()
    assert (advice.result, advice.result_note) == ("HELPED", "since Monday")
    page = client.get(reverse("visits:visit", args=[visit.pk])).content.decode()
    assert "taken up and it helped" in page
    assert "since Monday" in page
    assert sign_in(Client(), charlie).post(address, {"result": "DECLINED"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("result", ["OPEN", "", "NONSENSE"])
def test_advice_needs_a_result_that_there_is(advice, result):
    with pytest.raises(PlanRefused):
        say_result(advice_id=advice.pk, result=result)
