"""Sheets for paper say what the rows say, and nobody reads on them what she may not see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Territory, User
from crm.base.models import Company
from dealers.models import Dealer
from sales.models import Receivable
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.collections_summary import owed_by
from visits.models import Collection, Commitment, Visit
from visits.performance import days_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return Company.get().today()


@pytest.fixture
def dealer(territories: dict[str, Territory]) -> Dealer:
    return DealerFactory(territory=territories["CN-EAST-1"], name="Lotus", tier="A")


@pytest.fixture
def owed(dealer: Dealer, today: dt.date) -> None:
    for number, kind, days, amount in (
        ("RE-1", "INVOICE", -40, "100"), ("RE-2", "INVOICE", 10, "30"), ("BI-1", "BILL", -5, "7"),
        ("PA-1", "RECEIPT", 0, "-20"), ("OR-1", "ORDER", 0, "999"), ("RE-3", "INVOICE", -90, "0"),
    ):  # fmt: skip
        Receivable.objects.create(
            dealer=dealer, number=number, kind=kind, issued_on=today - 100 * DAY, due_on=today + days * DAY,
            amount=Decimal(amount) or 1, open_amount=Decimal(amount),
        )  # fmt: skip


def promise(visit: Visit, side: str, **fields: object) -> Commitment:
    values = {"text": f"{side} promise", "due_on": visit.on, "created_at": timezone.now()} | fields
    return Commitment.objects.create(visit=visit, dealer=visit.dealer, side=side, **values)


def test_the_collection_summary_adds_up(dealer: Dealer, owed: None, alice: User, today: dt.date) -> None:
    visit = made_visit(dealer=dealer, user=alice, on=today - DAY)
    promise(visit, "THEIRS", kind="PAYMENT", amount=Decimal(100))
    promise(visit, "THEIRS", kind="PAYMENT", amount=Decimal(5), state="KEPT")
    promise(visit, "THEIRS")
    at = timezone.now()
    for days, amount in ((1, 50), (40, 60)):
        Collection.objects.create(
            visit=visit, dealer=dealer, amount=amount, method="CASH", created_at=at - days * DAY, created_by=alice
        )
    owes = owed_by([dealer.pk], on=today)[dealer.pk]
    assert [(item.number, item.late_days) for item in owes.items] == [("RE-1", 40), ("BI-1", 5), ("RE-2", -10)]
    assert (owes.total, owes.overdue, owes.receipts, owes.balance) == (137, 107, 20, 117)
    assert sum(bucket.amount for bucket in owes.buckets) == owes.total
    assert [row.amount for row in owes.promised] == [100]
    assert [row.amount for row in owes.collected] == [50]
    assert owed_by([], on=today) == {}


def test_the_day_sheet_holds_purpose_promises_and_balance(
    dealer: Dealer, owed: None, alice: User, today: dt.date, client_of: ClientOf
) -> None:
    before = made_visit(dealer=dealer, user=alice, on=today - 7 * DAY)
    promise(before, "OURS", text="Send the display")
    promise(before, "THEIRS", text="Old news", state="KEPT")
    VisitFactory(user=alice, dealer=dealer, on=today, objective="Win the spring order", purpose="SELL", sequence=2)
    VisitFactory(user=alice, dealer=DealerFactory(territory=dealer.territory, name="First"), on=today, sequence=1)
    VisitFactory(
        user=alice, dealer=DealerFactory(territory=dealer.territory, name="Gone"), on=today, state="SKIPPED",
        skip_reason="CLOSED",
    )  # fmt: skip
    answer = client_of(alice).get(reverse("visits:day_sheet", args=[alice.pk, today]))
    first, second = answer.context["stops"]
    assert (first.visit.dealer.name, second.visit.dealer.name) == ("First", "Lotus")
    page = answer.content.decode()
    for text in ("Win the spring order", "Send the display", "137.00", "107.00"):
        assert text in page
    assert "Old news" not in page
    assert "Gone" not in page


def test_who_may_not_see_credit_reads_no_balance(
    dealer: Dealer, owed: None, alice: User, territories: dict[str, Territory], today: dt.date, client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from accounts import rights

    held = dict(rights.ROLE_RIGHTS)
    held[Role.REPRESENTATIVE] = held[Role.REPRESENTATIVE] - {rights.Right.VIEW_CREDIT}
    monkeypatch.setattr("accounts.scope.ROLE_RIGHTS", held)
    VisitFactory(user=alice, dealer=dealer, on=today)
    client = client_of(alice)
    assert "137.00" not in client.get(reverse("visits:day_sheet", args=[alice.pk, today])).content.decode()
    answer = client.get(reverse("visits:day_collections", args=[alice.pk, today]))
    assert answer.context["rows"] == []
    assert client.get(reverse("visits:collection", args=[dealer.pk])).status_code == 403


def test_a_sheet_leaves_out_dealers_whom_the_reader_does_not_see(
    bob: User, territories: dict[str, Territory], today: dt.date, client_of: ClientOf
) -> None:
    both = UserFactory(name="Both")
    for code in ("CN-EAST-1", "JP-KANTO-1"):
        AssignmentFactory(user=both, territory=territories[code], role=Role.REPRESENTATIVE)
        VisitFactory(user=both, dealer=DealerFactory(territory=territories[code], name=code), on=today)
    stops = client_of(bob).get(reverse("visits:day_sheet", args=[both.pk, today])).context["stops"]
    assert [stop.visit.dealer.name for stop in stops] == ["CN-EAST-1"]


def test_statements_of_a_sheet_do_not_grow_with_its_stops(
    alice: User, dealer: Dealer, owed: None, today: dt.date, client_of: ClientOf, django_assert_max_num_queries: object
) -> None:
    for _number in range(9):
        VisitFactory(user=alice, dealer=DealerFactory(territory=dealer.territory), on=today)
    client = client_of(alice)
    for page in ("day_sheet", "day_collections"):
        with django_assert_max_num_queries(34):  # type: ignore[operator]
            assert client.get(reverse(f"visits:{page}", args=[alice.pk, today])).status_code == 200


def test_the_daily_record_adds_up(dealer: Dealer, alice: User, today: dt.date) -> None:
    month = today.replace(day=1)
    first = made_visit(dealer=dealer, user=alice, on=month, order_amount=Decimal(400), order_lines=3)
    made_visit(dealer=dealer, user=alice, on=month, order_amount=Decimal(200), order_lines=2, why="OFF_PLAN")
    made_visit(dealer=dealer, user=alice, on=month, kind="EXECUTIVE", order_amount=Decimal(9000))
    VisitFactory(dealer=dealer, user=alice, on=month + DAY, state="MISSED")
    VisitFactory(dealer=dealer, user=alice, on=month + 2 * DAY, state="SKIPPED", skip_reason="DEFERRED")
    for amount in (10, 20):
        Collection.objects.create(
            visit=first, dealer=dealer, amount=amount, method="CASH", created_at=timezone.now(), created_by=alice
        )
    days, total = days_of(alice, month, month + 28 * DAY, today=month + 20 * DAY)
    assert [(day.on, day.planned, day.done) for day in days] == [(month, 1, 2), (month + DAY, 1, 0)]
    assert (total.done, total.ordered, total.orders, total.lines) == (2, 2, 600, 5)
    assert (total.collected, total.payments, total.strike_rate, total.drop_size) == (2, 30, 1.0, 300)


def test_a_representative_reads_her_own_record(alice: User, charlie: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    assert client.get(reverse("visits:performance", args=[alice.pk])).status_code == 200
    assert client.get(reverse("visits:performance", args=[charlie.pk])).status_code == 404
    assert client.post(reverse("visits:performance", args=[alice.pk]), {"format": "csv"}).status_code == 403
