"""A closed month against its season, as a sentence in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext

from alerts.models import SeasonalSignal
from crm.base.models import Company
from crm.base.money import from_e4
from crm.base.templatetags import crm


def sentence(signal: SeasonalSignal) -> str:
    """What was bought, what was expected, and what is usual."""
    if signal.level < 0:
        text = gettext("Out of season in %(month)s: bought %(actual)s, less than usual (%(low)s to %(high)s).")
    elif signal.level > 0:
        text = gettext("Out of season in %(month)s: bought %(actual)s, more than usual (%(low)s to %(high)s).")
    elif not signal.low_e4 <= signal.actual_e4 <= signal.high_e4:
        text = gettext(
            "In %(month)s out of season for the first time: bought %(actual)s; %(low)s to %(high)s is usual."
            " It counts when it goes on."
        )
    else:
        text = gettext("Within the season in %(month)s: bought %(actual)s; %(low)s to %(high)s is usual.")
    return text % {
        "month": formats.date_format(signal.month, "YEAR_MONTH_FORMAT"),
        "actual": f"{_amount(signal.actual_e4)} {Company.get().currency}",
        "low": _amount(signal.low_e4),
        "high": _amount(signal.high_e4),
    }


def _amount(value_e4: int) -> str:
    return crm.whole(from_e4(value_e4) or Decimal(0))
