"""What a visit found and agreed: problems, promises, advice, stock, payments, photos."""

from __future__ import annotations

import uuid

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.querysets import DealerChildQuerySet
from visits.choices import (
    AdviceResult,
    Area,
    CommitmentKind,
    CommitmentState,
    FindingKind,
    FindingState,
    PaymentMethod,
    Side,
)
from visits.models.plans import Visit


class _OfVisit(models.Model):
    """A row of a visit's record; `key` is made on the phone, so that what arrives twice is there once."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey(
        Visit, models.CASCADE, null=True, blank=True, related_name="%(class)ss", verbose_name=_("visit")
    )
    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="%(class)ss", verbose_name=_("dealer"), db_index=False
    )
    created_at = models.DateTimeField(_("written"))
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        abstract = True


@pghistory.track()
class Finding(_OfVisit):
    """A problem at the dealer's: found, analysed (the cause), solved, confirmed by the dealer."""

    kind = models.CharField(_("kind of finding"), max_length=8, choices=FindingKind)
    area = models.CharField(_("area"), max_length=12, choices=Area, default=Area.OTHER)
    text = models.CharField(_("problem"), max_length=1000)
    state = models.CharField(_("state"), max_length=12, choices=FindingState, default=FindingState.FOUND)
    cause = models.CharField(_("cause"), max_length=500, blank=True, default="")
    solution = models.CharField(_("solution"), max_length=500, blank=True, default="")
    owner = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=pgettext_lazy("of work", "owner"),
    )
    due_on = models.DateField(pgettext_lazy("deadline", "by"), null=True, blank=True)
    analysed_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_contact = models.CharField(_("confirmed by"), max_length=150, blank=True, default="")

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["dealer", "-created_at"], name="finding_by_dealer"),
            # What somebody still has to solve.
            models.Index(fields=["owner", "due_on"], name="finding_open", condition=~Q(state="CONFIRMED")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="FOUND") | ~Q(cause=""), name="finding_analysed_has_a_cause"),
            models.CheckConstraint(
                condition=Q(state__in=["FOUND", "ANALYSED"]) | ~Q(solution=""), name="finding_solved_has_a_solution"
            ),
        ]

    def __str__(self) -> str:
        return self.text


@pghistory.track(
    pghistory.InsertEvent(),
    # What came so far is counted anew every night.
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["came_amount", "came_quantity"])),
    pghistory.DeleteEvent(),
)
class Commitment(_OfVisit):
    """“I will solve it; you will pay X and take Y by then.” The figures say whether it was kept (visits.promises), or
    somebody does."""

    side = models.CharField(_("whose promise"), max_length=8, choices=Side)
    kind = models.CharField(_("promise of"), max_length=12, choices=CommitmentKind, default=CommitmentKind.OTHER)
    text = models.CharField(_("promise"), max_length=300)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("In the company's currency"),
    )  # fmt: skip
    quantity = models.DecimalField(
        _("quantity"), max_digits=15, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    due_on = models.DateField(pgettext_lazy("deadline", "by"))
    # Our promise and theirs belong together.
    for_promise = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="in_return", verbose_name=_("in return for")
    )
    finding = models.ForeignKey(Finding, models.SET_NULL, null=True, blank=True, related_name="commitments")
    owner = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=pgettext_lazy("of work", "owner"),
    )
    state = models.CharField(_("state"), max_length=12, choices=CommitmentState, default=CommitmentState.OPEN)
    settled_on = models.DateField(_("settled"), null=True, blank=True)
    # The figures said so, and nobody since.
    by_figures = models.BooleanField(default=False, db_default=False, editable=False)
    # Of a promised payment: what the dealer owed when it was promised, and the newest item of the account then.
    owed_then = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True, editable=False)
    newest_item = models.BigIntegerField(null=True, blank=True, editable=False)
    # What came by the date, from the figures: payments received, sales and quantity sold in. None: not known.
    came_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    came_quantity = models.DecimalField(max_digits=15, decimal_places=3, null=True, blank=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["dealer", "due_on"], name="commitment_by_dealer"),
            # What falls due, for the night and for the phone.
            models.Index(fields=["due_on", "owner"], name="commitment_open", condition=Q(state="OPEN")),
            # What the figures judged and the night looks at again.
            models.Index(fields=["due_on"], name="commitment_by_figures", condition=Q(by_figures=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="PAYMENT") | Q(amount__gt=0), name="commitment_payment_has_an_amount"
            ),
            models.CheckConstraint(
                condition=~Q(kind="PURCHASE") | Q(quantity__gt=0) | Q(amount__gt=0),
                name="commitment_purchase_says_how_much",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Advice(_OfVisit):
    """What we advised the dealer, and what came of it."""

    topic = models.CharField(_("topic"), max_length=120)
    text = models.CharField(_("advice"), max_length=1000)
    result = models.CharField(_("result"), max_length=12, choices=AdviceResult, default=AdviceResult.OPEN)
    result_note = models.CharField(_("what came of it"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["dealer", "-created_at"], name="advice_by_dealer")]

    def __str__(self) -> str:
        return self.topic


class StockSeen(_OfVisit):
    """A product counted in the store; passed on to the stock counts of sales."""

    product = models.ForeignKey("sales.Product", models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=15, decimal_places=3, validators=[MinValueValidator(0)])
    oldest_on = models.DateField(_("oldest made on"), null=True, blank=True)
    facings = models.PositiveSmallIntegerField(_("facings"), null=True, blank=True)
    shelf_price = models.DecimalField(_("shelf price"), max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("stock seen")
        verbose_name_plural = _("stock seen")
        ordering = ["-created_at", "product"]
        indexes = [models.Index(fields=["dealer", "-created_at"], name="stockseen_by_dealer")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stockseen_not_negative"),
            models.UniqueConstraint(
                fields=["visit", "product"], condition=Q(visit__isnull=False), name="stockseen_once_a_visit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.quantity}"


@pghistory.track()
class Collection(_OfVisit):
    """A payment that the dealer handed over or ordered during the visit, before the ledger knows of it."""

    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, help_text=_("In the company's currency"))
    method = models.CharField(_("method"), max_length=12, choices=PaymentMethod)
    # Which open items it is for, as the dealer says: [{"number": "RE-1", "amount": "100.00"}].
    items = models.JSONField(_("for invoices"), default=list, blank=True)
    reference = models.CharField(_("reference"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("payment collected")
        verbose_name_plural = _("payments collected")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["dealer", "-created_at"], name="collection_by_dealer")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="collection_is_something")]

    def __str__(self) -> str:
        return f"{self.amount}"


def photo_path(photo: VisitPhoto, _name: str) -> str:
    return f"visits/{photo.key.hex[:2]}/{photo.key.hex}.jpg"


class VisitPhoto(_OfVisit):
    """A photograph without its camera data, at most 500 kB."""

    file = models.ImageField(_("photo"), upload_to=photo_path)
    caption = models.CharField(_("caption"), max_length=200, blank=True, default="")
    section = models.CharField(max_length=40, blank=True, default="")
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    bytes = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["dealer", "-created_at"], name="visitphoto_by_dealer")]

    def __str__(self) -> str:
        return self.caption or str(self.key)
