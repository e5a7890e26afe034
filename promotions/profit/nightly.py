from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from promotions.profit.measuring import measure


@nightly("profitability", _("Profitability of dealers"), order=53, needs=("figures",))
def profitability(*, on: dt.date, job: Progress) -> int:
    """What every dealer brings us and earns with us, of the last twelve closed months."""
    return measure(on=on)
