from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What cannot wait for the morning. Notices carry 0 (nothing to hurry for) to 3.
URGENT = 3


class Channel(models.TextChoices):
    """How a notice leaves. The inbox is the notice itself and needs no delivery."""

    MAIL = "MAIL", _("e-mail")
    DIGEST = "DIGEST", _("morning mail")
    PUSH = "PUSH", pgettext_lazy("on the phone", "push")
    WEBHOOK = "WEBHOOK", _("webhook")


class DeliveryState(models.TextChoices):
    """WAITING until its moment; SENDING is written down before anything leaves, so that a crash never sends twice."""

    WAITING = "WAITING", pgettext_lazy("delivery", "waiting")
    SENDING = "SENDING", pgettext_lazy("delivery", "on its way")
    SENT = "SENT", pgettext_lazy("delivery", "sent")
    FAILED = "FAILED", pgettext_lazy("delivery", "failed")
    # The process died, or the line broke, while it was sent: perhaps it arrived.
    UNSURE = "UNSURE", pgettext_lazy("delivery", "perhaps sent")
    # Not needed any more: solved, read or not to be seen meanwhile.
    DROPPED = "DROPPED", pgettext_lazy("delivery", "not needed any more")


class MailWhen(models.TextChoices):
    NEVER = "NEVER", pgettext_lazy("mail", "never")
    DIGEST = "DIGEST", pgettext_lazy("mail", "in the morning mail")
    RED = "RED", pgettext_lazy("mail", "red at once, others in the morning mail")
    ALWAYS = "ALWAYS", pgettext_lazy("mail", "at once")


class PushWhen(models.TextChoices):
    NEVER = "NEVER", pgettext_lazy("push", "never")
    RED = "RED", pgettext_lazy("push", "red only")
    ALWAYS = "ALWAYS", pgettext_lazy("push", "always")
