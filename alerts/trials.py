"""Try-outs that are asked for on a page: a worker runs them, the row keeps the answer, the page may be left and reloaded."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from alerts.choices import TrialState
from alerts.models import AlertRule, RuleTrial, RuleVersion
from alerts.rulebook import scopes_around
from alerts.tryout import Judged, Month, TryOut, try_out

logger = logging.getLogger(__name__)

_KEPT_S = 3600


def terms_json(version: RuleVersion) -> dict[str, Any]:
    """What of a version the past is held against."""
    return {"thresholds": version.thresholds, "parameters": version.parameters}


@transaction.atomic
def ask(*, version: RuleVersion, by: User, at: dt.datetime, on: dt.date) -> RuleTrial:
    """Ask for a try-out; a worker takes it up once this is committed. The same terms of the same day are asked for once."""
    AlertRule.objects.select_for_update().get(pk=version.rule_id)
    waiting = RuleTrial.objects.filter(
        version=version, on=on, state=TrialState.WAITING, terms=terms_json(version)
    ).first()
    trial = waiting or RuleTrial.objects.create(
        rule_id=version.rule_id, version=version, terms=terms_json(version), on=on, asked_at=at, asked_by=by
    )
    send_for(trial)
    return trial


def send_for(trial: RuleTrial) -> None:
    """Ask a worker. A second time does no harm: whoever comes second finds the row locked, or the answer there."""
    from alerts import tasks

    pk = trial.pk
    # Without a broker the page says that nobody has taken it up yet, and offers to ask again.
    transaction.on_commit(lambda: tasks.try_out_rule.delay(pk), robust=True)


def run(trial_id: int) -> bool:
    """Work out what was asked for; False when somebody else does, or has done so. What goes wrong is written down."""
    began = time.perf_counter()
    try:
        with transaction.atomic():
            trial = (
                RuleTrial.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("version__rule__territory")
                .filter(pk=trial_id, state=TrialState.WAITING)
                .first()
            )
            if trial is None:
                return False
            _work(trial)
            _end(trial, TrialState.DONE, began)
    except Exception as error:
        logger.exception("try_out_failed", extra={"trial": trial_id})
        failed = RuleTrial.objects.get(pk=trial_id)
        failed.error = f"{type(error).__name__}: {error}"[:2000]
        _end(failed, TrialState.FAILED, began)
    cache.delete(_key(trial_id))
    return True


def _work(trial: RuleTrial) -> None:
    version = trial.version
    version.thresholds, version.parameters = trial.terms["thresholds"], trial.terms["parameters"]
    now = counting_now(version.rule, trial.on)
    parts = 2 if now else 1
    report(trial.pk, 0.02)
    tried = try_out(version, on=trial.on, tell=lambda share: report(trial.pk, share / parts))
    trial.tried = as_json(tried)
    if now is not None:
        as_it_is = try_out(
            now, on=trial.on, scope=version.rule, tell=lambda share: report(trial.pk, (1 + share) / parts)
        )
        trial.as_it_is = as_json(as_it_is)


def counting_now(rule: AlertRule, on: dt.date) -> RuleVersion | None:
    """The version that counts on the day for the dealers of the rule: its own, else that of the next wider scope. None
    where nothing warns of them, or the rule is off."""
    counting = {
        version.rule_id: version
        for version in RuleVersion.objects.on(on).filter(rule__kind=rule.kind).select_related("rule__territory")
    }
    found = counting.get(rule.pk) or next(
        (counting[each.pk] for each in scopes_around(rule, [version.rule for version in counting.values()])), None
    )
    return found if found is not None and found.on else None


def _end(trial: RuleTrial, state: TrialState, began: float) -> None:
    trial.state, trial.finished_at = state, timezone.now()
    trial.milliseconds = round((time.perf_counter() - began) * 1000)
    trial.save(update_fields=["state", "finished_at", "milliseconds", "tried", "as_it_is", "error"])


def report(trial_id: int, share: float) -> None:
    """How far it is, 0 to 1, kept outside the database: nobody sees into the worker's transaction."""
    cache.set(_key(trial_id), round(min(max(share, 0.0), 1.0), 3), _KEPT_S)


def progress_of(trial: RuleTrial) -> float | None:
    """None while nobody has taken it up."""
    share: float | None = cache.get(_key(trial.pk))
    return share


def _key(trial_id: int) -> str:
    return f"alerts.trial.{trial_id}"


def as_json(result: TryOut) -> dict[str, Any]:
    """As the row keeps it; from_json reads it again."""
    values = asdict(result)
    values["months"] = [{**month, "month": month["month"].isoformat()} for month in values["months"]]
    values["since"] = result.since.isoformat() if result.since else None
    return values


def from_json(values: dict[str, Any]) -> TryOut:
    months = tuple(Month(**{**month, "month": dt.date.fromisoformat(month["month"])}) for month in values["months"])
    since = dt.date.fromisoformat(values["since"]) if values.get("since") else None
    return TryOut(**{**values, "months": months, "judged": Judged(**values["judged"]), "since": since})
