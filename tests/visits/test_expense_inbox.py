"""Expenses that wait for a decision: who sees which, and several decided on at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import DealerFactory
from visits.models import Expense

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
INBOX, DECIDE = "/visits/expenses/", "/visits/expenses/decide/"


@pytest.fixture
def spent() -> Callable[..., Expense]:
    def make(user: User, amount: str = "12", **fields: Any) -> Expense:
        return Expense.objects.create(
            user=user, amount=Decimal(amount), created_at=timezone.now(),
            **{"on": Company.get().today(), "category": "TRANSPORT", "currency": "CNY"} | fields,
        )  # fmt: skip

    return make


def shown(client: Client, **query: Any) -> list[Expense]:
    return [row for row, _seen in client.get(INBOX, query).context["rows"]]


def chosen(*rows: Expense, **more: str) -> dict[str, Any]:
    seen = {f"seen-{row.pk}": row.as_shown for row in rows}
    return {"expense": [row.pk for row in rows], "state": "APPROVED"} | seen | more


def test_the_team_s_that_wait_the_oldest_first(
    spent: Callable[..., Expense], alice: User, bob: User, charlie: User, client_of: ClientOf,
    territories: dict[str, Territory],
) -> None:  # fmt: skip
    on = Company.get().today()
    far = DealerFactory(territory=territories["JP-KANTO-1"], name="Secret shop")
    new = spent(alice, "30", dealer=far)
    old = spent(alice, on=on - dt.timedelta(days=3), category="ENTERTAINMENT", purpose="Lunch")
    spent(alice, state="APPROVED", decided_at=timezone.now())
    spent(bob)
    spent(charlie)
    client = client_of(bob)
    assert shown(client) == [old, new]
    assert shown(client, category="ENTERTAINMENT") == [old]
    assert shown(client, person=charlie.pk) == []
    answer = client.get(INBOX)
    assert "Secret shop" not in answer.content.decode()
    assert answer.context["sums"] == [{"currency": "CNY", "amount": Decimal("42.00"), "number": 2}]


def test_several_are_approved(spent: Callable[..., Expense], alice: User, bob: User, client_of: ClientOf) -> None:
    rows = [spent(alice, amount) for amount in ("1", "2.50", "3")]
    client = client_of(bob)
    client.post(DECIDE, chosen(*rows[:2]))
    assert [row.state for row in Expense.objects.order_by("pk")] == ["APPROVED", "APPROVED", "SUBMITTED"]
    assert {row.decided_by for row in Expense.objects.order_by("pk")[:2]} == {bob}
    assert shown(client) == [rows[2]]


def test_refused_with_a_reason_only(spent: Callable[..., Expense], alice: User, bob: User, client_of: ClientOf) -> None:
    row = spent(alice)
    client = client_of(bob)
    client.post(DECIDE, chosen(row, state="REFUSED", note=" "))
    row.refresh_from_db()
    assert row.state == "SUBMITTED"
    client.post(DECIDE, chosen(row, state="REFUSED", note="Private"))
    row.refresh_from_db()
    assert (row.state, row.decision_note) == ("REFUSED", "Private")


def test_what_was_changed_or_decided_meanwhile_stays(
    spent: Callable[..., Expense], alice: User, bob: User, client_of: ClientOf
) -> None:
    changed, fine = spent(alice, "10"), spent(alice, "20")
    sent = chosen(changed, fine)
    Expense.objects.filter(pk=changed.pk).update(amount=999)
    answer = client_of(bob).post(DECIDE, sent, follow=True)
    changed.refresh_from_db()
    fine.refresh_from_db()
    assert (changed.state, fine.state) == ("SUBMITTED", "APPROVED")
    page = answer.content.decode()
    assert "1 expense is approved." in page
    assert "1 stays: The amount was changed meanwhile." in page


def test_nobody_decides_on_her_own_or_on_a_stranger_s(
    spent: Callable[..., Expense], alice: User, bob: User, charlie: User, client_of: ClientOf
) -> None:
    rows = [spent(bob), spent(charlie)]
    client_of(bob).post(DECIDE, chosen(*rows))
    assert client_of(alice).post(DECIDE, chosen(*rows)).status_code == 403
    assert set(Expense.objects.values_list("state", flat=True)) == {"SUBMITTED"}


def test_enter_decides_on_nothing(spent: Callable[..., Expense], alice: User, bob: User, client_of: ClientOf) -> None:
    """A browser presses a form's first button for Enter: here one that is off."""
    spent(alice)
    form = client_of(bob).get(INBOX).content.decode().partition(f'action="{DECIDE}"')[2]
    first = form.partition("<button")[2].partition(">")[0]
    assert "disabled" in first
