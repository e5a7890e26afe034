"""Runs, what each dealer is, what changed when, and tiers set by hand."""

from __future__ import annotations

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.base.periods import add_months
from dealers.choices import Tier
from dealers.querysets import DealerChildQuerySet
from tiering.choices import Basis, Mode, OverrideState, Reason
from tiering.querysets import TierChangeQuerySet, TierOverrideQuerySet

# A tier set by hand lasts at most so long: docs/practice.md section 1.
OVERRIDE_MONTHS = 12


class TierRun(models.Model):
    """The tiers as they were decided for a date: one row a date, rewritten when the date is run again.

    The row is written in the run's own transaction, so a run that is here is whole.
    """

    on = models.DateField(_("for the date"), unique=True)
    policy = models.ForeignKey("tiering.TierPolicy", models.PROTECT, related_name="runs", verbose_name=_("policy"))
    mode = models.CharField(_("looked at"), max_length=8, choices=Mode)
    ran_at = models.DateTimeField(_("ran"))
    times = models.PositiveSmallIntegerField(_("times run"), default=1)
    # What reasons of this run refer to: the last closed fiscal year, and the cut-off among the ranked dealers.
    year = models.SmallIntegerField(_("fiscal year"))
    basis = models.CharField(_("ranked by"), max_length=8, choices=Basis)
    ranked_count = models.PositiveIntegerField(_("ranked dealers"))
    places = models.PositiveIntegerField(_("places for A"))
    # Thousandths of a unit or ten-thousandths of the currency, as `basis` says; None when nobody can be A by rank.
    cut_off_value = models.BigIntegerField(_("cut-off"), null=True)
    count_a = models.PositiveIntegerField(default=0)
    count_b = models.PositiveIntegerField(default=0)
    count_c = models.PositiveIntegerField(default=0)
    # The second opinion: amounts (ten-thousandths) from which on a dealer is among the first 70 and 90 % of all sales.
    pareto_a_e4 = models.BigIntegerField(null=True, editable=False)
    pareto_b_e4 = models.BigIntegerField(null=True, editable=False)
    looked_at = models.PositiveIntegerField(_("dealers looked at"), default=0)
    moved = models.PositiveIntegerField(_("dealers moved"), default=0)
    # From which transaction on a row may have changed unseen by this run, and in which database cluster: see
    # tiering.changed. They let the next run look at changed rows alone.
    seen_before_xid = models.BigIntegerField(editable=False)
    seen_in_cluster = models.BigIntegerField(editable=False)

    class Meta:
        verbose_name = _("tier run")
        verbose_name_plural = _("tier runs")
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class _Decided(models.Model):
    """A decision and the figures it was made from."""

    tier = models.CharField(_("tier"), max_length=1, choices=Tier, null=True)
    computed = models.CharField(_("tier by the rule"), max_length=1, choices=Tier, null=True)
    reason = models.CharField(pgettext_lazy("part of the rule", "decided by"), max_length=8, choices=Reason)
    # rule.Missing as a bit mask.
    missing = models.SmallIntegerField(default=0)
    # Sales of the fiscal year and of the two before, in the run's basis.
    year = models.SmallIntegerField(_("fiscal year"))
    value = models.BigIntegerField()
    value_1 = models.BigIntegerField()
    value_2 = models.BigIntegerField()
    first_sale_month = models.DateField(_("first month with sales"), null=True)
    cooperation = models.SmallIntegerField(_("cooperation"), null=True)
    loyalty = models.SmallIntegerField(_("loyalty"), null=True)

    class Meta:
        abstract = True


class DealerTier(_Decided):
    """What a dealer is as of the latest run. Written by the run only, and only where something differs."""

    dealer = models.OneToOneField("dealers.Dealer", models.CASCADE, primary_key=True, related_name="tier_row")
    since = models.DateField(_("since"), null=True)
    kind = models.CharField(_("kind"), max_length=20)
    override = models.ForeignKey(
        "tiering.TierOverride", models.SET_NULL, null=True, related_name="+", verbose_name=_("set by hand"),
        db_index=False,
    )  # fmt: skip
    # The run that last wrote the row: its date.
    decided_on = models.DateField(pgettext_lazy("by the rule", "decided"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer's tier")
        verbose_name_plural = _("dealers' tiers")

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.tier}"


class TierChange(_Decided):
    """A dealer's tier changed with the run of a date, or an override began or ended. Only the changes are kept.

    Between two changes the dealer was what the earlier one says. The figures are those the run saw.
    """

    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="tier_changes", verbose_name=_("dealer"), db_index=False
    )
    on = models.DateField(_("on"))
    kind = models.CharField(_("kind"), max_length=20)
    from_tier = models.CharField(pgettext_lazy("before a change", "from"), max_length=1, choices=Tier, null=True)
    override = models.ForeignKey(
        "tiering.TierOverride", models.SET_NULL, null=True, related_name="+", verbose_name=_("set by hand"),
        db_index=False,
    )  # fmt: skip
    # The date of the run that decided it: earlier than `on` where a rerun of an earlier date split the time before.
    decided_on = models.DateField(pgettext_lazy("by the rule", "decided"))
    # Place among the ranked dealers, for those that are A by rank.
    rank = models.PositiveIntegerField(_("rank"), null=True)

    objects = TierChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of tier")
        verbose_name_plural = _("changes of tier")
        ordering = ["-on", "-pk"]
        constraints = [
            # Also the dealer page's history, and the state as of a past date.
            models.UniqueConstraint(fields=["dealer", "on"], name="tierchange_once_a_run"),
        ]
        indexes = [
            # The page of a run and "moved last night".
            models.Index(fields=["on", "from_tier", "tier", "dealer"], name="tierchange_by_run"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.on}: {self.from_tier or '–'} → {self.tier or '–'}"


@pghistory.track()
class TierOverride(models.Model):
    """A tier set by hand for a time: asked for with a reason by one, approved by another."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="tier_overrides", verbose_name=_("dealer")
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier)
    reason = models.CharField(_("reason"), max_length=500)
    starts_on = models.DateField(_("from"))
    expires_on = models.DateField(_("until"), help_text=_("The first day that no longer counts"))
    state = models.CharField(
        _("state"), max_length=10, choices=OverrideState, default=OverrideState.REQUESTED, editable=False
    )
    requested_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("asked for by"), editable=False
    )
    requested_at = models.DateTimeField(_("asked for"), editable=False)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"), editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=500, blank=True, default="", editable=False)

    objects = TierOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier set by hand")
        verbose_name_plural = _("tiers set by hand")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="tieroverride_has_a_reason"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("starts_on")), name="tieroverride_has_a_term"),
            models.CheckConstraint(
                condition=~Q(state=OverrideState.APPROVED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="tieroverride_approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["dealer"], condition=Q(state=OverrideState.REQUESTED), name="tieroverride_one_waits"
            ),
        ]
        indexes = [
            # The night: what runs, begins or ends.
            models.Index(
                fields=["expires_on", "starts_on"],
                name="tieroverride_by_end",
                condition=Q(state=OverrideState.APPROVED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id}: {self.tier} {self.starts_on} – {self.expires_on}"

    def clean(self) -> None:
        if self.starts_on and self.expires_on:
            if self.expires_on <= self.starts_on:
                raise ValidationError({"expires_on": _("The end must come after the beginning.")})
            if self.expires_on > add_months(self.starts_on, OVERRIDE_MONTHS):
                raise ValidationError({"expires_on": _("A tier is set by hand for twelve months at most.")})
