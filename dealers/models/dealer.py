"""The dealer: who it is, where it belongs, how it stands."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Right
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.base.text import StrPromise
from dealers.choices import DealerKind, DealerStatus, LeadSource, Tier
from dealers.querysets import DealerChildQuerySet, DealerManager, DealerQuerySet

# The last nine digits, so that +81 3-1234-5678 and 03-1234-5678 are one number.
PHONE_DIGITS = Right(
    Func(F("phone"), models.Value(r"\D"), models.Value(""), models.Value("g"), function="regexp_replace"), 9,
    output_field=models.TextField(),
)  # fmt: skip

# Written by nightly jobs and imports for lists to sort and filter by; their own tables keep the history.
FIGURES = [
    "tier", "tier_since", "sales_12m", "sales_prior_12m", "overdue_amount", "balance", "last_order_on",
    "last_contact_on", "completeness", "updated_at",
]  # fmt: skip


def _name_in(label: StrPromise) -> models.CharField:
    return models.CharField(label, max_length=120, blank=True, default="", db_default="")


class BusinessField(models.Model):
    """A product field a dealer trades in. Companies write these themselves, so they say how each language calls it."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Shown where the reader's language has no name of its own")
    )
    name_zh_hans = _name_in(_("name in Chinese"))
    name_ja = _name_in(_("name in Japanese"))
    name_ko = _name_in(_("name in Korean"))

    class Meta:
        verbose_name = _("business scope")
        verbose_name_plural = _("business scope")
        ordering = ["name"]

    def __str__(self) -> str:
        """In the reader's language."""
        column = f"name_{(get_language() or '').replace('-', '_')}"
        return getattr(self, column, "") or self.name


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=FIGURES)),
    pghistory.DeleteEvent(),
    exclude=FIGURES,
)
class Dealer(models.Model):
    """An independent company that buys and resells our goods, at any level of the channel."""

    code = models.CharField(_("code"), max_length=40, unique=True, help_text=_("As in the ERP"))
    name = models.CharField(_("name"), max_length=200, help_text=_("As the dealer writes it"))
    name_romanised = models.CharField(_("name in Latin letters"), max_length=200, blank=True, default="")
    name_kana = models.CharField(_("name in kana"), max_length=200, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=20, choices=DealerKind)
    status = models.CharField(_("status"), max_length=16, choices=DealerStatus, default=DealerStatus.ACTIVE)
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, related_name="dealers", verbose_name=_("sales territory"),
        db_index=False,  # three of the indexes below begin with it
    )  # fmt: skip
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="sub_dealers", verbose_name=_("supplied by")
    )
    business_scope = models.ManyToManyField(
        BusinessField, blank=True, related_name="dealers", verbose_name=_("business scope")
    )

    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166 code"))
    region = models.CharField(_("state or province"), max_length=120, blank=True, default="")
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="")
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True, default="")
    founded_year = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    customer_since = models.DateField(_("dealer since"), null=True, blank=True)
    lead_source = models.CharField(_("came to us by"), max_length=16, choices=LeadSource, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    verified_on = models.DateField(_("profile last verified"), null=True, blank=True)

    # --- figures: see FIGURES ---
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, null=True, blank=True, editable=False)
    tier_since = models.DateField(_("tier since"), null=True, blank=True, editable=False)
    sales_12m = models.DecimalField(
        _("sales of the last 12 closed months"), max_digits=18, decimal_places=2, default=0, editable=False,
        help_text=_("Sell-in, tax excluded, in the company's currency"),
    )  # fmt: skip
    sales_prior_12m = models.DecimalField(
        _("sales of the 12 months before"), max_digits=18, decimal_places=2, default=0, editable=False
    )
    balance = models.DecimalField(_("open receivables"), max_digits=18, decimal_places=2, default=0, editable=False)
    overdue_amount = models.DecimalField(_("overdue"), max_digits=18, decimal_places=2, default=0, editable=False)
    last_order_on = models.DateField(_("last order"), null=True, blank=True, editable=False)
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True, editable=False)
    completeness = models.PositiveSmallIntegerField(_("profile completeness (%)"), default=0, editable=False)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    # In the bin since; see dealers.actions.
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = DealerManager()
    with_bin = DealerQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer")
        verbose_name_plural = _("dealers")
        base_manager_name = "with_bin"
        ordering = ["name", "pk"]
        indexes = [
            # The dealer list (dealers.listing) of somebody who sees everything, by sales and by name; and the largest
            # of a tier.
            models.Index(fields=["sales_12m", "id"], name="dealer_by_sales", condition=models.Q(deleted_at=None)),
            models.Index(fields=["name", "id"], name="dealer_by_name", condition=models.Q(deleted_at=None)),
            models.Index(
                fields=["tier", "sales_12m", "id"], name="dealer_by_tier", condition=models.Q(deleted_at=None)
            ),
            # The list of somebody who sees some territories: each territory's first rows, merged.
            models.Index(
                fields=["territory", "sales_12m", "id"],
                name="dealer_by_territory_sales",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["territory", "name", "id"],
                name="dealer_by_territory_name",
                condition=models.Q(deleted_at=None),
            ),
            models.Index(
                fields=["territory", "tier", "sales_12m", "id"],
                name="dealer_by_territory",
                condition=models.Q(deleted_at=None),
            ),
            # The worst debtors.
            models.Index(
                fields=["overdue_amount", "id"],
                name="dealer_by_overdue",
                condition=models.Q(deleted_at=None, overdue_amount__gt=0),
            ),
            # The window of the list's map (dealers.geo).
            GistIndex(
                Func("longitude", "latitude", function="point"),
                name="dealer_on_map",
                condition=models.Q(deleted_at=None, latitude__isnull=False),
                # So that who is inside is told without reading a dealer.
                include=("id", "territory", "longitude", "latitude"),
            ),
            # The same telephone however it is written, when a dealer is created: dealers.duplicates. Names and
            # addresses: DealerSpelling.
            models.Index(PHONE_DIGITS, name="dealer_by_phone_digits", condition=~models.Q(phone="")),
            # Dealers around a place, there too.
            models.Index(
                F("latitude"), F("longitude"), name="dealer_by_place", condition=models.Q(latitude__isnull=False)
            ),
            # The bin.
            models.Index(F("deleted_at").desc(), name="dealer_in_bin", condition=models.Q(deleted_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="dealer_place_is_whole_and_on_earth",
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("pk")), name="dealer_does_not_supply_itself"),
            models.CheckConstraint(
                condition=models.Q(completeness__lte=100), name="dealer_completeness_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dealers:detail", args=[self.pk])


class StatusChange(models.Model):
    """A step in the dealer's life cycle, with the reason given."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="status_changes")
    from_status = models.CharField(
        pgettext_lazy("before a change", "from"), max_length=16, choices=DealerStatus, blank=True, default=""
    )
    to_status = models.CharField(pgettext_lazy("after a change", "to"), max_length=16, choices=DealerStatus)
    reason = models.CharField(_("reason"), max_length=500)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["-changed_at", "-pk"]
        indexes = [
            # The dealer page's timeline.
            models.Index(fields=["dealer", "-changed_at"], name="statuschange_by_dealer"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer}: {self.get_from_status_display()} → {self.get_to_status_display()}"
