"""A tier set by hand: asked for by one, approved by another, for twelve months at most. It counts from the next run on."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.db import transaction

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.models import Dealer
from tiering.choices import OverrideState
from tiering.models import TierOverride


class OverrideRefused(Exception):
    """The override cannot be asked for or decided like this."""


class OneWaitsAlready(OverrideRefused):
    """The dealer has a request that nobody has answered yet."""


class AlreadyDecided(OverrideRefused):
    """Somebody was quicker."""


class NeedsAnother(OverrideRefused):
    """Who asked may not approve."""


class TooLate(OverrideRefused):
    """The term is over before it was approved."""


def request_override(
    *, dealer: Dealer, tier: str, reason: str, starts_on: dt.date, expires_on: dt.date, actor: User, at: dt.datetime
) -> TierOverride:
    """Ask for another tier. Raises OneWaitsAlready, ValidationError for a wrong term."""
    with transaction.atomic():
        Dealer.objects.select_for_update().get(pk=dealer.pk)
        if TierOverride.objects.filter(dealer=dealer).waiting().exists():
            raise OneWaitsAlready
        override = TierOverride(
            dealer=dealer, tier=tier, reason=reason, starts_on=starts_on, expires_on=expires_on, requested_by=actor,
            requested_at=at,
        )  # fmt: skip
        override.full_clean()
        override.save()
    return override


def may_decide(override: TierOverride, user: User) -> bool:
    """Whether the user may approve or refuse: with the right there, and never her own request (A-19)."""
    may = scope_of(user).may(Right.OVERRIDE_TIER, override.dealer.territory_id)
    return may and override.requested_by_id != user.pk


def decide_override(
    *, override: TierOverride, approve: bool, answer: str, actor: User, on: dt.date, at: dt.datetime
) -> TierOverride:
    """Approve or refuse. Raises AlreadyDecided, NeedsAnother, TooLate."""
    with transaction.atomic(), pghistory.context(reason=answer):
        override = _locked(override)
        if override.state != OverrideState.REQUESTED:
            raise AlreadyDecided
        if not may_decide(override, actor):
            raise NeedsAnother
        if approve and override.expires_on <= on:
            raise TooLate
        override.state = OverrideState.APPROVED if approve else OverrideState.REFUSED
        override.answer, override.decided_by, override.decided_at = answer, actor, at
        override.save()
    return override


def withdraw_override(*, override: TierOverride, actor: User, at: dt.datetime) -> TierOverride:
    """End it: a request is taken back, an approved one ends with the next run. Raises AlreadyDecided."""
    with transaction.atomic():
        override = _locked(override)
        if override.state not in (OverrideState.REQUESTED, OverrideState.APPROVED):
            raise AlreadyDecided
        override.state = OverrideState.WITHDRAWN
        if override.decided_by_id is None:
            override.decided_by, override.decided_at = actor, at
        override.save()
    return override


def _locked(override: TierOverride) -> TierOverride:
    return TierOverride.objects.select_for_update(of=("self",)).select_related("dealer").get(pk=override.pk)
