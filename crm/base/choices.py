"""Choices that several apps share."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    STARTED = "STARTED", _("running")
    DONE = "DONE", pgettext_lazy("job state", "done")
    FAILED = "FAILED", _("failed")
    # Found STARTED by a later run although nobody held its lock: its process died. Its work was rolled back.
    ABANDONED = "ABANDONED", _("died, was undone")
