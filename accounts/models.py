"""Users, the territory tree, and who is assigned where and when."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role, Theme
from accounts.querysets import AssignmentQuerySet, TerritoryQuerySet, UserQuerySet
from crm.base import marks
from crm.base.models import check_time_zone


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Make a user; without a password the account opens only by a passkey, OIDC or a reset mail."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["last_login", "password"])),
    pghistory.DeleteEvent(),
    exclude=["password", "last_login"],
)
class User(AbstractBaseUser, PermissionsMixin):
    """Somebody of the company. What she sees comes from her territory assignments."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(
        pgettext_lazy("of a person", "name"),
        max_length=150,
        help_text=_("As it is written in the person's own language"),
    )
    staff_code = models.CharField(
        _("staff number"), max_length=40, null=True, blank=True, unique=True, help_text=_("As in the ERP")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="team", verbose_name=_("reports to")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        choices=[("en", "English"), ("zh-hans", "简体中文"), ("ja", "日本語"), ("ko", "한국어")],
        help_text=_("Empty: the browser's"),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        default="",
        validators=[check_time_zone],
        help_text=_("Empty: the company's"),
    )
    theme = models.CharField(_("appearance"), max_length=8, choices=Theme, default=Theme.AUTO)
    # Columns of the dealer list and the like; small, by page.
    preferences = models.JSONField(default=dict, blank=True, editable=False)
    is_staff = models.BooleanField(_("may open the back office"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("email"), name="user_email_unique_whatever_its_case"),
        ]
        triggers = [marks.marked_by(marks.PEOPLE, "name", "email", "is_active")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("accounts:user", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


@pghistory.track()
class Territory(models.Model):
    """A node of the sales territory tree. A dealer belongs to one leaf, its patch.

    `path` is the materialised path: the codes of the ancestors' four-character steps, so that a subtree is one range.
    """

    STEP = 4

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(max_length=255, unique=True, editable=False, db_collation="C")
    country = models.CharField(_("country"), max_length=2, blank=True, default="", help_text=_("ISO 3166 code"))
    active = models.BooleanField(_("active"), default=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales territory")
        verbose_name_plural = _("sales territories")
        ordering = ["path"]
        triggers = [marks.marked_by(marks.PEOPLE)]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:territory", args=[self.pk])

    @property
    def depth(self) -> int:
        """0 for a root."""
        return len(self.path) // self.STEP - 1

    def save(self, *args, **kwargs) -> None:
        if not self.path:
            self.path = self.next_path()
        super().save(*args, **kwargs)

    def next_path(self) -> str:
        """A free path below the parent (at the top without one). Nobody else may change the tree meanwhile."""
        prefix = self.parent.path if self.parent else ""
        last = Territory.objects.filter(parent=self.parent).order_by("-path").values_list("path", flat=True).first()
        number = int(last[-self.STEP :], 36) + 1 if last else 1
        digits = ""
        while number:
            number, digit = divmod(number, 36)
            digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + digits
        return prefix + digits.rjust(self.STEP, "0")


@pghistory.track()
class TerritoryAssignment(models.Model):
    """A user works a territory, and all below it, in a role, from a day until (before) another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name=_("user"))
    territory = models.ForeignKey(
        Territory, models.PROTECT, related_name="assignments", verbose_name=_("sales territory")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    period = DateRangeField(_("from, until"), help_text=_("Until is the first day that no longer counts."))
    # Set on temporary cover: whose work this is meanwhile.
    covers_for = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="covered_by", verbose_name=_("covers for")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("territory assignment")
        verbose_name_plural = _("territory assignments")
        ordering = ["territory__path", "role", "period"]
        constraints = [
            ExclusionConstraint(
                name="assignment_not_twice_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("territory", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=models.Q(period__isempty=False), name="assignment_period_not_empty"),
            models.CheckConstraint(
                condition=models.Q(covers_for__isnull=True) | models.Q(period__endswith__isnull=False),
                name="assignment_cover_has_an_end",
            ),
        ]
        triggers = [marks.marked_by(marks.PEOPLE)]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.territory}"

    def clean(self) -> None:
        if self.covers_for_id and self.covers_for_id == self.user_id:
            raise ValidationError({"covers_for": _("Nobody covers for herself.")})
        if self.covers_for_id and self.period and self.period.upper is None:
            raise ValidationError({"period": _("Temporary cover needs a last day.")})

    def runs_on(self, day: dt.date) -> bool:
        lower, upper = self.period.lower, self.period.upper
        return (lower is None or lower <= day) and (upper is None or day < upper)


from accounts.notices.models import (  # noqa: E402, F401  # Their foreign keys lead to what stands above.
    Delivery,
    Notice,
    NoticeHours,
    NoticeWish,
    PushDevice,
    Webhook,
)
