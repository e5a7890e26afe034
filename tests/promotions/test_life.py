"""A promotion from the plan to the file, with the money beside it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from dealers.models import DealerDocument
from promotions import ledger, results
from promotions.actions import approval, evaluation, plan
from promotions.choices import Decision, Mechanic, PromotionState
from promotions.models import Approval, Delegation, ExchangeRate
from promotions.planning import terms_of
from promotions.refusals import ChangedMeanwhile, PlanIncomplete, PromotionRefused
from tests.factories import DealerFactory, UserFactory
from tests.promotions.factories import (
    END,
    JUDGED,
    PLANNED,
    START,
    approve,
    budget_of,
    claimed,
    decided,
    drafted,
    moment,
    running,
    sell_every_day,
    settled,
    submitted,
)

pytestmark = pytest.mark.django_db


def figures(budget) -> tuple[str, ...]:
    held = ledger.of_budgets([budget])[budget.pk]
    return tuple(f"{amount.normalize():f}" for amount in (held.available, held.reserved, held.committed, held.paid))


def test_the_whole_life(territories, alice, bob, fay) -> None:
    """Planned, approved, claimed until the budget refuses, settled, evaluated, filed, closed."""
    place = territories["CN-EAST-1"]
    budget = budget_of(place, "5000")
    dealer = DealerFactory(territory=place)
    sell_every_day(dealer, first=dt.date(2023, 6, 1), until=START, amount=100)
    sell_every_day(dealer, first=START, until=END, amount=300)
    sell_every_day(dealer, first=END, until=JUDGED, amount=90)
    promotion = submitted(territory=place, by=alice, budget=budget, dealers=[dealer])
    assert figures(budget) == ("5000", "0", "0", "0")
    promotion = approve(promotion, bob)
    assert promotion.state == PromotionState.APPROVED
    assert figures(budget) == ("4000", "1000", "0", "0")
    plan.begin(promotion_id=promotion.pk, at=moment(START), on=START)

    first = settled(decided(claimed(promotion, alice, "700"), bob), fay)
    assert first.budget_amount == 700
    assert figures(budget) == ("4000", "300", "0", "700")
    with pytest.raises(PromotionRefused, match=r"400\.00 USD are asked for and 300\.00 USD are left"):
        claimed(promotion, alice, "400")
    settled(decided(claimed(promotion, alice, "300"), bob, "250", "One shop window was empty"), fay)
    assert figures(budget) == ("4000", "50", "0", "950")

    plan.end(promotion_id=promotion.pk, at=moment(END), on=END)
    with pytest.raises(PromotionRefused, match="not over yet"):
        evaluation.evaluate(
            promotion_id=promotion.pk, lessons="More space", explanation="", by=alice, at=moment(END), on=END
        )
    judged = evaluation.evaluate(
        promotion_id=promotion.pk, lessons="More space", explanation="", by=alice, at=moment(JUDGED), on=JUDGED
    )
    # 28 days: 8,400 instead of 2,800; 56 days after at 90 instead of 100; 30 % of 5,600 - 560 against 950.
    assert (judged.actual, judged.baseline, judged.after) == (8400, 2800, -560)
    assert judged.net == 5040
    assert judged.roi == Decimal("1.5916")
    assert not judged.poor
    titles = set(DealerDocument.objects.filter(dealer=dealer).values_list("kind", "title"))
    assert titles == {("ACTIVITY_PLAN", "Plan of “Spring shelves”"), ("EVALUATION", "Result of “Spring shelves”")}
    promotion = evaluation.close(promotion_id=promotion.pk, by=alice, at=moment(JUDGED), on=JUDGED)
    assert promotion.state == PromotionState.CLOSED
    assert figures(budget) == ("4050", "0", "0", "950")
    assert ledger.check().holds


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [(7, ""), (6, "7 days before"), (0, "not dated back"), (-3, "not dated back")],
)
def test_a_plan_comes_in_time(territories, alice, days_before: int, expected: str) -> None:
    promotion = drafted(territory=territories["CN-EAST-1"], by=alice)
    on = START - dt.timedelta(days=days_before)
    if not expected:
        plan.submit(promotion_id=promotion.pk, by=alice, at=moment(on), on=on)
        return
    with pytest.raises(PlanIncomplete, match=expected):
        plan.submit(promotion_id=promotion.pk, by=alice, at=moment(on), on=on)


def test_an_empty_plan_says_everything_that_is_missing(territories, alice) -> None:
    place = territories["CN-EAST-1"]
    promotion = plan.create(
        values={
            "title": "Nothing", "mechanic": Mechanic.DISPLAY, "goal": "-", "place": "-", "territory": place,
            "starts_on": START, "ends_on": END, "currency": "USD", "owner": alice,
        },
        products=[], by=alice, at=moment(PLANNED),
    )  # fmt: skip
    with pytest.raises(PlanIncomplete) as refused:
        plan.submit(promotion_id=promotion.pk, by=alice, at=moment(PLANNED), on=PLANNED)
    assert len(refused.value.problems) == 4


def test_a_low_return_needs_a_reason(territories, alice) -> None:
    promotion = drafted(territory=territories["CN-EAST-1"], by=alice, estimate="3900")
    with pytest.raises(PlanIncomplete, match=r"1\.17, below 1\.2"):
        plan.submit(promotion_id=promotion.pk, by=alice, at=moment(PLANNED), on=PLANNED)
    promotion.low_return_reason = "A new shop"
    promotion.save()
    plan.submit(promotion_id=promotion.pk, by=alice, at=moment(PLANNED), on=PLANNED)


def test_a_budget_without_the_money_refuses_with_the_figures(territories, alice, bob) -> None:
    place = territories["CN-EAST-1"]
    budget = budget_of(place, "1500")
    one = submitted(territory=place, by=alice, budget=budget)
    two = submitted(territory=place, by=alice, budget=budget)
    approve(one, bob)
    with pytest.raises(PromotionRefused, match=r"has 500\.00 USD left; 1,000\.00 USD are needed"):
        approve(two, bob)
    two.refresh_from_db()
    assert two.state == PromotionState.SUBMITTED
    assert figures(budget) == ("500", "1000", "0", "0")


# --- Who approves -------------------------------------------------------------------------------------------------------------


def test_nobody_approves_her_own(territories, bob, dora) -> None:
    promotion = submitted(territory=territories["CN-EAST-1"], by=bob)
    with pytest.raises(PromotionRefused, match="asked for herself"):
        approve(promotion, bob)
    assert approve(promotion, dora).state == PromotionState.APPROVED


def test_a_large_amount_needs_the_director_too(territories, alice, bob, dora) -> None:
    place = territories["CN-EAST-1"]
    budget = budget_of(place, "90000")
    promotion = submitted(territory=place, by=alice, budget=budget, amount="20001", estimate="200000")
    assert approve(promotion, bob).state == PromotionState.SUBMITTED
    assert figures(budget)[1] == "0"
    with pytest.raises(PromotionRefused, match="somebody else's approval"):
        approve(promotion, bob)
    assert approve(promotion, dora).state == PromotionState.APPROVED
    assert list(Approval.objects.values_list("role", flat=True)) == ["MANAGER", "DIRECTOR"]
    # Alone she would do: whoever ranks higher settles the lower rungs.
    again = submitted(territory=place, by=alice, budget=budget, amount="20001", estimate="200000")
    assert approve(again, dora).state == PromotionState.APPROVED


@pytest.mark.parametrize("person", ["alice", "charlie", "fay", "rory", "ada"])
def test_who_does_not_lead_there_does_not_approve(person: str, territories, bob, request) -> None:
    user = request.getfixturevalue(person)
    promotion = submitted(territory=territories["CN-EAST-1"], by=bob)
    with pytest.raises(PromotionRefused):
        approve(promotion, user)
    promotion.refresh_from_db()
    assert promotion.state == PromotionState.SUBMITTED


@pytest.mark.parametrize(("day", "may"), [(PLANNED, True), (PLANNED + dt.timedelta(days=3), False)])
def test_a_delegate_approves_on_her_days(day: dt.date, may: bool, territories, alice, bob) -> None:
    stand_in = UserFactory()
    Delegation.objects.create(giver=bob, taker=stand_in, period=(PLANNED, PLANNED + dt.timedelta(days=3)))
    promotion = submitted(territory=territories["CN-EAST-1"], by=alice)
    if may:
        assert approve(promotion, stand_in, day).state == PromotionState.APPROVED
        assert Approval.objects.get().instead_of == bob
    else:
        with pytest.raises(PromotionRefused):
            approve(promotion, stand_in, day)


def test_who_asks_does_not_get_it_by_a_delegate(territories, alice, bob) -> None:
    """Bob may not approve his own plan, so nobody may in his place, nor may he in anybody's."""
    Delegation.objects.create(giver=bob, taker=alice, period=(PLANNED, PLANNED + dt.timedelta(days=3)))
    promotion = submitted(territory=territories["CN-EAST-1"], by=bob)
    with pytest.raises(PromotionRefused):
        approve(promotion, alice)


def test_the_plan_that_was_seen_is_approved(territories, alice, bob) -> None:
    promotion = submitted(territory=territories["CN-EAST-1"], by=alice)
    seen = promotion.version
    plan.take_back(promotion_id=promotion.pk, by=alice, at=moment(PLANNED), on=PLANNED)
    line = promotion.lines.get()
    plan.remove_line(promotion_id=promotion.pk, line_id=line.pk, by=alice)
    plan.add_line(
        promotion_id=promotion.pk, kind=line.kind, budget=line.budget, amount=Decimal(1500), dealer_id=None, note="",
        by=alice,
    )  # fmt: skip
    plan.submit(promotion_id=promotion.pk, by=alice, at=moment(PLANNED), on=PLANNED)
    with pytest.raises(ChangedMeanwhile, match="changed meanwhile"):
        approval.decide(
            promotion_id=promotion.pk, version=seen, decision=Decision.APPROVED, note="", by=bob, at=moment(PLANNED),
            on=PLANNED,
        )  # fmt: skip


def test_a_returned_plan_needs_all_approvals_anew(territories, alice, bob, dora) -> None:
    place = territories["CN-EAST-1"]
    promotion = submitted(
        territory=place, by=alice, budget=budget_of(place, "90000"), amount="30000", estimate="300000"
    )
    approve(promotion, bob)
    later = moment(PLANNED) + dt.timedelta(hours=1)
    approval.decide(
        promotion_id=promotion.pk, version=promotion.version, decision=Decision.RETURNED, note="Which shops?", by=dora,
        at=later, on=PLANNED,
    )  # fmt: skip
    promotion = plan.submit(promotion_id=promotion.pk, by=alice, at=later + dt.timedelta(hours=1), on=PLANNED)
    assert approval.standing(promotion, None, on=PLANNED).reached == 0


# --- Changes, endings ------------------------------------------------------------------------------------------------------------


def test_more_money_needs_another_approval(territories, alice, bob) -> None:
    place = territories["CN-EAST-1"]
    budget = budget_of(place, "1200")
    promotion = running(approver=bob, territory=place, by=alice, budget=budget)
    line = promotion.lines.get()
    change = approval.ask_for_change(
        promotion_id=promotion.pk, values={"line": line, "extra": Decimal(150), "new_end": END + dt.timedelta(days=7), "reason": "Two more shops"},
        by=alice, at=moment(START), on=START,
    )  # fmt: skip
    with pytest.raises(PromotionRefused, match="asked for herself"):
        approval.decide_change(change_id=change.pk, decision="APPROVED", note="", by=alice, at=moment(START), on=START)
    approval.decide_change(change_id=change.pk, decision="APPROVED", note="", by=bob, at=moment(START), on=START)
    promotion.refresh_from_db()
    assert (promotion.ends_on, promotion.planned_end) == (END + dt.timedelta(days=7), END)
    assert figures(budget) == ("50", "1150", "0", "0")
    with pytest.raises(ChangedMeanwhile):
        approval.decide_change(change_id=change.pk, decision="APPROVED", note="", by=bob, at=moment(START), on=START)
    assert figures(budget) == ("50", "1150", "0", "0")


def test_a_cancelled_promotion_gives_its_money_back(territories, alice, bob) -> None:
    budget = budget_of(territories["CN-EAST-1"])
    promotion = running(approver=bob, territory=territories["CN-EAST-1"], by=alice, budget=budget)
    with pytest.raises(PromotionRefused, match="Say why"):
        plan.cancel(promotion_id=promotion.pk, reason=" ", by=bob, at=moment(START), on=START)
    plan.cancel(promotion_id=promotion.pk, reason="The shop burnt down", by=bob, at=moment(START), on=START)
    assert figures(budget) == ("10000", "0", "0", "0")


def test_a_poor_result_is_explained_and_decided_on(territories, alice, bob) -> None:
    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    sell_every_day(dealer, first=dt.date(2023, 6, 1), until=JUDGED, amount=100)
    promotion = running(approver=bob, territory=place, by=alice, budget=budget_of(place), dealers=[dealer])
    decided(claimed(promotion, alice, "700"), bob)
    plan.end(promotion_id=promotion.pk, at=moment(END), on=END)
    judge = {"promotion_id": promotion.pk, "lessons": "Nobody came", "by": alice, "at": moment(JUDGED), "on": JUDGED}
    with pytest.raises(PromotionRefused, match="has to explain"):
        evaluation.evaluate(explanation="", **judge)
    assert evaluation.evaluate(explanation="It rained", **judge).poor
    with pytest.raises(PromotionRefused, match="wait"):
        evaluation.close(promotion_id=promotion.pk, by=alice, at=moment(JUDGED), on=JUDGED)
    from promotions.actions.claims import withdraw_claim

    withdraw_claim(claim_id=promotion.claims.get().pk, by=alice, at=moment(JUDGED), on=JUDGED)
    with pytest.raises(PromotionRefused, match="manager has to decide"):
        evaluation.close(promotion_id=promotion.pk, by=alice, at=moment(JUDGED), on=JUDGED)
    decide = {"promotion_id": promotion.pk, "note": "Not again", "at": moment(JUDGED), "on": JUDGED}
    with pytest.raises(PromotionRefused, match="not its owner"):
        evaluation.decide_consequence(consequence="NO_REPEAT", by=alice, **decide)
    evaluation.decide_consequence(consequence="NO_REPEAT", by=bob, **decide)
    evaluation.close(promotion_id=promotion.pk, by=alice, at=moment(JUDGED), on=JUDGED)


def test_no_new_plan_while_an_evaluation_is_overdue(territories, alice, bob) -> None:
    place = territories["CN-EAST-1"]
    promotion = running(approver=bob, territory=place, by=alice, budget=budget_of(place))
    plan.end(promotion_id=promotion.pk, at=moment(END), on=END)
    # 56 days of comparison and 30 to evaluate.
    late = END + dt.timedelta(days=87)
    again = drafted(
        territory=place, by=alice, starts_on=late + dt.timedelta(days=10), ends_on=late + dt.timedelta(days=20)
    )
    with pytest.raises(PlanIncomplete, match="Spring shelves"):
        plan.submit(promotion_id=again.pk, by=alice, at=moment(late), on=late)
    plan.submit(promotion_id=again.pk, by=alice, at=moment(late), on=late - dt.timedelta(days=1))


# --- Currencies ------------------------------------------------------------------------------------------------------------------


def test_the_rate_is_fixed_at_the_approval(territories, alice, bob, fay) -> None:
    place = territories["CN-EAST-1"]
    rates = [("2026-01-01", "0.1385"), ("2026-02-20", "0.2")]
    for day, rate in rates:
        ExchangeRate.objects.create(currency="CNY", into="USD", rate=Decimal(rate), valid_from=day)
    budget = budget_of(place, "200")
    promotion = running(approver=bob, territory=place, by=alice, budget=budget, currency="CNY", amount="1000")
    assert figures(budget) == ("61.5", "138.5", "0", "0")
    # Three thirds: what is paid sums to what was set aside, whatever each is rounded to.
    for amount in ("333.33", "333.33", "333.34"):
        settled(decided(claimed(promotion, alice, amount), bob), fay)
    assert figures(budget) == ("61.5", "0", "0", "138.5")


def test_a_result_is_what_the_sales_say(territories, alice, bob) -> None:
    """Estimates by dealer, and a dip that is taken off, a rise that is not added."""
    place = territories["CN-EAST-1"]
    dip, rise = DealerFactory(territory=place), DealerFactory(territory=place)
    for dealer, after in ((dip, 50), (rise, 150)):
        sell_every_day(dealer, first=dt.date(2023, 6, 1), until=START, amount=100)
        sell_every_day(dealer, first=START, until=END, amount=200)
        sell_every_day(dealer, first=END, until=JUDGED, amount=after)
    promotion = running(approver=bob, territory=place, by=alice, budget=budget_of(place), dealers=[dip, rise])
    found = results.results_of(promotion, terms_of(promotion))
    assert found.by_dealer[dip.pk].net == 2800 - 2800
    assert found.by_dealer[rise.pk].net == 2800
    assert found.by_dealer[rise.pk].is_sure
