"""A visit from a phone: one message, carried out in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from crm.base.models import Company
from dealers.actions.people import note_last_contact
from dealers.models import Dealer
from sales import counting
from visits.checkin import Fix, judge
from visits.choices import CheckInOutcome, Means, SkipReason, TimeCategory, TimeSource, VisitKind, VisitState, Why
from visits.form import version_at
from visits.models import LocationConsent, TimeEntry, Visit, VisitForm
from visits.next_time import plan_next
from visits.sync import rows as visit_rows
from visits.sync.fields import FIELDS, plain, put, told
from visits.sync.merge import merge
from visits.sync.reading import Reader
from visits.sync.refusals import Conflict, Invalid, NotYours
from visits.today import worked_for
from visits.use_of_time import settle_day

# A phone whose clock is further ahead than this would file visits into the future.
MOST_AHEAD = dt.timedelta(hours=26)
# What lies longer ago was settled otherwise; also the longest that a phone may have been in a drawer.
OLDEST = dt.timedelta(days=90)


@dataclass(slots=True)
class Message:
    """A visit as the phone tells it, read and checked by itself."""

    key: uuid.UUID
    dealer_id: int
    state: str
    version: int | None
    base: dict[str, Any]
    fields: dict[str, Any]
    planned_on: dt.date | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    fix: Fix | None
    away_because: str
    skip_reason: str
    skip_note: str
    all_counted: bool
    # The version of the form on the phone: None for the program's own, and for a phone that does not tell.
    form_id: int | None
    tells_form: bool
    rows: visit_rows.Rows


def _states(value: str) -> bool:
    return value in (VisitState.DONE, VisitState.SKIPPED, VisitState.UNDER_WAY)


def read(data: object, *, at: dt.datetime) -> Message:
    """Raises Invalid with every fault in it."""
    reader = Reader(data)
    state = reader.choice("state", VisitState, need=True)
    if state and not _states(state):
        reader.fault("state", _("There is no such choice."))
    done = state == VisitState.DONE
    started_at, ended_at = reader.moment("started_at", need=done), reader.moment("ended_at", need=done)
    if started_at and ended_at and ended_at < started_at:
        reader.fault("ended_at", _("The end lies before the beginning."))
    for name, moment in (("started_at", started_at), ("ended_at", ended_at)):
        if moment and moment > at + MOST_AHEAD:
            reader.fault(name, _("This lies in the future. Is the clock of the phone right?"))
        elif moment and moment < at - OLDEST:
            reader.fault(name, _("This is too long ago to be filed from a phone."))
    asked = reader.within("fields")
    fields = {name: read(asked, name) for name, read in FIELDS.items() if asked.has(name)}
    place = reader.within("fix")
    fix = None
    if place.data:
        latitude, longitude = place.real("latitude", -90, 90, need=True), place.real("longitude", -180, 180, need=True)
        accuracy, age = place.real("accuracy_m", 0, 1e7, need=True), place.real("age_s", 0, 1e9, need=True)
        if None not in (latitude, longitude, accuracy, age):
            fix = Fix(latitude, longitude, accuracy, age)  # type: ignore[arg-type]
    skipped = state == VisitState.SKIPPED
    message = Message(
        key=reader.key("key"),
        dealer_id=reader.whole("dealer", 1, 2**62, need=True) or 0,
        state=state,
        version=reader.whole("version", 1, 2**31),
        base=dict(reader.within("base").data),
        fields=fields,
        planned_on=reader.day("on"),
        started_at=started_at,
        ended_at=ended_at,
        fix=fix,
        away_because=reader.text("away_because", 200),
        skip_reason=reader.choice("skip_reason", SkipReason, need=skipped),
        skip_note=reader.text("skip_note", 300),
        all_counted=reader.yes("all_counted"),
        form_id=reader.whole("form", 1, 2**62),
        tells_form=reader.has("form"),
        rows=visit_rows.read(reader, ended_at=ended_at),
    )
    visit_rows.check_products(message.rows, reader)
    reader.done()
    return message


@transaction.atomic
def apply(*, user: User, data: object, at: dt.datetime) -> dict[str, Any]:
    """Write the visit with all that hangs on it. Raises a Refused; then nothing was written.

    The visit may be one of the plan, one that the phone made up (off plan), or one that was written before: on another
    phone, on the desktop, or by an earlier message that has been corrected since.
    """
    message = read(data, at=at)
    day = _day_of(message, at)
    dealer = _dealer(user, message.dealer_id, day)
    visit = _visit(user, message, dealer, day, today=Company.get().today(at=at))
    changed = visit.pk is not None and message.version is not None and visit.version != message.version
    theirs = told(visit)
    # Of a visit that nobody knew there is nothing that could have changed meanwhile.
    base = message.base if visit.pk else theirs
    merged = merge(base=base, theirs=theirs, ours={name: plain(value) for name, value in message.fields.items()})
    if merged.conflicts:
        raise Conflict(
            _("Somebody else changed the same meanwhile. Choose what should stand."),
            fields=merged.conflicts, version=visit.version, base=theirs,
        )  # fmt: skip
    for name in merged.take:
        put(visit, name, message.fields[name])
    _check_contact(visit)
    skipped_meanwhile = visit.state == VisitState.SKIPPED and message.state == VisitState.DONE
    if message.state == VisitState.SKIPPED:
        _skip(visit, message)
    else:
        _make(visit, message, dealer, user, day)
    visit.parallel = visit.parallel or ((changed or skipped_meanwhile) and message.version is not None)
    visit.version = visit.version + 1 if visit.pk else 1
    visit.received_at = at
    visit.save()
    visit_rows.write(message.rows, visit=visit, user=user, at=message.ended_at or at)
    visit_rows.follow_up(message.rows, visit=visit, at=message.ended_at or at)
    if visit.state == VisitState.DONE:
        _follow(visit, message, user)
        plan_next(visit, today=Company.get().today(at=at))
    return {
        "visit": str(visit.key), "version": visit.version, "state": visit.state, "check_in": visit.check_in,
        "parallel": visit.parallel, "base": told(visit),
    }  # fmt: skip


def _day_of(message: Message, at: dt.datetime) -> dt.date:
    """The business day on which it was made; for what was skipped, the day it was planned for."""
    if message.started_at is not None:
        return Company.get().today(at=message.started_at)
    return message.planned_on or Company.get().today(at=at)


def _dealer(user: User, dealer_id: int, day: dt.date) -> Dealer:
    """The dealer, if the user could log visits there on the day, or can now. Raises NotYours."""
    for on in (day, None):
        visible = Dealer.objects.visible_to(user, on=on, rights=(Right.LOG_VISITS,))
        dealer = visible.filter(pk=dealer_id).first()
        if dealer is not None:
            return dealer
    raise NotYours(_("This dealer is not, or no longer, among yours."))


def _visit(user: User, message: Message, dealer: Dealer, day: dt.date, *, today: dt.date) -> Visit:
    """The visit, locked, or a new one that is not saved yet. Raises NotYours for somebody else's."""
    locked = Visit.objects.select_for_update()
    visit = locked.filter(key=message.key).first()
    if visit is None:
        # The plan was made anew meanwhile, or the dealer came into it after the phone had gone without it.
        visit = locked.filter(dealer=dealer, user=user, on=message.planned_on or day, state=VisitState.PLANNED).first()
        if visit is not None:
            visit.key = message.key
    if visit is None:
        return Visit(
            key=message.key, dealer=dealer, user=user, on=message.planned_on or day, version=0,
            kind=VisitKind.EXTRA, why=Why.OFF_PLAN,
        )  # fmt: skip
    if visit.user_id != user.pk and not _stood_in(user, visit, day, today):
        raise NotYours(_("This visit now belongs to %(name)s.") % {"name": visit.user.name}, can_copy=True)
    if visit.dealer_id != dealer.pk:
        raise Invalid(_("This is a visit of another dealer."))
    return visit


def _stood_in(user: User, visit: Visit, day: dt.date, today: dt.date) -> bool:
    """Whether she may write a colleague's visit: she stood in on the day it was made, and the colleague has not made it
    herself. Days are told by the phone: who stands in no longer writes only what was planned for such a day and nobody has
    touched since."""
    if visit.user_id not in worked_for(user, on=day) or visit.state == VisitState.DONE:
        return False
    if visit.user_id in worked_for(user, on=today):
        return True
    planned_then = any(on is not None and visit.user_id in worked_for(user, on=on) for on in (visit.on, visit.first_on))
    return planned_then and visit.state in (VisitState.PLANNED, VisitState.MISSED) and visit.started_at is None


def _check_contact(visit: Visit) -> None:
    """A person who has left the file meanwhile is no reason to refuse the visit."""
    if visit.contact_id and not visit.dealer.contacts.filter(pk=visit.contact_id).exists():
        visit.contact_id = None


def _skip(visit: Visit, message: Message) -> None:
    if visit.state == VisitState.DONE:
        raise Invalid(_("This visit was made; it cannot be skipped any more."))
    visit.state = VisitState.SKIPPED
    visit.skip_reason, visit.skip_note = message.skip_reason, message.skip_note


def _make(visit: Visit, message: Message, dealer: Dealer, user: User, day: dt.date) -> None:
    faults = {}
    for name in ("objective", "purpose", *(("result",) if message.state == VisitState.DONE else ())):
        if not getattr(visit, name):
            faults[f"fields.{name}"] = _("This is needed.")
    if faults:
        raise Invalid(_("Objective, purpose and what came of it belong to every visit."), fields=faults)
    if visit.state != VisitState.DONE:
        visit.state = message.state
    # Whoever stood in for somebody else has made the visit; it counts on the day it was made.
    visit.user = user
    if visit.on != day:
        visit.first_on = visit.first_on or visit.on
        visit.on = day
    visit.skip_reason = visit.skip_note = ""
    visit.started_at, visit.ended_at = message.started_at, message.ended_at
    visit.confirmed_at = visit.confirmed_at or message.started_at
    _keep_form(visit, message, dealer)
    _check_in(visit, message, dealer, user)


def _keep_form(visit: Visit, message: Message, dealer: Dealer) -> None:
    """Note with which version of the form it was written. A newer one that was published meanwhile changes nothing: what
    was answered stays, and nothing is asked for that the phone did not know of."""
    if message.tells_form:
        if message.form_id is None:
            visit.form = None
            return
        visit.form = VisitForm.objects.filter(pk=message.form_id, published_at__isnull=False).first()
    if visit.form_id is None and message.started_at is not None:
        visit.form = version_at(dealer.kind, message.started_at)


def _check_in(visit: Visit, message: Message, dealer: Dealer, user: User) -> None:
    """Judge where it began; without consent the position is not even looked at."""
    if visit.means == Means.PHONE:
        visit.check_in = visit.check_in_reason = ""
        return
    consented = LocationConsent.objects.filter(user=user, withdrawn_at__isnull=True).exists()
    fix = message.fix if consented else None
    judged = judge(fix, latitude=dealer.latitude, longitude=dealer.longitude, range_m=settings.CHECK_IN_RANGE_M)
    visit.check_in, visit.distance_m = judged.outcome, judged.distance_m
    visit.check_in_reason = message.away_because
    if judged.outcome is CheckInOutcome.OUT_OF_RANGE and not message.away_because:
        # The phone knew another place of the dealer, and did not ask.
        visit.check_in_reason = _("Not asked: the dealer's place was corrected later.")
    visit.latitude, visit.longitude = (fix.latitude, fix.longitude) if fix else (None, None)
    visit.accuracy_m, visit.fix_age_s = (fix.accuracy_m, fix.age_s) if fix else (None, None)


def _follow(visit: Visit, message: Message, user: User) -> None:
    """What a visit means to the rest: the last contact, the stock count, the use of time."""
    if message.ended_at is not None:
        note_last_contact(dealer_id=visit.dealer_id, happened_at=message.ended_at)
    if message.all_counted and message.rows.stock:
        counting.count_stock(
            dealer_id=visit.dealer_id, on=visit.on,
            counted=[
                counting.Counted(values["product_id"], values["quantity"], values["oldest_on"])
                for values in message.rows.stock.values()
            ],
        )  # fmt: skip
    _note_time(visit, user)
    settle_day(user, visit.on)


_SPENT_ON = {"COLLECT": TimeCategory.COLLECTING, "STOCK": TimeCategory.IN_STORE, "PROMOTION": TimeCategory.IN_STORE}


def _note_time(visit: Visit, user: User) -> None:
    """Where the representative does not say how the time was spent, the purpose does: for what is left of the visit."""
    said = dict(TimeEntry.objects.filter(visit=visit, source=TimeSource.SAID).values_list("category", "minutes"))
    category = _SPENT_ON.get(visit.purpose, TimeCategory.SELLING)
    left = 0
    if visit.started_at is not None and visit.ended_at is not None and category not in said:
        minutes = max(1, round((visit.ended_at - visit.started_at).total_seconds() / 60))
        left = min(minutes, 1440) - sum(said.values())
    told = TimeEntry.objects.filter(visit=visit, source=TimeSource.CHECK_INS)
    told.delete()
    if left > 0:
        told.create(user=user, on=visit.on, category=category, minutes=left, visit=visit, source=TimeSource.CHECK_INS)
