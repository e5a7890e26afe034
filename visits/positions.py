"""Forgetting where representatives were: places of check-ins are erased after a time, the verdict is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pgtrigger
from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from visits.models import PositionRule, Visit

_PLACE = ("latitude", "longitude", "accuracy_m", "fix_age_s", "distance_m")
_KNOWN = Q(latitude__isnull=False) | Q(distance_m__isnull=False)


@dataclass(frozen=True, slots=True)
class Erased:
    """Visits, and rows of their history, that lost their place."""

    visits: int
    history: int


@transaction.atomic
def erase_old(*, on: dt.date) -> Erased:
    """Erase coordinates, distance and accuracy of check-ins that lie more than the retention before `on`, from the
    history as well, that of deleted visits too; two statements, however many they are. Again for the same day there is
    nothing left to do."""
    before = on - dt.timedelta(days=PositionRule.days())
    nowhere = dict.fromkeys(_PLACE)
    events = apps.get_model("visits", "VisitEvent")._default_manager
    later = Visit.objects.filter(pk=OuterRef("pgh_obj_id"), on__gte=before)
    # It is no change of the visit that anybody asks about, and the history may lose what the visit must.
    with pgtrigger.ignore("visits.Visit:update_update", "visits.VisitEvent:append_only"):
        visits = Visit.objects.filter(_KNOWN, on__lt=before).update(**nowhere)
        history = events.filter(_KNOWN, ~Exists(later), on__lt=before).update(**nowhere)
    return Erased(visits, history)
