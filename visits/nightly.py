from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from visits.due import refresh
from visits.positions import erase_old
from visits.sync.once import forget_before


@nightly("visits_due", _("Visits that fall due"), order=30, needs=("tiers",))
def visits_due(*, on: dt.date, job: Progress) -> int:
    """Visits missed yesterday, and dealers whose standing against the call cycle changed."""
    return refresh(on=on)


@nightly("positions", _("Erase places of check-ins past their retention"), order=6)
def positions(*, on: dt.date, job: Progress) -> int:
    """Visits that lost their place; whether it was at the dealer's stays."""
    return erase_old(on=on).visits


@nightly("phone_messages", _("Old messages of phones"), order=90)
def phone_messages(*, on: dt.date, job: Progress) -> int:
    """Forget the keys of messages that no phone can send again."""
    return forget_before(on)
