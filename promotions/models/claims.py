"""Claims on approved promotions, and what proves them."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from promotions.choices import ClaimState, EvidenceKind, SettlementKind
from promotions.models.plan import Promotion, PromotionLine
from promotions.querysets import ClaimQuerySet, OfClaimQuerySet


@pghistory.track()
class Claim(models.Model):
    """What a dealer wants for what it did, of one budget line. Amounts in the promotion's currency."""

    # Made by the form that asks for it: sent twice, it is one claim.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="claims")
    line = models.ForeignKey(PromotionLine, models.PROTECT, related_name="claims", verbose_name=_("budget line"))
    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="promotion_claims", verbose_name=_("dealer")
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    # In the budget's currency; with the settlements before it never more than the line's.
    budget_amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, editable=False)
    invoice_number = models.CharField(_("invoice number"), max_length=80, blank=True, default="")
    done_on = models.DateField(_("carried out on"))
    note = models.CharField(_("what was done"), max_length=500, blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=ClaimState, default=ClaimState.SUBMITTED)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted"))
    approved_amount = models.DecimalField(_("approved amount"), max_digits=18, decimal_places=4, null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.CharField(_("reason"), max_length=500, blank=True, default="")
    settlement = models.CharField(
        pgettext_lazy("of a claim", "settled by"), max_length=12, choices=SettlementKind, blank=True, default=""
    )
    settlement_number = models.CharField(
        _("number of the credit note or payment"), max_length=80, blank=True, default=""
    )
    settled_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("for money", "claim")
        verbose_name_plural = pgettext_lazy("for money", "claims")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_is_something"),
            models.CheckConstraint(
                condition=Q(approved_amount__isnull=True) | Q(approved_amount__gte=0, approved_amount__lte=F("amount")),
                name="claim_not_more_than_asked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["APPROVED", "SETTLED"])
                | Q(approved_amount__gt=0, budget_amount__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="claim_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="SETTLED")
                | (Q(settled_by__isnull=False, settled_at__isnull=False, settled_on__isnull=False) & ~Q(settlement="")),
                name="claim_settled_by_somebody",
            ),
            # Four eyes, twice.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("submitted_by")),
                name="claim_not_decided_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("decided_by")),
                name="claim_not_settled_by_who_approved",
            ),
            # Less than was asked for, or nothing, says why.
            models.CheckConstraint(
                condition=~Q(state__in=["APPROVED", "REFUSED", "SETTLED"]) | Q(approved_amount=F("amount"))
                | ~Q(decision_note=""),
                name="claim_cut_says_why",
            ),
            # One invoice is claimed once.
            models.UniqueConstraint(
                fields=["dealer", "invoice_number"], name="claim_one_invoice_once",
                condition=~Q(invoice_number="") & ~Q(state__in=["REFUSED", "WITHDRAWN"]),
            ),
        ]  # fmt: skip
        indexes = [
            # The list, by what waits.
            models.Index(fields=["state", "-submitted_at"], name="claim_by_state"),
            # The file for the ERP.
            models.Index(fields=["settled_on"], name="claim_by_settlement", condition=Q(state="SETTLED")),
        ]

    def __str__(self) -> str:
        return f"{self.dealer}: {self.promotion}"

    def get_absolute_url(self) -> str:
        return reverse("promotions:claim", args=[self.pk])

    @property
    def cut(self) -> Decimal:
        """What was asked for and not approved; nothing before the decision."""
        return self.amount - self.approved_amount if self.approved_amount is not None else Decimal(0)


def evidence_path(evidence: ClaimEvidence, filename: str) -> str:
    """Generated, so that nothing a user names reaches the disk."""
    return f"promotions/claims/{evidence.claim_id}/{uuid.uuid4().hex}"


@pghistory.track()
class ClaimEvidence(models.Model):
    """A photo of the place, an invoice, a contract."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    file = models.FileField(_("file"), upload_to=evidence_path)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=100)
    bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    # Of pictures: 64 bits that stay nearly the same when the picture is cut, scaled or drawn anew. As a signed number.
    picture_hash = models.BigIntegerField(null=True, editable=False)
    # The earlier picture that looks the same, and in how many bits it differs.
    looks_like = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("looks like")
    )
    distance = models.PositiveSmallIntegerField(null=True, editable=False)
    place = models.CharField(_("place"), max_length=200, blank=True, default="")
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a claim", "evidence")
        verbose_name_plural = pgettext_lazy("of a claim", "evidence")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "sha256"], name="evidence_once_a_claim"),
        ]
        indexes = [
            # Pictures that look the same, among all earlier ones: read whole, and narrow.
            models.Index(fields=["picture_hash"], name="evidence_by_picture", condition=Q(picture_hash__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.filename
