"""Messages of the outbox: each is carried out once, whatever happens on the way."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import TerritoryAssignment
from sales.models import Product, StockCount
from tests.cast import sign_in
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory, made_visit
from tests.visits.phone.messages import AT, message, moment, visit_data
from visits.models import (
    Collection,
    Commitment,
    DayLog,
    Finding,
    LocationConsent,
    StockSeen,
    Submission,
    Task,
    TimeEntry,
    Visit,
)
from visits.sync.once import KEPT, forget_before
from visits.sync.outbox import receive
from visits.sync.refusals import Conflict, Invalid, KeyUsed, NotYours
from visits.sync.visit import OLDEST

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 11)


@pytest.fixture
def dealer(territories):
    return DealerFactory(territory=territories["CN-EAST-1"], latitude=31.0, longitude=121.0)


@pytest.fixture
def planned(dealer, alice):
    return VisitFactory(dealer=dealer, user=alice, on=DAY)


def send(user, data, **more):
    return receive(user=user, body=message(user, data, **more), at=AT)


# --- One visit, once ---


def test_a_visit_of_the_plan_is_made(alice, dealer, planned):
    answer = send(
        alice, visit_data(dealer, planned, fields={"order_amount": "1250.50", "mood": 1, "next_on": "2026-03-20"})
    )
    planned.refresh_from_db()
    assert (planned.state, planned.version, planned.parallel) == ("DONE", 2, False)
    assert (planned.summary, planned.mood, planned.result) == ("Margins are too thin", 1, "MET")
    assert (planned.order_amount, planned.next_on) == (Decimal("1250.50"), dt.date(2026, 3, 20))
    assert planned.received_at == AT
    assert planned.confirmed_at == planned.started_at == AT - dt.timedelta(minutes=60)
    assert answer["version"] == 2
    assert answer["base"]["summary"] == "Margins are too thin"
    dealer.refresh_from_db()
    assert dealer.last_contact_on == DAY


def test_the_same_message_again_gives_the_same_answer_and_nothing_more(alice, dealer, planned):
    rows = {"findings": [{"key": str(uuid.uuid4()), "kind": "STATED", "text": "Late deliveries"}]}
    body = message(alice, visit_data(dealer, planned, **rows))
    first = receive(user=alice, body=body, at=AT)
    again = receive(user=alice, body=body, at=AT + dt.timedelta(hours=5))
    assert again == first
    assert (Visit.objects.count(), Finding.objects.count(), Submission.objects.count()) == (1, 1, 1)
    planned.refresh_from_db()
    assert (planned.version, planned.received_at) == (2, AT)


def test_the_same_key_with_another_body_is_refused(alice, dealer, planned):
    key = uuid.uuid4()
    send(alice, visit_data(dealer, planned), key=key)
    with pytest.raises(KeyUsed):
        send(alice, visit_data(dealer, planned, fields={"summary": "Something else"}), key=key)
    planned.refresh_from_db()
    assert planned.summary == "Margins are too thin"


def test_somebody_elses_key_is_refused(alice, bob, dealer, planned):
    key = uuid.uuid4()
    send(alice, visit_data(dealer, planned), key=key)
    with pytest.raises(NotYours):
        send(bob, visit_data(dealer, planned), key=key)


def test_what_another_user_wrote_is_not_sent_in_ones_name(alice, bob, dealer, planned):
    with pytest.raises(NotYours) as refused:
        receive(user=bob, body=message(alice, visit_data(dealer, planned)), at=AT)
    assert refused.value.answer()["code"] == "other_user"
    assert not Submission.objects.exists()


def test_a_refused_message_leaves_nothing(alice, dealer, planned):
    rows = {
        "findings": [{"key": str(uuid.uuid4()), "kind": "STATED", "text": "x"}],
        "commitments": [{"key": str(uuid.uuid4())}],
    }
    with pytest.raises(Invalid) as refused:
        send(alice, visit_data(dealer, planned, **rows))
    assert {"commitments.0.side", "commitments.0.text", "commitments.0.due_on"} <= set(refused.value.more["fields"])
    assert not Submission.objects.exists()
    assert not Finding.objects.exists()
    planned.refresh_from_db()
    assert planned.state == "PLANNED"


def test_off_plan(alice, dealer):
    data = visit_data(dealer)
    send(alice, data)
    visit = Visit.objects.get()
    assert (str(visit.key), visit.user, visit.on, visit.why, visit.version) == (data["key"], alice, DAY, "OFF_PLAN", 1)


def test_a_visit_that_was_planned_anew_meanwhile_is_taken_up(alice, dealer, planned):
    """The phone knows the visit by a key that the planner has thrown away."""
    data = visit_data(dealer, planned) | {"key": str(uuid.uuid4())}
    send(alice, data)
    visit = Visit.objects.get()
    assert (str(visit.key), visit.state) == (data["key"], "DONE")


# --- What hangs on it ---


def test_findings_promises_payments_tasks_and_time(alice, dealer, planned):
    ours, theirs, finding = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    send(alice, visit_data(
        dealer, planned,
        findings=[{"key": str(finding), "kind": "LATENT", "area": "STOCK", "text": "Old stock", "cause": "No rotation", "due_on": "2026-03-30"}],
        commitments=[
            {"key": str(theirs), "side": "THEIRS", "kind": "PURCHASE", "text": "Takes 20", "quantity": "20", "due_on": "2026-03-25", "for": str(ours)},
            {"key": str(ours), "side": "OURS", "text": "Solve the delay", "due_on": "2026-03-18"},
        ],
        collections=[{"key": str(uuid.uuid4()), "amount": "500", "method": "CASH", "items": [{"number": "RE-1", "amount": "500"}]}],
        advice=[{"key": str(uuid.uuid4()), "topic": "Display", "text": "Put the new ones in front"}],
        tasks=[{"key": str(uuid.uuid4()), "title": "Send samples", "important": True}],
        time=[{"key": str(uuid.uuid4()), "category": "COLLECTING", "minutes": 15}],
    ))  # fmt: skip
    found = Finding.objects.get()
    assert (found.key, found.state, found.owner, found.dealer, found.visit) == (
        finding,
        "ANALYSED",
        alice,
        dealer,
        planned,
    )
    assert Commitment.objects.get(key=theirs).for_promise == Commitment.objects.get(key=ours)
    assert Collection.objects.get().items == [{"number": "RE-1", "amount": "500"}]
    assert planned.advices.get().topic == "Display"
    assert Task.objects.get().visit == planned
    # What is left of the forty minutes went where the purpose says.
    assert sorted(TimeEntry.objects.values_list("category", "minutes", "source")) == [
        ("COLLECTING", 15, "SAID"),
        ("SELLING", 25, "CHECK_INS"),
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"side": "THEIRS", "kind": "PAYMENT", "text": "Pays"}, "amount"),
        ({"side": "THEIRS", "kind": "PURCHASE", "text": "Buys"}, "quantity"),
        ({"side": "NOBODY", "text": "Something"}, "side"),
        ({"side": "OURS", "text": "x" * 301}, "text"),
        ({"side": "THEIRS", "kind": "PAYMENT", "text": "Pays", "amount": "NaN"}, "amount"),
        ({"side": "THEIRS", "kind": "PAYMENT", "text": "Pays", "amount": "1e30"}, "amount"),
    ],
)
def test_a_promise_says_how_much(alice, dealer, row, fault):
    with pytest.raises(Invalid) as refused:
        send(alice, visit_data(dealer, commitments=[{"key": str(uuid.uuid4()), "due_on": "2026-03-25", **row}]))
    assert f"commitments.0.{fault}" in refused.value.more["fields"]


def test_without_a_word_on_time_the_purpose_tells_it(alice, dealer, planned):
    send(alice, visit_data(dealer, planned, fields={"purpose": "COLLECT"}))
    entry = TimeEntry.objects.get()
    assert (entry.category, entry.minutes, entry.visit, entry.user) == ("COLLECTING", 40, planned, alice)


def test_a_corrected_message_changes_the_rows_and_keeps_what_went_on(alice, dealer, planned):
    row = {"key": str(uuid.uuid4()), "kind": "STATED", "text": "Late"}
    answer = send(alice, visit_data(dealer, planned, findings=[row]))
    Finding.objects.update(state="SOLVED", cause="Lorry", solution="Two lorries")
    data = visit_data(dealer, planned, findings=[row | {"text": "Too late", "cause": "Lorry"}])
    send(alice, data | {"version": answer["version"], "base": answer["base"]})
    found = Finding.objects.get()
    assert (found.text, found.state, found.solution) == ("Too late", "SOLVED", "Two lorries")


def test_a_row_of_another_visit_is_not_taken_over(alice, dealer, planned):
    row = {"key": str(uuid.uuid4()), "kind": "STATED", "text": "Late"}
    send(alice, visit_data(dealer, planned, findings=[row]))
    with pytest.raises(NotYours):
        send(alice, visit_data(dealer, findings=[row]))
    assert Visit.objects.count() == 1


def counted(product, quantity, **more):
    return {"key": str(uuid.uuid4()), "product": product.pk, "quantity": quantity, **more}


def test_stock_is_noted_and_a_whole_count_goes_to_the_counts(alice, dealer, planned):
    one, two = (Product.objects.create(code=code, name=code) for code in ("P1", "P2"))
    StockCount.objects.create(dealer=dealer, product=two, on=DAY, quantity=99)
    send(alice, visit_data(dealer, planned, stock=[counted(one, "7", oldest_on="2026-02-01")], all_counted=True))
    assert StockSeen.objects.get().quantity == 7
    assert [(row.product, row.quantity, row.aged_quantity) for row in StockCount.objects.filter(on=DAY)] == [
        (one, 7, 0)
    ]


def test_a_look_at_some_products_is_no_count(alice, dealer, planned):
    product = Product.objects.create(code="P1", name="P1")
    send(alice, visit_data(dealer, planned, stock=[counted(product, "7")]))
    assert StockSeen.objects.count() == 1
    assert not StockCount.objects.exists()


def test_a_product_that_is_gone_is_named_as_a_fault(alice, dealer, planned):
    product = Product(pk=987654321)
    with pytest.raises(Invalid) as refused:
        send(alice, visit_data(dealer, planned, stock=[counted(product, "7")]))
    assert "stock" in refused.value.more["fields"]


@pytest.fixture
def issue(alice, dealer):
    return Finding.objects.create(kind="STATED", text="Late", dealer=dealer, created_at=AT, created_by=alice)


def test_an_issue_goes_one_step_on_and_a_promise_is_settled(alice, dealer, planned, issue):
    promise = Commitment.objects.create(
        side="THEIRS", text="Takes 20", dealer=dealer, due_on=DAY, created_at=AT, created_by=alice
    )
    steps = [{"key": str(issue.key), "seen": "FOUND", "text": "One lorry too few"}]
    data = visit_data(dealer, planned, steps=steps, settled=[{"key": str(promise.key), "state": "KEPT"}])
    answer = send(alice, data)
    # A corrected message takes no step twice.
    send(alice, data | {"version": answer["version"], "base": answer["base"]})
    issue.refresh_from_db()
    promise.refresh_from_db()
    planned.refresh_from_db()
    assert (issue.state, issue.cause, issue.solution) == ("ANALYSED", "One lorry too few", "")
    assert (promise.state, promise.settled_on) == ("KEPT", DAY)
    assert not planned.parallel


def test_a_step_that_somebody_took_meanwhile_is_kept_with_the_visit(alice, dealer, planned, issue):
    Finding.objects.update(state="ANALYSED", cause="The driver was ill")
    steps = [{"key": str(issue.key), "seen": "FOUND", "text": "One lorry too few"}]
    send(alice, visit_data(dealer, planned, steps=steps))
    issue.refresh_from_db()
    planned.refresh_from_db()
    assert (issue.state, issue.cause) == ("ANALYSED", "The driver was ill")
    assert planned.answers == {f"step:{issue.key}": "One lorry too few"}
    assert planned.parallel


def test_another_dealers_issue_is_left_alone(alice, dealer, planned, issue, territories):
    issue.dealer = DealerFactory(territory=territories["JP-KANTO-1"])
    issue.save()
    send(alice, visit_data(dealer, planned, steps=[{"key": str(issue.key), "seen": "FOUND", "text": "x"}]))
    issue.refresh_from_db()
    assert issue.state == "FOUND"


# --- Rules of a visit ---


@pytest.mark.parametrize("name", ["objective", "purpose", "result"])
def test_objective_purpose_and_result_belong_to_it(alice, dealer, planned, name):
    with pytest.raises(Invalid) as refused:
        send(alice, visit_data(dealer, planned, fields={name: ""}))
    assert f"fields.{name}" in refused.value.more["fields"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ended_at": moment(-90)}, "ended_at"),
        ({"started_at": moment(60 * 30), "ended_at": moment(60 * 31)}, "started_at"),
        ({"started_at": moment(-60 * 24 * 100)}, "started_at"),
        ({"started_at": "2026-03-11T09:00:00"}, "started_at"),
        ({"started_at": None}, "started_at"),
        ({"state": "MISSED"}, "state"),
        ({"fields": {"mood": 3}}, "fields.mood"),
        ({"fields": {"display_score": 0}}, "fields.display_score"),
        ({"fields": {"order_amount": "-1"}}, "fields.order_amount"),
        ({"fields": {"summary": ["a"]}}, "fields.summary"),
        ({"fix": {"latitude": 91, "longitude": 0, "accuracy_m": 1, "age_s": 1}}, "fix.latitude"),
        ({"findings": "many"}, "findings"),
        ({"key": "no-uuid"}, "key"),
    ],
)
def test_what_cannot_be_is_named(alice, dealer, planned, changes, fault):
    with pytest.raises(Invalid) as refused:
        send(alice, visit_data(dealer, planned, **changes))
    assert fault in refused.value.more["fields"]


def test_made_on_another_day_than_planned(alice, dealer):
    visit = VisitFactory(dealer=dealer, user=alice, on=DAY + dt.timedelta(days=2))
    send(alice, visit_data(dealer, visit))
    visit.refresh_from_db()
    assert (visit.on, visit.first_on) == (DAY, DAY + dt.timedelta(days=2))


def test_skipped_with_a_reason(alice, dealer, planned):
    data = visit_data(
        dealer, planned, state="SKIPPED", fields={"result": ""}, skip_reason="CLOSED", started_at=None, ended_at=None
    )
    send(alice, data)
    planned.refresh_from_db()
    assert (planned.state, planned.skip_reason) == ("SKIPPED", "CLOSED")


def test_skipped_without_a_reason_is_refused(alice, dealer, planned):
    with pytest.raises(Invalid):
        send(alice, visit_data(dealer, planned, state="SKIPPED"))


def test_what_was_made_is_not_skipped(alice, dealer):
    visit = made_visit(dealer=dealer, user=alice)
    data = visit_data(dealer, visit, state="SKIPPED", skip_reason="CLOSED") | {"fields": {}}
    with pytest.raises(Invalid):
        send(alice, data)


# --- Where it began ---

AT_THE_DOOR = {"latitude": 31.0001, "longitude": 121.0, "accuracy_m": 8, "age_s": 3}
FAR = {"latitude": 31.1, "longitude": 121.0, "accuracy_m": 8, "age_s": 3}


@pytest.mark.parametrize(
    ("consent", "fix", "reason", "outcome", "kept"),
    [
        (True, AT_THE_DOOR, "", "IN_RANGE", True),
        (True, FAR, "Met at the fair", "OUT_OF_RANGE", True),
        (True, None, "", "UNVERIFIED", False),
        (True, AT_THE_DOOR | {"age_s": 500}, "", "UNVERIFIED", True),
        # Without consent the position is dropped, whatever the phone sent.
        (False, AT_THE_DOOR, "", "UNVERIFIED", False),
    ],
)
def test_the_check_in_is_judged_here(alice, dealer, planned, consent, fix, reason, outcome, kept):
    if consent:
        LocationConsent.objects.create(user=alice, given_at=AT)
    send(alice, visit_data(dealer, planned, fix=fix, away_because=reason))
    planned.refresh_from_db()
    assert planned.check_in == outcome
    assert (planned.latitude is not None) == kept


def test_a_place_that_was_corrected_later_refuses_nothing(alice, dealer, planned):
    LocationConsent.objects.create(user=alice, given_at=AT)
    send(alice, visit_data(dealer, planned, fix=FAR))
    planned.refresh_from_db()
    assert planned.check_in == "OUT_OF_RANGE"
    assert planned.check_in_reason


def test_a_call_has_no_place(alice, dealer, planned):
    LocationConsent.objects.create(user=alice, given_at=AT)
    send(alice, visit_data(dealer, planned, fix=FAR, fields={"means": "PHONE"}, base={"means": "IN_PERSON"}))
    planned.refresh_from_db()
    assert (planned.means, planned.check_in, planned.latitude) == ("PHONE", "", None)


def test_consent_is_given_refused_and_withdrawn(alice):
    send(alice, {"given": False}, kind="consent")
    assert LocationConsent.objects.get(user=alice).withdrawn_at == AT
    send(alice, {"given": True}, kind="consent")
    assert LocationConsent.objects.get(user=alice).withdrawn_at is None


# --- Two who wrote at once ---


def test_different_fields_are_both_kept_and_marked(alice, dealer, planned):
    data = visit_data(dealer, planned)
    Visit.objects.filter(pk=planned.pk).update(main_brand="Polar", version=2)
    send(alice, data)
    planned.refresh_from_db()
    assert (planned.main_brand, planned.summary, planned.parallel) == ("Polar", "Margins are too thin", True)
    assert planned.version == 3


def test_the_same_field_is_answered_with_both_values(alice, dealer, planned):
    data = visit_data(dealer, planned)
    Visit.objects.filter(pk=planned.pk).update(objective="Collect first", version=2)
    with pytest.raises(Conflict) as refused:
        send(alice, data)
    assert refused.value.more["fields"] == {"objective": {"theirs": "Collect first", "yours": "Win the spring order"}}
    planned.refresh_from_db()
    assert (planned.objective, planned.state) == ("Collect first", "PLANNED")
    # Chosen on the phone, with the other's value as what was seen.
    more = refused.value.more
    send(alice, data | {"version": more["version"], "base": {"objective": more["base"]["objective"]}})
    planned.refresh_from_db()
    assert (planned.objective, planned.state) == ("Win the spring order", "DONE")


def test_moved_meanwhile_and_made_all_the_same(alice, dealer, planned):
    data = visit_data(dealer, planned)
    Visit.objects.filter(pk=planned.pk).update(on=DAY + dt.timedelta(days=5), version=2)
    send(alice, data)
    planned.refresh_from_db()
    assert (planned.state, planned.on, planned.parallel) == ("DONE", DAY, True)


def test_skipped_by_the_manager_and_made_all_the_same(alice, dealer, planned):
    data = visit_data(dealer, planned)
    Visit.objects.filter(pk=planned.pk).update(state="SKIPPED", skip_reason="OTHER", version=2)
    send(alice, data)
    planned.refresh_from_db()
    assert (planned.state, planned.skip_reason, planned.parallel) == ("DONE", "", True)


# --- Whose ---


def test_charlie_cannot_log_at_alices_dealer(charlie, dealer, planned):
    with pytest.raises(NotYours):
        send(charlie, visit_data(dealer, planned))


def test_bob_cannot_log_alices_visit_but_one_of_his_own(bob, alice, dealer, planned):
    with pytest.raises(NotYours) as refused:
        send(bob, visit_data(dealer, planned))
    assert refused.value.answer()["can_copy"]
    send(bob, visit_data(dealer))
    assert Visit.objects.get(state="DONE").user == bob


def test_who_covers_logs_it_and_has_made_it(alice, bob, dealer, planned, territories):
    period = (DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=5))
    TerritoryAssignment.objects.create(
        user=bob, territory=territories["CN-EAST-1"], role="REPRESENTATIVE", period=period, covers_for=alice
    )
    send(bob, visit_data(dealer, planned))
    planned.refresh_from_db()
    assert (planned.state, planned.user) == ("DONE", bob)


def covered(bob, alice, territories, until):
    TerritoryAssignment.objects.create(
        user=bob, territory=territories["CN-EAST-1"], role="REPRESENTATIVE", covers_for=alice,
        period=(DAY - dt.timedelta(days=3), until),
    )  # fmt: skip


def test_who_stood_in_sends_late_what_she_did_then(alice, bob, dealer, planned, territories):
    covered(bob, alice, territories, DAY)
    yesterday = DAY - dt.timedelta(days=1)
    Visit.objects.filter(pk=planned.pk).update(on=DAY + dt.timedelta(days=2), first_on=yesterday)
    moments = {"started_at": moment(-26 * 60), "ended_at": moment(-25 * 60)}
    send(bob, visit_data(dealer, planned, **moments))
    planned.refresh_from_db()
    assert (planned.state, planned.user, planned.on) == ("DONE", bob, yesterday)


@pytest.mark.parametrize("what", ["planned later", "made", "begun"])
def test_who_stood_in_takes_no_other_visit_over(what, alice, bob, dealer, planned, territories):
    """The phone tells the day: one that it tells as of the cover opens nothing that was not hers to do then."""
    covered(bob, alice, territories, DAY)
    if what == "made":
        planned.delete()
        planned = made_visit(dealer=dealer, user=alice, on=DAY - dt.timedelta(days=1))
    elif what == "begun":
        at = AT - dt.timedelta(hours=25)
        Visit.objects.filter(pk=planned.pk).update(on=DAY - dt.timedelta(days=1), state="UNDER_WAY", started_at=at)
    before = Visit.objects.filter(pk=planned.pk).values().get()
    with pytest.raises(NotYours) as refused:
        send(bob, visit_data(dealer, planned, started_at=moment(-26 * 60), ended_at=moment(-25 * 60)))
    assert refused.value.answer()["can_copy"]
    assert Visit.objects.filter(pk=planned.pk).values().get() == before


def test_who_stands_in_does_not_rewrite_what_the_colleague_made(alice, bob, dealer, territories):
    covered(bob, alice, territories, DAY + dt.timedelta(days=3))
    made = made_visit(dealer=dealer, user=alice, on=DAY)
    with pytest.raises(NotYours):
        send(bob, visit_data(dealer, made))
    made.refresh_from_db()
    assert made.user == alice


def test_the_reader_may_not(rory, dealer):
    with pytest.raises(NotYours):
        send(rory, visit_data(dealer))


# --- The rest of the day ---


def test_the_day_and_its_time(alice):
    entry = {"key": str(uuid.uuid4()), "category": "WAITING", "minutes": 30}
    day = {"on": "2026-03-11", "started": "08:30", "meal_minutes": "45", "robbers": ["P2", "M1"], "time": [entry]}
    send(alice, day, kind="day")
    send(alice, day | {"meal_minutes": "50", "time": [entry | {"minutes": 35}]}, kind="day")
    log = DayLog.objects.get()
    assert (log.started, log.meal_minutes, log.robbers) == (dt.time(8, 30), 50, ["P2", "M1"])
    assert sorted(TimeEntry.objects.values_list("category", "minutes")) == [("MEAL", 50), ("WAITING", 35)]


@pytest.mark.parametrize(
    "change", [{"started": "25:00"}, {"robbers": ["X9"]}, {"on": "2025-01-01"}, {"meal_minutes": 2000}]
)
def test_a_day_that_cannot_be(alice, change):
    with pytest.raises(Invalid):
        send(alice, {"on": "2026-03-11", **change}, kind="day")


def test_a_task_is_written_and_done(alice, dealer):
    task = {"key": str(uuid.uuid4()), "title": "Call back", "dealer": dealer.pk}
    send(alice, task, kind="task")
    send(alice, task | {"state": "DONE"}, kind="task")
    row = Task.objects.get()
    assert (row.state, row.done_at, row.owner, row.dealer) == ("DONE", AT, alice, dealer)


def test_somebody_elses_task_stays_hers(alice, bob, dealer):
    task = {"key": str(uuid.uuid4()), "title": "Call back"}
    send(alice, task, kind="task")
    with pytest.raises(NotYours):
        send(bob, task | {"state": "DONE"}, kind="task")


def test_old_messages_are_forgotten_and_others_known(alice, dealer, planned):
    send(alice, visit_data(dealer, planned))
    assert forget_before(DAY + dt.timedelta(days=119)) == 0
    assert forget_before(DAY + dt.timedelta(days=121)) == 1
    assert KEPT > OLDEST


# --- Through the door ---


def post(client: Client, body: bytes):
    return client.post(
        reverse("phone:outbox"), body, content_type="application/json", headers={"Accept": "application/json"}
    )


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"a"', b"\xff\xfe", b"[" * 100_000, b'{"key": 1, "kind": "nothing"}']
)
def test_what_is_no_message_is_refused_as_one(alice, body):
    answer = post(sign_in(Client(), alice), body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


def test_statuses_and_codes_for_the_phone(alice, bob, dealer):
    client = sign_in(Client(), alice)
    visit = VisitFactory(dealer=dealer, user=alice, on=timezone.now().date())
    now = timezone.now().isoformat()
    data = visit_data(dealer, visit, started_at=now, ended_at=now)
    key = uuid.uuid4()
    assert post(client, message(alice, data, key=key)).status_code == 200
    used = post(client, message(alice, data | {"away_because": "x"}, key=key))
    assert (used.status_code, used.json()["code"]) == (409, "key_used")
    other = post(sign_in(Client(), bob), message(alice, data))
    assert (other.status_code, other.json()["code"]) == (403, "other_user")
    assert post(Client(), message(alice, data)).status_code == 401


def test_a_message_is_not_endless(alice):
    answer = post(sign_in(Client(), alice), json.dumps({"x": "y" * 600_000}).encode())
    assert answer.status_code == 413
