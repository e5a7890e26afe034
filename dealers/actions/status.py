"""Moving a dealer along its life cycle."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from accounts.choices import Role
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.audit import because
from dealers import lifecycle
from dealers.choices import TRADING
from dealers.models import Agreement, Contact, Dealer, StatusChange


class StepRefused(Exception):
    """The step may not be taken now; `verdict` says why, `facts` with which figures."""

    def __init__(self, verdict: lifecycle.Verdict, facts: lifecycle.Facts) -> None:
        super().__init__(verdict.refusal)
        self.verdict = verdict
        self.facts = facts


def facts_of(dealer: Dealer, *, on: dt.date) -> lifecycle.Facts:
    """How the dealer stands today, for the guards."""
    reachable = ~Q(phone="") | ~Q(mobile="") | ~Q(messenger="") | ~Q(email="")
    running = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    return lifecycle.Facts(
        has_contact=Contact.objects.filter(reachable, dealer=dealer, active=True).exists(),
        has_running_contract=Agreement.objects.filter(running, dealer=dealer, starts_on__lte=on).exists(),
        open_balance=dealer.balance,
        trading_sub_dealers=Dealer.objects.filter(parent=dealer, status__in=TRADING).count(),
    )


def is_director_of(user: User, dealer: Dealer) -> bool:
    scope = scope_of(user)
    return scope.superuser or Role.DIRECTOR in scope.roles.get(dealer.territory_id, frozenset())


@transaction.atomic
def move_status(*, dealer_id: int, to_status: str, reason: str, by: User, at: dt.datetime, on: dt.date) -> StatusChange:
    """Take one step of the life cycle. Raises StepRefused and leaves all as it was."""
    dealer = Dealer.objects.select_for_update().get(pk=dealer_id)
    facts = facts_of(dealer, on=on)
    verdict = lifecycle.judge(
        from_status=dealer.status,
        to_status=to_status,
        reason=reason,
        facts=facts,
        is_manager=scope_of(by).may(Right.MOVE_STATUS, dealer.territory_id),
        is_director=is_director_of(by, dealer),
    )
    if not verdict.allowed:
        raise StepRefused(verdict, facts)
    change = StatusChange.objects.create(
        dealer=dealer, from_status=dealer.status, to_status=to_status, reason=reason.strip(), changed_at=at, changed_by=by
    )  # fmt: skip
    if reason.strip():
        because(reason.strip())
    dealer.status = to_status
    dealer.save(update_fields=["status", "updated_at"])
    return change
