"""The team's results: figures by person and together, each of which opens into its rows; page and file are one table."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Right
from accounts.scope import Scope, scope_of
from crm.base.models import Company
from crm.base.periods import add_months
from dealers.choices import Tier
from dealers.views.access import user_of
from visits.choices import TimeCategory
from visits.people import team
from visits.results import Result, Results, drifts_to_prospects, neglected, scope_for
from visits.sheets import As, Cell, Column, Sheet, span
from visits.views.access import today
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.sheets import PAGE, answer, file_of, page_number, wants_file

PLAN, GAIN = VIEWS = ("plan", "gain")


def team_in(request: HttpRequest, asked: Asked, *, to_export: bool = False) -> QuerySet[User]:
    """The representatives whose work the reader may look at (and export, for a file); 403 who leads nobody."""
    user = user_of(request)
    if not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    rights = (Right.EXPORT,) if to_export else ()
    return team(user, start=asked.start, end=asked.until, rights=rights)


@require_http_methods(["GET", "POST"])
def results(request: HttpRequest) -> HttpResponseBase:
    """Figures by person and together, the period before beside them, and dealers who sell well and wait."""
    asked = asked_period(request)
    view = request.GET.get("view", PLAN)
    view = view if view in VIEWS else PLAN
    if wants_file(request):
        return file_of(request, lambda most: _file(request, asked, view, most))
    people = list(team_in(request, asked))
    scope = scope_for(user_of(request))
    found = Results(people, asked.start, asked.until, today=today(), scope=scope)
    before = Results(people, add_months(asked.start, -asked.months), asked.start, today=today(), scope=scope)
    start, previous, following = page_number(request, len(people))
    rows = found.rows
    context: dict[str, Any] = {
        "asked": asked, "periods": LENGTHS, "view": view, "people": len(people),
        "sheet": _sheet(asked, view, rows[start : start + PAGE], found.total), "previous": previous, "following": following,
        "total": found.total, "by_tier": [(tier, found.by_tier.get(tier)) for tier in (*Tier.values, "") if tier in found.by_tier],
        "before": before.total, "drifts": drifts_to_prospects(found.total, before.total),
        "neglected": _waiting(people, scope), "time": _time(found.total), "currency": Company.get().currency,
        "links": _links(asked),
    }  # fmt: skip
    return answer(request, "visits/results.html", context)


def _waiting(people: list[User], scope: Scope) -> list[tuple[Any, str]]:
    names = {person.pk: person.name for person in people}
    return [(row, names.get(row.user_id or 0, "")) for row in neglected(people, today=today(), scope=scope)]


def _time(total: Result) -> list[tuple[str, int, float]]:
    labels, spent = dict(TimeCategory.choices), sum(total.time.values())
    return [(str(labels[key]), minutes, minutes / spent) for key, minutes in total.time.most_common()]


def _links(asked: Asked) -> dict[str, str]:
    """Where the figures on top open."""
    visits = ("planned", "kept", "missed", "left_out", "off_plan", "done", "ordered", "in_person", "existing", "prospects", "joint")  # fmt: skip
    found = {key: asked.url("behind", what=key) for key in visits}
    found |= {f"issues_{what}": asked.url("issues", what=what) for what in ("all", "latent", "open", "solved")}
    return found | {f"tier_{tier}": asked.url("covered", tier=tier) for tier in Tier.values}


def _file(request: HttpRequest, asked: Asked, view: str, most: int) -> Sheet:
    people = list(team_in(request, asked, to_export=True)[:most])
    scope = scope_for(user_of(request), to_export=True)
    found = Results(people, asked.start, asked.until, today=today(), scope=scope)
    return _sheet(asked, view, found.rows, found.total)


def _sheet(asked: Asked, view: str, rows: list[Result], total: Result) -> Sheet:
    title = _("Results of visits, %(period)s") % {"period": asked.words}
    columns, line = (_plan_columns(), _plan_line) if view == PLAN else (_gain_columns(), _gain_line)
    sheet = Sheet(f"visits-{view}-{span(asked.start, asked.until)}", title, columns)
    for row in rows:
        sheet.add(*line(asked, row))
    sheet.sum_up(*line(asked, total))
    return sheet


def _plan_columns() -> list[Column]:
    columns = [Column("name", _("Representative"))]
    for tier in Tier.values:
        columns += [
            Column(f"dealers_{tier}", _("%(tier)s dealers") % {"tier": tier}, As.COUNT,
                   why=_("Trading dealers of this tier in her territories on the last day of the period, or today while it runs.")),
            Column(f"covered_{tier}", _("%(tier)s covered") % {"tier": tier}, As.SHARE,
                   why=_("Dealers of the tier with at least one visit in the period, whoever made it, over all dealers of the tier. Goals: A 100 %, B 95 %, C 85 %.")),
        ]  # fmt: skip
    return [
        *columns,
        Column("planned", pgettext("visits", "Planned"), As.COUNT,
               why=_("Made as planned, missed, and left out. Not counted: put off to next month, no longer needed, still to come.")),
        Column("kept", _("Made as planned"), As.COUNT),
        Column("missed", pgettext("visits", "Missed"), As.COUNT, why=_("Planned for a day that is over, and neither made nor left out with a reason.")),
        Column("left_out", _("Left out"), As.COUNT, why=_("Left out with a reason, such as a closed shop or no time left.")),
        Column("adherence", _("Adherence"), As.SHARE, why=_("Made as planned over planned. 85 % and more is green, 70 to 85 % yellow, less red.")),
        Column("off_plan", _("Off plan"), As.COUNT, why=_("Made without having been planned.")),
        Column("done", pgettext("visits", "Made"), As.COUNT, why=_("Made as planned and off plan. Executive visits are counted apart.")),
    ]  # fmt: skip


def _plan_line(asked: Asked, row: Result) -> list[Any]:
    who = row.user.pk if row.user else None

    def visits(key: str) -> Cell:
        return Cell(getattr(row, key), asked.url("behind", what=key, person=who))

    line: list[Any] = [_who(asked, row)]
    for cover in row.coverage_abc:
        line += [
            Cell(cover.assigned, asked.url("covered", tier=cover.tier, person=who)),
            Cell(cover.share, asked.url("covered", tier=cover.tier, person=who, state="visited"), cover.grade),
        ]
    return [
        *line, visits("planned"), visits("kept"), visits("missed"), visits("left_out"),
        Cell(row.adherence, asked.url("behind", what="planned", person=who), row.adherence_grade),
        visits("off_plan"), visits("done"),
    ]  # fmt: skip


def _who(asked: Asked, row: Result) -> Cell:
    if row.user is None:
        return Cell(_("Together"))
    return Cell(row.user.name, asked.url("behind", person=row.user.pk))


def _gain_columns() -> list[Column]:
    return [
        Column("name", _("Representative")),
        Column("done", pgettext("visits", "Made"), As.COUNT),
        Column("ordered", _("With an order"), As.COUNT, why=_("Visits made on which an order was taken.")),
        Column("strike", _("Strike rate"), As.SHARE, why=_("Visits with an order over visits made. 40 % is usual at dealers.")),
        Column("orders", _("Orders taken"), As.MONEY, why=_("As written down on the visit, tax excluded; what was delivered stands in the sales figures.")),
        Column("existing", _("To existing dealers"), As.COUNT, why=_("Visits made to dealers who were customers on that day.")),
        Column("prospects", _("To prospects"), As.COUNT, why=_("Visits made to dealers who are to be won, or were on that day.")),
        Column("in_person", _("In person"), As.COUNT, why=_("Visits made, without telephone calls.")),
        Column("minutes", _("At the dealer's"), As.FIGURE, _("minutes a visit"), _("From check-in to check-out over visits made in person.")),
        Column("issues", _("Issues found"), As.COUNT, why=_("Problems that were written down on the visits, stated or not noticed by the dealer.")),
        Column("latent", _("Unnoticed"), As.COUNT, why=_("Of these, problems that the dealer had not noticed.")),
        Column("latent_rate", _("Unnoticed"), As.FINE, _("a visit"), _("Problems that the dealer had not noticed over visits made.")),
        Column("open", _("Still open"), As.COUNT, why=_("Issues of the period that are not solved yet.")),
        Column("solved", pgettext("issues", "Solved"), As.COUNT),
        Column("days", _("Solved after"), As.FIGURE, _("days, median"), _("From being written down until solved: half of the solved issues took longer. The total is the median of all issues, not a sum.")),
    ]  # fmt: skip


def _gain_line(asked: Asked, row: Result) -> list[Any]:
    who = row.user.pk if row.user else None

    def visits(key: str, value: Any = None) -> Cell:
        return Cell(getattr(row, key) if value is None else value, asked.url("behind", what=key, person=who))

    def issues(key: str, value: Any) -> Cell:
        return Cell(value, asked.url("issues", what=key, person=who))

    found = row.issues
    return [
        _who(asked, row), visits("done"), visits("ordered"), row.strike_rate,
        Cell(row.order_amount, asked.url("behind", what="ordered", person=who)),
        visits("existing"), visits("prospects"), visits("in_person"), row.minutes_a_visit,
        issues("all", found.found), issues("latent", found.latent), row.latent_a_visit,
        issues("open", found.open), issues("solved", found.solved), found.median_days,
    ]  # fmt: skip
