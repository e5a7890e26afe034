import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from crm.base.jobs import Silent, get

pytestmark = pytest.mark.django_db


def test_the_night_lets_go_of_sessions_that_have_ended() -> None:
    now = timezone.now()
    for key, hours in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + dt.timedelta(hours=hours))
    assert get("sessions").run(on=now.date(), job=Silent()) == 1
    assert list(Session.objects.values_list("pk", flat=True)) == ["open"]
