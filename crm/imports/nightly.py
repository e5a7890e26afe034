"""What imports leave behind is let go of after a while."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from crm.imports import actions
from crm.imports.choices import BUSY, ImportState
from crm.imports.models import ImportRun

# So long an import can be undone and its refused rows fetched.
KEPT_DAYS = 30
# A file that was never loaded.
WAITING_DAYS = 14


@nightly("imports", _("Let go of old import files"), 95, atomic=False)
def forget_old(*, on: dt.date, job: Progress) -> int:
    """Imports whose rows and files were let go of; each in a transaction of its own."""
    runs = ImportRun.objects.exclude(state__in=BUSY)
    waiting = runs.exclude(state__in=(ImportState.DONE, ImportState.UNDONE))
    count = 0
    for run in waiting.filter(uploaded_at__date__lt=on - dt.timedelta(days=WAITING_DAYS)):
        actions.forget(run)
        count += 1
    loaded = runs.filter(state__in=(ImportState.DONE, ImportState.UNDONE)).exclude(sample=[])
    for run in loaded.filter(finished_at__date__lt=on - dt.timedelta(days=KEPT_DAYS)):
        actions.forget_rows(run)
        count += 1
    return count
