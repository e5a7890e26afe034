"""Sums that are kept with the records: sales.rollups writes them, nothing else does.

Amounts are whole ten-thousandths of the company's currency, quantities whole thousandths of the unit: exact and narrow.
Foreign keys are checked where the records are written, not here, so that a million sums are written in a second.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.base import marks
from dealers.choices import DealerKind
from dealers.querysets import DealerChildQuerySet
from sales.choices import SalesKind


class DealerMonth(models.Model):
    """Sales of a dealer in a month. The primary key covers the figures, so that sums read the index alone."""

    pk = models.CompositePrimaryKey("dealer_id", "kind", "month")
    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="months", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("kind of sale"), max_length=12, choices=SalesKind, db_collation="C")
    month = models.DateField(_("month"), help_text=_("Its first day"))
    quantity_e3 = models.BigIntegerField(_("quantity (thousandths)"))
    amount_e4 = models.BigIntegerField(_("amount (ten-thousandths)"))
    records = models.IntegerField(_("records"))
    # The last day with a quantity above zero, for a figure of the whole month its last day; None with returns alone.
    last_on = models.DateField(_("last order"), null=True)
    # All such days as bits, the lowest for the first of the month.
    order_days = models.IntegerField(default=0, db_default=0)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales of a month")
        verbose_name_plural = _("sales by month")
        # A partition that is attached or taken out says so itself, see sales.partitions.
        triggers = [marks.marked_by(marks.SUMS)]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.kind} {self.month:%Y-%m}"


class TerritoryMonth(models.Model):
    """Sales of a month of the dealers that belong to a territory today, those in the bin excepted."""

    pk = models.CompositePrimaryKey("territory_id", "kind", "month")
    territory = models.ForeignKey(
        "accounts.Territory", models.CASCADE, related_name="months", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("kind of sale"), max_length=12, choices=SalesKind, db_collation="C")
    month = models.DateField(_("month"))
    quantity_e3 = models.BigIntegerField(_("quantity (thousandths)"))
    amount_e4 = models.BigIntegerField(_("amount (ten-thousandths)"))

    class Meta:
        verbose_name = _("sales of a month in a territory")
        verbose_name_plural = _("sales by month and territory")

    def __str__(self) -> str:
        return f"{self.territory_id} {self.kind} {self.month:%Y-%m}"


class PersonMonth(models.Model):
    """Sales of a month that a person is named for, in the territory that the dealers belong to today, also of dealers in
    the bin. Rows of no records are not kept."""

    pk = models.CompositePrimaryKey("sold_by_id", "kind", "month", "territory_id")
    sold_by = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="+", db_constraint=False, db_index=False,
        verbose_name=_("sold by"),
    )  # fmt: skip
    territory = models.ForeignKey(
        "accounts.Territory", models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(_("kind of sale"), max_length=12, choices=SalesKind, db_collation="C")
    month = models.DateField(_("month"), help_text=_("Its first day"))
    quantity_e3 = models.BigIntegerField(_("quantity (thousandths)"))
    amount_e4 = models.BigIntegerField(_("amount (ten-thousandths)"))
    records = models.IntegerField(_("records"))

    class Meta:
        verbose_name = _("sales of a month by a person")
        verbose_name_plural = _("sales by month and person")
        indexes = [
            # The start page's people: whom the records of a territory name, and dealers that move.
            models.Index(fields=["territory", "kind", "month"], name="personmonth_territory"),
        ]

    def __str__(self) -> str:
        return f"{self.sold_by_id} {self.kind} {self.month:%Y-%m} {self.territory_id}"


class FiguresState(models.Model):
    """As of which day DealerFigures stands; one row."""

    on = models.DateField(_("as of"))
    # The last fiscal year closed before `on`, and the first month that it was cut by.
    year = models.SmallIntegerField()
    first_month = models.PositiveSmallIntegerField()
    # Set when an import changed more than it could follow up: the next run of the job builds all anew.
    stale = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("state of the figures")
        verbose_name_plural = _("state of the figures")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="figuresstate_is_one_row")]

    def __str__(self) -> str:
        return f"{self.on}"


class DealerFigures(models.Model):
    """One narrow row for each dealer: all that the nightly rules read. Sales are sell-in of closed months.

    `kind`, `trading`, `in_bin` and `territory` are copied from the dealer by a trigger; the rest is as of FiguresState.on.
    """

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="figures", db_constraint=False
    )
    territory = models.ForeignKey(
        "accounts.Territory", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    # The last closed fiscal year, then its figures, those of the year before and of the one before that.
    quantity_e3 = models.BigIntegerField(default=0, db_default=0)
    quantity_1_e3 = models.BigIntegerField(default=0, db_default=0)
    quantity_2_e3 = models.BigIntegerField(default=0, db_default=0)
    amount_e4 = models.BigIntegerField(default=0, db_default=0)
    amount_1_e4 = models.BigIntegerField(default=0, db_default=0)
    amount_2_e4 = models.BigIntegerField(default=0, db_default=0)
    # The last twelve closed months and the twelve before them.
    sales_12m_e4 = models.BigIntegerField(default=0, db_default=0)
    sales_prior_12m_e4 = models.BigIntegerField(default=0, db_default=0)
    # Invoices and bills less receipts; what of it is past due, and since when the oldest is.
    balance_e4 = models.BigIntegerField(default=0, db_default=0)
    overdue_e4 = models.BigIntegerField(default=0, db_default=0)
    # The last stock count, all products; what the dealer sold on, and bought, in the three last closed months.
    stock_e3 = models.BigIntegerField(null=True)
    sold_on_3m_e3 = models.BigIntegerField(default=0, db_default=0)
    sell_in_3m_e3 = models.BigIntegerField(default=0, db_default=0)
    # Bought in the same three months a year before, and in the last six closed months and the same a year before.
    sell_in_3m_1_e3 = models.BigIntegerField(default=0, db_default=0)
    sales_6m_e4 = models.BigIntegerField(default=0, db_default=0)
    sales_6m_1_e4 = models.BigIntegerField(default=0, db_default=0)
    # A print of all days with orders before FiguresState.on, sales_order_mark of each month joined by XOR: while it is the
    # same, what rests on these days need not be worked out again.
    order_mark = models.BigIntegerField(default=0, db_default=0)
    year = models.SmallIntegerField(default=0, db_default=0)
    trading = models.BooleanField()
    in_bin = models.BooleanField(default=False, db_default=False)
    # First closed month with sell-in above zero; day of the last sell-in before FiguresState.on.
    first_sale_month = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    oldest_due_on = models.DateField(null=True)
    stock_on = models.DateField(null=True)
    kind = models.CharField(max_length=20, choices=DealerKind, db_collation="C")

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer's figures")
        verbose_name_plural = _("dealers' figures")
        indexes = [
            # The tiers' cut-off by count: the n-th row of a kind without sorting it. The number first, as it is built in
            # half the time.
            models.Index(fields=["-quantity_e3", "kind"], name="figures_rank", condition=models.Q(trading=True)),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id}"
