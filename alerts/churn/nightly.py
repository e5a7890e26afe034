from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from alerts.churn.scoring import run_churn
from alerts.seasonal.signals import run_seasonal
from crm.base.jobs import Progress, nightly


@nightly("churn", _("Churn scores"), order=35, needs=("figures", "tiers"))
def churn(*, on: dt.date, job: Progress) -> int:
    """How near every dealer is to being lost, 0 to 100; the rows are the dealers scored."""
    return run_churn(on=on, job=job)


@nightly("seasonal", _("Sales out of season"), order=36, needs=("figures",))
def seasonal(*, on: dt.date, job: Progress) -> int:
    """The last closed month of every dealer against what was to be expected; the rows are those that differ."""
    return run_seasonal(on=on)
