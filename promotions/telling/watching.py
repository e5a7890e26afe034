"""What the night tells: evaluations that may be made, are due, are overdue; budgets that run out. Twice tells nobody twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from accounts.models import Notice
from accounts.notices import outbox
from promotions import ledger, planning
from promotions.choices import PostingKind, PromotionState
from promotions.models import Budget, Posting, Promotion
from promotions.telling import people
from promotions.telling.events import BUDGET, PROMOTION
from promotions.terms import terms_on

# Days before the last one on which an evaluation is called due soon.
NEAR = 7
# Shares of a budget that are orange and red; yellow is of the terms.
ORANGE, RED = Decimal("0.95"), Decimal(1)


def stage_of(promotion: Promotion, *, on: dt.date) -> tuple[str, dt.date]:
    """How near the evaluation of an ended promotion is, and its last day: "" while there is nothing to compare yet, "open",
    "near" or "overdue"."""
    terms = planning.terms_of(promotion)
    due = planning.evaluation_due(promotion, terms)
    if on > due:
        return "overdue", due
    if on < planning.compared_until(promotion, terms):
        return "", due
    return ("near" if (due - on).days <= NEAR else "open"), due


def tell_of_evaluations(*, at: dt.datetime, on: dt.date) -> int:
    """Tell owners, of what is overdue their leaders too; how many promotions."""
    found: dict[str, tuple[Promotion, str, dt.date]] = {}
    ended = Promotion.objects.filter(state=PromotionState.ENDED).select_related("territory", "owner").order_by("pk")
    for promotion in ended:
        stage, due = stage_of(promotion, on=on)
        if stage:
            found[f"evaluation:{promotion.pk}:{due}:{stage}"] = (promotion, stage, due)
    told = set(Notice.objects.filter(key__in=found).values_list("key", flat=True))
    for key in found.keys() - told:
        promotion, stage, due = found[key]
        overdue = stage == "overdue"
        outbox.settle(PROMOTION, [promotion.pk], at=at)
        outbox.tell(
            users=[promotion.owner_id, *(people.leaders(promotion, on=on) if overdue else ())], at=at, key=key,
            kind="promotions.evaluation", subject=PROMOTION, about_id=promotion.pk, severity=2 if overdue else 0,
            facts={"stage": stage, "due": due.isoformat()},
        )  # fmt: skip
    return len(found.keys() - told)


@dataclass(frozen=True, slots=True)
class Used:
    """A budget with all its parts: `level` 1 yellow, 2 orange, 3 red, 0 none."""

    budget: Budget
    balances: ledger.Balances
    level: int


def level_of(share: Decimal, warn_share: Decimal) -> int:
    """0 to 3, as severities."""
    return 3 if share >= RED else 2 if share >= ORANGE else 1 if share >= warn_share else 0


def used_budgets(*, on: dt.date) -> list[Used]:
    """Every budget that runs, with what is used of it and its parts together. Two queries."""
    rows = list(Budget.objects.select_related("territory", "owner").order_by("pk"))
    balances = ledger.of_budgets(rows)
    parents = {row.pk: row.parent_id for row in rows}
    whole = {row.pk: ledger.Balances() for row in rows}
    for pk, held in balances.items():
        above: int | None = pk
        while above is not None and above in whole:
            whole[above] += held
            above = parents[above]
    warn_share = terms_on(on).warn_share
    return [
        Used(row, whole[row.pk], level_of(whole[row.pk].share, warn_share))
        for row in rows
        if row.expired_at is None and row.starts_on <= on < row.ends_on
    ]


def tell_of_budgets(*, at: dt.datetime, on: dt.date) -> int:
    """Tell owners and who keeps budgets there, once at each level and anew after more was granted; how many budgets."""
    budgets = used_budgets(on=on)
    outbox.settle(BUDGET, [each.budget.pk for each in budgets if not each.level], at=at)
    high = [each for each in budgets if each.level]
    granted = dict(
        Posting.objects.filter(budget__in=[each.budget for each in high], kind=PostingKind.GRANT)
        .values_list("budget")
        .annotate(Count("pk"))
        .order_by()
    )
    found = {f"budget:{each.budget.pk}:{granted.get(each.budget.pk, 0)}:{each.level}": each for each in high}
    told = set(Notice.objects.filter(key__in=found).values_list("key", flat=True))
    for key in found.keys() - told:
        budget = found[key].budget
        outbox.settle(BUDGET, [budget.pk], at=at)
        owner = [budget.owner_id] if budget.owner_id and budget.owner and budget.owner.is_active else []
        outbox.tell(
            users=[*owner, *people.keepers(budget.territory, on=on)], at=at, key=key, kind="promotions.budget",
            subject=BUDGET, about_id=budget.pk, severity=found[key].level,
            facts={"share": str(round(found[key].balances.share, 4)), "left": str(found[key].balances.available)},
        )  # fmt: skip
    return len(found.keys() - told)
