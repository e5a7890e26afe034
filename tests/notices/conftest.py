"""People who are told of a case in Alice's patch; by noon in Shanghai nobody is asleep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Territory, User
from accounts.notices import outbox
from accounts.notices.models import Notice
from alerts.models import Case
from tests.alerts.factories import TODAY, open_case

NOON = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(4)), dt.UTC)
NIGHT = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(18)), dt.UTC)


@pytest.fixture
def case(territories: dict[str, Territory], alice: User) -> Case:
    User.objects.update(time_zone="Asia/Shanghai")
    alice.refresh_from_db()
    return open_case(territories["CN-EAST-1"], owner=alice, severity=3)


@pytest.fixture
def tell(case: Case) -> Callable[..., Notice]:
    """Tells of the case; the notice."""

    def told(
        user: User, *, kind: str = "warnings.opened", key: str = "", at: dt.datetime = NOON, severity: int = 3
    ) -> Notice:
        key = key or f"test:{Notice.objects.count()}"
        outbox.tell(users=[user.pk], kind=kind, key=key, at=at, subject="case", about_id=case.pk, severity=severity)
        return Notice.objects.get(user=user, key=key)

    return told
