"""The dealer file's part of the night."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from dealers import completeness
from dealers.actions.personal import erase_expired


@nightly("personal_data", _("Erase personal data past its retention"), 5, atomic=False)
def erase(*, on: dt.date, job: Progress) -> int:
    """Files whose consent is over; each in a transaction of its own."""
    return erase_expired(on=on, at=timezone.now())


@nightly("completeness", _("Completeness of the files"), 10)
def complete(*, on: dt.date, job: Progress) -> int:
    """Dealers whose completeness changed."""
    return completeness.refresh(on=on)
