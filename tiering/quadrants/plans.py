"""Plans for dealers: begun from a playbook, taken step by step, closed with what came of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from crm.base.audit import because
from dealers import lifecycle
from dealers.actions.status import move_status
from dealers.choices import TRADING, DealerStatus
from dealers.models import Dealer
from tiering.choices import PlanState, PlanStepKind, Quadrant
from tiering.models import DealerPlan, DealerPlanStep, DealerScore
from tiering.quadrants.playbook import LAST, PLAYBOOKS, due_days
from tiering.quadrants.standing import in_the_way, standing_of


class PlanRefused(Exception):
    """Why a step is not taken, as a sentence for the person who asked."""


@transaction.atomic
def begin(
    *, dealer: Dealer, quadrant: str, aim: str, ends_on: dt.date, by: User, at: dt.datetime, on: dt.date,
    our_gain: str = "", dealer_gain: str = "", share_limit: Decimal | None = None,
) -> DealerPlan:  # fmt: skip
    """Begin the playbook of a quadrant with a dealer. Parting with it moves it to phase-out along its life cycle, where
    that is a step from its present status.

    Raises PlanRefused while another plan runs, StepRefused when the life cycle does not allow it.
    """
    score: Any = DealerScore.objects.filter(pk=dealer.pk).values("loyalty", "strength").first() or {}
    plan = DealerPlan(
        dealer=dealer, quadrant=quadrant, aim=aim, our_gain=our_gain, dealer_gain=dealer_gain, share_limit=share_limit,
        starts_on=on, ends_on=ends_on, loyalty_at_start=score.get("loyalty"), strength_at_start=score.get("strength"),
        created_by=by, created_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        if DealerPlan.objects.running().filter(dealer=dealer).exists():
            raise PlanRefused(_("A plan runs with this dealer already. Close it first.")) from None
        raise
    steps = PLAYBOOKS[quadrant].steps
    days = due_days(len(steps), on, ends_on)
    for kind, due_on in zip(steps, days, strict=True):
        DealerPlanStep.objects.create(plan=plan, kind=kind, due_on=due_on)
    parts = quadrant == Quadrant.PHASE_OUT and lifecycle.step(dealer.status, DealerStatus.PHASE_OUT) is not None
    if parts:
        move_status(dealer_id=dealer.pk, to_status=DealerStatus.PHASE_OUT, reason=aim, by=by, at=at, on=on)
    return plan


@transaction.atomic
def take_step(
    *, step: DealerPlanStep, by: User, on: dt.date, note: str = "", replacement: Dealer | None = None
) -> DealerPlanStep:
    """Call a step done. Raises PlanRefused with the figures that are in its way."""
    plan = _running(step.plan_id)
    step = DealerPlanStep.objects.get(pk=step.pk)
    if step.done_on is not None:
        raise PlanRefused(_("This step is done already."))
    if step.kind in LAST and plan.steps.filter(done_on__isnull=True).exclude(pk=step.pk).exists():
        raise PlanRefused(_("This step comes last: something else is not done yet."))
    if step.kind == PlanStepKind.REPLACED and not _takes_over(replacement, plan):
        raise PlanRefused(_("Name another dealer, one that trades with us, by its code."))
    reason = in_the_way(step.kind, standing_of(plan.dealer, on=on), note=note.strip(), share_limit=plan.share_limit)
    if reason:
        raise PlanRefused(reason)
    step.done_on, step.done_by, step.note = on, by, note.strip()
    step.replacement = replacement if step.kind == PlanStepKind.REPLACED else None
    step.save()
    return step


@transaction.atomic
def reopen_step(*, step: DealerPlanStep) -> DealerPlanStep:
    """Not done after all; what was noted stays. Raises PlanRefused for a closed plan."""
    plan = _running(step.plan_id)
    if step.kind not in LAST and plan.steps.filter(kind__in=LAST, done_on__isnull=False).exists():
        raise PlanRefused(_("The step after it is done already."))
    step.done_on = step.done_by = step.replacement = None
    step.save()
    return step


@transaction.atomic
def close(*, plan: DealerPlan, done: bool, result: str, by: User, on: dt.date) -> DealerPlan:
    """End a plan with what came of it: done, when every step is, or stopped. Raises PlanRefused."""
    plan = _running(plan.pk)
    result = result.strip()
    if not result:
        raise PlanRefused(_("Say what came of it."))
    left = plan.steps.filter(done_on__isnull=True).count()
    if done and left:
        raise PlanRefused(
            ngettext("%(count)s step is not done yet.", "%(count)s steps are not done yet.", left) % {"count": left}
        )
    because(result)
    plan.state = PlanState.DONE if done else PlanState.STOPPED
    plan.result, plan.closed_by, plan.closed_on = result, by, on
    plan.save()
    return plan


def _running(pk: int) -> DealerPlan:
    plan = DealerPlan.objects.select_for_update(of=("self",)).select_related("dealer").get(pk=pk)
    if not plan.is_running:
        raise PlanRefused(_("This plan is closed already."))
    return plan


def _takes_over(replacement: Dealer | None, plan: DealerPlan) -> bool:
    return replacement is not None and replacement.pk != plan.dealer_id and replacement.status in TRADING
