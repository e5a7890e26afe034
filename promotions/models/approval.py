"""Who approves what, who stands in, what was decided, and what is to be changed after an approval."""

from __future__ import annotations

from decimal import Decimal

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from promotions.choices import ChangeState, Decision, Mechanic
from promotions.models.plan import Promotion, PromotionLine
from promotions.querysets import DatedQuerySet, OfPromotionQuerySet

_ROLES = [(role.value, role.label) for role in (Role.MANAGER, Role.DIRECTOR)]


@pghistory.track()
class ApprovalRule(models.Model):
    """A rung of the ladder: beyond an amount a role has to approve. promotions.ladder says which rules count."""

    role = models.CharField(_("role"), max_length=16, choices=_ROLES)
    above = models.DecimalField(
        _("beyond the amount"), max_digits=18, decimal_places=4, default=0, validators=[MinValueValidator(0)],
        help_text=_("In the company's currency"),
    )  # fmt: skip
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales territory"),
        help_text=_("Empty: everywhere"),
    )  # fmt: skip
    mechanic = models.CharField(
        _("mechanics"), max_length=16, choices=Mechanic, blank=True, default="", help_text=_("Empty: all")
    )
    active_from = models.DateField(_("from"))
    active_until = models.DateField(_("until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of approval")
        verbose_name_plural = _("rules of approval")
        ordering = ["above", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(above__gte=0), name="approvalrule_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gt=F("active_from")),
                name="approvalrule_has_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} > {self.above}"


@pghistory.track()
class Delegation(models.Model):
    """Somebody approves in somebody else's place, on the days of the period."""

    giver = models.ForeignKey("accounts.User", models.PROTECT, related_name="delegations", verbose_name=_("instead of"))
    taker = models.ForeignKey("accounts.User", models.PROTECT, related_name="delegated", verbose_name=_("who approves"))
    period = DateRangeField(_("from, until"), help_text=_("Until is the first day that no longer counts."))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("delegation of approvals")
        verbose_name_plural = _("delegations of approvals")
        ordering = ["-period"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="delegation_to_another"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="delegation_has_an_end",
            ),
            ExclusionConstraint(
                name="delegation_to_one_at_a_time",
                expressions=[("giver", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"

    def clean(self) -> None:
        if self.giver_id and self.giver_id == self.taker_id:
            raise ValidationError({"taker": _("Nobody stands in for herself.")})
        if self.period and (self.period.lower is None or self.period.upper is None):
            raise ValidationError({"period": _("Standing in needs a first and a last day.")})


@pghistory.track()
class PromotionChange(models.Model):
    """More money on a line, or a later end, after the approval: it needs an approval of its own."""

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="changes")
    line = models.ForeignKey(
        PromotionLine, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("budget line")
    )
    extra = models.DecimalField(
        _("more money"), max_digits=18, decimal_places=4, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    new_end = models.DateField(_("new end"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=12, choices=ChangeState, default=ChangeState.REQUESTED)
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("requested by"))
    requested_at = models.DateTimeField(_("requested"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = OfPromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a promotion")
        verbose_name_plural = _("changes of promotions")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extra__gt=0, line__isnull=False) | Q(extra=0, new_end__isnull=False),
                name="promotionchange_changes_something",
            ),
            models.UniqueConstraint(
                fields=["promotion"], condition=Q(state="REQUESTED"), name="promotionchange_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion}"


class Approval(models.Model):
    """What somebody decided about a plan, or about a change of it. Never altered."""

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="approvals")
    change = models.ForeignKey(PromotionChange, models.PROTECT, null=True, related_name="approvals")
    # The plan as it was seen, and what it cost, in the company's currency.
    version = models.PositiveIntegerField(_("version"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    role = models.CharField(_("role"), max_length=16, choices=Role)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("decided by"))
    instead_of = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("instead of")
    )
    at = models.DateTimeField(_("decided"))

    objects = OfPromotionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a promotion", "approval")
        verbose_name_plural = pgettext_lazy("of promotions", "approvals")
        ordering = ["at", "pk"]
        constraints = [
            # Two at once, or the same one twice: the second finds it done.
            models.UniqueConstraint(
                fields=["promotion", "change", "version", "role"], condition=Q(decision="APPROVED"),
                name="approval_once_a_role", nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(decision="APPROVED") | ~Q(note=""), name="approval_refused_says_why"),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="only_added_to", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.promotion}: {self.get_decision_display()}"
