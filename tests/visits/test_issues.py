"""Issues that visits found: the list, whose they are, by when, and who may give them to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from visits import issues as found_by
from visits.models import Finding

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
DAY = dt.timedelta(days=1)
LIST = "/visits/issues/"


@pytest.fixture
def on() -> dt.date:
    return Company.get().today()


@pytest.fixture
def found(territories: dict[str, Territory], alice: User) -> Callable[..., Finding]:
    def make(text: str, *, place: str = "CN-EAST-1", **fields: Any) -> Finding:
        dealer = fields.pop("dealer", None) or DealerFactory(territory=territories[place], tier=fields.pop("tier", "B"))
        visit = made_visit(dealer=dealer, user=alice)
        state = fields.get("state", "FOUND")
        if state != "FOUND":
            fields |= {"cause": "Ordered late"}
        if state in ("SOLVED", "CONFIRMED"):
            fields |= {"solution": "Ordered earlier", "solved_at": timezone.now()}
        if state == "CONFIRMED":
            fields |= {"confirmed_at": timezone.now(), "confirmed_by_contact": "Mrs. Li"}
        return Finding.objects.create(
            visit=visit, dealer=dealer, text=text, created_at=timezone.now(), **{"kind": "STATED"} | fields
        )

    return make


def texts(answer: Any) -> list[str]:
    return [row.text for row in answer.context["rows"]]


def test_the_most_overdue_first_and_without_a_day_last(
    found: Callable[..., Finding], alice: User, bob: User, on: dt.date, client_of: ClientOf
) -> None:
    for text, due_on in (
        ("No day", None),
        ("Next week", on + 7 * DAY),
        ("Late", on - 9 * DAY),
        ("A bit late", on - DAY),
    ):
        found(text, owner=alice, due_on=due_on)
    found("Waits for the dealer", owner=alice, due_on=on - 2 * DAY, state="SOLVED")
    found("Of Bob", owner=bob, due_on=on - 30 * DAY)
    found("Confirmed", owner=alice, due_on=on - 30 * DAY, state="CONFIRMED")
    client = client_of(alice)
    answer = client.get(LIST)
    assert texts(answer) == ["Late", "Waits for the dealer", "A bit late", "Next week", "No day"]
    assert answer.context["figures"] == found_by.Figures(open=5, overdue=2, without_day=1)
    assert texts(client.get(LIST, {"show": "overdue"})) == ["Late", "A bit late"]
    assert texts(client.get(LIST, {"show": "ended"})) == ["Confirmed"]


@pytest.mark.parametrize(("query", "expected"), [
    ({"state": "ANALYSED"}, ["B"]), ({"kind": "LATENT"}, ["C"]), ({"area": "STOCK"}, ["D"]), ({"tier": "A"}, ["E"]),
    ({"q": "lamp"}, ["The lamp flickers"]), ({"state": "nonsense", "area": "x"}, ["A", "B", "C", "D", "E", "The lamp flickers"]),
])  # fmt: skip
def test_filters(
    query: dict[str, str], expected: list[str], found: Callable[..., Finding], alice: User, client_of: ClientOf
) -> None:
    found("A", owner=alice)
    found("B", owner=alice, state="ANALYSED")
    found("C", owner=alice, kind="LATENT")
    found("D", owner=alice, area="STOCK")
    found("E", owner=alice, tier="A")
    found("The lamp flickers", owner=alice)
    assert texts(client_of(alice).get(LIST, query)) == expected


def test_whose_list_one_reads(
    found: Callable[..., Finding], alice: User, bob: User, charlie: User, client_of: ClientOf
) -> None:
    found("Of Alice", owner=alice)
    found("Of nobody")
    found("Far away", place="JP-KANTO-1", owner=charlie)
    his = client_of(bob)
    assert texts(his.get(LIST)) == []
    assert texts(his.get(LIST, {"who": "team"})) == ["Of Alice", "Of nobody"]
    assert texts(his.get(LIST, {"who": "nobody"})) == ["Of nobody"]
    assert texts(his.get(LIST, {"who": str(alice.pk)})) == ["Of Alice"]
    assert his.get(LIST, {"who": str(charlie.pk)}).status_code == 404
    assert client_of(alice).get(LIST, {"who": "team"}).status_code == 403
    assert client_of(alice).get(LIST, {"who": str(bob.pk)}).status_code in (403, 404)


def test_every_issue_on_some_page_once(
    found: Callable[..., Finding], alice: User, on: dt.date, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch,
    territories: dict[str, Territory],
) -> None:  # fmt: skip
    monkeypatch.setattr(found_by, "PAGE", 2)
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    days = [on, None, on - DAY, on, None, on + DAY, on]
    for number, due_on in enumerate(days):
        found(str(number), owner=alice, due_on=due_on, dealer=dealer)
    client, seen, after = client_of(alice), [], ""
    for _ in range(10):
        answer = client.get(LIST, {"after": after} if after else {})
        seen += texts(answer)
        after = answer.context["after"] or ""
        if not after:
            break
    assert seen == ["2", "0", "3", "6", "5", "1", "4"]


def test_handed_over_with_another_day(
    found: Callable[..., Finding], alice: User, bob: User, on: dt.date, client_of: ClientOf
) -> None:
    row = found("Late refunds", owner=alice, due_on=on - DAY)
    address = reverse("visits:issue", args=[row.pk])
    client = client_of(alice)
    standing = client.get(address).context["standing"]
    assert client.post(address, {"owner": bob.pk, "due_on": str(on + 3 * DAY), "standing": standing}).status_code == 302
    row.refresh_from_db()
    assert (row.owner, row.due_on) == (bob, on + 3 * DAY)
    # Somebody with the page as it was before overwrites nothing.
    late = client.post(address, {"owner": alice.pk, "due_on": "", "standing": standing})
    assert late.status_code == 422
    assert "changed this issue meanwhile" in late.content.decode()
    row.refresh_from_db()
    assert row.owner == bob


@pytest.mark.parametrize("what", ["stranger", "past", "ended", "no date"])
def test_what_cannot_be_handed_over(
    what: str, found: Callable[..., Finding], alice: User, charlie: User, on: dt.date, client_of: ClientOf
) -> None:
    row = found("Late refunds", owner=alice, state="CONFIRMED" if what == "ended" else "FOUND")
    sent = {
        "stranger": {"owner": charlie.pk}, "past": {"owner": alice.pk, "due_on": str(on - DAY)},
        "ended": {"owner": ""}, "no date": {"owner": alice.pk, "due_on": "9999-12-31"},
    }[what]  # fmt: skip
    answer = client_of(alice).post(reverse("visits:issue", args=[row.pk]), sent)
    assert answer.status_code == 422
    assert charlie.name not in answer.content.decode()
    row.refresh_from_db()
    assert (row.owner, row.due_on) == (alice, None)


def test_several_at_once_all_or_none(
    found: Callable[..., Finding], alice: User, bob: User, charlie: User, on: dt.date, client_of: ClientOf
) -> None:
    rows = [found(text, owner=alice, due_on=on + DAY) for text in "AB"]
    far = found("Far", place="JP-KANTO-1", owner=charlie)
    client, address = client_of(bob), reverse("visits:pass_issues_on")
    keys = [row.pk for row in rows]
    client.post(address, {"issue": [*keys, far.pk], "to": bob.pk})
    assert list(Finding.objects.filter(owner=bob).order_by("text").values_list("text", flat=True)) == ["A", "B"]
    far.refresh_from_db()
    assert far.owner == charlie
    assert {row.due_on for row in Finding.objects.filter(owner=bob)} == {on + DAY}
    # Of those one is confirmed: nothing changes hands.
    Finding.objects.filter(pk=keys[0]).update(
        state="CONFIRMED", cause="x", solution="x", confirmed_by_contact="Mrs. Li"
    )
    client.post(address, {"issue": keys, "to": alice.pk})
    assert Finding.objects.filter(owner=bob).count() == 2
    client.post(address, {"issue": keys[1:], "to": charlie.pk})
    assert Finding.objects.filter(owner=bob).count() == 2


def test_from_the_list_to_confirmed(found: Callable[..., Finding], alice: User, client_of: ClientOf) -> None:
    row = found("Late refunds", owner=alice)
    client, address = client_of(alice), reverse("visits:issue", args=[row.pk])
    for state, text in (("FOUND", "Nobody checked"), ("ANALYSED", "A clerk checks"), ("SOLVED", "Mrs. Li")):
        sent = {"from": state, "text": text, "next": address}
        assert client.post(reverse("visits:step", args=[row.pk]), sent).url == address
    page = client.get(address).content.decode()
    assert "Confirmed by Mrs. Li" in page
    assert 'name="owner"' not in page
    assert texts(client.get(LIST)) == []
