"""Reviews of lost dealers: written by who worked there, counted by reason and quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from alerts.choices import ReviewState
from alerts.loss_reasons import quarter_start, reasons_over_time
from alerts.models import LossReview
from crm.base.models import Company
from dealers.models import StatusChange
from tests.alerts.factories import noon, open_case
from tests.permissions.alerts import loss_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

WHY = {
    "reason": "COMPETITOR", "competitor": "Haier", "what_happened": "Better terms", "first_sign": "Fewer orders",
    "lesson": "Answer offers within a week",
}  # fmt: skip


def test_a_review_is_written_and_counted(client_of: ClientOf, alice: User, territories: dict[str, Territory]) -> None:
    review = loss_of(territories["CN-EAST-1"])
    case = open_case(territories["CN-EAST-1"], dealer=review.dealer, opened_on=Company.get().today(),
                     at=review.change.changed_at - dt.timedelta(days=3))  # fmt: skip
    client, address = client_of(alice), reverse("alerts:loss", args=[review.pk])
    assert [sign[0] for sign in client.get(address).context["signs"]] == [case]
    assert list(client.get(reverse("alerts:losses")).context["due"]) == [review]

    assert client.post(address, WHY).status_code == 302

    review.refresh_from_db()
    assert (review.state, review.written_by, review.competitor) == (ReviewState.DONE, alice, "Haier")
    page = client.get(reverse("alerts:losses"))
    assert list(page.context["written"]) == [review]
    assert not page.context["due"]
    (line,) = page.context["reasons"].lines
    assert (line.reason, line.counts[-1], line.total) == ("COMPETITOR", 1, 1)


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ("reason", "Choose why"),
        ("what_happened", "Say what happened"),
        ("lesson", "Say what happened"),
        ("competitor", "which competitor"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client_of: ClientOf, alice: User, territories: dict[str, Territory], left_out: str, message: str
) -> None:
    review = loss_of(territories["CN-EAST-1"])
    answer = client_of(alice).post(reverse("alerts:loss", args=[review.pk]), WHY | {left_out: " "})
    assert answer.status_code == 422
    assert message in answer.context["refused"]
    kept = next(value for name, value in WHY.items() if name not in (left_out, "reason"))
    assert kept in answer.content.decode()
    assert LossReview.objects.get(pk=review.pk).state == ReviewState.DUE


def test_reasons_by_quarter_are_of_what_the_reader_sees(
    bob: User, charlie: User, territories: dict[str, Territory]
) -> None:
    on = dt.date(2026, 5, 20)
    days = [dt.date(2026, 5, 2), dt.date(2026, 1, 1), dt.date(2024, 12, 31)]
    for day, code in zip([*days, days[0]], ["CN-EAST-1"] * 3 + ["JP-KANTO-1"], strict=True):
        review = loss_of(territories[code])
        StatusChange.objects.filter(pk=review.change_id).update(changed_at=noon(day))
    # The last of the six quarters holds May; what ended in 2024 is too long ago.
    assert quarter_start(on) == dt.date(2026, 4, 1)
    found = reasons_over_time(bob, on=on)
    assert found.quarters[0] == dt.date(2025, 1, 1)
    assert [(line.reason, line.counts) for line in found.lines] == [("", (0, 0, 0, 0, 1, 1))]
    assert reasons_over_time(charlie, on=on).total == 1
