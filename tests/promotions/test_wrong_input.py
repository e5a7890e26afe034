"""What nobody should type, and what a key in the wrong field must not do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from promotions.choices import PromotionState
from promotions.models import DealerResult, Evaluation, ExchangeRate
from tests.factories import DealerFactory
from tests.promotions import factories
from tests.promotions.rebates.factories import accrual, programme
from tests.promotions.rebates.test_pages import FORM as REBATE
from tests.promotions.support.factories import wanted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time(monkeypatch) -> None:
    """The company's day is that of the factories."""
    from crm.base.models import Company

    monkeypatch.setattr(Company, "today", lambda self, *, at=None: factories.PLANNED)


@pytest.mark.parametrize("uplift", ["-1", "1000.01", "9" * 12, "soon", "NaN"])
def test_more_than_anybody_can_expect_is_refused(client_of, territories, alice, uplift) -> None:
    place = territories["CN-EAST-1"]
    promotion = factories.drafted(territory=place, by=alice)
    other = DealerFactory(territory=place)
    url = reverse("promotions:dealers", args=[promotion.pk])
    answer = client_of(alice).post(f"{url}?tier=A", {"dealer": other.pk, "uplift": uplift}, follow=True)
    assert "from 0 to 1,000 per cent" in answer.content.decode()
    # Back where the dealers were chosen, with the filter.
    assert answer.redirect_chain[-1][0] == f"{url}?tier=A"
    assert promotion.participants.count() == 1


def test_who_leaves_a_dealer_out_keeps_what_was_typed_for_the_others(client_of, territories, alice) -> None:
    place = territories["CN-EAST-1"]
    promotion = factories.drafted(territory=place, by=alice, dealers=[DealerFactory(territory=place) for _ in range(2)])
    gone, stays = promotion.participants.order_by("pk")
    client_of(alice).post(
        reverse("promotions:step", args=[promotion.pk, "undealer"]),
        {f"estimate-{gone.pk}": "1", f"estimate-{stays.pk}": "4,321.50", "participant": gone.pk},
    )
    assert promotion.participants.get().estimate == Decimal("4321.5")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-01", "9999-12-31"])
def test_days_that_nobody_means_are_refused(client_of, territories, dora, day) -> None:
    """Years are counted back and on from them."""
    place = territories["CN-EAST-1"]
    client = client_of(dora)
    plan = {
        "title": "Far away", "mechanic": "DISPLAY", "goal": "x", "territory": place.pk, "place": "x", "starts_on": day,
        "ends_on": "9999-12-31", "owner": dora.pk, "currency": "USD",
    }  # fmt: skip
    support = {
        "kind": "VEHICLE", "purpose": "x", "starts_on": day, "ends_on": "9999-12-31", "cost_travel": "1", "cost_people": "0",
        "cost_wear": "0", "company_share": "50", "consent_by": "x", "consent_on": "2026-01-01", "buys_amount": "1", "buys_by": day,
    }  # fmt: skip
    for url, values in (
        (reverse("promotions:new"), plan),
        (reverse("promotions:rebate_new"), REBATE | {"starts_on": day}),
        (reverse("promotions:support_ask", args=[DealerFactory(territory=place).pk]), support),
    ):
        answer = client.post(url, values)
        assert answer.status_code == 422, url
        assert "This is no date." in answer.content.decode(), url


def test_a_zero_byte_is_the_senders_fault(client_of, territories, alice, bob) -> None:
    promotion = factories.submitted(territory=territories["CN-EAST-1"], by=alice)
    url = reverse("promotions:approve", args=[promotion.pk])
    client = client_of(bob)
    client.raise_request_exception = False
    answer = client.post(url, {"decision": "REJECTED", "note": "No\0", "version": promotion.version})
    assert answer.status_code == 400


@pytest.mark.parametrize("page", ["9" * 18, "9" * 5000, "-1", "x"])
def test_far_behind_the_last_page(client_of, territories, dora, page) -> None:
    made = programme(territory=territories["CN"])
    accrual(made, DealerFactory(territory=territories["CN-EAST-1"]))
    client = client_of(dora)
    assert client.get(reverse("promotions:list"), {"page": page}).status_code == 200
    assert client.get(reverse("promotions:claims"), {"page": page}).status_code == 200
    assert client.get(reverse("promotions:rebate", args=[made.pk]), {"after": f"{page}.{page}"}).status_code == 200


def test_results_of_two_currencies_are_not_added_up_as_if_they_were_one(client_of, territories, dora, alice) -> None:
    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    ExchangeRate.objects.create(currency="JPY", into="USD", rate=Decimal("0.01"), valid_from=dt.date(2025, 1, 1))
    at = factories.moment(factories.PLANNED)
    for currency, estimate, net in (("USD", 1000, 1000), ("JPY", 100_000, 0)):
        promotion = factories.drafted(territory=place, by=alice, dealers=[dealer])
        promotion.currency, promotion.state = currency, PromotionState.EVALUATED
        promotion.submitted_by, promotion.submitted_at, promotion.approved_at, promotion.ended_at = alice, at, at, at
        promotion.save()
        figures = {"estimate": estimate, "net": net, "spend": 1, "roi": 1} | dict.fromkeys(
            ("baseline", "low", "high", "actual", "before", "after"), 0
        )
        kept = Evaluation.objects.create(
            promotion=promotion, poor=False, lessons="x", gross_profit=0, made_at=at, made_by=alice, **figures
        )
        DealerResult.objects.create(evaluation=kept, dealer=dealer, **figures)
    page = client_of(dora).get(reverse("promotions:library"))
    # 1,000 of 1,000 dollars, and nothing of 100,000 yen, which are another 1,000 dollars.
    assert [(row["count"], row["met"]) for row in page.context["sums"]] == [(2, Decimal("0.5"))]


def test_what_was_typed_stays_when_a_step_of_support_is_refused(client_of, territories, alice, bob) -> None:
    request = wanted(DealerFactory(territory=territories["CN-EAST-1"]), alice)
    decide = reverse("promotions:support_decide", args=[request.pk])
    answer = client_of(bob).post(decide, {"decision": "grant", "reason": "It rains there"})
    assert answer.status_code == 422
    assert "Choose who or what is sent." in answer.content.decode()
    assert 'value="It rains there"' in answer.content.decode()
    back = reverse("promotions:support_back", args=[request.pk])
    for cost in ("-1", "9" * 20):
        refused = client_of(alice).post(back, {"result": "Sold out", "actual_cost": cost})
        assert refused.status_code == 422
        assert "an amount from 0 on" in refused.content.decode()
