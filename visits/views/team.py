"""The team's month and year, planning of many, progress, and what gives when a month is too full."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from crm.base.periods import add_months
from crm.base.undo import offer_undo
from dealers.models import Dealer
from dealers.views.access import user_of
from visits import tasks
from visits.actions.planned import PlanRefused
from visits.actions.relief import relieve, take_back
from visits.choices import Audience
from visits.load import HELP, KINDS, loads_of, whom
from visits.models import PlanningRun, Visit
from visits.moving import left_behind
from visits.overview import Year, rows_of, total_of, year_of
from visits.people import LEADERS, WORKERS, demand_planning, may_plan, person_or_404, team
from visits.runs import start_run
from visits.targets import NONE, Standard
from visits.views.access import next_of, read_month, today

# People on one page of the plan.
PAGE = 50
# What one press gives at most.
MOST_AT_ONCE = 500
# What was made by one press, and nothing else, can be taken back: for a day.
_UNDO_SALT, _UNDO_SECONDS = "visits.relief", 24 * 3600
# A plan of more than this in advance is nobody's.
MONTHS_AHEAD = 12


def _people(request: HttpRequest, month: dt.date, *, leaders: bool = False) -> tuple[list[User], str]:
    """A page of the team in order of names, and the address of what follows (empty: nothing does)."""
    found = team(user_of(request), start=month, end=add_months(month, 1), roles=LEADERS if leaders else WORKERS)
    if wanted := words(request.GET.get("q")):
        found = found.filter(Q(name__icontains=wanted) | Q(staff_code__iexact=wanted))
    after = number(request.GET.get("after")) or 0
    if after and (last := User.objects.filter(pk=after).values_list("name", flat=True).first()) is not None:
        found = found.filter(Q(name__gt=last) | Q(name=last, pk__gt=after))
    people = list(found[: PAGE + 1])
    if len(people) <= PAGE:
        return people, ""
    query = request.GET.copy()
    query["after"] = str(people[PAGE - 1].pk)
    return people[:PAGE], f"?{query.urlencode()}"


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """The team's month. Who leads nobody gets her own."""
    user = user_of(request)
    month = read_month(request)
    if not scope_of(user).may(Right.VIEW_TEAM):
        if not scope_of(user).may(Right.LOG_VISITS):
            raise PermissionDenied
        return redirect(f"{reverse('visits:month', args=[user.pk])}?month={month:%Y-%m}")
    people, more = _people(request, month)
    rows = rows_of(people, month, on=today())
    run = PlanningRun.objects.filter(month=month, requested_by=user).first()
    context: dict[str, Any] = _heading(request, month) | {
        "rows": rows,
        "total": total_of(rows),
        "more": more,
        "may_plan": scope_of(user).may(Right.PLAN_VISITS),
        "is_over": add_months(month, 1) <= today(),
        "run": _progress(run) if run else None,
        "proposals": sum(row.is_proposal for row in rows),
        "left_behind": _left_behind(user),
        "crowded": [row for row in rows if row.offers or row.left_out],
    }
    part = request.headers.get("HX-Target") == "plan-rows"
    return render(request, "visits/plan_rows.html" if part else "visits/plan.html", context)


def _left_behind(user: User) -> int:
    """Planned visits that nobody makes, where the user plans."""
    if not scope_of(user).may(Right.PLAN_VISITS):
        return 0
    held = scope_of(user).where(Right.PLAN_VISITS)
    rows = left_behind(on=today())
    places = set(held.territory_ids)
    return sum(held.everything or row.territory_id in places for row in rows)


def _heading(request: HttpRequest, month: dt.date) -> dict[str, Any]:
    return {
        "month": month,
        "previous": add_months(month, -1),
        "following": add_months(month, 1),
        "today": today(),
        "wanted": words(request.GET.get("q")),
    }


@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """The year, its quarters and months, plan against done; `audience=LEADER`: the leaders' own visits."""
    user = user_of(request)
    if not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    leaders = request.GET.get("audience") == Audience.LEADER
    month = read_month(request)
    people, more = _people(request, month, leaders=leaders)
    shown: Year = year_of(people, month, audience=Audience.LEADER if leaders else Audience.REPRESENTATIVE)
    context = _heading(request, month) | {
        "year": shown, "more": more, "leaders": leaders,
        "last_year": add_months(month, -12), "next_year": add_months(month, 12),
        "may_plan": scope_of(user).may(Right.PLAN_VISITS),
    }  # fmt: skip
    return render(request, "visits/year.html", context)


@require_POST
def plan_now(request: HttpRequest) -> HttpResponse:
    """Have a month planned, or planned anew from today: of the person named, or of everybody whom the user plans."""
    user = user_of(request)
    month = read_month(request)
    leaders = request.POST.get("audience") == Audience.LEADER
    if not scope_of(user).may(Right.LOG_VISITS) and not scope_of(user).may(Right.PLAN_VISITS):
        raise PermissionDenied
    if wanted := number(request.POST.get("person")):
        person = person_or_404(user, wanted)
        demand_planning(user, person)
        people = [person]
    else:
        if not scope_of(user).may(Right.PLAN_VISITS):
            raise PermissionDenied
        found = team(user, start=month, end=add_months(month, 1), roles=LEADERS if leaders else WORKERS)
        people = [person for person in found if may_plan(user, person)]
    back = next_of(request, f"{reverse('visits:plan')}?month={month:%Y-%m}")
    if add_months(month, 1) <= today() or month > add_months(today(), MONTHS_AHEAD):
        messages.error(request, _("Only the running month and the twelve after it can be planned."))
        return redirect(back)
    audience = Audience.LEADER if leaders else Audience.REPRESENTATIVE
    run = start_run(
        users=people, month=month, by=user, at=timezone.now(), send=tasks.plan_next.delay, audience=audience
    )  # fmt: skip
    if run is None:
        messages.info(request, _("This is being planned already."))
        return redirect(back)
    planned = run.parts.count()
    messages.info(
        request,
        ngettext(
            "The month of %(number)d person is being planned. What is locked or done stays as it is.",
            "The months of %(number)d people are being planned. What is locked or done stays as it is.",
            planned,
        )
        % {"number": planned},
    )
    return redirect(back)


def _progress(run: PlanningRun) -> dict[str, Any]:
    counted = run.parts.aggregate(
        all=Count("pk"), done=Count("pk", filter=Q(finished_at__isnull=False)), failed=Count("pk", filter=~Q(error=""))
    )
    return counted | {"run": run, "is_over": counted["done"] == counted["all"]}


@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a planning run is; the page asks again until it is through, and then shows the new plan."""
    run = get_object_or_404(PlanningRun, pk=pk, requested_by=user_of(request))
    found = _progress(run)
    answer = render(request, "visits/progress.html", {"run": found})
    if found["is_over"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
def relief(request: HttpRequest, pk: int) -> HttpResponse:
    """Let something give in somebody's month: for so many visits, or for the dealers that are named."""
    user = user_of(request)
    person = person_or_404(user, pk)
    demand_planning(user, person)
    month = read_month(request)
    kind = request.POST.get("kind", "")
    back = next_of(request, f"{reverse('visits:plan')}?month={month:%Y-%m}")
    if kind not in KINDS:
        messages.error(request, _("That is not something that can give."))
        return redirect(back)
    helper = None
    if kind == HELP and (wanted := number(request.POST.get("helper"))):
        helper = person_or_404(user, wanted)
        demand_planning(user, helper)
    on = max(month, today())
    if keys := [key for key in map(number, request.POST.getlist("dealer")) if key]:
        right = Right.LOG_VISITS if person.pk == user.pk else Right.PLAN_VISITS
        dealers = list(Dealer.objects.visible_to(user, rights=(right,)).filter(pk__in=keys[:MOST_AT_ONCE]))
        paces = Standard(Audience.REPRESENTATIVE, on).of(dealers)
        chosen = [(dealer, paces.get(dealer.pk, NONE)) for dealer in dealers]
    else:
        load = loads_of([person], month, on=on)[person.pk]
        chosen = [
            (wish.dealer, wish.pace) for wish in whom(load, kind, min(number(request.POST.get("visits")) or 0, 500))
        ]
    try:
        made = relieve(by=user, user=person, month=month, kind=kind, dealers=chosen, today=today(), helper=helper)
    except PlanRefused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    if not made:
        messages.info(request, _("Nothing was left to give."))
        return redirect(back)
    offer_undo(request, _said(kind, len(made), helper), url=_undo_url(made))
    return redirect(back)


def _undo_url(made: list[Visit]) -> str:
    made_here = signing.dumps([visit.pk for visit in made], salt=_UNDO_SALT)
    return f"{reverse('visits:relief_undo')}?visits={made_here}"


def _said(kind: str, visits: int, helper: User | None) -> str:
    if kind == HELP and helper is not None:
        text = ngettext("%(name)s takes over %(number)d visit.", "%(name)s takes over %(number)d visits.", visits)
        return text % {"name": helper.name, "number": visits}
    if kind == "PHONE":
        return ngettext(
            "%(number)d telephone call is planned instead of a visit.",
            "%(number)d telephone calls are planned instead of visits.", visits,
        ) % {"number": visits}  # fmt: skip
    return ngettext(
        "%(number)d visit is put off to next month.", "%(number)d visits are put off to next month.", visits
    ) % {"number": visits}


@require_POST
def relief_undo(request: HttpRequest) -> HttpResponse:
    """Take back what gave, as long as nothing came of it."""
    user = user_of(request)
    if not scope_of(user).may(Right.PLAN_VISITS) and not scope_of(user).may(Right.LOG_VISITS):
        raise PermissionDenied
    try:
        keys = signing.loads(request.GET.get("visits", ""), salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        keys = []
    held = scope_of(user).where(Right.PLAN_VISITS)
    visits = Visit.objects.visible_to(user).filter(pk__in=keys, version=1)
    if not held.everything:
        visits = visits.filter(Q(user=user) | Q(dealer__territory__in=held.territory_ids))
    visits = visits.filter(Q(state="PLANNED") | Q(state="SKIPPED", skip_reason="DEFERRED"))
    take_back(by=user, visits=visits, today=today())
    messages.info(request, _("Taken back."))
    return redirect(next_of(request, reverse("visits:plan")))
