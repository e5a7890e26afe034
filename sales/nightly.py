from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from sales.figures import advance


@nightly("figures", _("Figures of dealers"), order=10)
def run(*, on: dt.date, job: Progress) -> int:
    """Move every dealer's figures on to the day: what fell due, what was sold, a month or fiscal year that closed."""
    return advance(on)
