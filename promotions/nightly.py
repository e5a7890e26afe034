from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from promotions import audits, ledger
from promotions.actions import budgets, plan
from promotions.choices import PromotionState
from promotions.models import Budget, Promotion
from promotions.telling import watching


class LedgerBroken(RuntimeError):
    """Balances and entries differ: somebody has written past the ledger."""


@nightly("promotions", _("Promotions: begin, end, accrue, expire"), order=30, needs=("figures",))
def promotions(*, on: dt.date, job: Progress) -> int:
    """Promotions whose first or last day has come; funds that accrue; money that expires; the ledger checked."""
    at, done = timezone.now(), 0
    approved = Promotion.objects.filter(state=PromotionState.APPROVED, starts_on__lte=on).order_by("pk")
    for pk in approved.values_list("pk", flat=True):
        plan.begin(promotion_id=pk, at=at, on=on)
        done += 1
    running = Promotion.objects.filter(state=PromotionState.RUNNING, ends_on__lte=on).order_by("pk")
    for pk in running.values_list("pk", flat=True):
        plan.end(promotion_id=pk, at=at, on=on)
        done += 1
    for fund in Budget.objects.filter(accrual_share__gt=0, starts_on__lte=on, expired_at=None).order_by("pk"):
        done += bool(budgets.accrue(fund, at=at, on=on))
    # The parts before the wholes, so that what comes back expires with them.
    over = Budget.objects.filter(expires_on__lte=on, expired_at=None).order_by("-territory__path", "-pk")
    for pk in over.values_list("pk", flat=True):
        budgets.expire(pk, at=at, on=on)
        done += 1
    checked = ledger.check()
    if not checked.holds:
        raise LedgerBroken(f"{checked}")
    return done


@nightly("promotion_notices", _("Promotions: audits drawn, people told"), order=32, needs=("promotions",))
def promotion_notices(*, on: dt.date, job: Progress) -> int:
    """Paid claims drawn for an audit; evaluations and budgets that people are told of."""
    at = timezone.now()
    return audits.draw(on=on) + watching.tell_of_evaluations(at=at, on=on) + watching.tell_of_budgets(at=at, on=on)
