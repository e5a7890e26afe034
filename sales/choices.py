from django.db import models
from django.utils.translation import gettext_lazy as _


class SalesKind(models.TextChoices):
    """Which step of the channel a sale is: docs/practice.md section 9."""

    SELL_IN = "SELL_IN", _("sell-in")
    SELL_THROUGH = "SELL_THROUGH", _("sell-through")
    SELL_OUT = "SELL_OUT", _("sell-out")


class ReceivableKind(models.TextChoices):
    """What an open item is; all of them together make the exposure."""

    INVOICE = "INVOICE", _("invoice")
    BILL = "BILL", _("bill not yet cleared")
    ORDER = "ORDER", _("confirmed order, not delivered")
    RECEIPT = "RECEIPT", _("receipt not yet applied")
