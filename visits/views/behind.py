"""The rows behind the figures of results, each as a page and as a file of the same rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from crm.base.asked import number
from crm.base.models import Company
from dealers.choices import Tier
from dealers.views.access import user_of
from visits import behind as rows_behind
from visits.choices import TimeCategory
from visits.people import person_or_404
from visits.results import patches_of, scope_for
from visits.sheets import As, Cell, Column, Sheet, span
from visits.views.access import read_day, today
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.results import team_in
from visits.views.sheets import PAGE, answer, file_of, wants_file


class _Question:
    """What every one of these pages is asked: months, a person or the team, a tier, one day, and after which row."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.asked: Asked = asked_period(request)
        self.to_export = wants_file(request)
        # 403 for who leads nobody, also where only one person is asked about.
        self.team = team_in(request, self.asked, to_export=self.to_export)
        self.person: User | None = None
        if wanted := number(request.GET.get("person")):
            self.person = person_or_404(user_of(request), wanted)
        self.scope = scope_for(user_of(request), to_export=self.to_export)
        tier = request.GET.get("tier", "")
        self.tier = tier if tier in Tier.values else ""
        self.day: dt.date | None = read_day(request.GET.get("day"), dt.date.min)
        if self.day == dt.date.min:
            self.day = None

    @property
    def people(self) -> list[int]:
        if self.person is None:
            return list(self.team.values_list("pk", flat=True))
        if self.to_export and not self.team.filter(pk=self.person.pk).exists():
            return []
        return [self.person.pk]

    def choice(self, name: str, known: Any, usual: str) -> str:
        value = self.request.GET.get(name, "")
        return value if value in known else usual

    def after(self, rows: Any, field: str) -> Any:
        """What follows the row named in the address, newest first by `field`."""
        wanted = number(self.request.GET.get("after"))
        last = rows.model.objects.filter(pk=wanted).values_list(field, flat=True).first() if wanted else None
        if last is None:
            return rows
        return rows.filter(Q(**{f"{field}__lt": last}) | Q(**{field: last}, pk__lt=wanted))

    def context(self, sheet: Sheet, after: int | None, **more: Any) -> dict[str, Any]:
        return {
            "asked": self.asked, "periods": LENGTHS, "person": self.person, "tier": self.tier, "day": self.day,
            "sheet": sheet, "after": after, "currency": Company.get().currency, "tiers": Tier.values,
        } | more  # fmt: skip

    def sheet(self, name: str, title: str, columns: list[Column]) -> Sheet:
        """An empty table, titled by what it holds, whose it is and when."""
        said = {"what": title, "period": self.asked.words, "name": self.person.name if self.person else ""}
        text = _("%(what)s, %(name)s, %(period)s") if self.person else _("%(what)s, %(period)s")
        return Sheet(f"{name}-{span(self.asked.start, self.asked.until)}", text % said, columns)


def _cut(rows: Any) -> tuple[list[Any], int | None]:
    """A page of rows and the key of the last one, when more follow."""
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _titles() -> dict[str, str]:
    return {
        "done": _("Visits made"), "planned": _("Visits that were planned"), "kept": _("Visits made as planned"),
        "missed": _("Visits missed"), "left_out": _("Visits left out"), "off_plan": _("Visits off plan"),
        "ordered": _("Visits with an order"), "in_person": _("Visits in person"),
        "existing": _("Visits to existing dealers"), "prospects": _("Visits to prospects"), "joint": _("Joint visits"),
        "put_off": _("Visits put off or not needed"), "coming": _("Visits still to come"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def behind(request: HttpRequest) -> HttpResponseBase:
    """The visits behind a figure, newest first."""
    asking = _Question(request)
    titles = _titles()
    what = asking.choice("what", titles, "done")
    start, until = asking.asked.start, asking.asked.until
    visits = rows_behind.visits_behind(
        asking.people, what, start, until, today=today(), scope=asking.scope, tier=asking.tier
    ).filter(rows_behind.on_day(asking.day))
    sheet = asking.sheet(f"visits-{what}", titles[what], rows_behind.visit_columns())
    if asking.to_export:

        def build(most: int) -> Sheet:
            rows_behind.add_visits(sheet, visits[:most])
            return sheet

        return file_of(request, build)
    rows, after = _cut(asking.after(visits, "on"))
    rows_behind.add_visits(sheet, rows)
    context = asking.context(sheet, after, what=what, choices=titles, sums=rows_behind.sums_of(visits))
    return answer(request, "visits/behind_visits.html", context)


@require_http_methods(["GET", "POST"])
def covered(request: HttpRequest) -> HttpResponseBase:
    """The dealers behind the coverage: visited in the period, and not."""
    asking = _Question(request)
    start, until = asking.asked.start, asking.asked.until
    people = asking.people
    patches = dict(patches_of(set(people), start, until, today(), asking.scope))
    states = {"": _("All dealers"), "visited": _("Visited"), "waiting": _("Not visited")}
    state = asking.choice("state", states, "")
    every = rows_behind.dealers_behind(patches, start, until, tier=asking.tier)
    dealers = rows_behind.dealers_behind(patches, start, until, tier=asking.tier, state=state)
    names = dict(User.objects.filter(pk__in=set(patches.values())).values_list("pk", "name"))
    sheet = asking.sheet(f"dealers-{state or 'all'}", _("Dealers covered by visits"), rows_behind.dealer_columns())

    def build(most: int, first: int = 0) -> Sheet:
        rows_behind.add_dealers(sheet, dealers[first : first + most], patches, names)
        return sheet

    if asking.to_export:
        return file_of(request, build)
    counted = {"all": every.count(), "visited": every.filter(made__gt=0).count()}
    first = min(number(request.GET.get("from")) or 0, 1_000_000)
    build(PAGE, first)
    shown = {"": counted["all"], "visited": counted["visited"], "waiting": counted["all"] - counted["visited"]}[state]
    context = asking.context(
        sheet,
        None,
        state=state,
        choices=states,
        counted=counted,
        following=first + PAGE if first + PAGE < shown else None,
    )
    return answer(request, "visits/behind_dealers.html", context)


@require_http_methods(["GET", "POST"])
def issues(request: HttpRequest) -> HttpResponseBase:
    """The problems behind a figure, newest first."""
    asking = _Question(request)
    titles = {
        "all": _("Issues found"), "latent": _("Problems the dealer had not noticed"),
        "stated": _("Problems stated by the dealer"), "open": _("Issues still open"), "solved": _("Issues solved"),
    }  # fmt: skip
    what = asking.choice("what", titles, "all")
    found = rows_behind.issues_behind(
        asking.people, what, asking.asked.start, asking.asked.until, scope=asking.scope, tier=asking.tier
    )
    sheet = asking.sheet(f"issues-{what}", titles[what], rows_behind.issue_columns())
    if asking.to_export:

        def build(most: int) -> Sheet:
            rows_behind.add_issues(sheet, found[:most], today=today())
            return sheet

        return file_of(request, build)
    first = min(number(request.GET.get("from")) or 0, 1_000_000)
    rows = list(found[first : first + PAGE + 1])
    rows_behind.add_issues(sheet, rows[:PAGE], today=today())
    context = asking.context(
        sheet, None, what=what, choices=titles, counted=found.order_by().count(),
        following=first + PAGE if len(rows) > PAGE else None,
    )  # fmt: skip
    return answer(request, "visits/behind_issues.html", context)


@require_http_methods(["GET", "POST"])
def time(request: HttpRequest) -> HttpResponseBase:
    """Where the time went, in hours by person and activity; with a person or an activity, the entries themselves."""
    asking = _Question(request)
    category = asking.choice("category", TimeCategory.values, "")
    if not category and asking.person is None:
        return _time_of_all(request, asking)
    rows = rows_behind.time_behind(asking.people, asking.asked.start, asking.asked.until, category=category)
    title = str(TimeCategory(category).label) if category else _("Where the time went")
    sheet = asking.sheet("time", title, rows_behind.time_columns())
    if asking.to_export:

        def build(most: int) -> Sheet:
            rows_behind.add_time(sheet, rows[:most], scope=asking.scope)
            return sheet

        return file_of(request, build)
    page, after = _cut(asking.after(rows, "on"))
    rows_behind.add_time(sheet, page, scope=asking.scope)
    sums = rows.order_by().aggregate(minutes=Sum("minutes"))
    context = asking.context(sheet, after, category=category, choices=TimeCategory.choices, sums=sums, title=title)
    return answer(request, "visits/behind_time.html", context)


def _time_of_all(request: HttpRequest, asking: _Question) -> HttpResponseBase:
    columns = [Column("name", _("Representative"))]
    columns += [Column(key, label, As.FIGURE, _("hours")) for key, label in TimeCategory.choices]
    columns.append(Column("sum", pgettext("hours", "Together"), As.FIGURE, _("hours")))
    sheet = asking.sheet("time", _("Where the time went"), columns)
    asked = asking.asked

    def build(most: int) -> Sheet:
        people = list(asking.team[:most])
        found = rows_behind.time_by_person(people, asked.start, asked.until)
        sums = dict.fromkeys(TimeCategory.values, 0)
        for person in people:
            spent = found[person.pk]
            for key, minutes in spent.items():
                sums[key] += minutes
            cells = [
                _hours(minutes, asked.url("time", person=person.pk, category=key)) for key, minutes in spent.items()
            ]
            sheet.add(Cell(person.name, asked.url("time", person=person.pk)), *cells, _hours(sum(spent.values()), ""))
        cells = [_hours(minutes, asked.url("time", category=key)) for key, minutes in sums.items()]
        sheet.sum_up(_("Together"), *cells, _hours(sum(sums.values()), ""))
        return sheet

    if asking.to_export:
        return file_of(request, build)
    build(1_000)
    robbers = rows_behind.robbers_of(asking.people, asked.start, asked.until)
    context = asking.context(sheet, None, title=_("Where the time went"), robbers=robbers)
    return answer(request, "visits/behind_time.html", context)


def _hours(minutes: int, url: str) -> Cell:
    """Nothing is shown for an activity on which no time was spent."""
    return Cell(minutes / 60, url) if minutes else Cell(None)
