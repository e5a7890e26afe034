"""Planning and results: one's own and the team's, in the territories where the right is held."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Row
from tests.visits.factories import VisitFactory, made_visit
from visits.due import ensure_cycles
from visits.models import (
    Advice,
    CallCycle,
    Commitment,
    Expense,
    Finding,
    GrowthPlan,
    GrowthStep,
    Leave,
    Visit,
    VisitPhoto,
    VisitRequest,
    WorkingTime,
)

LEADS = "bob dora ada"
VISITS = "alice bob charlie dora ada"
RULES = "dora ada"
FAR = "2099-01-05"


def worker(place: Territory) -> User:
    user = UserFactory(name=f"Worker of {place.code}")
    AssignmentFactory(user=user, territory=place, role=Role.REPRESENTATIVE)
    return user


def advice(place: Territory) -> Advice:
    visit = made_visit(dealer=DealerFactory(territory=place))
    return Advice.objects.create(
        visit=visit, dealer=visit.dealer, topic="Window", text="Show the new range", created_at=timezone.now()
    )


def planned_visit(place: Territory) -> Visit:
    """Of somebody who works nowhere: it is nobody's own."""
    on = Company.get().today() + dt.timedelta(days=3)
    return VisitFactory(dealer=DealerFactory(territory=place, name=f"Planned in {place.code}"), on=on)


def skipped_visit(place: Territory) -> Visit:
    on = Company.get().today() + dt.timedelta(days=3)
    return VisitFactory(dealer=DealerFactory(territory=place), on=on, state="SKIPPED", skip_reason="CLOSED")


def leave_of(place: Territory) -> Leave:
    on = Company.get().today()
    return Leave.objects.create(user=worker(place), period=DateRange(on, on + dt.timedelta(days=5)))


def finding(place: Territory) -> Finding:
    visit = made_visit(dealer=DealerFactory(territory=place))
    return Finding.objects.create(
        visit=visit, dealer=visit.dealer, kind="LATENT", text="The shelf is empty", created_at=timezone.now()
    )


def promise(place: Territory) -> Commitment:
    visit = made_visit(dealer=DealerFactory(territory=place))
    return Commitment.objects.create(
        visit=visit, dealer=visit.dealer, side="OURS", text="We deliver", due_on=visit.on, created_at=timezone.now()
    )


def picture(place: Territory) -> VisitPhoto:
    visit = made_visit(dealer=DealerFactory(territory=place))
    row = VisitPhoto(visit=visit, dealer=visit.dealer, created_at=timezone.now())
    row.file.save("photo.jpg", ContentFile(b"\xff\xd8\xff\xd9"), save=False)
    row.save()
    return row


def receipt(place: Territory) -> Expense:
    row = Expense(
        user=worker(place), on=Company.get().today(), category="TRANSPORT", amount=12, currency="CNY",
        created_at=timezone.now(),
    )  # fmt: skip
    row.receipt.save("receipt.jpg", ContentFile(b"\xff\xd8\xff\xd9"), save=False)
    row.save()
    return row


def call_cycle(place: Territory) -> Any:
    ensure_cycles()
    return CallCycle.objects.order_by("pk").first()


def coming_hours(place: Territory) -> WorkingTime:
    return WorkingTime.objects.create(user=worker(place), active_from=dt.date.fromisoformat(FAR))


def visit_request(place: Territory) -> VisitRequest:
    return VisitRequest.objects.create(
        dealer=DealerFactory(territory=place), text="The refund does not come", latest_on=dt.date.fromisoformat(FAR),
        asked_by=UserFactory(), asked_at=timezone.now(),
    )  # fmt: skip


def growth_plan(place: Territory) -> GrowthPlan:
    return GrowthPlan.objects.create(
        dealer=DealerFactory(territory=place), place="Store B", starts_on=dt.date(2026, 1, 1), written_by=UserFactory(),
        written_at=timezone.now(),
    )  # fmt: skip


def growth_step(place: Territory) -> GrowthStep:
    return GrowthStep.objects.create(plan=growth_plan(place), number=1, after_months=3, text="Train two salespeople")


THINGS = {
    "growth_plan": growth_plan,
    "growth_step": growth_step,
    "visit_request": visit_request,
    "coming_hours": coming_hours,
    "worker": worker,
    "visited_dealer": lambda place: DealerFactory(territory=place),
    "planned_visit": planned_visit,
    "skipped_visit": skipped_visit,
    "leave_of": leave_of,
    "finding": finding,
    "promise": promise,
    "advice": advice,
    "picture": picture,
    "receipt": receipt,
    "call_cycle": call_cycle,
}
UNSCOPED = {"call_cycle"}

CYCLE = {
    "times": "2", "per": "MONTH", "max_gap_days": "20", "minutes": "45", "phone_every": "0", "active_from": FAR,
    "audience": "REPRESENTATIVE", "kind": "RETAILER", "tier": "B",
}  # fmt: skip

HOURS = {
    "active_from": FAR, "weekdays": ["1", "2"], "starts": "08:30", "ends": "17:30", "lunch_minutes": "45", "max_stops": "9",
    "visiting_share": "85",
}  # fmt: skip

ROWS = {
    # A representative is led to her own month.
    "visits:plan": Row(get=VISITS, get_status=(200, 302)),
    "visits:year": Row(get=LEADS),
    "visits:team_day": Row(get=LEADS),
    "visits:team_day_short": Row(get=LEADS),
    "visits:team_points": Row(get=LEADS),
    # A month that is over: refused with a message, and nobody is planned.
    "visits:plan_now": Row(post=LEADS, body={"month": "2020-01"}),
    "visits:month": Row(get=LEADS, args=("worker",)),
    "visits:week": Row(get=LEADS, args=("worker",)),
    "visits:order_week": Row(post=LEADS, args=("worker",), body={"day": FAR}),
    "visits:day": Row(get=LEADS, args=("worker", dt.date.fromisoformat(FAR))),
    "visits:order": Row(post=LEADS, args=("worker", dt.date.fromisoformat(FAR)), body={"by": "router"}),
    "visits:add": Row(get=LEADS, post=LEADS, args=("worker",), post_status=422),
    "visits:expenses": Row(get=LEADS, args=("worker",)),
    "visits:receipt": Row(get=LEADS, args=("receipt",)),
    "visits:decide_expense": Row(post=LEADS, args=("receipt",), body={"state": "APPROVED", "seen": "120 CNY"}),
    "visits:relief": Row(post=LEADS, args=("worker",), body={"month": FAR[:7], "kind": "DEFER", "visits": "1"}),
    "visits:relief_undo": Row(post=VISITS),
    "visits:leave": Row(get=VISITS, post=VISITS, post_status=422),
    "visits:cover_leave": Row(post=LEADS, args=("leave_of",), body={"helper": ""}),
    "visits:change_leave": Row(post=LEADS, args=("leave_of",), body={"last": FAR}),
    "visits:end_leave": Row(post=LEADS, args=("leave_of",)),
    "visits:cycles": Row(get=VISITS),
    "visits:new_cycle": Row(get=RULES, post=RULES, body=CYCLE),
    "visits:cycle": Row(get=RULES, post=RULES, args=("call_cycle",), body=CYCLE),
    "visits:feeds": Row(get=VISITS, post=VISITS, post_status=200),
    "visits:next_visit": Row(get=EVERYBODY, args=("visited_dealer",)),
    "visits:agreed": Row(get=EVERYBODY, args=("visited_dealer",)),
    "visits:promises_due": Row(get=EVERYBODY),
    "visits:dealer_cycle": Row(
        get=VISITS, post=VISITS, args=("visited_dealer",), body=CYCLE | {"reason": "She opens a second shop"}
    ),
    "visits:dealer_hours": Row(get=VISITS, post=VISITS, args=("visited_dealer",)),
    "visits:visit": Row(get=EVERYBODY, args=("planned_visit",)),
    "visits:move": Row(post=LEADS, args=("planned_visit",), body={"on": FAR}),
    "visits:must": Row(post=LEADS, args=("planned_visit",), body={"must": "1"}),
    "visits:give": Row(post=LEADS, args=("planned_visit",), body={"to": ""}),
    "visits:unassigned": Row(get=LEADS, post=LEADS, lists=("planned_visit",)),
    "visits:release": Row(post=LEADS, body={"month": FAR[:7]}),
    "visits:planning_rules": Row(
        get=RULES, post=RULES, body={"days_ahead": "7", "new_dealer_days": "10", "joint_a_month": "2"}
    ),
    "visits:working_time": Row(get=LEADS, post=LEADS, args=("worker",), body=HOURS),
    "visits:role": Row(
        get=LEADS, post=LEADS, args=("worker",), body={"title": "Representative", "duties": "Visits her dealers"}
    ),
    "visits:ask": Row(
        get=VISITS,
        post=VISITS,
        args=("visited_dealer",),
        body={"kind": "COMPLAINT", "text": "Late again", "latest_on": FAR},
    ),
    "visits:growth_plans": Row(get=EVERYBODY, args=("visited_dealer",)),
    "visits:new_growth_plan": Row(
        get=VISITS, post=VISITS, args=("visited_dealer",), body={"place": "Store D", "starts_on": "2030-01-01"}
    ),
    "visits:growth_plan": Row(get=EVERYBODY, args=("growth_plan",)),
    "visits:change_growth_plan": Row(
        get=VISITS, post=VISITS, args=("growth_plan",), body={"place": "Store E", "starts_on": "2030-01-01"}
    ),
    "visits:growth_step": Row(post=VISITS, args=("growth_step",)),
    "visits:end_request": Row(post=VISITS, args=("visit_request",)),
    "visits:drop_working_time": Row(post=LEADS, args=("coming_hours",)),
    "visits:lock": Row(post=LEADS, args=("planned_visit",), body={"locked": "1"}),
    "visits:appointment": Row(post=LEADS, args=("planned_visit",), body={"at": "10:30"}),
    "visits:means": Row(post=LEADS, args=("planned_visit",), body={"means": "PHONE"}),
    "visits:skip": Row(post=LEADS, args=("planned_visit",), body={"reason": "CLOSED"}),
    "visits:resume": Row(post=LEADS, args=("skipped_visit",)),
    "visits:prepare": Row(post=LEADS, args=("planned_visit",), body={"objective": "Win the order", "purpose": "SELL"}),
    "visits:open_issues": Row(get=VISITS),
    "visits:issue": Row(get=VISITS, post=VISITS, args=("finding",), post_status=302),
    "visits:pass_issues_on": Row(post=VISITS, body={"to": "0"}),
    "visits:expense_inbox": Row(get=LEADS),
    "visits:decide_expenses": Row(post=LEADS, body={"state": "APPROVED"}),
    "visits:step": Row(post=VISITS, args=("finding",), body={"from": "FOUND", "text": "Ordered too late"}),
    "visits:advice_result": Row(post=VISITS, args=("advice",), body={"result": "TAKEN", "note": ""}),
    "visits:settle": Row(post=VISITS, args=("promise",), body={"state": "KEPT"}),
    "visits:photo": Row(get=EVERYBODY, args=("picture",)),
}

EXEMPT = {
    "visits:progress": "a run is shown to nobody but who asked for it: tests/visits/test_pages.py",
    "visits:revoke": "a feed is revoked by nobody but its owner: tests/visits/test_feeds.py",
    "visits:feed": "read by programs that know the secret, bounded in a minute: tests/visits/test_feeds.py",
}
