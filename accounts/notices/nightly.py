from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.notices.choices import DeliveryState
from accounts.notices.models import Delivery, Notice
from crm.base.jobs import Progress, nightly

# Days that notices and the log of deliveries are kept.
KEPT_DAYS, LOG_DAYS = 180, 30


@nightly("notices", _("Let go of old notices"), 5)
def clear_notices(*, on: dt.date, job: Progress) -> int:
    """Notices of half a year ago, and what is known of deliveries a month after they ended."""
    now = timezone.now()
    ended = Delivery.objects.exclude(state__in=[DeliveryState.WAITING, DeliveryState.SENDING])
    log, _each = ended.filter(ended_at__lt=now - dt.timedelta(days=LOG_DAYS)).delete()
    old, _each = Notice.objects.filter(at__lt=now - dt.timedelta(days=KEPT_DAYS)).delete()
    return log + old
