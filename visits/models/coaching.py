"""A leader goes along, watches how the representative works, and agrees with her on what to try next."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visits.choices import CoachingGroup, Standing
from visits.querysets import CoachingQuerySet


@pghistory.track()
class CoachingItem(models.Model):
    """Something that is watched. The wording of one that was scored never changes: a new wording is a new row with the
    same key, so that its course goes on and old sheets read as they were written."""

    key = models.SlugField(max_length=40)
    group = models.CharField(_("part of the talk"), max_length=12, choices=CoachingGroup)
    # {"en": "...", "ja": "..."}; empty: as visits.coaching words the standard.
    label = models.JSONField(_("what is watched"), default=dict, blank=True)
    help = models.JSONField(_("how to tell"), default=dict, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)

    class Meta:
        verbose_name = _("item of the coaching checklist")
        verbose_name_plural = _("items of the coaching checklist")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(retired_at=None), name="coachingitem_in_use_once"),
        ]

    def __str__(self) -> str:
        return self.key


@pghistory.track()
class Coaching(models.Model):
    """What a leader saw on a joint visit. While it is a draft only she sees it; shared, it stays as it is and the
    representative reads it and may answer."""

    rep = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="coachings", verbose_name=_("representative"), db_index=False
    )
    coach = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("coach"))
    visit = models.OneToOneField(
        "visits.Visit", models.SET_NULL, null=True, blank=True, related_name="coaching", verbose_name=_("visit")
    )
    on = models.DateField(_("day"))
    # Error 1: the representative places herself too high ("I am the factory"); error 2: too low (begging).
    standing = models.CharField(_("how she placed herself"), max_length=8, choices=Standing, blank=True, default="")
    strengths = models.CharField(_("what went well"), max_length=1000, blank=True, default="")
    focus = models.CharField(_("what to work on"), max_length=1000, blank=True, default="")
    # Agreed steps of a draft, as typed: [["Send the price list", "2026-12-01"]]. Shared, they are tasks.
    steps = models.JSONField(default=list, blank=True)
    answer = models.CharField(_("what the representative says to it"), max_length=1000, blank=True, default="")
    # Average of the scores when it was shared, 1 to 5.
    mean = models.DecimalField(_("average"), max_digits=3, decimal_places=2, null=True, blank=True)
    shared_at = models.DateTimeField(pgettext_lazy("coaching", "shared"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CoachingQuerySet.as_manager()

    class Meta:
        verbose_name = _("coaching")
        verbose_name_plural = _("coaching")
        ordering = ["-on", "-pk"]
        indexes = [
            # A representative's history, and the course of her averages.
            models.Index(fields=["rep", "-on"], name="coaching_by_rep"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(rep=F("coach")), name="coaching_takes_two"),
            models.CheckConstraint(condition=Q(mean__isnull=True) | Q(mean__range=(1, 5)), name="coaching_mean_1_to_5"),
            models.CheckConstraint(
                condition=Q(shared_at=None) | (Q(mean__isnull=False) & ~Q(focus="")),
                name="coaching_shared_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.rep_id}"

    def get_absolute_url(self) -> str:
        return reverse("visits:coaching_sheet", args=[self.pk])


class CoachingScore(models.Model):
    """One item on one sheet. What was not to be seen has no row."""

    coaching = models.ForeignKey(Coaching, models.CASCADE, related_name="scores", db_index=False)
    item = models.ForeignKey(CoachingItem, models.PROTECT, related_name="scores")
    score = models.PositiveSmallIntegerField(_("score"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("score of a coaching")
        verbose_name_plural = _("scores of coaching")
        ordering = ["item__place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["coaching", "item"], name="coachingscore_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="coachingscore_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.score}"
