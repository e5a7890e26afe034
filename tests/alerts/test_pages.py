"""The pages of warnings: a case from open to resolved by its forms, what is refused, lists, and major events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from alerts.brief import why_now
from alerts.case_list import PAGE
from alerts.choices import CaseState, TaskState
from alerts.defaults import ensure_rules
from alerts.models import Case, CaseAction, CaseEvent, Cause, MajorEvent
from crm.base.models import Company
from dealers.models import Dealer
from tests.factories import DealerFactory
from tests.permissions.alerts import case_of
from visits.brief import Asked

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def case(territories: dict[str, Territory]) -> Case:
    ensure_rules()
    Cause.objects.get_or_create(code="CASH")
    made = case_of(territories["CN-EAST-1"])
    made.kind, made.evidence = "overdue", {"measure": "days", "figure": 21, "limit": 16}
    made.save()
    return made


def take(client: Client, case: Case, what: str, **posted: str) -> int:
    return client.post(reverse("alerts:step", args=[case.pk, what]), posted).status_code


def test_a_case_goes_from_open_to_resolved(client_of: ClientOf, alice: User, case: Case) -> None:
    client, on = client_of(alice), Company.get().today()
    assert "21 days" in client.get(reverse("alerts:case", args=[case.pk])).content.decode()
    assert take(client, case, "acknowledge", seen="OPEN") == 302
    assert take(client, case, "investigate", seen="ACKNOWLEDGED") == 302
    assert take(client, case, "cause", cause="CASH", note="A new shop ate the cash") == 302
    assert take(client, case, "task", title="Agree on instalments", owner=str(alice.pk), due_on=on.isoformat()) == 302
    assert take(client, case, "resolve", resolution="Instalments agreed") == 422  # a task is open
    task = CaseAction.objects.get(case=case)
    ended = client.post(reverse("alerts:end_task", args=[task.pk]), {"state": "DONE", "result": "Signed"})
    assert ended.status_code == 302
    assert take(client, case, "resolve", resolution="Instalments agreed") == 302
    case.refresh_from_db()
    assert (case.state, case.resolution) == (CaseState.RESOLVED, "Instalments agreed")
    page = client.get(reverse("alerts:case", args=[case.pk])).content.decode()
    for told in ("short of cash", "A new shop ate the cash", "Agree on instalments", "Signed", alice.name):
        assert told in page


@pytest.mark.parametrize(
    ("what", "posted", "why", "kept"),
    [
        ("cause", {"cause": "NONSENSE", "note": "They wait for a loan"}, "Choose a cause", "They wait for a loan"),
        (
            "task",
            {"title": "Call the bank", "owner": "0", "due_on": "2099-01-01"},
            "Choose who it is for",
            "Call the bank",
        ),
        ("task", {"title": "Call the bank", "owner": "1", "due_on": "soon"}, "year-month-day", "Call the bank"),
        ("resolve", {"resolution": "Paid on Friday"}, "Find the cause first", ""),
        ("acknowledge", {"seen": "RESOLVED"}, "meanwhile", ""),
    ],
)
def test_a_refused_step_says_why_and_keeps_what_was_typed(
    client_of: ClientOf, alice: User, case: Case, what: str, posted: dict[str, str], why: str, kept: str
) -> None:
    Case.objects.filter(pk=case.pk).update(state="INVESTIGATING", acknowledged_at=timezone.now())
    answer = client_of(alice).post(reverse("alerts:step", args=[case.pk, what]), posted)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert kept in answer.content.decode()
    assert not CaseEvent.objects.filter(case=case).exists()


def test_only_who_leads_dismisses(client_of: ClientOf, alice: User, bob: User, case: Case) -> None:
    assert take(client_of(alice), case, "dismiss", reason="Wrong booking") == 403
    assert take(client_of(bob), case, "dismiss", reason="Wrong booking") == 302
    case.refresh_from_db()
    assert (case.state, case.dismissed_because) == (CaseState.DISMISSED, "Wrong booking")
    assert take(client_of(bob), case, "nonsense") == 404


def test_who_watches_has_the_case_among_hers(client_of: ClientOf, rory: User, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(kind="churn")
    mine = reverse("alerts:list") + "?whose=mine"
    assert "Warned of" not in client_of(rory).get(mine).content.decode()
    assert take(client_of(rory), case, "watch", watches="1") == 302
    assert "Warned of" in client_of(rory).get(mine).content.decode()


def test_the_list_pages_through_every_case_once(
    client_of: ClientOf, bob: User, case: Case, territories: dict[str, Territory]
) -> None:
    place, on = territories["CN-EAST-1"], Company.get().today()
    made = [case]
    for number in range(PAGE + 10):
        dealer = DealerFactory(territory=place)
        made.append(
            Case(
                kind="overdue", dealer=dealer, territory=place, severity=1 + number % 3, worst=3, severity_since=on,
                opened_on=on - dt.timedelta(days=number % 4), opened_at=timezone.now(), acknowledge_by=timezone.now(),
                cause_by=timezone.now(),
            )
        )  # fmt: skip
    Case.objects.bulk_create(made[1:])
    client, address, seen = client_of(bob), reverse("alerts:list"), []
    while address:
        context = client.get(address).context
        seen += [row.case for row in context["rows"]]
        address = context["next_url"] and reverse("alerts:list") + context["next_url"]
    assert len(seen) == len({row.pk for row in seen}) == len(made)
    assert seen == sorted(seen, key=lambda row: (-row.severity, row.opened_on, row.pk))
    assert client.get(reverse("alerts:list") + "?after=nonsense").status_code == 200
    red = client.get(reverse("alerts:list") + "?severity=3").context["rows"]
    assert {row.case.severity for row in red} == {3}


def test_the_board_shows_each_state(client_of: ClientOf, bob: User, case: Case) -> None:
    columns = client_of(bob).get(reverse("alerts:board")).context["columns"]
    assert [(state, count) for state, count, _cards in columns][:2] == [
        (CaseState.OPEN, 1),
        (CaseState.ACKNOWLEDGED, 0),
    ]


def test_several_cases_change_hands_or_become_one(
    client_of: ClientOf, bob: User, alice: User, case: Case, territories: dict[str, Territory]
) -> None:
    other, foreign = case_of(territories["CN-EAST-1"]), case_of(territories["JP-KANTO-1"])
    chosen = [case.pk, other.pk, foreign.pk]
    client_of(bob).post(reverse("alerts:assign_many"), {"case": chosen, "to": alice.pk})
    assert set(Case.objects.filter(owner=alice)) == {case, other}
    client_of(bob).post(reverse("alerts:merge"), {"case": chosen})
    assert Case.objects.get(pk=other.pk).merged_into == case
    assert Case.objects.get(pk=foreign.pk).state == CaseState.OPEN


def test_a_major_event_opens_a_case_at_once(
    client_of: ClientOf, alice: User, territories: dict[str, Territory]
) -> None:
    ensure_rules()
    dealer: Dealer = DealerFactory(territory=territories["CN-EAST-1"])
    address = reverse("alerts:event", args=[dealer.pk])
    refused = client_of(alice).post(address, {"kind": "", "text": "The store burned down"})
    assert refused.status_code == 422
    assert "The store burned down" in refused.content.decode()
    assert client_of(alice).post(address, {"kind": "FIRE", "text": "The store burned down"}).status_code == 302
    case = MajorEvent.objects.get(dealer=dealer).case
    assert (case.severity, case.actions.get().state) == (3, TaskState.OPEN)
    panel = client_of(alice).get(reverse("alerts:panel", args=[dealer.pk])).content.decode()
    assert "fire or flood" in panel
    assert "fire or flood" in client_of(alice).get(reverse("alerts:short")).content.decode()


def test_who_may_not_read_credit_reads_no_warnings_of_it(
    client_of: ClientOf, rory: User, alice: User, case: Case, territories: dict[str, Territory]
) -> None:
    case_of(territories["CN-EAST-1"])
    for person, seen in ((alice, {case.kind, "churn"}), (rory, {"churn"})):
        rows = client_of(person).get(reverse("alerts:list") + "?whose=all").context["rows"]
        assert {row.case.kind for row in rows} == seen
    assert client_of(rory).get(reverse("alerts:case", args=[case.pk])).status_code == 404


def test_the_list_of_todays_stops_names_the_worst_warning(alice: User, territories: dict[str, Territory]) -> None:
    on = Company.get().today()
    case, told_by_the_figures = case_of(territories["CN-EAST-1"]), case_of(territories["CN-EAST-1"])
    Case.objects.filter(pk=told_by_the_figures.pk).update(kind="overdue")
    foreign = case_of(territories["JP-KANTO-1"])
    dealers = {each.dealer_id or 0: each.dealer for each in (case, told_by_the_figures, foreign)}
    found = why_now(Asked(alice, on, {pk: dealer for pk, dealer in dealers.items() if dealer}))
    assert {pk: [(reason.text, reason.tone) for reason in reasons] for pk, reasons in found.items()} == {
        case.dealer_id: [("warning: Dealer about to leave", "orange")]
    }


def test_numbers_of_strangers_tell_no_names(client_of: ClientOf, bob: User, charlie: User, case: Case) -> None:
    """Charlie works where Bob sees nothing: his number is as good as none."""
    client = client_of(bob)
    for what, sent in (
        ("assign", {"to": charlie.pk}), ("task", {"owner": charlie.pk, "title": "Call", "due_on": "2099-01-05"}),
    ):  # fmt: skip
        answer = client.post(reverse("alerts:step", args=[case.pk, what]), sent)
        assert answer.status_code == 422
        assert charlie.name not in answer.content.decode()
    sent = {"case": [case.pk], "to": charlie.pk}
    assert charlie.name not in client.post(reverse("alerts:assign_many"), sent, follow=True).content.decode()
    case.refresh_from_db()
    assert case.owner != charlie
