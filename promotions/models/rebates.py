"""Rebates: programmes as dated data, what each dealer is owed by them, and what was settled."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets import ScopedQuerySet
from crm.base.text import StrPromise
from dealers.choices import DealerKind
from dealers.querysets import DealerChildQuerySet
from promotions.rebates.choices import Basis, ProgrammeState, SettlementState
from promotions.rebates.querysets import ProgrammeQuerySet, SettlementQuerySet


def _share(label: StrPromise, digits: int = 5, **options: object) -> models.DecimalField:
    """A share, 0..1, or None."""
    return models.DecimalField(
        label, max_digits=digits + 1, decimal_places=digits, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)], **options,  # type: ignore[arg-type]
    )  # fmt: skip


@pghistory.track()
class RebateProgramme(models.Model):
    """What dealers are paid afterwards for what they did from `starts_on`, before `ends_on`: whole months.

    There is no condition on the price at which a dealer sells on, and no field for one.
    """

    name = models.CharField(_("name"), max_length=120)
    basis = models.CharField(_("pays for"), max_length=8, choices=Basis, default=Basis.AMOUNT)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The first day that no longer counts, the first of a month"))
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales territory"),
        help_text=_("Empty: everywhere"),
    )  # fmt: skip
    dealer_kinds = ArrayField(
        models.CharField(max_length=20, choices=DealerKind),
        verbose_name=_("kinds of dealers"),
        default=list,
        blank=True,
    )
    products = models.ManyToManyField(
        "sales.Product", related_name="+", verbose_name=_("products"), blank=True, help_text=_("None: all of them")
    )
    brand = models.ForeignKey(
        "sales.Brand", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("brand"),
        help_text=_("Empty: all brands"),
    )  # fmt: skip
    gate_share = _share(_("gate: share of the target"), 4)
    # Paid within so many days counts so much, in per cent; later nothing. Empty: not asked.
    speed_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("paid within days"), default=list, blank=True
    )
    speed_percents = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)]), verbose_name=_("counts so much (%)"),
        default=list, blank=True,
    )  # fmt: skip
    cap_amount = models.DecimalField(
        _("at most for a dealer"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)], help_text=_("In the company's currency"),
    )  # fmt: skip
    cap_share = _share(_("at most this share of the amount bought"))
    # What the trade is to keep must be said before a programme is published: docs/requirements.md, I-05.
    agent_margin = _share(_("margin of the agent"), 4)
    sub_dealer_margin = _share(_("margin of the sub-dealer"), 4)
    note = models.TextField(_("what it is for"), max_length=2000, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    # Its money in the ledger: promotions.rebates.posting.
    earmark = models.OneToOneField(
        "promotions.Earmark", models.PROTECT, null=True, blank=True, related_name="rebate", editable=False
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("rebate programme")
        verbose_name_plural = _("rebate programmes")
        ordering = ["-starts_on", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__day=1, ends_on__day=1, ends_on__gt=F("starts_on")),
                name="rebateprogramme_is_of_whole_months",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProgrammeState.PUBLISHED)
                | Q(agent_margin__isnull=False, sub_dealer_margin__isnull=False, published_at__isnull=False),
                name="rebateprogramme_margins_are_said_first",
            ),
            models.CheckConstraint(
                condition=Q(speed_days__len=F("speed_percents__len")), name="rebateprogramme_speeds_in_pairs"
            ),
            models.CheckConstraint(
                condition=(Q(gate_share__isnull=True) | Q(gate_share__range=(0, 1)))
                & (Q(cap_amount__isnull=True) | Q(cap_amount__gte=0))
                & (Q(cap_share__isnull=True) | Q(cap_share__range=(0, 1))),
                name="rebateprogramme_limits_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class RebateBand(models.Model):
    """From `starts_at` on the rate counts, up to the next band.

    `starts_at`: amount in the company's currency, quantity in units, growth as a share (0.1 is ten per cent) or points.
    `rate`: a share of the amount; for a quantity money for a unit.
    """

    programme = models.ForeignKey(
        RebateProgramme, models.CASCADE, related_name="bands", verbose_name=_("rebate programme")
    )
    starts_at = models.DecimalField(_("from"), max_digits=16, decimal_places=4, validators=[MinValueValidator(0)])
    rate = models.DecimalField(_("rate"), max_digits=14, decimal_places=5, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("rebate band")
        verbose_name_plural = _("rebate bands")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "starts_at"], name="rebateband_begins_once"),
            models.CheckConstraint(condition=Q(starts_at__gte=0, rate__gte=0), name="rebateband_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at} {self.rate}"


@pghistory.track()
class RebatePoints(models.Model):
    """How a dealer kept to what a programme for conduct asks, 0 to 100, and what that rests on."""

    programme = models.ForeignKey(RebateProgramme, models.CASCADE, related_name="points", db_index=False)
    dealer = models.ForeignKey("dealers.Dealer", models.PROTECT, related_name="+", verbose_name=_("dealer"))
    points = models.PositiveSmallIntegerField(_("points (0 to 100)"), validators=[MaxValueValidator(100)])
    note = models.CharField(_("what it rests on"), max_length=500)
    given_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    given_at = models.DateTimeField(_("given"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("points of a rebate")
        verbose_name_plural = _("points of rebates")
        constraints = [
            models.UniqueConstraint(fields=["programme", "dealer"], name="rebatepoints_once"),
            models.CheckConstraint(condition=Q(points__lte=100), name="rebatepoints_up_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.points}"


class RebateAccrual(models.Model):
    """What a dealer is owed by a programme as of the last night, and the figures that it was worked out from
    (promotions/sql/rebates.sql). `settled_e4` is what was approved of it; amounts are ten-thousandths."""

    programme = models.ForeignKey(RebateProgramme, models.PROTECT, related_name="accruals", db_index=False)
    dealer = models.ForeignKey("dealers.Dealer", models.CASCADE, related_name="rebates", db_constraint=False)
    amount_e4 = models.BigIntegerField(_("bought"))
    quantity_e3 = models.BigIntegerField(_("quantity bought"))
    before_e4 = models.BigIntegerField(_("bought a year before"))
    # Share of the target, 10,000 is all of it; None without a target.
    reached_e4 = models.IntegerField(null=True)
    points = models.SmallIntegerField(null=True)
    pay_days = models.IntegerField(null=True)
    step = models.SmallIntegerField(_("bands reached"))
    # What is missing of the next band, in the unit of the basis.
    short = models.BigIntegerField(null=True)
    earned_e4 = models.BigIntegerField(_("earned by the bands"))
    accrued_e4 = models.BigIntegerField(_("owed"))
    settled_e4 = models.BigIntegerField(_("settled"), default=0, db_default=0)
    changed_on = models.DateField(_("as of"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("accrued rebate")
        verbose_name_plural = _("accrued rebates")
        constraints = [models.UniqueConstraint(fields=["programme", "dealer"], name="rebateaccrual_once")]
        indexes = [
            # The programme's page: who is owed most.
            models.Index(fields=["programme", "-accrued_e4", "dealer"], name="rebateaccrual_by_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.dealer_id}"

    @property
    def bought(self) -> Decimal:
        return Decimal(self.amount_e4).scaleb(-4)

    @property
    def owed(self) -> Decimal:
        return Decimal(self.accrued_e4).scaleb(-4)

    @property
    def settled(self) -> Decimal:
        return Decimal(self.settled_e4).scaleb(-4)

    @property
    def open(self) -> Decimal:
        """Owed and not settled; below nought where sales were taken back after the settlement."""
        return Decimal(self.accrued_e4 - self.settled_e4).scaleb(-4)


@pghistory.track()
class RebateSettlement(models.Model):
    """What is to be credited to the dealers of a territory for a programme. Who proposed it does not approve it."""

    programme = models.ForeignKey(
        RebateProgramme, models.PROTECT, related_name="settlements", verbose_name=_("rebate programme")
    )
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, related_name="+", verbose_name=_("sales territory")
    )
    state = models.CharField(_("state"), max_length=8, choices=SettlementState, default=SettlementState.PROPOSED)
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    paid_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("credited by")
    )
    paid_at = models.DateTimeField(_("credited"), null=True)
    # Sum and number of its lines.
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=4)
    dealers = models.PositiveIntegerField(_("dealers"))

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of a rebate")
        verbose_name_plural = _("settlements of rebates")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="rebatesettlement_nobody_approves_her_own",
            ),
            models.CheckConstraint(
                condition=Q(state=SettlementState.PROPOSED, decided_by__isnull=True)
                | (~Q(state=SettlementState.PROPOSED) & Q(decided_by__isnull=False)),
                name="rebatesettlement_is_decided_by_somebody",
            ),
            # Two proposals at once would each hold the same debt.
            models.UniqueConstraint(
                fields=["programme", "territory"],
                condition=Q(state=SettlementState.PROPOSED),
                name="rebatesettlement_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.proposed_at:%Y-%m-%d}"


class RebateSettlementLine(models.Model):
    """What of a settlement goes to a dealer: a credit note, never a price below nought on an invoice."""

    settlement = models.ForeignKey(RebateSettlement, models.PROTECT, related_name="lines", db_index=False)
    dealer = models.ForeignKey("dealers.Dealer", models.PROTECT, related_name="+", verbose_name=_("dealer"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit of a rebate")
        verbose_name_plural = _("credits of rebates")
        constraints = [
            models.UniqueConstraint(fields=["settlement", "dealer"], name="rebatesettlementline_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="rebatesettlementline_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
