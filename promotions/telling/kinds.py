"""Kinds of notices about promotions, their words, and by which channels whom they reach unless she says otherwise."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import TerritoryAssignment, User
from accounts.notices import kinds as registry
from accounts.notices.choices import MailWhen, PushWhen
from accounts.notices.kinds import Kind, Step, Subject, Wishes, Words
from accounts.notices.models import Notice
from crm.base.models import Company
from crm.base.text import run_on
from promotions import access
from promotions.choices import ChangeState, ClaimState, Decision, PromotionState
from promotions.models import Budget, Claim, Promotion, PromotionChange
from promotions.refusals import PromotionRefused, money
from promotions.telling.events import BUDGET, CHANGE, CLAIM, PROMOTION

GROUP = gettext_lazy("Promotions")
DECIDE = "decide"
_DECIDE = Step(DECIDE, pgettext_lazy("a promotion or claim", "Decide"))

AT_ONCE = Wishes(True, MailWhen.ALWAYS, PushWhen.ALWAYS)
RED_AT_ONCE = Wishes(True, MailWhen.RED, PushWhen.RED)
BY_MORNING = Wishes(True, MailWhen.DIGEST, PushWhen.NEVER)


# --- What notices are about ---------------------------------------------------------------------------------------------------


def _promotions(user: User) -> QuerySet:
    """Those of her territories, and of those in whose place she approves. Without a query of its own: the bell asks."""
    on = Company.get().today()
    in_place = (
        TerritoryAssignment.objects.running(on)
        .filter(role__in=access.RANKS, user__delegations__taker=user, user__delegations__period__contains=on)
        .alias(asked=ExpressionWrapper(OuterRef("territory__path"), output_field=CharField()))
        .filter(asked__startswith=F("territory__path"))
    )
    own = Q(pk__in=Promotion.objects.visible_to(user).values("pk"))
    return Promotion.objects.filter(own | Exists(in_place))


def _changes(user: User) -> QuerySet:
    return PromotionChange.objects.filter(promotion__in=_promotions(user))


def _may_decide(user: User, promotion: Promotion, change: PromotionChange | None) -> bool:
    from promotions.actions import approval

    on = Company.get().today()
    try:
        return approval.say_of(user, promotion, change, approval.standing(promotion, change, on=on), on=on) is not None
    except PromotionRefused:
        return False


def _steps_of_plan(user: User, promotion: Promotion) -> tuple[Step, ...]:
    waits = promotion.state == PromotionState.SUBMITTED and _may_decide(user, promotion, None)
    return (_DECIDE,) if waits else ()


def _steps_of_change(user: User, change: PromotionChange) -> tuple[Step, ...]:
    waits = change.state == ChangeState.REQUESTED and _may_decide(user, change.promotion, change)
    return (_DECIDE,) if waits else ()


def _steps_of_claim(user: User, claim: Claim) -> tuple[Step, ...]:
    return (_DECIDE,) if claim.state == ClaimState.SUBMITTED and access.may_decide_claim(user, claim) else ()


def _data_of_plan(promotion: Promotion) -> dict[str, Any]:
    return {
        "promotion": promotion.pk, "title": promotion.title, "state": promotion.state, "mechanic": promotion.mechanic,
        "territory": promotion.territory.code, "starts_on": promotion.starts_on.isoformat(),
        "ends_on": promotion.ends_on.isoformat(),
    }  # fmt: skip


def _data_of_claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.pk, "promotion": claim.promotion_id, "dealer": claim.dealer.code, "state": claim.state,
        "amount": str(claim.amount), "approved": None if claim.approved_amount is None else str(claim.approved_amount),
        "currency": claim.promotion.currency,
    }  # fmt: skip


def _data_of_change(change: PromotionChange) -> dict[str, Any]:
    return _data_of_plan(change.promotion) | {"change": change.pk, "change_state": change.state}


SUBJECTS = (
    Subject(
        PROMOTION, _promotions, lambda rows: rows.select_related("territory", "owner"),
        lambda pk, do: reverse("promotions:approve" if do == DECIDE else "promotions:promotion", args=[pk]),
        _data_of_plan, lambda: Promotion.objects.all(), _steps_of_plan,
    ),
    Subject(
        CHANGE, _changes, lambda rows: rows.select_related("promotion__territory", "promotion__owner", "line"),
        lambda pk, do: reverse("promotions:approve_change", args=[pk]), _data_of_change,
        lambda: PromotionChange.objects.all(), _steps_of_change,
    ),
    Subject(
        CLAIM, lambda user: Claim.objects.visible_to(user),
        lambda rows: rows.select_related("promotion", "dealer__territory", "audit"),
        lambda pk, do: reverse("promotions:claim", args=[pk]), _data_of_claim, lambda: Claim.objects.all(), _steps_of_claim,
    ),
    Subject(
        BUDGET, lambda user: Budget.objects.visible_to(user), lambda rows: rows.select_related("territory"),
        lambda pk, do: reverse("promotions:budget", args=[pk]),
        lambda budget: {"budget": budget.code, "territory": budget.territory.code, "currency": budget.currency},
        lambda: Budget.objects.all(),
    ),
)  # fmt: skip


# --- Words --------------------------------------------------------------------------------------------------------------------


def _amount(text: Any, currency: str) -> str:
    return money(Decimal(str(text or 0)), currency)


def _to_approve(notice: Notice, about: Promotion | PromotionChange) -> Words:
    change = about if isinstance(about, PromotionChange) else None
    promotion = about.promotion if isinstance(about, PromotionChange) else about
    values = {
        "title": promotion.title, "name": notice.facts.get("by", ""),
        "amount": _amount(notice.facts.get("amount"), Company.get().currency),
    }  # fmt: skip
    if change is not None:
        title = _("A change waits for your approval: “%(title)s”") % values
        asked = _("%(name)s asks for it; all together it would cost %(amount)s.") % values
        return Words(title, run_on([asked, change.reason]), _("A change of a promotion waits for you"))
    title = _("A promotion waits for your approval: “%(title)s”") % values
    return Words(title, _("%(name)s asks for %(amount)s.") % values, _("A promotion waits for you"))


def _decided(notice: Notice, promotion: Promotion) -> Words:
    values = {"title": promotion.title, "name": notice.facts.get("by", "")}
    of_change = bool(notice.facts.get("change"))
    match notice.facts.get("decision"):
        case Decision.APPROVED:
            title = _("The change was approved: “%(title)s”") if of_change else _("Approved: “%(title)s”")
        case Decision.RETURNED:
            title = _("Returned with a question: “%(title)s”")
        case _:
            title = _("The change was refused: “%(title)s”") if of_change else _("Rejected: “%(title)s”")
    text = run_on([_("%(name)s has decided.") % values, str(notice.facts.get("note", ""))])
    return Words(title % values, text, _("A promotion was decided on"))


def _what(claim: Claim) -> dict[str, str]:
    currency = claim.promotion.currency
    return {
        "dealer": claim.dealer.name, "title": claim.promotion.title, "amount": money(claim.amount, currency),
        "approved": money(claim.approved_amount or Decimal(0), currency), "number": claim.settlement_number,
    }  # fmt: skip


def _claim_to_decide(notice: Notice, claim: Claim) -> Words:
    title = _("A claim waits for your decision: %(dealer)s, %(amount)s") % _what(claim)
    return Words(title, _("For “%(title)s”.") % _what(claim), _("A claim waits for you"))


def _claim_to_settle(notice: Notice, claim: Claim) -> Words:
    title = _("A claim waits to be settled: %(dealer)s, %(approved)s") % _what(claim)
    return Words(title, _("For “%(title)s”.") % _what(claim), _("A claim waits for you"))


def _claim_over(notice: Notice, claim: Claim) -> Words:
    values = _what(claim)
    discreet = _("News of a claim")
    if notice.facts.get("what") == "settled":
        title = _("The claim was settled: %(dealer)s, %(approved)s") % values
        return Words(title, _("For “%(title)s”, number %(number)s.") % values, discreet)
    if claim.approved_amount:
        title = _("The claim was approved in part: %(dealer)s, %(approved)s of %(amount)s") % values
    else:
        title = _("The claim was refused: %(dealer)s, %(amount)s") % values
    return Words(title, run_on([_("For “%(title)s”.") % values, claim.decision_note]), discreet)


def _evaluation(notice: Notice, promotion: Promotion) -> Words:
    values = {"title": promotion.title, "day": _day(str(notice.facts.get("due", "")))}
    if notice.facts.get("stage") == "overdue":
        title = _("The evaluation is overdue: “%(title)s”") % values
        text = _("It was due on %(day)s. Until it is there, its owner submits nothing new.") % values
        return Words(title, text, _("An evaluation is overdue"))
    if notice.facts.get("stage") == "near":
        title = _("The evaluation is due soon: “%(title)s”") % values
    else:
        title = _("To be evaluated: “%(title)s”") % values
    text = _("All its sales are there. The last day is %(day)s.") % values
    return Words(title, text, _("An evaluation is due"))


def _budget(notice: Notice, budget: Budget) -> Words:
    share = int(Decimal(str(notice.facts.get("share") or 0)) * 100)
    values = {"name": budget.name, "share": share, "left": _amount(notice.facts.get("left"), budget.currency)}
    if notice.severity >= 3:
        title = _("The budget is used up: %(name)s") % values
        text = _("Nothing more is approved out of it.")
    else:
        title = _("%(share)s %% of the budget is used: %(name)s") % values
        text = _("%(left)s are left.") % values
    return Words(title, text, _("News of a budget"))


def _audit_failed(notice: Notice, claim: Claim) -> Words:
    audit = getattr(claim, "audit", None)
    title = _("An audit did not find what was paid for: %(dealer)s, %(approved)s") % _what(claim)
    found = audit.get_result_display() if audit else ""
    text = run_on(
        [_("For “%(title)s”.") % _what(claim), _("%(result)s.") % {"result": found}, audit.note if audit else ""]
    )
    return Words(title, text, _("News of a claim"))


def _day(text: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return "–"


KINDS = (
    # Of a change, the notice names its own subject.
    Kind("promotions.to_approve", gettext_lazy("A promotion waits for my approval"), GROUP, PROMOTION, _to_approve, AT_ONCE),
    Kind("promotions.decided", gettext_lazy("My promotion was approved, returned or rejected"), GROUP, PROMOTION, _decided, AT_ONCE, ends=True),
    Kind("promotions.claim_to_decide", gettext_lazy("A claim waits for my decision"), GROUP, CLAIM, _claim_to_decide, BY_MORNING),
    Kind("promotions.claim_to_settle", gettext_lazy("A claim waits to be settled"), GROUP, CLAIM, _claim_to_settle, BY_MORNING),
    Kind("promotions.claim_over", gettext_lazy("My claim was cut, refused or settled"), GROUP, CLAIM, _claim_over, BY_MORNING, ends=True),
    Kind("promotions.evaluation", gettext_lazy("An evaluation is due or overdue"), GROUP, PROMOTION, _evaluation, BY_MORNING),
    Kind("promotions.budget", gettext_lazy("A budget is nearly used up"), GROUP, BUDGET, _budget, RED_AT_ONCE),
    Kind("promotions.audit_failed", gettext_lazy("An audit did not find what was paid for"), GROUP, CLAIM, _audit_failed, BY_MORNING, ends=True),
)  # fmt: skip


def register() -> None:
    for subject in SUBJECTS:
        registry.register_subject(subject)
    for kind in KINDS:
        registry.register(kind)
