"""Parts one and two of the dealer file: the owner's basic information and traits.

All of it is optional. Personal fields are shown to those with VIEW_PERSONAL in the dealer's territory, each showing is
recorded, and they are erased when consent ends or the retention runs out (PIPL, GDPR: purpose and storage limitation).
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.choices import ConsentState, EducationLevel, ErasureCause, MoneyBand
from dealers.models.dealer import Dealer
from dealers.querysets import DealerChildQuerySet


@pghistory.track()
class BasicInfo(models.Model):
    """Part one: personal background of the owner."""

    dealer = models.OneToOneField(Dealer, models.CASCADE, primary_key=True, related_name="basic_info")
    owner_name = models.CharField(_("owner"), max_length=150, blank=True, default="")
    family_background = models.TextField(_("family background"), blank=True, default="")
    occupation = models.CharField(_("occupation"), max_length=150, blank=True, default="")
    career_history = models.TextField(_("career"), blank=True, default="")
    personality = models.CharField(_("personality"), max_length=300, blank=True, default="")
    preferences = ArrayField(models.CharField(max_length=60), verbose_name=_("preferences"), default=list, blank=True)
    annual_income_band = models.CharField(_("annual income"), max_length=16, choices=MoneyBand, blank=True, default="")
    personal_funds_band = models.CharField(
        _("personal funds"), max_length=16, choices=MoneyBand, blank=True, default=""
    )
    education_level = models.CharField(_("education"), max_length=16, choices=EducationLevel, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    objects = DealerChildQuerySet.as_manager()

    # What the consent covers and a view of is recorded.
    PERSONAL = (
        "family_background", "occupation", "career_history", "personality", "preferences", "annual_income_band",
        "personal_funds_band", "education_level",
    )  # fmt: skip

    class Meta:
        verbose_name = _("basic information")
        verbose_name_plural = _("basic information")

    def __str__(self) -> str:
        return str(self.dealer)


@pghistory.track()
class Connection(models.Model):
    """Somebody the owner knows: the personal network. The person may be a dealer of ours."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="connections")
    person = models.CharField(_("person"), max_length=150)
    relation = models.CharField(_("relation"), max_length=150, blank=True, default="")
    influence = models.PositiveSmallIntegerField(
        _("influence (1 to 5)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    other_dealer = models.ForeignKey(
        Dealer, models.SET_NULL, null=True, blank=True, related_name="known_by", verbose_name=_("a dealer of ours")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    objects = DealerChildQuerySet.as_manager()

    # What the consent covers and a view of is recorded.
    PERSONAL = ("person", "relation", "note", "other_dealer")

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("personal network")
        ordering = ["-influence", "person"]
        constraints = [
            models.CheckConstraint(condition=models.Q(influence__range=(1, 5)), name="connection_influence_1_to_5"),
        ]

    def __str__(self) -> str:
        return self.person


@pghistory.track()
class Traits(models.Model):
    """Part two: what the person is like to do business with."""

    # The checklist behind the management level; a yes each, and the level follows from their number.
    MANAGEMENT_CHECKS = (
        ("books_kept", _("Books are kept")),
        ("staff_trained", _("Staff are trained")),
        ("stock_system", _("Stock is kept in a system")),
        ("sales_plan", _("There is a sales plan by month")),
        ("customer_records", _("Customers are on record")),
        ("delivery_planned", _("Deliveries are planned")),
        ("duties_separated", _("Duties are separated")),
        ("figures_reviewed", _("Figures are reviewed every month")),
    )

    dealer = models.OneToOneField(Dealer, models.CASCADE, primary_key=True, related_name="traits")
    character_notes = models.TextField(_("character"), blank=True, default="")
    integrity = models.PositiveSmallIntegerField(
        _("integrity (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    working_style = ArrayField(
        models.CharField(max_length=60), verbose_name=_("way of doing things"), default=list, blank=True
    )
    management_level = models.PositiveSmallIntegerField(
        _("management level (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    management_checks = ArrayField(
        models.CharField(max_length=40), verbose_name=_("checklist"), default=list, blank=True
    )
    # Set when the level was not taken from the checklist.
    management_level_reason = models.CharField(
        _("why another level than the checklist gives"), max_length=300, blank=True, default=""
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = DealerChildQuerySet.as_manager()

    # What the consent covers and a view of is recorded.
    PERSONAL = ("character_notes",)

    class Meta:
        verbose_name = _("traits")
        verbose_name_plural = _("traits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(management_level__isnull=True) | models.Q(management_level__range=(1, 5)),
                name="traits_management_level_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(integrity__isnull=True) | models.Q(integrity__range=(1, 5)),
                name="traits_integrity_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return str(self.dealer)


@pghistory.track()
class TraitObservation(models.Model):
    """A dated observation of how the person behaves in business, and who made it."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="observations")
    observed_on = models.DateField(_("observed"))
    text = models.TextField(_("observation"))
    observed_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["-observed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.observed_on} {self.text[:40]}"


@pghistory.track()
class Consent(models.Model):
    """Permission to keep personal data: for what, since when, until when. The latest row counts."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="consents")
    state = models.CharField(_("consent"), max_length=16, choices=ConsentState)
    purpose = models.CharField(_("purpose"), max_length=300)
    given_by = models.CharField(_("given by"), max_length=150, blank=True, default="")
    decided_on = models.DateField(_("on"))
    # The data is erased when this day comes: 24 months after the last decision unless an administrator says otherwise.
    keep_until = models.DateField(_("keep until"))
    recorded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(keep_until__gte=models.F("decided_on")), name="consent_kept_forward"
            ),
        ]
        indexes = [
            # The nightly erasure of what may no longer be kept.
            models.Index(fields=["keep_until"], name="consent_running_out"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.decided_on}"


class PersonalDataView(models.Model):
    """Somebody was shown restricted personal fields. Never changed, never deleted while the dealer exists."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="personal_views")
    viewer = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("viewer"))
    viewed_at = models.DateTimeField(_("viewed"))
    fields = ArrayField(models.CharField(max_length=60), verbose_name=_("fields"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("view of personal data")
        verbose_name_plural = _("views of personal data")
        ordering = ["-viewed_at", "-pk"]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]
        indexes = [
            # Who looked at this dealer's personal fields: the audit part of the dealer page.
            models.Index(fields=["dealer", "-viewed_at"], name="personalview_by_dealer"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer} {self.viewed_at:%Y-%m-%d %H:%M}"


class PersonalDataErasure(models.Model):
    """Personal fields were erased, in the file and in its history. Says which, when, why and by whom; never what."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="personal_erasures")
    erased_at = models.DateTimeField(_("erased"))
    # None: the nightly job, when the retention ran out.
    erased_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    cause = models.CharField(_("cause"), max_length=16, choices=ErasureCause)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    fields = ArrayField(models.CharField(max_length=60), verbose_name=_("fields"))
    history_rows = models.PositiveIntegerField(_("history rows cleared"), default=0)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure of personal data")
        verbose_name_plural = _("erasures of personal data")
        ordering = ["-erased_at", "-pk"]
        indexes = [
            # The dealer page's timeline.
            models.Index(fields=["dealer", "-erased_at"], name="erasure_by_dealer"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer} {self.erased_at:%Y-%m-%d %H:%M}"
