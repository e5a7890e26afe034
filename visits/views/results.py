"""The team's results: figures by person, the visits behind each figure, and both as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable
from typing import Any

import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from crm.base.periods import add_months, month_start
from dealers.export import XLSX_TYPE, harmless
from dealers.views.access import user_of
from visits.choices import SkipReason, TimeCategory
from visits.models import Visit
from visits.people import person_or_404, team
from visits.results import Result, drifts_to_prospects, neglected, results_of, together
from visits.views.access import read_month, today

# People on the page; figures of more are in the file.
PAGE = 100
VISITS = 100
MOST_MONTHS = 24
PERIODS = (1, 3, 12)


def _period(request: HttpRequest) -> tuple[dt.date, dt.date, int]:
    """The months asked for: from, until, how many; the running month when none is."""
    months = number(request.GET.get("months")) or 1
    months = months if months in PERIODS else 1
    last = read_month(request)
    return add_months(last, 1 - months), add_months(last, 1), months


def _team(request: HttpRequest, start: dt.date, until: dt.date) -> QuerySet[User]:
    user = user_of(request)
    if not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    return team(user, start=start, end=until)


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """Figures by person and together, the period before beside them, and dealers who sell well and wait."""
    start, until, months = _period(request)
    people = list(_team(request, start, until)[: PAGE + 1])
    rows = results_of(people[:PAGE], start, until, today=today())
    total = together(rows)
    before = together(results_of(people[:PAGE], add_months(start, -months), start, today=today()))
    names = {person.pk: person.name for person in people}
    labels = dict(TimeCategory.choices)
    spent = sum(total.time.values())
    context: dict[str, Any] = {
        "start": start, "month": add_months(until, -1), "months": months, "periods": PERIODS,
        "previous": add_months(until, -1 - months), "following": add_months(until, months - 1),
        "rows": rows, "total": total, "before": before, "more": len(people) > PAGE,
        "drifts": drifts_to_prospects(total, before),
        "neglected": [(row, names.get(row.user_id or 0, "")) for row in neglected(people[:PAGE], today=today())],
        "time": [(labels[key], minutes, minutes / spent) for key, minutes in total.time.most_common()],
        "currency": Company.get().currency, "may_export": scope_of(user_of(request)).may(Right.EXPORT), "today": today(),
    }  # fmt: skip
    return render(request, "visits/results.html", context)


WHAT: dict[str, Q] = {
    "done": Q(state="DONE"),
    "planned": ~Q(why="OFF_PLAN")
    & (Q(state__in=["DONE", "MISSED"]) | Q(state="SKIPPED") & ~Q(skip_reason__in=[SkipReason.DEFERRED, SkipReason.NOT_NEEDED])),
    "missed": Q(state="MISSED"),
    "skipped": Q(state="SKIPPED"),
    "off_plan": Q(state="DONE", why="OFF_PLAN"),
    "ordered": Q(state="DONE", order_amount__gt=0),
    "prospects": Q(state="DONE", dealer__status__in=["PROSPECT", "TRIAL"]),
    "issues": Q(findings__isnull=False),
    "executive": Q(kind="EXECUTIVE"),
}  # fmt: skip


def _behind(request: HttpRequest) -> tuple[QuerySet[Visit], dict[str, Any]]:
    """The visits behind one figure."""
    start, until, months = _period(request)
    user = user_of(request)
    people = _team(request, start, until)
    what = request.GET.get("what", "")
    what = what if what in WHAT else "done"
    visits = Visit.objects.visible_to(user).filter(WHAT[what], on__gte=start, on__lt=until)
    person = None
    if wanted := number(request.GET.get("person")):
        person = person_or_404(user, wanted)
        visits = visits.filter(user=person)
    elif what != "executive":
        visits = visits.filter(user__in=people)
    if what != "executive":
        visits = visits.exclude(kind="EXECUTIVE")
    if (tier := request.GET.get("tier", "")) in ("A", "B", "C"):
        visits = visits.filter(dealer__tier=tier)
    visits = visits.select_related("dealer", "user").order_by("-on", "-pk").distinct()
    return visits, {"start": start, "month": add_months(until, -1), "months": months, "what": what, "person": person}


@require_GET
def visits_behind(request: HttpRequest) -> HttpResponse:
    """The visits behind a figure, newest first."""
    visits, context = _behind(request)
    if (after := number(request.GET.get("after"))) and (
        last := Visit.objects.filter(pk=after).values_list("on", flat=True).first()
    ):
        visits = visits.filter(Q(on__lt=last) | Q(on=last, pk__lt=after))
    rows = list(visits[: VISITS + 1])
    labels = {
        "done": _("Visits made"), "planned": _("Visits that were planned"), "missed": _("Visits missed"),
        "skipped": _("Visits left out"), "off_plan": _("Visits off plan"), "ordered": _("Visits with an order"),
        "prospects": _("Visits to prospects"), "issues": _("Visits with issues"), "executive": _("Executive visits"),
    }  # fmt: skip
    context |= {
        "visits": rows[:VISITS], "after": rows[VISITS - 1].pk if len(rows) > VISITS else None, "labels": labels,
        "title": labels[context["what"]], "currency": Company.get().currency,
        "may_export": scope_of(user_of(request)).may(Right.EXPORT),
    }  # fmt: skip
    return render(request, "visits/visits_behind.html", context)


# --- Files ----------------------------------------------------------------------------------------------------------------

_COLUMNS: tuple[tuple[Callable[[], str], Callable[[Result], Any]], ...] = (
    (lambda: _("Representative"), lambda row: row.user.name if row.user else ""),
    (lambda: _("A covered"), lambda row: row.coverage[0].share),
    (lambda: _("B covered"), lambda row: row.coverage[1].share),
    (lambda: _("C covered"), lambda row: row.coverage[2].share),
    (lambda: pgettext("visits", "Planned"), lambda row: row.planned),
    (lambda: _("Done as planned"), lambda row: row.done_of_planned),
    (lambda: _("Adherence"), lambda row: row.adherence),
    (lambda: _("Off plan"), lambda row: row.off_plan),
    (lambda: _("Done"), lambda row: row.done),
    (lambda: _("With an order"), lambda row: row.ordered),
    (lambda: _("Strike rate"), lambda row: row.strike_rate),
    (lambda: _("Orders"), lambda row: row.order_amount),
    (lambda: _("Minutes a visit"), lambda row: row.minutes_a_visit),
    (lambda: _("Unnoticed problems a visit"), lambda row: row.latent_a_visit),
    (lambda: _("Days until solved"), lambda row: row.resolution_days),
    (lambda: _("To existing dealers"), lambda row: row.to_existing),
    (lambda: _("To prospects"), lambda row: row.to_prospects),
)


@require_GET
def results_file(request: HttpRequest) -> HttpResponseBase:
    """The figures by person as CSV or XLSX (`format`), for those who may export; people in territories where she may not
    are left out."""
    start, until, _months = _period(request)
    user = user_of(request)
    if not scope_of(user).may(Right.EXPORT):
        raise PermissionDenied
    held = scope_of(user).where(Right.EXPORT, Right.VIEW_TEAM)
    people = _team(request, start, until)
    if not held.everything:
        people = people.filter(assignments__territory__in=held.territory_ids).distinct()
    rows = results_of(list(people[:10_000]), start, until, today=today())
    heads = [head() for head, _value in _COLUMNS]
    lines = [[value(row) for _head, value in _COLUMNS] for row in rows]
    return _file(request.GET.get("format", "csv"), f"visits-{month_start(start):%Y-%m}", heads, lines)


def _file(wanted: str, name: str, heads: list[str], lines: list[list[Any]]) -> HttpResponseBase:
    if wanted == "csv":
        buffer = io.StringIO()
        # The mark tells spreadsheets that this is UTF-8.
        buffer.write("\ufeff")
        writer = csv.writer(buffer)
        writer.writerow(heads)
        writer.writerows([["" if value is None else harmless(value) for value in line] for line in lines])
        answer = HttpResponse(buffer.getvalue().encode(), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    if wanted != "xlsx":
        return HttpResponseBadRequest(_("There is no such kind of file."))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True, "text_wrap": True})
    page.freeze_panes(1, 1)
    page.set_column(0, len(heads), 16)
    for at, head in enumerate(heads):
        page.write_string(0, at, head, bold)
    for number_, line in enumerate(lines, start=1):
        for at, value in enumerate(line):
            if isinstance(value, str):
                page.write_string(number_, at, harmless(value))
            elif value is not None:
                page.write_number(number_, at, value)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)
