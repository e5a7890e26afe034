from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a budget may be spent on."""

    PROMOTION = "PROMOTION", _("promotions")
    ADVERTISING = "ADVERTISING", _("advertising with dealers")
    BRAND = "BRAND", _("mass advertising for the brand")
    SUPPORT = "SUPPORT", _("people and vehicles")
    REBATE = "REBATE", _("rebates and awards")
    OTHER = "OTHER", pgettext_lazy("purpose of a budget", "other")


class AccountKind(models.TextChoices):
    """Where money stands. Of every account but the source the balance is never below zero."""

    SOURCE = "SOURCE", _("company")
    AVAILABLE = "AVAILABLE", _("available")
    RESERVED = "RESERVED", _("reserved")
    COMMITTED = "COMMITTED", _("committed")
    PAID = "PAID", pgettext_lazy("money", "paid")


class PostingKind(models.TextChoices):
    GRANT = "GRANT", _("granted")
    ACCRUE = "ACCRUE", _("accrued on purchases")
    TRANSFER = "TRANSFER", _("transferred")
    EXPIRE = "EXPIRE", pgettext_lazy("money", "expired")
    RESERVE = "RESERVE", _("reserved")
    RELEASE = "RELEASE", pgettext_lazy("money", "released")
    COMMIT = "COMMIT", _("committed")
    UNCOMMIT = "UNCOMMIT", _("commitment taken back")
    PAY = "PAY", pgettext_lazy("money", "paid")
    RECOVER = "RECOVER", _("credited back")


class TransferState(models.TextChoices):
    REQUESTED = "REQUESTED", _("waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("request", "approved")
    REFUSED = "REFUSED", pgettext_lazy("request", "refused")


class Mechanic(models.TextChoices):
    """How a promotion works."""

    DISCOUNT = "DISCOUNT", _("material discount")
    BUY_GIFT = "BUY_GIFT", _("buy and get a gift")
    CASHBACK = "CASHBACK", _("cash back")
    DISPLAY = "DISPLAY", _("display")
    ADVERTISING = "ADVERTISING", _("advertising")
    LISTING_FEE = "LISTING_FEE", _("listing fee")
    JOINT_ACTIVITY = "JOINT_ACTIVITY", _("joint activity")
    PRE_LOAD = "PRE_LOAD", _("loading of stock ahead of a season")
    OTHER = "OTHER", pgettext_lazy("mechanics of a promotion", "other")


class CostKind(models.TextChoices):
    """What the money of a budget line buys."""

    MATERIAL_DISCOUNT = "MATERIAL_DISCOUNT", _("material discount")
    GIFT = "GIFT", _("gifts")
    CASHBACK = "CASHBACK", _("cash back")
    ADVERTISING = "ADVERTISING", _("advertising")
    DISPLAY = "DISPLAY", _("display")
    LISTING_FEE = "LISTING_FEE", _("listing fee")
    GUIDE = "GUIDE", _("shopping guides")
    EVENT = "EVENT", _("event on site")
    ENTERTAINMENT = "ENTERTAINMENT", pgettext_lazy("expense", "entertainment")
    OTHER = "OTHER", pgettext_lazy("cost of a promotion", "other")


class PromotionState(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", _("submitted")
    APPROVED = "APPROVED", pgettext_lazy("promotion", "approved")
    REJECTED = "REJECTED", pgettext_lazy("promotion", "rejected")
    RUNNING = "RUNNING", pgettext_lazy("promotion", "running")
    ENDED = "ENDED", pgettext_lazy("promotion", "ended")
    EVALUATED = "EVALUATED", _("evaluated")
    CLOSED = "CLOSED", pgettext_lazy("promotion", "closed")
    CANCELLED = "CANCELLED", pgettext_lazy("promotion", "cancelled")


# Plans that may still be written; those on which money may be claimed; those whose money is set aside.
WRITABLE = (PromotionState.DRAFT, PromotionState.REJECTED)
CLAIMABLE = (PromotionState.RUNNING, PromotionState.ENDED)
LIVE = (PromotionState.APPROVED, PromotionState.RUNNING, PromotionState.ENDED, PromotionState.EVALUATED)
OVER = (PromotionState.CLOSED, PromotionState.CANCELLED)


class Side(models.TextChoices):
    COMPANY = "COMPANY", _("company")
    DEALER = "DEALER", _("dealer")


class Decision(models.TextChoices):
    APPROVED = "APPROVED", pgettext_lazy("decision", "approved")
    RETURNED = "RETURNED", pgettext_lazy("decision", "returned with a question")
    REJECTED = "REJECTED", pgettext_lazy("decision", "rejected")


class ChangeState(models.TextChoices):
    REQUESTED = "REQUESTED", _("waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("request", "approved")
    REFUSED = "REFUSED", pgettext_lazy("request", "refused")


class ClaimState(models.TextChoices):
    SUBMITTED = "SUBMITTED", pgettext_lazy("claim", "submitted")
    APPROVED = "APPROVED", pgettext_lazy("claim", "approved")
    REFUSED = "REFUSED", pgettext_lazy("claim", "refused")
    SETTLED = "SETTLED", pgettext_lazy("claim", "settled")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("claim", "withdrawn")


class EvidenceKind(models.TextChoices):
    PHOTO = "PHOTO", _("photo of the place")
    INVOICE = "INVOICE", _("invoice")
    CONTRACT = "CONTRACT", _("contract")
    AUDIT = "AUDIT", _("photo of the audit")
    OTHER = "OTHER", pgettext_lazy("evidence", "other")


# What is compared with all earlier pictures.
PICTURES = (EvidenceKind.PHOTO, EvidenceKind.AUDIT)


class SettlementKind(models.TextChoices):
    CREDIT_NOTE = "CREDIT_NOTE", _("credit note")
    PAYMENT = "PAYMENT", _("payment")


class Consequence(models.TextChoices):
    """What the manager decides after a poor result."""

    ACCEPTED = "ACCEPTED", _("explanation accepted")
    IMPROVE = "IMPROVE", _("repeat only with an improved plan")
    NO_REPEAT = "NO_REPEAT", _("not to be repeated")
    ACCOUNTABLE = "ACCOUNTABLE", _("owner held to account")


class AuditResult(models.TextChoices):
    """What somebody who went there found of what was paid for."""

    AS_CLAIMED = "AS_CLAIMED", pgettext_lazy("audit", "found as claimed")
    PARTLY = "PARTLY", pgettext_lazy("audit", "found in part")
    NOT_FOUND = "NOT_FOUND", pgettext_lazy("audit", "not found")


FAILED = (AuditResult.PARTLY, AuditResult.NOT_FOUND)
