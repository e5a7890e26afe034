from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly


@nightly("sessions", _("Let go of sessions that have ended"), 4)
def clear_sessions(*, on: dt.date, job: Progress) -> int:
    """Signed-in browsers whose time is over; what they had was refused already."""
    gone, _each = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return gone
