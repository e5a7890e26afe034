"""What dealers owe us and what they have in stock."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet
from sales.choices import ReceivableKind
from sales.querysets import ReceivableQuerySet


class Receivable(models.Model):
    """An open item of the dealer's account, as of the last import. Closed items stay, with nothing open."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="receivables", verbose_name=_("dealer"), db_index=False
    )
    number = models.CharField(_("number"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=ReceivableKind, default=ReceivableKind.INVOICE)
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=4, help_text=_("In the company's currency; a receipt is below zero")
    )
    open_amount = models.DecimalField(_("still open"), max_digits=18, decimal_places=4)

    objects = ReceivableQuerySet.as_manager()

    class Meta:
        verbose_name = _("receivable")
        verbose_name_plural = _("receivables")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "number"], name="receivable_once_a_dealer"),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("issued_on")), name="receivable_due_after_issue"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ReceivableKind.RECEIPT) | models.Q(amount__lte=0, open_amount__lte=0),
                name="receivable_receipt_is_below_zero",
            ),
        ]
        indexes = [
            # The night: what fell due since the last one.
            models.Index(fields=["due_on"], name="receivable_open_by_due", condition=~models.Q(open_amount=0)),
        ]

    def __str__(self) -> str:
        return self.number


class StockCount(models.Model):
    """What the dealer had of a product at the end of a day."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="stock_counts", verbose_name=_("dealer"), db_index=False
    )
    product = models.ForeignKey(
        "sales.Product", models.PROTECT, related_name="stock_counts", verbose_name=_("product"), db_index=False
    )
    on = models.DateField(_("day"))
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=3, validators=[MinValueValidator(0)],
        help_text=_("In the product's unit"),
    )  # fmt: skip
    aged_quantity = models.DecimalField(
        _("of it older than 90 days"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    oldest_batch_on = models.DateField(_("oldest batch"), null=True, blank=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-on", "pk"]
        constraints = [
            # The dealer's stock panel and the night read by dealer and day.
            models.UniqueConstraint(fields=["dealer", "on", "product"], name="stockcount_once_a_day"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="stockcount_not_negative"),
            models.CheckConstraint(
                condition=models.Q(aged_quantity__isnull=True)
                | models.Q(aged_quantity__gte=0, aged_quantity__lte=models.F("quantity")),
                name="stockcount_aged_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.on}"


class ClosedReceivable(models.Model):
    """A receivable that an import closed because a complete list did not name it, as it was, for an undo."""

    import_run = models.BigIntegerField(db_index=True)
    receivable = models.ForeignKey(Receivable, models.CASCADE, related_name="+")
    open_amount = models.DecimalField(_("still open"), max_digits=18, decimal_places=4)

    class Meta:
        verbose_name = _("closed receivable")
        verbose_name_plural = _("closed receivables")

    def __str__(self) -> str:
        return f"{self.receivable_id}"
