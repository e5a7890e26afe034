"""People at the dealer, their days to remember, and what we talked about."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.choices import Attitude, Channel, DecisionRole, SpecialDateKind
from dealers.lunar import next_date
from dealers.models.dealer import Dealer
from dealers.querysets import DealerChildQuerySet


@pghistory.track()
class Contact(models.Model):
    """A person at the dealer. Belongs to the company, not to the representative."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="contacts", verbose_name=_("dealer"))
    external_code = models.CharField(_("number in the ERP"), max_length=60, null=True, blank=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=150, blank=True, default="")
    name_kana = models.CharField(_("name in kana"), max_length=150, blank=True, default="")
    position = models.CharField(_("position"), max_length=120, blank=True, default="")
    role = models.CharField(_("role in decisions"), max_length=16, choices=DecisionRole, default=DecisionRole.OTHER)
    influence = models.PositiveSmallIntegerField(
        _("influence (1 to 5)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    attitude = models.CharField(_("attitude to us"), max_length=12, choices=Attitude, default=Attitude.NEUTRAL)
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    mobile = models.CharField(_("mobile"), max_length=60, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    messenger = models.CharField(_("WeChat, LINE, KakaoTalk"), max_length=120, blank=True, default="")
    interests = ArrayField(models.CharField(max_length=60), verbose_name=_("interests"), default=list, blank=True)
    preferred_channel = models.CharField(_("prefers"), max_length=8, choices=Channel, blank=True, default="")
    preferred_every_days = models.PositiveSmallIntegerField(_("wishes contact every (days)"), null=True, blank=True)
    preferred_time = models.CharField(_("best time"), max_length=120, blank=True, default="")
    is_primary = models.BooleanField(_("first to call"), default=False)
    active = models.BooleanField(_("still there"), default=True)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["-is_primary", "-influence", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(influence__range=(1, 5)), name="contact_influence_1_to_5"),
            models.UniqueConstraint(
                fields=["dealer"], condition=models.Q(is_primary=True, active=True), name="contact_one_first_to_call"
            ),
            models.UniqueConstraint(fields=["dealer", "external_code"], name="contact_number_once_a_dealer"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_role_display()


@pghistory.track()
class SpecialDate(models.Model):
    """A day to remember. Lunar days are kept as lunar month and day and worked out anew each year."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="special_dates")
    kind = models.CharField(_("occasion"), max_length=12, choices=SpecialDateKind)
    label = models.CharField(_("what"), max_length=120, blank=True, default="")
    lunar = models.BooleanField(_("lunar calendar"), default=False)
    leap_month = models.BooleanField(_("in a leap month"), default=False)
    month = models.PositiveSmallIntegerField(
        pgettext_lazy("of a special date", "month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(
        pgettext_lazy("of a special date", "day"), validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    remind_days_before = models.PositiveSmallIntegerField(_("remind days before"), default=7)

    class Meta:
        verbose_name = _("special date")
        verbose_name_plural = _("special dates")
        ordering = ["month", "day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__range=(1, 12), day__range=(1, 31))
                & (models.Q(lunar=False) | models.Q(day__lte=30)),
                name="specialdate_is_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(leap_month=False) | models.Q(lunar=True), name="specialdate_leap_month_is_lunar"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()

    def next_on(self, on: dt.date) -> dt.date | None:
        """The first time from `on` that the day falls, on the solar calendar; None beyond the lunar tables."""
        return next_date(month=self.month, day=self.day, lunar=self.lunar, leap_month=self.leap_month, on=on)


@pghistory.track()
class Interaction(models.Model):
    """A call, message, mail or talk with the dealer. Visits have their own record and fill `last_contact_on` too."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="interactions")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="interactions", verbose_name=_("with")
    )
    channel = models.CharField(_("how"), max_length=8, choices=Channel)
    happened_at = models.DateTimeField(_("when"))
    summary = models.CharField(_("about"), max_length=500)
    next_step = models.CharField(_("next step"), max_length=300, blank=True, default="")
    next_step_on = models.DateField(pgettext_lazy("deadline", "by"), null=True, blank=True)
    two_way = models.BooleanField(_("the dealer answered"), default=True)
    by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact with the dealer")
        verbose_name_plural = _("contacts with dealers")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            # The dealer page's timeline.
            models.Index(fields=["dealer", "-happened_at"], name="interaction_by_dealer"),
        ]

    def __str__(self) -> str:
        return self.summary
