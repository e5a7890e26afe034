"""The inbox and the bell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TerritoryAssignment, User
from accounts.notices import outbox
from accounts.notices.models import Notice
from alerts.models import Case
from tests.alerts.factories import open_case
from tests.notices.conftest import NOON

pytestmark = pytest.mark.django_db
Tell = Callable[..., Notice]
INBOX, COUNT = "/inbox/", "/inbox/count/"


def test_it_shows_what_is_unread_and_all(
    tell: Tell, alice: User, case: Case, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    assert "You have read everything" in client.get(INBOX).content.decode()
    read = tell(alice, kind="warnings.solved")
    tell(alice)
    client.post(reverse("notices:read", args=[read.pk]))

    unread, everything = (client.get(f"{INBOX}?show={show}").content.decode() for show in ("unread", "all"))
    assert "New warning: Overdue" in unread
    assert "Resolved: Overdue" not in unread
    assert "Resolved: Overdue" in everything

    client.post(reverse("notices:read", args=[read.pk]), {"unread": "1"})
    assert "Resolved: Overdue" in client.get(INBOX).content.decode()


def test_opening_marks_read_and_leads_to_the_case(
    tell: Tell, alice: User, case: Case, client_of: Callable[[User], Client]
) -> None:
    notice = tell(alice)
    answer = client_of(alice).get(reverse("notices:open", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("alerts:case", args=[case.pk])
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_all_read_spares_what_came_since(tell: Tell, alice: User, client_of: Callable[[User], Client]) -> None:
    seen = tell(alice)
    late = tell(alice)
    client_of(alice).post(reverse("notices:read_all"), {"until": str(seen.pk)})
    assert list(Notice.objects.unread().values_list("pk", flat=True)) == [late.pk]


def test_nobody_finds_anothers(tell: Tell, alice: User, bob: User, client_of: Callable[[User], Client]) -> None:
    notice = tell(alice)
    client = client_of(bob)
    assert client.get(reverse("notices:open", args=[notice.pk])).status_code == 404
    assert client.post(reverse("notices:read", args=[notice.pk])).status_code == 404
    client.post(reverse("notices:read_all"), {"until": str(notice.pk)})
    assert Notice.objects.unread().count() == 1
    assert "New warning" not in client.get(INBOX).content.decode()


def test_a_case_out_of_sight_is_out_of_the_inbox(
    tell: Tell, alice: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    """A notice that reached somebody who does not see the case any more, or never did, tells nothing."""
    for user in (alice, charlie):
        tell(user, key="same")
    TerritoryAssignment.objects.filter(user=alice).delete()
    for user in (alice, charlie):
        client, notice = client_of(user), Notice.objects.get(user=user)
        assert "New warning" not in client.get(f"{INBOX}?show=all").content.decode()
        assert client.get(COUNT).json()["unread"] == 0
        assert client.get(reverse("notices:open", args=[notice.pk])).status_code == 404


def test_what_is_over_is_not_counted(tell: Tell, alice: User, case: Case, client_of: Callable[[User], Client]) -> None:
    tell(alice)
    outbox.settle("case", [case.pk], at=NOON)
    client = client_of(alice)
    assert client.get(COUNT).json()["unread"] == 0
    assert "over meanwhile" in client.get(f"{INBOX}?show=all").content.decode()


def test_the_bell_answers_304_while_nothing_changed(
    tell: Tell, alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    first = client.get(COUNT)
    assert first.json() == {"unread": 0, "text": "0", "label": "Inbox"}
    again = client.get(COUNT, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    tell(alice)
    changed = client.get(COUNT, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.json() == {"unread": 1, "text": "1", "label": "Inbox, 1 unread notice"}


def test_the_bell_counts_by_one_statement_up_to_99(
    tell: Tell, alice: User, case: Case, client_of: Callable[[User], Client]
) -> None:
    Notice.objects.bulk_create(
        Notice(user=alice, kind="warnings.opened", key=f"n{number}", at=NOON, subject="case", about_id=case.pk)
        for number in range(150)
    )
    client = client_of(alice)
    client.get(COUNT)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(COUNT).json()["text"] == "99+"
    assert len([query for query in asked if "accounts_notice" in str(query["sql"])]) == 1


def test_the_bell_keeps_no_session_alive(alice: User, client_of: Callable[[User], Client]) -> None:
    from crm.base.middleware import SEEN_AT

    client = client_of(alice)
    client.get(INBOX)
    session = client.session
    session[SEEN_AT] = 1
    session.save()
    client.get(COUNT, headers={"X-Unattended": "1"})
    assert client.session[SEEN_AT] == 1
    client.get(COUNT)
    assert client.session[SEEN_AT] > 1


def test_the_bell_stands_on_every_page_and_asks_nothing_for_it(
    tell: Tell, alice: User, client_of: Callable[[User], Client]
) -> None:
    tell(alice)
    client = client_of(alice)
    client.get("/dealers/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/dealers/").content.decode()
    assert page.count(f'data-bell-url="{COUNT}"') == 2
    assert not [query for query in asked if "accounts_notice" in str(query["sql"])]


def test_long_inboxes_have_pages(
    alice: User, case: Case, territories: dict, client_of: Callable[[User], Client]
) -> None:
    cases = [case, *(open_case(territories["CN-EAST-1"], owner=alice) for _ in range(2))]
    Notice.objects.bulk_create(
        Notice(
            user=alice, kind="warnings.opened", key=f"n{number}", at=NOON, subject="case", about_id=cases[number % 3].pk
        )
        for number in range(120)
    )
    client, seen, url = client_of(alice), 0, f"{INBOX}?show=all"
    for rows in (50, 50, 20):
        answer = client.get(url)
        assert len(answer.context["rows"]) == rows
        seen += rows
        url = INBOX + answer.context["next_url"]
    assert seen == 120
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{INBOX}?show=all")
    with CaptureQueriesContext(connection) as asked_less:
        client.get(f"{INBOX}?show=all&after=nonsense")
    assert len(asked) == len(asked_less) <= 12
