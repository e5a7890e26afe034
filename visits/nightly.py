from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from visits.due import refresh


@nightly("visits_due", _("Visits that fall due"), order=30, needs=("tiers",))
def visits_due(*, on: dt.date, job: Progress) -> int:
    """Visits missed yesterday, and dealers whose standing against the call cycle changed."""
    return refresh(on=on)
