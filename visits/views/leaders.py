"""Executive visits: the report, who saw a leader in time, open promises; and what a leader brought back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from dealers.choices import Tier
from dealers.views.access import posted, user_of
from visits import leaders as found_by
from visits.choices import Side
from visits.forms_leaders import LeaderReportForm
from visits.models import Commitment, LeaderReport, Visit
from visits.people import may_change
from visits.results import scope_for
from visits.sheets import As, Cell, Column, Sheet, span, texts
from visits.views.access import next_of, today, visit_or_404
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.sheets import PAGE, answer, file_of, wants_file

# Visits told in full on one page.
TOLD = 20


def _demand_team(request: HttpRequest) -> None:
    if not scope_of(user_of(request)).may(Right.VIEW_TEAM):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def leaders(request: HttpRequest) -> HttpResponseBase:
    """Coverage by tier, each leader's visits, what was raised, decided and promised, and what is open by owner."""
    _demand_team(request)
    asked = asked_period(request, usual=12)
    scope = scope_for(user_of(request), to_export=wants_file(request))
    visits = found_by.visits_in(scope, asked.start, asked.until)
    made = visits.filter(state="DONE")
    if person := number(request.GET.get("person")):
        leader = User.objects.filter(pk=person).first()
        made = made.filter(user=person) | made.filter(companion=person)
    else:
        leader = None
    if wants_file(request):
        return file_of(request, lambda most: _report(asked, found_by.told(made[:most])))
    rows, total = found_by.by_leader(visits, today=today())
    first = min(number(request.GET.get("from")) or 0, 100_000)
    shown = list(made[first : first + TOLD + 1])
    context: dict[str, Any] = {
        "asked": asked, "periods": LENGTHS, "total": total, "leader": leader,
        "coverage": _coverage(found_by.coverage(scope, on=today())), "leaders": _leaders(asked, rows, total),
        "owners": _owners(found_by.by_owner(scope, on=today())), "told": found_by.told(shown[:TOLD]),
        "following": first + TOLD if len(shown) > TOLD else None, "currency": Company.get().currency,
        "may_write": {visit.pk for visit in shown if _may_write(user_of(request), visit)},
    }  # fmt: skip
    return answer(request, "visits/leaders.html", context)


def _coverage(rows: list[found_by.TierCoverage]) -> Sheet:
    sheet = Sheet(
        "", "", [
            Column("tier", _("Tier"), As.TIER),
            Column("gap", _("A leader at least every"), As.COUNT, _("days"), _("The largest gap of the leaders' call cycle of this tier. Single kinds of dealer may have their own.")),
            Column("dealers", _("Dealers"), As.COUNT, why=_("Trading dealers of the tier in your territories, today.")),
            Column("in_time", _("Saw a leader in time"), As.COUNT, why=_("Their last visit by a leader is no longer ago than the gap: an executive visit, another visit that a leader made, or a joint visit on which one went along.")),
            Column("share", _("Covered"), As.SHARE, why=_("Saw a leader in time over dealers.")),
            Column("late", _("Too long ago"), As.COUNT), Column("never", _("Never"), As.COUNT),
        ],
    )  # fmt: skip

    def url(tier: str, state: str = "") -> str:
        pairs = "&".join(f"{key}={value}" for key, value in (("tier", tier), ("state", state)) if value)
        return f"{reverse('visits:leader_coverage')}?{pairs}"

    for row in rows:
        sheet.add(
            row.tier or "", row.gap_days, Cell(row.dealers, url(row.tier)), Cell(row.in_time, url(row.tier, "in_time")),
            row.share, Cell(row.late, url(row.tier, "late")), Cell(row.never, url(row.tier, "never")),
        )  # fmt: skip
    every = sum(row.dealers for row in rows)
    in_time, late = sum(row.in_time for row in rows), sum(row.late for row in rows)
    sheet.sum_up(
        _("Together"), None, Cell(every, url("")), Cell(in_time, url("", "in_time")), in_time / every if every else None,
        Cell(late, url("", "late")), Cell(every - in_time - late, url("", "never")),
    )  # fmt: skip
    return sheet


def _leaders(asked: Asked, rows: list[found_by.Led], total: found_by.Led) -> Sheet:
    sheet = Sheet(
        "", "", [
            Column("name", _("Leader")),
            Column("planned", pgettext("visits", "Planned"), As.COUNT, why=_("Made as planned, missed, and left out. Not counted: put off to next month, no longer needed, still to come.")),
            Column("kept", _("Made as planned"), As.COUNT),
            Column("off_plan", _("Off plan"), As.COUNT, why=_("Made without having been planned.")),
            Column("joint", _("Joint visits"), As.COUNT, why=_("Visits of a representative on which the leader went along; also counted as planned or off plan.")),
            Column("made", pgettext("visits", "Made"), As.COUNT, why=_("Made as planned and off plan.")),
            Column("dealers", _("Dealers seen"), As.COUNT, why=_("Different dealers; one whom two leaders saw counts once in the sum.")),
            Column("barriers", _("Barriers raised"), As.COUNT, why=_("Problems that the dealers stated on these visits.")),
            Column("promises", _("We promised"), As.COUNT, why=_("Promises of ours made on these visits.")),
            Column("open", _("Still open"), As.COUNT), Column("late", _("Overdue"), As.COUNT),
        ],
    )  # fmt: skip
    for row in rows:
        assert row.user is not None  # only the sum is nobody's
        sheet.add(Cell(row.user.name, asked.url("leaders", person=row.user.pk)), *_led(row))
    sheet.sum_up(_("Together"), *_led(total))
    return sheet


def _led(row: found_by.Led) -> list[Any]:
    late = Cell(row.late, tone="red" if row.late else "")
    return [
        row.planned,
        row.kept,
        row.off_plan,
        row.joint,
        row.made,
        row.dealers,
        row.barriers,
        row.promises,
        row.open,
        late,
    ]


def _owners(rows: list[found_by.Owed]) -> Sheet:
    sheet = Sheet(
        "", "", [
            Column("name", pgettext("of work", "Owner")), Column("ours", _("We promised"), As.COUNT),
            Column("ours_late", _("of it overdue"), As.COUNT), Column("theirs", _("The dealer promised"), As.COUNT),
            Column("theirs_late", _("of it overdue"), As.COUNT), Column("next", _("Next due"), As.DAY),
        ],
    )  # fmt: skip

    def url(row: found_by.Owed | None, side: str, late: bool = False) -> str:
        owner = [] if row is None else [f"owner={row.owner_id or 0}"]
        return f"{reverse('visits:promises')}?{'&'.join([*owner, f'side={side}', *(['late=1'] if late else [])])}"

    def cells(row: found_by.Owed | None, ours: int, ours_late: int, theirs: int, theirs_late: int) -> list[Cell]:
        return [
            Cell(ours, url(row, "OURS")), Cell(ours_late, url(row, "OURS", True), "red" if ours_late else ""),
            Cell(theirs, url(row, "THEIRS")), Cell(theirs_late, url(row, "THEIRS", True), "red" if theirs_late else ""),
        ]  # fmt: skip

    for row in rows:
        sheet.add(
            row.name or _("nobody"), *cells(row, row.ours, row.ours_late, row.theirs, row.theirs_late), row.next_on
        )
    sums = [sum(getattr(row, name) for row in rows) for name in ("ours", "ours_late", "theirs", "theirs_late")]
    sheet.sum_up(_("Together"), *cells(None, *sums), min((row.next_on for row in rows), default=None))
    return sheet


def _report(asked: Asked, rows: list[found_by.Told]) -> Sheet:
    title = _("Executive visits, %(period)s") % {"period": asked.words}
    sheet = Sheet(
        f"executive-visits-{span(asked.start, asked.until)}", title, [
            Column("on", _("Day"), As.DAY), Column("leader", _("Leader")), Column("kind", _("Kind of visit")),
            Column("tier", _("Tier"), As.TIER), Column("dealer", _("Dealer")), Column("code", _("Code")),
            Column("objective", _("Objective")), Column("result", _("Result")),
            Column("barriers", _("Barriers raised")), Column("decisions", _("Decisions on the spot")),
            Column("ours", _("We promised")), Column("theirs", _("The dealer promised")),
        ],
    )  # fmt: skip
    for row in rows:
        visit = row.visit
        sheet.add(
            visit.on, row.leader.name, visit.get_kind_display(), visit.dealer.tier or "", visit.dealer.name,
            visit.dealer.code, visit.objective, visit.get_result_display(), texts(row.barriers), row.decisions,
            texts(map(_promise, row.ours)), texts(map(_promise, row.theirs)),
        )  # fmt: skip
    return sheet


def _promise(promise: Commitment) -> str:
    """`Deliver the display (by 3 Dec, open)`, in one line of a file."""
    return _("%(promise)s (by %(day)s, %(state)s)") % {
        "promise": promise.text, "day": date_format(promise.due_on, "SHORT_DATE_FORMAT"),
        "state": promise.get_state_display(),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def leader_coverage(request: HttpRequest) -> HttpResponseBase:
    """The dealers behind the coverage by leaders, who waits longest first."""
    _demand_team(request)
    scope = scope_for(user_of(request), to_export=wants_file(request))
    tier = request.GET.get("tier", "")
    tier = tier if tier in Tier.values else ""
    states = {
        "": _("All dealers"),
        "in_time": _("Saw a leader in time"),
        "late": _("Too long ago"),
        "never": _("Never"),
    }
    state = request.GET.get("state", "")
    state = state if state in states else ""
    dealers = found_by.dealers_of(scope, on=today(), tier=tier, state=state)
    title = _("Dealers and their leaders' visits: %(which)s") % {"which": states[state]}
    sheet = Sheet(
        f"leader-coverage-{today():%Y-%m-%d}", title, [
            Column("tier", _("Tier"), As.TIER), Column("dealer", _("Dealer")), Column("code", _("Code")),
            Column("territory", _("Territory")), Column("seen", _("Last saw a leader"), As.DAY),
            Column("due", _("Next due by"), As.DAY, why=_("The last visit and the largest gap of the leaders' call cycle; today for who never saw one.")),
            Column("next", _("Planned for"), As.DAY),
        ],
    )  # fmt: skip

    def build(most: int, first: int = 0) -> Sheet:
        for dealer in dealers[first : first + most]:
            due = _due(dealer.seen_on, dealer.since)
            sheet.add(
                dealer.tier or "", Cell(dealer.name, dealer.get_absolute_url()), dealer.code, str(dealer.territory),
                dealer.seen_on, Cell(due, tone="red" if due and due < today() else ""), dealer.next_on,
            )  # fmt: skip
        return sheet

    if wants_file(request):
        return file_of(request, build)
    first = min(number(request.GET.get("from")) or 0, 1_000_000)
    build(PAGE, first)
    every = dealers.count()
    context = {
        "sheet": sheet, "choices": states, "state": state, "tier": tier, "tiers": Tier.values, "counted": every,
        "following": first + PAGE if first + PAGE < every else None,
    }  # fmt: skip
    return answer(request, "visits/leader_coverage.html", context)


def _due(seen: dt.date | None, since: dt.date | None) -> dt.date | None:
    """By when the next leader's visit is due; today for who never saw one, None where the class asks for none."""
    if since is None:
        return None
    return today() if seen is None else seen + (today() - since)


@require_http_methods(["GET", "POST"])
def promises(request: HttpRequest) -> HttpResponseBase:
    """Open promises made on leaders' visits: of one owner or all, of one side or both, late ones or all."""
    _demand_team(request)
    scope = scope_for(user_of(request), to_export=wants_file(request))
    side = request.GET.get("side", "")
    side = side if side in Side.values else ""
    owner = number(request.GET.get("owner")) if request.GET.get("owner") else None
    if request.GET.get("owner") == "0":
        owner = 0
    late = request.GET.get("late") == "1"
    found = found_by.open_promises(scope, side=side, owner=owner, late_on=today() if late else None)
    sheet = Sheet(
        f"open-promises-{today():%Y-%m-%d}", _("Open promises of executive visits"), [
            Column("due", pgettext("deadline", "By"), As.DAY), Column("side", _("Whose promise")),
            Column("text", _("Promise")), Column("amount", _("Amount"), As.MONEY), Column("quantity", _("Quantity"), As.COUNT),
            Column("tier", _("Tier"), As.TIER), Column("dealer", _("Dealer")), Column("owner", pgettext("of work", "Owner")),
            Column("on", _("Visit"), As.DAY),
        ],
    )  # fmt: skip

    def build(most: int, first: int = 0) -> Sheet:
        for promise in found[first : first + most]:
            sheet.add(
                Cell(promise.due_on, tone="red" if promise.due_on < today() else ""), promise.get_side_display(),
                promise.text, promise.amount, promise.quantity, promise.dealer.tier or "",
                Cell(promise.dealer.name, promise.dealer.get_absolute_url()),
                promise.owner.name if promise.owner else _("nobody"),
                Cell(promise.visit.on, promise.visit.get_absolute_url()),
            )  # fmt: skip
        return sheet

    if wants_file(request):
        return file_of(request, build)
    first = min(number(request.GET.get("from")) or 0, 1_000_000)
    build(PAGE, first)
    every = found.order_by().count()
    who = User.objects.filter(pk=owner).first() if owner else None
    context = {
        "sheet": sheet, "side": side, "sides": Side.choices, "late": late, "owner": who, "nobody": owner == 0,
        "counted": every, "following": first + PAGE if first + PAGE < every else None,
    }  # fmt: skip
    return answer(request, "visits/promises.html", context)


# --- What a leader brought back -----------------------------------------------------------------------------------------------


def _may_write(user: User, visit: Visit) -> bool:
    return user.pk == visit.companion_id or may_change(user, visit.user_id, visit.dealer.territory_id)


@require_http_methods(["GET", "POST"])
def leader_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Barriers raised and decisions taken on a leader's visit that was made; 404 for any other visit."""
    visit = visit_or_404(request, pk)
    user = user_of(request)
    if not _may_write(user, visit):
        raise PermissionDenied
    if not found_by.by_leaders(Visit.objects.filter(pk=pk, state="DONE")).exists():
        raise Http404
    row = LeaderReport.objects.filter(visit=visit).first()
    form = LeaderReportForm(posted(request), instance=row or LeaderReport(visit=visit))
    if request.method == "POST" and form.is_valid():
        form.instance.written_by, form.instance.written_at = user, timezone.now()
        form.save()
        messages.success(request, _("Saved."))
        return redirect(next_of(request, visit.get_absolute_url()))
    promised = visit.commitments.select_related("owner").order_by("side", "due_on")
    context = {
        "visit": visit, "dealer": visit.dealer, "form": form, "promises": promised,
    }  # fmt: skip
    return render(request, "visits/leader_report.html", context, status=422 if form.is_bound else 200)
