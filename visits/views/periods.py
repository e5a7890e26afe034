"""The months that a page of results is about, as its address says, and the addresses of the rows behind its figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from crm.base.asked import number
from crm.base.periods import add_months
from visits.views.access import read_month

LENGTHS = (1, 3, 12)


@dataclass(frozen=True, slots=True)
class Asked:
    """From `start` until before `until`: `months` whole months."""

    start: dt.date
    until: dt.date
    months: int

    @property
    def month(self) -> dt.date:
        """The last month, by which the address names the period."""
        return add_months(self.until, -1)

    @property
    def earlier(self) -> dt.date:
        return add_months(self.month, -self.months)

    @property
    def later(self) -> dt.date:
        return add_months(self.month, self.months)

    @property
    def words(self) -> str:
        """`November 2026`, or from which month to which."""
        last = date_format(self.month, "YEAR_MONTH_FORMAT")
        if self.months == 1:
            return last
        return _("%(from)s to %(until)s") % {"from": date_format(self.start, "YEAR_MONTH_FORMAT"), "until": last}

    @property
    def query(self) -> str:
        return urlencode(self._named)

    def url(self, page: str, **asked: Any) -> str:
        """The address of a page of visits for the same months; what is empty is left out."""
        values = {key: str(value) for key, value in asked.items() if value not in (None, "")}
        return f"{reverse(f'visits:{page}')}?{urlencode(self._named | values)}"

    @property
    def _named(self) -> dict[str, str]:
        return {"month": f"{self.month:%Y-%m}", "months": str(self.months)}


def asked_period(request: HttpRequest, *, usual: int = 1) -> Asked:
    """The months of the address: `months` of them (1, 3 or 12) up to `month`; the running month when none is named."""
    months = number(request.GET.get("months")) or usual
    months = months if months in LENGTHS else usual
    last = read_month(request)
    return Asked(add_months(last, 1 - months), add_months(last, 1), months)
