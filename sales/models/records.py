"""Sales as they happened, and as they were planned."""

from __future__ import annotations

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sales.choices import SalesKind
from sales.querysets import SalesRecordQuerySet, SalesTargetQuerySet


class SalesRecord(models.Model):
    """One line of sales of a day, or of a whole month.

    Partitioned by the month of `on`; the database's primary key is (id, on). sales.partitions makes the partitions,
    sales.records writes rows in bulk and keeps the rollups with them.
    """

    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="sales_records", verbose_name=_("dealer"), db_index=False
    )
    product = models.ForeignKey(
        "sales.Product", models.PROTECT, null=True, blank=True, related_name="sales_records",
        verbose_name=_("product"), db_index=False,
    )  # fmt: skip
    kind = models.CharField(_("kind of sale"), max_length=12, choices=SalesKind, default=SalesKind.SELL_IN)
    on = models.DateField(_("day"), help_text=_("The first day of the month for a figure of a whole month"))
    by_month = models.BooleanField(_("figure of the whole month"), default=False)
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=3, help_text=_("In the product's unit; below zero for returns")
    )
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=4, help_text=_("Tax excluded, in the company's currency")
    )
    reference = models.CharField(_("order and line"), max_length=80, blank=True, default="")
    sold_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sold by"),
        db_index=False,
    )  # fmt: skip
    # The import that wrote the row last; no foreign key, as runs are cleared away one day and sales are not.
    import_run = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = SalesRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales record")
        verbose_name_plural = _("sales records")
        ordering = ["-on", "-pk"]
        constraints = [
            # First dealer and day: this index also serves the dealer's page of records.
            models.UniqueConstraint(
                fields=["dealer", "on", "kind", "product", "reference"],
                name="salesrecord_line_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(by_month=False) | models.Q(on__day=1), name="salesrecord_month_by_its_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.reference}".strip()


@pghistory.track()
class SalesTarget(models.Model):
    """What a dealer, a territory or a person should sell from `period_start`, before `period_end`."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, null=True, blank=True, related_name="sales_targets", verbose_name=_("dealer")
    )
    territory = models.ForeignKey(
        "accounts.Territory", models.CASCADE, null=True, blank=True, related_name="sales_targets",
        verbose_name=_("sales territory"),
    )  # fmt: skip
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, blank=True, related_name="sales_targets", verbose_name=_("user")
    )
    kind = models.CharField(_("kind of sale"), max_length=12, choices=SalesKind, default=SalesKind.SELL_IN)
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("until"), help_text=_("The first day that no longer counts"))
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("Tax excluded, in the company's currency"),
    )  # fmt: skip
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    objects = SalesTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales target")
        verbose_name_plural = _("sales targets")
        ordering = ["-period_start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dealer__isnull=False, territory__isnull=True, user__isnull=True)
                | models.Q(dealer__isnull=True, territory__isnull=False, user__isnull=True)
                | models.Q(dealer__isnull=True, territory__isnull=True, user__isnull=False),
                name="salestarget_of_one_dealer_territory_or_user",
            ),
            models.CheckConstraint(
                condition=models.Q(period_end__gt=models.F("period_start")), name="salestarget_has_a_period"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=False) | models.Q(quantity__isnull=False),
                name="salestarget_names_amount_or_quantity",
            ),
            models.UniqueConstraint(
                fields=["dealer", "territory", "user", "kind", "period_start", "period_end"],
                name="salestarget_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dealer or self.territory or self.user} {self.period_start}"

    def clean(self) -> None:
        if sum(value is not None for value in (self.dealer_id, self.territory_id, self.user_id)) != 1:
            raise ValidationError(_("A target belongs to one dealer, one territory or one user."))
        if self.amount is None and self.quantity is None:
            raise ValidationError({"amount": _("Write an amount, a quantity or both.")})
