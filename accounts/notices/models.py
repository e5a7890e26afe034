"""What people and other programs are told: the outbox, how each notice leaves, and who wants what."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.notices.choices import Channel, DeliveryState, MailWhen, PushWhen
from accounts.notices.querysets import DeliveryQuerySet, NoticeQuerySet

DIGEST_HOUR = 7
QUIET_FROM, QUIET_UNTIL = dt.time(20), dt.time(7)


class Notice(models.Model):
    """Somebody is told of something, once: written in the transaction of the event, and the entry of her inbox."""

    # None: other programs are told, by webhooks.
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, related_name="notices", verbose_name=_("user"), db_index=False
    )
    # A code of accounts.notices.kinds; it makes the words, in the reader's language.
    kind = models.CharField(_("kind"), max_length=40)
    # What it is about, as accounts.notices.kinds names it, and its key there. Empty: about nothing that has a page.
    subject = models.CharField(max_length=20, blank=True, default="", db_default="")
    about_id = models.BigIntegerField(null=True)
    # 0 to 3; 3 is urgent.
    severity = models.PositiveSmallIntegerField(_("severity"), default=0, db_default=0)
    # What the words need besides: names, figures, days.
    facts = models.JSONField(default=dict, db_default={})
    # The event that it tells of. With the user it is unique: nobody is told twice.
    key = models.CharField(max_length=120)
    at = models.DateTimeField(_("when"))
    in_inbox = models.BooleanField(default=True, db_default=True)
    read_at = models.DateTimeField(_("read"), null=True)
    # Solved meanwhile: nothing of it is sent any more, and it is not counted as unread.
    over_at = models.DateTimeField(_("over"), null=True)
    # How it leaves has been settled: accounts.notices.routing.
    routed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="notice_once_a_person", condition=Q(user__isnull=False)
            ),
            models.UniqueConstraint(fields=["key"], name="notice_once_for_programs", condition=Q(user__isnull=True)),
            models.CheckConstraint(condition=Q(severity__lte=3), name="notice_severity_is_one"),
        ]
        indexes = [
            # The inbox.
            models.Index(fields=["user", "-at", "-id"], name="notice_inbox", condition=Q(in_inbox=True)),
            # The bell on every page: how many are unread.
            models.Index(
                fields=["user"], name="notice_unread",
                condition=Q(in_inbox=True, read_at__isnull=True, over_at__isnull=True),
            ),
            # What the worker has to settle.
            models.Index(fields=["id"], name="notice_to_route", condition=Q(routed_at__isnull=True)),
            # A case was solved: what was told of it is over.
            models.Index(fields=["subject", "about_id"], name="notice_going_on", condition=Q(over_at__isnull=True)),
            # The night lets old ones go.
            models.Index(fields=["at"], name="notice_by_age"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_unread(self) -> bool:
        return self.read_at is None and self.over_at is None


class PushDevice(models.Model):
    """A browser that somebody let show notices. Its address is where the browser's maker takes them."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="push_devices", verbose_name=_("user"))
    endpoint = models.CharField(max_length=1000, unique=True)
    # The device's public key and its secret, base64url: RFC 8291.
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(_("device"), max_length=120, blank=True, default="")
    added_at = models.DateTimeField(_("added"))
    reached_at = models.DateTimeField(_("last reached"), null=True)

    class Meta:
        verbose_name = _("device for push")
        verbose_name_plural = _("devices for push")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name or str(self.pk)


@pghistory.track(exclude=["secret", "failures"])
class Webhook(models.Model):
    """Another program's address that is told of events of the whole company."""

    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, help_text=_("https only, and reachable from the internet"))
    # Kinds of notices; empty: all.
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("what it is told"), default=list, blank=True)
    # Sealed by accounts.notices.sealed.
    secret = models.TextField(editable=False)
    active = models.BooleanField(_("active"), default=True)
    # Deliveries in a row that failed for good or are being tried again.
    failures = models.PositiveIntegerField(default=0, editable=False)
    disabled_at = models.DateTimeField(_("switched off by itself"), null=True, editable=False)
    added_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A notice on one channel, to one device or address: when, how often it was tried, and what came of it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    device = models.ForeignKey(PushDevice, models.CASCADE, null=True, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, models.CASCADE, null=True, related_name="deliveries", db_index=False)
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"))
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    error = models.CharField(_("last error"), max_length=300, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "device", "webhook"], name="delivery_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "SENDING"], ended_at=None)
                | (~Q(state__in=["WAITING", "SENDING"]) & Q(ended_at__isnull=False)),
                name="delivery_end_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="SENDING") | Q(claimed_at__isnull=False), name="delivery_claim_has_a_moment"
            ),
        ]
        indexes = [
            # What is due.
            models.Index(fields=["channel", "next_at"], name="delivery_due", condition=Q(state="WAITING")),
            # What a worker that died has left.
            models.Index(fields=["claimed_at"], name="delivery_claimed", condition=Q(state="SENDING")),
            # The log of a webhook.
            models.Index(fields=["webhook", "-id"], name="delivery_log", condition=Q(webhook__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.notice_id}"


class NoticeWish(models.Model):
    """How somebody wants to be told of a kind, where that is not what her role brings."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notice_wishes", db_index=False)
    kind = models.CharField(_("kind"), max_length=40)
    inbox = models.BooleanField(_("inbox"), default=True)
    mail = models.CharField(_("e-mail"), max_length=8, choices=MailWhen)
    push = models.CharField(_("push"), max_length=8, choices=PushWhen)

    class Meta:
        verbose_name = _("wish about notices")
        verbose_name_plural = _("wishes about notices")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="noticewish_once")]

    def __str__(self) -> str:
        return self.kind


class NoticeHours(models.Model):
    """When somebody wants to be told, by her own clock."""

    user = models.OneToOneField("accounts.User", models.CASCADE, primary_key=True, related_name="notice_hours")
    digest = models.BooleanField(_("morning mail"), default=True)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the morning mail"), default=DIGEST_HOUR)
    # Both the same: never quiet.
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_until = models.TimeField(_("quiet until"), default=QUIET_UNTIL)
    # Lock screens are seen by others.
    names_on_lock_screen = models.BooleanField(_("names on the lock screen"), default=False)

    class Meta:
        verbose_name = _("hours of notices")
        verbose_name_plural = _("hours of notices")
        constraints = [models.CheckConstraint(condition=Q(digest_hour__lte=23), name="noticehours_hour_is_one")]

    def __str__(self) -> str:
        return str(self.user_id)
