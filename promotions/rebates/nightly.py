from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from promotions.rebates.accrual import run_accruals


@nightly("rebates", _("Rebates accrued"), order=50, needs=("figures",))
def rebates(*, on: dt.date, job: Progress) -> int:
    """What every dealer is owed by every programme, as of what is loaded."""
    return run_accruals(on=on, job=job)
