"""Going along: a sheet from the draft to the tasks it brings, who reads it, how it goes over time; the checklist."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import made_visit
from visits import coaching
from visits.actions import coaching as actions
from visits.models import Coaching, CoachingItem, CoachingScore, Task, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def on() -> dt.date:
    return Company.get().today()


@pytest.fixture
def items(db) -> dict[str, CoachingItem]:
    coaching.ensure_items()
    return {item.key: item for item in CoachingItem.objects.all()}


@pytest.fixture
def joint(territories, alice, bob, on) -> Visit:
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    return made_visit(dealer=dealer, user=alice, companion=bob, kind="JOINT", on=on - dt.timedelta(days=1))


def sheet_of(rep, coach, items, scores: dict[str, int], on: dt.date, *, shared: bool = True) -> Coaching:
    sheet = Coaching.objects.create(
        rep=rep, coach=coach, on=on, focus="Listen", mean=coaching.mean(scores.values()) if shared else None,
        shared_at=timezone.now() if shared else None,
    )  # fmt: skip
    CoachingScore.objects.bulk_create(
        [CoachingScore(coaching=sheet, item=items[key], score=score) for key, score in scores.items()]
    )
    return sheet


def body(items, scores: dict[str, Any], **more: Any) -> dict[str, Any]:
    return (
        {f"score:{items[key].pk}": str(score) for key, score in scores.items()}
        | {"version": "1", "focus": "Listen first"}
        | more
    )


def test_the_standard_checklist_holds_what_the_trade_asks(items):
    assert {"polite", "eyes", "listens"} <= set(items)
    assert coaching.label_of(items["listens"]) == "Does not interrupt while the dealer speaks"


def test_a_sheet_from_draft_to_tasks(items, joint, alice, bob, client_of):
    his, hers = client_of(bob), client_of(alice)
    assert joint in his.get(reverse("visits:coaching")).context["waiting"]
    address = f"{reverse('visits:new_coaching')}?visit={joint.pk}"
    assert his.get(address).status_code == 200
    steps = {"step": ["Ask three open questions", "", ""], "step_due": ["2099-01-01", "", ""]}
    his.post(address, body(items, {"polite": 4, "listens": 2}, standing="LOW", **steps))
    sheet = Coaching.objects.get()
    assert (sheet.rep, sheet.coach, sheet.visit, sheet.shared_at) == (alice, bob, joint, None)
    # A draft is its coach's alone.
    assert hers.get(sheet.get_absolute_url()).status_code == 404
    assert "Ask three open questions" in his.get(sheet.get_absolute_url()).content.decode()
    note = {f"note:{items['listens'].pk}": "Interrupted twice"}
    his.post(
        sheet.get_absolute_url(), body(items, {"polite": 4, "listens": 2}, share="1", standing="LOW", **steps, **note)
    )
    sheet.refresh_from_db()
    assert (sheet.mean, sheet.standing) == (Decimal("3.00"), "LOW")
    task = Task.objects.get()
    assert (task.title, task.owner, task.coaching, task.important, task.dealer) == (
        "Ask three open questions",
        alice,
        sheet,
        True,
        joint.dealer,
    )
    text = hers.get(sheet.get_absolute_url()).content.decode()
    assert "Interrupted twice" in text
    sheet.refresh_from_db()
    assert sheet.read_at is not None
    hers.post(sheet.get_absolute_url(), {"answer": "I shall count to three."})
    assert "I shall count to three." in his.get(sheet.get_absolute_url()).content.decode()


def test_shared_it_stays_as_it_is(items, alice, bob, client_of, on):
    sheet = sheet_of(alice, bob, items, {"polite": 4}, on)
    assert client_of(bob).post(sheet.get_absolute_url(), body(items, {"polite": 1})).status_code == 403
    with pytest.raises(actions.SheetRefused):
        actions.share_sheet(pk=sheet.pk, seen=1, steps=[], by=bob, at=timezone.now())
    client_of(bob).post(reverse("visits:drop_coaching", args=[sheet.pk]), {"version": "1"})
    assert CoachingScore.objects.get().score == 4


@pytest.mark.parametrize(
    ("scores", "more", "said"),
    [
        ({}, {}, "Score one item at least."),
        ({"polite": 4}, {"focus": " "}, "Say what to work on."),
        ({"polite": 9}, {}, "There is no such choice."),
        ({"polite": 4}, {"step": ["x"], "step_due": ["2026-13-01"]}, "This is no date."),
    ],
)
def test_what_cannot_be_shared_keeps_what_was_typed(scores, more, said, items, joint, bob, client_of):
    address = f"{reverse('visits:new_coaching')}?visit={joint.pk}"
    answer = client_of(bob).post(address, body(items, scores, share="1", strengths="Knew everybody", **more))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "Knew everybody" in text
    assert not Coaching.objects.shared().exists()
    assert not Task.objects.exists()


def test_two_pages_of_one_draft(items, alice, bob, client_of, on):
    sheet = sheet_of(alice, bob, items, {}, on, shared=False)
    his = client_of(bob)
    his.post(sheet.get_absolute_url(), body(items, {"polite": 4}))
    late = his.post(sheet.get_absolute_url(), body(items, {"polite": 1}))
    assert late.status_code == 422
    assert "written on another page" in late.content.decode()
    assert CoachingScore.objects.get().score == 4
    his.post(sheet.get_absolute_url(), body(items, {"polite": 1}, version="2"))
    assert CoachingScore.objects.get().score == 1


def test_nobody_coaches_whom_she_does_not_lead(alice, bob, charlie, dora, client_of, joint):
    new = reverse("visits:new_coaching")

    def status(client: Client, query: str) -> int:
        return client.get(f"{new}?{query}").status_code

    assert status(client_of(alice), f"rep={bob.pk}") == 403
    assert status(client_of(bob), f"rep={bob.pk}") == 403
    assert status(client_of(bob), f"rep={charlie.pk}") == 404
    assert status(client_of(bob), "") == 404
    assert status(client_of(dora), f"rep={bob.pk}") == 200
    assert status(client_of(bob), f"visit={joint.pk}") == 200


def test_a_drafts_page_is_its_coachs_alone(items, alice, bob, dora, client_of, on):
    sheet = sheet_of(alice, bob, items, {}, on, shared=False)
    for person in (alice, dora):
        assert client_of(person).get(sheet.get_absolute_url()).status_code == 404
        assert (
            client_of(person).post(reverse("visits:drop_coaching", args=[sheet.pk]), {"version": "1"}).status_code
            == 404
        )
    client_of(bob).post(reverse("visits:drop_coaching", args=[sheet.pk]), {"version": "1"})
    assert not Coaching.objects.exists()


def test_the_course_of_each_item_the_weakest_first(items, alice, bob, client_of, on):
    for ago, scores in ((60, {"polite": 3, "listens": 1}), (30, {"polite": 5}), (1, {"polite": 4, "listens": 2})):
        sheet_of(alice, bob, items, scores, on - dt.timedelta(days=ago))
    found = coaching.courses(Coaching.objects.filter(rep=alice))
    assert [(course.scores, course.last, course.change) for course in found] == [
        ([1, None, 2], 2, 1),
        ([3, 5, 4], 4, -1),
    ]
    (person,) = coaching.of_team([alice], on=on)
    assert (person.sheets, person.mean, person.course) == (3, Decimal("3.33"), [2.0, 5.0, 3.0])
    page = client_of(alice).get(reverse("visits:coaching"), follow=True)
    assert len(page.context["courses"]) == 2
    assert "Listen" in page.content.decode()


def test_a_new_wording_leaves_old_sheets_as_they_were(items, ada, alice, bob, client_of, on):
    sheet = sheet_of(alice, bob, items, {"polite": 4}, on)
    client = client_of(ada)
    client.post(
        reverse("visits:coaching_item", args=[items["polite"].pk]), {"group": "MANNER", "label_en": "Warm and modest"}
    )
    in_use = {item.key: item for item in coaching.items_in_use()}
    assert coaching.label_of(in_use["polite"]) == "Warm and modest"
    assert in_use["polite"].pk != items["polite"].pk
    (line,) = coaching.lines(sheet, rep=alice)
    assert line.label.startswith("Polite, warm and modest")
    assert coaching.last_scores(alice) == {"polite": 4}
    # One that was never scored is simply worded anew.
    client.post(reverse("visits:coaching_item", args=[items["eyes"].pk]), {"group": "MANNER", "label_ja": "目を見る"})
    items["eyes"].refresh_from_db()
    assert items["eyes"].label == {"ja": "目を見る"}


def test_items_are_added_moved_taken_out_and_brought_back(items, ada, client_of):
    client = client_of(ada)
    assert client.post(reverse("visits:new_coaching_item"), {"group": "MANNER"}).status_code == 422
    client.post(reverse("visits:new_coaching_item"), {"group": "MANNER", "label_en": "Smiles"})
    manner = [item.key for item in coaching.items_in_use().filter(group="MANNER")]
    assert manner == ["polite", "eyes", "opens", "smiles"]
    change = reverse("visits:change_coaching_item", args=[CoachingItem.objects.get(key="smiles").pk])
    client.post(change, {"do": "up"})
    assert [item.key for item in coaching.items_in_use().filter(group="MANNER")] == [
        "polite",
        "eyes",
        "smiles",
        "opens",
    ]
    client.post(change, {"do": "retire"})
    assert not coaching.items_in_use().filter(key="smiles").exists()
    client.post(change, {"do": "restore"})
    assert coaching.items_in_use().filter(key="smiles").exists()


def test_who_lost_the_territory_reads_her_earlier_sheets_no_more(items, joint, alice, bob, client_of, on):
    """Neither what she shared nor a draft: coaching is about people whom she leads."""
    from accounts.models import TerritoryAssignment
    from visits.querysets import LATELY_DAYS

    shared = sheet_of(alice, bob, items, {"polite": 4}, on)
    draft = sheet_of(alice, bob, items, {}, on, shared=False)
    his = client_of(bob)
    assert his.get(shared.get_absolute_url()).status_code == his.get(draft.get_absolute_url()).status_code == 200
    ended = on - dt.timedelta(days=LATELY_DAYS + 1)
    TerritoryAssignment.objects.filter(user=bob).update(period=(ended - dt.timedelta(days=400), ended))
    for row in (shared, draft):
        assert his.get(row.get_absolute_url()).status_code in (403, 404)
        dropped = his.post(reverse("visits:drop_coaching", args=[row.pk]), {"version": "1"})
        assert dropped.status_code in (403, 404)
    assert his.get(f"{reverse('visits:new_coaching')}?visit={joint.pk}").status_code in (403, 404)
    assert his.get(reverse("visits:coaching")).status_code == 403
    assert client_of(alice).get(shared.get_absolute_url()).status_code == 200
