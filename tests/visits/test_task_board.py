"""Stones before sand: the board, the order of the day, who may move what, and how many statements it takes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from visits import phone_data, tasks_board
from visits.models import Finding, Task

BASELINE: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text())


def task(title: str, important: bool, urgent: bool, **more: Any) -> Task:
    return Task(title=title, important=important, urgent=urgent, **more)


STONE, SAND = task("stone", True, False), task("sand", False, True)
NOW, REST = task("now", True, True), task("rest", False, False)


@pytest.mark.parametrize(
    ("order", "pair"),
    [
        ([], None),
        ([NOW, STONE, SAND, REST], None),
        ([SAND], None),
        ([REST, STONE], None),  # what presses nobody is no sand
        ([SAND, STONE], (SAND, STONE)),
        ([NOW, SAND, REST, STONE], (SAND, STONE)),
        ([SAND, REST, NOW, STONE], (SAND, NOW)),
    ],
)
def test_sand_before_stones_is_said(order, pair):
    assert tasks_board.reversed_by(order) == pair
    assert bool(tasks_board.warning(order)) is (pair is not None)
    assert tasks_board.reversed_by(tasks_board.stones_first(order)) is None


def test_stones_first_keeps_the_order_of_equals():
    other = task("other stone", True, False)
    assert tasks_board.stones_first([REST, SAND, other, STONE, NOW]) == [NOW, other, STONE, SAND, REST]


@pytest.fixture
def on() -> dt.date:
    return Company.get().today()


def write(owner, title: str, key: str = "00", **more: Any) -> Task:
    return Task.objects.create(
        owner=owner, title=title, important=key[0] == "1", urgent=key[1] == "1", created_at=timezone.now(), **more
    )


def fill(owner, on: dt.date) -> None:
    write(owner, "Offer", "11", due_on=on, minutes=60)
    write(owner, "Yearly talk", "10", due_on=on + dt.timedelta(days=9))
    write(owner, "Receipts", "01", due_on=on - dt.timedelta(days=1), minutes=20)
    write(owner, "Tidy up", "00")
    write(owner, "Old", "11", state="DONE", done_at=timezone.now())


@pytest.mark.django_db
def test_the_figures_of_a_day(alice, on):
    fill(alice, on)
    found = tasks_board.figures(Task.objects.filter(owner=alice), on=on, since=timezone.now() - dt.timedelta(days=1))
    assert (found.open, found.overdue, found.today, found.stones, found.sand, found.ended) == (4, 1, 1, 2, 1, 1)
    assert found.sand_share == pytest.approx(20 / 80)
    assert found.by_quadrant == {"11": 1, "10": 1, "01": 1, "00": 1}
    assert tasks_board.share_sentence(found) == "25 % of the time of the 2 tasks due is sand."


@pytest.mark.django_db
def test_a_task_is_moved_ended_and_taken_back(alice, client_of, on):
    row = write(alice, "Offer", "01", due_on=on)
    client = client_of(alice)
    answer = client.post(
        reverse("visits:place_task", args=[row.pk]), {"to": "11", "who": "mine"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["undoUrl"].endswith("?to=01")
    row.refresh_from_db()
    assert (row.important, row.urgent) == (True, True)
    client.post(toast["undoUrl"], {"next": "/"})
    row.refresh_from_db()
    assert (row.important, row.urgent) == (False, True)
    ended = client.post(reverse("visits:end_task", args=[row.pk]), headers={"HX-Request": "true"})
    row.refresh_from_db()
    assert (row.state, row.done_at is None) == ("DONE", False)
    assert client.post(reverse("visits:end_task", args=[row.pk]), headers={"HX-Request": "true"}).status_code == 200
    client.post(json.loads(ended.headers["HX-Trigger"])["toast"]["undoUrl"], {"next": "/"})
    row.refresh_from_db()
    assert (row.state, row.done_at) == ("OPEN", None)
    client.post(reverse("visits:end_task", args=[row.pk]), {"state": "DROPPED"})
    row.refresh_from_db()
    assert row.state == "DROPPED"


@pytest.mark.django_db
def test_the_day_warns_and_puts_stones_first(alice, client_of, on):
    sand, stone = write(alice, "Receipts", "01", due_on=on), write(alice, "Offer", "10", due_on=on)
    later = write(alice, "Talk", "10", due_on=on + dt.timedelta(days=5))
    client = client_of(alice)
    assert [each.title for each in tasks_board.of_day(alice, on=on)] == ["Offer", "Receipts"]
    client.post(reverse("visits:order_tasks"), {"tasks": f"{sand.pk},{stone.pk},99999"})
    page = client.get(reverse("visits:tasks"))
    assert "“Receipts” is sand and stands before the stone “Offer”." in page.content.decode()
    # The phone shows the same tasks in the same order.
    assert [row["title"] for row in phone_data.of_days(alice, on=on)["tasks"]] == ["Receipts", "Offer", "Talk"]
    client.post(reverse("visits:order_tasks"), {"by": "stones"})
    assert client.get(reverse("visits:tasks")).context["warning"] == ""
    assert [each.title for each in tasks_board.of_day(alice, on=on)] == ["Offer", "Receipts"]
    assert later.sequence is None


@pytest.mark.django_db
def test_whose_tasks_are_moved_by_whom(alice, bob, charlie, client_of, on):
    hers = write(alice, "Hers", "01", due_on=on)
    his = write(bob, "His", "01", due_on=on)
    place = {"to": "11"}
    assert client_of(bob).post(reverse("visits:place_task", args=[hers.pk]), place).status_code == 302
    assert client_of(alice).post(reverse("visits:place_task", args=[his.pk]), place).status_code == 404
    assert client_of(charlie).post(reverse("visits:end_task", args=[hers.pk])).status_code == 404
    assert client_of(alice).post(reverse("visits:order_tasks"), {"who": str(bob.pk), "tasks": ""}).status_code == 404
    assert client_of(bob).get(reverse("visits:task", args=[hers.pk])).status_code == 200
    client_of(bob).post(reverse("visits:task", args=[hers.pk]), {"title": "Ours", "owner": bob.pk})
    assert Task.objects.get(pk=hers.pk).owner == bob
    Task.objects.filter(pk=hers.pk).update(owner=alice)
    assert client_of(bob).get(reverse("visits:tasks"), {"who": "team"}).context["figures"].open == 2
    # A representative who asks for the team's gets her own.
    assert client_of(alice).get(reverse("visits:tasks"), {"who": "team"}).context["figures"].open == 1


@pytest.mark.django_db
def test_a_task_of_an_issue_keeps_dealer_and_visit(alice, charlie, client_of, territories, on):
    visit = made_visit(dealer=DealerFactory(territory=territories["CN-EAST-1"]), user=alice)
    issue = Finding.objects.create(
        visit=visit,
        dealer=visit.dealer,
        kind="LATENT",
        text="The shelf is empty",
        created_at=timezone.now(),
        owner=alice,
    )
    client = client_of(alice)
    address = reverse("visits:new_task") + f"?finding={issue.pk}"
    assert "The shelf is empty" in client.get(address).content.decode()
    client.post(address, {"title": "Fill it", "owner": alice.pk, "important": "on", "finding": issue.pk})
    made = Task.objects.get()
    assert (made.finding, made.dealer, made.visit, made.important) == (issue, visit.dealer, visit, True)
    # Nobody gives away what she does not see, or to whom she does not lead.
    assert client_of(charlie).get(address).status_code == 404
    wrong = client.post(address, {"title": "Fill it", "owner": charlie.pk})
    assert (wrong.status_code, Task.objects.count()) == (422, 1)


@pytest.mark.django_db
def test_search_and_what_is_shown(alice, client_of, on):
    fill(alice, on)
    client = client_of(alice)
    assert client.get(reverse("visits:tasks"), {"q": "offer"}).context["figures"].open == 1
    assert [row.title for row in client.get(reverse("visits:tasks"), {"show": "overdue"}).context["rows"]] == [
        "Receipts"
    ]
    assert [row.title for row in client.get(reverse("visits:tasks"), {"show": "done"}).context["rows"]] == ["Old"]


@pytest.mark.django_db
def test_a_full_quadrant_is_cut_off_and_opened(alice, client_of):
    for number in range(tasks_board.CARDS + 3):
        write(alice, f"Stone {number}", "10")
    client = client_of(alice)
    stones = client.get(reverse("visits:tasks")).context["quadrants"][1]
    assert (stones.count, len(stones.tasks), stones.more) == (28, 25, 3)
    assert len(client.get(reverse("visits:tasks"), {"all": "10"}).context["quadrants"][1].tasks) == 28


@pytest.mark.django_db
@pytest.mark.parametrize("address", BASELINE)
def test_statements_are_as_many_as_the_baseline_says(address, alice, bob, client_of, on):
    client = client_of(bob)

    def statements() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for person in (alice, bob):
        fill(person, on)
    first = statements()
    for _again in range(5):
        for person in (alice, bob):
            fill(person, on)
    assert statements() == first == BASELINE[address]
