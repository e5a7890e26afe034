"""Expenses from a phone: written once, changed on the same day, with a receipt; how much of them is entertainment."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.cast import sign_in
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from tests.visits.phone.messages import AT, message
from tests.visits.phone.test_photos import picture
from visits import phone_data
from visits.actions.expenses import ExpenseRefused, decide_expense
from visits.expenses import entertainment_share, entertainment_shares
from visits.models import Expense, Submission
from visits.sync.outbox import receive
from visits.sync.photos import receive as receive_photo
from visits.sync.refusals import Invalid, KeyUsed, NotYours

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 11)
LATER = AT + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"])


def data(**changes):
    return {
        "key": str(uuid.uuid4()), "on": "2026-03-11", "category": "TRANSPORT", "amount": "12.50", "currency": "CNY",
        "purpose": "", "written_at": AT.isoformat(), **changes,
    }  # fmt: skip


def send(user, said, *, at=AT):
    return receive(user=user, body=message(user, said, kind="expense"), at=at)


def send_receipt(user, expense_key, raw, *, key=None):
    said = {"key": str(key or uuid.uuid4()), "visit": "", "expense": str(expense_key), "caption": "", "section": "",
            "taken_at": AT.isoformat(), "user": str(user.pk)}  # fmt: skip
    return receive_photo(user=user, data=said, file=SimpleUploadedFile("a.jpg", raw), at=AT)


def test_it_is_written_once(alice, dealer):
    visit = VisitFactory(dealer=dealer, user=alice, on=DAY)
    said = data(dealer=dealer.pk, visit=str(visit.key), category="ENTERTAINMENT", purpose="Dinner", guests=3)
    body = message(alice, said, kind="expense")
    assert receive(user=alice, body=body, at=AT) == receive(user=alice, body=body, at=LATER)
    expense = Expense.objects.get()
    assert (expense.amount, expense.currency, expense.on, expense.user) == (Decimal("12.50"), "CNY", DAY, alice)
    assert (expense.dealer, expense.visit, expense.purpose, expense.guests) == (dealer, visit, "Dinner", 3)
    assert (expense.state, expense.created_at) == ("SUBMITTED", AT)


def test_it_is_changed_by_another_message_on_the_same_day(alice):
    said = data()
    send(alice, said)
    send(alice, said | {"amount": "13", "category": "OTHER"}, at=AT + dt.timedelta(hours=2))
    expense = Expense.objects.get()
    assert (expense.amount, expense.category, expense.created_at) == (Decimal(13), "OTHER", AT)


@pytest.mark.parametrize("change", [{"amount": "13"}, {"deleted": True}])
def test_not_on_another_day(alice, change):
    said = data()
    send(alice, said)
    with pytest.raises(Invalid) as refused:
        send(alice, said | change | {"written_at": LATER.isoformat()}, at=LATER)
    assert "on the day" in refused.value.text
    assert Expense.objects.get().amount == Decimal("12.50")


def test_what_was_changed_on_the_day_may_arrive_later(alice):
    said = data()
    send(alice, said)
    send(alice, said | {"amount": "13"}, at=LATER)
    assert Expense.objects.get().amount == 13


def test_it_is_taken_back_with_its_receipt(alice, django_capture_on_commit_callbacks):
    said = data()
    send(alice, said)
    send_receipt(alice, said["key"], picture())
    file = Expense.objects.get().receipt
    assert file.storage.exists(file.name)
    with django_capture_on_commit_callbacks(execute=True):
        send(alice, {"key": said["key"], "deleted": True, "written_at": AT.isoformat()})
    assert not Expense.objects.exists()
    assert not file.storage.exists(file.name)


def test_taking_back_what_never_arrived(alice):
    key = str(uuid.uuid4())
    assert send(alice, {"key": key, "deleted": True, "written_at": AT.isoformat()}) == {"expense": key, "deleted": True}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "0"}, "amount"), ({"amount": "-1"}, "amount"), ({"amount": "1.005"}, "amount"),
        ({"amount": "1.5", "currency": "JPY"}, "amount"), ({"currency": "yuan"}, "currency"), ({"currency": "cny"}, "currency"),
        ({"category": "BRIBE"}, "category"), ({"category": "ENTERTAINMENT"}, "purpose"), ({"category": "GIFT"}, "purpose"),
        ({"on": "2025-11-01"}, "on"), ({"on": "2026-03-20"}, "on"), ({"guests": 0}, "guests"),
    ],
)  # fmt: skip
def test_what_cannot_be(alice, change, field):
    with pytest.raises(Invalid) as refused:
        send(alice, data(**change))
    assert list(refused.value.more["fields"]) == [field]
    assert not Submission.objects.exists()


def test_not_for_a_dealer_of_somebody_else(alice, territories):
    other = DealerFactory(territory=territories["JP-KANTO-1"])
    with pytest.raises(NotYours):
        send(alice, data(dealer=other.pk))


def test_not_over_somebody_elses(alice, bob):
    said = data()
    send(alice, said)
    for change in ({"amount": "1"}, {"deleted": True}):
        with pytest.raises(NotYours):
            send(bob, said | change)
    with pytest.raises(NotYours):
        send_receipt(bob, said["key"], picture())
    assert Expense.objects.get().amount == Decimal("12.50")


def test_the_receipt_is_small_and_says_nothing_of_the_camera(alice):
    said = data()
    send(alice, said)
    key, raw = uuid.uuid4(), picture((2400, 1800), noise=True)
    assert send_receipt(alice, said["key"], raw, key=key) == send_receipt(alice, said["key"], raw, key=key)
    kept = Expense.objects.get().receipt.read()
    assert len(kept) <= 500_000
    assert b"Secret camera" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
    with pytest.raises(KeyUsed):
        send_receipt(alice, said["key"], picture(), key=key)


def test_a_second_receipt_takes_the_place_of_the_first(alice, django_capture_on_commit_callbacks):
    said = data()
    send(alice, said)
    send_receipt(alice, said["key"], picture())
    first = Expense.objects.get().receipt
    with django_capture_on_commit_callbacks(execute=True):
        send_receipt(alice, said["key"], picture((60, 60)))
    second = Expense.objects.get().receipt
    assert second.storage.exists(second.name)
    assert not first.storage.exists(first.name)


def test_a_receipt_of_what_was_deleted(alice):
    with pytest.raises(Invalid):
        send_receipt(alice, uuid.uuid4(), picture())


# --- Decided on ---


def test_a_receipt_is_not_exchanged_after_the_decision(alice, bob):
    said = data()
    send(alice, said)
    send_receipt(alice, said["key"], picture())
    decide_expense(expense_id=Expense.objects.get().pk, by=bob, approve=True, note="", at=AT)
    with pytest.raises(Invalid):
        send_receipt(alice, said["key"], picture((60, 60)))


def test_bob_refuses_with_a_reason_and_alice_cannot_change_it(alice, bob):
    said = data()
    send(alice, said)
    expense = Expense.objects.get()
    for by, note, why in ((alice, "", "own"), (bob, " ", "why")):
        with pytest.raises(ExpenseRefused, match=why):
            decide_expense(expense_id=expense.pk, by=by, approve=False, note=note, at=AT)
    decide_expense(expense_id=expense.pk, by=bob, approve=False, note="No receipt", at=AT)
    with pytest.raises(ExpenseRefused):
        decide_expense(expense_id=expense.pk, by=bob, approve=True, note="", at=AT)
    with pytest.raises(Invalid):
        send(alice, said | {"amount": "13"})
    expense.refresh_from_db()
    assert (expense.state, expense.decided_by, expense.decision_note) == ("REFUSED", bob, "No receipt")


def test_the_page_shows_the_days_and_decides(alice, bob, dealer):
    for said in (data(dealer=dealer.pk), data(category="ENTERTAINMENT", purpose="Dinner with Mr Shen", amount="90")):
        send(alice, said)
    client = sign_in(Client(), bob)
    address = f"{reverse('visits:expenses', args=[alice.pk])}?month=2026-03"
    page = client.get(address).content.decode()
    assert dealer.name in page
    assert "Dinner with Mr Shen" in page
    assert "above 10" in page
    first = Expense.objects.order_by("pk").first()
    decision = reverse("visits:decide_expense", args=[first.pk])
    assert f'name="seen" value="{first.as_shown}"' in page
    client.post(decision, {"state": "APPROVED", "seen": "1 CNY"})  # another amount than the one she saw
    first.refresh_from_db()
    assert first.state == "SUBMITTED"
    client.post(decision, {"state": "APPROVED", "seen": first.as_shown})
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("APPROVED", bob)
    assert sign_in(Client(), alice).post(reverse("visits:decide_expense", args=[first.pk])).status_code == 403


def test_charlie_gets_no_receipt_of_alices(alice, bob, charlie):
    said = data()
    send(alice, said)
    send_receipt(alice, said["key"], picture())
    address = reverse("visits:receipt", args=[Expense.objects.get().pk])
    for person, status in ((alice, 200), (bob, 200), (charlie, 404)):
        answer = sign_in(Client(), person).get(address)
        assert answer.status_code == status
    assert answer.headers["Content-Type"] != "image/jpeg"


# --- Entertainment ---

MARCH = {"start": dt.date(2026, 3, 1), "until": dt.date(2026, 4, 1)}


def spend(user, category, amount, currency="CNY", *, on=DAY, state="SUBMITTED", dealer=None):
    decided = {} if state == "SUBMITTED" else {"decided_at": AT, "decision_note": "x"}
    Expense.objects.create(
        user=user, on=on, category=category, amount=amount, currency=currency, dealer=dealer, purpose="x",
        state=state, created_at=AT, **decided,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entertainment", "other", "share", "beyond"),
    [(0, 100, "0", False), (10, 90, "0.1", False), (11, 89, "0.11", True), (50, 0, "1", True)],
)
def test_the_share_of_entertainment(alice, entertainment, other, share, beyond):
    for category, amount in (("ENTERTAINMENT", entertainment), ("LODGING", other)):
        if amount:
            spend(alice, category, amount)
    found = entertainment_share(**MARCH, user=alice)
    assert (found.share, found.is_beyond, found.cap) == (Decimal(share), beyond, Decimal("0.10"))


def test_what_does_not_count(alice, bob):
    spend(alice, "TRANSPORT", 100)
    spend(alice, "ENTERTAINMENT", 30, state="REFUSED")
    spend(alice, "ENTERTAINMENT", 30, on=dt.date(2026, 4, 1))
    spend(alice, "ENTERTAINMENT", 30, on=dt.date(2026, 2, 28))
    spend(bob, "ENTERTAINMENT", 30)
    assert entertainment_share(**MARCH, user=alice).share == 0
    assert entertainment_share(**MARCH).share == Decimal(30) / 130


def test_currencies_are_not_added_up(alice):
    spend(alice, "TRANSPORT", 60)
    spend(alice, "ENTERTAINMENT", 40)
    spend(alice, "ENTERTAINMENT", 500, "USD")
    found = entertainment_share(**MARCH, user=alice)
    assert (found.currency, found.share, found.count, found.others) == ("CNY", Decimal("0.4"), 2, 1)


def test_nothing_spent(alice):
    assert entertainment_share(**MARCH, user=alice) is None


def test_of_many_dealers_by_one_query(alice, dealer, territories, django_assert_num_queries):
    other = DealerFactory(territory=territories["CN-EAST-1"])
    idle = DealerFactory(territory=territories["CN-EAST-1"])
    spend(alice, "ENTERTAINMENT", 20, dealer=dealer)
    spend(alice, "TRANSPORT", 20, dealer=dealer)
    spend(alice, "TRANSPORT", 20, dealer=other)
    with django_assert_num_queries(1):
        found = entertainment_shares("dealer", [dealer.pk, other.pk, idle.pk], **MARCH)
    assert {pk: each.share for pk, each in found.items()} == {dealer.pk: Decimal("0.5"), other.pk: 0}


def test_the_phone_takes_the_last_days_along(alice, bob, dealer):
    for person, on in (
        (alice, DAY),
        (alice, DAY - dt.timedelta(days=6)),
        (alice, DAY - dt.timedelta(days=7)),
        (bob, DAY),
    ):
        spend(person, "TRANSPORT", 10, on=on, dealer=dealer)
    spend(alice, "ENTERTAINMENT", 30, "JPY")
    told = phone_data.of_days(alice, on=DAY)["expenses"]
    assert [(row["on"], row["amount"], row["dealer_name"]) for row in told["rows"]] == [
        ("2026-03-11", "30", ""), ("2026-03-11", "10", dealer.name), ("2026-03-05", "10", dealer.name),
    ]  # fmt: skip
    assert told["month"] == ["0", "30.00", "CNY"]
    # The last one used stands first.
    assert told["currencies"][0] == ["JPY", 0]
    assert ["CNY", 2] in told["currencies"]
