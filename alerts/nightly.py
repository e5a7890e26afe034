from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alerts.losses import ask_for_reviews
from alerts.night import run_warnings
from crm.base.jobs import Progress, nightly


@nightly("warnings", _("Early warnings"), order=40, needs=("figures", "visits_due"))
def warnings(*, on: dt.date, job: Progress) -> int:
    """Every dealer's levels by the rules of the day, and what changed of cases."""
    return run_warnings(on=on, at=timezone.now(), job=job).rows


@nightly("loss_reviews", _("Reviews of lost dealers"), order=41)
def loss_reviews(*, on: dt.date, job: Progress) -> int:
    """A review, and a task to win it back, for every dealer that ended since."""
    return ask_for_reviews(on=on, at=timezone.now())
