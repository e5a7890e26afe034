"""What promotions cost at a dealer against what they may, and evaluations that nobody has made, as cases."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Territory, User
from alerts.models import Case
from alerts.reasons import sentence
from crm.base.models import Company
from dealers.models import Dealer
from promotions.actions import plan
from promotions.models import ExchangeRate
from sales.figures import rebuild_figures
from sales.models import SalesTarget
from tests.alerts.factories import TODAY, night, rule, standing
from tests.factories import DealerFactory
from tests.promotions.factories import END, START, budget_of, claimed, decided, moment, running, sell_every_day

pytestmark = pytest.mark.django_db


def spent(dealer: Dealer, alice: User, bob: User, amount: str, currency: str = "USD") -> None:
    """An approved claim in the promotion's currency."""
    budget = budget_of(dealer.territory, "90000", currency=currency)
    promotion = running(
        approver=bob, territory=dealer.territory, by=alice, dealers=[dealer], budget=budget, amount=amount, currency=currency,
        estimate="999999",
    )  # fmt: skip
    decided(claimed(promotion, alice, amount), bob)


def test_money_ahead_of_the_target(territories: dict[str, Territory], alice: User, bob: User, dora: User) -> None:
    """Of a target of 100,000 a C dealer may cost 2,000. 1,900 are orange; 700 are yellow where a third of it came with a
    tenth of the sales; in another currency by the company's rate."""
    own = Company.get().currency
    other = "EUR" if own != "EUR" else "USD"
    ExchangeRate.objects.create(currency=other, into=own, rate=Decimal(2), valid_from=dt.date(2025, 1, 1))
    rule("expense", tiers=["C"])
    place = territories["CN-EAST-1"]
    full, ahead, fine, nothing = (DealerFactory(territory=place) for _number in range(4))
    Dealer.objects.filter(pk__in=[each.pk for each in (full, ahead, fine, nothing)]).update(tier="C")
    for dealer in (full, ahead, fine, nothing):
        dealer.refresh_from_db()
        standing(dealer)
        SalesTarget.objects.create(
            dealer=dealer, period_start=dt.date(2026, 1, 1), period_end=dt.date(2027, 1, 1), amount=Decimal(100_000)
        )
    for dealer, sold in ((full, 99_000), (ahead, 10_000), (fine, 40_000)):
        sell_every_day(dealer, first=START, until=START + dt.timedelta(days=1), amount=sold)
    rebuild_figures(TODAY)
    spent(full, alice, bob, "950", other)
    spent(ahead, alice, bob, "700", own)
    spent(fine, alice, bob, "800", own)

    night()

    cases = {case.dealer: case for case in Case.objects.filter(kind="expense")}
    assert {dealer.pk: case.severity for dealer, case in cases.items()} == {full.pk: 2, ahead.pk: 2}
    assert sentence(cases[full]) == (
        f"Of the 2,000 {own} that promotions may cost here 1,900 are spent, 95%; 95% is where this level begins."
    )
    assert sentence(cases[ahead]) == "Spending is 25% ahead of sales; more than 15% is orange."


def test_an_evaluation_that_nobody_made_is_one_case(territories: dict[str, Territory], alice: User, bob: User) -> None:
    """At the dealer of which most was expected, from the day after it was due."""
    rule("evaluation_overdue")
    place = territories["CN-EAST-1"]
    dealers = [DealerFactory(territory=place) for _number in range(3)]
    for dealer in dealers:
        standing(dealer)
    promotion = running(approver=bob, territory=place, by=alice, budget=budget_of(place), dealers=dealers)
    largest = promotion.participants.get(dealer=dealers[1])
    largest.estimate += 1
    largest.save()
    plan.end(promotion_id=promotion.pk, at=moment(END), on=END)
    # 56 days of comparison and 30 to evaluate.
    due = END + dt.timedelta(days=86)
    night(due)
    assert not Case.objects.filter(kind="evaluation_overdue").exists()
    night(due + dt.timedelta(days=1))
    case = Case.objects.get(kind="evaluation_overdue")
    assert (case.dealer, case.severity) == (dealers[1], 1)
    assert sentence(case).startswith("“Spring shelves” should have been evaluated by")
    assert sentence(case).endswith("1 day ago; this level begins at 1 day.")
