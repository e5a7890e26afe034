"""Giving and return: what was given, promised and brought, by dealer and for all; joint activities and agreements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from dealers.models import Agreement, BrandShare, Dealer
from promotions.models import DealerResult, Evaluation, Promotion, SupportRequest
from promotions.returns import giving, joint
from promotions.returns.giving import Given, Sums, summed
from tests.factories import DealerFactory, UserFactory

As = Callable[[User], Client]
DAY = dt.date(2026, 1, 1)


def given(cost: str, promised: str | None = None, achieved: str | None = None, gain: str | None = None) -> Given:
    def amount(text: str | None) -> D | None:
        return None if text is None else D(text)

    return Given(DAY, "x", "/", D(cost), amount(promised), amount(achieved), amount(gain), due=achieved is not None)


def test_what_is_not_due_yet_counts_as_given_alone() -> None:
    sums = summed([given("100", "1000", "800", "150"), given("50", "500"), given("30", "200", "400")])
    assert sums == Sums(D(180), D(1200), D(1200), D(150), D(100))
    assert (sums.kept, sums.ratio) == (D(1), D("1.5"))
    nothing = summed([])
    assert (nothing.kept, nothing.ratio) == (None, None)


def evaluated(dealer: Dealer, *, spend: str, estimate: str, net: str, roi: str, **fields: Any) -> Promotion:
    on = Company.get().today()
    person = UserFactory()
    promotion = Promotion.objects.create(
        title=f"Shelves of {dealer.name}", goal="More", place="Shops", territory=dealer.territory, owner=person,
        created_by=person, starts_on=on - dt.timedelta(days=100), ends_on=on - dt.timedelta(days=70), submitted_by=person,
        submitted_at=timezone.now(), approved_at=timezone.now(), created_at=timezone.now(),
        **{"mechanic": "DISPLAY", "state": "EVALUATED", "currency": Company.get().currency} | fields,
    )  # fmt: skip
    zero = dict.fromkeys(("baseline", "low", "high", "actual", "before", "after"), D(0))
    kept = {"estimate": D(estimate), "net": D(net), "spend": D(spend), "roi": D(roi), **zero}
    evaluation = Evaluation.objects.create(
        promotion=promotion, poor=False, lessons="-", made_at=timezone.now(), made_by=person, gross_profit=D(0), **kept
    )
    DealerResult.objects.create(evaluation=evaluation, dealer=dealer, **kept)
    promotion.participants.create(dealer=dealer)
    return promotion


def supported(dealer: Dealer, *, buys: str, bought: str | None, **fields: Any) -> SupportRequest:
    on = Company.get().today()
    start = on - dt.timedelta(days=60)
    return SupportRequest.objects.create(
        dealer=dealer, kind="VEHICLE", purpose="p", starts_on=start, ends_on=start + dt.timedelta(days=5), cost_travel=D(200),
        company_share=D("0.5"), consent_by="c", consent_on=start, requested_by=UserFactory(), requested_at=timezone.now(),
        bought_amount=None if bought is None else D(bought),
        **{
            "state": "GRANTED", "commitment": "OPEN" if bought is None else "KEPT", "buys_amount": D(buys),
            "buys_by": start + dt.timedelta(days=30),
        } | fields,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_panel_and_the_list_say_the_same(
    territories: dict[str, Any], alice: User, dora: User, client_of: As
) -> None:
    on = Company.get().today()
    dealer = DealerFactory(territory=territories["CN-EAST-1"], name="Given much")
    stranger = DealerFactory(territory=territories["JP-KANTO-1"], name="Stranger")
    evaluated(dealer, spend="1000", estimate="4000", net="3000", roi="1.2")
    evaluated(dealer, spend="9", estimate="9", net="9", roi="1", currency="XXX")
    supported(dealer, buys="1000", bought="1500")
    supported(dealer, buys="700", bought=None)
    paying = {
        "buys_amount": None,
        "buys_by": None,
        "pays_amount": D(400),
        "pays_by": on,
        "payment": "MISSED",
        "paid_amount": D(100),
    }
    supported(dealer, buys="0", bought=None, **paying)
    supported(dealer, buys="70", bought=None, state="REFUSED", decided_by=UserFactory(), decided_at=timezone.now())
    evaluated(stranger, spend="50", estimate="100", net="10", roi="0.5")
    for brand, ours, share, day in (("A", True, "0.3", 20), ("B", False, "0.7", 20), ("A", True, "0.9", 400)):
        BrandShare.objects.create(
            dealer=dealer, on=on - dt.timedelta(days=day), brand=brand, ours=ours, sales_share=D(share)
        )
    rows, unrated = giving.given_to(dealer, on=on)
    sums = giving.summed(rows)
    assert (len(rows), unrated) == (4, 1)
    assert sums == Sums(D(1300), D(5400), D(4600), D(1200), D(1000))
    assert giving.by_dealer(alice, on=on, order="given", most=9) == [(dealer.pk, sums)]
    both = [pk for pk, _sums in giving.by_dealer(dora, on=on, order="given", most=9)]
    assert both == [dealer.pk, stranger.pk]
    least_kept = [pk for pk, _sums in giving.by_dealer(dora, on=on, order="kept", most=9)]
    assert least_kept == [stranger.pk, dealer.pk]
    panel = client_of(alice).get(reverse("promotions:returns_panel", args=[dealer.pk])).content.decode()
    for said in ("1,300", "85%", "1.20", "30%", "1 promotion is left out"):
        assert said in panel, said
    page = client_of(alice).get(reverse("promotions:returns") + "?order=kept").content.decode()
    assert "Given much" in page
    assert "Stranger" not in page


@pytest.mark.django_db
def test_joint_activities_stand_beside_framework_agreements(
    territories: dict[str, Any], alice: User, client_of: As
) -> None:
    on, place = Company.get().today(), territories["CN-EAST-1"]
    signed, unsigned = DealerFactory(territory=place, name="Signed"), DealerFactory(territory=place, name="Unsigned")
    for dealer in (signed, unsigned, unsigned):
        evaluated(dealer, spend="1", estimate="1", net="1", roi="1", mechanic="JOINT_ACTIVITY")
    evaluated(DealerFactory(territory=place), spend="1", estimate="1", net="1", roi="1")
    evaluated(DealerFactory(territory=territories["JP-KANTO-1"]), spend="1", estimate="1", net="1", roi="1",
              mechanic="JOINT_ACTIVITY")  # fmt: skip
    Agreement.objects.create(dealer=signed, kind="FRAMEWORK", starts_on=on - dt.timedelta(days=9))
    Agreement.objects.create(
        dealer=unsigned, kind="FRAMEWORK", starts_on=on - dt.timedelta(days=9), ends_on=on - dt.timedelta(days=1)
    )
    rows = [(row.name, row.activities, row.framework) for row in joint.with_activities(alice, on=on)]
    assert rows == [("Unsigned", 2, False), ("Signed", 1, True)]
    assert joint.summary(alice, on=on) == joint.Summary(2, 1)
    page = client_of(alice).get(reverse("promotions:joint_activities")).content.decode()
    assert page.index(">Unsigned<") < page.index(">Signed<")
    assert "not signed yet" in page
