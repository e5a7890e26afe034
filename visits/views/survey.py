"""The eight questions of the time survey, answered by the team's days."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from crm.base.text import joined, labelled
from visits.choices import TimeCategory, TimeRobber
from visits.sheets import As, Cell, Column, Sheet, span
from visits.survey import Answers, answers_of
from visits.use_of_time import ACTIVITIES
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.results import team_in
from visits.views.sheets import PAGE, answer, file_of, page_number, wants_file

# Fewer days than this share of those with visits say little about an average.
ENOUGH = 0.8


@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest) -> HttpResponseBase:
    """An average day of each representative by the survey's questions, and what cost most time."""
    asked = asked_period(request)
    to_export = wants_file(request)
    team = team_in(request, asked, to_export=to_export)
    if to_export:
        return file_of(request, lambda most: _sheet(asked, list(team[:most])))
    people = list(team)
    first, previous, following = page_number(request, len(people))
    context = {
        "asked": asked, "periods": LENGTHS, "sheet": _sheet(asked, people[first : first + PAGE]),
        "previous": previous, "following": following,
    }  # fmt: skip
    return answer(request, "visits/survey.html", context)


def _sheet(asked: Asked, people: Sequence[User]) -> Sheet:
    minutes = _("minutes")
    sheet = Sheet(
        f"survey-{span(asked.start, asked.until)}",
        _("%(what)s, %(period)s") % {"what": _("Average day"), "period": asked.words},
        [
            Column("person", _("Representative")),
            Column("days", _("Days written down"), As.COUNT, why=_("Only these days count in the averages.")),
            Column("share", _("of days with visits"), As.SHARE),
            Column("started", _("Start of work")),
            Column("first_departure", _("Left for the first customer")),
            Column("last_leave", _("Left the last customer")),
            Column("meal", _("Meals"), As.FIGURE, minutes),
            Column("paperwork", _("Paperwork"), As.FIGURE, minutes),
            Column("travel", _("On the way"), As.FIGURE, minutes, why=_("As typed, or by the check-ins.")),
            *(Column(key.lower(), TimeCategory(key).label, As.FIGURE, minutes) for key in ACTIVITIES),
            Column("meetings", _("Meetings a week"), As.FIGURE, minutes),
            Column("robbers", _("What cost time"), why=_("Named most often, and on how many days.")),
        ],
    )
    found = answers_of(people, asked.start, asked.until)
    for person in people:
        _add(sheet, asked, person, found[person.pk])
    return sheet


def _add(sheet: Sheet, asked: Asked, person: User, answers: Answers) -> None:
    few = answers.share is not None and answers.share < ENOUGH
    spent = answers.minutes
    sheet.add(
        Cell(person.name, asked.url("time", person=person.pk)),
        answers.days,
        Cell(answers.share, tone="orange" if few else ""),
        *(_clock(answers.clocks.get(name)) for name in ("started", "first_departure", "last_leave")),
        *(spent.get(key) for key in (TimeCategory.MEAL, TimeCategory.PAPERWORK, TimeCategory.TRAVEL)),
        *(spent.get(key) for key in ACTIVITIES),
        answers.meetings_a_week,
        joined(labelled(str(TimeRobber(code).label), str(days)) for code, days in answers.robbers),
    )


def _clock(minutes: float | None) -> str:
    """Minutes since midnight as a time of day; empty for none."""
    if minutes is None:
        return ""
    whole = round(minutes)
    return pgettext("time of day", "%(hours)02d:%(minutes)02d") % {"hours": whole // 60, "minutes": whole % 60}
