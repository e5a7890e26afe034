"""Personal fields: consent first, every showing recorded, and erased - from the history too - when consent ends."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import pgtrigger
from django.apps import apps
from django.db import models, transaction

from accounts.models import User
from crm.base.audit import because
from dealers.actions.refreshing import refresh
from dealers.choices import ConsentState, ErasureCause
from dealers.models import BasicInfo, Connection, Consent, Dealer, PersonalDataErasure, PersonalDataView, Traits
from dealers.personal import NETWORK, default_keep_until, running_consent

# Event rows are append-only by a trigger; erasing personal data is the one thing that may change them.
_HISTORY = ("BasicInfoEvent", "TraitsEvent", "ConnectionEvent")
_CONNECTION_TEXT = ("person", "relation", "note")


def record_view(*, dealer: Dealer, viewer: User, fields: list[str], at: dt.datetime) -> PersonalDataView | None:
    """Write down that these fields were shown; None when there was nothing to show."""
    if not fields:
        return None
    return PersonalDataView.objects.create(dealer=dealer, viewer=viewer, viewed_at=at, fields=fields)


def give_consent(
    *, dealer: Dealer, purpose: str, given_by: str, decided_on: dt.date, keep_until: dt.date | None, by: User
) -> Consent:
    """Note a consent. Without an end it runs for 24 months from the day it was given."""
    return Consent.objects.create(
        dealer=dealer, state=ConsentState.GIVEN, purpose=purpose, given_by=given_by, decided_on=decided_on,
        keep_until=keep_until or default_keep_until(decided_on), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def withdraw_consent(*, dealer_id: int, reason: str, by: User, at: dt.datetime, on: dt.date) -> PersonalDataErasure:
    """The person takes the consent back: noted, and what it covered is erased at once."""
    dealer = Dealer.objects.select_for_update().get(pk=dealer_id)
    latest = Consent.objects.filter(dealer=dealer).order_by("-decided_on", "-pk").first()
    Consent.objects.create(
        dealer=dealer, state=ConsentState.WITHDRAWN, purpose=latest.purpose if latest else "", decided_on=on,
        given_by=latest.given_by if latest else "", keep_until=on, recorded_by=by,
    )  # fmt: skip
    return erase(dealer=dealer, cause=ErasureCause.WITHDRAWN, reason=reason, by=by, at=at)


def erase(*, dealer: Dealer, cause: ErasureCause, reason: str, by: User | None, at: dt.datetime) -> PersonalDataErasure:
    """Empty the personal fields of a file and of its history, and leave a note that says which. Call in a transaction."""
    because(str(cause.label) if not reason else f"{cause.label}: {reason}")
    erased = [NETWORK] if Connection.objects.filter(dealer=dealer).delete()[0] else []
    for model in (BasicInfo, Traits):
        row = model.objects.select_for_update().filter(dealer=dealer).first()
        if row is None:
            continue
        filled = [name for name in model.PERSONAL if getattr(row, name)]
        for name in filled:
            setattr(row, name, _empty(model, name))
        if filled:
            row.save(update_fields=[*filled, "updated_at"])
        erased = [*filled, *erased]
    rows = _clear_history(dealer.pk)
    refresh([dealer.pk])
    return PersonalDataErasure.objects.create(
        dealer=dealer, erased_at=at, erased_by=by, cause=cause, reason=reason, fields=erased, history_rows=rows
    )


def _clear_history(dealer_id: int) -> int:
    """Empty the personal fields in the event rows of one dealer; returns how many rows were changed."""
    rows = 0
    with pgtrigger.ignore(*(f"dealers.{name}:append_only" for name in _HISTORY)):
        for name in _HISTORY:
            event: type[models.Model] = apps.get_model("dealers", name)
            empty = _empty_values(name)
            rows += event._default_manager.filter(~models.Q(**empty), dealer_id=dealer_id).update(**empty)
    return rows


def _empty_values(event_name: str) -> dict[str, Any]:
    if event_name == "ConnectionEvent":
        return dict.fromkeys(_CONNECTION_TEXT, "") | {"other_dealer_id": None}
    model = BasicInfo if event_name == "BasicInfoEvent" else Traits
    return {name: _empty(model, name) for name in model.PERSONAL}


def _empty(model: type[models.Model], name: str) -> Any:
    return cast("models.Field[Any, Any]", model._meta.get_field(name)).get_default()


def erase_expired(*, on: dt.date, at: dt.datetime) -> int:
    """Erase what may no longer be kept on this day: the latest consent is over. Returns how many files."""
    latest = Consent.objects.filter(dealer=models.OuterRef("pk")).order_by("-decided_on", "-pk")
    holding = (
        models.Exists(Connection.objects.filter(dealer=models.OuterRef("pk")))
        | models.Exists(
            BasicInfo.objects.filter(dealer=models.OuterRef("pk")).exclude(**_empty_values("BasicInfoEvent"))
        )
        | models.Exists(Traits.objects.filter(dealer=models.OuterRef("pk")).exclude(character_notes=""))
    )
    over = (
        Dealer.with_bin.annotate(
            kept_until=models.Subquery(latest.values("keep_until")[:1]),
            consent=models.Subquery(latest.values("state")[:1]),
        )
        .filter(models.Q(kept_until__lte=on) | models.Q(consent=ConsentState.WITHDRAWN))
        .filter(holding)
    )
    count = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            dealer = Dealer.with_bin.select_for_update().get(pk=pk)
            if running_consent(dealer, on=on) is None:
                erase(dealer=dealer, cause=ErasureCause.EXPIRED, reason="", by=None, at=at)
                count += 1
    return count
