"""Leaders' visits: who saw one in time, what came of them, what is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.models import Company
from dealers.models import Dealer
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from visits.due import ensure_cycles
from visits.models import Commitment, Finding, LeaderReport, Visit

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    ensure_cycles()
    return Company.get().today()


@pytest.fixture
def shop(territories: dict[str, Territory]) -> Callable[..., Dealer]:
    return lambda name, tier="A", place="CN-EAST-1": DealerFactory(territory=territories[place], name=name, tier=tier)


def promise(visit: Visit, side: str = "OURS", **fields: object) -> Commitment:
    values = {"text": f"{side} promise", "due_on": visit.on, "created_at": timezone.now()} | fields
    return Commitment.objects.create(visit=visit, dealer=visit.dealer, side=side, **values)


def test_dealers_by_tier_who_saw_a_leader_in_time(
    alice: User, bob: User, charlie: User, shop: Callable[..., Dealer], today: dt.date, client_of: ClientOf
) -> None:
    """A within 120 days, B within 240; executive, made by a leader otherwise, or with a leader along."""
    made_visit(dealer=shop("Executive"), user=bob, kind="EXECUTIVE", on=today - 120 * DAY)
    made_visit(dealer=shop("Late"), user=bob, kind="EXECUTIVE", on=today - 121 * DAY)
    made_visit(dealer=shop("Off plan"), user=bob, kind="EXTRA", why="OFF_PLAN", on=today - DAY)
    made_visit(dealer=shop("Along"), user=alice, kind="JOINT", companion=bob, on=today - DAY)
    made_visit(dealer=shop("Two representatives"), user=alice, kind="JOINT", companion=charlie, on=today - DAY)
    made_visit(dealer=shop("Representative only"), user=alice, on=today - DAY)
    VisitFactory(dealer=shop("Only planned"), user=bob, kind="EXECUTIVE", on=today + DAY)
    made_visit(dealer=shop("B", "B"), user=bob, kind="EXECUTIVE", on=today - 240 * DAY)
    shop("Elsewhere", place="JP-KANTO-1")
    client = client_of(bob)
    sheet = client.get(reverse("visits:leaders")).context["coverage"]
    rows = {row[0].value: [cell.value for cell in row[2:]] for row in sheet.rows}
    assert rows == {"A": [7, 3, 3 / 7, 1, 3], "B": [1, 1, 1.0, 0, 0], "C": [0, 0, None, 0, 0]}
    assert [cell.value for cell in sheet.total[2:]] == [8, 4, 0.5, 1, 3]
    for state, number in (("", 8), ("in_time", 4), ("late", 1), ("never", 3)):
        behind = client.get(reverse("visits:leader_coverage"), {"state": state}).context
        assert len(behind["sheet"].rows) == behind["counted"] == number
    (late,) = client.get(reverse("visits:leader_coverage"), {"state": "late", "tier": "A"}).context["sheet"].rows
    assert (late[1].value, late[5].value, late[5].tone) == ("Late", today - DAY, "red")


def test_what_was_raised_decided_and_promised(
    alice: User, bob: User, shop: Callable[..., Dealer], today: dt.date, client_of: ClientOf
) -> None:
    dealer = shop("Lotus")
    visit = made_visit(dealer=dealer, user=bob, kind="EXECUTIVE", on=today - 3 * DAY)
    made_visit(dealer=dealer, user=bob, kind="EXECUTIVE", why="OFF_PLAN", on=today - 2 * DAY)
    made_visit(dealer=shop("Rose"), user=alice, kind="JOINT", companion=bob, on=today - DAY)
    VisitFactory(dealer=dealer, user=bob, kind="EXECUTIVE", on=today - 4 * DAY, state="MISSED")
    made_visit(dealer=dealer, user=alice, on=today - DAY)
    Finding.objects.create(
        visit=visit, dealer=dealer, kind="STATED", text="Refunds take weeks", created_at=timezone.now()
    )
    promise(visit, text="Name one person", owner=bob)
    promise(visit, "THEIRS", text="The front window")
    client = client_of(bob)
    address = reverse("visits:leader_report", args=[visit.pk])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"barriers": "Nobody listens", "decisions": "Limit raised"}).status_code == 302
    answer = client.get(reverse("visits:leaders"))
    total = answer.context["total"]
    assert (total.planned, total.kept, total.off_plan, total.joint, total.made, total.dealers) == (3, 2, 1, 1, 3, 2)
    assert (total.barriers, total.promises, total.open, total.late) == (1, 1, 1, 1)
    told = {row.visit.pk: row for row in answer.context["told"]}
    assert len(told) == 3
    assert told[visit.pk].barriers == ["Nobody listens", "Refunds take weeks"]
    assert told[visit.pk].decisions == "Limit raised"
    assert [row.text for row in told[visit.pk].ours + told[visit.pk].theirs] == ["Name one person", "The front window"]
    page = answer.content.decode()
    assert "Nobody listens" in page
    lines = client.post(reverse("visits:leaders"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "Nobody listens\nRefunds take weeks" in lines
    assert LeaderReport.objects.get().written_by == bob


def test_open_promises_by_owner(
    alice: User, bob: User, shop: Callable[..., Dealer], today: dt.date, client_of: ClientOf
) -> None:
    visit = made_visit(dealer=shop("Lotus"), user=bob, kind="EXECUTIVE", on=today - 9 * DAY)
    promise(visit, owner=bob, due_on=today - DAY)
    promise(visit, owner=bob, due_on=today)
    promise(visit, owner=bob, state="KEPT")
    promise(visit, "THEIRS", owner=alice, due_on=today - DAY)
    promise(visit, due_on=today + DAY)
    promise(made_visit(dealer=shop("Rose"), user=alice, on=today - DAY), owner=alice)
    client = client_of(bob)
    sheet = client.get(reverse("visits:leaders")).context["owners"]
    rows = {row[0].value: [cell.value for cell in row[1:5]] for row in sheet.rows}
    assert rows == {"Bob": [2, 1, 0, 0], "Alice": [0, 0, 1, 1], "nobody": [1, 0, 0, 0]}
    assert [cell.value for cell in sheet.total[1:5]] == [3, 1, 1, 1]
    for row in [*sheet.rows, sheet.total]:
        for cell in row[1:5]:
            shown = client.get(cell.url).context
            assert len(shown["sheet"].rows) == shown["counted"] == cell.value


def test_a_report_belongs_to_a_leaders_visit_that_was_made(
    alice: User, bob: User, shop: Callable[..., Dealer], today: dt.date, client_of: ClientOf
) -> None:
    regular = made_visit(dealer=shop("Lotus"), user=alice, on=today)
    planned = VisitFactory(dealer=regular.dealer, user=bob, kind="EXECUTIVE", on=today)
    executive = made_visit(dealer=regular.dealer, user=bob, kind="EXECUTIVE", on=today - DAY)
    for visit in (regular, planned):
        assert client_of(bob).get(reverse("visits:leader_report", args=[visit.pk])).status_code == 404
    assert client_of(alice).get(reverse("visits:leader_report", args=[executive.pk])).status_code == 403
