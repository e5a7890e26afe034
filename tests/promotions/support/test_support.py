"""Support: the queue by need, no double booking, a reason to come first, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from dealers.models import Dealer
from promotions.models import SupportBooking, SupportRequest
from promotions.support.actions import SupportRefused, give_back, grant, refuse, withdraw
from promotions.support.commitments import check_commitments
from promotions.support.need import need
from promotions.support.queue import ranked
from promotions.support.sharing import shared
from sales.models import Receivable
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import bought
from tests.promotions.support.factories import van, wanted

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DOCUMENT = Path(__file__).parents[3] / "docs" / "algorithms" / "support.md"


def documented() -> Iterator[list[str]]:
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0] not in ("tier", "---"):
            yield cells


@pytest.fixture
def dealer(territories: dict[str, Territory]) -> Dealer:
    return DealerFactory(territory=territories["CN-EAST-1"], country="CN")


def give(request: SupportRequest, resource: object, by: User, because: str = "") -> None:
    on = timezone.now().date()
    grant(request=request, resource=resource, by=by, jumped_because=because, at=timezone.now(), on=on)  # type: ignore[arg-type]


@pytest.mark.parametrize("cells", list(documented()), ids="-".join)
def test_the_numbers_of_the_document(cells: list[str]) -> None:
    tier, reached, elapsed, promoted, score = cells
    figures = [None if text == "-" else float(text) for text in (reached, elapsed)]
    found = need(tier=tier, reached=figures[0], elapsed=figures[1], promoted=promoted == "yes")
    assert found.score == int(score)


def test_nothing_is_booked_twice(dealer: Dealer, territories: dict[str, Territory], alice: User, bob: User) -> None:
    resource = van(territories["CN-EAST"])
    first, second = wanted(dealer, alice), wanted(dealer, alice)
    give(first, resource, bob)
    with pytest.raises(SupportRefused, match="booked"):
        give(second, resource, bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportBooking.objects.create(
            request=second, resource=resource, period=DateRange(first.ends_on - dt.timedelta(days=1), first.ends_on)
        )
    # The day it comes back is free.
    later = wanted(dealer, alice, starts_on=first.ends_on, ends_on=first.ends_on + dt.timedelta(days=2))
    give(later, resource, bob)
    withdraw(request=first)
    give(second, resource, bob)


def test_who_needs_it_more_comes_first_unless_a_reason_is_said(
    dealer: Dealer, territories: dict[str, Territory], alice: User, bob: User
) -> None:
    Dealer.objects.filter(pk=dealer.pk).update(tier="C")
    large = DealerFactory(territory=territories["CN-EAST-2"], country="CN")
    Dealer.objects.filter(pk=large.pk).update(tier="A")
    small, greater = wanted(dealer, alice), wanted(large, alice)
    rows = ranked(SupportRequest.objects.select_related("dealer"), on=timezone.now().date())
    assert [row.request for row in rows] == [greater, small]
    resource = van(territories["CN-EAST"])
    with pytest.raises(SupportRefused):
        give(small, resource, bob)
    give(small, resource, bob, "Its own van burnt down")
    small.refresh_from_db()
    assert small.jumped_because == "Its own van burnt down"


def test_who_asked_does_not_decide(dealer: Dealer, territories: dict[str, Territory], bob: User) -> None:
    request = wanted(dealer, bob)
    with pytest.raises(SupportRefused):
        give(request, van(territories["CN-EAST"]), bob)
    with pytest.raises(SupportRefused):
        refuse(request=request, by=bob, reason="No", at=timezone.now())
    request.decided_by = bob
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save()


def test_back_early_it_is_free_again_and_says_what_came_of_it(
    dealer: Dealer, territories: dict[str, Territory], alice: User, bob: User
) -> None:
    request, resource = wanted(dealer, alice), van(territories["CN-EAST"])
    give(request, resource, bob)
    early = request.starts_on + dt.timedelta(days=3)
    with pytest.raises(SupportRefused):
        give_back(request=request, result="", actual_cost=None, on=early)
    give_back(request=request, result="312 deliveries", actual_cost=None, on=early)
    with pytest.raises(SupportRefused):
        give_back(request=request, result="Again", actual_cost=None, on=early)
    assert SupportBooking.objects.get().period == DateRange(request.starts_on, early)


@pytest.mark.parametrize(("amount", "state"), [(50_000, "KEPT"), (49_999, "MISSED")])
def test_the_night_says_whether_the_dealer_bought_what_it_promised(
    dealer: Dealer, alice: User, amount: int, state: str
) -> None:
    first, last = dt.date(2025, 9, 1), dt.date(2025, 11, 30)
    request = wanted(
        dealer, alice, starts_on=first, ends_on=dt.date(2025, 9, 10), consent_on=first, buys_by=last, state="GRANTED"
    )
    bought(dealer, ("2025-08-31", 7), ("2025-11-30", amount), ("2025-12-01", 9))
    assert check_commitments(on=last) == 0
    assert check_commitments(on=last + dt.timedelta(days=1)) == 1
    assert check_commitments(on=last + dt.timedelta(days=1)) == 0
    request.refresh_from_db()
    assert (request.commitment, request.bought_amount) == (state, amount)


def test_a_promised_payment_is_judged_by_the_account(
    dealer: Dealer, territories: dict[str, Territory], alice: User, bob: User
) -> None:
    """What was paid before the support was granted does not count, and what is billed afterwards is no payment."""

    def invoice(number: str, amount: int, still_open: int, kind: str = "INVOICE") -> Receivable:
        return Receivable.objects.create(
            dealer=dealer, number=number, kind=kind, issued_on=dt.date(2025, 1, 1), due_on=dt.date(2025, 3, 1),
            amount=amount, open_amount=still_open,
        )  # fmt: skip

    old = invoice("1", 10_000, 6_000)
    last = timezone.now().date() + dt.timedelta(days=30)
    kept, missed = (
        wanted(dealer, alice, buys_amount=None, buys_by=None, pays_amount=amount, pays_by=last) for amount in (3_500, 3_501)
    )  # fmt: skip
    for request, name in ((kept, "Van 1"), (missed, "Van 2")):
        give(request, van(territories["CN-EAST"], name), bob)
    Receivable.objects.filter(pk=old.pk).update(open_amount=3_000)
    invoice("2", 2_000, 2_000)
    invoice("3", 900, 900, "ORDER")
    invoice("4", -500, -500, "RECEIPT")
    assert check_commitments(on=last) == 0
    assert check_commitments(on=last + dt.timedelta(days=1)) == 2
    for request, state in ((kept, "KEPT"), (missed, "MISSED")):
        request.refresh_from_db()
        assert (request.payment, request.paid_amount, request.commitment) == (state, 3_500, "OPEN")
    with pytest.raises(IntegrityError), transaction.atomic():
        wanted(dealer, alice, buys_amount=None, buys_by=None)


def test_who_bears_the_cost_is_weighed_by_it(dealer: Dealer, alice: User) -> None:
    wanted(dealer, alice, cost_travel=900, company_share="0.5")
    wanted(dealer, alice, cost_travel=900, actual_cost=100, company_share="1")
    found = shared(SupportRequest.objects.all())
    assert (found.count, found.cost, found.ours, found.share) == (2, 1000, 550, Decimal("0.55"))
    assert shared(SupportRequest.objects.none()).share is None


def test_from_asking_to_the_calendar_by_the_pages(
    client_of: ClientOf, dealer: Dealer, territories: dict[str, Territory], alice: User, bob: User
) -> None:
    today = timezone.now().date()
    form = {
        "kind": "VEHICLE", "purpose": "Festival", "starts_on": str(today + dt.timedelta(days=2)),
        "ends_on": str(today + dt.timedelta(days=4)), "cost_people": "0", "cost_travel": "100", "cost_wear": "0",
        "company_share": "50", "consent_by": "Mr Li", "consent_on": str(today - dt.timedelta(days=1)), "buys_amount": "1000",
        "buys_by": str(today + dt.timedelta(days=30)),
    }  # fmt: skip
    url = reverse("promotions:support_ask", args=[dealer.pk])
    assert client_of(alice).post(url, form | {"cost_travel": "0"}).status_code == 422
    assert client_of(alice).post(url, form | {"kind": "PERSON"}).status_code == 422
    assert client_of(alice).post(url, form | {"buys_amount": "", "buys_by": ""}).status_code == 422
    assert client_of(alice).post(url, form | {"pays_amount": "500"}).status_code == 422
    assert client_of(alice).post(url, form).status_code == 302
    request, resource = SupportRequest.objects.get(), van(territories["CN-EAST"])
    page = client_of(bob).get(reverse("promotions:support_request", args=[request.pk])).content.decode()
    assert "Van 1" in page
    client_of(bob).post(
        reverse("promotions:support_decide", args=[request.pk]), {"decision": "grant", "resource": resource.pk}
    )
    request.refresh_from_db()
    assert (request.state, request.booking.resource) == ("GRANTED", resource)
    assert dealer.name in client_of(bob).get(reverse("promotions:support_calendar")).content.decode()
