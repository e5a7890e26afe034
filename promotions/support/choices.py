from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ResourceKind(models.TextChoices):
    PERSON = "PERSON", pgettext_lazy("kind of support", "person")
    VEHICLE = "VEHICLE", pgettext_lazy("kind of support", "vehicle")


class StaffKind(models.TextChoices):
    SALESPERSON = "SALESPERSON", _("salesperson")
    SUPERVISOR = "SUPERVISOR", _("sales supervisor")
    LOCAL_PROMOTER = "LOCAL_PROMOTER", _("promoter hired on the spot")


class SupportState(models.TextChoices):
    REQUESTED = "REQUESTED", pgettext_lazy("state of a support request", "waiting")
    GRANTED = "GRANTED", pgettext_lazy("state of a support request", "granted")
    REFUSED = "REFUSED", pgettext_lazy("state of a support request", "refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("state of a support request", "withdrawn")
    RETURNED = "RETURNED", pgettext_lazy("state of a support request", "back again")


class CommitmentState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("state of a dealer's commitment", "not due yet")
    KEPT = "KEPT", pgettext_lazy("state of a dealer's commitment", "kept")
    MISSED = "MISSED", pgettext_lazy("state of a dealer's commitment", "not kept")
