from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from promotions.models import RebateProgramme
from promotions.rebates.accrual import CORRECTED_FOR, run_accruals
from promotions.rebates.posting import bring_up_all


@nightly("rebates", _("Rebates accrued"), order=50, needs=("figures",))
def rebates(*, on: dt.date, job: Progress) -> int:
    """What every dealer is owed by every programme, as of what is loaded; the ledger follows."""
    rows = run_accruals(on=on, job=job)
    programmes = RebateProgramme.objects.to_accrue(on, after=CORRECTED_FOR).order_by("pk")
    job.figures.update(posted=bring_up_all(programmes.values_list("pk", flat=True), at=timezone.now(), on=on))
    return rows
