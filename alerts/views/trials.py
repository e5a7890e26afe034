"""A rule tried out on the past: asked for, under way, the answer beside the rule as it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alerts import publishing, rule_words, trials
from alerts.choices import TrialState
from alerts.kinds.kind import Kind
from alerts.models import RuleTrial
from alerts.tryout import HORIZON_DAYS, OF_DEBTS, TryOut
from alerts.views.rules import trial_or_404, version_or_404
from dealers.views.access import today, user_of

# Nobody has taken it up for so long: the page offers to ask again.
PATIENCE = dt.timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of both try-outs. `better`: which of them is: -1 the rule as it is, 1 the draft, 0 neither or unknown."""

    label: str
    why: str
    unit: str
    as_it_is: float | None
    tried: float | None
    share: bool = False
    better: int = 0


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a version out, a draft or one that counts."""
    version, _kind = version_or_404(request, pk)
    trial = trials.ask(version=version, by=user_of(request), at=timezone.now(), on=today())
    return redirect("alerts:trial", pk=trial.pk)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one that nobody took up, or that failed, once more."""
    trial, _kind = trial_or_404(request, pk)
    if trial.state == TrialState.WAITING:
        trials.send_for(trial)
        messages.success(request, _("Asked again."))
        return redirect("alerts:trial", pk=trial.pk)
    new = trials.ask(version=trial.version, by=user_of(request), at=timezone.now(), on=today())
    return redirect("alerts:trial", pk=new.pk)


@require_GET
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, or the answer; htmx asks for the same while it runs."""
    trial, kind = trial_or_404(request, pk)
    share = trials.progress_of(trial)
    draft = trial.version
    context: dict[str, Any] = {
        "trial": trial, "rule": trial.rule, "kind": kind, "scope": rule_words.scope_of_rule(trial.rule), "share": share,
        "waits": share is None and timezone.now() - trial.asked_at > PATIENCE,
        "now": trials.counting_now(trial.rule, today()),
        "is_draft": draft.published_at is None, "changed": trials.terms_json(draft) != trial.terms,
        "starts_on": publishing.first_free_day(
            trial.rule, max(draft.active_from, today() + dt.timedelta(days=1)), but=draft
        ),
    }  # fmt: skip
    if trial.state == TrialState.DONE:
        context |= _answer(trial, kind)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "alerts/rules/trial_part.html" if part else "alerts/rules/trial.html", context)


def _answer(trial: RuleTrial, kind: Kind) -> dict[str, Any]:
    tried = trials.from_json(trial.tried or {})
    as_it_is = trials.from_json(trial.as_it_is) if trial.as_it_is else None
    changes = rule_words.changes(trials.counting_now(trial.rule, trial.on), _as_tried(trial), kind)
    return {
        "tried": tried, "as_it_is": as_it_is, "lines": _lines(tried, as_it_is, kind), "chart": _chart(tried, as_it_is),
        "changes": changes, "told": tried.told,
        "since": tried.since if tried.since and tried.months and tried.since > tried.months[0].month else None,
    }  # fmt: skip


def _as_tried(trial: RuleTrial) -> Any:
    version = trial.version
    version.thresholds, version.parameters = trial.terms["thresholds"], trial.terms["parameters"]
    return version


def _chart(tried: TryOut, as_it_is: TryOut | None) -> dict[str, Any]:
    series = [
        {"name": _("this version"), "kind": "bar", "colour": 1, "values": [month.opened for month in tried.months]}
    ]
    if as_it_is:
        values = [month.opened for month in as_it_is.months]
        series.append({"name": _("the rule as it is"), "kind": "line", "colour": 2, "values": values})
    categories = [formats.date_format(month.month, "YEAR_MONTH_FORMAT") for month in tried.months]
    return {"categories": categories, "digits": 0, "series": series}


def _lines(tried: TryOut, as_it_is: TryOut | None, kind: Kind) -> list[FigureLine]:
    loss = _("a debt that grew older than 90 days") if kind.code in OF_DEBTS else _("a dealer that stopped ordering")
    false_why = _("Of the cases whose half year is over, those that no loss followed.")
    rows: list[tuple[str, str, str, bool, Any, bool | None]] = [
        (_("Cases opened"), _("On the first days of 24 months; what came and went within a month is not seen."), "", False,
         lambda each: each.opened, None),
        (_("Orange or red when they opened"), "", "", False, lambda each: each.severe, None),
        (_("Cases a month"), _("Cases opened over the months of which something is known."), "", False, lambda each: each.a_month, None),
        (_("Followed by the loss"),
         _("Of the cases whose half year is over, those that a loss followed within %(days)s days. The loss is %(loss)s.")
         % {"days": HORIZON_DAYS, "loss": loss}, "%", True, lambda each: each.right, True),
        (_("False alarms"), false_why, "%", True, lambda each: None if each.right is None else 1 - each.right, False),
        (_("Losses there were"), _("In the same months, warned of or not."), "", False, lambda each: each.losses, None),
        (_("Losses warned of"), _("Of the losses, those that a case went before."), "%", True, lambda each: each.seen, True),
        (_("Warned before the loss"), _("Median of the days from the case to the loss."), _("days"), False,
         lambda each: each.lead_days, True),
        (_("Dismissed by people"), _("Of the real cases of this kind in these months, for these dealers."), "%", True,
         lambda each: each.judged.dismissed_share, False),
    ]  # fmt: skip
    found = []
    for label, why, unit, share, of, more_is_better in rows:
        was, now = (of(as_it_is) if as_it_is else None), of(tried)
        better = 0
        if more_is_better is not None and was is not None and now is not None and was != now:
            better = 1 if (now > was) == more_is_better else -1
        found.append(FigureLine(label, why, unit, was, now, share, better))
    return found
