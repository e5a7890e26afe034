from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Basis(models.TextChoices):
    """What a programme pays for. A price at which the dealer sells on is none of them, and never will be: to tie money to
    it is unlawful in China, Japan and Korea (docs/practice.md section 17)."""

    AMOUNT = "AMOUNT", _("amount bought")
    QUANTITY = "QUANTITY", _("quantity bought")
    GROWTH = "GROWTH", _("growth against the year before")
    POINTS = "POINTS", _("points for conduct: display, stock figures, training")


class ProgrammeState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("state of a rebate programme", "draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("state of a rebate programme", "published")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("state of a rebate programme", "withdrawn")


class SettlementState(models.TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("state of a settlement", "waiting for approval")
    APPROVED = "APPROVED", pgettext_lazy("state of a settlement", "approved")
    PAID = "PAID", pgettext_lazy("state of a settlement", "credited")
    REFUSED = "REFUSED", pgettext_lazy("state of a settlement", "refused")
