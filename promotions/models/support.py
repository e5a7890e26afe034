"""People and vehicles that help a dealer for a while: what there is of them, who asked, what it costs, what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Territory
from accounts.querysets import ScopedQuerySet
from accounts.scope import scope_of
from crm.base.text import StrPromise
from dealers.querysets import DealerChildQuerySet
from promotions.support.choices import CommitmentState, ResourceKind, StaffKind, SupportState

if TYPE_CHECKING:
    from accounts.models import User


class ResourceQuerySet(ScopedQuerySet):
    territory_path = "territory"

    def serving(self, user: User) -> Self:
        """Those of the user's territories, and of those that her territories are a part of."""
        scope = scope_of(user)
        if scope.everything:
            return self
        paths = Territory.objects.filter(pk__in=scope.territory_ids).values_list("path", flat=True)
        above = {path[:end] for path in paths for end in range(Territory.STEP, len(path) + 1, Territory.STEP)}
        return self.filter(territory__path__in=above)


def _money(label: StrPromise) -> models.DecimalField:
    """In the company's currency."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, default=0, validators=[MinValueValidator(0)])


@pghistory.track()
class SupportResource(models.Model):
    """A person or a vehicle that can be sent to one dealer at a time."""

    kind = models.CharField(_("kind"), max_length=8, choices=ResourceKind)
    staff_kind = models.CharField(_("kind of staff"), max_length=16, choices=StaffKind, blank=True, default="")
    name = models.CharField(_("name or number plate"), max_length=120)
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, related_name="+", verbose_name=_("sales territory")
    )
    active = models.BooleanField(_("active"), default=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("person or vehicle for support")
        verbose_name_plural = _("people and vehicles for support")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ResourceKind.PERSON) | Q(staff_kind=""), name="supportresource_vehicle_is_no_staff"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class SupportRequest(models.Model):
    """A dealer asks for a person or a vehicle from `starts_on`, before `ends_on`, and promises to buy or to pay for it.

    Costs are in the company's currency; `company_share` (0..1) is what of them the company bears.
    """

    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="support_requests", verbose_name=_("dealer")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ResourceKind)
    staff_kind = models.CharField(_("kind of staff"), max_length=16, choices=StaffKind, blank=True, default="")
    why_this_kind = models.CharField(_("why this kind of staff"), max_length=300, blank=True, default="")
    purpose = models.CharField(_("what for"), max_length=500)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The first day that no longer counts"))
    cost_people = _money(_("wages, driver, allowances"))
    cost_travel = _money(_("fuel and travel"))
    cost_wear = _money(_("wear of the vehicle"))
    company_share = models.DecimalField(
        _("share of the company"), max_digits=4, decimal_places=3, default=Decimal("0.5"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    # In Korea a share of the cost may not be put on a dealer that has not agreed to it in writing.
    consent_by = models.CharField(_("who agreed for the dealer"), max_length=120)
    consent_on = models.DateField(_("agreed on"))
    buys_amount = models.DecimalField(
        _("the dealer will buy for"), max_digits=16, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("From the first day of the support on, tax excluded"),
    )  # fmt: skip
    buys_by = models.DateField(_("until the end of"), null=True, blank=True)
    commitment = models.CharField(_("commitment"), max_length=6, choices=CommitmentState, default=CommitmentState.OPEN)
    bought_amount = models.DecimalField(_("bought"), max_digits=16, decimal_places=2, null=True)
    pays_amount = models.DecimalField(
        _("the dealer will pay"), max_digits=16, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Of what it owes, from the day on which the support is granted"),
    )  # fmt: skip
    pays_by = models.DateField(_("paid until the end of"), null=True, blank=True)
    payment = models.CharField(
        _("promised payment"), max_length=6, choices=CommitmentState, default=CommitmentState.OPEN, db_default="OPEN"
    )
    # What had been paid of all its invoices when the support was granted, and what came from then until the day.
    paid_before = models.DecimalField(max_digits=18, decimal_places=2, null=True, editable=False)
    paid_amount = models.DecimalField(_("paid by the dealer"), max_digits=16, decimal_places=2, null=True)
    state = models.CharField(_("state"), max_length=10, choices=SupportState, default=SupportState.REQUESTED)
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    requested_at = models.DateTimeField(_("asked for"))
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    # Why it was granted although others in the queue needed it more.
    jumped_because = models.CharField(_("why it came first"), max_length=500, blank=True, default="")
    returned_on = models.DateField(_("back on"), null=True)
    result = models.TextField(pgettext_lazy("of support", "what came of it"), max_length=2000, blank=True, default="")
    actual_cost = models.DecimalField(_("what it cost"), max_digits=14, decimal_places=2, null=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="supportrequest_has_a_period"),
            models.CheckConstraint(condition=Q(company_share__range=(0, 1)), name="supportrequest_share_is_a_share"),
            models.CheckConstraint(
                condition=(
                    Q(buys_amount__isnull=True, buys_by__isnull=True)
                    | Q(buys_amount__isnull=False, buys_by__isnull=False)
                )
                & (
                    Q(pays_amount__isnull=True, pays_by__isnull=True)
                    | Q(pays_amount__isnull=False, pays_by__isnull=False)
                )
                & (Q(buys_amount__isnull=False) | Q(pays_amount__isnull=False)),
                name="supportrequest_promises_something",
            ),
            models.CheckConstraint(
                condition=Q(kind=ResourceKind.VEHICLE, staff_kind="")
                | (Q(kind=ResourceKind.PERSON) & ~Q(staff_kind="")),
                name="supportrequest_person_has_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="supportrequest_nobody_grants_her_own",
            ),
            models.CheckConstraint(
                condition=~Q(state=SupportState.RETURNED) | (Q(returned_on__isnull=False) & ~Q(result="")),
                name="supportrequest_result_is_told",
            ),
        ]
        indexes = [
            # The night: commitments whose day has come.
            models.Index(fields=["buys_by"], name="support_commitment_due", condition=Q(commitment="OPEN")),
            models.Index(fields=["pays_by"], name="support_payment_due", condition=Q(payment="OPEN")),
        ]

    def __str__(self) -> str:
        return f"{self.dealer} {self.starts_on}"

    @property
    def cost(self) -> Decimal:
        return self.cost_people + self.cost_travel + self.cost_wear

    @property
    def spent_by_us(self) -> Decimal:
        """Our share of what it cost, of the estimate until that is known."""
        return (self.cost if self.actual_cost is None else self.actual_cost) * self.company_share

    @property
    def company_cost(self) -> Decimal:
        return (self.cost * self.company_share).quantize(Decimal("0.01"))


@pghistory.track()
class SupportBooking(models.Model):
    """A person or a vehicle is with a dealer. The database books nobody twice."""

    request = models.OneToOneField(SupportRequest, models.CASCADE, related_name="booking")
    resource = models.ForeignKey(
        SupportResource, models.PROTECT, related_name="bookings", verbose_name=_("who or what")
    )
    period = DateRangeField(_("period"))

    class Meta:
        verbose_name = _("booking of support")
        verbose_name_plural = _("bookings of support")
        constraints = [
            ExclusionConstraint(
                name="supportbooking_not_twice_at_a_time",
                expressions=[("resource", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="supportbooking_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.period}"
