"""What a plan or a route could not do, as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from visits.models import Visit
from visits.routing.answer import Finding, Shortcoming
from visits.routing.distance import ROAD_SERVICE_FAILED
from visits.worth import is_must


def weekday_and_day(day: dt.date) -> str:
    """`Tuesday, December 8`, in the reader's notation."""
    values = {"weekday": date_format(day, "l"), "day": date_format(day, "MONTH_DAY_FORMAT")}
    return pgettext("a day with its weekday", "%(weekday)s, %(day)s") % values


def notice_of(code: str) -> str:
    """Why road times are not in a route or a plan, in words; empty for nothing."""
    if code != ROAD_SERVICE_FAILED:
        return ""
    return _("The road service does not answer: ways are estimated from the distance as the crow flies.")


def sentence(kind: str, amount: float, *, name: str = "", day: dt.date | None = None) -> str:
    """One shortcoming in words. `amount` in the unit that Shortcoming says; `name` is the dealer's, empty for a day."""
    number = round(amount)
    said = {"name": name, "number": number, "day": weekday_and_day(day) if day else _("the day")}
    match kind:
        case Shortcoming.NO_ROOM | Shortcoming.LEFT_OUT:
            return _("%(name)s: found no room.") % said
        case Shortcoming.NEVER_OPEN:
            return _("%(name)s: closed at every time that is left.") % said
        case Shortcoming.NOBODY_WORKS:
            return _("%(name)s: nobody works on the days that are left.") % said
        case Shortcoming.GAP_TOO_LONG:
            text = ngettext(
                "%(name)s: the gap is %(number)d day longer than the cycle allows.",
                "%(name)s: the gap is %(number)d days longer than the cycle allows.", number,
            )  # fmt: skip
            return text % said
        case Shortcoming.GAP_TOO_SHORT:
            return _("%(name)s: two visits are close together.") % said
        case Shortcoming.LATE:
            text = ngettext(
                "%(name)s: the visit starts %(number)d minute late.",
                "%(name)s: the visit starts %(number)d minutes late.", number,
            )  # fmt: skip
            return text % said
        case Shortcoming.OVERTIME:
            text = ngettext(
                "%(day)s ends %(number)d minute after working hours.",
                "%(day)s ends %(number)d minutes after working hours.", number,
            )  # fmt: skip
            return text % said
        case Shortcoming.BREAK_LATE:
            text = ngettext(
                "On %(day)s lunch starts %(number)d minute late.",
                "On %(day)s lunch starts %(number)d minutes late.",
                number,
            )
            return text % said
        case Shortcoming.TOO_MANY_STOPS:
            text = ngettext(
                "%(day)s has %(number)d stop more than a day should.",
                "%(day)s has %(number)d stops more than a day should.", number,
            )  # fmt: skip
            return text % said
        case Shortcoming.TOO_MUCH_WORK | Shortcoming.TOO_MUCH_LOAD:
            text = ngettext(
                "%(day)s has %(number)d minute of work more than there is time for.",
                "%(day)s has %(number)d minutes of work more than there is time for.", number,
            )  # fmt: skip
            return text % said
    return _("%(name)s: locked on days that the cycle would not choose.") % said


def why_left_out(visit: Visit, kind: str) -> str:
    """Why a stop of a day has no place in its route."""
    if kind == Shortcoming.NEVER_OPEN:
        return _("The dealer is closed in the time that is left.")
    if is_must(visit):
        return _("It must be made, but even without all others the day has no room for it.")
    if visit.dealer.tier:
        return _("The day is too short: what must be made and what is worth more than a %(tier)s visit went first.") % {
            "tier": visit.dealer.tier
        }
    return _("The day is too short: what must be made and what is worth more went first.")


def sentences(rows: Iterable[Mapping[str, Any]], dealers: Mapping[int, Any]) -> list[str]:
    """Those of a month's report, as it is kept."""
    return [
        sentence(
            row["kind"], row["amount"], name=str(dealers.get(row["dealer"], "")),
            day=dt.date.fromisoformat(row["day"]) if row.get("day") else None,
        )
        for row in rows
    ]  # fmt: skip


def of_day(findings: Iterable[Finding], names: Mapping[int, str], on: dt.date) -> list[str]:
    """Those of a day's route; `names` of the dealers by the stops' keys."""
    return [sentence(found.kind, found.amount, name=names.get(found.stop or 0, ""), day=on) for found in findings]
