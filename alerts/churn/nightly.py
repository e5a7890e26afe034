from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from alerts.churn.scoring import run_churn
from crm.base.jobs import Progress, nightly


@nightly("churn", _("Churn scores"), order=35, needs=("figures", "tiers"))
def churn(*, on: dt.date, job: Progress) -> int:
    """How near every dealer is to being lost, 0 to 100; the rows are the dealers scored."""
    return run_churn(on=on, job=job)
