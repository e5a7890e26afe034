"""Making budgets, giving them money, moving it between them, letting it expire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Territory, User
from crm.base.money import from_e4, round_money
from promotions import access, ledger
from promotions.choices import PostingKind, TransferState
from promotions.models import Budget, BudgetTransfer, Posting
from promotions.rates import NoRate, rate_on
from promotions.refusals import ChangedMeanwhile, PromotionRefused, money, no_rate, not_enough
from sales.choices import SalesKind
from sales.models import TerritoryMonth

NOTHING = Decimal(0)


def _demand(by: User, territory_id: int) -> None:
    if not access.may_manage_budgets(by, territory_id):
        raise PromotionRefused(_("Budgets of this territory are somebody else's."))


@transaction.atomic
def create_budget(*, values: Mapping[str, Any], by: User) -> Budget:
    """A budget without any money yet. A part lies within the whole: period, territory, brand, currency."""
    budget = Budget(**values)
    _demand(by, budget.territory_id)
    parent = budget.parent
    if parent is not None:
        if not (parent.starts_on <= budget.starts_on and budget.ends_on <= parent.ends_on):
            raise PromotionRefused(_("The period has to lie within that of “%(parent)s”.") % {"parent": parent.name})
        if not budget.territory.path.startswith(parent.territory.path):
            raise PromotionRefused(_("The territory has to lie within that of “%(parent)s”.") % {"parent": parent.name})
        if budget.currency != parent.currency:
            raise PromotionRefused(_("A part of a budget has the currency of the whole."))
        if parent.brand_id and budget.brand_id != parent.brand_id:
            raise PromotionRefused(_("A part of a brand's budget is for the same brand."))
    budget.full_clean()
    budget.save()
    ledger.open_budget(budget)
    return budget


def grant(*, budget: Budget, amount: Decimal, note: str, key: str, by: User, at: dt.datetime, on: dt.date) -> None:
    """More money: out of the parent, for a root out of the company. Raises PromotionRefused with the figures."""
    _demand(by, (budget.parent or budget).territory_id)
    if amount <= 0 or amount != round_money(amount, budget.currency):
        raise PromotionRefused(_("Give an amount above zero that can be paid."))
    if budget.expired_at is not None:
        raise PromotionRefused(_("The budget has expired."))
    try:
        ledger.grant(budget, amount, ledger.About(f"grant:{key}", by, at, on, note))
    except ledger.NotEnough as error:
        raise not_enough(error) from error
    except ledger.KeyUsedBefore as error:
        raise ChangedMeanwhile(_("This form was sent before with other contents. Open a new one.")) from error


@transaction.atomic
def ask_for_transfer(
    *, source: Budget, target: Budget, amount: Decimal, reason: str, by: User, at: dt.datetime
) -> BudgetTransfer:
    """Ask to move money; it waits for somebody else's approval."""
    _demand(by, source.territory_id)
    if source.pk == target.pk or source.currency != target.currency:
        raise PromotionRefused(_("Money moves between two budgets of one currency."))
    if amount <= 0 or amount != round_money(amount, source.currency):
        raise PromotionRefused(_("Give an amount above zero that can be paid."))
    if not reason.strip():
        raise PromotionRefused(_("Say why."))
    left = ledger.of_budgets([source])[source.pk].available
    if amount > left:
        raise PromotionRefused(
            _("The budget “%(budget)s” has %(left)s left; %(wanted)s are asked for.")
            % {"budget": source.name, "left": money(left, source.currency), "wanted": money(amount, source.currency)}
        )
    # Sent twice, it waits once.
    Budget.objects.select_for_update(of=("self",)).get(pk=source.pk)
    transfer, _made = BudgetTransfer.objects.get_or_create(
        source=source, budget=target, amount=amount, reason=reason.strip()[:500], requested_by=by,
        state=TransferState.REQUESTED, defaults={"requested_at": at},
    )  # fmt: skip
    return transfer


def decide_transfer(
    *, transfer_id: int, approve: bool, answer: str, by: User, at: dt.datetime, on: dt.date
) -> BudgetTransfer:
    """Move the money, or refuse; never who asked."""
    try:
        with transaction.atomic(), pghistory.context(reason=answer):
            row = (
                BudgetTransfer.objects.select_for_update(of=("self",))
                .select_related("source", "budget")
                .get(pk=transfer_id)
            )
            if row.state != TransferState.REQUESTED:
                raise ChangedMeanwhile(
                    _("Decided meanwhile: the transfer is %(state)s.") % {"state": row.get_state_display()}
                )
            _demand(by, row.source.territory_id)
            if row.requested_by_id == by.pk:
                raise PromotionRefused(_("Nobody approves what she has asked for herself."))
            if not approve and not answer.strip():
                raise PromotionRefused(_("Say why."))
            row.state = TransferState.APPROVED if approve else TransferState.REFUSED
            row.answer, row.decided_by, row.decided_at = answer.strip()[:500], by, at
            row.save()
            if approve:
                ledger.transfer(
                    row.source, row.budget, row.amount, ledger.About(f"transfer:{row.pk}", by, at, on, row.reason)
                )
    except ledger.NotEnough as error:
        raise not_enough(error) from error
    return row


# --- The night ----------------------------------------------------------------------------------------------------------------


def accrue(budget: Budget, *, at: dt.datetime, on: dt.date) -> Decimal:
    """Bring a fund to its share of the purchases of the closed months of its period; what was added. Corrected purchases
    take back what is still there. Done once a day."""
    assert budget.accrual_share is not None
    last = min(on.replace(day=1), budget.ends_on)
    territories = Territory.objects.within(budget.territory).values("pk")
    months = TerritoryMonth.objects.filter(
        territory__in=territories, kind=SalesKind.SELL_IN, month__gte=budget.starts_on, month__lt=last
    )
    bought = from_e4(sum(months.values_list("amount_e4", flat=True))) or NOTHING
    try:
        rate = rate_on(_company_currency(), budget.currency, on)
    except NoRate as error:
        raise no_rate(error) from error
    due = round_money(bought * budget.accrual_share * rate, budget.currency)
    done = NOTHING
    postings = Posting.objects.filter(budget=budget, key__startswith=f"accrual:{budget.pk}:")
    for kind, amount in postings.values_list("kind", "amount"):
        done += amount if kind == PostingKind.ACCRUE else -amount
    change = due - done
    about = ledger.About(f"accrual:{budget.pk}:{on}", None, at, on)
    if Posting.objects.filter(key=about.key).exists():
        return NOTHING
    if change > 0 and budget.parent is not None:
        # A part never holds more than the whole has left for it.
        change = min(change, ledger.of_budgets([budget.parent])[budget.parent.pk].available)
    if change > 0:
        ledger.accrue(budget, change, about)
    elif change < 0:
        change = -min(-change, ledger.of_budgets([budget])[budget.pk].available)
        if change:
            ledger.expire(budget, -change, about)
    return change


def _company_currency() -> str:
    from crm.base.models import Company

    return Company.get().currency


@transaction.atomic
def expire(budget_id: int, *, at: dt.datetime, on: dt.date) -> Decimal:
    """What is not set aside goes back to where it came from; how much."""
    budget = Budget.objects.select_for_update(of=("self",)).select_related("parent").get(pk=budget_id)
    if budget.expired_at is not None or budget.expires_on is None or on < budget.expires_on:
        return NOTHING
    rest = ledger.of_budgets([budget])[budget.pk].available
    if rest > 0:
        ledger.expire(budget, rest, ledger.About(f"expire:{budget.pk}", None, at, on))
    budget.expired_at = at
    budget.save()
    return rest
