"""A tier set by hand needs two people, ends by itself, and never hides what the rule says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from dealers.models import Dealer
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tiering import overrides
from tiering.models import DealerTier, TierChange, TierOverride
from tiering.runs import run_tiers

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def dealer(territories: dict[str, Any]) -> Dealer:
    return DealerFactory(territory=territories["CN-EAST-1"], kind="RETAILER")


@pytest.fixture
def another_manager(territories: dict[str, Any]) -> User:
    user = UserFactory(name="Bea")
    AssignmentFactory(user=user, territory=territories["CN-EAST"], role="MANAGER")
    return user


def ask(dealer: Dealer, actor: User, *, days: int = 90) -> TierOverride:
    today = Company.get().today()
    return overrides.request_override(
        dealer=dealer, tier="A", reason="opens a second shop", starts_on=today, expires_on=today + days * DAY, actor=actor,
        at=timezone.now(),
    )  # fmt: skip


def answer(override: TierOverride, actor: User, *, approve: bool = True) -> TierOverride:
    today = Company.get().today()
    return overrides.decide_override(
        override=override, approve=approve, answer="", actor=actor, on=today, at=timezone.now()
    )


def test_it_counts_from_approval_to_its_end_and_leaves_two_rows(
    dealer: Dealer, bob: User, another_manager: User
) -> None:
    today = Company.get().today()
    override = ask(dealer, bob, days=5)
    run_tiers(on=today)
    assert DealerTier.objects.get().tier == "C"

    answer(override, another_manager)
    run_tiers(on=today + DAY)
    row = DealerTier.objects.get()
    assert (row.tier, row.computed, row.reason) == ("A", "C", "OVERRIDE")
    run_tiers(on=today + 4 * DAY)
    assert DealerTier.objects.get().tier == "A"
    run_tiers(on=today + 5 * DAY)

    assert DealerTier.objects.get().tier == "C"
    steps = list(TierChange.objects.order_by("on").values_list("from_tier", "tier", "reason", "override"))
    assert steps == [(None, "C", "REST", None), ("C", "A", "OVERRIDE", override.pk), ("A", "C", "REST", None)]


def test_an_override_that_agrees_with_the_rule_leaves_its_rows_but_is_no_move(
    dealer: Dealer, bob: User, dora: User
) -> None:
    today = Company.get().today()
    Dealer.objects.update(kind="AGENT")
    run_tiers(on=today)
    answer(ask(dealer, bob, days=3), dora)
    assert run_tiers(on=today + DAY).moved == 0
    assert run_tiers(on=today + 3 * DAY).moved == 0
    assert list(TierChange.objects.order_by("on").values_list("reason", flat=True)) == ["AGENT", "OVERRIDE", "AGENT"]
    assert DealerTier.objects.get().since == today


def test_nobody_approves_her_own_request(dealer: Dealer, bob: User, dora: User, alice: User) -> None:
    mine = ask(dealer, bob)
    with pytest.raises(overrides.NeedsAnother):
        answer(mine, bob)
    with pytest.raises(overrides.NeedsAnother):
        answer(mine, alice)
    assert answer(mine, dora).state == "APPROVED"
    with pytest.raises(overrides.AlreadyDecided):
        answer(mine, dora)
    with pytest.raises(overrides.NeedsAnother):
        answer(ask(dealer, dora), dora)


def test_one_request_at_a_time(dealer: Dealer, bob: User) -> None:
    first = ask(dealer, bob)
    with pytest.raises(overrides.OneWaitsAlready):
        ask(dealer, bob)
    overrides.withdraw_override(override=first, actor=bob, at=timezone.now())
    ask(dealer, bob)


def test_a_term_that_is_over_is_not_approved(dealer: Dealer, bob: User, dora: User) -> None:
    override = ask(dealer, bob, days=1)
    with pytest.raises(overrides.TooLate):
        overrides.decide_override(
            override=override, approve=True, answer="", actor=dora, on=override.expires_on, at=timezone.now()
        )


def test_every_step_is_in_the_audit_trail(dealer: Dealer, bob: User, dora: User) -> None:
    override = answer(ask(dealer, bob), dora)
    overrides.withdraw_override(override=override, actor=dora, at=timezone.now())
    events = TierOverride.pgh_event_model.objects.filter(pgh_obj_id=override.pk)  # type: ignore[attr-defined]
    assert list(events.order_by("pgh_id").values_list("state", flat=True)) == ["REQUESTED", "APPROVED", "WITHDRAWN"]


def test_more_than_twelve_months_is_refused_at_the_field(client_of: As, dealer: Dealer, bob: User) -> None:
    today = Company.get().today()
    body = {"tier": "A", "starts_on": today, "expires_on": today + 400 * DAY, "reason": "r"}
    page = client_of(bob).post(f"/tiers/dealer/{dealer.pk}/override/", body)
    assert page.status_code == 422
    assert "twelve months at most" in page.content.decode()
    assert not TierOverride.objects.exists()


def test_the_page_of_the_dealer_shows_both_tiers_and_the_request(
    client_of: As, dealer: Dealer, bob: User, another_manager: User
) -> None:
    today = Company.get().today()
    override = ask(dealer, bob)
    address = f"/tiers/dealer/{dealer.pk}/"
    assert "opens a second shop" in client_of(bob).get(address).content.decode()
    assert 'value="approve"' not in client_of(bob).get(address).content.decode()
    assert 'value="approve"' in client_of(another_manager).get(address).content.decode()

    client_of(another_manager).post(
        f"/tiers/overrides/{override.pk}/decide/", {"decision": "approve", "dealer": dealer.pk}
    )
    run_tiers(on=today)

    page = client_of(bob).get(address).content.decode()
    assert "approved by Bea" in page
    sentence = client_of(bob).get(f"{address}reason/").content.decode()
    assert "A: set by hand until" in sentence
    assert "the rule says C" in sentence
