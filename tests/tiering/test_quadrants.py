"""Loyalty against strength: the night says what the document says; plans are taken step by step and rest on figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from crm.base.models import Company
from dealers.models import Agreement, Dealer
from sales.models import DealerFigures
from tests.factories import DealerFactory
from tiering.choices import PlanState, Quadrant
from tiering.models import DealerPlan, DealerQuadrant, DealerScore, MatrixTerms, QuadrantChange
from tiering.quadrants.matrix import Cut, quadrant_of
from tiering.quadrants.night import run_quadrants
from tiering.quadrants.overview import cells
from tiering.quadrants.playbook import DOORS, PLAYBOOKS, due_days

As = Callable[[User], Client]
ON = dt.date(2026, 1, 10)
DOCUMENT = Path(__file__).parents[2] / "docs" / "algorithms" / "quadrants.md"


def worked() -> list[tuple[int | None, int | None, str | None, str | None]]:
    """The document's table."""
    lines = DOCUMENT.read_text(encoding="utf-8").partition("| loyalty | strength | was | is |")[2].splitlines()[2:]
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        loyalty, strength, was, now = (
            text if (text := cell.strip()) != "-" else None for cell in line.strip("|").split("|")
        )
        found.append((int(loyalty) if loyalty else None, int(strength) if strength else None, was, now))
    return found


def test_the_rule_says_what_the_document_says() -> None:
    rows = worked()
    assert len(rows) == 15
    for loyalty, strength, was, now in rows:
        assert quadrant_of(loyalty, strength, Cut(), was) == now, (loyalty, strength, was)


def scored(loyalty: int | None, strength: int | None, **fields: Any) -> Dealer:
    dealer: Dealer = DealerFactory(**fields)
    DealerScore.objects.create(dealer=dealer, loyalty=loyalty, strength=strength, values=[None] * 15, on=ON)
    return dealer


@pytest.mark.django_db
def test_the_night_says_what_the_document_says_and_keeps_the_moves() -> None:
    rows = worked()
    dealers = [scored(loyalty, strength) for loyalty, strength, _was, _now in rows]
    for dealer, (_loyalty, _strength, was, _now) in zip(dealers, rows, strict=True):
        if was:
            DealerQuadrant.objects.create(dealer=dealer, quadrant=was, since=dt.date(2025, 1, 1))
    changed = run_quadrants(on=ON)
    now = dict(DealerQuadrant.objects.values_list("dealer", "quadrant"))
    assert [now.get(dealer.pk) for dealer in dealers] == [row[3] for row in rows]
    assert changed == sum(was != is_now for *_scores, was, is_now in rows)
    # First places are no moves; who moved or left has one.
    moves = {(row.dealer_id, row.from_quadrant, row.quadrant) for row in QuadrantChange.objects.filter(on=ON)}
    assert moves == {
        (dealer.pk, was, is_now)
        for dealer, (_loyalty, _strength, was, is_now) in zip(dealers, rows, strict=True)
        if was and was != is_now
    }
    # Again, and with other cuts from the next day on.
    assert run_quadrants(on=ON) == 0
    assert QuadrantChange.objects.count() == len(moves)
    MatrixTerms.objects.create(active_from=ON + dt.timedelta(days=1), loyalty_cut=100, strength_cut=0, hysteresis=0)
    assert run_quadrants(on=ON + dt.timedelta(days=1)) > 0
    assert set(DealerQuadrant.objects.values_list("quadrant", flat=True)) == {Quadrant.NEGOTIATE}


@pytest.mark.django_db
def test_who_does_not_trade_has_no_place_and_patches_are_counted(
    territories: dict[str, Any], alice: User, dora: User, client_of: As
) -> None:
    here, there = territories["CN-EAST-1"], territories["JP-KANTO-1"]
    hers = scored(80, 70, territory=here, name="Loyal and strong")
    gone = scored(80, 70, territory=here, status="TERMINATED")
    unknown = scored(80, None, territory=here)
    strangers = [scored(20, 70, territory=there, name="Strong stranger") for _ in range(2)]
    for dealer, sold in ((hers, 300), (unknown, 100), (strangers[0], 600)):
        DealerFigures.objects.filter(pk=dealer.pk).update(sales_12m_e4=sold * 10_000)
    run_quadrants(on=ON)
    assert set(DealerQuadrant.objects.values_list("dealer", flat=True)) == {hers.pk, *(each.pk for each in strangers)}
    assert not DealerQuadrant.objects.filter(dealer=gone).exists()
    seen = cells(alice)
    assert (seen["CORE"].dealers, seen["CORE"].share, seen["NEGOTIATE"].dealers) == (1, Decimal("0.75"), 0)
    assert (seen[""].dealers, seen[""].sales) == (1, Decimal(100))
    assert cells(dora)["NEGOTIATE"].dealers == 2
    page = client_of(alice).get(reverse("tiering:matrix") + "?quadrant=CORE").content.decode()
    assert "Loyal and strong" in page
    stranger = client_of(alice).get(reverse("tiering:matrix") + "?quadrant=NEGOTIATE").content.decode()
    assert "Strong stranger" not in stranger
    assert "Strong stranger" in client_of(dora).get(reverse("tiering:matrix") + "?quadrant=NEGOTIATE").content.decode()
    # Its file says where it is, and what is done with such dealers.
    panel = client_of(alice).get(reverse("tiering:quadrant", args=[hers.pk])).content.decode()
    assert str(PLAYBOOKS["CORE"].treatment) in panel
    assert reverse("tiering:begin_plan", args=[hers.pk, "CORE"]) in panel
    # To part with a dealer is not for a representative.
    assert reverse("tiering:begin_plan", args=[hers.pk, "PHASE_OUT"]) not in panel


def test_steps_are_due_evenly_and_the_last_on_the_last_day() -> None:
    days = due_days(4, dt.date(2026, 1, 1), dt.date(2026, 1, 9))
    assert days == [dt.date(2026, 1, day) for day in (3, 5, 7, 9)]
    assert set(PLAYBOOKS) == set(Quadrant)
    assert all(len(set(book.steps)) == len(book.steps) for book in PLAYBOOKS.values())


def steps(plan: DealerPlan) -> dict[str, Any]:
    return {step.kind: step for step in plan.steps.all()}


def take(client: Client, plan: DealerPlan, kind: str, **body: str) -> str:
    """Call a step done and return the page that follows."""
    step = steps(plan)[kind]
    answer = client.post(reverse("tiering:plan_step", args=[step.pk]), body, follow=True)
    return answer.content.decode()


@pytest.mark.django_db
def test_a_dealer_is_phased_out_step_by_step(territories: dict[str, Any], bob: User, client_of: As) -> None:
    on, place, client = Company.get().today(), territories["CN-EAST-1"], client_of(bob)
    dealer = scored(20, 20, territory=place)
    successor = DealerFactory(territory=place, code="NEXT-1")
    DealerFactory(territory=territories["JP-KANTO-1"], code="FAR-1")
    DealerFigures.objects.filter(pk=dealer.pk).update(balance_e4=50_000, stock_e3=7000, stock_on=on)
    paper = Agreement.objects.create(dealer=dealer, kind="DEALER_CONTRACT", starts_on=on - dt.timedelta(days=30))
    address = reverse("tiering:begin_plan", args=[dealer.pk, "PHASE_OUT"])
    assert client.post(address, {"aim": "Part", "ends_on": on.isoformat()}).status_code == 422
    body = {"aim": "Part in good order", "ends_on": (on + dt.timedelta(days=100)).isoformat()}
    assert client.post(address, body).status_code == 302
    assert client.post(address, body).status_code == 422
    plan = DealerPlan.objects.get(dealer=dealer)
    dealer.refresh_from_db()
    assert (dealer.status, dealer.status_changes.get().reason) == ("PHASE_OUT", "Part in good order")
    assert (plan.loyalty_at_start, plan.strength_at_start) == (20, 20)
    # Each step says what is in its way, and is refused for it.
    page = client.get(plan.get_absolute_url()).content.decode()
    for said in ("The dealer still owes 5.00", "shows 7.", "1 agreement still runs"):
        assert said in page, said
    assert "The dealer still owes" in take(client, plan, "PAID")
    assert "Note what became of it" in take(client, plan, "STOCK_RETURNED")
    for code in ("", "FAR-1", dealer.code):
        assert "Name another dealer" in take(client, plan, "REPLACED", replacement=code)
    assert "This step comes last" in take(client, plan, "AGREEMENT_ENDED")
    assert not any(step.done_on for step in steps(plan).values())
    # What is in order is done.
    DealerFigures.objects.filter(pk=dealer.pk).update(balance_e4=0)
    take(client, plan, "TOLD")
    take(client, plan, "STOCK_RETURNED", note="taken back")
    take(client, plan, "PAID")
    take(client, plan, "REPLACED", replacement="NEXT-1")
    assert "1 agreement still runs" in take(client, plan, "AGREEMENT_ENDED")
    close = reverse("tiering:close_plan", args=[plan.pk])
    assert "1 step is not done yet" in client.post(close, {"do": "done", "result": "x"}, follow=True).content.decode()
    paper.ends_on = on
    paper.save()
    take(client, plan, "AGREEMENT_ENDED")
    assert steps(plan)["REPLACED"].replacement == successor
    assert all(step.done_by == bob for step in steps(plan).values())
    page = client.post(close, {"do": "done", "result": "customers kept"}, follow=True).content.decode()
    plan.refresh_from_db()
    assert (plan.state, plan.result, plan.closed_by) == (PlanState.DONE, "customers kept", bob)
    assert reverse("dealers:status", args=[dealer.pk]) + "?to=TERMINATED" in page
    assert "closed already" in take(client, plan, "TOLD", do="reopen")


@pytest.mark.django_db
def test_a_plan_with_a_strong_dealer_says_what_both_gain(
    territories: dict[str, Any], alice: User, client_of: As
) -> None:
    on, place, client = Company.get().today(), territories["CN-EAST-1"], client_of(alice)
    dealer = scored(20, 90, territory=place)
    Dealer.objects.filter(pk=dealer.pk).update(sales_12m=600)
    Dealer.objects.filter(pk=DealerFactory(territory=place).pk).update(sales_12m=400)
    body = {
        "aim": "Both gain", "ends_on": (on + dt.timedelta(days=90)).isoformat(), "our_gain": "a main place in its shops",
        "share_limit": "50",
    }  # fmt: skip
    address = reverse("tiering:begin_plan", args=[dealer.pk, "NEGOTIATE"])
    assert client.post(address, body).status_code == 422
    client.post(address, body | {"dealer_gain": "its own model"})
    plan = DealerPlan.objects.get(dealer=dealer)
    assert plan.share_limit == Decimal("0.5")
    page = unescape(client.get(plan.get_absolute_url()).content.decode())
    assert "its own model" in page
    assert "The dealer makes 60.0% of its territory's sales; the plan allows 50.0%." in page
    assert "the plan allows" in take(client, plan, "SHARE")
    assert "No agreement runs yet" in take(client, plan, "TERMS")
    Dealer.objects.filter(pk=dealer.pk).update(sales_12m=300)
    take(client, plan, "SHARE", note="measured")
    assert steps(plan)["SHARE"].note == "measured"
    take(client, plan, "SHARE", do="reopen")
    assert steps(plan)["SHARE"].done_on is None
    # A stopped plan says why, and leaves the way free for another.
    close = reverse("tiering:close_plan", args=[plan.pk])
    assert "Say what came of it" in client.post(close, {"do": "stop"}, follow=True).content.decode()
    client.post(close, {"do": "stop", "result": "they declined"})
    develop = {"aim": "Grow", "ends_on": (on + dt.timedelta(days=90)).isoformat()}
    assert client.post(reverse("tiering:begin_plan", args=[dealer.pk, "DEVELOP"]), develop).status_code == 302
    page = client.get(DealerPlan.objects.running().get(dealer=dealer).get_absolute_url()).content.decode()
    # The package of support leads to where it is asked for.
    support = DOORS["GUIDES"].url(dealer.pk)
    assert support is not None
    assert support.replace("&", "&amp;") in page
    assert reverse("promotions:new") in page
    asked = client.get(support).content.decode()
    assert '<option value="LOCAL_PROMOTER" selected>' in asked
