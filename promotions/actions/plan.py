"""Writing a plan, and the steps of its life that need no approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Territory, User
from crm.base.money import round_money
from dealers.models import Dealer
from promotions import access, ledger, lifecycle, planning
from promotions.choices import (
    WRITABLE,
    ChangeState,
    ClaimState,
    Mechanic,
    PostingKind,
    PromotionState,
)
from promotions.lifecycle import Doer, Guard
from promotions.models import Budget, Claim, Participant, Promotion, PromotionChange, PromotionLine, Provision
from promotions.planning import Plan
from promotions.refusals import ChangedMeanwhile, PlanIncomplete, PromotionRefused
from promotions.telling import events
from promotions.terms import terms_on

NOTHING = Decimal(0)


def locked(promotion_id: int) -> Promotion:
    """The promotion, its row held until the transaction ends."""
    promotion: Promotion = (
        Promotion.objects.select_for_update(of=("self",)).select_related("territory", "owner").get(pk=promotion_id)
    )
    return promotion


def _to_write(promotion_id: int, by: User) -> Promotion:
    promotion = locked(promotion_id)
    if not access.may_write(by, promotion):
        raise PromotionRefused(_("Only who plans promotions there may change the plan."))
    if promotion.state not in WRITABLE:
        raise ChangedMeanwhile(_("The plan was submitted; take it back to change it."))
    return promotion


def _changed(promotion: Promotion) -> None:
    """What was approved or refused before was another plan."""
    promotion.version += 1
    promotion.state = PromotionState.DRAFT
    promotion.save()


@transaction.atomic
def create(*, values: Mapping[str, Any], products: Iterable[Any], by: User, at: dt.datetime) -> Promotion:
    """A draft that belongs to its owner. `values`: the fields of the plan."""
    promotion = Promotion(**values, created_by=by, created_at=at)
    if not access.may_plan(by, promotion.territory_id):
        raise PromotionRefused(_("You do not plan promotions in this territory."))
    promotion.save()
    promotion.products.set(products)
    return promotion


@transaction.atomic
def change(
    *, promotion_id: int, values: Mapping[str, Any], products: Iterable[Any], by: User, on: dt.date
) -> Promotion:
    """Other values of a plan that is still written. Usual sales follow the period and the products."""
    promotion = _to_write(promotion_id, by)
    for name, value in values.items():
        setattr(promotion, name, value)
    if not access.may_plan(by, promotion.territory_id):
        raise PromotionRefused(_("You do not plan promotions in this territory."))
    outside = _outside(promotion.territory, promotion.participants.values_list("dealer", flat=True))
    if outside:
        raise PromotionRefused(_("A dealer that takes part does not belong to this territory."))
    promotion.products.set(products)
    _changed(promotion)
    rows = list(promotion.participants.all())
    usual = planning.usual_sales(promotion, [row.dealer_id for row in rows], on=on)
    for row in rows:
        row.baseline = round_money(usual[row.dealer_id].amount, promotion.currency)
    Participant.objects.bulk_update(rows, ["baseline"])
    return promotion


def _outside(territory: Territory, dealer_ids: Iterable[int]) -> bool:
    within = Territory.objects.within(territory)
    return Dealer.with_bin.filter(pk__in=list(dealer_ids)).exclude(territory__in=within).exists()


@transaction.atomic
def add_dealers(
    *, promotion_id: int, dealer_ids: Sequence[int], uplift: Decimal, by: User, on: dt.date
) -> int:  # fmt: skip
    """Let dealers take part, each expected to sell the share `uplift` of its usual sales in addition; how many are new."""
    promotion = _to_write(promotion_id, by)
    seen = set(Dealer.objects.visible_to(by).filter(pk__in=dealer_ids).values_list("pk", flat=True))
    there = set(promotion.participants.values_list("dealer", flat=True))
    new = [pk for pk in dict.fromkeys(dealer_ids) if pk in seen and pk not in there]
    if _outside(promotion.territory, new):
        raise PromotionRefused(_("A dealer that takes part does not belong to this territory."))
    usual = planning.usual_sales(promotion, new, on=on)
    rows = []
    for pk in new:
        amount = round_money(usual[pk].amount, promotion.currency)
        cover = planning.cover_days(pk, on) if promotion.mechanic == Mechanic.PRE_LOAD else None
        rows.append(
            Participant(
                promotion=promotion, dealer_id=pk, baseline=amount, cover_days=cover,
                estimate=round_money(amount * uplift, promotion.currency),
            )
        )  # fmt: skip
    Participant.objects.bulk_create(rows)
    if rows:
        _changed(promotion)
    return len(rows)


@transaction.atomic
def estimate(*, promotion_id: int, estimates: Mapping[int, Decimal], consents: Mapping[int, str], by: User) -> None:
    """What is expected of each dealer in addition, and who there agreed; both by the participant's id."""
    promotion = _to_write(promotion_id, by)
    rows = list(promotion.participants.filter(pk__in=[*estimates, *consents]))
    for row in rows:
        row.estimate = round_money(estimates.get(row.pk, row.estimate), promotion.currency)
        row.consent = consents.get(row.pk, row.consent).strip()[:200]
    Participant.objects.bulk_update(rows, ["estimate", "consent"])
    _changed(promotion)


@transaction.atomic
def remove_dealer(*, promotion_id: int, participant_id: int, by: User) -> None:
    promotion = _to_write(promotion_id, by)
    row = promotion.participants.filter(pk=participant_id).first()
    if row is None:
        return
    if promotion.lines.filter(dealer=row.dealer_id).exists():
        raise PromotionRefused(_("Money is planned for this dealer; remove the budget line first."))
    row.delete()
    _changed(promotion)


@transaction.atomic
def add_line(
    *, promotion_id: int, kind: str, budget: Budget, amount: Decimal, dealer_id: int | None, note: str, by: User
) -> PromotionLine:
    """Plan money of a budget."""
    promotion = _to_write(promotion_id, by)
    if amount <= 0 or amount != round_money(amount, promotion.currency):
        raise PromotionRefused(_("Give an amount above zero that can be paid."))
    if dealer_id is not None and not promotion.participants.filter(dealer=dealer_id).exists():
        raise PromotionRefused(_("A budget line is for a dealer that does not take part."))
    line = PromotionLine.objects.create(
        promotion=promotion, kind=kind, budget=budget, amount=amount, dealer_id=dealer_id, note=note.strip()[:200]
    )
    _changed(promotion)
    return line


@transaction.atomic
def remove_line(*, promotion_id: int, line_id: int, by: User) -> None:
    promotion = _to_write(promotion_id, by)
    promotion.lines.filter(pk=line_id).delete()
    _changed(promotion)


@transaction.atomic
def add_provision(*, promotion_id: int, values: Mapping[str, Any], by: User) -> Provision:
    """Who brings what along."""
    promotion = _to_write(promotion_id, by)
    provision = Provision.objects.create(promotion=promotion, **values)
    _changed(promotion)
    return provision


@transaction.atomic
def remove_provision(*, promotion_id: int, provision_id: int, by: User) -> None:
    promotion = _to_write(promotion_id, by)
    promotion.provisions.filter(pk=provision_id).delete()
    _changed(promotion)


# --- Steps ------------------------------------------------------------------------------------------------------------------


def demand_step(
    promotion: Promotion, to: PromotionState, *, doer: frozenset[Doer], met: frozenset[Guard], reason: str = ""
) -> None:
    """Raise a refusal in words unless promotions.lifecycle allows the step."""
    verdict = lifecycle.judge(from_state=promotion.state, to_state=to, doer=doer, met=met, reason=reason)
    if verdict.allowed:
        return
    if verdict.refusal is lifecycle.Refusal.NO_SUCH_STEP:
        raise ChangedMeanwhile(
            _("The promotion is %(state)s; this step is not possible any more.")
            % {"state": promotion.get_state_display()}
        )
    if verdict.refusal is lifecycle.Refusal.NOT_HERS:
        raise PromotionRefused(_("This step is somebody else's."))
    if verdict.refusal is lifecycle.Refusal.NEEDS_REASON:
        raise PromotionRefused(_("Say why."))
    texts = {
        Guard.BEGUN: _("It has not begun yet."),
        Guard.OVER: _("It is not over yet."),
        Guard.NO_CLAIM_WAITS: _("Claims still wait to be decided on or settled."),
        Guard.PERIODS_OVER: _("The periods to compare with are not over yet."),
        Guard.POOR_IS_DECIDED: _("The result is poor: a manager has to decide what follows from it."),
    }
    raise PromotionRefused(" ".join(str(texts[guard]) for guard in verdict.unmet if guard in texts))


@transaction.atomic
def submit(*, promotion_id: int, by: User, at: dt.datetime, on: dt.date) -> Promotion:
    """Ask for approval. Raises PlanIncomplete with everything that is missing or in the way."""
    promotion = locked(promotion_id)
    terms = terms_on(on)
    found = planning.problems(Plan.of(promotion), terms, on=on)
    met = frozenset({Guard.COMPLETE, Guard.IN_TIME, Guard.NO_EVALUATION_OVERDUE})
    demand_step(promotion, PromotionState.SUBMITTED, doer=access.doers(by, promotion, on=on), met=met)
    if found:
        raise PlanIncomplete(found)
    promotion.state, promotion.submitted_by, promotion.submitted_at = PromotionState.SUBMITTED, by, at
    promotion.save()
    events.to_approve(promotion, None, at=at, on=on)
    return promotion


@transaction.atomic
def take_back(*, promotion_id: int, by: User, at: dt.datetime, on: dt.date) -> Promotion:
    """Make a draft of it again, to be written further."""
    promotion = locked(promotion_id)
    demand_step(
        promotion, PromotionState.DRAFT, doer=access.doers(by, promotion, on=on) & {Doer.PLANNER}, met=frozenset()
    )
    promotion.state = PromotionState.DRAFT
    promotion.save()
    events.over(promotion, at=at)
    return promotion


def waiting_claims(promotion: Promotion) -> bool:
    """Whether money is asked for and not yet decided on or paid."""
    return Claim.objects.filter(promotion=promotion, state__in=(ClaimState.SUBMITTED, ClaimState.APPROVED)).exists()


@transaction.atomic
def cancel(*, promotion_id: int, reason: str, by: User, at: dt.datetime, on: dt.date) -> Promotion:
    """End it before its time; what is not claimed is free again."""
    with pghistory.context(reason=reason):
        promotion = locked(promotion_id)
        met = frozenset() if waiting_claims(promotion) else frozenset({Guard.NO_CLAIM_WAITS})
        demand_step(
            promotion, PromotionState.CANCELLED, doer=access.doers(by, promotion, on=on), met=met, reason=reason
        )
        if promotion.state in (PromotionState.APPROVED, PromotionState.RUNNING):
            release_rest(promotion, by=by, at=at, on=on)
        _refuse_changes(promotion, at)
        promotion.state, promotion.end_reason, promotion.closed_at = PromotionState.CANCELLED, reason.strip()[:500], at
        promotion.save()
        events.over(promotion, at=at)
    return promotion


def _refuse_changes(promotion: Promotion, at: dt.datetime) -> None:
    PromotionChange.objects.filter(promotion=promotion, state=ChangeState.REQUESTED).update(
        state=ChangeState.REFUSED, decided_at=at
    )


def release_rest(promotion: Promotion, *, by: User | None, at: dt.datetime, on: dt.date) -> None:
    """Give back what is set aside and not claimed, budget by budget."""
    lines = promotion.lines.filter(earmark__isnull=False).select_related("earmark__budget").order_by("budget", "pk")
    balances = ledger.of_earmarks([line.earmark for line in lines if line.earmark])
    for line in lines:
        assert line.earmark is not None
        rest = balances[line.earmark.pk].reserved
        if rest > 0:
            about = ledger.About(f"line:{line.pk}:release", by, at, on, promotion.title)
            ledger.move(PostingKind.RELEASE, line.earmark, rest, about)


@transaction.atomic
def begin(*, promotion_id: int, at: dt.datetime, on: dt.date, by: User | None = None) -> Promotion:
    """It has come to its first day."""
    promotion = locked(promotion_id)
    met = frozenset({Guard.BEGUN}) if promotion.starts_on <= on else frozenset()
    doer = access.doers(by, promotion, on=on) if by else frozenset({Doer.NIGHT})
    demand_step(promotion, PromotionState.RUNNING, doer=doer, met=met)
    promotion.state = PromotionState.RUNNING
    promotion.save()
    return promotion


@transaction.atomic
def end(*, promotion_id: int, at: dt.datetime, on: dt.date, by: User | None = None) -> Promotion:
    """Its last day is over; claims are still taken for some days."""
    promotion = locked(promotion_id)
    met = frozenset({Guard.OVER}) if promotion.ends_on <= on else frozenset()
    doer = access.doers(by, promotion, on=on) if by else frozenset({Doer.NIGHT})
    demand_step(promotion, PromotionState.ENDED, doer=doer, met=met)
    _refuse_changes(promotion, at)
    promotion.state, promotion.ended_at = PromotionState.ENDED, at
    promotion.save()
    events.over(promotion, at=at)
    return promotion
