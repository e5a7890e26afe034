"""Who is told of what happens with promotions and claims: once, and not after it was decided."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from accounts.models import Notice, User
from accounts.notices import kinds
from accounts.notices.shown import shown
from promotions.actions import approval, plan
from promotions.actions.claims import withdraw_claim
from promotions.choices import Decision, PostingKind
from promotions.models import Delegation
from promotions.telling import watching
from tests.factories import DealerFactory, UserFactory
from tests.promotions.factories import (
    END,
    PLANNED,
    START,
    about,
    approve,
    budget_of,
    claimed,
    decided,
    moment,
    running,
    settled,
    submitted,
)

pytestmark = pytest.mark.django_db


def waiting() -> set[tuple[str, str]]:
    """Kind and name of what is told and not over."""
    rows = Notice.objects.filter(over_at=None, user__isnull=False).select_related("user")
    return {(row.kind.partition(".")[2], row.user.name) for row in rows}


def titles(user: User) -> list[str]:
    return [row.words.title for row in shown(Notice.objects.filter(user=user).order_by("pk"), user)]


def test_a_plan_goes_up_the_ladder(territories, alice, bob, dora, fay) -> None:
    """The nearest who may decide is told, then the next rank, then who asked; what is decided waits for nobody."""
    place = territories["CN-EAST-1"]
    promotion = submitted(
        territory=place, by=alice, budget=budget_of(place, "90000"), amount="20001", estimate="200000"
    )
    assert waiting() == {("to_approve", bob.name)}
    approve(promotion, bob)
    assert waiting() == {("to_approve", dora.name)}
    approve(promotion, dora)
    assert waiting() == {("decided", alice.name)}
    assert titles(dora) == ["A promotion waits for your approval: “Spring shelves”"]
    assert titles(alice) == ["Approved: “Spring shelves”"]
    assert Notice.objects.count() == 3


def test_returned_submitted_again_taken_back(territories, alice, bob) -> None:
    place = territories["CN-EAST-1"]
    stand_in = UserFactory()
    Delegation.objects.create(giver=bob, taker=stand_in, period=(PLANNED, PLANNED + dt.timedelta(days=3)))
    promotion = submitted(territory=place, by=alice)
    assert waiting() == {("to_approve", bob.name), ("to_approve", stand_in.name)}
    approval.decide(
        promotion_id=promotion.pk, version=promotion.version, decision=Decision.RETURNED, note="Which shops?", by=bob,
        at=moment(PLANNED), on=PLANNED,
    )  # fmt: skip
    assert waiting() == {("decided", alice.name)}
    (returned,) = shown(Notice.objects.filter(user=alice), alice)
    assert returned.words.text.endswith("Which shops?")
    later = moment(PLANNED) + dt.timedelta(hours=1)
    plan.submit(promotion_id=promotion.pk, by=alice, at=later, on=PLANNED)
    assert ("to_approve", bob.name) in waiting()
    plan.take_back(promotion_id=promotion.pk, by=alice, at=later, on=PLANNED)
    assert waiting() == set()


def test_who_stands_in_sees_what_she_is_told(territories, alice, bob, charlie, monkeypatch) -> None:
    """Though it lies in a territory that is not hers."""
    from crm.base.models import Company

    monkeypatch.setattr(Company, "today", lambda self, *, at=None: PLANNED)
    Delegation.objects.create(giver=bob, taker=charlie, period=(PLANNED, PLANNED + dt.timedelta(days=3)))
    promotion = submitted(territory=territories["CN-EAST-1"], by=alice)
    (row,) = Notice.objects.in_inbox(charlie)
    (told,) = shown([row], charlie)
    assert [step.do for step in told.steps(charlie)] == ["decide"]
    assert told.target("decide").endswith(f"/{promotion.pk}/approve/")


def test_a_change_is_told_like_a_plan(territories, alice, bob) -> None:
    promotion = running(approver=bob, territory=territories["CN-EAST-1"], by=alice)
    Notice.objects.all().delete()
    values = {"line": None, "extra": Decimal(0), "new_end": END + dt.timedelta(days=7), "reason": "Rain"}
    change = approval.ask_for_change(promotion_id=promotion.pk, values=values, by=alice, at=moment(START), on=START)
    assert waiting() == {("to_approve", bob.name)}
    approval.decide_change(
        change_id=change.pk, decision="REJECTED", note="Too late", by=bob, at=moment(START), on=START
    )
    assert waiting() == {("decided", alice.name)}
    assert titles(alice) == ["The change was refused: “Spring shelves”"]


def test_claims_go_from_hand_to_hand(territories, alice, bob, fay) -> None:
    promotion = running(approver=bob, territory=territories["CN-EAST-1"], by=alice)
    Notice.objects.all().delete()
    claim = claimed(promotion, alice, "400")
    assert waiting() == {("claim_to_decide", bob.name)}
    decided(claim, bob, "300", "One window was empty")
    assert waiting() == {("claim_to_settle", fay.name), ("claim_over", alice.name)}
    settled(claim, fay)
    assert waiting() == {("claim_over", alice.name)}
    name = claim.dealer.name
    assert titles(alice) == [
        f"The claim was approved in part: {name}, 300.00 USD of 400.00 USD", f"The claim was settled: {name}, 300.00 USD",
    ]  # fmt: skip
    other = claimed(promotion, alice, "100")
    withdraw_claim(claim_id=other.pk, by=alice, at=moment(START), on=START)
    assert waiting() == {("claim_over", alice.name)}


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (55, set()),
        (56, {"To be evaluated: “Spring shelves”"}),
        (79, {"The evaluation is due soon: “Spring shelves”"}),
        (87, {"The evaluation is overdue: “Spring shelves”"}),
    ],
)
def test_evaluations_are_asked_for(days: int, told: set[str], territories, alice, bob) -> None:
    """56 days of comparison, 30 to evaluate; of what is overdue the leader is told too. Twice tells nobody twice."""
    promotion = running(approver=bob, territory=territories["CN-EAST-1"], by=alice)
    plan.end(promotion_id=promotion.pk, at=moment(END), on=END)
    Notice.objects.all().delete()
    on = END + dt.timedelta(days=days)
    for _twice in range(2):
        watching.tell_of_evaluations(at=moment(on), on=on)
    assert set(titles(alice)) == told
    assert len(titles(alice)) == len(told)
    assert set(titles(bob)) == (told if days > 86 else set())


def test_budgets_that_run_out_are_told_once_at_each_level(territories, alice, bob, fay, dora) -> None:
    """79 of 100 is fine, 80 yellow, 95 orange, 100 red; parts count with the whole; more money ends it."""
    from promotions import ledger

    place = territories["CN-EAST-1"]
    whole = budget_of(territories["CN"], "100", owner=dora, name="China")
    part = budget_of(place, "0", parent=whole, name="East")
    ledger.grant(part, Decimal(100), about("part"))
    earmark = ledger.open_earmark(budget=part, title="Shelves", at=moment(START))
    levels = []
    for step, amount in enumerate(("79", "1", "15", "5")):
        ledger.move(PostingKind.RESERVE, earmark, Decimal(amount), about(f"reserve:{step}"))
        for _twice in range(2):
            watching.tell_of_budgets(at=moment(START), on=START)
        levels.append(
            Notice.objects.filter(user=fay, about_id=whole.pk, over_at=None).values_list("severity", flat=True).first()
        )
    assert levels == [None, 1, 2, 3]
    assert Notice.objects.filter(user=fay, about_id=whole.pk).count() == 3
    assert titles(dora)[0] == "80 % of the budget is used: China"
    assert "The budget is used up: East" in titles(fay)
    ledger.grant(whole, Decimal(900), about("more"))
    watching.tell_of_budgets(at=moment(START), on=START)
    assert not Notice.objects.filter(about_id=whole.pk, over_at=None).exists()


def test_every_kind_has_words_and_a_group() -> None:
    ours = [kind for kind in kinds.registered() if kind.code.startswith("promotions.")]
    assert len(ours) == 8
    assert all(kinds.subject_of(kind.subject) for kind in ours)


def test_the_start_page_shows_budgets_to_who_keeps_them(client_of, territories, alice, fay, monkeypatch) -> None:
    from django.urls import reverse

    from crm.base.models import Company
    from promotions import ledger

    monkeypatch.setattr(Company, "today", lambda self, *, at=None: START)
    budget = budget_of(territories["CN"], "100", name="China")
    earmark = ledger.open_earmark(budget=budget, title="Shelves", at=moment(START))
    ledger.move(PostingKind.RESERVE, earmark, Decimal(96), about("reserve"))
    DealerFactory(territory=territories["CN"])
    shorts = {each: client_of(each).get(reverse("promotions:queue_short")).content.decode() for each in (fay, alice)}
    assert re.search(r"96\s?% used", shorts[fay])
    assert "China" not in shorts[alice]
