"""Approving plans and their changes: never by who asked, by the rank that the amount needs, for the plan that was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from crm.base.money import round_money
from promotions import access, filing, ledger
from promotions.actions.plan import demand_step, locked
from promotions.choices import ChangeState, Decision, PostingKind, PromotionState
from promotions.lifecycle import Doer
from promotions.models import Approval, Promotion, PromotionChange, PromotionLine
from promotions.planning import Plan
from promotions.rates import NoRate, rate_on
from promotions.refusals import ChangedMeanwhile, PromotionRefused, money, no_rate, not_enough
from promotions.telling import events
from promotions.terms import in_company_currency, roles_needed

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the approval of a plan, or of a change, has come: roles that have to approve, the rank reached, the amount in
    the company's currency."""

    amount: Decimal
    needed: frozenset[str]
    reached: int

    @property
    def wanted(self) -> int:
        return max(access.RANKS[role] for role in self.needed)

    @property
    def next(self) -> int:
        """The lowest rank that is still needed; 0 when none is."""
        return min((rank for role in self.needed if (rank := access.RANKS[role]) > self.reached), default=0)


def standing(promotion: Promotion, change: PromotionChange | None, *, on: dt.date) -> Standing:
    """Two or three queries. Raises PromotionRefused without an exchange rate."""
    total = sum(promotion.lines.values_list("amount", flat=True), NOTHING)
    if change is not None:
        total += change.extra
    try:
        amount = in_company_currency(promotion, total, on=on)
    except NoRate as error:
        raise no_rate(error) from error
    done = Approval.objects.filter(
        promotion=promotion, change=change, version=promotion.version, decision=Decision.APPROVED
    ).values_list("role", flat=True)
    if change is None and promotion.submitted_at is not None:
        done = done.filter(at__gte=promotion.submitted_at)
    return Standing(
        amount, roles_needed(promotion, amount, on=on), max((access.RANKS[role] for role in done), default=0)
    )


@dataclass(frozen=True, slots=True)
class Say:
    """As whom somebody may decide: her rank, and in whose place (None: her own)."""

    rank: int
    instead_of: User | None


def say_of(
    user: User, promotion: Promotion, change: PromotionChange | None, stands: Standing, *, on: dt.date
) -> Say | None:
    """None for who may not decide now: who asked for it, who does not lead there, who has already said what her rank
    can."""
    asked = access.requesters(promotion) | ({change.requested_by_id} if change else set())
    if user.pk in asked or not stands.next:
        return None
    own = access.rank(user, promotion.territory_id, on=on)
    if own >= stands.next:
        return Say(own, None)
    for giver in access.givers(user, on=on):
        rank = access.rank(giver, promotion.territory_id, on=on)
        if giver.pk not in asked and rank >= stands.next:
            return Say(rank, giver)
    return None


def waiting_for(user: User, *, on: dt.date) -> list[tuple[Promotion, PromotionChange | None]]:
    """Plans and changes that the user may decide on now, those that begin first before others."""
    found: list[tuple[Promotion, PromotionChange | None]] = []
    for giver in (user, *access.givers(user, on=on)):
        seen = Promotion.objects.visible_to(giver, on=on).select_related("territory", "owner")
        found += [(row, None) for row in seen.filter(state=PromotionState.SUBMITTED).order_by("starts_on", "pk")[:200]]
        changes = PromotionChange.objects.filter(state=ChangeState.REQUESTED, promotion__in=seen)
        found += [
            (row.promotion, row) for row in changes.select_related("promotion__territory", "promotion__owner")[:200]
        ]
    once = {(promotion.pk, change.pk if change else None): (promotion, change) for promotion, change in found}
    decidable = []
    for promotion, change in once.values():
        try:
            stands = standing(promotion, change, on=on)
        except PromotionRefused:
            continue
        if say_of(user, promotion, change, stands, on=on):
            decidable.append((promotion, change))
    return sorted(decidable, key=lambda pair: (pair[0].starts_on, pair[0].pk))


def _noted(
    promotion: Promotion, change: PromotionChange | None, stands: Standing, say: Say, decision: Decision, note: str,
    by: User, at: dt.datetime,
) -> Approval:  # fmt: skip
    noted: Approval = Approval.objects.create(
        promotion=promotion, change=change, version=promotion.version, amount=round_money(stands.amount, _company_currency()),
        role=access.role_of(say.rank), decision=decision, note=note.strip()[:500], by=by, instead_of=say.instead_of, at=at,
    )  # fmt: skip
    return noted


def decide(
    *, promotion_id: int, version: int, decision: str, note: str, by: User, at: dt.datetime, on: dt.date
) -> Promotion:
    """Approve a plan, return it with a question, or reject it. `version` is the plan that was seen.

    With the last approval its money is set aside, at the day's rates. Raises PromotionRefused with the figures when a budget
    does not have it; then nothing is changed.
    """
    try:
        with transaction.atomic(), pghistory.context(reason=note):
            promotion = locked(promotion_id)
            if promotion.state != PromotionState.SUBMITTED:
                raise ChangedMeanwhile(
                    _("Decided meanwhile: the promotion is %(state)s.") % {"state": promotion.get_state_display()}
                )
            if promotion.version != version:
                raise ChangedMeanwhile(_("The plan was changed meanwhile. Look at it again."))
            stands = standing(promotion, None, on=on)
            say = _demand_say(promotion, None, stands, by, on)
            decision = _checked(decision, note)
            noted = _noted(promotion, None, stands, say, Decision(decision), note, by, at)
            if decision == Decision.APPROVED:
                if say.rank < stands.wanted:
                    events.decided(noted, final=False, on=on)
                    return promotion
                _approve(promotion, by=by, at=at, on=on)
            else:
                to = PromotionState.REJECTED if decision == Decision.REJECTED else PromotionState.DRAFT
                demand_step(promotion, to, doer=frozenset({Doer.APPROVER}), met=frozenset(), reason=note)
                promotion.state = to
                promotion.save()
            events.decided(noted, final=True, on=on)
    except ledger.NotEnough as error:
        raise not_enough(error) from error
    return promotion


def _checked(decision: str, note: str) -> str:
    if decision not in Decision.values:
        raise PromotionRefused(_("Approve it, return it or reject it."))
    if decision != Decision.APPROVED and not note.strip():
        raise PromotionRefused(_("Say why, so that it can be mended."))
    return decision


def _demand_say(promotion: Promotion, change: PromotionChange | None, stands: Standing, by: User, on: dt.date) -> Say:
    say = say_of(by, promotion, change, stands, on=on)
    if say is not None:
        return say
    if by.pk in access.requesters(promotion) or (change and change.requested_by_id == by.pk):
        raise PromotionRefused(_("Nobody approves what she has asked for herself."))
    raise PromotionRefused(
        _("This amount, %(amount)s, needs somebody else's approval.")
        % {"amount": money(stands.amount, _company_currency())}
    )


def _company_currency() -> str:
    from crm.base.models import Company

    return Company.get().currency


def _approve(promotion: Promotion, *, by: User, at: dt.datetime, on: dt.date) -> None:
    demand_step(promotion, PromotionState.APPROVED, doer=frozenset({Doer.APPROVER}), met=frozenset())
    # By budget, so that two approvals on the same budgets wait for each other.
    for line in promotion.lines.select_related("budget", "dealer").order_by("budget", "pk"):
        _set_aside(promotion, line, by=by, at=at, on=on)
    promotion.state, promotion.approved_at = PromotionState.APPROVED, at
    promotion.save()
    filing.file_plan(Plan.of(promotion), by=by, at=at)


def _set_aside(promotion: Promotion, line: PromotionLine, *, by: User, at: dt.datetime, on: dt.date) -> None:
    try:
        rate = rate_on(promotion.currency, line.budget.currency, on)
    except NoRate as error:
        raise no_rate(error) from error
    line.rate = rate
    line.earmark = ledger.open_earmark(budget=line.budget, title=f"{promotion.title}: {line.get_kind_display()}", at=at)
    line.save(update_fields=["rate", "earmark"])
    amount = round_money(line.amount * rate, line.budget.currency)
    about = ledger.About(f"line:{line.pk}:reserve", by, at, on, promotion.title)
    ledger.move(PostingKind.RESERVE, line.earmark, amount, about)


# --- Changes after the approval --------------------------------------------------------------------------------------------


def ask_for_change(
    *, promotion_id: int, values: Mapping[str, object], by: User, at: dt.datetime, on: dt.date
) -> PromotionChange:
    """More money on a line (`line`, `extra`), a later end (`new_end`), or both, with the `reason`."""
    with transaction.atomic():
        promotion = locked(promotion_id)
        if not access.may_write(by, promotion):
            raise PromotionRefused(_("Only who plans promotions there may change the plan."))
        if promotion.state not in (PromotionState.APPROVED, PromotionState.RUNNING):
            raise ChangedMeanwhile(_("Only an approved or running promotion can be changed."))
        if promotion.changes.filter(state=ChangeState.REQUESTED).exists():
            raise PromotionRefused(_("Another change waits for its approval."))
        change = PromotionChange(promotion=promotion, requested_by=by, requested_at=at, **values)
        if not change.reason.strip():
            raise PromotionRefused(_("Say why."))
        if change.new_end is not None and change.new_end <= max(promotion.ends_on, on):
            raise PromotionRefused(_("The new end has to be later than the present one."))
        if change.extra < 0 or change.extra != round_money(change.extra, promotion.currency):
            raise PromotionRefused(_("Give an amount above zero that can be paid."))
        if change.extra and (change.line is None or change.line.promotion_id != promotion.pk):
            raise PromotionRefused(_("Say which budget line needs more money."))
        if not change.extra and change.new_end is None:
            raise PromotionRefused(_("Say what is to be changed: more money, or a later end."))
        if not change.extra:
            change.line = None
        change.save()
        events.to_approve(promotion, change, at=at, on=on)
    return change


def decide_change(
    *, change_id: int, decision: str, note: str, by: User, at: dt.datetime, on: dt.date
) -> PromotionChange:
    """Approve a change or refuse it; an approval by a lower rank than the new total needs waits for the next."""
    try:
        with transaction.atomic(), pghistory.context(reason=note):
            found = PromotionChange.objects.values_list("promotion", flat=True).get(pk=change_id)
            promotion = locked(found)
            change = PromotionChange.objects.select_related("line__earmark__budget").get(pk=change_id)
            if change.state != ChangeState.REQUESTED:
                raise ChangedMeanwhile(
                    _("Decided meanwhile: the change is %(state)s.") % {"state": change.get_state_display()}
                )
            stands = standing(promotion, change, on=on)
            say = _demand_say(promotion, change, stands, by, on)
            decision = _checked(decision, note)
            if decision == Decision.RETURNED:
                decision = Decision.REJECTED
            noted = _noted(promotion, change, stands, say, Decision(decision), note, by, at)
            if decision == Decision.REJECTED:
                change.state, change.decided_at = ChangeState.REFUSED, at
                change.save()
            elif say.rank >= stands.wanted:
                _carry_out(promotion, change, by=by, at=at, on=on)
            events.decided(noted, final=change.state != ChangeState.REQUESTED, on=on)
    except ledger.NotEnough as error:
        raise not_enough(error) from error
    return change


def _carry_out(promotion: Promotion, change: PromotionChange, *, by: User, at: dt.datetime, on: dt.date) -> None:
    line = change.line
    if line is not None and change.extra:
        assert line.earmark is not None
        assert line.rate is not None
        # The whole line at its rate, less what is set aside already: no cent is lost by rounding twice.
        budget = line.earmark.budget
        before = round_money(line.amount * line.rate, budget.currency)
        line.amount += change.extra
        more = round_money(line.amount * line.rate, budget.currency) - before
        if more > 0:
            about = ledger.About(f"change:{change.pk}:reserve", by, at, on, promotion.title)
            ledger.move(PostingKind.RESERVE, line.earmark, more, about)
        line.save(update_fields=["amount"])
    if change.new_end is not None:
        promotion.planned_end = promotion.planned_end or promotion.ends_on
        promotion.ends_on = change.new_end
        promotion.save()
    change.state, change.decided_at = ChangeState.APPROVED, at
    change.save()
