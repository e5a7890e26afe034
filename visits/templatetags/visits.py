"""Small figures of the planning pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.templatetags.crm import number, percent
from crm.base.text import joined
from dealers.models import Dealer
from visits.elsewhere import sees
from visits.findings import weekday_and_day
from visits.load import Load
from visits.models import Commitment
from visits.months.report import TOO_FAR
from visits.overview import NEARLY, Cell
from visits.promise_words import figures_of
from visits.routing.answer import Shortcoming

register = template.Library()

# A bar beyond this is as long as it gets.
_LONGEST = 1.5


@register.inclusion_tag("visits/tabs.html", takes_context=True)
def visits_tabs(context: template.Context, tab: str) -> dict[str, Any]:
    """The pages of visits, as far as the reader may open them."""
    user = context["request"].user
    scope = scope_of(user)
    return {
        "tab": tab, "user": user, "may_see_team": scope.may(Right.VIEW_TEAM), "may_log": scope.may(Right.LOG_VISITS),
    }  # fmt: skip


@register.filter
def hours(minutes: float | None) -> str:
    """Minutes as hours with one digit."""
    return "–" if minutes is None else number(minutes / 60, 1)


@register.filter
def clock(minutes: float | None) -> str:
    """Minutes as `1:05`."""
    return "–" if minutes is None else f"{int(minutes) // 60}:{int(minutes) % 60:02d}"


@register.filter
def long_day(day: dt.date) -> str:
    """The day with its weekday, in the reader's notation."""
    return weekday_and_day(day)


@register.filter
def came(promise: Commitment) -> str:
    """What came of what was promised, by the figures; empty before anything is known."""
    return figures_of(promise)


@register.filter
def of_visit(said: dict[int, str], visit: int) -> str:
    """What is said about the visit with this number; empty for nothing."""
    return said.get(visit, "")


@register.filter
def seen_by(dealer: Dealer, reader: User) -> bool:
    """Whether the reader may know of the dealer."""
    return sees(reader, dealer)


@register.filter
def may_set_rules(user: User) -> bool:
    """Whether the reader makes the rules of visits."""
    return scope_of(user).may(Right.EDIT_VISIT_RULES)


@register.filter
def asked_of(sentences: dict[int, list[str]], visit: int) -> list[str]:
    """Why other parts ask for the visit with this number."""
    return sentences.get(visit, []) if sentences else []


@register.filter
def weekdays(numbers: Iterable[int]) -> str:
    """ISO weekdays in words."""
    return joined(str(WEEKDAYS_ABBR[number - 1]) for number in sorted(numbers))


@register.simple_tag
def load_bar(load: Load) -> SafeString:
    """A bar of what is asked for over what there is, the figure and a word beside it."""
    share = load.share
    if share is None:
        return format_html('<span class="muted">{}</span>', _("away"))
    grade = "over" if share > 1 else "nearly" if share > NEARLY else "room"
    word = {"over": _("too full"), "nearly": _("nearly full"), "room": ""}[grade]
    return format_html(
        '<span class="load load-{}"><progress value="{}" max="{}" aria-hidden="true"></progress>'
        '<span class="load-figure">{}</span>{}</span>',
        grade, f"{min(share, _LONGEST):.3f}", _LONGEST, percent(share, 0),
        format_html(' <span class="load-word">{}</span>', word) if word else "",
    )  # fmt: skip


@register.simple_tag
def done_of(cell: Cell) -> SafeString:
    """`12 / 35`; a dash where nothing was asked for and nothing made."""
    if cell.target is None:
        return format_html('<span class="muted">{}</span>', number(cell.done) if cell.done else "–")
    return format_html('{}<span class="muted"> / {}</span>', number(cell.done), number(cell.target))


@register.simple_tag
def saved(before: float, now: float) -> str:
    """Kilometres less, or more, than in the plan before."""
    less = round(before - now)
    if less > 0:
        return _("%(km)s km less than before") % {"km": number(less)}
    if less < 0:
        return _("%(km)s km more than before") % {"km": number(-less)}
    return _("as far as before")


@register.simple_tag
def why_left(why: str) -> str:
    """Why a visit found no day, in words."""
    words = {
        TOO_FAR: _("Too far to go there and back in a day."),
        Shortcoming.NO_ROOM: _("The days are full."),
        Shortcoming.LEFT_OUT: _("The days are full."),
        Shortcoming.NEVER_OPEN: _("The dealer is closed on the days that are left."),
        Shortcoming.NOBODY_WORKS: _("Nobody works on the days that are left."),
    }
    return words.get(why, "")
