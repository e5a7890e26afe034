"""The rows behind the figures of results: visits, dealers, issues, minutes; each list is as long as its figure says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.scope import Scope
from crm.base.lookups import AnyOf
from dealers.choices import TRADING
from dealers.models import Dealer
from visits.choices import TimeCategory, TimeRobber
from visits.figures import DONE, EXECUTIVE, ISSUES, conditions
from visits.models import DayLog, Finding, TimeEntry, Visit
from visits.results import visits_of
from visits.sheets import As, Cell, Column, Sheet


def visits_behind(
    people: Iterable[int], what: str, start: dt.date, until: dt.date, *, today: dt.date, scope: Scope, tier: str = ""
) -> QuerySet[Visit]:
    """The visits that a figure counts, newest first."""
    visits = visits_of(scope).filter(AnyOf(F("user_id"), list(people)), on__gte=start, on__lt=until).exclude(EXECUTIVE)
    visits = visits.filter(conditions(today)[what])
    if tier:
        visits = visits.filter(dealer__tier=tier)
    return visits.select_related("dealer", "user").order_by("-on", "-pk")


def minutes_there(visit: Visit) -> int | None:
    """Minutes from check-in to check-out."""
    if visit.started_at is None or visit.ended_at is None:
        return None
    return round((visit.ended_at - visit.started_at).total_seconds() / 60)


def visit_columns() -> list[Column]:
    return [
        Column("on", _("Day"), As.DAY), Column("tier", _("Tier"), As.TIER), Column("dealer", _("Dealer")),
        Column("code", _("Code")), Column("person", _("Representative")), Column("state", _("State")),
        Column("purpose", _("Purpose")), Column("objective", _("Objective")), Column("result", _("Result")),
        Column("minutes", _("There"), As.COUNT, _("minutes")), Column("order", pgettext("purchase", "Order"), As.MONEY),
    ]  # fmt: skip


def add_visits(sheet: Sheet, visits: Iterable[Visit]) -> None:
    for visit in visits:
        dealer = visit.dealer
        sheet.add(
            Cell(visit.on, visit.get_absolute_url()), dealer.tier or "", Cell(dealer.name, dealer.get_absolute_url()),
            dealer.code, visit.user.name, _state(visit), visit.get_purpose_display(), visit.objective,
            visit.get_result_display(), minutes_there(visit), visit.order_amount,
        )  # fmt: skip


def _state(visit: Visit) -> str:
    state = visit.get_state_display()
    if not visit.skip_reason:
        return state
    return _("%(state)s: %(reason)s") % {"state": state, "reason": visit.get_skip_reason_display()}


def sums_of(visits: QuerySet[Visit]) -> dict[str, Any]:
    """How many they are, and what was ordered on those that were made; as the figures say it."""
    return visits.order_by().aggregate(visits=Count("pk"), orders=Sum("order_amount", filter=DONE))


# --- Dealers ----------------------------------------------------------------------------------------------------------


def dealers_behind(
    patches: Mapping[int, int], start: dt.date, until: dt.date, *, tier: str = "", state: str = ""
) -> Any:
    """Trading dealers of these territories (territory to worker) with `made`, their visits of the period, and `last_on`;
    those not visited first. `state`: visited, waiting, or empty for all."""
    made = Visit.objects.filter(dealer=OuterRef("pk"), on__gte=start, on__lt=until).filter(DONE).exclude(EXECUTIVE)
    grouped = made.order_by().values("dealer")
    dealers = Dealer.objects.filter(AnyOf(F("territory_id"), list(patches)), status__in=TRADING).annotate(
        made=Coalesce(Subquery(grouped.annotate(number=Count("pk")).values("number")), 0),
        last_on=Subquery(grouped.annotate(last=Max("on")).values("last")),
    )
    if tier:
        dealers = dealers.filter(tier=tier)
    if state:
        dealers = dealers.filter(made__gt=0) if state == "visited" else dealers.filter(made=0)
    return dealers.select_related("territory", "visit_due").order_by("made", "name", "pk")


def dealer_columns() -> list[Column]:
    return [
        Column("tier", _("Tier"), As.TIER), Column("dealer", _("Dealer")), Column("code", _("Code")),
        Column("territory", _("Territory")), Column("person", _("Representative")),
        Column("made", _("Visits in the period"), As.COUNT), Column("last", _("Last of them"), As.DAY),
        Column("due", _("Next due by"), As.DAY),
    ]  # fmt: skip


def add_dealers(sheet: Sheet, dealers: Iterable[Any], patches: Mapping[int, int], names: Mapping[int, str]) -> None:
    for dealer in dealers:
        due = getattr(dealer, "visit_due", None)
        sheet.add(
            dealer.tier or "", Cell(dealer.name, dealer.get_absolute_url()), dealer.code, str(dealer.territory),
            names.get(patches.get(dealer.territory_id, 0), ""), dealer.made, dealer.last_on, due.due_on if due else None,
        )  # fmt: skip


# --- Issues -----------------------------------------------------------------------------------------------------------


def issues_behind(
    people: Iterable[int], what: str, start: dt.date, until: dt.date, *, scope: Scope, tier: str = ""
) -> QuerySet[Finding]:
    """Problems found on the period's visits, newest first."""
    visits = visits_of(scope).filter(AnyOf(F("user_id"), list(people)), on__gte=start, on__lt=until).exclude(EXECUTIVE)
    found = Finding.objects.filter(ISSUES[what], visit__in=visits.order_by())
    if tier:
        found = found.filter(dealer__tier=tier)
    return found.select_related("dealer", "visit__user", "owner").order_by("-visit__on", "-pk")


def issue_columns() -> list[Column]:
    return [
        Column("on", _("Day"), As.DAY), Column("tier", _("Tier"), As.TIER), Column("dealer", _("Dealer")),
        Column("person", _("Representative")), Column("kind", _("Kind")), Column("area", _("Area")),
        Column("text", _("Problem")), Column("state", _("State")), Column("cause", _("Cause")),
        Column("solution", _("Solution")), Column("owner", pgettext("of work", "Owner")),
        Column("due", pgettext("deadline", "By"), As.DAY),
        Column("days", _("Solved after"), As.FIGURE, _("days")),
    ]  # fmt: skip


def add_issues(sheet: Sheet, issues: Iterable[Finding], *, today: dt.date) -> None:
    for issue in issues:
        visit = issue.visit
        assert visit is not None  # they are found through their visits
        days = (issue.solved_at - issue.created_at).total_seconds() / 86_400 if issue.solved_at else None
        late = issue.solved_at is None and issue.due_on is not None and issue.due_on < today
        sheet.add(
            Cell(visit.on, visit.get_absolute_url()), issue.dealer.tier or "",
            Cell(issue.dealer.name, issue.dealer.get_absolute_url()), visit.user.name, issue.get_kind_display(),
            issue.get_area_display(), issue.text, issue.get_state_display(), issue.cause, issue.solution,
            issue.owner.name if issue.owner else "", Cell(issue.due_on, tone="red" if late else ""), days,
        )  # fmt: skip


# --- Time -------------------------------------------------------------------------------------------------------------


def time_behind(people: Iterable[int], start: dt.date, until: dt.date, *, category: str = "") -> QuerySet[TimeEntry]:
    """Minutes as they are written down, newest first."""
    rows = TimeEntry.objects.filter(AnyOf(F("user_id"), list(people)), on__gte=start, on__lt=until)
    if category:
        rows = rows.filter(category=category)
    return rows.select_related("user", "visit__dealer").order_by("-on", "-pk")


def robbers_of(people: Iterable[int], start: dt.date, until: dt.date) -> list[tuple[str, int]]:
    """What cost time by the day logs: each with the days on which it was named, the most frequent first. One query."""
    logs = DayLog.objects.filter(AnyOf(F("user_id"), list(people)), on__gte=start, on__lt=until)
    counted = Counter(code for codes in logs.values_list("robbers", flat=True) for code in codes)
    return [(str(TimeRobber(code).label), number) for code, number in counted.most_common()]


def time_columns() -> list[Column]:
    return [
        Column("on", _("Day"), As.DAY), Column("person", _("Representative")), Column("category", _("Activity")),
        Column("minutes", _("Minutes"), As.COUNT), Column("dealer", _("Dealer")), Column("note", _("Note")),
    ]  # fmt: skip


def add_time(sheet: Sheet, rows: Iterable[TimeEntry], *, scope: Scope) -> None:
    """The dealer is named where the reader may look."""
    for row in rows:
        dealer = row.visit.dealer if row.visit else None
        if dealer is not None and (dealer.deleted_at or not (scope.everything or dealer.territory_id in scope.roles)):
            dealer = None
        sheet.add(
            Cell(row.on, row.visit.get_absolute_url() if row.visit and dealer else ""), row.user.name,
            row.get_category_display(), row.minutes, Cell(dealer.name, dealer.get_absolute_url()) if dealer else "",
            row.note,
        )  # fmt: skip


def time_by_person(people: Iterable[User], start: dt.date, until: dt.date) -> dict[int, dict[str, int]]:
    """Minutes by person and activity; one statement."""
    keys = [person.pk for person in people]
    rows = TimeEntry.objects.filter(AnyOf(F("user_id"), keys), on__gte=start, on__lt=until).order_by()
    found: dict[int, dict[str, int]] = {key: dict.fromkeys(TimeCategory.values, 0) for key in keys}
    for user_id, category, minutes in rows.values_list("user", "category").annotate(minutes=Sum("minutes")):
        found[user_id][category] = minutes
    return found


def on_day(day: dt.date | None) -> Q:
    """The condition of one day; none without a day."""
    return Q() if day is None else Q(on=day)
